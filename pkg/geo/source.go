package geo

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/klauspost/compress/zstd"

	"github.com/doorward/doorward/pkg/geo/flat"
)

// source is a bundled file and what it must be when inflated.
type source struct {
	name   string
	packed []byte
	size   int
	sum    uint32 // CRC-32C
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errDamaged = errors.New("the program file is damaged: install it again")

// open makes the tables ready in dir or, where that is "" or cannot be used, in memory. It returns nil when there
// is nothing to read.
func (s source) open(dir string) *tables {
	if dir != "" {
		if t, err := s.openFile(dir); err == nil {
			return t
		}
	}
	t, err := s.openMemory()
	if err != nil {
		return nil
	}
	return t
}

func (s source) openMemory() (*tables, error) {
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer unpack.Close()
	defer forget(s.packed)
	data, err := unpack.DecodeAll(s.packed, make([]byte, 0, s.size)) // checks the sum that zstd keeps
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	return read(data)
}

// inflate writes the data to w, with little memory.
func (s source) inflate(w io.Writer) error {
	unpack, err := zstd.NewReader(bytes.NewReader(s.packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return err
	}
	defer unpack.Close()
	defer forget(s.packed)
	if _, err = unpack.WriteTo(w); err != nil {
		return errors.Join(errDamaged, err)
	}
	return nil
}

// openFile maps the file of this data in dir, and makes it first where it is missing or damaged.
func (s source) openFile(dir string) (*tables, error) {
	path := filepath.Join(dir, fmt.Sprintf("%s-%08x.bin", s.name, s.sum))
	if !s.whole(path) {
		if err := s.write(dir, path); err != nil {
			return nil, err
		}
	}
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	t, err := read(data)
	if err != nil {
		unmap()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	runtime.AddCleanup(t, func(unmap func()) { unmap() }, unmap)
	return t, nil
}

// whole reports whether the file at path has the right content. It reads all of it, through a small buffer, so that it
// does not stay in memory.
func (s source) whole(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // read only
	if info, err := f.Stat(); err != nil || info.Size() != int64(s.size) {
		return false
	}
	sum := crc32.New(castagnoli)
	_, err = io.Copy(sum, f)
	return err == nil && sum.Sum32() == s.sum
}

// write makes the file at path in one step, and removes those of other versions.
func (s source) write(dir, path string) (err error) {
	f, err := os.CreateTemp(dir, s.name+"-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := s.inflate(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, s.name+"-*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if name != path {
			_ = os.Remove(name) // it takes up room and does no harm
		}
	}
	return nil
}

// read finds the two tables in data.
func read(data []byte) (*tables, error) {
	size, err := flat.Size(data)
	if err != nil {
		return nil, err
	}
	places, err := flat.Open(data[:size])
	if err != nil {
		return nil, err
	}
	networks, err := flat.Open(data[size:])
	if err != nil {
		return nil, err
	}
	return &tables{places: places, networks: networks}, nil
}
