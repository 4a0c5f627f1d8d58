package httpapi_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A person at an unknown address reads a page; a program, and everything under the API, gets a Problem.
func TestUnknownAddress(t *testing.T) {
	p := start(t)
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, c := range []struct{ path, accept, kind, has, hasNot string }{
		{"/nowhere", browser, "text/html", "There is nothing at this address", `"code"`},
		{"/i", browser, "text/html", "There is nothing at this address", `"code"`},
		{"/nowhere", "*/*", "application/problem+json", `"code":"not_found"`, "<html"},
		{"/api/v1/nowhere", browser, "application/problem+json", `"code":"not_found"`, "<html"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", p.app.Origin+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", c.accept)
		resp, err := p.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		kind := resp.Header.Get("Content-Type")
		if resp.StatusCode != 404 || !strings.HasPrefix(kind, c.kind) || !strings.Contains(string(body), c.has) || strings.Contains(string(body), c.hasNot) {
			t.Errorf("%s for %s: %d %s %s", c.path, c.accept, resp.StatusCode, kind, body)
		}
	}
}
