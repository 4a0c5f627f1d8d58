package system

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/durable"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/klauspost/compress/zstd"
)

// Backup is a copy of the database in a folder.
type Backup struct {
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
	Bytes int64     `json:"bytes"` // compressed
}

// How long copies are kept, and how many whatever their age: a clock that is wrong by a year must not take them all.
const (
	keepFor  = 7 * 24 * time.Hour
	keepLast = 7
)

const (
	nameTime   = "20060102T150405Z"
	namePrefix = "doorward-"
	nameEnd    = ".db.zst"
	sumEnd     = ".sha256" // after the whole name; the file is as sha256sum writes and reads it
	tempEnd    = ".tmp"    // of what is not whole yet
)

// List returns the copies of a data folder, newest first.
func List(data string) ([]Backup, error) { return list(folder(data)) }

func list(folder string) (found []Backup, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the backups: %w", err)
	}
	for _, e := range entries {
		text, isOne := strings.CutSuffix(strings.TrimPrefix(e.Name(), namePrefix), nameEnd)
		at, err := time.Parse(nameTime, text)
		if !isOne || err != nil {
			continue
		}
		found = append(found, Backup{Name: e.Name(), At: at, Bytes: size(filepath.Join(folder, e.Name()))})
	}
	slices.SortFunc(found, func(a, b Backup) int { return b.At.Compare(a.At) })
	return found, nil
}

// Backup makes a copy now. It is CodeConflict while another task runs.
func (s *System) Backup(ctx context.Context) (Backup, error) {
	if err := s.begin(TaskBackup); err != nil {
		return Backup{}, err
	}
	defer s.end()
	return s.backup(ctx)
}

func (s *System) backup(ctx context.Context) (b Backup, err error) {
	if err := s.Ready(); err != nil {
		return b, err // good copies are not to be pushed out by bad ones
	}
	if err := s.needRoom("backup", 2); err != nil {
		return b, err
	}
	if b, err = Copy(ctx, s.Data, s.Clock()); err != nil {
		return b, err
	}
	slog.Info("backup made", "name", b.Name, "bytes", b.Bytes)
	return b, s.second(b)
}

// second puts a copy into the second folder as well.
func (s *System) second(b Backup) error {
	if s.CopyTo == "" {
		return nil
	}
	if err := CopyTo(s.Data, b, s.CopyTo); err != nil {
		return fmt.Errorf("the backup %s is in the data folder, but not in the second place: %w", b.Name, err)
	}
	return nil
}

// Copy makes a backup of a data folder's database, which may be in use, named by the time.
func Copy(ctx context.Context, data string, now time.Time) (b Backup, err error) {
	dir := folder(data)
	if err := durable.MakeFolder(dir); err != nil {
		return b, fmt.Errorf("making the folder of backups: %w", err)
	}
	b = Backup{Name: namePrefix + now.UTC().Format(nameTime) + nameEnd, At: now.UTC().Truncate(time.Second)}
	plain := filepath.Join(dir, "."+b.Name+".db"+tempEnd)
	err = sqlite.Copy(ctx, sqlite.Path(data), plain)
	defer func() { err = errors.Join(err, remove(plain)) }()
	if err != nil {
		return b, err
	}
	if findings, err := sqlite.QuickCheck(ctx, plain); err != nil || len(findings) > 0 {
		return b, errors.Join(fmt.Errorf("the copy is not whole, and was not kept: %s", strings.Join(findings, "; ")), err)
	}
	in, err := os.Open(plain) //nolint:gosec // our own file
	if err != nil {
		return b, fmt.Errorf("compressing the backup: %w", err)
	}
	defer in.Close() //nolint:errcheck // only read
	if err := put(ctx, dir, b.Name, func(w io.Writer) error { return compress(w, in) }); err != nil {
		return b, noRoom(fmt.Errorf("writing the backup: %w", err))
	}
	b.Bytes = size(filepath.Join(dir, b.Name))
	return b, prune(dir, now)
}

func compress(w io.Writer, r io.Reader) error {
	// A small window and one goroutine: the box has little memory, and the door goes first.
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	_, err = io.Copy(z, r)
	return errors.Join(err, z.Close())
}

// CopyTo copies a backup of a data folder into another folder, and forgets old ones there.
func CopyTo(data string, b Backup, dir string) error {
	in, err := os.Open(filepath.Join(folder(data), b.Name)) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	// It is not made: where a disk is not mounted, a folder of its name would be on this one.
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return &doorward.Error{
			Code: doorward.CodeUnavailable, Message: "there is no folder " + dir, Hint: "mount the disk, or make the folder once", Err: err,
		}
	}
	err = put(context.Background(), dir, b.Name, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	if err != nil {
		return noRoom(err)
	}
	return prune(dir, b.At)
}

// put writes a file with its sum beside it. Both are whole and on disk before they have their names, the sum first, so
// that a file with the name of a backup is one, whenever the power goes.
func put(ctx context.Context, dir, name string, write func(io.Writer) error) (err error) {
	temp := filepath.Join(dir, "."+name+tempEnd)
	sum := sha256.New()
	err = writeFile(temp, func(w io.Writer) error { return write(io.MultiWriter(w, sum)) })
	sumTemp := temp + sumEnd
	if err == nil {
		err = writeFile(sumTemp, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
			return err
		})
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = os.Rename(sumTemp, filepath.Join(dir, name+sumEnd))
	}
	if err == nil {
		err = os.Rename(temp, filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, remove(temp), remove(sumTemp))
	}
	return durable.Sync(dir)
}

// writeFile makes a file that is not there yet, and syncs it.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(f); err != nil {
		return err
	}
	return f.Sync()
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// noRoom tells a full or read-only disk from other failures.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS) {
		return &doorward.Error{
			Code: doorward.CodeUnavailable, Message: "The backup can't be written: the disk is full or read-only.",
			Hint: "free some space, or choose another disk", Err: err,
		}
	}
	return err
}

// prune removes copies that are too old, and what a crash left half made more than a day ago.
func prune(dir string, now time.Time) error {
	found, err := list(dir)
	if err != nil {
		return err
	}
	var errs []error
	for i, b := range found {
		if i >= keepLast && now.Sub(b.At) > keepFor {
			path := filepath.Join(dir, b.Name)
			errs = append(errs, remove(path), remove(path+sumEnd))
		}
	}
	entries, err := os.ReadDir(dir)
	errs = append(errs, err)
	for _, e := range entries {
		info, err := e.Info()
		ours := strings.HasPrefix(e.Name(), "."+namePrefix) || strings.HasPrefix(e.Name(), drillPrefix)
		if err == nil && ours && now.Sub(info.ModTime()) > 24*time.Hour {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// Unpack writes the database in the backup at path into a new file, after its sum was found right, which only a plain copy
// may lack. What is at to already is not touched, and nothing is left there when it fails.
func Unpack(path, to string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("unpacking %s: %w", filepath.Base(path), err)
		}
	}()
	if err := checkSum(path); err != nil {
		return err
	}
	in, err := os.Open(path) //nolint:gosec // the caller says which
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	var from io.Reader = in
	if strings.HasSuffix(path, ".zst") {
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return err
		}
		defer z.Close()
		from = z
	}
	err = writeFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, from) //nolint:gosec // our own file, whose sum was right
		return err
	})
	if err != nil && !errors.Is(err, os.ErrExist) {
		err = errors.Join(err, remove(to))
	}
	return err
}

// checkSum compares a backup with the sum beside it. The copy from before an upgrade has none, and whoever restores a file
// checks the database in it.
func checkSum(path string) error {
	line, err := os.ReadFile(path + sumEnd) //nolint:gosec // beside the file that the caller names
	if errors.Is(err, os.ErrNotExist) && !strings.HasSuffix(path, nameEnd) {
		return nil
	}
	if err != nil {
		return err
	}
	in, err := os.Open(path) //nolint:gosec // as above
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return err
	}
	want, _, _ := strings.Cut(string(line), " ")
	if want != hex.EncodeToString(sum.Sum(nil)) {
		return &doorward.Error{
			Code: doorward.CodeInvalid, Message: "the file is not what was written: its SHA-256 is another",
			Hint: "take another backup",
		}
	}
	return nil
}
