package sim

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/go-json-experiment/json"
)

// Record is one access as `doorward fraud replay` reads it, one JSON object per line, in the order in
// which the accesses happened. At may step back between two of them: a box's clock does.
type Record struct {
	At             time.Time           `json:"at"`
	Event          string              `json:"event"`
	Guest          string              `json:"guest"` // unique over all events of a world
	Party          int                 `json:"party"` // heads invited by the link, the guest included
	Kind           doorward.AccessKind `json:"kind"`
	IP             netip.Addr          `json:"ip"` // at a scan the door's, as is the user agent
	UserAgent      string              `json:"user_agent"`
	AcceptLanguage string              `json:"accept_language"`
	Headers        map[string]string   `json:"headers,omitempty"`
	DeviceToken    string              `json:"device_token"` // the first-party cookie presented
	IssuedToken    string              `json:"issued_token"` // the one that the answer sets
	Screen         string              `json:"screen"`
	Timezone       string              `json:"timezone"`
	WebDriver      bool                `json:"webdriver"`
	TrustedInput   bool                `json:"trusted_input"`
}

// Signals returns what an engine may judge the access by.
func (r *Record) Signals() doorward.Signals {
	return doorward.Signals{
		At: r.At, Kind: r.Kind, IP: r.IP, UserAgent: r.UserAgent, AcceptLanguage: r.AcceptLanguage,
		Headers: r.Headers, DeviceToken: r.DeviceToken, IssuedToken: r.IssuedToken, Screen: r.Screen,
		Timezone: r.Timezone, WebDriver: r.WebDriver,
	}
}

// check refuses a record that no appliance hands out.
func (r *Record) check() error {
	switch r.Kind {
	case doorward.AccessFetch, doorward.AccessOpen, doorward.AccessRSVP, doorward.AccessScan:
	default:
		return fmt.Errorf("kind is %q; it is fetch, open, rsvp or scan", r.Kind)
	}
	switch {
	case r.At.IsZero():
		return errors.New("at is missing")
	case r.Event == "" || r.Guest == "":
		return errors.New("event or guest is missing")
	case r.Party < 0:
		return fmt.Errorf("party is %d", r.Party)
	}
	return nil
}

// What a Label says of its record, apart from the attacks, which are "attack:" and the name of one.
const (
	LabelLegit    = "legit"
	LabelPreview  = "preview"
	LabelScanner  = "scanner"
	LabelPrefetch = "prefetch"

	attackPrefix = "attack:"
)

// Label is the truth about the Record of the same index. It is for evaluation alone.
type Label struct {
	Label string `json:"label"`
	Hist  int    `json:"hist"` // earlier honest visits of people to this guest's link
	Guest string `json:"guest"`
	Event string `json:"event"`
	Visit int    `json:"visit,omitempty"` // one page visit, from 1; 0 for bots and at the door
	K     int    `json:"k,omitempty"`     // ordinal within an attack (the k-th stranger, guest, day), or of a scan
	Case  int    `json:"case,omitempty"`  // one attacker, leak or harvest, from 1
	Note  string `json:"note,omitempty"`  // an honest visit that looks like misuse: "plus-one", "helper"
}

// isAttack reports whether the record is somebody's who was not invited.
func (l *Label) isAttack() bool { return strings.HasPrefix(l.Label, attackPrefix) }

// isBot reports whether the record is of a preview, scanner or prefetch.
func (l *Label) isBot() bool {
	return l.Label == LabelPreview || l.Label == LabelScanner || l.Label == LabelPrefetch
}

// Result is an engine's opinion of the Record of the same index, as `doorward fraud replay` writes it.
type Result struct {
	I         int               `json:"i"`
	Class     doorward.Class    `json:"class"`
	Score     float64           `json:"score"` // 0–100
	Band      doorward.Band     `json:"band"`
	Capped    bool              `json:"capped"`
	Evaluated bool              `json:"evaluated"` // false counts as score 0
	Reasons   []doorward.Reason `json:"reasons"`
}

// maxLine is the longest line of a world, in bytes; its longest headers are a few hundred.
const maxLine = 1 << 20

// ReadRecords reads a world, one record per line. The error names the line, from 1.
func ReadRecords(r io.Reader) ([]Record, error) {
	var records []Record
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var rec Record
		err := json.Unmarshal(lines.Bytes(), &rec)
		if err == nil {
			err = rec.check()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(records)+1, err)
		}
		records = append(records, rec)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", len(records)+1, err)
	}
	return records, nil
}

// WriteRecords writes a world, one record per line.
func WriteRecords(w io.Writer, records []Record) error {
	buffered := bufio.NewWriter(w)
	for i := range records {
		if err := json.MarshalWrite(buffered, &records[i], json.Deterministic(true)); err != nil {
			return err
		}
		if err := buffered.WriteByte('\n'); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// ReadLabels reads the labels of a world, a JSON array.
func ReadLabels(r io.Reader) ([]Label, error) {
	var labels []Label
	if err := json.UnmarshalRead(r, &labels); err != nil {
		return nil, fmt.Errorf("reading labels: %w", err)
	}
	return labels, nil
}

// WriteLabels writes the labels of a world as a JSON array, one label per line.
func WriteLabels(w io.Writer, labels []Label) error {
	var out bytes.Buffer
	out.WriteString("[")
	for i := range labels {
		line, err := json.Marshal(&labels[i])
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(line)
	}
	out.WriteString("\n]\n")
	_, err := w.Write(out.Bytes())
	return err
}

// Kinds returns the kinds of records, which Evaluate takes beside their labels.
func Kinds(records []Record) []doorward.AccessKind {
	kinds := make([]doorward.AccessKind, len(records))
	for i := range records {
		kinds[i] = records[i].Kind
	}
	return kinds
}
