package httpapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/httpapi"
)

// inline is script in a page, or style of one element, that the policy would not run: without src, an attribute, a
// javascript: link.
var inline = regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|<script>|<[a-z][^>]*\s(?:style|on[a-z]+)=|<[a-z][^>]*javascript:`)

var styles = regexp.MustCompile(`(?is)<style[^>]*>(.*?)</style>`)

// Every page, every call of the API and every error says what a browser may do with it, and nothing of it is inline but
// the style that the policy names.
//
// ASVS 3.2.1 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8 13.4.6 14.2.2 14.3.2
func TestEveryAnswerIsSealed(t *testing.T) {
	for _, origin := range []string{"http://localhost", "https://door.example"} {
		p := startWith(t, app.Config{BaseURL: origin})
		host := p.user("hanna")
		event := p.event(host, object{"description": "<script>alert(1)</script> <b style=color:red onclick=x()>"})
		ana := p.guest(host, event, "Ana", 2)
		link := p.link(host, event, ana)
		p.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending"}) // with the code drawn into the page
		fill := strings.NewReplacer(":event", event[strings.LastIndex(event, "/")+1:], ":guest", ana, ":token", link, ":device", "dev_none", ":access", "acc_none", "*", "x")
		paths := map[string]string{"/no/such/page": "GET", "/i/NOTATOKEN": "GET", api + "/no-such-call": "GET", "/healthz": "TRACE"}
		for key := range httpapi.RouteKeys() {
			method, path, _ := strings.Cut(key, " ")
			if method == "GET" || method == "POST" && strings.HasPrefix(path, "/i/") {
				paths[fill.Replace(path)] = method
			}
		}
		for path, method := range paths {
			got := p.do(method, path, host, http.Header{"Accept": {"text/html"}}, nil)
			checkSealed(t, origin, method+" "+path, got)
		}
	}
}

func checkSealed(t *testing.T, origin, what string, got answer) {
	t.Helper()
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":        "camera=(self), microphone=(), geolocation=(), payment=()",
		"Strict-Transport-Security": map[bool]string{true: "max-age=31536000"}[strings.HasPrefix(origin, "https:")],
		"Server":                    "", "X-Powered-By": "",
	}
	for name, value := range want {
		if got.header.Get(name) != value {
			t.Errorf("%s: %s is %q, want %q", what, name, got.header.Get(name), value)
		}
	}
	policy := got.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
		strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "'unsafe-eval'") || strings.Contains(policy, "*") {
		t.Errorf("%s: the policy is %q", what, policy)
	}
	if sandboxed := strings.HasPrefix(policy, "sandbox"); sandboxed != strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s: a file that is saved, and only that, is sandboxed: %q", what, policy)
	}
	if kind := got.header.Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
		if found := inline.FindString(string(got.body)); found != "" {
			t.Errorf("%s has inline code: %q", what, found)
		}
		for _, style := range styles.FindAllStringSubmatch(string(got.body), -1) {
			sum := sha256.Sum256([]byte(style[1]))
			if !strings.Contains(policy, "style-src 'self' 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"';") {
				t.Errorf("%s has a style that the policy does not name: %q", what, policy)
			}
		}
	}
	if cached := got.header.Get("Cache-Control"); strings.Contains(what, api) && cached != "no-store" {
		t.Errorf("%s may be kept: %q", what, cached)
	}
}
