package guest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// told are the columns of an export behind those that an import reads. Behind them stands one for each question that was
// answered.
var told = []string{"status", "plus_ones", "companions", "message", "answered_at", "invitation", "heads_inside", fieldID}

// Export returns the whole list as CSV that a spreadsheet opens safely and Import reads again.
func (s *Guests) Export(ctx context.Context, event doorward.EventID) ([]byte, error) {
	var guests []doorward.Guest
	err := s.db.Read(ctx, func(tx *sqlite.Tx) error {
		for cursor := ""; ; {
			page, err := tx.Guests(event, doorward.GuestFilter{}, cursor, 500)
			if err != nil {
				return err
			}
			guests = append(guests, page.Items...)
			if cursor = page.Next; cursor == "" {
				return nil
			}
		}
	})
	if err != nil {
		return nil, err
	}
	asked := map[string]bool{}
	for _, g := range guests {
		for question := range g.RSVP.Answers {
			asked[question] = true
		}
	}
	questions := slices.Sorted(maps.Keys(asked))
	head := slices.Concat(columns, told)
	for _, question := range questions {
		head = append(head, "answer: "+question)
	}
	records := [][]string{protectAll(head)}
	for _, g := range guests {
		records = append(records, protectAll(exportRow(g, questions)))
	}
	var b bytes.Buffer
	writeCSV(&b, records...)
	return b.Bytes(), nil
}

func exportRow(g doorward.Guest, questions []string) []string {
	answered := ""
	if !g.RSVP.AnsweredAt.IsZero() {
		answered = g.RSVP.AnsweredAt.UTC().Format(time.RFC3339)
	}
	row := []string{
		g.Name, g.Email, g.Phone, strconv.Itoa(g.PartySize), strings.Join(g.Tags, ";"), g.Note,
		string(g.RSVP.Status), strconv.Itoa(g.RSVP.PlusOnes), strings.Join(g.RSVP.Companions, ";"), g.RSVP.Message, answered,
		string(g.Invitation.State), strconv.Itoa(g.Presence.HeadsInside), string(g.ID),
	}
	for _, question := range questions {
		row = append(row, g.RSVP.Answers[question])
	}
	return row
}

func protectAll(cells []string) []string {
	for i := range cells {
		cells[i] = protect(cells[i])
	}
	return cells
}
