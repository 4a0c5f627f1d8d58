package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
)

// finding is what the doctor says of one thing.
type finding struct {
	Name  string `json:"name"`
	State string `json:"state"` // ok; note: good to know; fix: something needs doing
	Found string `json:"found"` // the cause, where it is not ok
	Cure  string `json:"cure"`  // what to do; "" when ok
}

func ok(format string, args ...any) finding {
	return finding{State: "ok", Found: fmt.Sprintf(format, args...)}
}
func note(cure, format string, args ...any) finding {
	return finding{State: "note", Found: fmt.Sprintf(format, args...), Cure: cure}
}
func fix(cure, format string, args ...any) finding {
	return finding{State: "fix", Found: fmt.Sprintf(format, args...), Cure: cure}
}

// examination is everything that the doctor looks at. It is given the settings that serve is run with.
type examination struct {
	ctx      context.Context //nolint:containedctx // it lives as long as the command
	settings *settings
	config   app.Config
	look     sqlite.Look
	lookErr  error // fs.ErrNotExist: there is no database yet
}

// doctor looks at all that serve needs, and names cause and cure of what is wrong.
func doctor(ctx context.Context, args []string) error {
	s := newSettings("doctor").serving()
	asJSON := s.flags.Bool("json", false, "print one JSON document")
	if err := s.parse(args); err != nil {
		return err
	}
	c, err := s.config()
	if err != nil {
		return err
	}
	e := &examination{ctx: ctx, settings: s, config: c}
	e.look, e.lookErr = sqlite.LookAt(ctx, sqlite.Path(c.Data))
	found, toDo := []finding{}, 0
	for _, look := range []struct {
		name string
		at   func() finding
	}{
		{"data folder", e.dataFolder}, {"keys folder", e.keysFolder}, {"disk", e.disk}, {"database", e.database}, {"schema", e.schema},
		{"write-ahead log", e.wal}, {"backup", e.backup}, {"second place", e.secondPlace}, {"drill", e.drill}, {"replica", e.replica}, {"clock", e.clock},
		{"base URL", e.baseURL}, {"port", e.port}, {"mail", e.mail}, {"time zones", e.timeZones}, {"geo data", e.geoData},
	} {
		f := look.at()
		f.Name = look.name
		found = append(found, f)
		if f.State == "fix" {
			toDo++
		}
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(struct {
			OK       bool      `json:"ok"`
			Findings []finding `json:"findings"`
		}{toDo == 0, found})
	} else {
		for _, f := range found {
			fmt.Printf("%-5s %-16s %s\n", f.State, f.Name, f.Found)
			if f.Cure != "" {
				fmt.Printf("%-22s → %s\n", "", f.Cure)
			}
		}
	}
	if err == nil && toDo > 0 {
		return fmt.Errorf("%d things need doing", toDo)
	}
	return err
}

// private reports what is wrong with who may read a path.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("others on this machine may look into %s (mode %o)", path, mode)
	}
	return nil
}

func (e *examination) dataFolder() finding {
	data := e.config.Data
	switch err := private(data); {
	case errors.Is(err, fs.ErrNotExist):
		return note("doorward serve makes it", "%s is not there yet", data)
	case err != nil:
		return fix("chmod 700 "+data, "%v", err)
	}
	f, err := os.CreateTemp(data, ".doctor-*")
	if err != nil {
		return fix("let the account that runs doorward own "+data+", on a disk that is not read-only", "nothing can be written: %v", err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return fix("look at the disk", "%v", err)
	}
	return ok("%s is writable, and private", data)
}

func (e *examination) keysFolder() finding {
	keys := filepath.Join(e.config.Data, "keys")
	var bad error
	err := filepath.WalkDir(keys, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && bad == nil {
			bad = private(path)
		}
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist) && errors.Is(e.lookErr, fs.ErrNotExist):
		return note("doorward serve makes it", "there are no keys yet")
	case err != nil:
		return fix("put the folder of keys back, or enter the recovery code on the System page: links that were handed out do not open without", "%v", err)
	case bad != nil:
		return fix("chmod -R go-rwx "+keys, "%v", bad)
	}
	return ok("the keys are private")
}

func (e *examination) disk() finding {
	d, err := system.DiskOf(e.config.Data)
	switch {
	case errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrNotExist):
		return note("look yourself", "how much room there is can't be told here")
	case err != nil:
		return fix("look at the disk", "%v", err)
	case d.State() != "ok":
		return fix("free some space, or move the data folder to a bigger disk", "%d MB are free", d.Free>>20)
	}
	return ok("%d of %d MB are free", d.Free>>20, d.Total>>20)
}

func (e *examination) database() finding {
	switch {
	case errors.Is(e.lookErr, fs.ErrNotExist):
		return note("doorward serve makes it", "there is no database yet")
	case doorward.ErrorCode(e.lookErr) == doorward.CodeUnavailable:
		return fix("try again in a moment; if it stays so, stop the program that holds it", "not known: %v", e.lookErr)
	case e.lookErr != nil:
		return fix("stop doorward, keep the data folder, and restore: doorward restore --to PATH", "it can't be read: %v", e.lookErr)
	case len(e.look.Damage) > 0:
		return fix("stop doorward, keep the data folder, and restore: doorward restore --to PATH", "it is damaged: %s", e.look.Damage[0])
	}
	return ok("the quick check finds nothing; doorward verify looks at every row")
}

func (e *examination) schema() finding {
	switch l := e.look; {
	case e.lookErr != nil:
		return note("see database", "not known")
	case l.Version > l.Newest:
		return fix("run the newer program that wrote it", "version %d, this program knows up to %d", l.Version, l.Newest)
	case l.Version < l.Newest:
		return note("doorward serve brings it up to date, and keeps a copy from before", "version %d of %d", l.Version, l.Newest)
	default:
		return ok("version %d", l.Version)
	}
}

// walLimit is when the log is so long that something keeps it from being carried over into the database.
const walLimit = 64 << 20

func (e *examination) wal() finding {
	info, err := os.Stat(sqlite.Path(e.config.Data) + "-wal")
	if err != nil {
		return ok("there is none")
	}
	if info.Size() > walLimit {
		return fix("restart doorward; if it grows again, look what holds the database open", "%d MB", info.Size()>>20)
	}
	return ok("%d kB", info.Size()>>10)
}

// stale is how old the newest backup or drill may be: a night may be missed.
const stale = 48 * time.Hour

func (e *examination) backup() finding {
	list, err := system.List(e.config.Data)
	now := app.Wall()
	switch {
	case err != nil:
		return fix("look at DATA/backups", "%v", err)
	case len(list) == 0 && errors.Is(e.lookErr, fs.ErrNotExist):
		return note("doorward serve makes one every night", "there is none yet")
	case len(list) == 0:
		return fix("doorward backup now", "there is none")
	case now.Sub(list[0].At) > stale:
		return fix("doorward backup now; let the box run at night", "the newest is %s old", now.Sub(list[0].At).Round(time.Hour))
	}
	return ok("%s, %d in all", list[0].Name, len(list))
}

func (e *examination) secondPlace() finding {
	if e.config.BackupCopy == "" {
		return note("set backup-copy to a folder on another disk", "backups are on the disk of the database alone")
	}
	same, err := system.SameDisk(e.config.Data, e.config.BackupCopy)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return note("look yourself", "whether %s is another disk can't be told here", e.config.BackupCopy)
	case err != nil:
		return fix("plug it in, or mount it; make the folder once", "%v", err)
	case same:
		return fix("mount the other disk", "%s is on the disk of the database", e.config.BackupCopy)
	}
	return ok("%s", e.config.BackupCopy)
}

func (e *examination) drill() finding {
	switch d := e.look.LastDrill; {
	case e.lookErr != nil:
		return note("see database", "not known")
	case d == nil:
		return note("start one on the System page; doorward serve does it every night", "none was made yet")
	case !d.OK:
		return fix("take another backup and try again on the System page", "the last one failed: %s", d.Result)
	case app.Wall().Sub(d.At) > stale:
		return fix("start one on the System page; let the box run at night", "the last one is of %s", d.At.Format(time.RFC3339))
	default:
		return ok("%s, from the %s: %s", d.At.Format(time.RFC3339), d.Source, d.Result)
	}
}

// replica says where the copy goes. How far it is only the running program knows: the System page and /readyz say.
func (e *examination) replica() finding {
	if e.config.Replica == nil {
		return note("put a litestream.yml beside the data folder", "commits are on this machine alone between backups")
	}
	ask, cancel := context.WithTimeout(e.ctx, 10*time.Second)
	defer cancel()
	switch lost, err := e.config.Replica.Lost(ask); {
	case err != nil:
		return fix("check the network and litestream.yml", "to %s, but %v", e.config.Replica.Target(), err)
	case lost:
		return fix(replica.CureLost, "%s is empty, though the database was replicated to it", e.config.Replica.Target())
	}
	return ok("to %s; /readyz and the System page say how far", e.config.Replica.Target())
}

func (e *examination) clock() finding {
	if app.ClockState() != doorward.ClockSynced {
		return note("let the machine keep its time by NTP, for example with systemd-timesyncd", "nobody keeps the clock in time; it says %s", app.Wall().UTC().Format(time.RFC3339))
	}
	return ok("kept in time")
}

func (e *examination) baseURL() finding {
	origin, err := e.settings.origin()
	if err != nil {
		return fix("set base-url", "%v", err)
	}
	u, err := url.Parse(origin)
	if err != nil {
		return fix("set base-url", "%v", err)
	}
	host := u.Hostname()
	if addr, err := netip.ParseAddr(host); host == "localhost" || err == nil && addr.IsLoopback() {
		return fix("listen on all addresses (--listen :8080), or set base-url to what phones can reach", "links lead to %s, which only this machine can open", origin)
	}
	resolve, cancel := context.WithTimeout(e.ctx, 3*time.Second)
	defer cancel()
	if _, err := net.DefaultResolver.LookupHost(resolve, host); err != nil {
		return fix("check the name, or its DNS entry", "links lead to %s, and nobody knows that name: %v", origin, err)
	}
	return ok("links lead to %s", origin)
}

func (e *examination) port() finding {
	l, err := (&net.ListenConfig{}).Listen(e.ctx, "tcp", e.config.Listen)
	if err == nil {
		if err := l.Close(); err != nil {
			return fix("try again", "%v", err)
		}
		return ok("%s is free: doorward is not running there", e.config.Listen)
	}
	_, port, _ := net.SplitHostPort(e.config.Listen) // checked with the settings
	ask, cancel := context.WithTimeout(e.ctx, 2*time.Second)
	defer cancel()
	req, reqErr := http.NewRequestWithContext(ask, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if reqErr == nil {
		if answer, err := http.DefaultClient.Do(req); err == nil {
			_ = answer.Body.Close() // only the status counts
			if answer.StatusCode == http.StatusOK {
				return ok("doorward is running there, and ready")
			}
			return fix("look at its log", "what runs on %s answers %s", e.config.Listen, answer.Status)
		}
	}
	return fix("stop what uses it, or choose another with --listen", "%v", err)
}

func (e *examination) mail() finding {
	if e.config.Mail.SMTP == nil {
		return note("set smtp-url and mail-from to send it", "mail is written to files in %s", filepath.Join(e.config.Data, "mail"))
	}
	return ok("mail leaves by SMTP, from %s", e.config.Mail.From.Address)
}

func (e *examination) timeZones() finding {
	if _, err := time.LoadLocation("Europe/Lisbon"); err != nil {
		return fix("install the time zone data", "%v", err)
	}
	return ok("known")
}

func (e *examination) geoData() finding {
	if e.config.GeoCity == "" && e.config.GeoASN == "" {
		return ok("the bundled data")
	}
	if _, err := geo.OpenFiles(e.config.GeoCity, e.config.GeoASN, nil); err != nil {
		return fix("check geoip-city and geoip-asn", "%v", err)
	}
	return ok("your own files")
}
