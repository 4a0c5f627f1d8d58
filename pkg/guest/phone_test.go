package guest

import (
	"encoding/csv"
	"os"
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
		got, ok := e164(typed, country)
		if wantOK := want != "" || typed == ""; ok != wantOK || ok && got != want {
			t.Errorf("e164(%q, %q) = %q, %v; want %q, %v", typed, country, got, ok, want, wantOK)
		}
	}
}
