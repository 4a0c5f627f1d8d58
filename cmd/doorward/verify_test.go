package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

func TestVerifyCommand(t *testing.T) {
	data := t.TempDir()
	db, err := sqlite.Open(context.Background(), sqlite.Path(data), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	whole, err := os.ReadFile(sqlite.Path(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"verify", "--data", data}, 0},
		{[]string{"verify", sqlite.Path(data), "--json"}, 0},
		{[]string{"verify", "--json", sqlite.Path(data)}, 0},
		{[]string{"verify", "--json", cut}, 1},
		{[]string{"verify", filepath.Join(data, "none.db")}, 1},
		{[]string{"verify", "a", "b"}, 2},
		{[]string{"verify", "--wrong"}, 2},
	} {
		code, out, errs := command(t, "", c.args...)
		if code != c.code {
			t.Errorf("%v ended with %d, not %d: %s", c.args, code, c.code, errs)
		}
		if strings.Contains(strings.Join(c.args, " "), "--json") {
			var doc struct {
				OK     bool
				Checks []struct{ Name string }
			}
			if err := json.Unmarshal([]byte(out), &doc); err != nil || doc.OK != (c.code == 0) || len(doc.Checks) < 28 {
				t.Errorf("%v: %v in %.200s", c.args, err, out)
			}
		}
	}
}
