package httpapi

import (
	"context"
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
)

// Link is the JSON of a guest's link.
type Link struct {
	Token         string            `json:"token" required:"true"`
	URL           string            `json:"url" required:"true"`
	IssuedAt      string            `json:"issued_at" format:"date-time" required:"true"`
	Sent          bool              `json:"sent" required:"true"`                                     // a mail with it was queued by this call
	SkippedReason *doorward.Skipped `json:"skipped_reason" enum:"no_email,just_sent" required:"true"` // why not: no_email, just_sent; null when nobody asked
}

// IssueBody issues a link.
type IssueBody struct {
	Send bool `json:"send"`
}

// issueLink handles POST /api/v1/events/:event/guests/:guest/tokens.
func (s *Server) issueLink(c *call) error { return s.giveLink(c, s.Invitations.Issue, false) }

// rotateLink handles POST /api/v1/events/:event/guests/:guest/tokens/rotate.
func (s *Server) rotateLink(c *call) error { return s.giveLink(c, s.Invitations.Rotate, true) }

type issue func(context.Context, doorward.User, doorward.EventID, doorward.GuestID) (invitation.Link, error)

// giveLink answers with a guest's link, and mails it when the body says so. No body at all is an empty one.
func (s *Server) giveLink(c *call, silently issue, fresh bool) error {
	var b IssueBody
	if c.Request().ContentLength != 0 {
		if err := c.decode(&b); err != nil {
			return err
		}
	}
	if !b.Send {
		l, err := silently(c.Request().Context(), c.who.User, c.event, c.guestID())
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, Link{Token: l.Token, URL: l.URL, IssuedAt: stamp(l.IssuedAt)})
	}
	links, err := s.sendLinks(c, []doorward.GuestID{c.guestID()}, fresh)
	if err != nil {
		return err
	}
	l := links[0]
	return c.JSON(http.StatusOK, Link{Token: l.Token, URL: l.URL, IssuedAt: stamp(l.IssuedAt), Sent: l.skipped == nil, SkippedReason: l.skipped})
}

// sentLink is a link that was mailed, or why it was not.
type sentLink struct {
	invitation.Link
	skipped *doorward.Skipped
}

// sendLinks mails guests their links.
func (s *Server) sendLinks(c *call, ids []doorward.GuestID, fresh bool) ([]sentLink, error) {
	invited, err := s.Messages.Invite(c.Request().Context(), c.who.User, c.event, ids, fresh)
	if err != nil {
		return nil, err
	}
	links := make([]sentLink, len(invited))
	for n, i := range invited {
		links[n].GuestID = i.Guest.ID
		if i.Skipped != doorward.SkippedRevoked && i.Skipped != doorward.SkippedDeleted {
			if links[n].Link, err = s.Invitations.Link(i.Guest); err != nil {
				return nil, err
			}
		}
		links[n].skipped = skippedOrNull(i.Skipped)
	}
	return links, nil
}

// revokeLink handles DELETE /api/v1/events/:event/guests/:guest/tokens.
func (s *Server) revokeLink(c *call) error {
	if err := s.Invitations.Revoke(c.Request().Context(), c.who.User, c.event, c.guestID()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// SentBody names the link that a host handed out.
type SentBody struct {
	Token string `json:"token" required:"true"`
}

// markSent handles POST /api/v1/events/:event/guests/:guest/tokens/sent.
func (s *Server) markSent(c *call) error {
	var b SentBody
	if err := c.decode(&b); err != nil {
		return err
	}
	g, err := s.Invitations.MarkSent(c.Request().Context(), c.who.User, c.event, c.guestID(), b.Token)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireGuest(g))
}

// unmarkSent handles DELETE /api/v1/events/:event/guests/:guest/tokens/sent.
func (s *Server) unmarkSent(c *call) error {
	g, err := s.Invitations.UnmarkSent(c.Request().Context(), c.who.User, c.event, c.guestID())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireGuest(g))
}

// AccessLog is the JSON of one use of a link.
type AccessLog struct {
	ID        doorward.AccessID   `json:"id" required:"true"`
	Guest     doorward.GuestRef   `json:"guest" required:"true"`
	Kind      doorward.AccessKind `json:"kind" enum:"open,rsvp,scan" required:"true"`
	At        string              `json:"at" format:"date-time" required:"true"`
	Class     doorward.Class      `json:"class" enum:"human,preview,scanner,prefetch,automation" required:"true"`
	Band      doorward.Band       `json:"band" enum:"low,medium,high,block" required:"true"`
	Score     int                 `json:"score" required:"true"`
	Action    doorward.Action     `json:"action" enum:"allowed,flagged,blocked" required:"true"`
	Capped    bool                `json:"capped" required:"true"`
	Evaluated bool                `json:"evaluated" required:"true"`
	Reasons   []doorward.Reason   `json:"reasons" required:"true" nullable:"false"`
	IP        string              `json:"ip" required:"true"`
	Device    string              `json:"device" required:"true"`
	IfKnown   IfKnown             `json:"if_known" required:"true"`
	Verdict   *doorward.Opinion   `json:"verdict" enum:"legitimate,suspicious" required:"true" nullable:"true"`
}

// IfKnown is what an access would be if its device were known as the guest's, by the event's own bands of now.
type IfKnown struct {
	Score int           `json:"score" required:"true"`
	Band  doorward.Band `json:"band" enum:"low,medium,high,block" required:"true"`
}

// accessWire returns what makes the JSON of an event's accesses.
func (s *Server) accessWire(c *call) (func(doorward.Access) AccessLog, error) {
	e, err := s.Events.Get(c.Request().Context(), c.who.User.ID, c.event)
	return func(a doorward.Access) AccessLog { return wireAccess(a, e.Thresholds) }, err
}

func wireAccess(a doorward.Access, t doorward.Thresholds) AccessLog {
	w := AccessLog{
		ID: a.ID, Guest: doorward.GuestRef{ID: a.GuestID, Name: a.GuestName}, Kind: a.Signals.Kind, At: stamp(a.Signals.At),
		Class: a.Assessment.Class, Band: a.Band, Score: a.Assessment.Score, Action: a.Action,
		Capped: a.Assessment.Capped, Evaluated: a.Assessment.Evaluated, Reasons: orEmpty(a.Assessment.Reasons),
		Device:  deviceName(a.Signals.UserAgent),
		IfKnown: IfKnown{Score: a.Assessment.IfKnown, Band: t.Band(a.Assessment.IfKnown)},
	}
	if a.Opinion != "" {
		w.Verdict = &a.Opinion
	}
	if a.Signals.IP.IsValid() {
		w.IP = a.Signals.IP.String()
	}
	return w
}

// bands are what ?band= may be.
var bands = []doorward.Band{doorward.BandLow, doorward.BandMedium, doorward.BandHigh, doorward.BandBlock}

// listAccesses handles GET /api/v1/events/:event/access-logs.
func (s *Server) listAccesses(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	f := doorward.AccessFilter{Band: doorward.Band(c.QueryParam("band")), Guest: doorward.GuestID(c.QueryParam("guest_id"))}
	if err := oneOf("band", f.Band, bands...); err != nil {
		return err
	}
	page, err := s.Invitations.Accesses(c.Request().Context(), c.event, f, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	wire, err := s.accessWire(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wire))
}
