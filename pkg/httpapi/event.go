package httpapi

import (
	"net/http"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
)

// Event is the JSON of an event.
type Event struct {
	ID              doorward.EventID    `json:"id" required:"true"`
	Name            string              `json:"name" required:"true"`
	Description     string              `json:"description" required:"true"`
	Venue           string              `json:"venue" required:"true"`
	StartsAt        string              `json:"starts_at" format:"date-time" required:"true"`
	EndsAt          *string             `json:"ends_at" format:"date-time" required:"true"`
	Timezone        string              `json:"timezone" required:"true"`
	Country         string              `json:"country" required:"true" description:"ISO 3166 code of the country of the time zone, like PT; empty when it is none. Phone numbers without a country code are taken for ones of there"`
	Capacity        *int                `json:"capacity" required:"true" description:"heads; null is no limit"`
	DefaultPlusOnes int                 `json:"default_plus_ones" required:"true"`
	RSVPDeadline    *string             `json:"rsvp_deadline" format:"date-time" required:"true"`
	State           doorward.EventState `json:"state" enum:"open,closed,archived" required:"true"`
	Waitlist        bool                `json:"waitlist" required:"true" description:"who finds no place may wait for one"`
	Questions       []Question          `json:"questions" required:"true" nullable:"false" description:"in the order they are asked"`
	YourRole        doorward.Role       `json:"your_role" enum:"owner,editor,viewer" required:"true"`
	Counts          doorward.Counts     `json:"counts" required:"true"`
	CreatedAt       string              `json:"created_at" format:"date-time" required:"true"`
	UpdatedAt       string              `json:"updated_at" format:"date-time" required:"true"`
}

func wireEvent(e doorward.UserEvent) Event {
	w := Event{
		ID: e.ID, Name: e.Name, Description: e.Description, Venue: e.Venue,
		StartsAt: stamp(e.StartsAt), EndsAt: stampOrNull(e.EndsAt), Timezone: e.Timezone, Country: e.Country(),
		DefaultPlusOnes: e.DefaultPlusOnes, RSVPDeadline: stampOrNull(e.RSVPDeadline), State: e.State, YourRole: e.Role,
		Waitlist: e.Waitlist, Questions: wireQuestions(e.Questions), Counts: e.Counts, CreatedAt: stamp(e.CreatedAt), UpdatedAt: stamp(e.UpdatedAt),
	}
	if e.Capacity > 0 {
		w.Capacity = &e.Capacity
	}
	return w
}

// EventBody makes or changes an event. When it changes one, what is not named stays.
type EventBody struct {
	Name            string              `json:"name"`
	Description     text                `json:"description"`
	Venue           text                `json:"venue"`
	StartsAt        *time.Time          `json:"starts_at"`
	EndsAt          *time.Time          `json:"ends_at"`
	Timezone        string              `json:"timezone"`
	Capacity        *int                `json:"capacity"`
	DefaultPlusOnes int                 `json:"default_plus_ones"`
	RSVPDeadline    *time.Time          `json:"rsvp_deadline"`
	State           doorward.EventState `json:"state"`
	Waitlist        bool                `json:"waitlist"`
	Questions       questions           `json:"questions"` // all of them; those that keep their ids keep their answers
}

func eventBody(e doorward.Event) EventBody {
	b := EventBody{
		Name: e.Name, Description: text(e.Description), Venue: text(e.Venue), StartsAt: &e.StartsAt, Timezone: e.Timezone,
		DefaultPlusOnes: e.DefaultPlusOnes, State: e.State, Waitlist: e.Waitlist, Questions: wireQuestions(e.Questions),
	}
	if !e.EndsAt.IsZero() {
		b.EndsAt = &e.EndsAt
	}
	if !e.RSVPDeadline.IsZero() {
		b.RSVPDeadline = &e.RSVPDeadline
	}
	if e.Capacity > 0 {
		b.Capacity = &e.Capacity
	}
	return b
}

func (b EventBody) apply(e *doorward.Event) {
	e.Name, e.Description, e.Venue, e.Timezone = b.Name, string(b.Description), string(b.Venue), b.Timezone
	e.StartsAt, e.EndsAt, e.RSVPDeadline = timeOrZero(b.StartsAt), timeOrZero(b.EndsAt), timeOrZero(b.RSVPDeadline)
	e.DefaultPlusOnes, e.State, e.Capacity = b.DefaultPlusOnes, b.State, 0
	e.Waitlist, e.Questions = b.Waitlist, b.Questions.words()
	if b.Capacity != nil {
		e.Capacity = *b.Capacity
		if e.Capacity == 0 {
			e.Capacity = -1 // said, and no number of heads; no limit is null
		}
	}
}

// listEvents handles GET /api/v1/events.
func (s *Server) listEvents(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	page, err := s.Events.List(c.Request().Context(), c.who.User.ID, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireEvent))
}

// createEvent handles POST /api/v1/events.
func (s *Server) createEvent(c *call) error {
	b := EventBody{State: doorward.EventOpen, Timezone: "UTC"}
	if err := c.decode(&b); err != nil {
		return err
	}
	var e doorward.Event
	b.apply(&e)
	created, err := s.Events.Create(c.Request().Context(), c.who.User, e)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wireEvent(created))
}

// getEvent handles GET /api/v1/events/:event.
func (s *Server) getEvent(c *call) error {
	e, err := s.Events.Get(c.Request().Context(), c.who.User.ID, c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireEvent(e))
}

// patchEvent handles PATCH /api/v1/events/:event.
func (s *Server) patchEvent(c *call) error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	if err := decodeStrict(raw, &EventBody{}); err != nil {
		return err
	}
	e, err := s.Events.Update(c.Request().Context(), c.who.User, c.event, func(e *doorward.Event) {
		b := eventBody(*e)
		if err := decodeStrict(raw, &b); err != nil {
			panic(err) // it decoded a moment ago
		}
		b.apply(e)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireEvent(e))
}

// Activity is the JSON of a row of an event's history, and of a live message.
type Activity struct {
	ID   int64                 `json:"id" required:"true"`
	Kind doorward.ActivityKind `json:"kind" enum:"access,rsvp,checkin,guest,event,resync" required:"true"`
	At   string                `json:"at" format:"date-time" required:"true"`
	Data any                   `json:"data" required:"true"`
}

func wireActivity(a doorward.Activity) Activity {
	w := Activity{ID: a.ID, Kind: a.Kind, At: stamp(a.At), Data: a.Data}
	if a.Data == nil {
		w.Data = struct{}{}
	}
	return w
}

// listActivity handles GET /api/v1/events/:event/activity. It starts anywhere by the ids
// themselves, ?before one or ?after it, and goes on by ?cursor; ?guest_id narrows it to one guest.
func (s *Server) listActivity(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	r := event.HistoryRange{Guest: doorward.GuestID(c.QueryParam("guest_id"))}
	if r.After, err = c.queryInt("after", 0); err != nil {
		return err
	}
	if r.Before, err = c.queryInt("before", 0); err != nil {
		return err
	}
	page, err := s.Events.HistoryPage(c.Request().Context(), c.event, r, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireActivity))
}
