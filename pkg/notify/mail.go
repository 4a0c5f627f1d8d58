package notify

import (
	"context"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	netmail "net/mail"
	"strings"
	"text/template"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/wneessen/go-mail"
)

// Sender hands a mail on. An error wraps errRefused when the address or the mail was refused for good; no error names
// the address.
type Sender interface {
	Send(ctx context.Context, m Mail) error
}

// Mail is a message that is ready to go.
type Mail struct {
	ID   string    // of what it tells, the same when it is sent again
	At   time.Time // when the message was queued
	body *mail.Msg
}

// Post is how mails leave the house.
type Post struct {
	Sender Sender
	From   netmail.Address
	Host   string // the right part of Message-IDs: our own name
}

var (
	errRefused    = errors.New("refused for good")
	errUnwritable = errors.New("no address to write to")
)

//go:embed mails
var mails embed.FS

var (
	texts = template.Must(template.ParseFS(mails, "mails/*.txt"))
	htmls = htmltemplate.Must(htmltemplate.ParseFS(mails, "mails/*.html"))
)

// content is what the templates show.
type content struct {
	Guest, Event, Venue string
	When                string // in the event's own zone
	Link                string

	// Of an invite to the team, which is to nobody known by name.
	Inviter, May, Until string
}

var subjects = map[doorward.NotificationKind]string{
	doorward.NotificationInvitation: "You’re invited: ",
	doorward.NotificationLink:       "Your new link: ",
	doorward.NotificationPlace:      "You have a place: ",
}

// compose makes the mail of a message to a guest.
func (m *Messages) compose(n doorward.Notification, g doorward.Guest, e doorward.Event, link string) (Mail, error) {
	zone, err := time.LoadLocation(e.Timezone)
	if err != nil {
		return Mail{}, fmt.Errorf("loading the time zone of %s: %w", e.ID, err)
	}
	c := content{
		Guest: oneLine(g.Name), Event: oneLine(e.Name), Venue: oneLine(e.Venue), Link: link,
		When: e.StartsAt.In(zone).Format("Monday 2 January 2006, 15:04"),
	}
	return m.write(string(n.ID), n.CreatedAt, g.Email, subjects[n.Kind]+literal(c.Event), string(n.Kind), c)
}

// write makes a mail from the templates of a name. It fails with errUnwritable for an address that is none.
func (m *Messages) write(id string, queued time.Time, address, subject, name string, c content) (Mail, error) {
	to, err := netmail.ParseAddress(address)
	if err != nil || to.Address != address || !doorward.Printable(address) {
		return Mail{}, errUnwritable
	}
	to.Name = literal(c.Guest)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.post.From)
	msg.ToMailAddress(to)
	msg.Subject(subject)
	msg.SetDateWithValue(m.clock())
	msg.SetMessageIDWithValue(id + "@" + m.post.Host)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no answering machine answers
	if err := msg.SetBodyTextTemplate(texts.Lookup(name+".txt"), c); err != nil {
		return Mail{}, fmt.Errorf("writing a mail: %w", err)
	}
	if err := msg.AddAlternativeHTMLTemplate(htmls.Lookup(name+".html"), c); err != nil {
		return Mail{}, fmt.Errorf("writing a mail: %w", err)
	}
	return Mail{ID: id, At: queued, body: msg}, nil
}

// literal breaks up what a reader of mail would decode: it stands in a name as it was typed.
func literal(s string) string { return strings.ReplaceAll(s, "=?", "= ?") }

// oneLine makes a text fit for a header and a line: whatever breaks or hides a line becomes a space.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if doorward.Printable(string(r)) {
			return r
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
