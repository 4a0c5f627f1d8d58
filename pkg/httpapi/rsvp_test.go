package httpapi_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// An event that is over takes no answers, as its page says.
func TestAnswerAfterTheEvent(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"starts_at": "2020-06-12T20:00:00Z", "ends_at": "2020-06-12T23:00:00Z"})
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	if got := p.send("POST", "/i/"+link+"/rsvp", "", object{"status": "attending"}); got.status != 410 || got.text(t, "code") != "closed" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if page := p.send("GET", "/i/"+link, "", nil); page.status != 200 || strings.Contains(string(page.body), "/rsvp") {
		t.Errorf("the page still asks: %d", page.status)
	}
}

// A body over its cap is refused as such, also when it does not say its length beforehand.
//
// ASVS 5.2.1
func TestChunkedBodyOverItsCap(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	long := strings.Repeat("x", 100<<10)
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": "status=attending&message=" + long,
		"multipart/form-data; boundary=x":   "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n" + long + "\r\n--x--\r\n",
		"application/json":                  `{"status":"attending","message":"` + long + `"}`,
	} {
		unknownLength := io.MultiReader(strings.NewReader(body))
		if got := p.do("POST", "/i/"+link+"/rsvp", "", http.Header{"Content-Type": {kind}}, unknownLength); got.status != 413 {
			t.Errorf("%s: %d %.100s", kind, got.status, got.body)
		}
	}
}

// The lines of a calendar file end in CRLF, and nothing else does: not the line breaks of the host's text.
func TestCalendarLineBreaks(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"description": "Bring\r\na coat.\r\nIt is cold.\nReally."})
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	file := string(p.must(200, "GET", "/i/"+link+"/event.ics", "", nil).body)
	if strings.ContainsAny(strings.ReplaceAll(file, "\r\n", ""), "\r\n") || !strings.Contains(file, `Bring\na coat.\nIt is cold.\nReally.`) {
		t.Errorf("%q", file)
	}
}
