package doorward

import "time"

// Drill is a restore that was tried and looked at, so that a copy is believed only when one came back.
type Drill struct {
	At       time.Time
	Source   DrillSource
	Position string // up to where the copy went, in the words of its source
	OK       bool
	Result   string // a sentence for the administrator
	Took     time.Duration
	Bytes    int64 // of the database that came back
}

// DrillSource is where a drill restored from.
type DrillSource string

const (
	DrillReplica DrillSource = "replica" // the stream of committed pages
	DrillBackup  DrillSource = "backup"  // the newest file of DATA/backups
)

// ClockState says how far the box's clock can be believed.
type ClockState string

const (
	ClockSynced   ClockState = "synced"   // the kernel says that it is kept in time
	ClockUnsynced ClockState = "unsynced" // nobody keeps it, or nobody can tell
	ClockJumped   ClockState = "jumped"   // it was set by more than two seconds while the program ran
)
