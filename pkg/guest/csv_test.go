package guest_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) (*guest.Guests, doorward.EventID) {
	t.Helper()
	guests, db := openStore(t)
	return guests, newEvent(t, db)
}

func openStore(t testing.TB) (*guest.Guests, *sqlite.DB) {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return guest.New(db, nil, nil), db
}

// newEvent makes an event in Germany.
func newEvent(t testing.TB, db *sqlite.DB) doorward.EventID {
	t.Helper()
	e := doorward.Event{ID: doorward.NewEventID(), Name: "Rooftop Friday", StartsAt: time.Now(), Timezone: "Europe/Berlin", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}
	if err := db.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.InsertEvent(e) }); err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// Whatever a spreadsheet splits our export on, no cell of it is a formula; and our import reads back what was there.
//
// ASVS 1.2.10
func TestExportIsSafeAndExact(t *testing.T) {
	guests, event := open(t)
	want := []guest.Draft{
		{Name: "=cmd", PartySize: 1, Note: "-1"},
		{Name: "'=cmd", PartySize: 1, Note: "''+x"},
		{Name: "a;=HYPERLINK(1)", PartySize: 1, Note: "one\n=two\n'@three\n''-four"},
		{Name: "b,=1", PartySize: 1, Note: "said \"hi;=x\";;+y;'z"},
		{Name: "O'Neil", PartySize: 2, Phone: "+351912000001", Tags: []string{"family", "=1+1", "'-x", "''"}, Note: "'quoted'"},
	}
	for _, d := range want {
		if _, err := guests.Add(t.Context(), doorward.User{}, event, d); err != nil {
			t.Fatalf("%q: %v", d.Name, err)
		}
	}
	exported, err := guests.Export(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range strings.FieldsFunc(string(exported), func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
		if strings.ContainsAny(cell[:1], "=+-@") {
			t.Errorf("%q is a formula in\n%s", cell, exported)
		}
	}
	p, err := guests.PreviewImport(t.Context(), event, exported, guest.Reading{})
	if err != nil {
		t.Fatal(err)
	}
	var got []guest.Draft
	for _, row := range p.Rows {
		if row.Errors != nil {
			t.Errorf("line %d: %v", row.Line, row.Errors)
		}
		got = append(got, row.Draft)
	}
	byName := func(a, b guest.Draft) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(got, byName)
	slices.SortFunc(want, byName)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the import of our own export:\n%s", diff)
	}
}
