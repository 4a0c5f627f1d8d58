package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/system"
)

// SystemStatus is the JSON of how the box stands.
type SystemStatus struct {
	Version    string         `json:"version" required:"true"`
	StartedAt  string         `json:"started_at" required:"true" format:"date-time"`
	Database   DatabaseStatus `json:"database" required:"true"`
	Disk       DiskStatus     `json:"disk" required:"true"`
	Clock      ClockStatus    `json:"clock" required:"true"`
	Replica    ReplicaStatus  `json:"replica" required:"true"`
	LastBackup *Backup        `json:"last_backup" required:"true" description:"null when there is none"`
	LastDrill  *Drill         `json:"last_drill" required:"true" description:"null when there was none"`
	Running    system.Task    `json:"running" required:"true" enum:",backup,drill,check"`
}

// DatabaseStatus is the JSON of the database file.
type DatabaseStatus struct {
	State     string  `json:"state" required:"true" enum:"ok,damaged,inconsistent" description:"inconsistent: the file is whole, but rows do not fit together"`
	Detail    string  `json:"detail" required:"true" description:"what is wrong and what to do, a sentence"`
	Bytes     int64   `json:"bytes" required:"true"`
	WALBytes  int64   `json:"wal_bytes" required:"true" description:"of the write-ahead log"`
	CheckedAt *string `json:"checked_at" required:"true" format:"date-time"`
}

// DiskStatus is the JSON of the disk of the data folder.
type DiskStatus struct {
	State      string `json:"state" required:"true" enum:"ok,low,full"`
	FreeBytes  int64  `json:"free_bytes" required:"true"`
	TotalBytes int64  `json:"total_bytes" required:"true"`
}

// ClockStatus is the JSON of the box's clock.
type ClockStatus struct {
	State string `json:"state" required:"true" enum:"synced,unsynced,jumped"`
}

// ReplicaStatus is the JSON of the stream to another place.
type ReplicaStatus struct {
	State      string  `json:"state" required:"true" enum:"off,ok,behind"`
	Detail     string  `json:"detail" required:"true"`
	LagSeconds float64 `json:"lag_seconds" required:"true"`
	SyncedAt   *string `json:"synced_at" required:"true" format:"date-time"`
}

// Backup is the JSON of a copy in DATA/backups.
type Backup struct {
	Name  string `json:"name" required:"true"`
	At    string `json:"at" required:"true" format:"date-time"`
	Bytes int64  `json:"bytes" required:"true"`
}

// Drill is the JSON of a restore that was tried.
type Drill struct {
	At       string               `json:"at" required:"true" format:"date-time"`
	Source   doorward.DrillSource `json:"source" required:"true" enum:"replica,backup"`
	Position string               `json:"position" required:"true"`
	OK       bool                 `json:"ok" required:"true"`
	Result   string               `json:"result" required:"true" description:"a sentence"`
	Seconds  float64              `json:"seconds" required:"true"`
	Bytes    int64                `json:"bytes" required:"true" description:"of the database that came back"`
}

// RunningTask is the JSON of what was started.
type RunningTask struct {
	Running system.Task `json:"running" required:"true" enum:"backup,drill"`
}

// systemStatus handles GET /api/v1/system/status.
func (s *Server) systemStatus(c *call) error {
	st, err := s.System.Status(c.Request().Context())
	if err != nil {
		return err
	}
	w := SystemStatus{
		Version: s.Version, StartedAt: stamp(st.StartedAt), Running: st.Running,
		Database: DatabaseStatus{State: st.State, Detail: st.Detail, Bytes: st.Bytes, WALBytes: st.WALBytes, CheckedAt: stampOrNull(st.CheckedAt)},
		Disk:     DiskStatus{State: st.Disk.State(), FreeBytes: st.Disk.Free, TotalBytes: st.Disk.Total},
		Clock:    ClockStatus{State: string(s.ClockState())},
		Replica: ReplicaStatus{
			State: st.Replica.State, Detail: st.Replica.Detail, LagSeconds: st.Replica.Lag.Seconds(), SyncedAt: stampOrNull(st.Replica.SyncedAt),
		},
	}
	if b := st.LastBackup; b != nil {
		w.LastBackup = &Backup{Name: b.Name, At: stamp(b.At), Bytes: b.Bytes}
	}
	if d := st.LastDrill; d != nil {
		w.LastDrill = &Drill{
			At: stamp(d.At), Source: d.Source, Position: d.Position, OK: d.OK, Result: d.Result, Seconds: d.Took.Seconds(), Bytes: d.Bytes,
		}
	}
	return c.JSON(http.StatusOK, w)
}

// startBackup handles POST /api/v1/system/backup.
func (s *Server) startBackup(c *call) error { return s.startTask(c, system.TaskBackup) }

// startDrill handles POST /api/v1/system/drill.
func (s *Server) startDrill(c *call) error { return s.startTask(c, system.TaskDrill) }

func (s *Server) startTask(c *call, t system.Task) error {
	if err := s.System.Start(t); err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, RunningTask{Running: t})
}
