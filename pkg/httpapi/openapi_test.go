package httpapi

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
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

// reads returns what each function of the package asks a request for behind the ?.
func reads(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				switch method.Sel.Name {
				case "limit":
					found[f.Name.Name] = append(found[f.Name.Name], "limit")
				case "QueryParam", "queryInt":
					if text, ok := call.Args[0].(*ast.BasicLit); ok {
						name, _ := strconv.Unquote(text.Value)
						found[f.Name.Name] = append(found[f.Name.Name], name)
					}
				}
				return true
			})
		}
	}
	return found
}

// Every parameter that a handler reads stands in its route, and in the description.
func TestDescriptionHasQueryParameters(t *testing.T) {
	b, err := describe(routes())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	asked, n := reads(t), 0
	for _, r := range routes() {
		handler := runtime.FuncForPC(reflect.ValueOf(r.handle).Pointer()).Name()
		handler = handler[strings.LastIndex(handler, ".")+1:]
		declared := strings.Fields(r.query)
		for _, name := range asked[handler] {
			if !slices.Contains(declared, name) {
				t.Errorf("%s %s reads ?%s=, which its route does not say", r.method, r.path, name)
			}
		}
		op := doc.Paths[pathParam.ReplaceAllString(r.path, "{$1}")][strings.ToLower(r.method)]
		for _, name := range declared {
			n++
			if queryParams[name] == nil {
				t.Errorf("%s is no parameter of queryParams", name)
			}
			if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == "query" }) {
				t.Errorf("%s %s: ?%s= is not described", r.method, r.path, name)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d parameters were found", n)
	}
}
