package guest_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
)

// taken imports a list and returns how many guests it made and left out.
func taken(t *testing.T, guests *guest.Guests, event doorward.EventID, data []byte) (created, skipped int) {
	t.Helper()
	done, err := guests.Import(t.Context(), doorward.User{}, event, data, guest.Reading{}, false)
	if err != nil {
		t.Fatal(err)
	}
	return done.Created, done.Skipped
}

func exported(t *testing.T, guests *guest.Guests, event doorward.EventID) []byte {
	t.Helper()
	data, err := guests.Export(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The import of our own export changes nothing, also when guests have nothing but equal names, and when they were edited
// since. What was added to the file by hand comes onto the list.
func TestImportOfOwnExport(t *testing.T) {
	guests, event := open(t)
	var anna doorward.Guest
	for _, d := range []guest.Draft{
		{Name: "Anna"}, {Name: "Anna"}, {Name: "Ben", Email: "ben@example.com"}, {Name: "Cleo", Phone: "0170 1234567"},
		{Name: "Dan", Phone: "0170 1234567"}, {Name: "=E", Note: "one\n-two", Tags: []string{"a, b", "+c"}},
	} {
		g, err := guests.Add(t.Context(), doorward.User{}, event, d)
		if err != nil {
			t.Fatal(err)
		}
		anna = g
	}
	list := exported(t, guests, event)
	if created, skipped := taken(t, guests, event, list); created != 0 || skipped != 6 {
		t.Errorf("%d created and %d skipped, want 0 and 6, of\n%s", created, skipped, list)
	}
	if again := exported(t, guests, event); !bytes.Equal(again, list) {
		t.Errorf("the import changed the list to\n%s", again)
	}
	rename := func(d *guest.Draft) { d.Name, d.Email = "Another name", "other@example.com" }
	if _, err := guests.Update(t.Context(), doorward.User{}, event, anna.ID, rename); err != nil {
		t.Fatal(err)
	}
	if created, _ := taken(t, guests, event, list); created != 0 {
		t.Errorf("an edited guest came a second time")
	}
	if created, _ := taken(t, guests, event, append(list, "Anna,,,1,,\n"...)); created != 1 {
		t.Errorf("a third Anna, written by hand: %d created, want 1", created)
	}
}

// The ids of one event's export mean nothing on the list of another, so a list can be taken along.
func TestImportOfAnotherEventsExport(t *testing.T) {
	guests, event := open(t)
	if created, _ := taken(t, guests, event, []byte("name\nAnna\nAnna\nBen\n")); created != 3 {
		t.Fatalf("%d created, want 3: two of a name can be two people", created)
	}
	list := exported(t, guests, event)
	elsewhere, other := open(t)
	if created, _ := taken(t, elsewhere, other, list); created != 3 {
		t.Errorf("%d created, want 3", created)
	}
	if created, skipped := taken(t, elsewhere, other, list); created != 0 || skipped != 3 {
		t.Errorf("again: %d created and %d skipped, want 0 and 3", created, skipped)
	}
}

// Without a country code a number is one of the event's country, here and in a form.
func TestPhoneOfTheEventsCountry(t *testing.T) {
	guests, event := open(t)
	g, err := guests.Add(t.Context(), doorward.User{}, event, guest.Draft{Name: "Ana", Phone: "0170 1234567"})
	if err != nil || g.Phone != "+491701234567" {
		t.Errorf("added as %q: %v", g.Phone, err)
	}
	g, err = guests.Update(t.Context(), doorward.User{}, event, g.ID, func(d *guest.Draft) { d.Phone = "(0351) 912345" })
	if err != nil || g.Phone != "+49351912345" {
		t.Errorf("changed to %q: %v", g.Phone, err)
	}
	_, err = guests.Add(t.Context(), doorward.User{}, event, guest.Draft{Name: "Ben", Phone: "12"})
	if e, ok := errors.AsType[*doorward.Error](err); !ok || !strings.Contains(fmt.Sprint(e.Fields), "Too short for a phone number with +49, the code of the event’s country") {
		t.Errorf("12 is a number: %v", err)
	}
	p, err := guests.PreviewImport(t.Context(), event, []byte("name,phone\nBen,12\n"), guest.Reading{})
	if err != nil || p.Invalid != 1 || !strings.Contains(p.Rows[0].Errors[0].Detail, "Too short for a phone number with +49, the code of the event’s country") {
		t.Errorf("12 in a list: %+v %v", p, err)
	}
}

// A host who knows better says what columns hold, and the answer of a preview can be sent back as it is.
func TestMapping(t *testing.T) {
	guests, event := open(t)
	list := []byte("Wer,Mail,Wie viele\nAna,ana@example.com,2\n")
	if _, err := guests.PreviewImport(t.Context(), event, list, guest.Reading{}); doorward.ErrorCode(err) != doorward.CodeInvalid {
		t.Errorf("without a column of names: %v", err)
	}
	p, err := guests.PreviewImport(t.Context(), event, list, guest.Reading{Headings: guest.HeadingsGuess})
	if err != nil || p.Valid != 0 || p.Invalid != 1 || len(p.Headers) != 3 {
		t.Errorf("to be mapped: %+v %v", p, err)
	}
	how := guest.Reading{Headings: guest.HeadingsYes, Mapping: []string{"name", "email", "party_size"}}
	p, err = guests.PreviewImport(t.Context(), event, list, how)
	if err != nil || p.Valid != 1 || p.Rows[0].Draft.PartySize != 2 {
		t.Errorf("mapped: %+v %v", p, err)
	}
	for name, how := range map[string]guest.Reading{
		"too short": {Mapping: []string{"name"}}, "unknown": {Mapping: []string{"name", "name_key", ""}}, "no name": {Mapping: []string{"", "email", ""}},
		"two names": {Mapping: []string{"name", "name", ""}}, "headings": {Headings: "maybe"},
	} {
		if _, err := guests.Import(t.Context(), doorward.User{}, event, list, how, true); doorward.ErrorCode(err) != doorward.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list := exported(t, guests, event); bytes.Count(list, []byte("\n")) != 1 {
		t.Errorf("refused imports left\n%s", list)
	}
	how = guest.Reading{Headings: guest.HeadingsNo, Mapping: []string{"first_name", "", "last_name"}}
	done, err := guests.Import(t.Context(), doorward.User{}, event, []byte("Ana,x,Costa\nBen,x,Idris\n"), how, false)
	if err != nil || done.Created != 2 {
		t.Errorf("without headings: %+v %v", done, err)
	}
}
