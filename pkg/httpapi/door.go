package httpapi

import (
	"crypto/rand"
	"net/http"
	"time"

	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
)

// Device is the JSON of a phone at an entrance.
type Device struct {
	ID         doorward.DeviceID `json:"id" required:"true"`
	Name       string            `json:"name" required:"true"`
	Entrance   string            `json:"entrance" required:"true"`
	Scopes     []doorward.Scope  `json:"scopes" required:"true" nullable:"false"`
	State      string            `json:"state" enum:"pairing,active,expired,revoked" required:"true"`
	CreatedAt  string            `json:"created_at" format:"date-time" required:"true"`
	PairedAt   *string           `json:"paired_at" format:"date-time" required:"true"`
	LastSeenAt *string           `json:"last_seen_at" format:"date-time" required:"true"`
	ExpiresAt  *string           `json:"expires_at" format:"date-time" required:"true"`
}

func (s *Server) wireDevice(d doorward.Device) Device {
	state, now := "active", s.Clock()
	switch {
	case !d.RevokedAt.IsZero():
		state = "revoked"
	case !d.ExpiresAt.IsZero() && !now.Before(d.ExpiresAt), d.PairedAt.IsZero() && now.Sub(d.CreatedAt) >= door.PairingLife:
		state = "expired"
	case d.PairedAt.IsZero():
		state = "pairing"
	}
	return Device{
		ID: d.ID, Name: d.Name, Entrance: d.Entrance, Scopes: orEmpty(d.Scopes), State: state, CreatedAt: stamp(d.CreatedAt),
		PairedAt: stampOrNull(d.PairedAt), LastSeenAt: stampOrNull(d.LastSeen), ExpiresAt: stampOrNull(d.ExpiresAt),
	}
}

// listDevices handles GET /api/v1/events/:event/devices.
func (s *Server) listDevices(c *call) error {
	devices, err := s.Doors.Devices(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[doorward.Device]{Items: devices}, s.wireDevice))
}

// DeviceBody prepares a phone for an entrance.
type DeviceBody struct {
	Name      string           `json:"name" required:"true"`
	Entrance  string           `json:"entrance" required:"true"`
	Scopes    []doorward.Scope `json:"scopes"`
	ExpiresAt *time.Time       `json:"expires_at"`
}

// Pairing is what a phone is paired with.
type Pairing struct {
	DeviceID    doorward.DeviceID `json:"device_id" required:"true"`
	PairingCode string            `json:"pairing_code" required:"true"`
	PairingURL  string            `json:"pairing_url" required:"true"`
	ExpiresIn   int               `json:"expires_in" required:"true" description:"seconds"`
}

// addDevice handles POST /api/v1/events/:event/devices.
func (s *Server) addDevice(c *call) error {
	var b DeviceBody
	if err := c.decode(&b); err != nil {
		return err
	}
	p, err := s.Doors.AddDevice(c.Request().Context(), c.who.User, c.event,
		doorward.Device{Name: b.Name, Entrance: b.Entrance, Scopes: b.Scopes, ExpiresAt: timeOrZero(b.ExpiresAt)}, s.Clock())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, Pairing{
		DeviceID: p.Device.ID, PairingCode: p.Code, PairingURL: p.URL, ExpiresIn: int(door.PairingLife.Seconds()),
	})
}

// revokeDevice handles DELETE /api/v1/events/:event/devices/:device.
func (s *Server) revokeDevice(c *call) error {
	err := s.Doors.RevokeDevice(c.Request().Context(), c.who.User, c.event, doorward.DeviceID(c.Param("device")))
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// PairBody spends a pairing code.
type PairBody struct {
	Code string `json:"code" required:"true"`
	Name text   `json:"name"`
}

// DoorEvent is what a phone knows of its event.
type DoorEvent struct {
	ID       doorward.EventID    `json:"id" required:"true"`
	Name     string              `json:"name" required:"true"`
	Venue    string              `json:"venue" required:"true"`
	StartsAt string              `json:"starts_at" format:"date-time" required:"true"`
	Timezone string              `json:"timezone" required:"true"`
	State    doorward.EventState `json:"state" enum:"open,closed,archived" required:"true"`
}

func wireDoorEvent(e doorward.Event) DoorEvent {
	return DoorEvent{ID: e.ID, Name: e.Name, Venue: e.Venue, StartsAt: stamp(e.StartsAt), Timezone: e.Timezone, State: e.State}
}

// Paired is what a phone gets for its code.
type Paired struct {
	DeviceToken string            `json:"device_token" required:"true"`
	DeviceID    doorward.DeviceID `json:"device_id" required:"true"`
	Event       DoorEvent         `json:"event" required:"true"`
	Entrance    string            `json:"entrance" required:"true"`
	Scopes      []doorward.Scope  `json:"scopes" required:"true" nullable:"false"`
}

// pair handles POST /api/v1/door/pair.
func (s *Server) pair(c *call) error {
	var b PairBody
	if err := c.decode(&b); err != nil {
		return err
	}
	p, err := s.Doors.Pair(c.Request().Context(), b.Code, string(b.Name))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Paired{
		DeviceToken: p.Token.Reveal(), DeviceID: p.Device.ID, Event: wireDoorEvent(p.Event), Entrance: p.Device.Entrance, Scopes: orEmpty(p.Device.Scopes),
	})
}

// DoorCounts are the heads at the doors of an event.
type DoorCounts struct {
	Guests        int        `json:"guests" required:"true"`
	HeadsExpected int        `json:"heads_expected" required:"true"`
	HeadsInside   int        `json:"heads_inside" required:"true"`
	Entrances     []Entrance `json:"entrances" required:"true" nullable:"false"`
}

// Entrance is how many heads went through one door.
type Entrance struct {
	Entrance string `json:"entrance" required:"true"`
	In       int    `json:"in" required:"true"`
	Out      int    `json:"out" required:"true"`
}

func wireCounts(c door.Counts) DoorCounts {
	w := DoorCounts{Guests: c.Guests, HeadsExpected: c.HeadsExpected, HeadsInside: c.HeadsInside, Entrances: []Entrance{}}
	for _, e := range c.Entrances {
		w.Entrances = append(w.Entrances, Entrance{Entrance: e.Name, In: e.In, Out: e.Out})
	}
	return w
}

// DoorView is what the door page shows on top.
type DoorView struct {
	Event    DoorEvent           `json:"event" required:"true"`
	Entrance string              `json:"entrance" required:"true"`
	Device   DoorDevice          `json:"device" required:"true"`
	Scopes   []doorward.Scope    `json:"scopes" required:"true" nullable:"false"`
	Counts   DoorCounts          `json:"counts" required:"true"`
	Clock    doorward.ClockState `json:"clock" required:"true" enum:"synced,unsynced,jumped" description:"how far the box's clock can be believed"`
}

// DoorDevice is a phone's own name.
type DoorDevice struct {
	ID   doorward.DeviceID `json:"id" required:"true"`
	Name string            `json:"name" required:"true"`
}

// doorEvent handles GET /api/v1/door/event.
func (s *Server) doorEvent(c *call) error {
	o, err := s.Doors.Look(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, DoorView{
		Event: wireDoorEvent(o.Event), Entrance: c.device.Entrance, Device: DoorDevice{ID: c.device.ID, Name: c.device.Name},
		Scopes: orEmpty(c.device.Scopes), Counts: wireCounts(o.Counts), Clock: s.ClockState(),
	})
}

// requireScope refuses a device that may not do this.
func (c *call) requireScope(scope doorward.Scope) error {
	if !c.device.Has(scope) {
		return doorward.Errorf(doorward.CodeForbidden, "This phone was not given the right to %s. Ask the host.", scope)
	}
	return nil
}

// SearchHit is a guest as the door may see one.
type SearchHit struct {
	ID          doorward.GuestID    `json:"id" required:"true"`
	Name        string              `json:"name" required:"true"`
	PartySize   int                 `json:"party_size" required:"true"`
	HeadsInside int                 `json:"heads_inside" required:"true"`
	Status      doorward.RSVPStatus `json:"status" enum:"none,attending,declined,maybe,waitlisted" required:"true"`
	PlusOnes    int                 `json:"plus_ones" required:"true"`
	Note        string              `json:"note" required:"true"`
}

// searchDoor handles GET /api/v1/door/search.
func (s *Server) searchDoor(c *call) error {
	if err := c.requireScope(doorward.ScopeSearch); err != nil {
		return err
	}
	hits, err := s.Doors.Search(c.Request().Context(), c.event, c.QueryParam("q"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[doorward.Guest]{Items: hits}, func(g doorward.Guest) SearchHit {
		return SearchHit{ID: g.ID, Name: g.Name, PartySize: g.PartySize, HeadsInside: g.Presence.HeadsInside, Status: g.RSVP.Status, PlusOnes: g.RSVP.PlusOnes, Note: g.Note}
	}))
}

// newNonce is the nonce of a check-in by hand that brought none.
func newNonce() string { return rand.Text() }
