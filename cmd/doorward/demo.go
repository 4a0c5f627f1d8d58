package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/notify"
)

// evening is how long the play takes.
const evening = 3 * time.Minute

// demo serves a sample event from a throw-away folder and plays an evening of it through the HTTP API.
func demo(ctx context.Context, args []string) error {
	s := newSettings("demo").serving()
	s.flags.Lookup("data").Usage = "not used: the demo makes a `folder` of its own and removes it"
	fast := s.flags.Bool("fast", false, "play the evening without pauses")
	if err := s.parse(args); err != nil {
		return err
	}
	c, err := s.config()
	if err != nil {
		return err
	}
	c.Mail = notify.Settings{} // into the throw-away folder: nobody is written to
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	length := evening
	if *fast {
		length = 0
	}
	return withStage(ctx, c, func(ctx context.Context, st *stage) error {
		if err := st.prepare(ctx); err != nil {
			return err
		}
		st.program(os.Stdout)
		if err := st.play(ctx, length); err != nil {
			return err
		}
		fmt.Println("The evening is over; the pages stay open. Ctrl-C ends and removes the demo.")
		<-ctx.Done()
		return nil
	})
}

// withStage serves from a new folder while act runs, and then stops the server and removes the folder. The context of
// act ends with ctx, and when the server fails.
func withStage(ctx context.Context, c app.Config, act func(context.Context, *stage) error) (err error) {
	c.Replica = nil // it is the real database's
	if c.Data, err = os.MkdirTemp("", "doorward-demo-"); err != nil {
		return fmt.Errorf("making the demo's folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	host := playerHost(c.Listen)
	// The player names the network of each guest as a proxy would.
	c.TrustedProxies = append(c.TrustedProxies, netip.PrefixFrom(host, host.BitLen()))
	st := newStage()
	c.Announce = func(_, code string) { st.setupCode = code }
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(a.Address().String())
	if err != nil {
		return fmt.Errorf("reading the server's own address: %w", err)
	}
	st.base, st.origin = "http://"+net.JoinHostPort(host.String(), port), a.Origin

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() {
		served <- a.Serve(ctx)
		stop()
	}()
	err = act(ctx, st)
	if ctx.Err() != nil {
		err = nil // it was asked to end, or the server says below why it did
	}
	stop()
	st.transport.CloseIdleConnections()
	return errors.Join(err, <-served)
}

// playerHost is the address that the player reaches the server at.
func playerHost(listen string) netip.Addr {
	host, _, _ := net.SplitHostPort(listen) // config has checked it
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.IsUnspecified() {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return ip
}

// program prints what there is to open.
func (st *stage) program(w io.Writer) {
	_, _ = fmt.Fprintf(w, `
A sample event is being played. Nothing of it is real, and all of it goes when you stop.

  sign in      %s/login
    e-mail     %s
    password   %s
  event        %s/app/e/%s
  guest page   %s
  forwarded    watch %s: one link goes round and turns red
  door         %s   (pairs one phone, within ten minutes)

`, st.origin, demoEmail, st.password, st.origin, st.eventID, st.spare.link.URL, st.forwarded.guest.Name, st.doorURL)
}

const demoEmail = "demo@example.com"

// prepare makes the account, the event, the guest list, the links and the phones at the doors.
func (st *stage) prepare(ctx context.Context) error {
	st.password = rand.Text()[:16]
	host := newVisitor(st, laptop, netip.MustParseAddr("192.0.2.10"))
	var in struct {
		AccessToken string `json:"access_token"`
	}
	account := body{"code": st.setupCode, "email": demoEmail, "password": st.password, "name": "Demo"}
	if err := host.send(ctx, "POST", "/api/v1/setup", account, &in); err != nil {
		return err
	}
	host.bearer = in.AccessToken
	st.host = host
	starts := time.Now().Add(3 * time.Hour).Round(15 * time.Minute)
	var event struct {
		ID        string `json:"id"`
		Questions []struct {
			ID string `json:"id"`
		} `json:"questions"`
	}
	err := host.send(ctx, "POST", "/api/v1/events", body{
		"name": "Sommerfest im Hof", "venue": "Hof der alten Seifenfabrik", "timezone": "Europe/Berlin", "capacity": 700, "waitlist": true,
		"description": "Musik, Grill und lange Tische. Bringt gute Laune mit.", "starts_at": starts, "ends_at": starts.Add(7 * time.Hour),
		"questions": []body{
			{"label": "Was darf es sein?", "kind": "choice", "options": menu, "per": "head"},
			{"label": "Bringt ihr einen Salat mit?", "kind": "yes_no"},
		},
	}, &event)
	if err != nil {
		return err
	}
	st.eventID, st.menuQuestion, st.saladQuestion = event.ID, event.Questions[0].ID, event.Questions[1].ID
	if err := st.invite(ctx); err != nil {
		return err
	}
	for i, entrance := range entrances {
		if err := st.openDoor(ctx, i, entrance); err != nil {
			return err
		}
	}
	spare, err := st.addPhone(ctx, "Dein Telefon", entrances[0])
	st.doorURL = spare.URL
	return err
}

var entrances = [...]string{"Haupteingang", "Hofeingang"}

// openDoor pairs the phone of an entrance.
func (st *stage) openDoor(ctx context.Context, i int, entrance string) error {
	name := "Telefon " + entrance
	p, err := st.addPhone(ctx, name, entrance)
	if err != nil {
		return err
	}
	v := newVisitor(st, pixel, netip.AddrFrom4([4]byte{192, 0, 2, byte(20 + i)}))
	var paired struct {
		Token string `json:"device_token"`
	}
	if err := v.send(ctx, "POST", "/api/v1/door/pair", body{"code": p.Code, "name": name}, &paired); err != nil {
		return err
	}
	v.bearer = paired.Token
	st.doors[i] = v
	return nil
}

type pairing struct {
	Code string `json:"pairing_code"`
	URL  string `json:"pairing_url"`
}

func (st *stage) addPhone(ctx context.Context, name, entrance string) (p pairing, err error) {
	phone := body{"name": name, "entrance": entrance, "scopes": []string{"scan", "search", "undo"}}
	return p, st.host.send(ctx, "POST", "/api/v1/events/"+st.eventID+"/devices", phone, &p)
}
