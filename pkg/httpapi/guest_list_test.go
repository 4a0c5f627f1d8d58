package httpapi_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// listed is an event whose guests a test follows.
type listed struct {
	*program
	host, event string
}

func (p *program) listed() listed {
	l := listed{program: p, host: p.user("hanna")}
	l.event = p.event(l.host, nil)
	return l
}

// add puts a guest on the list and returns the id.
func (l listed) add(name string, tags ...string) string {
	l.t.Helper()
	return l.must(201, "POST", l.event+"/guests", l.host, object{"name": name, "party_size": 3, "tags": tags}).text(l.t, "id")
}

// all pages through the list under a filter, a few at a time, and hands each page to between, which may be nil.
func (l listed) all(query string, between func()) (guests []map[string]any) {
	l.t.Helper()
	for cursor := ""; ; {
		got := l.must(200, "GET", l.event+"/guests?limit=3&cursor="+cursor+query, l.host, nil)
		for _, item := range got.get(l.t, "items").([]any) {
			guests = append(guests, item.(map[string]any))
		}
		next, more := got.get(l.t, "next").(string)
		if !more {
			return guests
		}
		if between != nil {
			between()
		}
		cursor = next
	}
}

func names(guests []map[string]any) (all []string) {
	for _, g := range guests {
		all = append(all, g["name"].(string))
	}
	return all
}

// bulk does one thing to many guests.
func (l listed) bulk(action, tag string, ids ...string) answer {
	l.t.Helper()
	body := object{"guest_ids": ids, "action": action}
	if tag != "" {
		body["tag"] = tag
	}
	return l.send("POST", l.event+"/guests/bulk", l.host, body)
}

// sound fails unless every invariant of the database holds.
func (l listed) sound() {
	l.t.Helper()
	r, err := sqlite.Verify(l.t.Context(), sqlite.Path(l.data))
	if err != nil {
		l.t.Fatal(err)
	}
	for _, c := range r.Failed() {
		l.t.Errorf("%s: %v", c.About, c.Broken)
	}
}

// Each filter finds those it is about, in the order of their names, alone and with others.
func TestGuestFilters(t *testing.T) {
	l := start(t).listed()
	ids := map[string]string{}
	for name, tags := range map[string][]string{
		"Ana Costa": {"family", "Chor"}, "Álvaro": {"family"}, "Bela": {"chor"}, "Çelik": {"family"}, "Dora": {}, "Élodie Ananas": {"family"},
	} {
		ids[name] = l.add(name, tags...)
	}
	for name, status := range map[string]string{"Ana Costa": "attending", "Bela": "attending", "Çelik": "declined", "Élodie Ananas": "maybe"} {
		link := l.link(l.host, l.event, ids[name])
		// One device on many links: all are worth a look.
		l.must(200, "POST", "/i/"+link+"/open", "", beacon(1))
		l.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": status})
	}
	l.must(200, "POST", l.event+"/guests/"+ids["Dora"]+"/checkins", l.host, object{"nonce": "1", "heads": 2})
	for query, want := range map[string]string{
		"":            "Álvaro, Ana Costa, Bela, Çelik, Dora, Élodie Ananas",
		"&tag=family": "Álvaro, Ana Costa, Çelik, Élodie Ananas", "&tag=chor": "Bela", "&tag=Chor": "Ana Costa", "&tag=nobody": "",
		"&status=attending": "Ana Costa, Bela", "&status=none": "Álvaro, Dora", "&status=maybe": "Élodie Ananas", "&status=inside": "Dora",
		"&tag=family&status=declined": "Çelik", "&tag=family&status=inside": "", "&status=waitlisted": "",
		"&q=ANA": "Ana Costa, Élodie Ananas", "&q=ana&tag=family": "Ana Costa, Élodie Ananas", "&q=ana&status=attending": "Ana Costa",
		"&q=al&tag=family": "Álvaro", "&q=d&status=inside": "Dora", "&q=el&tag=family&status=maybe": "Élodie Ananas", "&q=celik": "Çelik",
		"&band=block": "", "&band=low": "", "&band=medium&tag=family": "Ana Costa, Çelik, Élodie Ananas", "&band=medium&status=attending": "Ana Costa, Bela",
	} {
		if got := strings.Join(names(l.all(query, nil)), ", "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	l.must(400, "GET", l.event+"/guests?status=Inside", l.host, nil)
	if counts := l.must(200, "GET", l.event, l.host, nil).get(t, "counts").(object); counts["guests"] != 6.0 || counts["attending"] != 2.0 || counts["maybe"] != 1.0 || counts["declined"] != 1.0 {
		t.Errorf("the event counts %v", counts)
	}
	l.sound()
}

// A guest is found as people write names and numbers, by the host and at the door, where a number finds nobody.
func TestSearchAsPeopleWrite(t *testing.T) {
	l := start(t).listed()
	const long = "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve"
	l.add(long)
	for name, phone := range map[string]string{
		"Anna Müller": "+49 170 1234567", "Müller Bernd": "+49 151 20000012", "Seán O’Brien": "+353 85 012 3456", "Pat O'Brien": "",
		"Anne-Marie Roth": "+39 02 1234 5678", "Anne Marie Weiß": "", "Jo D´Arc": "+1 202 555 0123", "Zoë": "+351 912 000 001",
	} {
		l.must(201, "POST", l.event+"/guests", l.host, object{"name": name, "phone": phone})
	}
	phone := l.phone(l.host, l.event, "Main")
	for _, c := range []struct{ typed, byHost, atDoor string }{
		{"0170", "Anna Müller", ""}, {"0170 123", "Anna Müller", ""}, {"170/12", "Anna Müller", ""}, {"+49 170", "Anna Müller", ""},
		{"0049170", "Anna Müller", ""}, {"+49 (0)170 1", "Anna Müller", ""}, {"49170", "Anna Müller", ""},
		{"0151 2000", "Müller Bernd", ""}, {"15120000012", "Müller Bernd", ""}, {"0151 2001", "", ""},
		{"085 01", "Seán O’Brien", ""}, {"02 1234", "Anne-Marie Roth", ""}, {"0039 02", "Anne-Marie Roth", ""}, {"(202) 555", "Jo D´Arc", ""},
		{"O'Brien", "Pat O'Brien, Seán O’Brien", "Pat O'Brien, Seán O’Brien"}, {"O’Brien", "Pat O'Brien, Seán O’Brien", "Pat O'Brien, Seán O’Brien"},
		{"obrien", "Pat O'Brien, Seán O’Brien", "Pat O'Brien, Seán O’Brien"}, {"sean o'b", "Seán O’Brien", "Seán O’Brien"}, {"d'arc", "Jo D´Arc", "Jo D´Arc"},
		{"Anne Marie", "Anne-Marie Roth, Anne Marie Weiß", "Anne-Marie Roth, Anne Marie Weiß"}, {"anne-marie", "Anne-Marie Roth, Anne Marie Weiß", "Anne-Marie Roth, Anne Marie Weiß"},
		{"marie-anne w", "Anne Marie Weiß", "Anne Marie Weiß"}, {"anne–m", "Anne-Marie Roth, Anne Marie Weiß", "Anne-Marie Roth, Anne Marie Weiß"},
		{"Müller Anna", "Anna Müller", "Anna Müller"}, {"muller an", "Anna Müller", "Anna Müller"}, {"an mül", "Anna Müller", "Anna Müller"},
		{"ann", "Anna Müller, Anne-Marie Roth, Anne Marie Weiß", "Anna Müller, Anne-Marie Roth, Anne Marie Weiß"},
		{"müller anna roth", "", ""}, {"ller", "", ""}, {long, long, long}, {"ten one", long, long}, {"anna 0170", "", ""}, {strings.Repeat("xyz ", 500) + "b", "", ""}, {"'''", "", "refused"}, {"a m", "Anna Müller, Anne-Marie Roth, Anne Marie Weiß", "refused"},
	} {
		q := url.QueryEscape(c.typed)
		if got := strings.Join(names(l.all("&q="+q, nil)), ", "); got != c.byHost {
			t.Errorf("%q finds the host %q, want %q", c.typed, got, c.byHost)
		}
		got := l.send("GET", api+"/door/search?q="+q, phone, nil)
		found := "refused"
		if got.status == 200 {
			var at []string
			for _, item := range got.items(t) {
				at = append(at, item["name"].(string))
			}
			found = strings.Join(at, ", ")
		}
		if found != c.atDoor {
			t.Errorf("%q finds the door %q, want %q", c.typed, found, c.atDoor)
		}
	}
	l.sound()
}

// The waiting list is in the order of the queue, so that the host sees who is next, page by page and with other filters.
func TestWaitingGuestsAreListedByTheQueue(t *testing.T) {
	q := start(t).queue(1)
	l := listed{program: q.program, host: q.host, event: q.event}
	for _, name := range []string{"Ana", "Zoe", "Max", "Kim", "Ben", "Lou", "Eva", "Ida", "Dan"} {
		q.answers(name, doorward.RSVPAttending, 1)
	}
	q.answers("Max", doorward.RSVPDeclined, 1)
	q.answers("Max", doorward.RSVPAttending, 1) // to the end
	l.bulk("tag", "vip", q.ids["Zoe"], q.ids["Max"], q.ids["Ben"], q.ids["Ana"])
	for query, want := range map[string]string{
		"&status=waitlisted": "Zoe, Kim, Ben, Lou, Eva, Ida, Dan, Max", "&status=waitlisted&tag=vip": "Zoe, Ben, Max",
		"&status=waitlisted&q=e": "Eva", "&tag=vip": "Ana, Ben, Max, Zoe",
	} {
		if got := strings.Join(names(l.all(query, nil)), ", "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	l.must(400, "GET", l.event+"/guests?status=waitlisted&cursor="+doorward.Cursor("zoe", "gst_a"), l.host, nil)
}

// Whoever pages through a list that others change meanwhile sees nobody twice, and everybody who was there throughout.
func TestGuestPagesUnderChange(t *testing.T) {
	l := start(t).listed()
	var stay []string
	for i := range 20 {
		name := fmt.Sprintf("Guest %02d", i)
		l.add(name, "family")
		stay = append(stay, name)
	}
	goes := []string{l.add("Guest 03 goes", "family"), l.add("Guest 15 goes", "family")}
	n := 0
	got := names(l.all("&tag=family", func() {
		n++
		l.add(fmt.Sprintf("Guest 0%d comes", n), "family")
		if n <= len(goes) {
			l.must(204, "DELETE", l.event+"/guests/"+goes[n-1], l.host, nil)
		}
	}))
	seen := map[string]int{}
	for _, name := range got {
		seen[name]++
	}
	for _, name := range stay {
		if seen[name] != 1 {
			t.Errorf("%s was seen %d times", name, seen[name])
		}
	}
	if !slices.IsSorted(got) || len(got) != len(seen) {
		t.Errorf("out of order, or twice: %v", got)
	}
}

// counts is what the server says of the filters, and what the rows say.
func (l listed) counts() (said, rows string) {
	l.t.Helper()
	c := l.must(200, "GET", l.event+"/guests/counts", l.host, nil)
	status, band, tags := map[string]int{}, map[string]int{}, map[string]int{}
	guests := l.all("", nil)
	for _, g := range guests {
		status[g["rsvp"].(map[string]any)["status"].(string)]++
		if g["checkin"].(map[string]any)["heads_inside"] != 0.0 {
			status["inside"]++
		}
		if b, ok := g["risk"].(map[string]any)["band"].(string); ok {
			band[b]++
		}
		for _, tag := range g["tags"].([]any) {
			tags[tag.(string)]++
		}
	}
	flat := func(of any) map[string]int {
		m := map[string]int{}
		for name, n := range of.(map[string]any) {
			if n != 0.0 {
				m[name] = int(n.(float64))
			}
		}
		return m
	}
	saidTags := map[string]int{}
	for _, item := range c.get(l.t, "tags").([]any) {
		saidTags[item.(map[string]any)["tag"].(string)] = int(item.(map[string]any)["guests"].(float64))
	}
	return fmt.Sprint(c.get(l.t, "total"), flat(c.get(l.t, "status")), flat(c.get(l.t, "band")), saidTags),
		fmt.Sprint(len(guests), status, band, tags)
}

// Whatever hosts, guests and doors do, in whatever order: the counts are what the rows add up to, and each filter finds
// as many as its count says.
func TestGuestCountsEqualRows(t *testing.T) {
	l := start(t).listed()
	l.must(200, "PATCH", l.event, l.host, object{"capacity": 12, "waitlist": true})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // which deed comes next
	tags := []string{"family", "friends", "ähnlich", "a;b"[:1], "with \"quotes\"", "<b>"}
	links := map[string]string{}
	for range 8 {
		links[l.add("Guest", tags[r.IntN(3)])] = ""
	}
	pick := func() string { return slices.Sorted(maps.Keys(links))[r.IntN(len(links))] }
	for i := range 150 {
		if len(links) < 3 {
			links[l.add(fmt.Sprintf("Ñame %d", i))] = ""
			continue
		}
		id := pick()
		switch r.IntN(9) {
		case 0:
			links[l.add(fmt.Sprintf("Ñame %d", i), tags[r.IntN(len(tags))], tags[r.IntN(len(tags))])] = ""
		case 1:
			l.must(200, "PATCH", l.event+"/guests/"+id, l.host, object{"name": fmt.Sprintf("Other %d", i), "tags": []string{tags[r.IntN(len(tags))]}})
		case 2, 3:
			if links[id] == "" {
				links[id] = l.link(l.host, l.event, id)
			}
			status := []string{"attending", "declined", "maybe"}[r.IntN(3)]
			l.send("POST", "/i/"+links[id]+"/rsvp", "", object{"status": status, "plus_ones": r.IntN(2)})
		case 4:
			if links[id] == "" {
				links[id] = l.link(l.host, l.event, id)
			}
			l.must(200, "POST", "/i/"+links[id]+"/open", "", beacon(i%50))
		case 5:
			l.send("POST", l.event+"/guests/"+id+"/checkins", l.host, object{"nonce": fmt.Sprint(i), "direction": []string{"in", "out"}[r.IntN(2)], "heads": 1})
		case 6:
			l.must(200, "POST", l.event+"/guests/bulk", l.host, object{"guest_ids": []string{id, pick(), id}, "action": "tag", "tag": tags[r.IntN(len(tags))]})
		case 7:
			l.must(200, "POST", l.event+"/guests/bulk", l.host, object{"guest_ids": []string{id, pick()}, "action": "untag", "tag": tags[r.IntN(len(tags))]})
		case 8:
			other := pick()
			l.must(200, "POST", l.event+"/guests/bulk", l.host, object{"guest_ids": []string{id, other}, "action": "delete"})
			delete(links, id)
			delete(links, other)
		}
		if i%10 == 9 {
			if said, rows := l.counts(); said != rows {
				t.Fatalf("after %d deeds the counts are\n%s\nand the rows\n%s", i+1, said, rows)
			}
		}
	}
	for _, tag := range tags {
		with := 0
		for _, g := range l.all("", nil) {
			if slices.Contains(g["tags"].([]any), any(tag)) {
				with++
			}
		}
		if found := len(l.all("&tag="+url.QueryEscape(tag), nil)); found != with {
			t.Errorf("%q finds %d, and %d have it", tag, found, with)
		}
	}
	l.sound()
	l.must(204, "DELETE", l.event, l.host, nil)
	l.sound()
}

// One guest of another event, or who is gone, and the whole is refused with nothing changed, whatever the deed.
func TestBulkRefusesTheWhole(t *testing.T) {
	l := start(t).listed()
	ana, ben := l.add("Ana", "family"), l.add("Ben")
	other := listed{program: l.program, host: l.user("olga")}
	other.event = l.program.event(other.host, nil)
	foreign := other.add("Zoë", "family")
	gone := l.add("Gone")
	l.must(204, "DELETE", l.event+"/guests/"+gone, l.host, nil)
	look := func() string {
		return string(l.must(200, "GET", l.event+"/guests", l.host, nil).body) + string(l.must(200, "GET", l.event+"/activity", l.host, nil).body) +
			string(l.must(200, "GET", other.event+"/guests", other.host, nil).body)
	}
	before := look()
	full := make([]string, 20)
	for i := range full {
		full[i] = fmt.Sprint("tag ", i)
	}
	for _, c := range []struct {
		status int
		body   any
	}{
		{404, object{"guest_ids": []string{ana, foreign}, "action": "delete"}},
		{404, object{"guest_ids": []string{foreign}, "action": "delete"}},
		{404, object{"guest_ids": []string{ana, gone}, "action": "delete"}},
		{404, object{"guest_ids": []string{ana, ben, foreign}, "action": "tag", "tag": "vip"}},
		{404, object{"guest_ids": []string{ana, foreign}, "action": "untag", "tag": "family"}},
		{404, object{"guest_ids": []string{ana, "", "gst_none"}, "action": "tag", "tag": "vip"}},
		{400, object{"guest_ids": []string{}, "action": "delete"}},
		{400, object{"guest_ids": nil, "action": "delete"}},
		{400, object{"action": "delete"}},
		{400, object{"guest_ids": slices.Repeat([]string{ana}, 5001), "action": "delete"}},
		{400, object{"guest_ids": []string{ana}}},
		{400, object{"guest_ids": []string{ana}, "action": "drop"}},
		{400, object{"guest_ids": []string{ana}, "action": "delete", "tag": "vip"}},
		{400, object{"guest_ids": []string{ana}, "action": "delete", "all": true}},
		{400, object{"guest_ids": []string{ana}, "action": "tag"}},
		{400, object{"guest_ids": []string{ana}, "action": "tag", "tag": " "}},
		{400, object{"guest_ids": []string{ana}, "action": "tag", "tag": "a;b"}},
		{400, object{"guest_ids": []string{ana}, "action": "tag", "tag": strings.Repeat("x", 41)}},
		{400, object{"guest_ids": []string{ana}, "action": "untag"}},
		{400, object{"guest_ids": []int{1}, "action": "delete"}},
		{400, object{"guest_ids": []string{ana}, "action": "tag", "tag": "vip", "event_id": other.event}},
	} {
		if got := l.send("POST", l.event+"/guests/bulk", l.host, c.body); got.status != c.status {
			t.Errorf("%.200v: %d, want %d: %s", c.body, got.status, c.status, got.body)
		}
	}
	if after := look(); after != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	l.must(200, "PATCH", l.event+"/guests/"+ben, l.host, object{"tags": full})
	if got := l.bulk("tag", "one more", ana, ben); got.status != 400 || !strings.Contains(string(got.body), "Ben") {
		t.Errorf("with 20 tags already: %d %s", got.status, got.body)
	}
	if got := l.bulk("tag", "tag 7", ana, ben); got.status != 200 || got.get(t, "changed") != 1.0 {
		t.Errorf("a tag that one has: %d %s", got.status, got.body)
	}
	l.sound()
}

// Tags come last and go without a trace, the history says so once, and a deletion gives the places away.
func TestBulk(t *testing.T) {
	q := start(t).queue(2)
	l := listed{program: q.program, host: q.host, event: q.event}
	for _, name := range []string{"Ana", "Ben"} {
		if got := q.answers(name, doorward.RSVPAttending, 1); got != "attending" {
			t.Fatalf("%s: %s", name, got)
		}
	}
	for _, name := range []string{"Cem", "Dora"} {
		if got := q.answers(name, doorward.RSVPAttending, 1); got != "waitlisted" {
			t.Fatalf("%s: %s", name, got)
		}
	}
	if got := l.bulk("tag", "  table   1 ", q.ids["Ana"], q.ids["Cem"], q.ids["Ana"]); got.get(t, "changed") != 2.0 {
		t.Errorf("%s", got.body)
	}
	l.bulk("tag", "vip", q.ids["Ana"])
	if tags := fmt.Sprint(l.must(200, "GET", l.event+"/guests/"+q.ids["Ana"], l.host, nil).get(t, "tags")); tags != "[table 1 vip]" {
		t.Errorf("the tags are %s", tags)
	}
	if got := l.bulk("untag", "table 1", q.ids["Ana"], q.ids["Ben"], q.ids["Cem"]); got.get(t, "changed") != 2.0 {
		t.Errorf("%s", got.body)
	}
	if found := names(l.all("&tag=vip", nil)); fmt.Sprint(found) != "[Ana]" {
		t.Errorf("vip: %v", found)
	}
	if got := l.bulk("delete", "", q.ids["Ana"], q.ids["Ben"]); got.status != 200 || got.get(t, "changed") != 2.0 {
		t.Errorf("%d %s", got.status, got.body)
	}
	q.want("after the deletion", "Cem attending, Dora attending")
	l.must(404, "GET", "/i/"+q.links["Ana"], "", nil)
	history := string(l.must(200, "GET", l.event+"/activity", l.host, nil).body)
	for _, once := range []string{`"change":"deleted","guest":{"id":"","name":""},"count":2`, `"change":"updated","guest":{"id":"","name":""},"count":1`} {
		if strings.Count(strings.ReplaceAll(history, ": ", ":"), once) != 1 {
			t.Errorf("%s is not once in\n%s", once, history)
		}
	}
	l.sound()
}
