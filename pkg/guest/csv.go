package guest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// MaxRows is how many guests one file may bring.
const MaxRows = 5000

// Row is one line of a file, read.
type Row struct {
	Line      int // 1-based, as a text editor counts
	Draft     Draft
	Errors    []doorward.FieldError
	Duplicate bool // the guest is on the list already, or further up in the file

	id doorward.GuestID // of an export of ours
}

// file is a list, read.
type file struct {
	header  header
	samples []string // of each column the first filled cell
	rows    []Row
}

const maxSample = 80 // bytes

// sample keeps what a column holds, for somebody who must say what that is.
func (f *file) sample(cells [][]byte) {
	for i := range min(len(cells), len(f.samples)) {
		if f.samples[i] == "" {
			f.samples[i] = doorward.Truncate(string(bytes.TrimSpace(cells[i])), maxSample)
		}
	}
}

// parse reads a list. The country says what phone numbers without a country code mean. tolerant lets a list pass whose
// names are in no column yet; its rows have errors then.
func parse(data []byte, how Reading, country string, tolerant bool) (f file, err error) {
	if err := how.check(); err != nil {
		return f, err
	}
	if data, err = decode(data); err != nil {
		return f, err
	}
	r := open(data)
	if f.header, err = readHeader(r, how.Headings); err != nil {
		return f, err
	}
	if how.Mapping != nil {
		if len(how.Mapping) != len(f.header.texts) {
			return f, badMapping("The list has %d columns; say for each what it holds.", len(f.header.texts))
		}
		f.header.mapping = how.Mapping
	}
	if nameless(f.header.mapping) && !tolerant {
		return f, badFile("No column is called name. The first line names the columns: name, email, phone, party_size, tags, note.")
	}
	f.samples = make([]string, len(f.header.texts))
	l := layoutOf(f.header)
	l.country = country
	for {
		cells, line, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, err
		}
		if blank(cells) || repeats(f.header.texts, cells) {
			continue
		}
		if len(f.rows) == MaxRows {
			return f, badFile("The list has more than %d guests. Split it into several files.", MaxRows)
		}
		f.rows = append(f.rows, l.read(line, cells))
		f.sample(cells)
	}
	if len(f.rows) == 0 {
		return f, badFile("The list has headings and no guests below them.")
	}
	return f, nil
}

// layout says where in a record the fields are.
type layout struct {
	at      map[string][]int
	own     bool // an export of ours
	country string
}

func layoutOf(h header) layout {
	l := layout{at: map[string][]int{}, own: h.source == SourceOwn}
	for i, field := range h.mapping {
		l.at[field] = append(l.at[field], i)
	}
	// Of several numbers the mobile one is wanted: links go there.
	landline := func(column int) int {
		for _, word := range []string{"mob", "cell", "handy", "movil", "movel", "portable", "gsm", "whatsapp"} {
			if strings.Contains(headerKey(h.texts[column]), word) {
				return 0
			}
		}
		return 1
	}
	slices.SortStableFunc(l.at[fieldPhone], func(a, b int) int { return landline(a) - landline(b) })
	return l
}

// all returns the filled cells of a field.
func (l layout) all(cells [][]byte, field string) (filled []string) {
	for _, i := range l.at[field] {
		if i < len(cells) {
			if s := unprotect(string(bytes.TrimSpace(cells[i]))); s != "" {
				filled = append(filled, s)
			}
		}
	}
	return filled
}

// first is the first filled cell of a field.
func (l layout) first(cells [][]byte, field string) string {
	if all := l.all(cells, field); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (l layout) read(line int, cells [][]byte) Row {
	row := Row{Line: line, id: doorward.GuestID(l.first(cells, fieldID)), Draft: Draft{
		Name: l.first(cells, fieldName), Email: l.first(cells, fieldEmail), Phone: l.phone(cells),
		Tags: l.tags(cells), Note: lines(strings.Join(l.all(cells, fieldNote), "\n")),
	}}
	if row.Draft.Name == "" {
		row.Draft.Name = strings.Join(append(l.all(cells, fieldFirstName), l.all(cells, fieldLastName)...), " ")
	}
	if !l.own {
		row.Draft.Email = plainEmail(row.Draft.Email)
	}
	var wrong []doorward.FieldError
	number := func(field string, least, plus int) {
		cell := l.first(cells, field)
		if cell == "" || row.Draft.PartySize != 0 || wrong != nil {
			return
		}
		n, err := strconv.Atoi(cell)
		if err != nil || n < least || n > maxParty-plus {
			wrong = []doorward.FieldError{{Field: field, Detail: "Use a number from " + strconv.Itoa(least) + " to " + strconv.Itoa(maxParty-plus) + "."}}
			return
		}
		row.Draft.PartySize = n + plus
	}
	number(fieldPartySize, 1, 0)
	number(fieldPlusOnes, 0, 1)
	row.Errors = append(wrong, row.Draft.check(l.country)...)
	return row
}

// lines makes the line breaks of old Macs ours.
func lines(s string) string {
	if strings.Contains(s, "\n") {
		return s
	}
	return strings.ReplaceAll(s, "\r", "\n")
}

// multi is what Google Contacts puts between several values in one cell.
const multi = " ::: "

// phone is the first number that can be called, or the first of all.
func (l layout) phone(cells [][]byte) string {
	all := l.all(cells, fieldPhone)
	if len(all) == 1 && !strings.Contains(all[0], multi) {
		return all[0] // check looks at it
	}
	for _, cell := range all {
		for part := range strings.SplitSeq(cell, multi) {
			if _, problem := e164(part, l.country); problem == "" {
				return part
			}
		}
	}
	return strings.Join(all[:min(1, len(all))], "")
}

// tags are separated by semicolons; in lists of others also by commas, or as Google Contacts does, whose own groups
// begin with a star.
func (l layout) tags(cells [][]byte) (tags []string) {
	for _, cell := range l.all(cells, fieldTags) {
		if !l.own {
			cell = strings.NewReplacer(multi, ";", ",", ";").Replace(cell)
		}
		for tag := range strings.SplitSeq(cell, ";") {
			if tag = strings.TrimSpace(tag); l.own || !strings.HasPrefix(tag, "* ") {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// plainEmail takes the address out of "Ana Costa <ana@example.com>", and the first of several.
func plainEmail(cell string) string {
	cell, _, _ = strings.Cut(cell, multi)
	if a, err := mail.ParseAddress(cell); err == nil {
		return a.Address
	}
	return cell
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
