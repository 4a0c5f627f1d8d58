package guest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
)

// Whatever is sent as a list is read or refused in words. What of it is imported is on the list once: the same file and
// our own export bring nobody new.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/import/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "")
		f.Add(data, guest.HeadingsGuess)
	}
	guests, store := openStore(f)
	f.Fuzz(func(t *testing.T, data []byte, headings string) {
		event := newEvent(t, store)
		refused := func(err error) bool {
			if err != nil && doorward.ErrorCode(err) != doorward.CodeInvalid {
				t.Fatal(err)
			}
			return err != nil
		}
		how := guest.Reading{Headings: headings}
		p, err := guests.PreviewImport(t.Context(), event, data, how)
		if refused(err) {
			return
		}
		if len(p.Mapping) != len(p.Headers) || len(p.Samples) != len(p.Headers) || p.Valid+p.Invalid+p.Duplicates != len(p.Rows) {
			t.Fatalf("%d headers, %d mapped, %d samples; %+v", len(p.Headers), len(p.Mapping), len(p.Samples), p)
		}
		done, err := guests.Import(t.Context(), doorward.User{}, event, data, how, true)
		if refused(err) {
			return
		}
		if done.Created != p.Valid {
			t.Fatalf("%d created, and the preview said %d", done.Created, p.Valid)
		}
		again, err := guests.Import(t.Context(), doorward.User{}, event, data, how, true)
		if err != nil || again.Created != 0 {
			t.Fatalf("the same file once more: %d created: %v", again.Created, err)
		}
		if done.Created == 0 {
			return
		}
		list, err := guests.Export(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		own, err := guests.PreviewImport(t.Context(), event, list, guest.Reading{})
		if err != nil || own.Duplicates != done.Created || own.Source != guest.SourceOwn {
			t.Fatalf("our own export: %+v %v\n%s", own, err, list)
		}
	})
}
