package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// act is one thing that somebody does.
type act func(context.Context) error

// openers is how many of the guests look at their invitation.
const openers = 190

// play lets the evening happen, spread over a length of time.
func (st *stage) play(ctx context.Context, length time.Duration) error {
	acts := append(st.invitations(), st.arrivals()...)
	pause := length / time.Duration(len(acts))
	timer := time.NewTimer(0)
	defer timer.Stop()
	for _, do := range acts {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		if err := do(ctx); err != nil {
			return err
		}
		timer.Reset(pause)
	}
	return nil
}

var menu = []string{"Vom Grill", "Vegetarisch", "Vegan"}

// reply is what a guest answers; without a status they only look.
type reply struct {
	status, message string
	plusOnes        int
	answers         map[string]string
}

var messages = map[string][]string{
	"attending": {"Wir freuen uns!", "Kommen etwas später, gegen neun.", "Can't wait, see you there!", "Avec grand plaisir !", "Geliyoruz, çok sevindik!", "Soll ich Kartoffelsalat mitbringen?", "Que alegria, lá estaremos!"},
	"declined":  {"Schade, wir sind im Urlaub.", "So sorry, I'm travelling that week.", "Niestety nie dam rady."},
	"maybe":     {"Hängt am Babysitter.", "Todavía no lo sé, aviso pronto."},
}

// replyOf decides what a guest answers.
func (st *stage) replyOf(a *attendee) reply {
	var r reply
	switch n := st.random.IntN(100); {
	case a == st.forwarded || n < 68:
		r.status = "attending"
		if r.plusOnes = a.guest.PartySize - 1; n%5 == 0 {
			r.plusOnes = st.random.IntN(a.guest.PartySize)
		}
		r.answers = st.answers(a, r.plusOnes)
	case n < 80:
		r.status = "declined"
	case n < 90:
		r.status = "maybe"
	}
	if said := messages[r.status]; said != nil && st.random.IntN(4) == 0 {
		r.message = said[st.random.IntN(len(said))]
	}
	return r
}

// answers are what a party says to the questions of the event.
func (st *stage) answers(a *attendee, plusOnes int) map[string]string {
	taste := len(a.guest.Name)
	said := map[string]string{st.menuQuestion: menu[taste%len(menu)], st.saladQuestion: []string{"yes", "no"}[taste%2]}
	for n := 1; n <= plusOnes; n++ {
		said[fmt.Sprintf("%s.%d", st.menuQuestion, n)] = menu[(taste+n)%len(menu)]
	}
	return said
}

// invitations are the acts before the doors open: chats draw previews, guests look and answer.
func (st *stage) invitations() []act {
	var acts []act
	for i, a := range st.guests[:openers] {
		if i%6 == 1 {
			bot := newVisitor(st, device{agent: previewBot}, documentation[0](byte(240+i%10)))
			acts = append(acts, func(ctx context.Context) error { return bot.send(ctx, "GET", "/i/"+a.link.Token, nil, nil) })
		}
		r := st.replyOf(a)
		if r.status == "attending" {
			a.heads = 1 + r.plusOnes
		}
		acts = append(acts, func(ctx context.Context) error { return a.answer(ctx, r) })
		if i%7 == 3 {
			acts = append(acts, a.lookAgain(documentation[1](byte(1+i))))
		}
	}
	return acts
}

func (a *attendee) answer(ctx context.Context, r reply) error {
	if err := a.visitor.page(ctx, a.link); err != nil || r.status == "" {
		return err
	}
	return a.visitor.send(ctx, "POST", "/i/"+a.link.Token+"/rsvp", body{"status": r.status, "plus_ones": r.plusOnes, "message": r.message, "answers": r.answers}, nil)
}

// lookAgain opens a link once more with the guest's own browser, from where they are now.
func (a *attendee) lookAgain(ip netip.Addr) act {
	return func(ctx context.Context) error {
		v := *a.visitor
		v.ip = ip
		return v.page(ctx, a.link)
	}
}

// arrivals are the acts at the doors, and meanwhile one link goes round.
func (st *stage) arrivals() []act {
	var acts, later []act
	n, isRepeated, lent := 0, false, 0
	for _, a := range st.guests[1:openers] {
		if a.heads == 0 || st.random.IntN(100) >= 85 {
			continue
		}
		door, other := st.doors[n%len(st.doors)], st.doors[(n+1)%len(st.doors)]
		switch {
		case n%9 == 4 && a.heads > 1:
			acts = append(acts, scan(door, a, "in", a.heads-1))
			later = append(later, scan(other, a, "in", 1))
		case n%11 == 7:
			acts = append(acts, scan(door, a, "in", a.heads))
			later = append(later, scan(other, a, "out", a.heads))
		case !isRepeated && n > 12 && a.heads == a.guest.PartySize:
			isRepeated = true
			acts = append(acts, scan(door, a, "in", a.heads), scan(other, a, "in", 1))
		case n == 20:
			acts = append(acts, scanAndUndo(door, a))
		default:
			acts = append(acts, scan(door, a, "in", a.heads))
		}
		if n++; n%8 == 0 && lent < len(strangers) {
			stranger := newVisitor(st, strangers[lent], strangerNetwork(lent))
			acts = append(acts, func(ctx context.Context) error { return stranger.page(ctx, st.forwarded.link) })
			lent++
		}
	}
	return append(acts, later...)
}

// scanned is the wire form of one scan. A QR code carries the link in capitals.
func scanned(a *attendee, nonce, direction string, heads int) body {
	return body{"items": []body{{"nonce": nonce, "token": strings.ToUpper(a.link.URL), "direction": direction, "heads": heads}}}
}

func scan(door *visitor, a *attendee, direction string, heads int) act {
	return func(ctx context.Context) error {
		return door.send(ctx, "POST", "/api/v1/door/checkins", scanned(a, rand.Text(), direction, heads), nil)
	}
}

// scanAndUndo lets a guest in by mistake.
func scanAndUndo(door *visitor, a *attendee) act {
	return func(ctx context.Context) error {
		nonce := rand.Text()
		if err := door.send(ctx, "POST", "/api/v1/door/checkins", scanned(a, nonce, "in", a.heads), nil); err != nil {
			return err
		}
		return door.send(ctx, "POST", "/api/v1/door/checkins/undo", body{"nonce": nonce}, nil)
	}
}

// homeNetwork is an address of the networks that are set apart for documentation.
func homeNetwork(i int) netip.Addr {
	if i%3 == 0 {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, byte(i >> 8), byte(i), 0, 1, 15: 0x15})
	}
	return documentation[i%len(documentation)](byte(1 + i%250))
}

var documentation = [...]func(byte) netip.Addr{
	func(n byte) netip.Addr { return netip.AddrFrom4([4]byte{203, 0, 113, n}) },
	func(n byte) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, 100, n}) },
}

// device is what a browser says of itself.
type device struct {
	agent, languages, screen, timezone string
	touch                              bool
}

const (
	safari     = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
	chrome     = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
	previewBot = "WhatsApp/2.23.20.0"
)

var (
	iPhone = device{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) " + safari, "de-DE,de;q=0.9", "390x844@3", "Europe/Berlin", true}
	pixel  = device{"Mozilla/5.0 (Linux; Android 10; K) " + chrome + "Mobile Safari/537.36", "de-DE,de;q=0.9,en;q=0.8", "412x915@2.6", "Europe/Berlin", true}
	laptop = device{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + chrome + "Safari/537.36", "de-DE,de;q=0.9,en;q=0.8", "1536x864@1.25", "Europe/Berlin", false}
)

// devices are those of the guests.
var devices = [...]device{
	iPhone, pixel, laptop,
	{iPhone.agent, "tr-TR,tr;q=0.9", "393x852@3", "Europe/Istanbul", true},
	{iPhone.agent, "en-GB,en;q=0.9", "430x932@3", "Europe/London", true},
	{pixel.agent, "pl-PL,pl;q=0.9", "360x800@3", "Europe/Warsaw", true},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", "fr-FR,fr;q=0.9", "1440x900@2", "Europe/Paris", false},
	{"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "de,en;q=0.7", "1920x1080@1", "Europe/Berlin", false},
}

// strangers are whoever a link that goes round ends up with.
var strangers = [...]device{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "nl-NL,nl;q=0.9", "1920x1200@1", "Europe/Amsterdam", false},
	{iPhone.agent, "es-ES,es;q=0.9", "402x874@3", "Europe/Madrid", true},
	{pixel.agent, "it-IT,it;q=0.9", "384x854@2.8", "Europe/Rome", true},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + chrome + "Safari/537.36", "en-US,en;q=0.9", "1728x1117@2", "America/New_York", false},
	{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + chrome + "Safari/537.36", "sv-SE,sv;q=0.9", "1366x768@1", "Europe/Stockholm", false},
	{pixel.agent, "pt-PT,pt;q=0.9", "393x873@2.75", "Europe/Lisbon", true},
	{iPhone.agent, "cs-CZ,cs;q=0.9", "375x667@2", "Europe/Prague", true},
	{"Mozilla/5.0 (X11; Linux x86_64) " + chrome + "Safari/537.36", "el-GR,el;q=0.9", "2560x1440@1", "Europe/Athens", false},
}

// strangerNetwork is far from everybody's home and from the other strangers'.
func strangerNetwork(i int) netip.Addr {
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0xff, byte(i), 15: 0x77})
}
