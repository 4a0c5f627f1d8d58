package guest

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func badFile(detail string, args ...any) error {
	return doorward.Invalid(doorward.FieldError{Field: "file", Detail: fmt.Sprintf(detail, args...)})
}

const saveAsCSV = "Open it, save or export it as CSV, and choose that file."

// foreign are the first bytes of files that people take for lists, with what to do about each.
var foreign = []struct{ start, detail string }{
	{"PK\x03\x04", "This is a spreadsheet file (like .xlsx, .ods or .numbers). " + saveAsCSV},
	{"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls), or one with a password. " + saveAsCSV},
	{"%PDF-", "This is a PDF. Save the list as CSV where it was made, and choose that file."},
	{"BEGIN:VCARD", "These are contact cards (.vcf). Export the contacts as CSV instead, and choose that file."},
	{"{\\rtf", "This is a text document (.rtf). Save the list as CSV, and choose that file."},
}

// decode returns a file as UTF-8 without byte order marks. It knows UTF-8, UTF-16 in both orders, with and without a
// mark, and takes everything else for Windows-1252, in which spreadsheets of Western Europe save.
func decode(data []byte) ([]byte, error) {
	for _, f := range foreign {
		if bytes.HasPrefix(data, []byte(f.start)) {
			return nil, badFile("%s", f.detail)
		}
	}
	mark := []byte("\ufeff")
	if order, wide := utf16Order(data); wide {
		if len(data)%2 != 0 {
			return nil, badFile("The file ends in the middle of a character. Save it again, and choose it anew.")
		}
		var err error
		if data, err = decodeWith(unicode.UTF16(order, unicode.IgnoreBOM), data); err != nil {
			return nil, err
		}
	} else if !utf8.Valid(data) {
		if bytes.HasPrefix(data, mark) {
			return nil, badFile("The file says that it is UTF-8 and is not. Save the list as CSV in UTF-8, and try again.")
		}
		var err error
		if data, err = decodeWith(charmap.Windows1252, data); err != nil {
			return nil, err
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, badFile("The file is no list: it has characters that no text has. Save the list as CSV in UTF-8, and try again.")
	}
	// A mark further inside is where somebody has put two files together.
	if bytes.Contains(data, mark) {
		data = bytes.ReplaceAll(data, mark, nil)
	}
	return data, nil
}

func decodeWith(e encoding.Encoding, data []byte) ([]byte, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return nil, badFile("The file can't be read as text. Save the list as CSV in UTF-8, and try again.")
	}
	return text, nil
}

// utf16Sample is how many bytes are looked at for NULs.
const utf16Sample = 4096

// utf16Order tells UTF-16 by its mark or, as most characters of most lists are ASCII, by NULs in every other place.
func utf16Order(data []byte) (order unicode.Endianness, wide bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	}
	var nuls [2]int
	sample := data[:min(len(data), utf16Sample)]
	for i, b := range sample {
		if b == 0 {
			nuls[i%2]++
		}
	}
	enough := len(sample) / 5 // of the half that may be NUL
	switch {
	case nuls[1] > enough && nuls[0] == 0:
		return unicode.LittleEndian, true
	case nuls[0] > enough && nuls[1] == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}
