package sqlite

import (
	"database/sql/driver"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"modernc.org/sqlite"
)

// letters that Unicode does not decompose, though a keyboard at the door has only the plain ones.
var plainLetters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i")

// marks inside of names are typed in many ways, and left out as often: no apostrophe, and a space for a hyphen.
var plainMarks = strings.NewReplacer(
	"'", "", "’", "", "‘", "", "ʼ", "", "′", "", "`", "", "´", "",
	"-", " ", "\u2010", " ", "\u2011", " ", "\u2012", " ", "–", " ", "—", " ", "\u2212", " ",
)

// Fold makes the form of a name that is sorted by and searched for: no case, no accents, no apostrophes and hyphens,
// single spaces.
func Fold(s string) string {
	plain := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)))
	folded, _, err := transform.String(plain, cases.Fold().String(plainMarks.Replace(s)))
	if err != nil {
		folded = strings.ToLower(s) // the transformers fail on no valid string; an invalid one still gets a key
	}
	return strings.Join(strings.Fields(plainLetters.Replace(folded)), " ")
}

// wordsFound is by how many words of a name, its first, a guest is found, and how many of a search count: more are no
// name, and a list of such names would be a write of seconds.
const wordsFound = 10

// guestTerms are what a search finds a guest by, as kind and term: the folded name from each of its first words on, the
// address, and the digits of the number with and without what is dialled from abroad.
func guestTerms(g doorward.Guest) [][2]string {
	words := strings.Fields(Fold(g.Name))
	terms := make([][2]string, 0, len(words)+3)
	for i := range min(len(words), wordsFound) {
		terms = append(terms, [2]string{"name", strings.Join(words[i:], " ")})
	}
	if g.Email != "" {
		terms = append(terms, [2]string{"contact", doorward.EmailKey(g.Email)})
	}
	if g.Phone != "" {
		terms = append(terms, [2]string{"contact", digits(g.Phone)})
		if number := national(digits(g.Phone)); number != "" {
			terms = append(terms, [2]string{"contact", number})
		}
	}
	return terms
}

// national is what the digits of an international number are without the code of the country and zeros after it; "" when no
// country has such a code. To parse the number would take most of the time that a long list takes.
func national(number string) string {
	codes := phonenumbers.GetSupportedCallingCodes()
	for n := 1; n <= min(3, len(number)); n++ { // no code begins with another
		if code, _ := strconv.Atoi(number[:n]); codes[code] {
			return strings.TrimLeft(number[n:], "0")
		}
	}
	return ""
}

// For migrations: what the two make is stored, so a database of an older Fold must be made anew.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("doorward_fold", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		name, _ := args[0].(string)
		return Fold(name), nil
	})
	sqlite.MustRegisterDeterministicScalarFunction("doorward_terms", 3, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		var g doorward.Guest
		g.Name, _ = args[0].(string)
		g.Email, _ = args[1].(string)
		g.Phone, _ = args[2].(string)
		return toJSON(guestTerms(g)), nil
	})
}

const sqlSomeNamed query = "SELECT 1 FROM guest_terms WHERE event_id = ? AND kind = 'name' AND term >= ? AND term < ? LIMIT ?"

// many guests are looked through faster than it is found out which word fewer have.
const many = 300

// nameWords is a search text as the words of a name, in any order: the one that the fewest guests of an event have, and
// the others as JSON.
func (tx *Tx) nameWords(event doorward.EventID, q string) (rarest, others string, err error) {
	var words []string
	for word := range strings.FieldsSeq(Fold(q)) {
		if len(words) < wordsFound && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return "", "[]", nil
	}
	at, fewest := 0, many
	for i := 0; i < len(words) && len(words) > 1; i++ {
		n := 0
		err := tx.rows(sqlSomeNamed, func(scanner) error { n++; return nil }, event, words[i], prefixEnd(words[i]), many)
		if err != nil {
			return "", "", doingError(err, "looking how many have a name")
		}
		if n < fewest {
			at, fewest = i, n
		}
	}
	words[0], words[at] = words[at], words[0]
	return words[0], toJSON(words[1:]), nil
}

// phonePrefix is what the digits begin with of a number that begins with a search text: without separators and what is
// dialled before it, 0 or 00. It is "" for a text that is no number.
func phonePrefix(q string) string {
	if strings.IndexFunc(q, unicode.IsLetter) >= 0 {
		return ""
	}
	return strings.TrimLeft(digits(strings.ReplaceAll(q, "(0)", "")), "0")
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
