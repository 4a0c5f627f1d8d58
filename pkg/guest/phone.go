package guest

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// e164 returns the international form of a phone number; ok is false when it is no number that could be called. One
// without a country code is taken for one of the country, an ISO 3166 code or "".
func e164(s, country string) (phone string, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", true
	}
	// 00 means + where most people write it; where it does not, no number begins so.
	if rest, found := strings.CutPrefix(s, "00"); found {
		if phone, ok := e164("+"+rest, ""); ok {
			return phone, true
		}
	}
	number, err := phonenumbers.Parse(s, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return s, false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}
