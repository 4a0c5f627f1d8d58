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

// told are the columns of an export behind those that an import reads. Behind them stand the answers by question. Links are
// not among them, because whoever has one comes in by it, and neither is what the engine thinks of a guest.
var told = []string{
	"status", "plus_ones", "companions", "message", "answered_at", "invitation", "sent_at", "opened_at",
	"heads_inside", "first_in_at", "last_in_at", "code", fieldID,
}

// Export returns the whole list as CSV that a spreadsheet opens safely and Import reads again.
func (s *Guests) Export(ctx context.Context, event doorward.EventID) ([]byte, error) {
	var e doorward.Event
	var guests []doorward.Guest
	err := s.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if e, err = tx.Event(event); err != nil {
			return err
		}
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
	head := slices.Concat(columns, told)
	for _, q := range e.Questions {
		head = append(head, "answer: "+q.Label)
		if q.Per == doorward.PerHead {
			head = append(head, "answer of companions: "+q.Label)
		}
	}
	records := [][]string{protectAll(append(head, "other answers"))}
	for _, g := range guests {
		records = append(records, protectAll(append(exportRow(g), exportAnswers(e.Questions, g.RSVP)...)))
	}
	var b bytes.Buffer
	writeCSV(&b, records...)
	return b.Bytes(), nil
}

func exportRow(g doorward.Guest) []string {
	return []string{
		g.Name, g.Email, g.Phone, strconv.Itoa(g.PartySize), strings.Join(g.Tags, ";"), g.Note,
		string(g.RSVP.Status), strconv.Itoa(g.RSVP.PlusOnes), strings.Join(g.RSVP.Companions, ";"), g.RSVP.Message, exportTime(g.RSVP.AnsweredAt),
		string(g.Invitation.State), exportTime(g.Invitation.SentAt), exportTime(g.Invitation.OpenedAt),
		strconv.Itoa(g.Presence.HeadsInside), exportTime(g.Presence.FirstAt), exportTime(g.Presence.LastAt), g.ID.Code(), string(g.ID),
	}
}

// exportAnswers are the cells behind those of exportRow. What was answered for those whom a guest brings is one cell, in the
// order of the companions: a column for each of a hundred people would be a file that Import refuses as too wide.
func exportAnswers(questions []doorward.Question, r doorward.RSVP) (cells []string) {
	rest := maps.Clone(r.Answers)
	take := func(q doorward.QuestionID, head int) string {
		key := doorward.AnswerKey(q, head)
		answer := rest[key]
		delete(rest, key)
		return answer
	}
	for _, q := range questions {
		cells = append(cells, take(q.ID, 0))
		if q.Per != doorward.PerHead {
			continue
		}
		of := make([]string, max(r.PlusOnes, len(r.Companions)))
		for i := range of {
			of[i] = take(q.ID, i+1)
		}
		cells = append(cells, strings.TrimRight(strings.Join(of, ";"), ";"))
	}
	var others []string // to questions that are gone
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		others = append(others, key+": "+rest[key])
	}
	return append(cells, strings.Join(others, ";"))
}

// exportTime is "" for what has not happened.
func exportTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func protectAll(cells []string) []string {
	for i := range cells {
		cells[i] = protect(cells[i])
	}
	return cells
}
