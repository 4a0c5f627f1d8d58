package notify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/doorward/doorward/pkg/durable"
)

// File is a Sender that writes each mail into the folder of this name, as <time>-<id>.eml. A mail that is sent again
// takes the place of the first.
type File string

// Send implements Sender.
func (dir File) Send(_ context.Context, m Mail) (err error) {
	if err := durable.MakeFolder(string(dir)); err != nil {
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
	return durable.Sync(string(dir))
}
