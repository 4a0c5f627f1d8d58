package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed asvs.txt
var asvsList string

// requirement is one of ASVS 5.0, with the tests that say they prove it.
type requirement struct {
	id, level string
	tests     []string // file: name
}

var (
	// asvsMark is the line of a test's comment that names what the test proves.
	asvsMark = regexp.MustCompile(`^//\s*ASVS((?: \d+\.\d+\.\d+)+)$`)
	// asvsTest is the line that a test begins with, in Go and in the pages' tests.
	asvsTest = regexp.MustCompile(`^(?:func (Test\w+)\(|\s*(?:test|it|describe)\('([^']+)')`)
)

// runASVS writes the requirements that apply with the tests that prove each, and how many that are.
func runASVS(w io.Writer, root string) error {
	all, err := readRequirements(asvsList)
	if err != nil {
		return err
	}
	if err := findProofs(root, all); err != nil {
		return err
	}
	applies, proved := map[string]int{}, map[string]int{}
	for _, r := range all {
		applies[r.level]++
		proof := "–"
		if len(r.tests) > 0 {
			proved[r.level]++
			proof = strings.Join(r.tests, ", ")
		}
		if _, err := fmt.Fprintf(w, "%-8s %s  %s\n", r.id, r.level, proof); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "\nproved by a test: %d of %d of L1, %d of %d of L2, %d of %d of L3 that are meant to hold\n",
		proved["L1"], applies["L1"], proved["L2"], applies["L2"], proved["L3"], applies["L3"])
	return err
}

// readRequirements reads the list, in the order of the ids.
func readRequirements(list string) ([]*requirement, error) {
	var all []*requirement
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		for _, id := range fields[1:] {
			all = append(all, &requirement{id: id, level: fields[0]})
		}
	}
	slices.SortFunc(all, func(a, b *requirement) int { return slices.Compare(numbers(a.id), numbers(b.id)) })
	for i := range all[1:] {
		if all[i].id == all[i+1].id {
			return nil, fmt.Errorf("asvs.txt has %s twice", all[i].id)
		}
	}
	return all, nil
}

func numbers(id string) (n []int) {
	for part := range strings.SplitSeq(id, ".") {
		v := 0
		for _, digit := range part {
			v = 10*v + int(digit-'0')
		}
		n = append(n, v)
	}
	return n
}

// findProofs adds the tests under root to what they prove. An id that is not in the list is an error, and so is a mark that
// no test follows.
func findProofs(root string, all []*requirement) error {
	byID := map[string]*requirement{}
	for _, r := range all {
		byID[r.id] = r
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (name == "node_modules" || name == "dist" || strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, ".test.ts") && !strings.HasSuffix(name, ".e2e.mjs"):
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // a file of the tree that it is run on
		if err != nil {
			return err
		}
		return proofsOf(filepath.ToSlash(path), text, byID)
	})
}

func proofsOf(path string, text []byte, byID map[string]*requirement) error {
	var marked []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		line := lines.Text()
		if m := asvsMark.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			marked = append(marked, strings.Fields(m[1])...)
			continue
		}
		m := asvsTest.FindStringSubmatch(line)
		if m == nil && len(marked) > 0 && !strings.HasPrefix(strings.TrimSpace(line), "//") {
			return fmt.Errorf("%s: no test follows the mark of %v", path, marked)
		}
		if m == nil {
			continue
		}
		for _, id := range marked {
			r, known := byID[id]
			if !known {
				return fmt.Errorf("%s: ASVS %s is not in cmd/gen/asvs.txt", path, id)
			}
			r.tests = append(r.tests, path+": "+m[1]+m[2])
		}
		marked = nil
	}
	return lines.Err()
}
