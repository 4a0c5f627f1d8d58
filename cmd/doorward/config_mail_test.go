package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
)

func read(t *testing.T, args ...string) (app.Config, error) {
	t.Helper()
	s := newSettings("serve").serving()
	if err := s.parse(args); err != nil {
		t.Fatal(err)
	}
	return s.config()
}

func TestMailSettings(t *testing.T) {
	if c, err := read(t); err != nil || c.Mail.SMTP != nil {
		t.Errorf("without settings: %+v %v", c.Mail, err)
	}
	server := []string{"--smtp-url", "smtp://u:hush@mail.example.org", "--mail-from", "Party <party@example.org>"}
	for _, more := range [][]string{nil, {"--mail", "smtp"}} {
		if c, err := read(t, append(more, server...)...); err != nil || c.Mail.SMTP == nil || c.Mail.From.Address != "party@example.org" {
			t.Errorf("%v: %+v %v", more, c.Mail, err)
		}
	}
	if c, err := read(t, append(server, "--mail", "file")...); err != nil || c.Mail.SMTP != nil {
		t.Errorf("file beats what is set up: %v", err)
	}
	t.Setenv("DOORWARD_SMTP_URL", "smtp://u:hush@mail.example.org")
	for names, args := range map[string][]string{
		"mail-from": {"--mail", "smtp"}, "mail-from ": {"--mail-from", "nobody"}, "resend": {"--mail", "resend"}, "ses": {"--mail", "ses"}, "pigeon": {"--mail", "pigeon"},
		"smtp-url": {"--smtp-url", "imap://u:hush@mail.example.org"}, "tls=off": {"--smtp-url", "smtp://u:hush@mail.example.org?x=1"},
	} {
		_, err := read(t, args...)
		if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), strings.TrimSpace(names)) || strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
