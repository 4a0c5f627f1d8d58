package token

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

const (
	masterBytes = 32 // of a master key and of everything derived from one
	maxKeys     = 16 // ids are four bits of a token
	keySuffix   = ".key"
	tempPrefix  = ".new-" // a key being written; one that was left behind was never used
	linkPurpose = "link"
)

// Ring is the set of master keys. It never changes once opened, so any number of goroutines may use it.
type Ring struct {
	keys    [maxKeys]*key // by id; nil where there is none
	current int           // the highest id
}

// key is one master key, ready for use.
type key struct {
	master []byte
	macs   sync.Pool // of hash.Hash: HMAC-SHA256 under the link key, reset before use
}

func newKey(master []byte) *key {
	k := &key{master: master}
	linkKey := k.derive(linkPurpose)
	k.macs.New = func() any { return hmac.New(sha256.New, linkKey) }
	return k
}

// derive returns HKDF-SHA256 (RFC 5869) of the master key, without salt, with the purpose as info.
func (k *key) derive(purpose string) []byte {
	out, err := hkdf.Key(sha256.New, k.master, nil, purpose, masterBytes)
	if err != nil {
		panic("token: HKDF refused 32 bytes: " + err.Error()) // only a longer output is ever refused
	}
	return out
}

// mac fills dst with the first bytes of the MAC of msg under the link key.
func (k *key) mac(dst, msg []byte) {
	h := k.macs.Get().(hash.Hash)
	h.Reset()
	h.Write(msg)
	var sum [sha256.Size]byte
	copy(dst, h.Sum(sum[:0]))
	k.macs.Put(h)
}

// Derive returns 32 bytes for one purpose, from the current master key: the same bytes for the same
// label, and nothing about the others. The label "link" is the guests' tokens' own.
func (r *Ring) Derive(purpose string) []byte {
	return r.keys[r.current].derive(purpose)
}

// OpenRing loads the keys in dir. It makes dir and the first key when there is none; when several
// processes do so at once, they all end with the same key. It refuses a key file that others than its
// owner may read, or that does not hold one key, because going on without it would silently make links
// that were handed out worthless.
func OpenRing(dir string) (*Ring, error) {
	r, err := load(dir)
	if err != nil {
		return nil, err
	}
	if r.current >= 0 {
		return r, nil
	}
	if err := create(dir); err != nil {
		return nil, fmt.Errorf("making the first link key in %s: %w", dir, err)
	}
	// What is on disk counts, not what was just written: another process may have been first.
	r, err = load(dir)
	if err != nil {
		return nil, err
	}
	if r.current < 0 {
		return nil, fmt.Errorf("the link key in %s vanished while it was being made: start again", dir)
	}
	return r, nil
}

// load reads every key in dir. Without any, or without a dir, the ring's current is -1.
func load(dir string) (*Ring, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the link keys: %w", err)
	}
	r := &Ring{current: -1}
	var leftovers []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), tempPrefix) {
			leftovers = append(leftovers, path)
		}
		name, isKey := strings.CutSuffix(e.Name(), keySuffix)
		if !isKey {
			continue
		}
		id, err := strconv.ParseUint(name, 10, 8)
		if err != nil || len(name) != 2 || id >= maxKeys {
			return nil, fmt.Errorf("%s is not the name of a link key (00.key to 15.key): move it out of the folder, or restore its name", path)
		}
		master, err := readKey(path)
		if err != nil {
			return nil, err
		}
		r.keys[id] = newKey(master)
		r.current = max(r.current, int(id))
	}
	if r.current >= 0 {
		for _, path := range leftovers {
			_ = os.Remove(path) // a crash left it without a name of its own; where it cannot be removed, it does no harm
		}
	}
	return r, nil
}

func readKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a link key: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading a link key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file: move it out of the folder", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("link key %s can be read by others (mode %04o): run chmod 600 on it, and issue the links anew if someone may have copied it", path, mode)
	}
	const textBytes = 2 * masterBytes
	text, err := io.ReadAll(io.LimitReader(f, textBytes+3)) // a line break, and one more to see what is too long
	if err != nil {
		return nil, fmt.Errorf("reading link key %s: %w", path, err)
	}
	line := strings.TrimRight(string(text), "\r\n")
	if len(line) != textBytes {
		return nil, fmt.Errorf("link key %s is damaged: it must hold %d hexadecimal digits: restore it from a backup", path, textBytes)
	}
	master, err := hex.DecodeString(line)
	if err != nil {
		// The cause would quote a character of the key.
		return nil, fmt.Errorf("link key %s is damaged: not all of it is hexadecimal digits: restore it from a backup", path)
	}
	return master, nil
}

// create puts a new random key into dir as 00.key, whole or not at all. It succeeds also when another
// process was first. The key gets its name by a hard link, which unlike a rename never replaces one
// that is there already and that the other process may have signed with.
func create(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, tempPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) //nolint:errcheck // a leftover is no key and is never loaded
	if err := writeKey(temp); err != nil {
		return err
	}
	err = os.Link(temp.Name(), filepath.Join(dir, "00"+keySuffix))
	// ErrNotExist: another process had its key in place and swept ours away as a leftover.
	if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir)) // for dir itself
}

func writeKey(f *os.File) error {
	var master [masterBytes]byte
	if _, err := rand.Read(master[:]); err != nil {
		return errors.Join(err, f.Close())
	}
	if _, err := fmt.Fprintf(f, "%x\n", master); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
