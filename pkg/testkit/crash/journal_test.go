package crash

import (
	"fmt"
	"maps"
	"sync"
)

// scan is one item for a door, and the answer to repeat it by.
type scan struct {
	Nonce     string `json:"nonce"`
	Token     string `json:"token,omitempty"`
	GuestID   string `json:"guest_id,omitempty"`
	Direction string `json:"direction"`
	Heads     int    `json:"heads"`
	At        string `json:"at"`
}

// outcome is what of an answer must never change. What a guest says of themselves, in the same answer, may.
type outcome struct {
	Nonce    string `json:"nonce"`
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason"`
	Override bool   `json:"override"`
	Heads    int    `json:"heads"`
	Guest    struct {
		ID          string `json:"id"`
		HeadsInside int    `json:"heads_inside"`
	} `json:"guest"`
}

// batch is a file of guests; theirs are the addresses <name>-<i>@example.org.
type batch struct {
	name  string
	rows  int
	acked bool
}

// said is an answer of a guest's; the text is told from all others.
type said struct {
	guest, text string
	acked       bool
}

// journal is what was sent, and what the program acknowledged of it. The lock owns all of it.
type journal struct {
	mu      sync.Mutex
	scans   map[string]*sent // by nonce
	batches []*batch
	said    []*said
}

type sent struct {
	door   int
	scan   scan
	answer *outcome // nil: not acknowledged
}

func newJournal() *journal { return &journal{scans: map[string]*sent{}} }

func (j *journal) send(door int, items ...scan) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, i := range items {
		j.scans[i.Nonce] = &sent{door: door, scan: i}
	}
}

// acknowledge writes an answer down. A second answer to the same nonce that differs from the first is an error.
func (j *journal) acknowledge(answers []outcome) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, a := range answers {
		s, ok := j.scans[a.Nonce]
		switch {
		case !ok:
			return fmt.Errorf("an answer to %q, which was not sent", a.Nonce)
		case s.answer != nil && *s.answer != a:
			return fmt.Errorf("another answer to the same nonce: %+v, then %+v", *s.answer, a)
		}
		s.answer = &a
	}
	return nil
}

func (j *journal) open(b *batch) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.batches = append(j.batches, b)
}

func (j *journal) say(s *said) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.said = append(j.said, s)
}

// done marks what acked points at, a field of one of the journal's entries.
func (j *journal) done(acked *bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	*acked = true
}

// acknowledged counts the effects that must not be lost: check-ins, guests that were imported, and answers.
func (j *journal) acknowledged() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for s := range maps.Values(j.scans) {
		if s.answer != nil {
			n++
		}
	}
	for _, b := range j.batches {
		if b.acked {
			n += b.rows
		}
	}
	for _, s := range j.said {
		if s.acked {
			n++
		}
	}
	return n
}

// forget takes back what the control run lost, so that its next round counts only its own losses.
func (j *journal) forget(l losses) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, nonce := range l.scans {
		delete(j.scans, nonce)
	}
	for _, b := range l.batches {
		b.acked = false
	}
	for _, s := range l.said {
		s.acked = false
	}
}

// losses are acknowledged effects that are not there.
type losses struct {
	scans   []string // nonces
	batches []*batch
	said    []*said
}

func (l losses) count() int {
	n := len(l.scans) + len(l.said)
	for _, b := range l.batches {
		n += b.rows
	}
	return n
}
