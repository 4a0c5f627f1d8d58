package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
)

// GuestCounts is how many guests each filter of the list finds.
type GuestCounts struct {
	Total  int           `json:"total" required:"true"`
	Status GuestStatuses `json:"status" required:"true"`
	Band   GuestBands    `json:"band" required:"true"`
	Tags   []TagCount    `json:"tags" required:"true" nullable:"false" description:"the 200 tags that most guests have, those first"`
}

// GuestStatuses is by ?status=. Who is inside is counted by the answer too.
type GuestStatuses struct {
	None       int `json:"none" required:"true"`
	Attending  int `json:"attending" required:"true"`
	Maybe      int `json:"maybe" required:"true"`
	Declined   int `json:"declined" required:"true"`
	Waitlisted int `json:"waitlisted" required:"true"`
	Inside     int `json:"inside" required:"true"`
}

// GuestBands is by ?band=. Guests whose link nobody opened have none.
type GuestBands struct {
	Low    int `json:"low" required:"true"`
	Medium int `json:"medium" required:"true"`
	High   int `json:"high" required:"true"`
	Block  int `json:"block" required:"true"`
}

// TagCount is how many guests have a tag.
type TagCount struct {
	Tag    string `json:"tag" required:"true"`
	Guests int    `json:"guests" required:"true"`
}

// countGuests handles GET /api/v1/events/:event/guests/counts.
func (s *Server) countGuests(c *call) error {
	n, err := s.Guests.Counts(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	w := GuestCounts{
		Total: n.Total,
		Status: GuestStatuses{
			None: n.Status[doorward.RSVPNone], Attending: n.Status[doorward.RSVPAttending], Maybe: n.Status[doorward.RSVPMaybe],
			Declined: n.Status[doorward.RSVPDeclined], Waitlisted: n.Status[doorward.RSVPWaitlisted], Inside: n.Inside,
		},
		Band: GuestBands{Low: n.Band[doorward.BandLow], Medium: n.Band[doorward.BandMedium], High: n.Band[doorward.BandHigh], Block: n.Band[doorward.BandBlock]},
		Tags: make([]TagCount, len(n.Tags)),
	}
	for i, t := range n.Tags {
		w.Tags[i] = TagCount(t)
	}
	return c.JSON(http.StatusOK, w)
}

// GuestsBody does one thing to many guests.
type GuestsBody struct {
	GuestIDs []doorward.GuestID `json:"guest_ids" required:"true" nullable:"false"`
	Action   string             `json:"action" enum:"delete,tag,untag" required:"true"`
	Tag      string             `json:"tag" description:"for tag and untag alone"`
}

// GuestsChanged is to how many guests it was done. Those who had the tag already, or lacked it, are not among them.
type GuestsChanged struct {
	Changed int `json:"changed" required:"true"`
}

// changeGuests handles POST /api/v1/events/:event/guests/bulk.
func (s *Server) changeGuests(c *call) error {
	var b GuestsBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if len(b.GuestIDs) == 0 || len(b.GuestIDs) > maxBulk {
		return doorward.Invalid(doorward.FieldError{Field: "guest_ids", Detail: "Name 1 to 5,000 guests."})
	}
	var changed int
	var err error
	ctx := c.Request().Context()
	switch {
	case b.Action == "delete" && b.Tag != "":
		return doorward.Invalid(doorward.FieldError{Field: "tag", Detail: "Leave this out: guests are deleted whatever their tags."})
	case b.Action == "delete":
		changed, err = s.Guests.DeleteMany(ctx, c.who.User, c.event, b.GuestIDs)
	case b.Action == "tag":
		changed, err = s.Guests.Tag(ctx, c.who.User, c.event, b.GuestIDs, b.Tag)
	case b.Action == "untag":
		changed, err = s.Guests.Untag(ctx, c.who.User, c.event, b.GuestIDs, b.Tag)
	default:
		return doorward.Invalid(doorward.FieldError{Field: "action", Detail: "Use one of delete, tag and untag."})
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, GuestsChanged{Changed: changed})
}
