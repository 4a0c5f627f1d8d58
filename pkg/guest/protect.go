package guest

import "strings"

// formulaStarts are the first characters that make a spreadsheet take a cell for a formula.
const formulaStarts = "=+-@\t\r"

// cellEnds are where a spreadsheet may begin a cell of its own inside one of ours: many split on semicolons or tabs,
// whatever the file does.
const cellEnds = ";\t\n\r"

// protect keeps a spreadsheet from running a cell, or what it takes for one: an apostrophe goes in front of a formula,
// and of apostrophes before one, so that unprotect gets back exactly what was there.
func protect(cell string) string {
	return atStarts(cell, func(part string) string {
		if isFormula(strings.TrimLeft(part, "'")) {
			return "'" + part
		}
		return part
	})
}

// unprotect takes off what protect has put in.
func unprotect(cell string) string {
	return atStarts(cell, func(part string) string {
		if bare := strings.TrimLeft(part, "'"); bare != part && isFormula(bare) {
			return part[1:]
		}
		return part
	})
}

func isFormula(s string) bool { return s != "" && strings.IndexByte(formulaStarts, s[0]) >= 0 }

// atStarts runs change on each part of a cell that a spreadsheet may take for a cell. A part includes the separator
// that ends it, because a tab is a separator and starts a formula too.
func atStarts(cell string, change func(string) string) string {
	var b strings.Builder
	for cell != "" {
		end := len(cell)
		if i := strings.IndexAny(cell, cellEnds); i >= 0 {
			end = i + 1
		}
		b.WriteString(change(cell[:end]))
		cell = cell[end:]
	}
	return b.String()
}
