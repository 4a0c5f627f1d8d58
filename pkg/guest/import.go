package guest

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Preview is what a file would bring.
type Preview struct {
	Columns                    []string
	Rows                       []Row
	Valid, Invalid, Duplicates int
}

// PreviewImport reads a CSV file and stores nothing.
func (s *Guests) PreviewImport(ctx context.Context, event doorward.EventID, data []byte) (p Preview, err error) {
	f, err := parse(data)
	if err != nil {
		return p, err
	}
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error { return markDuplicates(tx, event, f.rows) })
	p = Preview{Columns: f.columns, Rows: f.rows}
	for _, row := range f.rows {
		switch {
		case row.Errors != nil:
			p.Invalid++
		case row.Duplicate:
			p.Duplicates++
		default:
			p.Valid++
		}
	}
	return p, err
}

// markDuplicates marks the rows whose address is on the list already, or further up in the file.
func markDuplicates(tx *sqlite.Tx, event doorward.EventID, rows []Row) error {
	seen := map[string]bool{}
	for i := range rows {
		key := doorward.EmailKey(rows[i].Draft.Email)
		if key == "" || rows[i].Errors != nil {
			continue
		}
		taken, err := tx.EmailTaken(event, key)
		if err != nil {
			return err
		}
		rows[i].Duplicate = taken || seen[key]
		seen[key] = true
	}
	return nil
}

// Imported is what an import did.
type Imported struct {
	Created int
	Skipped int   // duplicates, and rows with errors
	Errors  []Row // the rows with errors
}

// Import puts the guests of a CSV file on the list, all or none. Guests whose address is on it already are skipped; when
// one comes onto it between that look and the write it is CodeConflict. The write of a list of MaxRows is one commit, for
// which the door waits: see BenchmarkImport.
// A row with errors is CodeInvalid and nothing is stored, unless skipInvalid says to go on without it.
func (s *Guests) Import(ctx context.Context, user doorward.User, event doorward.EventID, data []byte, skipInvalid bool) (done Imported, err error) {
	f, err := parse(data)
	if err != nil {
		return done, err
	}
	for _, row := range f.rows {
		if row.Errors != nil {
			done.Errors = append(done.Errors, row)
		}
	}
	if len(done.Errors) > 0 && !skipInvalid {
		return Imported{}, rowErrors(done.Errors)
	}
	fresh, err := s.ready(ctx, event, f.rows)
	if err != nil {
		return Imported{}, err
	}
	done.Created, done.Skipped = fresh.Len(), len(f.rows)-fresh.Len()
	if done.Created == 0 {
		return done, nil
	}
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertGuests(fresh); err != nil {
			return err
		}
		return tx.InsertActivity(event, doorward.ActivityGuest, "", doorward.GuestActivity{Change: "imported", Count: fresh.Len(), By: user.Name})
	})
	if err != nil {
		return Imported{}, err
	}
	return done, nil
}

// ready readies the rows that are to be stored, outside of the write: the door waits for that one.
func (s *Guests) ready(ctx context.Context, event doorward.EventID, rows []Row) (fresh sqlite.NewGuests, err error) {
	var e doorward.Event
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		if e, err = tx.Event(event); err != nil {
			return err
		}
		return markDuplicates(tx, event, rows)
	})
	if err != nil {
		return fresh, err
	}
	var list []doorward.Guest
	for _, row := range rows {
		if row.Errors == nil && !row.Duplicate {
			list = append(list, row.Draft.guest(event, 1+e.DefaultPlusOnes))
		}
	}
	return sqlite.PrepareGuests(event, list), nil
}

// maxRowErrors bounds how many errors one answer tells.
const maxRowErrors = 100

func rowErrors(rows []Row) error {
	var fields []doorward.FieldError
	for _, row := range rows {
		for _, e := range row.Errors {
			if len(fields) < maxRowErrors {
				fields = append(fields, doorward.FieldError{Field: "line " + strconv.Itoa(row.Line) + ", " + e.Field, Detail: e.Detail})
			}
		}
	}
	return doorward.Invalid(fields...)
}

// Export returns the whole list as CSV that a spreadsheet opens safely and Import reads again.
func (s *Guests) Export(ctx context.Context, event doorward.EventID) ([]byte, error) {
	var b bytes.Buffer
	records := [][]string{append(append([]string{}, columns...), "status", "plus_ones", "message", "heads_inside")}
	err := s.db.Read(ctx, func(tx *sqlite.Tx) error {
		for cursor := ""; ; {
			page, err := tx.Guests(event, doorward.GuestFilter{}, cursor, 500)
			if err != nil {
				return err
			}
			for _, g := range page.Items {
				records = append(records, exportRow(g))
			}
			if cursor = page.Next; cursor == "" {
				return nil
			}
		}
	})
	writeCSV(&b, records...)
	return b.Bytes(), err
}

func exportRow(g doorward.Guest) []string {
	row := []string{
		g.Name, g.Email, g.Phone, strconv.Itoa(g.PartySize), strings.Join(g.Tags, ";"), g.Note,
		string(g.RSVP.Status), strconv.Itoa(g.RSVP.PlusOnes), g.RSVP.Message, strconv.Itoa(g.Presence.HeadsInside),
	}
	for i := range row {
		row[i] = protect(row[i])
	}
	return row
}
