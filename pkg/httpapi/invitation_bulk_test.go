package httpapi_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// items are the rows of a list's answer.
func (a answer) items(t *testing.T) (all []object) {
	t.Helper()
	for _, item := range a.get(t, "items").([]any) {
		all = append(all, item.(object))
	}
	return all
}

// scan shows a link at a door and returns why it was refused, "" when it was not.
func (p *program) scan(phone, link string) any {
	p.t.Helper()
	p.nonces++
	item := object{"nonce": fmt.Sprint("scan-", p.nonces), "token": link, "direction": "in", "at": time.Now().UTC()}
	got := p.must(200, "POST", api+"/door/checkins", phone, object{"items": []object{item}})
	return got.get(p.t, "items").([]any)[0].(object)["reason"]
}

// guestChanges are what a guest's history says of the list and the link, oldest first.
func (p *program) guestChanges(bearer, event, guest string) (all []string) {
	p.t.Helper()
	for _, item := range p.must(200, "GET", event+"/activity?guest_id="+guest, bearer, nil).get(p.t, "items").([]any) {
		if a := item.(object); a["kind"] == "guest" {
			all = append(all, a["data"].(object)["change"].(string))
		}
	}
	slices.Reverse(all)
	return all
}

// Whoever uses an old link is told whether a newer one took its place or the host took it back: on the page, which needs
// no JavaScript for it, in the API and at the door. So it is for every link of a call that takes several writes.
func TestOldLinksSayWhatBecameOfThem(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	phone := p.phone(host, event, "Main door")
	var ids, links []string
	for i := range 120 {
		ids = append(ids, p.guest(host, event, fmt.Sprintf("Guest %03d", i), 1))
		links = append(links, p.link(host, event, ids[i]))
	}
	deed := func(what string) (fresh []string) {
		items := p.must(200, "POST", event+"/guests/invitations/"+what, host, object{"guest_ids": ids}).items(t)
		for i, item := range items {
			if item["guest_id"] != ids[i] || item["skipped_reason"] != nil || (item["token"] == nil) != (what == "revoke") {
				t.Fatalf("%s: item %d is %v, want %s", what, i, item, ids[i])
			}
			token, _ := item["token"].(string)
			fresh = append(fresh, token)
		}
		if len(fresh) != len(ids) {
			t.Fatalf("%s: %d items, want %d", what, len(fresh), len(ids))
		}
		return fresh
	}
	says := func(links []string, code, words string) {
		t.Helper()
		for i, link := range links {
			page := p.send("GET", "/i/"+link, "", nil)
			if page.status != 410 || !bytes.Contains(page.body, []byte(words)) {
				t.Fatalf("the page of guest %d: %d, without %q: %s", i, page.status, words, page.body)
			}
			if got := p.must(410, "POST", "/i/"+link+"/open", "", beacon(1)); got.text(t, "code") != code {
				t.Fatalf("guest %d opens: %s", i, got.body)
			}
			if i%40 != 0 {
				continue
			}
			if got := p.must(410, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending"}); got.text(t, "code") != code {
				t.Errorf("guest %d answers: %s", i, got.body)
			}
			form := p.raw("POST", "/i/"+link+"/rsvp", "", "application/x-www-form-urlencoded", "status=attending")
			if form.status != 410 || !bytes.Contains(form.body, []byte(words)) {
				t.Errorf("the form of guest %d: %d %s", i, form.status, form.body)
			}
			if reason := p.scan(phone, link); reason != code {
				t.Errorf("guest %d at the door: %v, want %s", i, reason, code)
			}
		}
	}

	fresh := deed("rotate")
	says(links, "replaced", "This link was replaced by a newer one. Look for the newest message from your host, or ask them for it again.")
	for i, link := range fresh {
		if got := p.send("GET", "/i/"+link, "", nil); got.status != 200 {
			t.Fatalf("the new link of guest %d: %d", i, got.status)
		}
	}
	deed("revoke")
	says(fresh, "revoked", "Your host has withdrawn this link.")
	says(links[:1], "revoked", "Your host has withdrawn this link.") // there is no newer one to look for
	if got := p.guestChanges(host, event, ids[119]); !slices.Equal(got, []string{"created", "issued", "rotated", "revoked"}) {
		t.Errorf("the history of a guest is %v", got)
	}
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "invited"); n != 0.0 {
		t.Errorf("%v guests are invited, want none", n)
	}
}

// Each guest has a row of its own that says why nothing was done, once, however often the guest is named.
func TestChangingManyLinksSaysWhyNot(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana, ben, cleo := p.guest(host, event, "Ana", 1), p.guest(host, event, "Ben", 1), p.guest(host, event, "Cleo", 1)
	p.link(host, event, ana)
	p.link(host, event, ben)
	p.must(204, "DELETE", event+"/guests/"+ben+"/tokens", host, nil)
	for _, what := range []string{"rotate", "revoke"} {
		items := p.must(200, "POST", event+"/guests/invitations/"+what, host, object{"guest_ids": []string{cleo, ana, cleo, ben, ana}}).items(t)
		var got []any
		for _, item := range items {
			got = append(got, item["guest_id"], item["skipped_reason"])
		}
		if want := []any{cleo, "no_link", ana, nil, ben, "revoked"}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	// Asking for links says each name once as well, mailed or not.
	for _, send := range []bool{false, true} {
		if got := p.must(200, "POST", event+"/guests/invitations/bulk", host, object{"guest_ids": []string{ana, cleo, ana}, "send": send}).items(t); len(got) != 2 {
			t.Errorf("two guests, one of them named twice, give %v", got)
		}
	}
}

// Who asks for everybody's link, mailed or not, undoes no revocation by the way; who names the guest does.
func TestEverybodysLinksLeaveRevokedOnesAlone(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	bulk := event + "/guests/invitations/bulk"
	ana, ben := p.withEmail(host, event, "Ana", "ana@example.com"), p.withEmail(host, event, "Ben", "ben@example.com")
	old := p.link(host, event, ben)
	p.must(204, "DELETE", event+"/guests/"+ben+"/tokens", host, nil)
	for _, send := range []bool{false, true} {
		items := p.must(200, "POST", bulk, host, object{"send": send}).items(t)
		if len(items) != 2 || items[0]["guest_id"] != ana || items[0]["url"] == nil || items[0]["sent"] != send || items[0]["skipped_reason"] != nil {
			t.Errorf("send %v: Ana: %v", send, items)
		}
		if ben := items[1]; ben["token"] != nil || ben["url"] != nil || ben["sent"] != false || ben["skipped_reason"] != "revoked" {
			t.Errorf("send %v: Ben: %v", send, ben)
		}
	}
	if got := p.must(410, "GET", "/i/"+old+"/qr.svg", "", nil); got.text(t, "code") != "revoked" {
		t.Errorf("Ben's link: %s", got.body)
	}
	if got := p.guestChanges(host, event, ben); !slices.Equal(got, []string{"created", "issued", "revoked"}) {
		t.Errorf("Ben's history is %v", got)
	}
	items := p.must(200, "POST", bulk, host, object{"guest_ids": []string{ben}}).items(t)
	if got := p.send("GET", "/i/"+items[0]["token"].(string), "", nil); got.status != 200 {
		t.Errorf("Ben's new link: %d", got.status)
	}
}

// What cannot be taken back is done for named guests of this event alone, or not at all.
func TestChangingManyLinksIsRefusedAsAWhole(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event, other := p.event(host, nil), p.event(host, nil)
	ana, foreign := p.guest(host, event, "Ana", 1), p.guest(host, other, "Zoë", 1)
	mine, theirs := p.link(host, event, ana), p.link(host, other, foreign)
	tooMany := make([]string, 5001)
	for i := range tooMany {
		tooMany[i] = ana
	}
	for _, what := range []string{"rotate", "revoke"} {
		path := event + "/guests/invitations/" + what
		for name, c := range map[string]struct {
			body any
			want int
		}{
			"a guest of another event": {object{"guest_ids": []string{ana, foreign}}, 404},
			"nobody of that id":        {object{"guest_ids": []string{ana, "gst_nobody"}}, 404},
			"no names":                 {object{}, 400},
			"an empty list":            {object{"guest_ids": []string{}}, 400},
			"null":                     {object{"guest_ids": nil}, 400},
			"5,001 names":              {object{"guest_ids": tooMany}, 400},
			"an unknown field":         {object{"guest_ids": []string{ana}, "send": true}, 400},
			"a column's name":          {object{"guest_ids": []string{ana}, "generation": 1}, 400},
		} {
			if got := p.send("POST", path, host, c.body); got.status != c.want {
				t.Errorf("%s with %s: %d, want %d: %s", what, name, got.status, c.want, got.body)
			}
		}
		if got := p.raw("POST", path, host, "application/json", ""); got.status != 400 {
			t.Errorf("%s without a body: %d", what, got.status)
		}
	}
	for _, link := range []string{mine, theirs} {
		if got := p.send("GET", "/i/"+link, "", nil); got.status != 200 {
			t.Errorf("a refused call changed a link: %d", got.status)
		}
	}
}

// While links are replaced their guests open them. Every opening counts for the link it was made with, or is told that
// the link was replaced; afterwards none of the old ones opens.
func TestRotateManyAgainstOpening(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	var ids, links []string
	for i := range 30 {
		ids = append(ids, p.guest(host, event, fmt.Sprintf("Guest %02d", i), 1))
		links = append(links, p.link(host, event, ids[i]))
	}
	for round := range raceRounds(t, 5) {
		var fresh []string
		counts := together(len(links)+1, func(n int) int {
			if n < len(links) {
				return p.send("POST", "/i/"+links[n]+"/open", "", beacon(n)).status
			}
			got := p.send("POST", event+"/guests/invitations/rotate", host, object{"guest_ids": ids})
			for _, item := range got.items(t) {
				fresh = append(fresh, item["token"].(string))
			}
			return got.status
		})
		if counts[200]+counts[410] != len(links)+1 {
			t.Fatalf("round %d: %v", round, counts)
		}
		for i, old := range links {
			if got := p.send("POST", "/i/"+old+"/open", "", beacon(i)); got.status != 410 || got.text(t, "code") != "replaced" {
				t.Fatalf("round %d: the old link of guest %d: %d %s", round, i, got.status, got.body)
			}
			if got := p.send("GET", "/i/"+fresh[i], "", nil); got.status != 200 {
				t.Fatalf("round %d: the new link of guest %d: %d", round, i, got.status)
			}
		}
		links = fresh
	}
}

// A host who handed a link out says so. It counts for that link alone, can be taken back, and is in the guest's history.
func TestMarkingALinkAsSent(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana, ben := p.guest(host, event, "Ana", 1), p.guest(host, event, "Ben", 1)
	first, bens := p.link(host, event, ana), p.link(host, event, ben)
	mark := event + "/guests/" + ana + "/tokens/sent"
	sentAt := func() any {
		return p.must(200, "GET", event+"/guests/"+ana, host, nil).get(t, "invitation", "sent_at")
	}

	for _, no := range []string{bens, "", "no token of ours", strings.Repeat("A", 1000)} {
		if got := p.must(400, "POST", mark, host, object{"token": no}); !bytes.Contains(got.body, []byte(`"field":"token"`)) {
			t.Errorf("%.20q: %s", no, got.body)
		}
	}
	if sentAt() != nil {
		t.Error("a refused mark counts")
	}
	if got := p.must(200, "POST", mark, host, object{"token": strings.ToLower(first)}); got.get(t, "invitation", "sent_at") == nil || got.get(t, "invitation", "sent_at") != sentAt() {
		t.Errorf("marked: %s", got.body)
	}
	for range 2 { // the second time there is nothing left to take back
		if got := p.must(200, "DELETE", mark, host, nil); got.get(t, "invitation", "sent_at") != nil {
			t.Errorf("taken back: %s", got.body)
		}
	}

	second := p.must(200, "POST", event+"/guests/"+ana+"/tokens/rotate", host, object{}).text(t, "token")
	if got := p.must(410, "POST", mark, host, object{"token": first}); got.text(t, "code") != "replaced" || sentAt() != nil {
		t.Errorf("the link before: %s, sent at %v", got.body, sentAt())
	}
	p.must(200, "POST", mark, host, object{"token": second})
	p.must(204, "DELETE", event+"/guests/"+ana+"/tokens", host, nil)
	if got := p.must(410, "POST", mark, host, object{"token": second}); got.text(t, "code") != "revoked" {
		t.Errorf("a revoked link: %s", got.body)
	}
	if got := p.guestChanges(host, event, ana); !slices.Equal(got, []string{"created", "issued", "sent", "unsent", "rotated", "sent", "revoked"}) {
		t.Errorf("the history is %v", got)
	}
}

// Taking the host's own mark back leaves what the mail server was given.
func TestUnmarkingLeavesTheMail(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana := p.withEmail(host, event, "Ana", "ana@example.com")
	guest := event + "/guests/" + ana
	link := p.must(200, "POST", guest+"/tokens", host, object{"send": true}).text(t, "token")
	p.notifications(host, event)
	mailed := p.must(200, "GET", guest, host, nil).text(t, "invitation", "sent_at")
	if by := p.must(200, "POST", guest+"/tokens/sent", host, object{"token": link}).text(t, "invitation", "sent_at"); by <= mailed {
		t.Errorf("handed out at %s, mailed at %s", by, mailed)
	}
	if got := p.must(200, "DELETE", guest+"/tokens/sent", host, nil); got.get(t, "invitation", "sent_at") != mailed {
		t.Errorf("taken back: %s, want %s", got.body, mailed)
	}
}
