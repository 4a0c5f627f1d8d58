package guest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// e164 returns the international form of a phone number. One without a country code is taken for one of the country, an
// ISO 3166 code or "". A number that nobody could be called by stays as it is, and problem says why and what to do.
func e164(s, country string) (phone, problem string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", ""
	}
	// 00 means + where most people write it; where it does not, no number begins so.
	if rest, found := strings.CutPrefix(s, "00"); found {
		international, problem := e164("+"+rest, "")
		if problem == "" {
			return international, ""
		}
		if number, err := phonenumbers.Parse(s, country); err != nil || !phonenumbers.IsValidNumber(number) {
			return s, problem
		}
	}
	number, err := phonenumbers.Parse(s, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return s, phoneProblem(s, country, number, err)
	}
	return phonenumbers.Format(number, phonenumbers.E164), ""
}

// phoneProblem is what is wrong with a number that was read with an error, or is not valid.
func phoneProblem(s, country string, number *phonenumbers.PhoneNumber, err error) string {
	_, saysNot := phonenumbers.Parse(s, "") // of a number that says its country, the event's is not the matter
	saysCountry := saysNot == nil || strings.Contains(s, "+")
	of, next := "phone number", ", or leave it out."
	if err == nil {
		of = fmt.Sprintf("phone number with +%d", number.GetCountryCode())
		if !saysCountry {
			of += ", the code of the event’s country"
			next = ", begin with + and the code of another country, or leave it out."
		}
	}
	length := phonenumbers.IS_POSSIBLE
	if err == nil {
		length = phonenumbers.IsPossibleNumberWithReason(number)
	}
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode) && !saysCountry:
		return "The event’s time zone tells no country: begin with + and the country code, or leave it out."
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return "No country has this code. Check what follows the +, or leave it out."
	case errors.Is(err, phonenumbers.ErrTooShortNSN), length == phonenumbers.TOO_SHORT, length == phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "Too short for a " + of + ". Add the missing digits" + next
	case errors.Is(err, phonenumbers.ErrNumTooLong), length == phonenumbers.TOO_LONG:
		return "Too long for a " + of + ". Remove what is too much" + next
	default:
		return "This is not a " + of + ". Check the digits" + next
	}
}
