package invitation

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/doorward/doorward/pkg/doorward"
)

// partyLength is how long an event without an end blocks a calendar.
const partyLength = 4 * time.Hour

// oneBreak leaves one kind of line break, the one that is escaped: a bare CR would end a line of the file.
var oneBreak = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Calendar returns the event as an iCalendar file. It holds no token: calendars are shared.
func Calendar(e doorward.Event) string {
	cal := ics.NewCalendar()
	cal.SetProductId("-//Doorward//Doorward//EN")
	cal.SetMethod(ics.MethodPublish)
	entry := cal.AddEvent(string(e.ID) + "@doorward")
	entry.SetDtStampTime(e.UpdatedAt)
	entry.SetStartAt(e.StartsAt)
	ends := e.EndsAt
	if ends.IsZero() {
		ends = e.StartsAt.Add(partyLength)
	}
	entry.SetEndAt(ends)
	entry.SetSummary(oneBreak.Replace(e.Name))
	if e.Venue != "" {
		entry.SetLocation(oneBreak.Replace(e.Venue))
	}
	if e.Description != "" {
		entry.SetDescription(oneBreak.Replace(e.Description))
	}
	return cal.Serialize(ics.WithNewLineWindows)
}
