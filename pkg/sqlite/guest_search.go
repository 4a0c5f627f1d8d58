package sqlite

import (
	"strings"
	"unicode"

	"github.com/doorward/doorward/pkg/doorward"
	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// letters that Unicode does not decompose, though a keyboard at the door has only the plain ones.
var plainLetters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i")

// Fold makes the form of a name that is sorted by and searched for: no case, no accents, single spaces.
func Fold(s string) string {
	plain := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)))
	folded, _, err := transform.String(plain, cases.Fold().String(s))
	if err != nil {
		folded = strings.ToLower(s) // the transformers fail on no valid string; an invalid one still gets a key
	}
	return strings.Join(strings.Fields(plainLetters.Replace(folded)), " ")
}

// wordsFound is by how many words of a name a guest is found: more are no name, and a list of such names would be a write
// of seconds.
const wordsFound = 10

// nameTerms are the folded name from each of its first words on, so that "ana co" and "cos" both find Ana Costa.
func nameTerms(name string) []string {
	words := strings.Fields(Fold(name))
	terms := make([]string, min(len(words), wordsFound))
	for i := range terms {
		terms[i] = strings.Join(words[i:], " ")
	}
	return terms
}

func contactTerms(g doorward.Guest) []string {
	var terms []string
	if g.Email != "" {
		terms = append(terms, doorward.EmailKey(g.Email))
	}
	if g.Phone != "" {
		terms = append(terms, digits(g.Phone))
	}
	return terms
}

// contactPrefix is the form of a search text that contact terms are compared with: digits alone when it looks like a
// phone number, else as an e-mail address.
func contactPrefix(q string) string {
	if strings.IndexFunc(q, unicode.IsLetter) < 0 {
		return digits(q)
	}
	return doorward.EmailKey(q)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// prefixEnd is the first string after all those that begin with prefix; for an empty prefix the empty string, so that
// nothing is found rather than everything.
func prefixEnd(prefix string) string {
	if prefix == "" {
		return ""
	}
	return prefix + string(unicode.MaxRune)
}
