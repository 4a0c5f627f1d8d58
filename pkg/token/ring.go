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
	"sync/atomic"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/durable"
)

const (
	masterBytes = 32 // of a key and of everything derived from one
	maxKeys     = 16 // ids are four bits of a token
	keySuffix   = ".key"
	sessionFile = "session" + keySuffix
	tempPrefix  = ".new-" // a key being written; one that was left behind was never used

	linkPurpose        = "link"
	fingerprintPurpose = "fingerprint"
)

// Ring is the set of link keys, and the session key. Any number of goroutines may use it.
type Ring struct {
	dir     string
	session *key                   // nil until OpenRing has one
	set     atomic.Pointer[keySet] // never changed in place; Recover puts another there
}

// keySet is the link keys that are there.
type keySet struct {
	keys    [maxKeys]*key // by id; nil where there is none
	current int           // the highest id; -1 without a key
}

// key is one key, ready for use.
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

// Derive returns 32 bytes for one purpose, from the session key: the same bytes for the same label, and nothing about the
// others. They are new when the keys folder was lost, also when the link keys were recovered.
func (r *Ring) Derive(purpose string) []byte { return r.session.derive(purpose) }

// OpenRing loads the keys in dir, which it makes. It makes the session key when there is none, and a link key when there is
// none that may sign: the newest must be one that no remembered key is missing above, so that a recovered key never
// meets another under its id. When several processes do so at once, they all end with the same keys.
//
// It refuses a key file that others than its owner may read, or that does not hold one key, because going on without it
// would silently make links that were handed out worthless.
func OpenRing(dir string, records []doorward.LinkKey) (*Ring, error) {
	r, err := ReadRing(dir)
	if err != nil {
		return nil, err
	}
	next := r.set.Load().current
	for _, missing := range r.Missing(records) {
		if missing.ID >= next {
			next = missing.ID + 1
		}
	}
	next = max(next, 0)
	if next >= maxKeys {
		return nil, fmt.Errorf("all %d link keys of %s are used up: enter the recovery code with doorward restore, or copy the lost keys back", maxKeys, dir)
	}
	if r.session != nil && r.set.Load().keys[next] != nil {
		return r, nil
	}
	if err := makeKeys(dir, next); err != nil {
		return nil, fmt.Errorf("making keys in %s: %w", dir, err)
	}
	// What is on disk counts, not what was just written: another process may have been first.
	if r, err = ReadRing(dir); err != nil {
		return nil, err
	}
	if r.session == nil || r.set.Load().keys[next] == nil {
		return nil, fmt.Errorf("a key in %s vanished while it was being made: start again", dir)
	}
	return r, nil
}

// ReadRing loads the keys in dir and makes none. Without any, or without a dir, every token is refused; only OpenRing's
// rings sign and derive.
func ReadRing(dir string) (*Ring, error) {
	set, err := load(dir)
	if err != nil {
		return nil, err
	}
	r := &Ring{dir: dir}
	r.set.Store(set)
	master, err := readKey(filepath.Join(dir, sessionFile))
	switch {
	case err == nil:
		r.session = newKey(master)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return r, nil
}

// load reads every link key in dir.
func load(dir string) (*keySet, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the link keys: %w", err)
	}
	set := &keySet{current: -1}
	var leftovers []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), tempPrefix) {
			leftovers = append(leftovers, path)
		}
		name, isKey := strings.CutSuffix(e.Name(), keySuffix)
		if !isKey || e.Name() == sessionFile {
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
		set.keys[id] = newKey(master)
		set.current = max(set.current, int(id))
	}
	if set.current >= 0 {
		for _, path := range leftovers {
			_ = os.Remove(path) // a crash left it without a name of its own; where it cannot be removed, it does no harm
		}
	}
	return set, nil
}

func fileName(id int) string { return fmt.Sprintf("%02d%s", id, keySuffix) }

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

// makeKeys makes the session key and the link key with an id, of which either may be there already.
func makeKeys(dir string, id int) error {
	if err := durable.MakeFolder(dir); err != nil {
		return err
	}
	for _, name := range []string{sessionFile, fileName(id)} {
		var master [masterBytes]byte
		if _, err := rand.Read(master[:]); err != nil {
			return err
		}
		// A hard link, unlike a rename, never replaces a key that is there and that another process may have signed with.
		err := writeKey(dir, name, master[:], os.Link)
		// ErrNotExist: another process had its key in place and swept ours away as a leftover.
		if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return durable.Sync(filepath.Dir(dir)) // for dir itself
}

// writeKey puts a key into dir under a name, whole or not at all; place gives it the name.
func writeKey(dir, name string, master []byte, place func(from, to string) error) error {
	if err := durable.MakeFolder(dir); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, tempPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) //nolint:errcheck // a leftover is no key and is never loaded
	_, err = fmt.Fprintf(temp, "%x\n", master)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return errors.Join(place(temp.Name(), filepath.Join(dir, name)), durable.Sync(dir))
}
