package notify

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// outcome is what the next mails come to.
type outcome struct{ rcpt, data error }

// mailServer is an SMTP server on the loopback that keeps what it is given.
type mailServer struct {
	mu       sync.Mutex
	got      [][]byte
	envelope []string
	logins   []string
	next     outcome
}

func (m *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{m}, nil }

type session struct{ *mailServer }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logins = append(s.logins, user+":"+password)
		return nil
	}), nil
}
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.envelope = append(s.envelope, to)
	return s.next.rcpt
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || s.next.data != nil {
		return cmp.Or(err, s.next.data)
	}
	s.got = append(s.got, b)
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (m *mailServer) mails() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.got
}

// certificate makes one for localhost, and the pool that believes it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serve starts a mail server; kind is how it encrypts: "starttls", "tls" or "off".
func serve(t *testing.T, kind string) (*mailServer, *SMTP) {
	t.Helper()
	m := &mailServer{}
	cert, pool := certificate(t)
	server := smtp.NewServer(m)
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "localhost", kind == "off", quiet{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	address := "smtp://host:p%40ss@localhost:" + port
	switch kind {
	case "starttls":
		server.TLSConfig = config
	case "tls":
		listener, address = tls.NewListener(listener, config), "smtps://host:p%40ss@localhost:"+port
	case "off":
		address += "?tls=off"
	}
	done := make(chan struct{})
	go func() {
		_ = server.Serve(listener)
		close(done)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	s, err := ParseSMTP(address)
	if err != nil {
		t.Fatal(err)
	}
	s.config.RootCAs = pool
	return m, s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
