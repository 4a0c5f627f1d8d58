package durable_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/doorward/doorward/pkg/durable"
)

// What a power cut takes is tested by package crash, on a disk that drops what was not synced.
func TestMakeFolder(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b", "c")
	for range 2 { // there already, the second time
		if err := durable.MakeFolder(deep); err != nil {
			t.Fatal(err)
		}
	}
	for _, made := range []string{deep, filepath.Dir(deep)} {
		if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", made, info, err)
		}
	}
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{file, filepath.Join(file, "below")} {
		if err := durable.MakeFolder(bad); err == nil {
			t.Errorf("%s was made", bad)
		}
	}
	if err := durable.Sync(filepath.Join(root, "none")); err == nil {
		t.Error("a folder that is not there was synced")
	}
}
