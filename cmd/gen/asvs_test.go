package main

import (
	"strings"
	"testing"
)

// The marks of all tests are ids of the list, and stand above a test.
func TestMarksAreOfTheList(t *testing.T) {
	var out strings.Builder
	if err := runASVS(&out, "../.."); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "9.1.1    L1  ../../pkg/httpapi/forgery_test.go: TestForgedAccessTokens") {
		t.Errorf("a mark that is there is not found in\n%s", out.String())
	}
}

func TestMarksThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"// ASVS 99.1.1\nfunc TestA(t *testing.T) {":           "not in cmd/gen/asvs.txt",
		"// ASVS 9.1.1\nvar a = 1\nfunc TestA(t *testing.T) {": "no test follows",
	} {
		err := proofsOf("a_test.go", []byte(text), map[string]*requirement{"9.1.1": {id: "9.1.1"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
