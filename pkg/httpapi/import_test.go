package httpapi_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/guest"
)

const fiveMegabytes = 5 << 20

// hostile are files that are refused, most of them as large as a body may be.
func hostile() map[string]string {
	return map[string]string{
		"an unclosed quotation mark":     "name,note\nAna,\"" + strings.Repeat("a", fiveMegabytes-20),
		"unclosed, of escaped marks":     "name,note\nAna,\"" + strings.Repeat(`""`, fiveMegabytes/2-10),
		"unclosed, of line breaks":       "name,note\nAna,\"" + strings.Repeat("\n", fiveMegabytes-20),
		"10,000 columns":                 "name" + strings.Repeat(",x", 10_000) + "\nAna\n",
		"a header of commas":             "name" + strings.Repeat(",", fiveMegabytes-10),
		"a row of commas":                "name,note\nAna" + strings.Repeat(",", fiveMegabytes-20),
		"a row of semicolons and tabs":   strings.Repeat(";\t", fiveMegabytes/2-10),
		"5,001 rows":                     "name\n" + strings.Repeat("Ana\n", guest.MaxRows+1),
		"a million rows":                 "name\n" + strings.Repeat("Ana\n", fiveMegabytes/4-10),
		"blank lines":                    strings.Repeat("\n", fiveMegabytes),
		"blank cells":                    "name\n" + strings.Repeat(" , \n", fiveMegabytes/4-10),
		"one cell":                       strings.Repeat("a", fiveMegabytes),
		"a NUL":                          "name\nAna\x00\n",
		"NULs":                           strings.Repeat("\x00", fiveMegabytes),
		"UTF-16 of one letter":           "\xff\xfe" + strings.Repeat("a\x00", fiveMegabytes/2-10),
		"UTF-16 of halves of letters":    "\xff\xfe" + strings.Repeat("\x00\xd8", fiveMegabytes/2-10),
		"Windows-1252 that grows":        strings.Repeat("\x80", fiveMegabytes),
		"byte order marks":               strings.Repeat("\ufeff", fiveMegabytes/3),
		"headers only":                   "name,email\n",
		"no name":                        "email,phone\nana@example.com,\n",
		"nothing":                        "",
		"a spreadsheet file":             "PK\x03\x04" + strings.Repeat("\x00\xff", 1000),
		"random bytes":                   strings.Repeat("\xde\xad\xbe\xef\",;\n", fiveMegabytes/8),
		"a quotation mark at every turn": strings.Repeat("\",", fiveMegabytes/2),
	}
}

// resident returns how much memory this process has and, since the call before, had at most, in bytes; known is false
// where the system does not tell.
func resident() (now, most int, known bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) != nil {
		return 0, 0, false
	}
	for line := range strings.Lines(string(status)) {
		for name, into := range map[string]*int{"VmRSS:": &now, "VmHWM:": &most} {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == name {
				kilobytes, _ := strconv.Atoi(fields[1])
				*into = kilobytes << 10
			}
		}
	}
	return now, most, now > 0
}

// withoutRace leaves a test to the part of make check that runs without the race detector: under it figures say nothing,
// and programs take long to start. Such a test is named there.
func withoutRace(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("make check runs it without the race detector")
	}
}

const (
	hostileTakes  = 2 * time.Second
	hostileMemory = 64 << 20
)

// Each hostile file is refused in words, soon, with little memory, and nothing is stored. The memory is that of the
// whole process with the client, which holds the file too.
//
// ASVS 5.2.1
func TestHostileImports(t *testing.T) {
	withoutRace(t)
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	upload := func(path, list string) answer {
		body, contentType := importForm(list)
		return p.raw("POST", event+"/guests/import"+path, host, contentType, body)
	}
	upload("/preview", "name,phone\nAna,+351912000001\n") // what is made at first use is made
	for name, list := range hostile() {
		for _, path := range []string{"/preview", "?skip_invalid=true"} {
			debug.FreeOSMemory()
			before, _, known := resident()
			began := time.Now()
			got := upload(path, list)
			took := time.Since(began)
			_, most, _ := resident()
			if got.status != 400 || len(got.get(t, "errors").([]any)) == 0 {
				t.Errorf("%s%s: %d %.300s", name, path, got.status, got.body)
			}
			if took > hostileTakes {
				t.Errorf("%s%s took %v", name, path, took)
			}
			if grown := most - before; known && grown > hostileMemory {
				t.Errorf("%s%s: %d MB more", name, path, grown>>20)
			}
			t.Logf("%-32s %-18s %8v %4d MB", name, path, took.Round(time.Millisecond), (most-before)>>20)
			runtime.KeepAlive(list)
		}
	}
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "guests"); n != 0.0 {
		t.Errorf("refused files left %v guests", n)
	}
}

// Parts of the form that say how a list is to be read.
func TestImportForm(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	send := func(path string, parts ...string) answer {
		var b bytes.Buffer
		for i := 0; i < len(parts); i += 2 {
			fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", parts[i], parts[i+1])
		}
		return p.raw("POST", event+"/guests/import"+path, host, "multipart/form-data; boundary=x", b.String()+"--x--\r\n")
	}
	const list = "Wer;Wie viele;Tisch\nAna;2;4\n"
	if got := send("/preview", "file", list); got.status != 400 {
		t.Errorf("no column of names: %d %s", got.status, got.body)
	}
	for _, path := range []string{"/preview", ""} {
		if got := send(path, "file", strings.Repeat("a", fiveMegabytes+1<<20)); got.status != 413 || !strings.Contains(got.text(t, "detail"), "at most 5 MB") {
			t.Errorf("six megabytes%s: %d %s", path, got.status, got.body)
		}
	}
	got := send("/preview", "headings", "guess", "file", list)
	if got.status != 200 || fmt.Sprint(got.get(t, "headers")) != "[Wer Wie viele Tisch]" || fmt.Sprint(got.get(t, "samples")) != "[Ana 2 4]" ||
		fmt.Sprint(got.get(t, "totals", "valid")) != "0" || got.get(t, "headings") != true || got.text(t, "source") != "" {
		t.Errorf("for the page: %d %s", got.status, got.body)
	}
	for name, parts := range map[string][]string{
		"no array": {"mapping", `{"name":0}`}, "null": {"mapping", "null"}, "no JSON": {"mapping", "name"}, "too few": {"mapping", `["name"]`},
		"no field": {"mapping", `["name","email_key",""]`}, "no name": {"mapping", `["","party_size",""]`}, "headings": {"headings", "perhaps"},
		"two names": {"mapping", `["name","name",""]`},
	} {
		for _, path := range []string{"/preview", ""} {
			if got := send(path, append(parts, "file", list)...); got.status != 400 || len(got.get(t, "errors").([]any)) == 0 {
				t.Errorf("%s%s: %d %s", name, path, got.status, got.body)
			}
		}
	}
	got = send("", "file", list, "mapping", `["name","party_size",""]`, "headings", "yes")
	if got.status != 200 || got.get(t, "created") != 1.0 {
		t.Errorf("mapped: %d %s", got.status, got.body)
	}
	if items := p.must(200, "GET", event+"/guests", host, nil).get(t, "items").([]any); len(items) != 1 || items[0].(map[string]any)["party_size"] != 2.0 {
		t.Errorf("the list is %v", items)
	}
}

// One bad row, or one address that is taken between the look and the write, and the whole batch is refused: see
// TestImport and InsertGuests. Here: nothing of a list is stored whose last row is bad.
func TestImportRefusesTheWhole(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	body, contentType := importForm(listOf(guest.MaxRows-1) + "Ben,not an address,,,,\n")
	got := p.raw("POST", event+"/guests/import", host, contentType, body)
	if got.status != 400 || !strings.Contains(string(got.body), `"line 5001, email"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "guests"); n != 0.0 {
		t.Errorf("%v guests", n)
	}
}

// Every event says in which country its time zone lies.
func TestEventCountry(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	for zone, country := range map[string]string{"Europe/Lisbon": "PT", "Asia/Calcutta": "IN", "UTC": "", "America/New_York": "US"} {
		event := p.event(host, object{"timezone": zone})
		if got := p.must(200, "GET", event, host, nil).text(t, "country"); got != country {
			t.Errorf("%s is in %q, want %q", zone, got, country)
		}
	}
	p.must(400, "POST", api+"/events", host, object{"name": "x", "starts_at": "2030-06-12T20:00:00Z", "country": "PT"})
}

// The longest list through the whole program, looked at and imported.
func BenchmarkImport(b *testing.B) {
	p := start(b)
	host := p.user("hanna")
	body, contentType := importForm(listOf(guest.MaxRows))
	for _, step := range []string{"/preview", ""} {
		name := map[string]string{"/preview": "preview", "": "import"}[step]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				event := p.event(host, nil)
				b.StartTimer()
				if got := p.raw("POST", event+"/guests/import"+step, host, contentType, body); got.status != 200 {
					b.Fatalf("%d %s", got.status, got.body)
				}
			}
		})
	}
}
