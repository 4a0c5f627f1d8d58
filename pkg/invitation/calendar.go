package invitation

import (
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/doorward/doorward/pkg/doorward"
)

// partyLength is how long an event without an end blocks a calendar.
const partyLength = 4 * time.Hour

// Calendar returns the event as an iCalendar file. It holds no token: calendars are shared.
func Calendar(e doorward.Event) string {
	cal := ics.NewCalendarFor("-//Doorward//Doorward//EN")
	cal.SetMethod(ics.MethodPublish)
	entry := cal.AddEvent(string(e.ID) + "@doorward")
	entry.SetDtStampTime(e.UpdatedAt)
	entry.SetStartAt(e.StartsAt)
	ends := e.EndsAt
	if ends.IsZero() {
		ends = e.StartsAt.Add(partyLength)
	}
	entry.SetEndAt(ends)
	entry.SetSummary(e.Name)
	if e.Venue != "" {
		entry.SetLocation(e.Venue)
	}
	if e.Description != "" {
		entry.SetDescription(e.Description)
	}
	return cal.Serialize()
}
