package replica_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
	"github.com/klauspost/compress/zstd"
)

func TestBackupFile(t *testing.T) {
	b := newBox(t, folder(t.TempDir()))
	b.start()
	b.write(20)
	copied := filepath.Join(t.TempDir(), "copy.db")
	b.exec("VACUUM INTO ?", copied)
	b.stop()
	plain, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := z.EncodeAll(plain, nil)
	torn := append([]byte(nil), packed...)
	torn[len(torn)/2] ^= 1
	hash := sha256.Sum256(packed)
	for _, test := range []struct {
		name    string
		packed  []byte
		refused string
	}{{"whole", packed, ""}, {"torn", torn, "not what was written"}, {"cut", packed[:len(packed)/2], "not what was written"}} {
		file := filepath.Join(t.TempDir(), "doorward.db.zst")
		for name, content := range map[string][]byte{file: test.packed, file + ".sha256": []byte(hex.EncodeToString(hash[:]) + "  doorward.db.zst\n")} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		target, err := replica.ParseTarget(file)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "new.db")
		_, err = replica.Restore(t.Context(), target, replica.RestoreOptions{To: to, Check: sqlite.Intact, Unpack: system.Unpack})
		switch {
		case test.refused != "":
			if err == nil || !strings.Contains(err.Error(), test.refused) {
				t.Errorf("%s: %v", test.name, err)
			}
			if _, err := os.Stat(to); err == nil {
				t.Errorf("%s: something was left at the new path", test.name)
			}
		case err != nil:
			t.Errorf("%s: %v", test.name, err)
		case rowsOf(t, to) != 20:
			t.Errorf("%s: not all rows are there", test.name)
		}
	}
}

// TestStockRestore has the stock program restore what was written here.
func TestStockRestore(t *testing.T) {
	if !long() {
		t.Skip("builds another program: make replica")
	}
	bin := t.TempDir()
	stock := filepath.Join(bin, "litestream")
	version, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", "github.com/benbjohnson/litestream").Output()
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "install", "github.com/benbjohnson/litestream/cmd/litestream@"+strings.TrimSpace(string(version)))
	build.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("the stock program cannot be built here: %s", out)
	}
	where := filepath.Join(t.TempDir(), "replica")
	b := newBox(t, folder(where))
	b.start()
	b.write(30)
	b.synced()
	b.stop()
	to := filepath.Join(t.TempDir(), "stock.db")
	if out, err := exec.CommandContext(t.Context(), stock, "restore", "-o", to, "file://"+where).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := sqlite.Intact(t.Context(), to); err != nil || rowsOf(t, to) != 30 {
		t.Errorf("the stock program restored something else: %v", err)
	}
}
