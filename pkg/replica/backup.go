package replica

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// fromBackup restores a copy of the database, plain or compressed by zstd, and compares it with the hash beside it when
// there is one.
func fromBackup(ctx context.Context, file, path string, o RestoreOptions) (got Restored, err error) {
	if !o.At.IsZero() {
		return got, errors.New("a backup file has one state: choose the file instead of a time")
	}
	fi, err := os.Stat(file)
	if err != nil {
		return got, err
	}
	if err := compareHash(file); err != nil {
		return got, err
	}
	if err := unpack(file, path); err != nil {
		return got, fmt.Errorf("unpacking %s: %w", file, err)
	}
	if err := o.Check(ctx, path); err != nil {
		return got, fmt.Errorf("the backup %s is not whole: %w; choose another", file, err)
	}
	return Restored{At: fi.ModTime().Truncate(time.Second)}, nil
}

// compareHash compares a file with the one that has its SHA-256, in the form of sha256sum.
func compareHash(file string) error {
	said, err := os.ReadFile(file + ".sha256")
	if errors.Is(err, os.ErrNotExist) {
		return nil // the database's own check is left
	}
	if err != nil {
		return err
	}
	f, err := os.Open(file) //nolint:gosec // the operator says which file
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	if want, _, _ := strings.Cut(strings.TrimSpace(string(said)), " "); !strings.EqualFold(want, hex.EncodeToString(sum.Sum(nil))) {
		return fmt.Errorf("%s is not what was backed up: its hash differs from the one in %s.sha256; choose another", file, file)
	}
	return nil
}

func unpack(file, path string) (err error) {
	in, err := os.Open(file) //nolint:gosec // the operator says which file
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	var from io.Reader = in
	if strings.HasSuffix(file, ".zst") {
		z, err := zstd.NewReader(in)
		if err != nil {
			return err
		}
		defer z.Close()
		from = z
	}
	if _, err := io.Copy(out, from); err != nil { //nolint:gosec // as large as the operator's database was
		return err
	}
	return out.Sync()
}
