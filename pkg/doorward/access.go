package doorward

import (
	"net/netip"
	"time"
)

// AccessKind says how a token was used.
type AccessKind string

const (
	AccessFetch AccessKind = "fetch" // the page alone was requested; never logged, see Signals
	AccessOpen  AccessKind = "open"  // the page's beacon
	AccessRSVP  AccessKind = "rsvp"
	AccessScan  AccessKind = "scan" // at the door; address and agent are then the door's
)

// Class says what kind of client made an access.
type Class string

const (
	ClassHuman      Class = "human"
	ClassPreview    Class = "preview"    // a chat or social network drawing a link preview
	ClassScanner    Class = "scanner"    // a mail scanner following every link
	ClassPrefetch   Class = "prefetch"   // a browser fetching ahead of a tap
	ClassAutomation Class = "automation" // a script
)

// Band is what a score means under an event's Thresholds.
type Band string

const (
	BandLow    Band = "low"
	BandMedium Band = "medium"
	BandHigh   Band = "high"
	BandBlock  Band = "block"
)

// Action is what was done with an access.
type Action string

const (
	ActionAllowed Action = "allowed"
	ActionFlagged Action = "flagged" // let through, and shown to the host
	ActionBlocked Action = "blocked"
)

// Action returns what follows from a band: block refuses, high is let through and flagged.
func (b Band) Action() Action {
	switch b {
	case BandBlock:
		return ActionBlocked
	case BandHigh:
		return ActionFlagged
	default:
		return ActionAllowed
	}
}

// Signals are the facts of one access. Every field may be empty, which means unknown and never
// suspicious in itself. The JSON form is what access_logs keeps, so that a decision can be replayed.
type Signals struct {
	At             time.Time         `json:"-"`
	Kind           AccessKind        `json:"-"`
	IP             netip.Addr        `json:"-"`
	UserAgent      string            `json:"user_agent,omitempty"`
	AcceptLanguage string            `json:"accept_language,omitempty"`
	Headers        map[string]string `json:"headers,omitempty"`   // lower-case names; only those in SignalHeaders
	DeviceToken    string            `json:"-"`                   // the first-party cookie presented
	IssuedToken    string            `json:"-"`                   // the one that the answer sets
	Screen         string            `json:"screen,omitempty"`    // "390x844@3"
	Timezone       string            `json:"timezone,omitempty"`  // IANA name
	Languages      []string          `json:"languages,omitempty"` // navigator.languages
	WebDriver      bool              `json:"webdriver,omitempty"` // navigator.webdriver
	User           UserID            `json:"-"`                   // who is signed in on the device; "" for nobody
}

// SignalHeaders are the request headers, in lower case, that an access may be judged by.
func SignalHeaders() []string {
	return []string{
		"sec-purpose", "purpose", "x-moz", "x-purpose",
		"sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest", "sec-fetch-user",
		"sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform",
	}
}

// Reason is one thing that moved a score, from a closed list of codes.
type Reason struct {
	Code   string `json:"code"`
	Points int    `json:"points"`
	Text   string `json:"text"` // a sentence for the host; never shown to a guest
}

// Assessment is the engine's opinion of one access.
type Assessment struct {
	Class     Class
	Score     int      // 0–100
	Capped    bool     // held below the high band because only one kind of evidence spoke
	Evaluated bool     // false when the engine failed and the access was let through
	Reasons   []Reason // the points add up to the score

	// IfKnown is what the score would be if the device were known as the guest's.
	IfKnown int

	// Evidence is what each family of evidence found, in log-odds; see fraud.Family. Verdicts are learned from it.
	Evidence []float64
}

// Opinion is a host's word on an access.
type Opinion string

const (
	OpinionLegitimate Opinion = "legitimate" // it was the guest, or whom they bring
	OpinionSuspicious Opinion = "suspicious"
)

// Verdict is a host's opinion of one access.
type Verdict struct {
	Access  Access
	Opinion Opinion
	Note    string
	By      string // the host's name
	ByUser  UserID // "" of before it was kept
	At      time.Time
}

// Access is one logged use of a token.
type Access struct {
	ID         AccessID
	EventID    EventID
	GuestID    GuestID
	GuestName  string // for lists; read from the guest
	Signals    Signals
	Assessment Assessment
	Band       Band
	Action     Action
	Link       int     // generation of the link that was used
	Opinion    Opinion // a host's, "" when nobody gave one
}

// AccessFilter narrows a list of accesses; empty fields narrow nothing.
type AccessFilter struct {
	Band  Band
	Guest GuestID
}
