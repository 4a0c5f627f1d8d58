package guest

import (
	"strings"
	"testing"
)

// No cell that a spreadsheet may find in a protected one is a formula, and unprotect gets back what was there.
func FuzzProtect(f *testing.F) {
	for _, s := range []string{"", "=1", "'=1", "''-1", "a;=b", "a\n@b", "\t=1", "'", "é;'é;=é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		safe := protect(cell)
		if back := unprotect(safe); back != cell {
			t.Errorf("%q became %q and then %q", cell, safe, back)
		}
		for _, part := range strings.FieldsFunc(safe, func(r rune) bool { return strings.ContainsRune(cellEnds, r) }) {
			if isFormula(part) {
				t.Errorf("%q of %q is a formula", part, safe)
			}
		}
	})
}
