package httpapi

import (
	"net/http"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
)

// DuplicateBody says what a copy of an event is to differ in.
type DuplicateBody struct {
	Name     string     `json:"name" description:"nothing: Copy of, and the event's"`
	StartsAt *time.Time `json:"starts_at" description:"nothing: as the event. Its end and its deadline move along"`
	Guests   bool       `json:"guests" description:"the guest list comes along, without links, answers and check-ins"`
}

// duplicateEvent handles POST /api/v1/events/:event/duplicate. It takes an editor: a copy with its list lets its owner write
// to every guest, which a viewer may not.
func (s *Server) duplicateEvent(c *call) error {
	var b DuplicateBody
	if err := c.decode(&b); err != nil {
		return err
	}
	e, err := s.Events.Duplicate(c.Request().Context(), c.who.User, c.event, event.Copy{Name: b.Name, StartsAt: timeOrZero(b.StartsAt), Guests: b.Guests})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wireEvent(e))
}

// deleteEvent handles DELETE /api/v1/events/:event.
func (s *Server) deleteEvent(c *call) error {
	if err := s.Events.Delete(c.Request().Context(), c.who.User, c.event); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// restoreEvent handles POST /api/v1/events/:event/restore.
func (s *Server) restoreEvent(c *call) error {
	e, err := s.Events.Restore(c.Request().Context(), c.who.User, c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireEvent(e))
}

// DeletedEvent is the JSON of an event that its owner can bring back.
type DeletedEvent struct {
	ID           doorward.EventID `json:"id" required:"true"`
	Name         string           `json:"name" required:"true"`
	Venue        string           `json:"venue" required:"true"`
	StartsAt     string           `json:"starts_at" format:"date-time" required:"true"`
	Timezone     string           `json:"timezone" required:"true"`
	Guests       int              `json:"guests" required:"true"`
	DeletedAt    string           `json:"deleted_at" format:"date-time" required:"true"`
	RestoreUntil string           `json:"restore_until" format:"date-time" required:"true"`
}

func wireDeletedEvent(e doorward.DeletedEvent) DeletedEvent {
	return DeletedEvent{
		ID: e.ID, Name: e.Name, Venue: e.Venue, StartsAt: stamp(e.StartsAt), Timezone: e.Timezone, Guests: e.Counts.Guests,
		DeletedAt: stamp(e.DeletedAt), RestoreUntil: stamp(e.DeletedAt.Add(event.RestoreWithin)),
	}
}

// listDeletedEvents handles GET /api/v1/events/deleted.
func (s *Server) listDeletedEvents(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	page, err := s.Events.Deleted(c.Request().Context(), c.who.User.ID, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireDeletedEvent))
}
