package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/ui"
)

// page is what every rendered page has.
type page struct {
	Lang, Title, JS string
	Style           template.CSS
}

// guestPage is the page behind a link.
type guestPage struct {
	page
	Event struct {
		Name, Description, Venue string
		When                     string // one line, in the event's own zone
		Ends                     string // the rest of "until …", "" when unknown
		AnswerBy                 string // "" when there is no deadline or it has passed
	}
	FirstName string // how to greet
	Answer    struct {
		Status   doorward.RSVPStatus
		PlusOnes int
		Message  string
	}
	Questions   []questionField // to the guest
	Companions  []companionFields
	MaxPlusOnes int
	Full        bool   // no place is left for somebody who is not coming yet
	Kept        bool   // places are free, but for those who wait already
	Waitlist    bool   // who finds none may wait
	Mailed      bool   // the guest is told by mail when a place is free
	Closed      string // "", "deadline", "ended" or "closed"
	Error       string // a sentence after a refused form
	Blocked     bool
	QRSVG       template.HTML
	Code        string // to say at the door, in groups
	Paths       struct{ RSVP, Open, Resend, ICS, QR string }
}

// noticePage says one thing.
type noticePage struct {
	page
	Heading, Text string
}

// pages are the Go templates.
type pages struct {
	sets  map[string]*template.Template
	js    string
	style template.CSS // in the page itself: on a slow network one more request is a late first paint
	// styleSource is what a Content-Security-Policy lets in that very style by.
	styleSource string
}

func loadPages(a *assets) (*pages, error) {
	p := &pages{sets: map[string]*template.Template{}}
	for _, name := range []string{"guest", "notice", "home"} {
		set, err := template.ParseFS(ui.Pages(), "layout.html", name+".html")
		if err != nil {
			return nil, fmt.Errorf("reading the page %s: %w", name, err)
		}
		p.sets[name] = set
	}
	if entry, ok := a.manifest["src/guest/guest.ts"]; ok {
		p.js = "/" + entry.File
		for _, name := range entry.CSS {
			b, err := a.read(name)
			if err != nil {
				return nil, fmt.Errorf("reading the look of the pages: %w", err)
			}
			p.style += template.CSS(b) //nolint:gosec // our own file
		}
	}
	sum := sha256.Sum256([]byte(p.style))
	p.styleSource = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return p, nil
}

func (p *pages) base(title string) page { return page{Lang: "en", Title: title, Style: p.style} }

func (p *pages) render(c *call, status int, name string, data any) error {
	var b bytes.Buffer
	if err := p.sets[name].ExecuteTemplate(&b, "layout", data); err != nil {
		return fmt.Errorf("rendering the page %s: %w", name, err)
	}
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "style-src 'self'", "style-src 'self' "+p.styleSource, 1))
	if !acceptsEncoding(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		return c.HTMLBlob(status, b.Bytes())
	}
	// How well a page packs tells nothing of the link in it: no other site can have words of its own put in.
	h.Set("Content-Encoding", "gzip")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("packing the page %s: %w", name, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("packing the page %s: %w", name, err)
	}
	return c.HTMLBlob(status, packed.Bytes())
}

// home handles GET /.
func (s *Server) home(c *call) error {
	needed, err := s.Accounts.SetupNeeded(c.Request().Context())
	if err != nil {
		return err
	}
	if needed {
		return c.Redirect(http.StatusFound, "/setup")
	}
	return s.pages.render(c, http.StatusOK, "home", struct{ page }{s.pages.base("Doorward")})
}

// viewLink handles GET and HEAD /i/:token. It decides and stores nothing: chats and mail scanners look too.
func (s *Server) viewLink(c *call) error {
	g, e, err := s.Invitations.View(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.notice(c, err)
	}
	p, err := s.guestPage(c, g, e)
	if err != nil {
		return err
	}
	return s.pages.render(c, http.StatusOK, "guest", p)
}

// notice shows an error to a guest as a page of its own.
func (s *Server) notice(c *call, cause error) error {
	p, e := problem(cause, c)
	if p.Status >= http.StatusInternalServerError && !hungUp(c, cause) {
		logger(c).Error("request failed", "status", p.Status, "error", cause)
	}
	headings := map[doorward.Code]string{
		doorward.CodeReplaced: "This link was replaced",
		doorward.CodeRevoked:  "This link no longer works",
		doorward.CodeNotFound: "We don't know this link",
		doorward.CodeGone:     "This event was taken down",
	}
	n := noticePage{page: s.pages.base("Doorward"), Heading: headings[e.Code], Text: e.Message}
	if n.Heading == "" {
		n.Heading = "One moment"
	}
	n.Title = n.Heading
	return s.pages.render(c, p.Status, "notice", n)
}

// missing shows a person that nothing is at an address.
func (s *Server) missing(c *call) error {
	const heading = "There is nothing at this address"
	return s.pages.render(c, http.StatusNotFound, "notice", noticePage{
		page: s.pages.base(heading), Heading: heading, Text: "Perhaps a part of it was lost on its way. Copy the whole link, or ask whoever gave it to you.",
	})
}

func (s *Server) guestPage(c *call, g doorward.Guest, e doorward.Event) (p guestPage, err error) {
	p.page = s.pages.base(e.Name)
	p.JS = s.pages.js
	zone, err := time.LoadLocation(e.Timezone)
	if err != nil {
		return p, fmt.Errorf("loading the time zone of %s: %w", e.ID, err)
	}
	now := s.Clock()
	p.Event.Name, p.Event.Description, p.Event.Venue = e.Name, e.Description, e.Venue
	p.Event.When = e.StartsAt.In(zone).Format("Monday 2 January 2006, 15:04")
	if !e.EndsAt.IsZero() {
		layout := "15:04"
		if e.EndsAt.Sub(e.StartsAt) > 24*time.Hour {
			layout = "Monday 2 January, 15:04"
		}
		p.Event.Ends = e.EndsAt.In(zone).Format(layout)
	}
	if now.Before(e.RSVPDeadline) {
		p.Event.AnswerBy = e.RSVPDeadline.In(zone).Format("Monday 2 January, 15:04")
	}
	p.FirstName = greeting(g.Name)
	p.Answer.Status, p.Answer.PlusOnes, p.Answer.Message = g.RSVP.Status, g.RSVP.PlusOnes, g.RSVP.Message
	p.fill(e, g, g.RSVP.Companions, g.RSVP.Answers, nil)
	p.MaxPlusOnes = g.PartySize - 1
	taken := e.Capacity > 0 && e.Counts.HeadsExpected >= e.Capacity
	p.Full = g.RSVP.Status != doorward.RSVPAttending && (taken || e.Counts.Waitlisted > 0)
	p.Kept = p.Full && !taken
	p.Waitlist, p.Mailed = e.Waitlist, g.Email != ""
	p.Closed = closedWhy(e, now)
	path := "/i/" + c.Param("token")
	p.Paths.RSVP, p.Paths.Open, p.Paths.Resend, p.Paths.ICS, p.Paths.QR = path+"/rsvp", path+"/open", path+"/resend", path+"/event.ics", path+"/qr.svg"
	if g.RSVP.Status == doorward.RSVPAttending {
		svg, err := s.Invitations.QR(c.Param("token"))
		if err != nil {
			return p, err
		}
		if code := g.ID.Code(); code != "" {
			p.Code = code[:3] + " " + code[3:]
		}
		p.QRSVG = template.HTML(svg) //nolint:gosec // drawn by us from a token that was verified
	}
	return p, nil
}

func closedWhy(e doorward.Event, now time.Time) string {
	switch {
	case !e.EndsAt.IsZero() && now.After(e.EndsAt):
		return "ended"
	case e.State != doorward.EventOpen:
		return "closed"
	case !e.RSVPDeadline.IsZero() && now.After(e.RSVPDeadline):
		return "deadline"
	default:
		return ""
	}
}

// greeting is the first word of a name, or the whole of one that is a household's.
func greeting(name string) string {
	first, _, _ := strings.Cut(name, " ")
	switch strings.ToLower(first) {
	case "the", "family", "familie", "familia", "famille":
		return name
	default:
		return first
	}
}
