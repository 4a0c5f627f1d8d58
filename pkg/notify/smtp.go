package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/wneessen/go-mail"
)

// smtpTimeout bounds each half of a delivery: getting to know the server, and handing over the mail.
const smtpTimeout = 20 * time.Second

// SMTP is a Sender that hands mails to a mail server.
type SMTP struct {
	host     string
	port     int
	user     string
	password doorward.Secret
	tls      bool // from the first byte
	plain    bool // never, by the operator's word; otherwise STARTTLS is demanded
	config   *tls.Config
}

// ParseSMTP reads smtp://user:password@host:587, or smtps:// for TLS from the first byte. STARTTLS is demanded of smtp://
// unless the address ends in ?tls=off. The error never shows the address, which may hold a password.
func ParseSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("it is no URL")
	}
	s := &SMTP{host: u.Hostname(), user: u.User.Username(), tls: u.Scheme == "smtps", port: 587}
	s.config = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	if password, given := u.User.Password(); given {
		s.password = doorward.Secret(password)
	}
	if s.tls {
		s.port = 465
	} else if u.Scheme != "smtp" {
		return nil, errors.New("it must begin with smtp:// or smtps://")
	}
	if s.host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("use an address like smtp://user:password@mail.example.org:587")
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("the port must be from 1 to 65535")
		}
	}
	switch u.RawQuery {
	case "":
	case "tls=off":
		if s.tls {
			return nil, errors.New("smtps:// and tls=off contradict each other")
		}
		s.plain = true
	default:
		return nil, errors.New("the only thing to say after the ? is tls=off")
	}
	return s, nil
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	// A client keeps state of its connection, so each mail has its own.
	client, err := mail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return fmt.Errorf("making an SMTP client: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, m.body)
	if m.body.IsDelivered() {
		return nil // what went wrong afterwards is not worth a second mail
	}
	return sendError(err)
}

func (s *SMTP) options(ctx context.Context) []mail.Option {
	policy := mail.TLSMandatory
	if s.plain {
		policy = mail.NoTLS
	}
	options := []mail.Option{
		mail.WithPort(s.port), mail.WithTimeout(smtpTimeout), mail.WithTLSPolicy(policy), mail.WithTLSConfig(s.config),
		mail.WithoutNoop(), mail.WithoutRset(), mail.WithDialContextFunc(s.dial(ctx)),
	}
	if s.tls {
		options = append(options, mail.WithSSL())
	}
	if s.user != "" {
		// Whether the connection must be encrypted was settled before: a server that does not take STARTTLS is not told
		// the password, unless the operator said tls=off.
		options = append(options, mail.WithUsername(s.user), mail.WithPassword(s.password.Reveal()), mail.WithOpportunisticSMTPAuth(
			mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthCramMD5, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc))
	}
	return options
}

// dial connects so that the end of ctx also ends a conversation, which the library itself only bounds in time.
func (s *SMTP) dial(ctx context.Context) mail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		var conn net.Conn
		var err error
		if s.tls {
			conn, err = (&tls.Dialer{Config: s.config}).DialContext(dialing, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(dialing, network, address)
		}
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
}

// sendError says what a server answered, in words without the address: it would end up in the log.
func sendError(err error) error {
	e, ok := errors.AsType[*mail.SendError](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return fmt.Errorf("reaching the mail server: %w", err)
	case e.ErrorCode() == 0:
		return fmt.Errorf("the connection to the mail server broke while %s", e.Reason)
	}
	said := fmt.Errorf("the mail server answered %d %s while %s", e.ErrorCode(), e.EnhancedStatusCode(), e.Reason)
	// A server that does not want us as a sender, or not without a password, may be set right by the operator.
	about := e.Reason == mail.ErrSMTPRcptTo || e.Reason == mail.ErrSMTPDataClose
	if about && e.ErrorCode() >= 550 && !strings.HasPrefix(e.EnhancedStatusCode(), "5.7.") {
		return fmt.Errorf("%w: %w", errRefused, said)
	}
	return said
}
