package httpapi

import (
	"errors"
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
)

// Guest is the JSON of a guest.
type Guest struct {
	ID         doorward.GuestID `json:"id" required:"true"`
	Code       string           `json:"code" required:"true"` // what the guest can say at the door; "" for ids that were not made here
	EventID    doorward.EventID `json:"event_id" required:"true"`
	Name       string           `json:"name" required:"true"`
	Email      string           `json:"email" required:"true"`
	Phone      string           `json:"phone" required:"true"`
	PartySize  int              `json:"party_size" required:"true"`
	Tags       []string         `json:"tags" required:"true" nullable:"false"`
	Note       string           `json:"note" required:"true"`
	RSVP       GuestRSVP        `json:"rsvp" required:"true"`
	Invitation GuestInvitation  `json:"invitation" required:"true"`
	Risk       GuestRisk        `json:"risk" required:"true"`
	Checkin    GuestCheckin     `json:"checkin" required:"true"`
	CreatedAt  string           `json:"created_at" format:"date-time" required:"true"`
	UpdatedAt  string           `json:"updated_at" format:"date-time" required:"true"`
}

// GuestRSVP is a guest's answer.
type GuestRSVP struct {
	Status     doorward.RSVPStatus `json:"status" enum:"none,attending,declined,maybe,waitlisted" required:"true"`
	PlusOnes   int                 `json:"plus_ones" required:"true"`
	Companions []string            `json:"companions" required:"true" nullable:"false"`
	Answers    map[string]string   `json:"answers" required:"true" nullable:"false"`
	Message    string              `json:"message" required:"true"`
	AnsweredAt *string             `json:"answered_at" format:"date-time" required:"true"`
}

// GuestInvitation is the state of a guest's link.
type GuestInvitation struct {
	State    doorward.InvitationState `json:"state" enum:"none,issued,revoked" required:"true"`
	SentAt   *string                  `json:"sent_at" format:"date-time" required:"true"`
	OpenedAt *string                  `json:"opened_at" format:"date-time" required:"true"`
}

// GuestRisk is the newest judgement of a guest's link; null before the first.
type GuestRisk struct {
	Band  *doorward.Band `json:"band" enum:"low,medium,high,block" required:"true"`
	Score *int           `json:"score" required:"true"`
}

// GuestCheckin is what the ledger says of a guest.
type GuestCheckin struct {
	HeadsInside int     `json:"heads_inside" required:"true"`
	FirstAt     *string `json:"first_at" format:"date-time" required:"true"`
	LastAt      *string `json:"last_at" format:"date-time" required:"true"`
}

func wireGuest(g doorward.Guest) Guest {
	w := Guest{
		ID: g.ID, Code: g.ID.Code(), EventID: g.EventID, Name: g.Name, Email: g.Email, Phone: g.Phone, PartySize: g.PartySize, Tags: g.Tags, Note: g.Note,
		RSVP: GuestRSVP{
			Status: g.RSVP.Status, PlusOnes: g.RSVP.PlusOnes, Companions: g.RSVP.Companions, Answers: g.RSVP.Answers,
			Message: g.RSVP.Message, AnsweredAt: stampOrNull(g.RSVP.AnsweredAt),
		},
		Invitation: GuestInvitation{
			State: g.Invitation.State, SentAt: stampOrNull(g.Invitation.SentAt), OpenedAt: stampOrNull(g.Invitation.OpenedAt),
		},
		Checkin: GuestCheckin{
			HeadsInside: g.Presence.HeadsInside, FirstAt: stampOrNull(g.Presence.FirstAt), LastAt: stampOrNull(g.Presence.LastAt),
		},
		CreatedAt: stamp(g.CreatedAt), UpdatedAt: stamp(g.UpdatedAt),
	}
	if g.Risk.Band != "" {
		w.Risk = GuestRisk{Band: &g.Risk.Band, Score: &g.Risk.Score}
	}
	return w
}

// GuestBody adds or changes a guest. When it changes one, what is not named stays.
type GuestBody struct {
	Name      string   `json:"name"`
	Email     text     `json:"email"`
	Phone     text     `json:"phone"`
	PartySize *int     `json:"party_size"`
	Tags      []string `json:"tags"`
	Note      text     `json:"note"`
}

func guestBody(d guest.Draft) GuestBody {
	b := GuestBody{Name: d.Name, Email: text(d.Email), Phone: text(d.Phone), Tags: d.Tags, Note: text(d.Note)}
	if d.PartySize != 0 {
		b.PartySize = &d.PartySize
	}
	return b
}

func (b GuestBody) draft() guest.Draft {
	d := guest.Draft{Name: b.Name, Email: string(b.Email), Phone: string(b.Phone), Tags: b.Tags, Note: string(b.Note)}
	if b.PartySize != nil {
		d.PartySize = *b.PartySize
		if d.PartySize == 0 {
			d.PartySize = -1 // said, and no number of heads; the event's default is null
		}
	}
	return d
}

// inside is what ?status= takes besides the answers: hosts ask for who is there in the same breath.
const inside = "inside"

// listGuests handles GET /api/v1/events/:event/guests.
func (s *Server) listGuests(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	f := doorward.GuestFilter{
		Query: c.QueryParam("q"), Status: doorward.RSVPStatus(c.QueryParam("status")),
		Band: doorward.Band(c.QueryParam("band")), Tag: c.QueryParam("tag"),
	}
	err = errors.Join(
		oneOf("status", f.Status, doorward.RSVPNone, doorward.RSVPAttending, doorward.RSVPDeclined, doorward.RSVPMaybe, doorward.RSVPWaitlisted, inside),
		oneOf("band", f.Band, bands...))
	if err != nil {
		return err
	}
	if f.Status == inside {
		f.Status, f.Inside = "", true
	}
	page, err := s.Guests.List(c.Request().Context(), c.event, f, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireGuest))
}

// addGuest handles POST /api/v1/events/:event/guests.
func (s *Server) addGuest(c *call) error {
	var b GuestBody
	if err := c.decode(&b); err != nil {
		return err
	}
	g, err := s.Guests.Add(c.Request().Context(), c.who.User, c.event, b.draft())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wireGuest(g))
}

// getGuest handles GET /api/v1/events/:event/guests/:guest.
func (s *Server) getGuest(c *call) error {
	g, err := s.Guests.Get(c.Request().Context(), c.event, c.guestID())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireGuest(g))
}

// patchGuest handles PATCH /api/v1/events/:event/guests/:guest.
func (s *Server) patchGuest(c *call) error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	if err := decodeStrict(raw, &GuestBody{}); err != nil {
		return err
	}
	g, err := s.Guests.Update(c.Request().Context(), c.who.User, c.event, c.guestID(), func(d *guest.Draft) {
		b := guestBody(*d)
		if err := decodeStrict(raw, &b); err != nil {
			panic(err) // it decoded a moment ago
		}
		*d = b.draft()
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireGuest(g))
}

// deleteGuest handles DELETE /api/v1/events/:event/guests/:guest.
func (s *Server) deleteGuest(c *call) error {
	if err := s.Guests.Delete(c.Request().Context(), c.who.User, c.event, c.guestID()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
