package httpapi

import (
	"context"
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
)

// BulkBody issues the links of the named guests, or of all.
type BulkBody struct {
	GuestIDs []doorward.GuestID `json:"guest_ids"`
	Send     bool               `json:"send"`
}

// BulkLink is a guest's link in a bulk answer. Token and URL are null of who has none: everybody was asked for, and the
// link was revoked or the guest deleted.
type BulkLink struct {
	GuestID       doorward.GuestID  `json:"guest_id" required:"true"`
	Token         *string           `json:"token" required:"true"`
	URL           *string           `json:"url" required:"true"`
	Sent          bool              `json:"sent" required:"true"`
	SkippedReason *doorward.Skipped `json:"skipped_reason" enum:"no_email,just_sent,revoked,deleted" required:"true"`
}

func wireBulk(l invitation.Link, sent bool, skipped *doorward.Skipped) BulkLink {
	w := BulkLink{GuestID: l.GuestID, Sent: sent, SkippedReason: skipped}
	if l.URL != "" {
		w.Token, w.URL = &l.Token, &l.URL
	}
	return w
}

// maxBulk bounds a bulk call; the body limit would let more names through than one commit should hold.
const maxBulk = 5000

// issueLinks handles POST /api/v1/events/:event/guests/invitations/bulk.
func (s *Server) issueLinks(c *call) error {
	var b BulkBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if len(b.GuestIDs) > maxBulk || b.GuestIDs != nil && len(b.GuestIDs) == 0 {
		return doorward.Invalid(doorward.FieldError{Field: "guest_ids", Detail: "Name 1 to 5,000 guests, or leave this out for all."})
	}
	if b.Send {
		links, err := s.sendLinks(c, b.GuestIDs, false)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, list(doorward.Page[sentLink]{Items: links}, func(l sentLink) BulkLink {
			return wireBulk(l.Link, l.skipped == nil, l.skipped)
		}))
	}
	issued, err := s.Invitations.IssueMany(c.Request().Context(), c.who.User, c.event, b.GuestIDs)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[invitation.Changed]{Items: issued}, func(c invitation.Changed) BulkLink {
		return wireBulk(c.Link, false, skippedOrNull(c.Skipped))
	}))
}

func skippedOrNull(s doorward.Skipped) *doorward.Skipped {
	if s == "" {
		return nil
	}
	return &s
}

// NamedBody names guests. There is no "all by leaving it out" for what cannot be taken back.
type NamedBody struct {
	GuestIDs []doorward.GuestID `json:"guest_ids" required:"true" minItems:"1" maxItems:"5000"`
}

// ChangedLink is a guest's link in the answer to a change of many. Token and URL are of the new one, null where there is
// none.
type ChangedLink struct {
	GuestID       doorward.GuestID  `json:"guest_id" required:"true"`
	Token         *string           `json:"token" required:"true"`
	URL           *string           `json:"url" required:"true"`
	SkippedReason *doorward.Skipped `json:"skipped_reason" enum:"no_link,revoked,deleted" required:"true"` // null: it was changed
}

func wireChanged(c invitation.Changed) ChangedLink {
	w := ChangedLink{GuestID: c.GuestID, SkippedReason: skippedOrNull(c.Skipped)}
	if c.URL != "" {
		w.Token, w.URL = &c.Token, &c.URL
	}
	return w
}

// rotateLinks handles POST /api/v1/events/:event/guests/invitations/rotate.
func (s *Server) rotateLinks(c *call) error { return s.changeLinks(c, s.Invitations.RotateMany) }

// revokeLinks handles POST /api/v1/events/:event/guests/invitations/revoke.
func (s *Server) revokeLinks(c *call) error { return s.changeLinks(c, s.Invitations.RevokeMany) }

type change func(context.Context, doorward.User, doorward.EventID, []doorward.GuestID) ([]invitation.Changed, error)

func (s *Server) changeLinks(c *call, change change) error {
	var b NamedBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if len(b.GuestIDs) == 0 || len(b.GuestIDs) > maxBulk {
		return doorward.Invalid(doorward.FieldError{Field: "guest_ids", Detail: "Name 1 to 5,000 guests."})
	}
	changed, err := change(c.Request().Context(), c.who.User, c.event, b.GuestIDs)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[invitation.Changed]{Items: changed}, wireChanged))
}
