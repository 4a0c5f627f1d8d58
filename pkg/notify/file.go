package notify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a Sender that writes each mail into the folder of this name, as <time>-<id>.eml. A mail that is sent again
// takes the place of the first.
type File string

// Send implements Sender.
func (dir File) Send(_ context.Context, m Mail) (err error) {
	if err := dir.make(); err != nil {
		return fmt.Errorf("making the mail folder: %w", err)
	}
	f, err := os.CreateTemp(string(dir), ".new-*") // readable by its owner alone
	if err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	_, err = m.body.WriteTo(f)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		name := m.At.UTC().Format("20060102T150405.000Z") + "-" + m.ID + ".eml"
		err = os.Rename(f.Name(), filepath.Join(string(dir), name))
	}
	if err != nil {
		return fmt.Errorf("writing a mail: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return syncDir(string(dir))
}

// make makes the folder. Its own name is synced too, or a power cut would take it away with all mails in it.
func (dir File) make() error {
	err := os.Mkdir(string(dir), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(string(dir)))
}

// syncDir puts the names in a folder on disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	return nil
}
