package account

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	minPassword = 12 // code points
	maxPassword = 200
	// freeLetters is how much of a password must be left when the account's own words are taken out of it.
	freeLetters = 8
)

// commonPasswords are long passwords and stems that head every public list of leaked ones. A password is refused when
// it is one of them, or one of them repeated or followed by digits and punctuation alone.
var commonPasswords = []string{
	"password", "passwort", "motdepasse", "contraseña", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "1q2w3e4r5t6y",
	"1qaz2wsx3edc", "zaq12wsxcde3", "qazwsxedcrfv", "letmein", "iloveyou", "welcome", "administrator", "changeme", "trustno1",
	"football", "baseball", "superman", "sunshine", "princess", "dragon", "master", "monkey", "abcdefghijkl", "unbelievable",
	"doorward", "guestlist",
}

// checkPassword returns what is wrong with a password, "" when it may be used. own are the account's own words.
func checkPassword(password string, own ...string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fmt.Sprintf("Use at least %d characters. A few words in a row are easy to remember.", minPassword)
	case n > maxPassword:
		return fmt.Sprintf("Use at most %d characters.", maxPassword)
	}
	folded := strings.ToLower(password)
	if isCommon(folded) {
		return "This is one of the first passwords that anybody tries. Choose another."
	}
	rest := folded
	for _, word := range own {
		for _, part := range strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return strings.ContainsRune(" @.-_+", r) }) {
			if utf8.RuneCountInString(part) >= 4 {
				rest = strings.ReplaceAll(rest, part, "")
			}
		}
	}
	if rest != folded && utf8.RuneCountInString(rest) < freeLetters {
		return "This is mostly your own name or address. Choose something that nobody can guess from it."
	}
	return ""
}

func isCommon(folded string) bool {
	if strings.Count(folded, folded[:1]) == len(folded) || strings.Contains("01234567890123456789012345678901234567890123456789", folded) {
		return true
	}
	letters := strings.TrimRight(folded, "0123456789!?.,-_#*$")
	for _, common := range commonPasswords {
		if letters != "" && strings.ReplaceAll(letters, common, "") == "" || folded == common {
			return true
		}
	}
	return false
}
