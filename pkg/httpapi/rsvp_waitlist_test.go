package httpapi_test

import (
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// queue is an event of four places with a waiting list.
type queue struct {
	*program
	host, event string
	ids, links  map[string]string // by name
}

func (p *program) queue(capacity any) *queue {
	q := &queue{program: p, host: p.user("hanna"), ids: map[string]string{}, links: map[string]string{}}
	q.event = p.event(q.host, object{"capacity": capacity, "waitlist": true, "default_plus_ones": 3})
	return q
}

// answers sends an answer for a guest, whom it adds when there is none of the name, and returns the status it comes to.
func (q *queue) answers(name string, status doorward.RSVPStatus, heads int) string {
	q.t.Helper()
	if q.ids[name] == "" {
		q.ids[name] = q.withEmail(q.host, q.event, name, strings.ToLower(name)+"@example.com")
		q.links[name] = q.link(q.host, q.event, q.ids[name])
	}
	got := q.send("POST", "/i/"+q.links[name]+"/rsvp", "", object{"status": status, "plus_ones": heads - 1})
	if got.status == 200 {
		return got.text(q.t, "status")
	}
	return got.text(q.t, "code")
}

// want fails unless the guests stand as told: "Ana attending, Ben waitlisted".
func (q *queue) want(when, stands string) {
	q.t.Helper()
	for one := range strings.SplitSeq(stands, ", ") {
		name, status, _ := strings.Cut(one, " ")
		if got := q.must(200, "GET", q.event+"/guests/"+q.ids[name], q.host, nil).text(q.t, "rsvp", "status"); got != status {
			q.t.Errorf("%s: %s is %s, want %s", when, name, got, status)
		}
	}
}

// The queue is strict, and every way in which a place becomes free gives it to who is next.
func TestWaitlist(t *testing.T) {
	q := start(t).queue(4)
	step := func(name string, status doorward.RSVPStatus, heads int, want string) {
		t.Helper()
		if got := q.answers(name, status, heads); got != want {
			t.Errorf("%s %s with %d: %s, want %s", name, status, heads, got, want)
		}
	}
	step("Ana", "attending", 3, "attending")
	step("Ben", "attending", 2, "waitlisted") // one place is left
	step("Cem", "attending", 1, "waitlisted") // would fit, and is behind Ben
	step("Ana", "attending", 4, "full")       // nor does Ana get ahead of him
	q.want("after being refused", "Ana attending, Ben waitlisted, Cem waitlisted")
	step("Dia", "attending", 1, "waitlisted")
	step("Ana", "attending", 2, "attending")
	q.want("a place that Ana gave back", "Ben attending, Cem waitlisted, Dia waitlisted")
	step("Cem", "attending", 2, "waitlisted") // wants more: to the end
	step("Ana", "attending", 1, "attending")
	q.want("Dia is next now", "Dia attending, Cem waitlisted")
	step("Eva", "attending", 2, "waitlisted")
	step("Cem", "attending", 1, "waitlisted") // wants less: keeps the place
	step("Ben", "declined", 1, "declined")
	q.want("Ben leaves two", "Cem attending, Eva waitlisted")
	q.must(200, "PATCH", q.event, q.host, object{"capacity": 5})
	q.want("a larger room", "Eva attending")

	step("Fay", "attending", 1, "waitlisted")
	step("Gus", "attending", 1, "waitlisted")
	step("Hal", "attending", 1, "waitlisted")
	step("Fay", "declined", 1, "declined") // who waits may leave the queue
	q.must(200, "PATCH", q.event, q.host, object{"capacity": 1})
	q.want("a smaller room puts nobody out", "Ana attending, Dia attending, Cem attending, Eva attending, Gus waitlisted")
	q.must(200, "PATCH", q.event, q.host, object{"capacity": 5})
	q.must(200, "PATCH", q.event, q.host, object{"state": "closed"})
	q.must(204, "DELETE", q.event+"/guests/"+q.ids["Eva"], q.host, nil)
	q.want("while it is closed", "Gus waitlisted, Hal waitlisted")
	q.must(200, "PATCH", q.event, q.host, object{"state": "open", "rsvp_deadline": "2020-01-01T00:00:00Z"})
	q.want("when it opens, also after the deadline", "Gus attending, Hal attending")
	q.must(200, "PATCH", q.event, q.host, object{"rsvp_deadline": nil})

	step("Ivo", "attending", 1, "waitlisted")
	step("Jon", "attending", 1, "waitlisted")
	q.must(200, "PATCH", q.event, q.host, object{"waitlist": false})
	step("Kay", "attending", 1, "full")
	step("Jon", "attending", 2, "full") // keeps what was asked for
	q.must(204, "DELETE", q.event+"/guests/"+q.ids["Ana"], q.host, nil)
	q.want("a deleted guest's place", "Ivo attending, Jon waitlisted")
	q.must(200, "PATCH", q.event, q.host, object{"capacity": nil})
	q.want("room for all", "Jon attending")

	counts := q.must(200, "GET", q.event, q.host, nil).get(t, "counts").(object)
	if counts["attending"] != 6.0 || counts["heads_expected"] != 6.0 || counts["waitlisted"] != 0.0 {
		t.Errorf("%v", counts)
	}
	report, err := sqlite.Verify(t.Context(), sqlite.Path(q.data))
	if err != nil || len(report.Failed()) > 0 {
		t.Errorf("%v %v", report.Failed(), err)
	}
}

// Who gets a place is told by mail, once, with the link; the history says that it was waited for.
func TestPromotionIsTold(t *testing.T) {
	q := start(t).queue(1)
	q.answers("Ana", "attending", 1)
	q.answers("Ben", "attending", 1)
	zoe := q.guest(q.host, q.event, "Zoë", 1) // without an address
	zoes := q.link(q.host, q.event, zoe)
	q.must(200, "POST", "/i/"+zoes+"/rsvp", "", object{"status": "attending"})
	for link, words := range map[string]string{q.links["Ben"]: "You get a mail as soon as a place is free", zoes: "Your host will see when a place is free"} {
		if page := string(q.must(200, "GET", "/i/"+link, "", nil).body); !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	mail := q.mailed("ben@example.com", func() { q.answers("Ana", "declined", 1) })
	if subject := mail.GetHeader("Subject"); subject != "You have a place: Rooftop Friday" || !strings.Contains(mail.Text, q.links["Ben"]) || !strings.Contains(mail.HTML, q.links["Ben"]) {
		t.Errorf("%s\n%s", subject, mail.Text)
	}
	q.answers("Ben", "declined", 1)
	if got := q.must(200, "GET", q.event+"/guests/"+zoe, q.host, nil).text(t, "rsvp", "status"); got != "attending" {
		t.Errorf("Zoë is %s", got)
	}
	list := q.notifications(q.host, q.event)
	if len(list) != 1 || list[0]["kind"] != "place" {
		t.Errorf("%v", list)
	}
	promoted := 0
	for _, item := range q.must(200, "GET", q.event+"/activity", q.host, nil).get(t, "items").([]any) {
		if row := item.(object); row["kind"] == "rsvp" && row["data"].(object)["promoted"] == true {
			promoted++
		}
	}
	if promoted != 2 {
		t.Errorf("%d rows of the history say that a place became free, want 2", promoted)
	}
}
