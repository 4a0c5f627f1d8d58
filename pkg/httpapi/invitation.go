package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
)

// Link is the JSON of a guest's link.
type Link struct {
	Token    string `json:"token" required:"true"`
	URL      string `json:"url" required:"true"`
	IssuedAt string `json:"issued_at" format:"date-time" required:"true"`
	Sent     bool   `json:"sent" required:"true"`
}

func wireLink(l invitation.Link) Link {
	return Link{Token: l.Token, URL: l.URL, IssuedAt: stamp(l.IssuedAt)}
}

// IssueBody issues a link.
type IssueBody struct {
	Send bool `json:"send"`
}

// refuseSending tells that there is no mail yet, before anything is done that the answer would not mention.
func refuseSending(send bool) error {
	if send {
		return doorward.Invalid(doorward.FieldError{Field: "send", Detail: "Sending mail is not set up. Copy the link and hand it out yourself."})
	}
	return nil
}

// decodeIssue reads an IssueBody; no body at all is an empty one.
func (c *call) decodeIssue() error {
	var b IssueBody
	if c.Request().ContentLength != 0 {
		if err := c.decode(&b); err != nil {
			return err
		}
	}
	return refuseSending(b.Send)
}

// issueLink handles POST /api/v1/events/:event/guests/:guest/tokens.
func (s *Server) issueLink(c *call) error {
	if err := c.decodeIssue(); err != nil {
		return err
	}
	l, err := s.Invitations.Issue(c.Request().Context(), c.who.User, c.event, c.guestID())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireLink(l))
}

// rotateLink handles POST /api/v1/events/:event/guests/:guest/tokens/rotate.
func (s *Server) rotateLink(c *call) error {
	if err := c.decodeIssue(); err != nil {
		return err
	}
	l, err := s.Invitations.Rotate(c.Request().Context(), c.who.User, c.event, c.guestID())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireLink(l))
}

// revokeLink handles DELETE /api/v1/events/:event/guests/:guest/tokens.
func (s *Server) revokeLink(c *call) error {
	if err := s.Invitations.Revoke(c.Request().Context(), c.who.User, c.event, c.guestID()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// BulkBody issues the links of the named guests, or of all.
type BulkBody struct {
	GuestIDs []doorward.GuestID `json:"guest_ids"`
	Send     bool               `json:"send"`
}

// BulkLink is a guest's link in a bulk answer.
type BulkLink struct {
	GuestID       doorward.GuestID `json:"guest_id" required:"true"`
	Token         string           `json:"token" required:"true"`
	URL           string           `json:"url" required:"true"`
	Sent          bool             `json:"sent" required:"true"`
	SkippedReason *string          `json:"skipped_reason" required:"true"`
}

// maxBulk bounds a bulk call; the body limit would let more names through than one commit should hold.
const maxBulk = 5000

// issueLinks handles POST /api/v1/events/:event/guests/invitations/bulk.
func (s *Server) issueLinks(c *call) error {
	var b BulkBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := refuseSending(b.Send); err != nil {
		return err
	}
	if len(b.GuestIDs) > maxBulk || b.GuestIDs != nil && len(b.GuestIDs) == 0 {
		return doorward.Invalid(doorward.FieldError{Field: "guest_ids", Detail: "Name 1 to 5,000 guests, or leave this out for all."})
	}
	links, err := s.Invitations.IssueMany(c.Request().Context(), c.who.User, c.event, b.GuestIDs)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[invitation.Link]{Items: links}, func(l invitation.Link) BulkLink {
		return BulkLink{GuestID: l.GuestID, Token: l.Token, URL: l.URL}
	}))
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

// IfKnown is what an access would be if its device were known as the guest's: by the event's default bands.
type IfKnown struct {
	Score int           `json:"score" required:"true"`
	Band  doorward.Band `json:"band" enum:"low,medium,high,block" required:"true"`
}

func wireAccess(a doorward.Access) AccessLog {
	w := AccessLog{
		ID: a.ID, Guest: doorward.GuestRef{ID: a.GuestID, Name: a.GuestName}, Kind: a.Signals.Kind, At: stamp(a.Signals.At),
		Class: a.Assessment.Class, Band: a.Band, Score: a.Assessment.Score, Action: a.Action,
		Capped: a.Assessment.Capped, Evaluated: a.Assessment.Evaluated, Reasons: orEmpty(a.Assessment.Reasons),
		Device:  deviceName(a.Signals.UserAgent),
		IfKnown: IfKnown{Score: a.Assessment.IfKnown, Band: doorward.DefaultThresholds().Band(a.Assessment.IfKnown)},
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
	return c.JSON(http.StatusOK, list(page, wireAccess))
}
