package replica_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// fileServer is an SFTP server on this machine with a key of two types, as most have.
type fileServer struct {
	net.Listener
	ecdsa, ed25519 ssh.Signer
	mu             sync.Mutex
	open           []net.Conn // guarded by mu
}

func newFileServer(t *testing.T) *fileServer {
	t.Helper()
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	nist, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &fileServer{}
	var errs [3]error
	s.ed25519, errs[0] = ssh.NewSignerFromKey(edwards)
	s.ecdsa, errs[1] = ssh.NewSignerFromKey(nist)
	s.Listener, errs[2] = net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if c.User() == "doorward" && string(password) == "very-secret" {
			return nil, nil
		}
		return nil, errors.New("no")
	}}
	config.AddHostKey(s.ed25519)
	config.AddHostKey(s.ecdsa)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := s.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open = append(s.open, c)
			s.mu.Unlock()
			running.Go(func() { serveFiles(c, config) })
		}
	})
	t.Cleanup(func() {
		_ = s.Close()
		s.hangUp()
		running.Wait()
	})
	return s
}

func (s *fileServer) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		_ = c.Close()
	}
	s.open = nil
}

// serveFiles serves one connection until it ends.
func serveFiles(c net.Conn, config *ssh.ServerConfig) {
	defer c.Close() //nolint:errcheck // the other side ends it
	_, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		files, err := sftp.NewServer(channel)
		if err != nil {
			return
		}
		_ = files.Serve()
	}
}

func (s *fileServer) yml(path string, key ssh.Signer) string {
	return fmt.Sprintf("      type: sftp\n      host: %s\n      user: doorward\n      password: very-secret\n      path: %s\n      host-key: %s",
		s.Addr(), path, printed(key))
}

// printed is a key as ssh-keyscan prints it, without the name.
func printed(key ssh.Signer) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
}

func TestSFTP(t *testing.T) {
	s := newFileServer(t)
	path := filepath.Join(t.TempDir(), "replica")
	cycle(t, s.yml(path, s.ecdsa), 2)

	// From the command line the key stands in the address, as it was printed or escaped.
	for name, key := range map[string]string{"as printed": printed(s.ecdsa), "escaped": url.QueryEscape(printed(s.ecdsa))} {
		from, err := replica.ParseTarget("sftp://doorward:very-secret@" + s.Addr().String() + path + "?host-key=" + key)
		if err != nil {
			t.Fatal(name, err)
		}
		to := filepath.Join(t.TempDir(), "restored.db")
		if _, err := replica.Restore(t.Context(), from, replica.RestoreOptions{To: to, Check: sqlite.Intact}); err != nil || rowsOf(t, to) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A connection that breaks off is made again.
func TestSFTPComesBack(t *testing.T) {
	s := newFileServer(t)
	b := newBox(t, s.yml(filepath.Join(t.TempDir(), "replica"), s.ecdsa))
	b.start()
	b.write(3)
	b.synced()
	s.hangUp()
	b.write(3)
	b.synced()
	b.stop()
	b.wipe()
	b.restore()
	if n := rowsOf(t, b.path); n != b.row {
		t.Errorf("restored %d rows, want %d", n, b.row)
	}
}

// Nothing is sent to a server with another key, nor to one that refuses the password, and the error says which it is.
func TestSFTPOfSomebodyElse(t *testing.T) {
	s, other := newFileServer(t), newFileServer(t)
	path := filepath.Join(t.TempDir(), "replica")
	for says, yml := range map[string]string{
		"another key":      s.yml(path, other.ecdsa),
		"refused the user": strings.Replace(s.yml(path, s.ecdsa), "very-secret", "wrong", 1),
	} {
		b := newBox(t, yml)
		b.start()
		b.write(1)
		got := b.until("refused", 30*time.Second, func(s replica.Status) bool { return s.Error != "" })
		if !strings.Contains(got.Error, says) || got.Replicated != 0 {
			t.Errorf("%s: %+v", says, got)
		}
		if err := b.db.Close(); err != nil {
			t.Error(err)
		}
		if err := b.r.Close(t.Context()); err == nil {
			t.Error("it closed as if all had been sent")
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was sent: %v", err)
	}
}
