package door

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Item is one scan, or one tap on a name.
type Item struct {
	Nonce     string
	Token     string // what was scanned: a token, or any text that holds a link; else
	GuestID   doorward.GuestID
	Direction doorward.Direction
	Heads     int       // 0: in, those who were announced and are not inside yet, at least one; out, all who are inside
	At        time.Time // of the scan, by the phone's clock; zero: now
	SentAt    time.Time // when the phone handed it in, by the same clock; zero takes the phone's clock for the box's
	Override  bool
}

// First is the admission that a refused guest came in with before.
type First struct {
	At       time.Time
	Entrance string
	By       string
}

// Answer is what the door is told about an item.
type Answer struct {
	Checkin doorward.Checkin
	Guest   doorward.Guest // zero when the token named nobody of this event
	First   *First         // explains already_inside, party_full and a conflict
}

// Counts are the heads at the doors of an event.
type Counts struct {
	doorward.Counts
	Entrances []doorward.Entrance
}

// Source is who checks in: a device at its entrance, or a person by hand.
type Source struct {
	Device  doorward.DeviceID
	User    doorward.UserID
	Name    string
	Event   doorward.EventID
	Where   string // the entrance
	Signals doorward.Signals
	Paired  time.Time // zero for a person
	Expires time.Time // zero: never
}

func (s Source) id() string {
	if s.Device != "" {
		return string(s.Device)
	}
	return string(s.User)
}

// DeviceSource is the source of a paired device; signals are those of its request.
func DeviceSource(d doorward.Device, signals doorward.Signals) Source {
	return Source{Device: d.ID, Name: d.Name, Event: d.EventID, Where: d.Entrance, Paired: d.PairedAt, Expires: d.ExpiresAt, Signals: signals}
}

// UserSource is the source of somebody who checks guests in from the guest list.
func UserSource(u doorward.User, event doorward.EventID) Source {
	return Source{User: u.ID, Name: u.Name, Event: event, Where: "By hand"}
}

const (
	maxNonce = 64
	maxHeads = 100
	maxToken = 2000
	// undoWithin is how long the device that made a check-in may take it back.
	undoWithin = 15 * time.Minute
)

// CheckIn runs items in order and returns an answer for each. An item that can't be read is refused as invalid and
// spoils no other.
func (d *Doors) CheckIn(ctx context.Context, from Source, items []Item) (answers []Answer, counts Counts, err error) {
	err = d.db.WriteUrgent(ctx, func(tx *sqlite.Tx) error {
		answers = make([]Answer, 0, len(items))
		for _, item := range items {
			a, err := d.item(tx, from, item)
			if err != nil {
				return err
			}
			answers = append(answers, a)
		}
		counts, err = countHeads(tx, from.Event)
		return err
	})
	return answers, counts, err
}

// item answers one item: again when its nonce is known, else by trying it and writing the ledger.
func (d *Doors) item(tx *sqlite.Tx, from Source, item Item) (Answer, error) {
	if item.Nonce == "" || len(item.Nonce) > maxNonce || !doorward.Printable(item.Nonce) {
		return invalid(item.Nonce), nil
	}
	row, found, err := tx.CheckinByNonce(from.Event, from.id(), item.Nonce)
	switch {
	case err != nil:
		return Answer{}, err
	case found && item.GuestID != "" && item.GuestID != row.GuestID:
		return invalid(item.Nonce), nil // the answer is another guest's
	case found:
		return d.repeat(tx, row)
	}
	t := &attempt{doors: d, tx: tx, from: from, item: item}
	if err := t.decide(); err != nil {
		return Answer{}, err
	}
	return t.write()
}

// invalid is the answer to an item that leaves no row.
func invalid(nonce string) Answer {
	return Answer{Checkin: doorward.Checkin{Nonce: doorward.Truncate(nonce, maxNonce), Outcome: doorward.OutcomeRefused, Reason: doorward.RefusalInvalid}}
}

// repeat makes the answer of a row that exists.
func (d *Doors) repeat(tx *sqlite.Tx, row doorward.Checkin) (a Answer, err error) {
	a.Checkin = row
	if row.GuestID == "" {
		return a, nil
	}
	if a.Guest, err = tx.Guest(row.GuestID); err != nil {
		return a, err
	}
	a.Guest.Presence.HeadsInside = row.InsideAfter
	a.First, err = firstBefore(tx, row)
	return a, err
}

// firstBefore returns the admission that explains a refusal or a conflict, nil when the row needs none.
func firstBefore(tx *sqlite.Tx, row doorward.Checkin) (*First, error) {
	if row.Reason != doorward.RefusalAlreadyInside && row.Reason != doorward.RefusalPartyFull && !row.Conflict {
		return nil, nil
	}
	list, err := tx.Admissions(row.GuestID)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.Direction == doorward.DirectionIn && r.ID != row.ID {
			return &First{At: r.At, Entrance: r.Entrance, By: r.By}, nil
		}
	}
	return nil, nil
}

func countHeads(tx *sqlite.Tx, event doorward.EventID) (c Counts, err error) {
	e, err := tx.Event(event)
	if err != nil {
		return c, err
	}
	c.Counts = e.Counts
	c.Entrances, err = tx.Entrances(event)
	return c, err
}

// attempt is one item on its way into the ledger.
type attempt struct {
	doors *Doors
	tx    *sqlite.Tx
	from  Source
	item  Item

	at       time.Time      // of the scan, by the box's clock
	late     bool           // it waited on the phone
	guest    doorward.Guest // zero until it is known
	event    doorward.Event
	heads    int
	reason   doorward.Refusal // "" when admitted
	override bool             // admitted in spite of a reason
	conflict bool
	later    doorward.CheckinID // another door's row, made after this scan, that is the conflict
}

// decide fills in what becomes of the item.
func (t *attempt) decide() error {
	t.when()
	if !t.readable() {
		t.reason = doorward.RefusalInvalid
		return nil
	}
	if err := t.identify(); err != nil || t.reason != "" {
		return err
	}
	switch {
	case t.expired():
		t.reason = doorward.RefusalExpiredDevice
	case t.event.State != doorward.EventOpen:
		t.reason = doorward.RefusalEventClosed
	case t.item.Direction == doorward.DirectionOut:
		t.leave()
		return nil
	default:
		if err := t.judge(); err != nil {
			return err
		}
		return t.enter()
	}
	return nil
}

func (t *attempt) readable() bool {
	i := t.item
	return (i.Token == "") != (i.GuestID == "") && len(i.Token) <= maxToken && utf8.ValidString(i.Token) &&
		(i.Direction == doorward.DirectionIn || i.Direction == doorward.DirectionOut) && i.Heads >= 0 && i.Heads <= maxHeads
}

// identify finds the guest. One of another event stays unknown: whose list it is on is not the door's business.
func (t *attempt) identify() (err error) {
	if t.event, err = t.tx.Event(t.from.Event); err != nil {
		return err
	}
	if t.item.GuestID != "" {
		t.guest, err = t.tx.EventGuest(t.from.Event, t.item.GuestID)
		return t.refuseUnknown(err)
	}
	text, ok := token.Find(t.item.Token)
	if !ok {
		t.reason = doorward.RefusalInvalid
		return nil
	}
	claims, err := t.doors.gate.Verify(text)
	if err != nil {
		return t.refuseUnknown(err)
	}
	g, e, err := t.doors.gate.Resolve(t.tx, claims)
	if e.ID != "" && e.ID != t.from.Event {
		t.reason = doorward.RefusalWrongEvent
		return nil
	}
	t.guest = g
	switch doorward.ErrorCode(err) {
	case doorward.CodeReplaced:
		t.reason = doorward.RefusalReplaced
		return nil
	case doorward.CodeRevoked:
		t.reason = doorward.RefusalRevoked
		return nil
	}
	return t.refuseUnknown(err)
}

func (t *attempt) refuseUnknown(err error) error {
	if doorward.ErrorCode(err) == doorward.CodeNotFound {
		t.guest, t.reason = doorward.Guest{}, doorward.RefusalInvalid
		return nil
	}
	return err
}

// judge lets the engine see the scan of a link. A name that was tapped is no use of a link.
func (t *attempt) judge() error {
	if t.item.Token == "" {
		return nil
	}
	s := t.from.Signals
	s.Kind = doorward.AccessScan
	a, err := t.doors.gate.Assess(t.tx, t.event, t.guest, s)
	if err == nil && a.Action == doorward.ActionBlocked && t.guest.Presence.HeadsInside < t.guest.PartySize {
		// Who is inside already is refused by the ledger, which says more.
		t.reason = doorward.RefusalBlocked
	}
	return err
}

func (t *attempt) leave() {
	inside := t.guest.Presence.HeadsInside
	t.heads = t.item.Heads
	if t.heads == 0 {
		t.heads = inside
	}
	if inside == 0 || t.heads > inside {
		t.reason = doorward.RefusalNotInside
	}
}

func (t *attempt) enter() error {
	inside, party := t.guest.Presence.HeadsInside, t.guest.PartySize
	t.heads = t.item.Heads
	if t.heads == 0 {
		expected := party
		if t.guest.RSVP.Status == doorward.RSVPAttending {
			expected = min(t.guest.RSVP.Heads(), party)
		}
		t.heads = max(1, expected-inside)
	}
	switch {
	case t.reason != "":
	case inside >= party:
		t.reason = doorward.RefusalAlreadyInside
	case inside+t.heads > party:
		t.reason = doorward.RefusalPartyFull
	case t.event.Capacity > 0 && t.event.Counts.HeadsInside+t.heads > t.event.Capacity:
		t.reason = doorward.RefusalCapacity
	}
	if t.reason == doorward.RefusalAlreadyInside || t.reason == doorward.RefusalPartyFull {
		if err := t.reconcile(); err != nil {
			return err
		}
	}
	if t.item.Override && t.reason.Overridable() {
		t.reason, t.override = "", true
	}
	return nil
}

// write puts the attempt into the ledger and the history.
func (t *attempt) write() (Answer, error) {
	c := doorward.Checkin{
		ID: doorward.NewCheckinID(), EventID: t.from.Event, GuestID: t.guest.ID, Nonce: t.item.Nonce,
		DeviceID: t.from.Device, UserID: t.from.User, Entrance: t.from.Where, Direction: t.item.Direction, Heads: t.heads,
		At: t.at, ReceivedAt: t.tx.Now, Outcome: doorward.OutcomeAdmitted, Reason: t.reason,
		Override: t.override, Conflict: t.conflict, InsideAfter: t.guest.Presence.HeadsInside,
	}
	if c.Direction != doorward.DirectionOut {
		c.Direction = doorward.DirectionIn
	}
	if t.reason != "" {
		c.Outcome, c.Heads = doorward.OutcomeRefused, 0
	} else if c.Direction == doorward.DirectionIn {
		c.InsideAfter += c.Heads
	} else {
		c.InsideAfter -= c.Heads
	}
	if err := t.tx.InsertCheckin(c); err != nil {
		return Answer{}, err
	}
	if c.Outcome == doorward.OutcomeAdmitted {
		if err := t.tx.UpdatePresence(t.guest.ID); err != nil {
			return Answer{}, err
		}
	}
	t.guest.Presence.HeadsInside = c.InsideAfter
	if err := record(t.tx, c, t.guest, t.from.Name); err != nil {
		return Answer{}, err
	}
	if err := t.markLater(); err != nil {
		return Answer{}, err
	}
	first, err := firstBefore(t.tx, c)
	return Answer{Checkin: c, Guest: t.guest, First: first}, err
}

func record(tx *sqlite.Tx, c doorward.Checkin, g doorward.Guest, by string) error {
	return tx.InsertActivity(c.EventID, doorward.ActivityCheckin, g.ID, doorward.CheckinActivity{
		CheckinID: c.ID, Guest: doorward.GuestRef{ID: g.ID, Name: g.Name}, PartySize: g.PartySize, HeadsInside: g.Presence.HeadsInside,
		Direction: c.Direction, Heads: c.Heads, Outcome: c.Outcome, Reason: c.Reason, Entrance: c.Entrance, By: by,
		Override: c.Override, Conflict: c.Conflict, Undone: !c.UndoneAt.IsZero(),
	})
}
