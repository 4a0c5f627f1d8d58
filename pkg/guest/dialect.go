package guest

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const (
	maxColumns = 200
	maxCell    = 64 << 10 // bytes; more is an open quotation mark
)

// separators of columns, in the order of preference.
const separators = ",;\t"

// records reads a list record by record. A cell in quotation marks may hold separators and line breaks; inside of one
// that does not start with a mark, marks are letters like others. Lines end in LF, CRLF or CR.
type records struct {
	data  []byte
	comma byte
	at    int
	line  int      // of what comes next, 1-based
	cells [][]byte // of the record before; used again by each
}

// next returns the cells of the next record, good until the one after it, and the line that it starts on. At the end
// it is io.EOF.
func (r *records) next() (cells [][]byte, line int, err error) {
	if r.at >= len(r.data) {
		return nil, 0, io.EOF
	}
	line, r.cells = r.line, r.cells[:0]
	for {
		cell, err := r.cell()
		if err != nil {
			return nil, line, err
		}
		if len(r.cells) == maxColumns {
			return nil, line, badFile("Line %d has more than %d columns.", line, maxColumns)
		}
		r.cells = append(r.cells, cell)
		if r.at >= len(r.data) {
			return r.cells, line, nil
		}
		if r.data[r.at] != r.comma {
			r.newline()
			return r.cells, line, nil
		}
		r.at++
	}
}

// cell reads up to the separator or line break after it, and leaves that.
func (r *records) cell() ([]byte, error) {
	start := r.at
	for start < len(r.data) && r.data[start] == ' ' {
		start++
	}
	if start < len(r.data) && r.data[start] == '"' {
		r.at = start + 1
		return r.quoted()
	}
	start = r.at
	for ; r.at < len(r.data); r.at++ {
		if c := r.data[r.at]; c == r.comma || c == '\n' || c == '\r' {
			break
		}
	}
	if r.at-start > maxCell {
		return nil, tooLong(r.line)
	}
	return r.data[start:r.at], nil
}

// quoted reads a cell behind its first quotation mark.
func (r *records) quoted() ([]byte, error) {
	line, start := r.line, r.at
	var unescaped []byte
	for r.at < len(r.data) {
		if len(unescaped)+r.at-start > maxCell {
			return nil, tooLong(line)
		}
		switch r.data[r.at] {
		case '\n', '\r':
			r.newline()
		case '"':
			part := r.data[start:r.at]
			r.at++
			if r.at < len(r.data) && r.data[r.at] == '"' {
				unescaped = append(append(unescaped, part...), '"')
				r.at++
				start = r.at
				continue
			}
			for r.at < len(r.data) && r.data[r.at] == ' ' {
				r.at++
			}
			if r.at < len(r.data) && r.data[r.at] != r.comma && r.data[r.at] != '\n' && r.data[r.at] != '\r' {
				return nil, badQuote(line)
			}
			if unescaped == nil {
				return part, nil
			}
			return append(unescaped, part...), nil
		default:
			r.at++
		}
	}
	return nil, badQuote(line)
}

// newline steps over a line break.
func (r *records) newline() {
	if bytes.HasPrefix(r.data[r.at:], []byte("\r\n")) {
		r.at++
	}
	r.at++
	r.line++
}

func badQuote(line int) error {
	return badFile("Line %d can't be read: a quotation mark is missing or in the wrong place.", line)
}

func tooLong(line int) error {
	return badFile("Line %d has a very long cell: a quotation mark is missing or in the wrong place.", line)
}

// open starts reading a list: it finds out what separates its columns.
func open(data []byte) *records {
	r := &records{data: data, comma: separators[0], line: 1}
	if len(data) > 4 && strings.EqualFold(string(data[:4]), "sep=") {
		// Spreadsheets understand a first line of this kind, and some programs write it.
		if i := bytes.IndexAny(data, "\r\n"); i == 5 {
			r.comma, r.at = data[4], i
			r.newline()
			return r
		}
	}
	r.comma = separator(*r)
	return r
}

// sampled is how many records are looked at to understand a list.
const sampled = 10

// separator is the one that makes the most columns of the first line that any of them splits. Those inside quotation
// marks do not count.
func separator(r records) byte {
	var tries [len(separators)]records
	for i := range tries {
		tries[i] = r
		tries[i].comma, tries[i].cells = separators[i], nil
	}
	for range sampled {
		best, most := separators[0], 1
		for i := range tries {
			cells, _, err := tries[i].next()
			if errors.Is(err, io.EOF) {
				return best
			}
			if err == nil && len(cells) > most {
				best, most = separators[i], len(cells)
			}
		}
		if most > 1 {
			return best
		}
	}
	return separators[0]
}

func blank(cells [][]byte) bool { return filled(cells) == 0 }

// filled counts the cells that hold something.
func filled(cells [][]byte) (n int) {
	for _, cell := range cells {
		if len(bytes.TrimSpace(cell)) > 0 {
			n++
		}
	}
	return n
}
