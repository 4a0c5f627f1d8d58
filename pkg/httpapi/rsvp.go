package httpapi

import (
	"crypto/rand"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/rsvp"
	"github.com/labstack/echo/v4"
)

// signals gathers what a request says about its sender. Only the guest's page adds what a browser knows of itself.
func signals(c *call) doorward.Signals {
	r := c.Request()
	s := doorward.Signals{
		UserAgent: doorward.Truncate(r.UserAgent(), 500), AcceptLanguage: doorward.Truncate(r.Header.Get("Accept-Language"), 200),
		Headers: map[string]string{},
	}
	if ip, err := netip.ParseAddr(c.RealIP()); err == nil {
		s.IP = ip.Unmap().WithZone("")
	}
	for _, name := range doorward.SignalHeaders() {
		if v := r.Header.Get(name); v != "" {
			s.Headers[name] = doorward.Truncate(v, 200)
		}
	}
	return s
}

// deviceCookie is the name of the cookie that tells a returning device, one per event. It holds a random id and
// nothing else.
func deviceCookie(id doorward.EventID) string {
	return "device_" + strings.TrimPrefix(string(id), "evt_")
}

// deviceLife is how long a device is told again.
const deviceLife = 180 * 24 * time.Hour

// visit gathers what a use of a link says about its sender: signals, the device cookie presented or the one that the
// answer would set, and who is signed in on the device. It waits until the engine can judge the event's links.
func (s *Server) visit(c *call) (in doorward.Signals, err error) {
	ctx := c.Request().Context()
	_, e, err := s.Invitations.View(ctx, c.Param("token"))
	if err != nil {
		return in, err
	}
	if err := s.Invitations.Ready(ctx, e.ID); err != nil {
		return in, err
	}
	in = signals(c)
	if cookie, err := c.Cookie(deviceCookie(e.ID)); err == nil && len(cookie.Value) == len(rand.Text()) {
		in.DeviceToken = cookie.Value
	} else {
		in.IssuedToken = rand.Text()
	}
	if refresh := s.refreshToken(c); refresh != "" {
		in.User, err = s.Accounts.Holder(ctx, refresh)
	}
	return in, err
}

// setDevice sets the device cookie after an access that a person made and that was not blocked.
func (s *Server) setDevice(c *call, a doorward.Access) {
	if a.Signals.IssuedToken == "" || a.Action == doorward.ActionBlocked || a.Assessment.Class != doorward.ClassHuman {
		return
	}
	c.SetCookie(&http.Cookie{
		Name: deviceCookie(a.EventID), Value: a.Signals.IssuedToken, Path: "/i", MaxAge: int(deviceLife.Seconds()),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
}

// Beacon is what the guest's page says of its browser.
type Beacon struct {
	Screen       string   `json:"screen" maxLength:"32"`
	Timezone     string   `json:"timezone" maxLength:"64"`
	Languages    []string `json:"languages" maxItems:"20"`
	Webdriver    bool     `json:"webdriver"`
	Touch        bool     `json:"touch"`         // not kept, and no evidence: see package fraud
	TrustedInput bool     `json:"trusted_input"` // the same
}

func (b Beacon) check() error {
	ok := len(b.Screen) <= 32 && len(b.Timezone) <= 64 && len(b.Languages) <= 20
	for _, language := range b.Languages {
		ok = ok && len(language) <= 35
	}
	if !ok {
		return doorward.Invalid(doorward.FieldError{Field: "screen", Detail: "No browser says this of itself."})
	}
	return nil
}

// BeaconAnswer tells the page what was decided.
type BeaconAnswer struct {
	Action doorward.Action `json:"action" enum:"allowed,flagged,blocked" required:"true"`
}

// openLink handles POST /i/:token/open.
func (s *Server) openLink(c *call) error {
	var b Beacon
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := b.check(); err != nil {
		return err
	}
	in, err := s.visit(c)
	if err != nil {
		return err
	}
	in.Screen, in.Timezone, in.Languages = b.Screen, b.Timezone, b.Languages
	in.WebDriver = b.Webdriver
	a, err := s.Invitations.Open(c.Request().Context(), c.Param("token"), in)
	if err != nil {
		return err
	}
	s.setDevice(c, a)
	return c.JSON(http.StatusOK, BeaconAnswer{Action: a.Action})
}

// RSVPBody is an answer as JSON.
type RSVPBody struct {
	Status     doorward.RSVPStatus `json:"status" enum:"attending,declined,maybe" required:"true"`
	PlusOnes   int                 `json:"plus_ones"`
	Companions []string            `json:"companions"`
	Answers    map[string]string   `json:"answers"`
	Message    text                `json:"message"`
}

// RSVPAnswer is a stored answer.
type RSVPAnswer struct {
	Status   doorward.RSVPStatus `json:"status" enum:"attending,declined,maybe,waitlisted" required:"true"`
	PlusOnes int                 `json:"plus_ones" required:"true"`
}

// answer handles POST /i/:token/rsvp, as JSON or as the form of the page.
func (s *Server) answer(c *call) error {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if kind == echo.MIMEApplicationForm || kind == echo.MIMEMultipartForm {
		return s.answerForm(c)
	}
	var b RSVPBody
	if err := c.decode(&b); err != nil {
		return err
	}
	done, err := s.storeAnswer(c, rsvp.Draft{
		Status: b.Status, PlusOnes: b.PlusOnes, Companions: b.Companions, Answers: b.Answers, Message: string(b.Message),
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, RSVPAnswer{Status: done.RSVP.Status, PlusOnes: done.RSVP.PlusOnes})
}

func (s *Server) storeAnswer(c *call, d rsvp.Draft) (rsvp.Answered, error) {
	in, err := s.visit(c)
	if err != nil {
		return rsvp.Answered{}, err
	}
	done, err := s.RSVPs.Answer(c.Request().Context(), c.Param("token"), in, d)
	if err == nil {
		s.setDevice(c, done.Access)
	}
	return done, err
}

// qrCode handles GET /i/:token/qr.svg.
func (s *Server) qrCode(c *call) error {
	if _, _, err := s.Invitations.View(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	svg, err := s.Invitations.QR(c.Param("token"))
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/svg+xml", []byte(svg))
}

// calendar handles GET /i/:token/event.ics.
func (s *Server) calendar(c *call) error {
	_, e, err := s.Invitations.View(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	c.asDownload("event.ics")
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(invitation.Calendar(e)))
}
