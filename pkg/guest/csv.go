package guest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	// MaxRows is how many guests one file may bring.
	MaxRows    = 5000
	maxColumns = 100
)

// columns are those of our own files, in order.
var columns = []string{"name", "email", "phone", "party_size", "tags", "note"}

// aliases are other headers that mean a column, folded by headerKey.
var aliases = map[string]string{
	"name": "name", "guest": "name", "fullname": "name", "guestname": "name",
	"email": "email", "mail": "email", "emailaddress": "email",
	"phone": "phone", "telephone": "phone", "mobile": "phone", "phonenumber": "phone",
	"partysize": "party_size", "party": "party_size", "heads": "party_size", "seats": "party_size",
	"tags": "tags", "tag": "tags", "group": "tags", "note": "note", "notes": "note", "comment": "note",
}

// headerKey folds a header: letters and digits alone, in lower case.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Row is one line of a file, read.
type Row struct {
	Line      int // 1-based, as a text editor counts
	Draft     Draft
	Errors    []doorward.FieldError
	Duplicate bool // its address is on the list already, or further up in the file
}

// file is a CSV file, read.
type file struct {
	columns []string // those that were recognised
	rows    []Row
}

func badFile(detail string, args ...any) error {
	return doorward.Invalid(doorward.FieldError{Field: "file", Detail: fmt.Sprintf(detail, args...)})
}

// parse reads a CSV file in UTF-8, separated by commas, semicolons or tabs, whose first line names its columns.
func parse(data []byte) (f file, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return f, badFile("Save the list as CSV in UTF-8, and try again.")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(data)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return f, badFile("The list is empty. Its first line names the columns: name, email, phone, party_size, tags, note.")
	}
	if err != nil {
		return f, badFile("The first line can't be read: %v.", errors.Unwrap(err))
	}
	at, err := f.readHeader(header)
	if err != nil {
		return f, err
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, unreadable(err)
		}
		if blank(record) {
			continue
		}
		if len(f.rows) == MaxRows {
			return f, badFile("The list has more than %d guests. Split it into several files.", MaxRows)
		}
		line, _ := r.FieldPos(0)
		f.rows = append(f.rows, readRow(line, record, at))
	}
	return f, nil
}

// separator is whichever of the three is commonest in the first line.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func unreadable(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return badFile("Line %d can't be read: a quotation mark is missing or in the wrong place.", e.StartLine)
	}
	return badFile("The list can't be read.")
}

// readHeader returns where each column stands.
func (f *file) readHeader(header []string) (map[string]int, error) {
	if len(header) > maxColumns {
		return nil, badFile("The list has more than %d columns.", maxColumns)
	}
	at := map[string]int{}
	for i, cell := range header {
		column, known := aliases[headerKey(cell)]
		if _, taken := at[column]; known && !taken {
			at[column] = i
			f.columns = append(f.columns, column)
		}
	}
	if _, ok := at["name"]; !ok {
		return nil, badFile("No column is called name. The first line names the columns: name, email, phone, party_size, tags, note.")
	}
	return at, nil
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func readRow(line int, record []string, at map[string]int) Row {
	cell := func(column string) string {
		i, ok := at[column]
		if !ok || i >= len(record) {
			return ""
		}
		return unprotect(strings.TrimSpace(record[i]))
	}
	row := Row{Line: line, Draft: Draft{
		Name: cell("name"), Email: cell("email"), Phone: cell("phone"), Tags: strings.Split(cell("tags"), ";"), Note: cell("note"),
	}}
	var fields []doorward.FieldError
	if size := cell("party_size"); size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			fields = []doorward.FieldError{{Field: "party_size", Detail: "Use a number from 1 to 100."}}
		}
		row.Draft.PartySize = n
	}
	for _, e := range row.Draft.check() {
		if e.Field != "party_size" || fields == nil {
			fields = append(fields, e)
		}
	}
	row.Errors = fields
	return row
}

// formulaStarts are the first characters that make a spreadsheet take a cell for a formula.
const formulaStarts = "=+-@\t\r"

// separators are where a spreadsheet may begin a cell of its own inside one of ours: many split on semicolons or tabs,
// whatever the file does.
const separators = ";\t\n\r"

// protect keeps a spreadsheet from running a cell, or what it takes for one: an apostrophe goes in front of a formula,
// and of apostrophes before one, so that unprotect gets back exactly what was there.
func protect(cell string) string {
	return atStarts(cell, func(part string) string {
		if isFormula(strings.TrimLeft(part, "'")) {
			return "'" + part
		}
		return part
	})
}

// unprotect takes off what protect has put in.
func unprotect(cell string) string {
	return atStarts(cell, func(part string) string {
		if bare := strings.TrimLeft(part, "'"); bare != part && isFormula(bare) {
			return part[1:]
		}
		return part
	})
}

func isFormula(s string) bool { return s != "" && strings.IndexByte(formulaStarts, s[0]) >= 0 }

// atStarts runs change on each part of a cell that a spreadsheet may take for a cell. A part includes the separator
// that ends it, because a tab is a separator and starts a formula too.
func atStarts(cell string, change func(string) string) string {
	var b strings.Builder
	for cell != "" {
		end := len(cell)
		if i := strings.IndexAny(cell, separators); i >= 0 {
			end = i + 1
		}
		b.WriteString(change(cell[:end]))
		cell = cell[end:]
	}
	return b.String()
}

// Template is an empty list that shows how one is written.
func Template() []byte {
	var b bytes.Buffer
	writeCSV(&b, columns, []string{"Ana Costa", "ana@example.com", protect("+351912000001"), "2", "family;friends", "vegetarian"})
	return b.Bytes()
}

func writeCSV(w io.Writer, records ...[]string) {
	out := csv.NewWriter(w)
	// A bytes.Buffer never fails, and what fails on a connection is seen by whoever closes it.
	_ = out.WriteAll(records)
}
