package system

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Replica is the stream of committed pages to another place.
type Replica interface {
	// Restore writes the newest state that the replica has into a new file, and says up to where that goes.
	Restore(ctx context.Context, to string) (position string, err error)
	Status() ReplicaStatus
}

// ReplicaStatus says how far a replica is.
type ReplicaStatus struct {
	State    string // off, ok or behind
	Detail   string // why it is behind, a sentence
	Lag      time.Duration
	SyncedAt time.Time
}

// Config is what a System is made of.
type Config struct {
	DB      *sqlite.DB
	Data    string // the data folder
	CopyTo  string // a second folder for each backup; "": none
	Replica Replica
	Clock   sqlite.Clock
}

// System is the use case.
type System struct {
	Config
	path      string // of the database
	startedAt time.Time
	ask       chan Task // of capacity one: what Start asked of Run

	mu        sync.Mutex // guards the rest
	running   Task
	damage    []string // what SQLite found broken; nil when nothing
	broken    []string // the invariants that did not hold
	checkedAt time.Time
}

// New makes the use case.
func New(c Config) *System {
	return &System{Config: c, path: sqlite.Path(c.Data), startedAt: c.Clock(), ask: make(chan Task, 1)}
}

// Task is something that takes a while, of which one runs at a time.
type Task string

const (
	TaskNone   Task = ""
	TaskBackup Task = "backup"
	TaskDrill  Task = "drill"
	TaskCheck  Task = "check"
)

// Run checks the database and then does what Start asks for, until ctx ends.
func (s *System) Run(ctx context.Context) {
	if err := s.Check(ctx); err != nil && ctx.Err() == nil {
		slog.Error("checking the database at the start failed", "error", err)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-s.ask:
			var err error
			if t == TaskBackup {
				_, err = s.backup(ctx)
			} else {
				_, err = s.drill(ctx)
			}
			s.end()
			if err != nil && ctx.Err() == nil {
				slog.Error("the "+string(t)+" that was asked for failed", "error", err)
			}
		}
	}
}

// Start lets Run do a task and returns at once. It is CodeConflict while another runs.
func (s *System) Start(t Task) error {
	if err := s.begin(t); err != nil {
		return err
	}
	s.ask <- t // there is room: begin lets one in at a time
	return nil
}

func (s *System) begin(t Task) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != TaskNone {
		return doorward.Errorf(doorward.CodeConflict, "A %s is running. Try again when it is done.", s.running)
	}
	s.running = t
	return nil
}

func (s *System) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = TaskNone
}

// Nightly checks the database, copies it and tries to restore the copy.
func (s *System) Nightly(ctx context.Context) error {
	if err := s.Check(ctx); err != nil {
		return err
	}
	made, err := s.Backup(ctx)
	if made.Bytes > 0 { // also when it did not reach the second place
		_, drillErr := s.Drill(ctx)
		err = errors.Join(err, drillErr)
	}
	return err
}

// overdue is how old the newest copy may be where the box was off at night.
const overdue = 30 * time.Hour

// CatchUp does what Nightly does when the last night was missed, and looks again at a database that was found damaged.
func (s *System) CatchUp(ctx context.Context) error {
	if s.Ready() != nil {
		return s.Check(ctx)
	}
	list, err := List(s.Data)
	if err != nil {
		return err
	}
	now := s.Clock()
	if slices.ContainsFunc(list, func(b Backup) bool { return !b.At.After(now) && now.Sub(b.At) < overdue }) {
		return nil
	}
	return s.Nightly(ctx)
}

// errDamaged is what every caller gets to hear of a damaged database.
func (s *System) errDamaged(findings []string) error {
	return &doorward.Error{
		Code:    doorward.CodeUnavailable,
		Message: "The database is damaged: " + findings[0],
		Hint:    "stop doorward, keep the data folder, and put the newest good copy in its place: doorward restore --to PATH",
	}
}

// small is the size up to which the whole of Verify is quick enough for a start.
const small = 64 << 20

// Check looks for damage, in a small database for every invariant. What it finds is logged, shown in the status, and in
// the error when SQLite itself finds the file broken.
func (s *System) Check(ctx context.Context) error {
	if err := s.begin(TaskCheck); err != nil {
		return err
	}
	defer s.end()
	var damage, broken []string
	info, err := os.Stat(s.path)
	switch {
	case err != nil:
		return err
	case info.Size() > small:
		damage, err = sqlite.QuickCheck(ctx, s.path)
	default:
		damage, broken, err = s.verify(ctx, s.path)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.damage, s.broken, s.checkedAt = damage, broken, s.Clock()
	s.mu.Unlock()
	if len(broken) > 0 {
		slog.Error("the database holds rows that do not fit together; doorward verify lists them", "invariants", strings.Join(broken, " "))
	}
	if len(damage) > 0 {
		return s.errDamaged(damage)
	}
	return nil
}

// verify tells what SQLite finds broken from what only our invariants do.
func (s *System) verify(ctx context.Context, path string) (damage, broken []string, err error) {
	r, err := sqlite.Verify(ctx, path)
	for _, c := range r.Failed() {
		if c.Name == "integrity" {
			damage = c.Broken
		} else {
			broken = append(broken, c.Name)
		}
	}
	return damage, broken, err
}

// Ready is an error while the database is known to be damaged.
func (s *System) Ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.damage) > 0 {
		return s.errDamaged(s.damage)
	}
	return nil
}

// Status is how everything stands.
type Status struct {
	StartedAt  time.Time
	State      string // of the database: ok, damaged, or inconsistent when only an invariant is broken
	Detail     string // a sentence on what is wrong and what to do; "" when ok
	CheckedAt  time.Time
	Bytes      int64 // of the database file
	WALBytes   int64
	Disk       Disk
	Replica    ReplicaStatus
	LastBackup *Backup
	LastDrill  *doorward.Drill
	Running    Task
}

// Status looks at the files and remembers the rest.
func (s *System) Status(ctx context.Context) (st Status, err error) {
	s.mu.Lock()
	st = Status{StartedAt: s.startedAt, State: "ok", CheckedAt: s.checkedAt, Running: s.running, Replica: ReplicaStatus{State: "off"}}
	switch {
	case len(s.damage) > 0:
		st.State = "damaged"
		st.Detail = "The file is damaged (" + s.damage[0] + "). Stop Doorward and restore the newest good copy with doorward restore."
	case len(s.broken) > 0:
		st.State = "inconsistent"
		st.Detail = "Some rows do not fit together (" + strings.Join(s.broken, ", ") + "). Run doorward verify; it says which."
	}
	s.mu.Unlock()
	if s.Replica != nil {
		st.Replica = s.Replica.Status()
	}
	st.Bytes, st.WALBytes = size(s.path), size(s.path+"-wal")
	if st.Disk, err = disk(s.Data); err != nil {
		return st, err
	}
	list, err := List(s.Data)
	if err != nil {
		return st, err
	}
	if len(list) > 0 {
		st.LastBackup = &list[0]
	}
	err = s.DB.Read(ctx, func(tx *sqlite.Tx) (err error) {
		st.LastDrill, err = tx.LastDrill()
		return err
	})
	return st, err
}

// size is how long a file is, 0 when it is not there.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// folder is where the copies of a data folder are.
func folder(data string) string { return filepath.Join(data, "backups") }

// Disk is the room where the data folder is.
type Disk struct {
	Free, Total int64 // bytes
}

// lowDisk is when there is so little room that somebody should look: the database, a copy of it and a busy evening.
const lowDisk = 256 << 20

// State is ok, low, or full when writes are about to fail.
func (d Disk) State() string {
	switch {
	case d.Free < 8<<20:
		return "full"
	case d.Free < lowDisk:
		return "low"
	default:
		return "ok"
	}
}

// needRoom refuses work that would take the room the database needs.
func (s *System) needRoom(what string, factor int64) error {
	d, err := disk(s.Data)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if need := factor*(size(s.path)+size(s.path+"-wal")) + reserve; d.Free < need {
		return &doorward.Error{
			Code:    doorward.CodeUnavailable,
			Message: "There is too little room on the disk for a " + what + ": it would take what the database needs.",
			Hint:    "free some space where the data folder is, or give it a bigger disk",
		}
	}
	return nil
}

// reserve is what a copy leaves free for the door.
const reserve = 16 << 20

// DiskOf looks at the room where a data folder is; errors.ErrUnsupported where that can't be told.
func DiskOf(data string) (Disk, error) { return disk(data) }
