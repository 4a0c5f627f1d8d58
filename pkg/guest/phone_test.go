package guest

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// The pages read numbers by the same table, ui/src/ui/phone.test.ts.
func TestPhones(t *testing.T) {
	f, err := os.Open("testdata/phones.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		typed, country, want := row[0], row[1], row[2]
		got, problem := e164(typed, country)
		if ok, wantOK := problem == "", want != "" || typed == ""; ok != wantOK || ok && got != want {
			t.Errorf("e164(%q, %q) = %q, %q; want %q, fine: %v", typed, country, got, problem, want, wantOK)
		}
	}
}

// What is said of a number that nobody could be called by is what is wrong with it, and what to do.
func TestPhoneProblems(t *testing.T) {
	for _, c := range []struct{ typed, country, want string }{
		{"06 12 34 56", "FR", "Too short for a phone number with +33, the code of the event’s country. Add the missing digits, begin with + and the code of another country, or leave it out."},
		{"12", "PT", "Too short for a phone number with +351, the code of the event’s country. Add the missing digits, begin with + and the code of another country, or leave it out."},
		{"+33 6 12 34 56", "PT", "Too short for a phone number with +33. Add the missing digits, or leave it out."},
		{"0033 6 12 34 56", "PT", "Too short for a phone number with +33. Add the missing digits, or leave it out."},
		{"0170 123", "DE", "This is not a phone number with +49, the code of the event’s country. Check the digits, begin with + and the code of another country, or leave it out."}, // some German ones are as short
		{"555-0123", "US", "Too short for a phone number with +1, the code of the event’s country. Add the missing digits, begin with + and the code of another country, or leave it out."},
		{"1", "DE", "This is not a phone number. Check the digits, or leave it out."},
		{"912 000 001 234 567", "PT", "Too long for a phone number with +351, the code of the event’s country. Remove what is too much, begin with + and the code of another country, or leave it out."},
		{"+351 912 000 001 234 567", "", "Too long for a phone number with +351. Remove what is too much, or leave it out."},
		{strings.Repeat("1", 40), "DE", "Too long for a phone number. Remove what is too much, or leave it out."},
		{"555 123 4567", "US", "This is not a phone number with +1, the code of the event’s country. Check the digits, begin with + and the code of another country, or leave it out."},
		{"+351 112 000 001", "DE", "This is not a phone number with +351. Check the digits, or leave it out."},
		{"ask Ana", "PT", "This is not a phone number. Check the digits, or leave it out."},
		{"912 000 001", "", "The event’s time zone tells no country: begin with + and the country code, or leave it out."},
		{"+999 123 456 789", "PT", "No country has this code. Check what follows the +, or leave it out."},
	} {
		if phone, problem := e164(c.typed, c.country); problem != c.want || phone != c.typed {
			t.Errorf("e164(%q, %q) = %q and says %q, want %q", c.typed, c.country, phone, problem, c.want)
		}
	}
}
