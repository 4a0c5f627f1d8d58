package guest_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden file anew")

// looked is what the corpus's golden file keeps of a preview.
type looked struct {
	Refused []doorward.FieldError `json:"refused,omitempty"`
	Source  string                `json:"source,omitempty"`
	Unnamed bool                  `json:"unnamed,omitempty"`
	Mapping map[string]string     `json:"mapping,omitempty"`  // of the headers that are read
	LeftOut []string              `json:"left_out,omitempty"` // the other headers
	Rows    []lookedRow           `json:"rows,omitempty"`
}

type lookedRow struct {
	Line      int                   `json:"line"`
	Name      string                `json:"name"`
	Email     string                `json:"email,omitempty"`
	Phone     string                `json:"phone,omitempty"`
	PartySize int                   `json:"party_size,omitempty"`
	Tags      []string              `json:"tags,omitempty"`
	Note      string                `json:"note,omitempty"`
	Errors    []doorward.FieldError `json:"errors,omitempty"`
	Duplicate bool                  `json:"duplicate,omitempty"`
}

// look previews a file; of one that was pasted the page does not know whether it has headings.
func look(t *testing.T, guests *guest.Guests, event doorward.EventID, file string) (l looked) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var how guest.Reading
	if strings.HasPrefix(filepath.Base(file), "pasted-") {
		how.Headings = guest.HeadingsGuess
	}
	p, err := guests.PreviewImport(t.Context(), event, data, how)
	if e, ok := errors.AsType[*doorward.Error](err); ok && e.Code == doorward.CodeInvalid {
		return looked{Refused: e.Fields}
	} else if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	l = looked{Source: p.Source, Unnamed: !p.Headings, Mapping: map[string]string{}}
	for i, h := range p.Headers {
		if p.Mapping[i] == "" {
			l.LeftOut = append(l.LeftOut, h)
		} else {
			l.Mapping[h] = p.Mapping[i]
		}
	}
	for _, r := range p.Rows {
		l.Rows = append(l.Rows, lookedRow{r.Line, r.Draft.Name, r.Draft.Email, r.Draft.Phone, r.Draft.PartySize, r.Draft.Tags, r.Draft.Note, r.Errors, r.Duplicate})
	}
	return l
}

// Every file of the corpus is read as the golden file says: dialects, encodings, the exports of other programs, lists in
// seven languages, and files that are refused.
func TestCorpus(t *testing.T) {
	guests, event := open(t)
	files, err := filepath.Glob("testdata/import/*.*")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	all := map[string]looked{}
	for _, file := range files {
		all[filepath.Base(file)] = look(t, guests, event, file)
	}
	got, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/import.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; if that is meant, run go test ./pkg/guest -update\n%s", golden, diff)
	}
}
