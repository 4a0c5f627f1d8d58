package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strings"
)

//go:embed demo_guests.csv
var demoGuests []byte

// stage is a running demo: its server, its event and who takes part.
type stage struct {
	base      string // where the player reaches the server
	origin    string // where links say that it is
	setupCode string
	password  string
	eventID   string
	// The questions of the event, by id.
	menuQuestion, saladQuestion string

	doorURL   string // pairs one more phone
	transport *http.Transport
	random    *rand.Rand
	host      *visitor
	doors     [len(entrances)]*visitor
	guests    []*attendee // by name
	forwarded *attendee
	spare     *attendee // stays away, for whoever watches
}

// newStage makes a stage whose every choice comes out the same.
func newStage() *stage {
	return &stage{transport: &http.Transport{}, random: rand.New(rand.NewPCG(20260704, 18))} //nolint:gosec // no secret comes of it
}

// attendee is a guest with the link and the phone or laptop of their own.
type attendee struct {
	guest   guestRow
	link    guestLink
	visitor *visitor
	heads   int // how many come; 0 until they answered that they do
}

type guestRow struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	PartySize int    `json:"party_size"`
}

type guestLink struct {
	GuestID string `json:"guest_id"`
	Token   string `json:"token"`
	URL     string `json:"url"`
}

// invite imports the guest list and issues everybody's link.
func (st *stage) invite(ctx context.Context) error {
	list := "/api/v1/events/" + st.eventID + "/guests"
	if err := st.host.upload(ctx, list+"/import", demoGuests); err != nil {
		return err
	}
	var guests struct {
		Items []guestRow `json:"items"`
	}
	if err := st.host.send(ctx, "GET", list+"?limit=500", nil, &guests); err != nil {
		return err
	}
	var links struct {
		Items []guestLink `json:"items"`
	}
	if err := st.host.send(ctx, "POST", list+"/invitations/bulk", body{"send": false}, &links); err != nil {
		return err
	}
	byGuest := map[string]guestLink{}
	for _, l := range links.Items {
		byGuest[l.GuestID] = l
	}
	for i, g := range guests.Items {
		d := devices[st.random.IntN(len(devices))]
		st.guests = append(st.guests, &attendee{guest: g, link: byGuest[g.ID], visitor: newVisitor(st, d, homeNetwork(i))})
	}
	st.random.Shuffle(len(st.guests), func(i, j int) { st.guests[i], st.guests[j] = st.guests[j], st.guests[i] })
	st.forwarded, st.spare = st.guests[0], st.guests[len(st.guests)-1]
	return nil
}

// body is a JSON object.
type body map[string]any

// visitor is one browser on one network, with its cookies.
type visitor struct {
	base   string
	client http.Client
	device device
	ip     netip.Addr
	bearer string
}

func newVisitor(st *stage, d device, ip netip.Addr) *visitor {
	jar, _ := cookiejar.New(nil) // without options it never fails
	return &visitor{base: st.base, client: http.Client{Transport: st.transport, Jar: jar}, device: d, ip: ip}
}

// upload sends a file of guests as the console's form does.
func (v *visitor) upload(ctx context.Context, path string, data []byte) error {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "gaeste.csv")
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return fmt.Errorf("writing the form: %w", err)
	}
	return v.do(ctx, "POST", path, form.FormDataContentType(), &b, nil)
}

// send makes a request with a JSON object, when there is one, and reads the answer into out, when there is one.
func (v *visitor) send(ctx context.Context, method, path string, in body, out any) error {
	if in == nil {
		return v.do(ctx, method, path, "", nil, out)
	}
	b, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("writing the body of %s: %w", path, err)
	}
	return v.do(ctx, method, path, "application/json", bytes.NewReader(b), out)
}

// maxAnswer is more than any answer has.
const maxAnswer = 8 << 20

func (v *visitor) do(ctx context.Context, method, path, contentType string, in io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, in)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", v.device.agent)
	req.Header.Set("X-Forwarded-For", v.ip.String())
	if v.device.languages != "" {
		req.Header.Set("Accept-Language", v.device.languages)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if v.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	res, err := v.client.Do(req)
	if err != nil {
		return fmt.Errorf("playing the evening: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("playing the evening: reading the answer to %s: %w", method, err)
	}
	if res.StatusCode >= 400 {
		return fmt.Errorf("playing the evening: %s %s was answered %s: %s", method, path, res.Status, problemDetail(b))
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("playing the evening: reading the answer to %s %s: %w", method, path, err)
	}
	return nil
}

func problemDetail(b []byte) string {
	var p struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(b, &p) != nil {
		return "no reason given"
	}
	return p.Detail
}

// page opens a link as a browser does: the page first, and then what its script tells.
func (v *visitor) page(ctx context.Context, l guestLink) error {
	if err := v.send(ctx, "GET", "/i/"+l.Token, nil, nil); err != nil {
		return err
	}
	first, _, _ := strings.Cut(v.device.languages, ",")
	return v.send(ctx, "POST", "/i/"+l.Token+"/open", body{
		"screen": v.device.screen, "timezone": v.device.timezone, "languages": []string{first},
		"webdriver": false, "touch": v.device.touch, "trusted_input": true,
	}, nil)
}
