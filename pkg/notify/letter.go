package notify

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/wneessen/go-mail"
)

// Registry says what letter a request comes to, nil when it is none, and what is to be written down once it is sent;
// package account is one.
type Registry interface {
	RequestLetter(ctx context.Context, payload string) (letter *doorward.Letter, then func(*sqlite.Tx) error, err error)
}

// letters sends mails about accounts.
type letters struct {
	post   Post
	origin string
	clock  sqlite.Clock
}

// HandleLetters has the outbox send the letters that a registry writes, with links to origin.
func HandleLetters(box *outbox.Outbox, accounts Registry, post Post, origin string, clock sqlite.Clock) {
	l := &letters{post: post, origin: origin, clock: clock}
	box.Handle(doorward.JobAccountRequest, outbox.Work{Do: func(ctx context.Context, payload string) (func(*sqlite.Tx) error, error) {
		letter, then, err := accounts.RequestLetter(ctx, payload)
		if err != nil || letter == nil {
			return then, err
		}
		return then, l.send(ctx, *letter)
	}})
}

// letterForms are the subject of each letter, and the page that its link opens. The token is in the fragment, which no
// server and no referrer ever sees.
var letterForms = map[doorward.LetterKind]struct{ subject, page string }{
	doorward.LetterVerify:            {"Confirm your address", "/verify#token="},
	doorward.LetterAlreadyRegistered: {"You already have an account", "/forgot"},
	doorward.LetterReset:             {"Set a new password", "/reset#token="},
	doorward.LetterLocked:            {"Your account is locked", "/reset#token="},
	doorward.LetterSessionReplay:     {"A sign-in of yours was ended", "/forgot"},
}

// letterContent is what the templates of letters show.
type letterContent struct {
	Name, Subject, Link string
	Origin              string // the box that the account is on
}

func (l *letters) send(ctx context.Context, letter doorward.Letter) error {
	m, err := l.compose(letter)
	if err != nil {
		return outbox.Permanent(err)
	}
	if err := l.post.Sender.Send(ctx, m); err != nil {
		if errors.Is(err, errRefused) {
			err = outbox.Permanent(err)
		}
		return err
	}
	return nil
}

func (l *letters) compose(letter doorward.Letter) (Mail, error) {
	form, known := letterForms[letter.Kind]
	if !known {
		return Mail{}, fmt.Errorf("there is no letter of the kind %q", letter.Kind)
	}
	to, err := netmail.ParseAddress(letter.Email)
	if err != nil || to.Address != letter.Email || !doorward.Printable(letter.Email) {
		return Mail{}, errUnwritable
	}
	c := letterContent{Name: oneLine(letter.Name), Subject: form.subject, Link: l.origin + form.page + letter.Token.Reveal(), Origin: l.origin}
	to.Name = literal(c.Name)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&l.post.From)
	msg.ToMailAddress(to)
	msg.Subject(form.subject)
	msg.SetDateWithValue(l.clock())
	msg.SetMessageIDWithValue(string(letter.ID) + "@" + l.post.Host)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := msg.SetBodyTextTemplate(texts.Lookup(string(letter.Kind)+".txt"), c); err != nil {
		return Mail{}, fmt.Errorf("writing a mail: %w", err)
	}
	if err := msg.AddAlternativeHTMLTemplate(htmls.Lookup(string(letter.Kind)+".html"), c); err != nil {
		return Mail{}, fmt.Errorf("writing a mail: %w", err)
	}
	return Mail{ID: string(letter.ID), At: letter.At, body: msg}, nil
}
