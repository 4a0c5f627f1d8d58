package httpapi_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
)

// Only the appliance's own names are answered: a foreign page that points its name here gets nothing, and no write.
func TestHosts(t *testing.T) {
	p := startWith(t, app.Config{BaseURL: "http://Rooftop.Example:8443"})
	_, port, _ := strings.Cut(p.app.Address().String(), ":")
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"rooftop.example": 200, "ROOFTOP.example.:8443": 200, "rooftop.example:" + port: 200, "localhost:" + port: 200,
		"127.0.0.1": 200, "[::1]:" + port: 200, "192.168.1.20": 200, strings.ToUpper(machine): 200, machine + ".local:8080": 200,
		"evil.example": 421, "rooftop.example.evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421,
		"notrooftop.example": 421, "evil.example:" + port: 421, "evil.local": 421,
	} {
		for _, path := range []string{api + "/setup", "/login"} {
			got := p.do("GET", path, "", http.Header{"Host": {host}}, nil)
			if got.status != want {
				t.Errorf("%s as %s: %d, want %d", path, host, got.status, want)
			}
			if want == 421 && got.text(t, "code") != "misdirected" {
				t.Errorf("%s as %s: %s", path, host, got.body)
			}
		}
		if got := p.do("GET", "/healthz", "", http.Header{"Host": {host}}, nil); got.status != 200 {
			t.Errorf("/healthz as %s: %d", host, got.status)
		}
	}
	body := `{"code":"` + p.code + `","email":"eve@example.com","password":"` + password + `","name":"Eve"}`
	header := http.Header{"Host": {"evil.example"}, "Origin": {"http://evil.example"}, "Content-Type": {"application/json"}}
	if got := p.do("POST", api+"/setup", "", header, strings.NewReader(body)); got.status != 421 {
		t.Errorf("set-up from a rebound name: %d %s", got.status, got.body)
	}
}
