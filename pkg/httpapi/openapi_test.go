package httpapi

import (
	"encoding/json"
	"strings"
	"testing"
)

// The description must name every JSON route, or a client made from it would lack calls.
func TestDescriptionCoversRoutes(t *testing.T) {
	b, err := describe(routes())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %q, want 3.1", doc.OpenAPI)
	}
	for _, r := range routes() {
		if r.in == nil && r.out == nil {
			continue
		}
		path := pathParam.ReplaceAllString(r.path, "{$1}")
		if _, ok := doc.Paths[path][strings.ToLower(r.method)]; !ok {
			t.Errorf("%s %s is not described", r.method, path)
		}
	}
}
