package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
)

// csvLimit is how large a CSV file may be, with the form around it.
const csvLimit = 5<<20 + 64<<10

// ImportGuest is a line of a file as a guest.
type ImportGuest struct {
	Name      string   `json:"name" required:"true"`
	Email     string   `json:"email" required:"true"`
	Phone     string   `json:"phone" required:"true"`
	PartySize *int     `json:"party_size" required:"true" description:"null takes the event's default"`
	Tags      []string `json:"tags" required:"true" nullable:"false"`
	Note      string   `json:"note" required:"true"`
}

// ImportRow is a line of a file.
type ImportRow struct {
	Line      int                   `json:"line" required:"true"`
	Guest     ImportGuest           `json:"guest" required:"true"`
	Errors    []doorward.FieldError `json:"errors" required:"true" nullable:"false"`
	Duplicate bool                  `json:"duplicate" required:"true"`
}

func wireRow(r guest.Row) ImportRow {
	w := ImportRow{
		Line: r.Line, Errors: orEmpty(r.Errors), Duplicate: r.Duplicate,
		Guest: ImportGuest{Name: r.Draft.Name, Email: r.Draft.Email, Phone: r.Draft.Phone, Tags: orEmpty(r.Draft.Tags), Note: r.Draft.Note},
	}
	if r.Draft.PartySize != 0 {
		w.Guest.PartySize = &r.Draft.PartySize
	}
	return w
}

// orEmpty makes an absent list an empty one: JSON's null is not a list.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func wireRows(rows []guest.Row) []ImportRow {
	out := make([]ImportRow, len(rows))
	for i, r := range rows {
		out[i] = wireRow(r)
	}
	return out
}

// ImportPreview is what a file would bring.
type ImportPreview struct {
	Columns  []string     `json:"columns" required:"true" nullable:"false"`
	Rows     []ImportRow  `json:"rows" required:"true" nullable:"false"`
	Totals   ImportTotals `json:"totals" required:"true"`
	Headers  []string     `json:"headers" required:"true" nullable:"false" description:"of all columns, in the order of the file"`
	Mapping  []string     `json:"mapping" required:"true" nullable:"false" description:"for each header what the column is taken for: name, first_name, last_name, email, phone, party_size, plus_ones, tags, note, id, or empty for one that is left out"`
	Samples  []string     `json:"samples" required:"true" nullable:"false" description:"for each header the start of the first cell that is filled"`
	Source   string       `json:"source" enum:"doorward,google,outlook,eventbrite,luma," required:"true" description:"the program whose export it was recognised as; empty for another"`
	Headings bool         `json:"headings" required:"true" description:"the list names its columns; else the headers are made up"`
}

// ImportTotals counts the lines of a file.
type ImportTotals struct {
	Valid      int `json:"valid" required:"true"`
	Invalid    int `json:"invalid" required:"true"`
	Duplicates int `json:"duplicates" required:"true"`
}

// previewImport handles POST /api/v1/events/:event/guests/import/preview.
func (s *Server) previewImport(c *call) error {
	data, how, err := c.list()
	if err != nil {
		return err
	}
	p, err := s.Guests.PreviewImport(c.Request().Context(), c.event, data, how)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, ImportPreview{
		Columns: orEmpty(p.Columns), Rows: wireRows(p.Rows), Totals: ImportTotals{Valid: p.Valid, Invalid: p.Invalid, Duplicates: p.Duplicates},
		Headers: p.Headers, Mapping: p.Mapping, Samples: p.Samples, Source: p.Source, Headings: p.Headings,
	})
}

// Imported is what an import did.
type Imported struct {
	Created int         `json:"created" required:"true"`
	Skipped int         `json:"skipped" required:"true"`
	Errors  []ImportRow `json:"errors" required:"true" nullable:"false"`
}

// importGuests handles POST /api/v1/events/:event/guests/import.
func (s *Server) importGuests(c *call) error {
	skip := c.QueryParam("skip_invalid")
	if skip != "" && skip != "true" && skip != "false" {
		return doorward.Invalid(doorward.FieldError{Field: "skip_invalid", Detail: "Use true or false."})
	}
	data, how, err := c.list()
	if err != nil {
		return err
	}
	done, err := s.Guests.Import(c.Request().Context(), c.who.User, c.event, data, how, skip == "true")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Imported{Created: done.Created, Skipped: done.Skipped, Errors: wireRows(done.Errors)})
}

// list reads a multipart form with a guest list: the part called file, and how it is to be read in the parts mapping, a
// JSON array, and headings.
func (c *call) list() (data []byte, how guest.Reading, err error) {
	form, err := c.Request().MultipartReader()
	if err != nil {
		return nil, how, doorward.Errorf(doorward.CodeUnsupported, "Send the list as a form (multipart/form-data) with a file in it.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) && data == nil {
			return nil, how, doorward.Invalid(doorward.FieldError{Field: "file", Detail: "Choose a CSV file."})
		}
		if errors.Is(err, io.EOF) {
			return data, how, nil
		}
		if err != nil {
			return nil, how, readError(err, "The form is not complete.")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, how, readError(err, "The form is not complete.")
		}
		switch part.FormName() {
		case "file":
			data = content
		case "headings":
			how.Headings = string(content)
		case "mapping":
			if json.Unmarshal(content, &how.Mapping) != nil || how.Mapping == nil {
				return nil, how, doorward.Invalid(doorward.FieldError{Field: "mapping", Detail: "Send a JSON array of texts, one for each column."})
			}
		}
	}
}

func (c *call) csv(name string, data []byte) error {
	c.asDownload(name)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", data)
}

// importTemplate handles GET /api/v1/events/:event/guests/import/template.
func (s *Server) importTemplate(c *call) error { return c.csv("guests-template.csv", guest.Template()) }

// exportGuests handles GET /api/v1/events/:event/guests/export.csv.
func (s *Server) exportGuests(c *call) error {
	data, err := s.Guests.Export(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	return c.csv("guests.csv", data)
}
