package httpapi

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
)

// CheckinItem is one scan, or one tap on a name.
type CheckinItem struct {
	Nonce     string             `json:"nonce" required:"true"`
	Token     text               `json:"token"`
	GuestID   doorward.GuestID   `json:"guest_id"`
	Direction doorward.Direction `json:"direction" enum:"in,out"`
	Heads     *int               `json:"heads" description:"nothing means all of the party"`
	At        *time.Time         `json:"at"`
	Override  bool               `json:"override"`
}

// UnmarshalJSON implements json.Unmarshaler. It never fails: an item that can't be read keeps its nonce alone, is
// refused as invalid for it, and spoils no other item of its batch.
func (i *CheckinItem) UnmarshalJSON(b []byte) error {
	type plain CheckinItem // without this method
	if decodeStrict(b, (*plain)(i)) == nil {
		return nil
	}
	var named struct{ Nonce json.RawMessage }
	var nonce string
	if json.Unmarshal(b, &named) == nil && json.Unmarshal(named.Nonce, &nonce) != nil {
		nonce = ""
	}
	*i = CheckinItem{Nonce: nonce}
	return nil
}

func (i CheckinItem) item(sent time.Time) door.Item {
	out := door.Item{
		Nonce: i.Nonce, Token: string(i.Token), GuestID: i.GuestID, Direction: i.Direction, At: timeOrZero(i.At), SentAt: sent,
		Override: i.Override,
	}
	if i.Direction == "" {
		out.Direction = doorward.DirectionIn
	}
	if i.Heads != nil {
		out.Heads = *i.Heads
		if out.Heads == 0 {
			out.Heads = -1 // said, and nobody; the whole party is null
		}
	}
	return out
}

// CheckinsBody is what a phone hands in.
type CheckinsBody struct {
	Items  []CheckinItem `json:"items" required:"true" nullable:"false" minItems:"1" maxItems:"500"`
	SentAt *time.Time    `json:"sent_at" description:"the phone's clock when it sends; at is read against it, so that a clock that is off does no harm"`
}

// checkinsLimit lets 500 items with a whole link each through.
const checkinsLimit = 512 << 10

// Outcome is the answer to one item.
type Outcome struct {
	Nonce    string           `json:"nonce" required:"true"`
	Outcome  doorward.Outcome `json:"outcome" enum:"admitted,refused" required:"true"`
	Reason   doorward.Refusal `json:"reason" required:"true"`
	Guest    *OutcomeGuest    `json:"guest" required:"true"`
	First    *OutcomeFirst    `json:"first" required:"true"`
	Conflict bool             `json:"conflict" required:"true"`
	Override bool             `json:"override" required:"true"`
	Heads    int              `json:"heads" required:"true"`
}

// OutcomeGuest is the guest of an outcome.
type OutcomeGuest struct {
	ID          doorward.GuestID    `json:"id" required:"true"`
	Name        string              `json:"name" required:"true"`
	PartySize   int                 `json:"party_size" required:"true"`
	HeadsInside int                 `json:"heads_inside" required:"true"`
	Status      doorward.RSVPStatus `json:"status" enum:"none,attending,declined,maybe,waitlisted" required:"true"`
	PlusOnes    int                 `json:"plus_ones" required:"true"`
	Note        string              `json:"note" required:"true"`
}

// OutcomeFirst is the admission that explains an outcome.
type OutcomeFirst struct {
	At       string `json:"at" format:"date-time" required:"true"`
	Entrance string `json:"entrance" required:"true"`
	Device   string `json:"device" required:"true"`
}

func wireOutcomeGuest(g doorward.Guest) *OutcomeGuest {
	if g.ID == "" {
		return nil
	}
	return &OutcomeGuest{
		ID: g.ID, Name: g.Name, PartySize: g.PartySize, HeadsInside: g.Presence.HeadsInside,
		Status: g.RSVP.Status, PlusOnes: g.RSVP.PlusOnes, Note: g.Note,
	}
}

func wireOutcome(a door.Answer) Outcome {
	w := Outcome{
		Nonce: a.Checkin.Nonce, Outcome: a.Checkin.Outcome, Reason: a.Checkin.Reason, Guest: wireOutcomeGuest(a.Guest),
		Conflict: a.Checkin.Conflict, Override: a.Checkin.Override, Heads: a.Checkin.Heads,
	}
	if a.First != nil {
		w.First = &OutcomeFirst{At: stamp(a.First.At), Entrance: a.First.Entrance, Device: a.First.By}
	}
	return w
}

// Outcomes answers what a phone handed in, item by item.
type Outcomes struct {
	Items  []Outcome  `json:"items" required:"true" nullable:"false"`
	Counts DoorCounts `json:"counts" required:"true"`
}

// checkIn handles POST /api/v1/door/checkins.
func (s *Server) checkIn(c *call) error {
	if err := c.requireScope(doorward.ScopeScan); err != nil {
		return err
	}
	var b CheckinsBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if len(b.Items) < 1 || len(b.Items) > 500 {
		return doorward.Invalid(doorward.FieldError{Field: "items", Detail: "Send 1 to 500 items."})
	}
	items := make([]door.Item, len(b.Items))
	for i, item := range b.Items {
		items[i] = item.item(timeOrZero(b.SentAt))
	}
	answers, counts, err := s.Doors.CheckIn(c.Request().Context(), door.DeviceSource(c.device, signals(c)), items)
	if err != nil {
		return err
	}
	out := Outcomes{Items: make([]Outcome, len(answers)), Counts: wireCounts(counts)}
	for i, a := range answers {
		out.Items[i] = wireOutcome(a)
	}
	return c.JSON(http.StatusOK, out)
}

// UndoBody takes a check-in back.
type UndoBody struct {
	Nonce string `json:"nonce" required:"true"`
}

// Undone is the answer to an undo.
type Undone struct {
	Nonce  string        `json:"nonce" required:"true"`
	Undone bool          `json:"undone" required:"true"`
	Guest  *OutcomeGuest `json:"guest" required:"true"`
	Counts DoorCounts    `json:"counts" required:"true"`
}

// undoCheckin handles POST /api/v1/door/checkins/undo.
func (s *Server) undoCheckin(c *call) error {
	if err := c.requireScope(doorward.ScopeUndo); err != nil {
		return err
	}
	return s.undo(c, door.DeviceSource(c.device, signals(c)), "")
}

func (s *Server) undo(c *call, from door.Source, guest doorward.GuestID) error {
	var b UndoBody
	if err := c.decode(&b); err != nil {
		return err
	}
	g, counts, err := s.Doors.Undo(c.Request().Context(), from, guest, b.Nonce)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Undone{Nonce: b.Nonce, Undone: true, Guest: wireOutcomeGuest(g), Counts: wireCounts(counts)})
}

// HandBody checks a guest in or out from the guest list.
type HandBody struct {
	Nonce     string             `json:"nonce"`
	Direction doorward.Direction `json:"direction" enum:"in,out"`
	Heads     *int               `json:"heads"`
	Override  bool               `json:"override"`
}

// checkInByHand handles POST /api/v1/events/:event/guests/:guest/checkins.
func (s *Server) checkInByHand(c *call) error {
	var b HandBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if b.Nonce == "" {
		b.Nonce = newNonce()
	}
	if _, err := s.Guests.Get(c.Request().Context(), c.event, c.guestID()); err != nil {
		return err
	}
	item := CheckinItem{Nonce: b.Nonce, GuestID: c.guestID(), Direction: b.Direction, Heads: b.Heads, Override: b.Override}.item(time.Time{})
	answers, _, err := s.Doors.CheckIn(c.Request().Context(), door.UserSource(c.who.User, c.event), []door.Item{item})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireOutcome(answers[0]))
}

// undoByHand handles POST /api/v1/events/:event/guests/:guest/checkins/undo.
func (s *Server) undoByHand(c *call) error {
	return s.undo(c, door.UserSource(c.who.User, c.event), c.guestID())
}

// LedgerRow is the JSON of a check-in.
type LedgerRow struct {
	ID         doorward.CheckinID `json:"id" required:"true"`
	Guest      *doorward.GuestRef `json:"guest" required:"true"`
	Nonce      string             `json:"nonce" required:"true"`
	Direction  doorward.Direction `json:"direction" enum:"in,out" required:"true"`
	Heads      int                `json:"heads" required:"true"`
	At         string             `json:"at" format:"date-time" required:"true"`
	ReceivedAt string             `json:"received_at" format:"date-time" required:"true"`
	Outcome    doorward.Outcome   `json:"outcome" enum:"admitted,refused" required:"true"`
	Reason     doorward.Refusal   `json:"reason" required:"true"`
	Entrance   string             `json:"entrance" required:"true"`
	By         string             `json:"by" required:"true"`
	Override   bool               `json:"override" required:"true"`
	Conflict   bool               `json:"conflict" required:"true"`
	UndoneAt   *string            `json:"undone_at" format:"date-time" required:"true"`
}

func wireLedgerRow(r doorward.LedgerRow) LedgerRow {
	w := LedgerRow{
		ID: r.ID, Nonce: r.Nonce, Direction: r.Direction, Heads: r.Heads, At: stamp(r.At), ReceivedAt: stamp(r.ReceivedAt),
		Outcome: r.Outcome, Reason: r.Reason, Entrance: r.Entrance, By: r.By, Override: r.Override, Conflict: r.Conflict,
		UndoneAt: stampOrNull(r.UndoneAt),
	}
	if r.GuestID != "" {
		w.Guest = &doorward.GuestRef{ID: r.GuestID, Name: r.GuestName}
	}
	return w
}

// listCheckins handles GET /api/v1/events/:event/checkins.
func (s *Server) listCheckins(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	page, err := s.Doors.Ledger(c.Request().Context(), c.event, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireLedgerRow))
}
