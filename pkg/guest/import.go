package guest

import (
	"context"
	"slices"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Preview is what a file would bring.
type Preview struct {
	Columns  []string // those that were recognised, by their fields
	Headers  []string // all, in the order of the file
	Mapping  []string // for each header the field that it was taken for, "" for one that is left out
	Samples  []string // for each header the start of the first cell that is filled
	Source   string   // SourceOwn and so on, "" for another
	Headings bool     // the list names its columns; else Headers are made up
	Rows     []Row

	Valid, Invalid, Duplicates int
}

// PreviewImport reads a CSV file and stores nothing. A list without a column of names is refused, unless how says
// something of its headings: then it comes from somebody who can say where the names are.
func (s *Guests) PreviewImport(ctx context.Context, event doorward.EventID, data []byte, how Reading) (p Preview, err error) {
	f, _, err := s.read(ctx, event, data, how, how.Headings != "")
	if err != nil {
		return p, err
	}
	p = Preview{
		Headers: f.header.texts, Mapping: f.header.mapping, Samples: f.samples, Source: f.header.source, Headings: f.header.named, Rows: f.rows,
	}
	for _, field := range p.Mapping {
		if field != "" && !slices.Contains(p.Columns, field) {
			p.Columns = append(p.Columns, field)
		}
	}
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
	return p, nil
}

// read reads a file for an event, and marks the guests that are on its list.
func (s *Guests) read(ctx context.Context, event doorward.EventID, data []byte, how Reading, tolerant bool) (f file, e doorward.Event, err error) {
	var listed []sqlite.GuestKey
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		if e, err = tx.Event(event); err != nil {
			return err
		}
		listed, err = tx.GuestKeys(event)
		return err
	})
	if err != nil {
		return f, e, err
	}
	if f, err = parse(data, how, e.Country(), tolerant); err != nil {
		return f, e, err
	}
	markDuplicates(f.rows, listed)
	return f, e, nil
}

// Imported is what an import did.
type Imported struct {
	Created int
	Skipped int   // duplicates, and rows with errors
	Errors  []Row // the rows with errors
}

// Import puts the guests of a CSV file on the list, all or none. Guests who are on it already are skipped; when an
// address comes onto it between that look and the write it is CodeConflict. The write of a list of MaxRows is one commit,
// for which the door waits: see BenchmarkImport.
// A row with errors is CodeInvalid and nothing is stored, unless skipInvalid says to go on without it.
func (s *Guests) Import(ctx context.Context, user doorward.User, event doorward.EventID, data []byte, how Reading, skipInvalid bool) (done Imported, err error) {
	f, e, err := s.read(ctx, event, data, how, false)
	if err != nil {
		return done, err
	}
	var list []doorward.Guest
	for _, row := range f.rows {
		switch {
		case row.Errors != nil:
			done.Errors = append(done.Errors, row)
		case !row.Duplicate:
			list = append(list, row.Draft.guest(event, 1+e.DefaultPlusOnes))
		}
	}
	if len(done.Errors) > 0 && !skipInvalid {
		return Imported{}, rowErrors(done.Errors)
	}
	done.Created, done.Skipped = len(list), len(f.rows)-len(list)
	if done.Created == 0 {
		return done, nil
	}
	fresh := sqlite.PrepareGuests(event, list) // outside of the write: the door waits for that one
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertGuests(fresh); err != nil {
			return err
		}
		return recordMany(tx, event, "imported", fresh.Len(), user)
	})
	if err != nil {
		return Imported{}, err
	}
	return done, nil
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
