package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/cidr"
	"github.com/doorward/doorward/pkg/notify"
	"github.com/doorward/doorward/pkg/replica"
)

// settings are the flags of the commands. This file is the only reader of flags and environment.
type settings struct {
	flags          *flag.FlagSet
	data           string
	listen         string
	baseURL        string
	trustedProxies string
	signUp         string
	mail           string
	smtpURL        string // may hold a password: no error shows it
	mailFrom       string
	geoCity        string
	geoASN         string
	log            string
	backupCopy     string
	litestream     string
}

// newSettings declares the flags that every command takes.
func newSettings(command string) *settings {
	s := &settings{flags: flag.NewFlagSet("doorward "+command, flag.ContinueOnError)}
	s.flags.SetOutput(discard{}) // what package flag prints by itself: we answer in one line
	s.flags.StringVar(&s.data, "data", "./doorward-data", "data `folder`")
	return s
}

// copying declares the flags of a command that makes backups.
func (s *settings) copying() *settings {
	s.flags.StringVar(&s.backupCopy, "backup-copy", "", "a second `folder` for each backup, on another disk")
	return s
}

// serving declares the flags of a command that serves.
func (s *settings) serving() *settings {
	s.copying()
	s.flags.StringVar(&s.listen, "listen", ":8080", "`address` to listen on")
	s.flags.StringVar(&s.baseURL, "base-url", "", "the one `origin` that links use, like https://door.example.org (default from listen)")
	s.flags.StringVar(&s.trustedProxies, "trusted-proxies", "", "`networks` whose X-Forwarded-For is believed, separated by commas")
	s.flags.StringVar(&s.signUp, "signup", "invited", "`who` may sign up: open, or invited for addresses that are invited to an event's team")
	s.flags.StringVar(&s.mail, "mail", "", "`how` mail leaves: smtp, or file for DATA/mail/*.eml (default smtp when smtp-url is set, else file)")
	s.flags.StringVar(&s.smtpURL, "smtp-url", "", "mail server, smtp://user:password@host:587 or smtps://…; STARTTLS is demanded unless it ends in ?tls=off")
	s.flags.StringVar(&s.mailFrom, "mail-from", "", "sender `address` of mails, like \"Summer party <party@example.org>\"")
	s.flags.StringVar(&s.geoCity, "geoip-city", "", "your own GeoLite2 or DB-IP City `file`, instead of the bundled data; read again when it changes")
	s.flags.StringVar(&s.geoASN, "geoip-asn", "", "your own GeoLite2 or DB-IP ASN `file`")
	s.flags.StringVar(&s.log, "log", "text", "`form` of the log on stderr: text or json")
	return s.replicating()
}

// replicating declares the flag of a command that knows the replica.
func (s *settings) replicating() *settings {
	s.flags.StringVar(&s.litestream, "litestream", "", "replication settings, a `file` like the stock litestream.yml, or off (default litestream.yml beside the data folder, if there)")
	return s
}

// replica reads the replication settings: nil when there are none.
func (s *settings) replica() (*replica.Config, error) {
	path := s.litestream
	switch path {
	case "off":
		return nil, nil
	case "":
		path = filepath.Join(filepath.Dir(filepath.Clean(s.data)), "litestream.yml")
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
	}
	c, err := replica.Read(path, filepath.Join(s.data, "doorward.db"), os.Getenv)
	if err == nil && c == nil && s.litestream != "" {
		err = fmt.Errorf("%s names no database, so nothing would be replicated: name it under dbs, or say off", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return c, nil
}

// parse reads the environment and then the arguments, which win. It fails with errUsage in one line.
func (s *settings) parse(args []string) error {
	operands, err := s.parseOperands(args)
	if err == nil && len(operands) > 0 {
		err = fmt.Errorf("%w: %q is neither a flag nor a value of one", errUsage, operands[0])
	}
	return err
}

// parseOperands is parse for a command that takes more than flags: what is none is returned, before flags or after.
func (s *settings) parseOperands(args []string) (operands []string, err error) {
	s.flags.VisitAll(func(f *flag.Flag) {
		if err != nil {
			return // one line is enough
		}
		value, found, readErr := environment(f.Name)
		if readErr == nil && found {
			readErr = s.flags.Set(f.Name, value)
		}
		err = readErr
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	for {
		err = s.flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "%s:\n", s.flags.Name())
			s.flags.SetOutput(os.Stderr)
			s.flags.PrintDefaults()
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if s.flags.NArg() == 0 {
			return operands, nil
		}
		operands, args = append(operands, s.flags.Arg(0)), s.flags.Args()[1:]
	}
}

// discard swallows what is written to it.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// environment returns DOORWARD_<NAME>, or what is in the file that DOORWARD_<NAME>_FILE names.
func environment(name string) (value string, found bool, err error) {
	key := "DOORWARD_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	if value, found = os.LookupEnv(key); found {
		return value, true, nil
	}
	path, found := os.LookupEnv(key + "_FILE")
	if !found {
		return "", false, nil
	}
	b, err := os.ReadFile(path) //nolint:gosec // the operator says which file
	if err != nil {
		return "", false, fmt.Errorf("%s_FILE: %w", key, err)
	}
	return strings.TrimRight(string(b), "\r\n"), true, nil
}

// isPort reports whether a text is a port; 0 is any that is free.
func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// config checks the settings of a command that serves.
func (s *settings) config() (app.Config, error) {
	c := app.Config{Data: s.data, Listen: s.listen, Version: version, GeoCity: s.geoCity, GeoASN: s.geoASN, BackupCopy: s.backupCopy}
	c.Committed, _ = time.Parse(time.RFC3339, committed) // what was built by hand has none
	bad := func(name, value, why string) (app.Config, error) {
		return c, fmt.Errorf("%w: %s %q: %s", errUsage, name, value, why)
	}
	if s.data == "" {
		return bad("data", s.data, "name a folder")
	}
	if _, port, err := net.SplitHostPort(s.listen); err != nil || !isPort(port) {
		return bad("listen", s.listen, "use an address like :8080 or 127.0.0.1:8080")
	}
	if s.baseURL != "" {
		u, err := url.Parse(s.baseURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return bad("base-url", s.baseURL, "use an origin like https://door.example.org")
		}
		c.BaseURL = u.Scheme + "://" + u.Host
	}
	for text := range strings.SplitSeq(s.trustedProxies, ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		p, err := cidr.Parse(text)
		if err != nil {
			return bad("trusted-proxies", text, "use networks like 10.0.0.0/8, separated by commas")
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	switch c.SignUp = app.SignUp(s.signUp); c.SignUp {
	case app.SignUpInvited, app.SignUpOpen:
	default:
		return bad("signup", s.signUp, "use open or invited")
	}
	var err error
	if c.Replica, err = s.replica(); err != nil {
		return c, err
	}
	c.Mail, err = s.mailSettings()
	return c, err
}

// mailSettings checks how mail leaves. Senders are named by what they are set up with when mail itself is not set.
func (s *settings) mailSettings() (m notify.Settings, err error) {
	if s.mailFrom != "" {
		if m.From, err = mail.ParseAddress(s.mailFrom); err != nil {
			return m, fmt.Errorf("%w: mail-from %q: use an address like party@example.org", errUsage, s.mailFrom)
		}
	}
	how := s.mail
	if how == "" && s.smtpURL != "" {
		how = "smtp"
	}
	switch how {
	case "", "file":
		return m, nil
	case "smtp":
		if m.SMTP, err = notify.ParseSMTP(s.smtpURL); err != nil {
			return m, fmt.Errorf("%w: smtp-url: %w", errUsage, err)
		}
		if m.From == nil {
			return m, fmt.Errorf("%w: mail-from: say which address mails come from", errUsage)
		}
		return m, nil
	case "resend", "ses":
		return m, fmt.Errorf("%w: mail %q: this program can't send that way yet; use smtp or file", errUsage, how)
	default:
		return m, fmt.Errorf("%w: mail %q: use smtp or file", errUsage, how)
	}
}
