package notify

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
)

// Settings say how mail leaves the house.
type Settings struct {
	SMTP *SMTP         // nil writes files
	From *mail.Address // nil, which only files bear, is an address of our own host
}

// Post returns how mails leave: by SMTP, or as files in a folder. Message-IDs, and the sender of files, are on the host
// of origin.
func (s Settings) Post(folder, origin string) Post {
	host, domain := "localhost", "localhost"
	if u, err := url.Parse(origin); err == nil && u.Hostname() != "" {
		host, domain = strings.ToLower(u.Hostname()), strings.ToLower(u.Hostname())
		if ip, err := netip.ParseAddr(host); err == nil {
			// RFC 5322 has brackets around an address without a name; a mailbox there looks odd to everybody.
			host, domain = "["+ip.WithZone("").String()+"]", "localhost"
		}
	}
	p := Post{Sender: File(folder), From: mail.Address{Name: "Doorward", Address: "doorward@" + domain}, Host: host}
	if s.SMTP != nil {
		p.Sender = s.SMTP
	}
	if s.From != nil {
		p.From = *s.From
	}
	return p
}
