package guest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// header is what stands above the rows of a list.
type header struct {
	texts   []string
	mapping []string
	source  string
	named   bool // the list names its columns; else texts are ours
}

// readHeader steps behind the line that names the columns, if there is one. Lines with a single cell above it are
// titles, as some spreadsheets write them, and are left out.
func readHeader(r *records, headings string) (h header, err error) {
	start, after := *r, *r
	for n := 0; n < sampled; {
		cells, _, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return h, err
		}
		if blank(cells) {
			continue
		}
		n++
		line := header{texts: texts(cells), named: true}
		line.mapping, line.source = recognise(line.texts)
		if known := !nameless(line.mapping) && (n == 1 || filled(cells) > 1); known || n == 1 {
			h, after = line, *r
			if known {
				break
			}
		}
		if filled(cells) > 1 {
			break
		}
	}
	*r = after
	switch {
	case h.texts == nil:
		return h, badFile("The list is empty. Its first line names the columns: name, email, phone, party_size, tags, note.")
	case headings == HeadingsNo, headings == HeadingsGuess && looksLikeGuest(h):
		*r = start
		return unnamed(start)
	}
	return h, nil
}

// looksLikeGuest tells a first line that is a guest from one of headings, in which no e-mail address stands.
func looksLikeGuest(h header) bool {
	if slices.ContainsFunc(h.texts, isEmail) {
		return true
	}
	if slices.ContainsFunc(h.mapping, func(field string) bool { return field != "" }) {
		return false
	}
	return len(h.texts) == 1 || slices.ContainsFunc(h.texts, func(cell string) bool { return isField(fieldPhone, cell) })
}

// unnamed is the header of a list whose first line is a guest already. Columns are known by what is in them.
func unnamed(r records) (h header, err error) {
	var rows [][]string
	width := 0
	for len(rows) < sampled {
		cells, _, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return h, err
		}
		if !blank(cells) {
			rows, width = append(rows, texts(cells)), max(width, len(cells))
		}
	}
	fits := func(field string, column int) bool {
		found := false
		for _, row := range rows {
			if column < len(row) && row[column] != "" {
				if !isField(field, row[column]) {
					return false
				}
				found = true
			}
		}
		return found
	}
	h.mapping = make([]string, width)
	for _, field := range []string{fieldEmail, fieldPhone, fieldPartySize, fieldName} {
		for i := range width {
			if h.mapping[i] == "" && fits(field, i) {
				h.mapping[i] = field
				break
			}
		}
	}
	// In the order of our own template, tags and a note stand behind those.
	for i := 4; i < min(width, len(columns)) && h.mapping[i] == "" && h.mapping[0] == fieldName; i++ {
		h.mapping[i] = columns[i]
	}
	for i := range width {
		h.texts = append(h.texts, fmt.Sprintf("Column %d", i+1))
	}
	return h, nil
}

// isField reports whether a cell looks like what a field holds.
func isField(field, cell string) bool {
	switch field {
	case fieldEmail:
		return isEmail(cell)
	case fieldPhone:
		digits := 0
		for _, r := range unprotect(cell) {
			switch {
			case r >= '0' && r <= '9':
				digits++
			case !strings.ContainsRune("+-./() \u00a0", r):
				return false
			}
		}
		return digits >= 6
	case fieldPartySize:
		n, err := strconv.Atoi(cell)
		return err == nil && n >= 1 && n <= maxParty
	default:
		return !strings.Contains(cell, "@") && strings.IndexFunc(cell, unicode.IsLetter) >= 0
	}
}
