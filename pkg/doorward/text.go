package doorward

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable reports whether a text can be shown on one line as it is: valid UTF-8 without control characters, and
// without the marks that reverse the direction of what follows them or hide themselves.
func Printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unprintable) < 0
}

// PrintableLines is Printable for text that may have several lines.
func PrintableLines(s string) bool {
	return Printable(strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(s))
}

func unprintable(r rune) bool {
	switch {
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200b', r == '\ufeff':
		return true
	default:
		return false
	}
}

// Truncate cuts a text to at most n bytes, between characters.
func Truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
