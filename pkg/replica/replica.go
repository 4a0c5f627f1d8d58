package replica

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/litestream"
)

// Options are what a running replica is handed.
type Options struct {
	Clock func() time.Time
	// Checkpoint moves the write-ahead log into the database, while replication has not begun and nobody else does.
	Checkpoint func(context.Context) error
	// KeepLocal is how many bytes may wait on this disk for a replica that is away; 0: 512 MiB.
	KeepLocal int64
}

// Times of the running replica.
const (
	lookEvery    = time.Second      // for new commits
	measureEvery = 5 * time.Second  // what waits on this disk
	lookWithin   = 30 * time.Second // to read new commits and, at the start, ask the replica how far it is
	retryMost    = 15 * time.Second // pause after failures; the library's own goes up to five minutes
	lastWithin   = 10 * time.Second // for the last upload when the program ends
	closeWithin  = 25 * time.Second // for all of Close
)

// Replica is a running replication. Its methods may be called by many at once.
type Replica struct {
	target  Target
	options Options
	every   time.Duration // between uploads

	store *litestream.Store
	db    *litestream.DB
	out   *litestream.Replica
	edge  *edge

	stop      context.CancelFunc
	running   sync.WaitGroup
	wake      chan struct{}
	uploading sync.Mutex  // held by an upload, and while the local files are made anew
	seen      atomic.Bool // the replica was not empty

	mu    sync.Mutex
	state progress // guarded by mu
}

// Open begins to replicate. It comes before the database is opened, does not wait for the replica, and fails only for
// settings that cannot work. The database must be opened so that nobody else checkpoints it.
func Open(c *Config, o Options) (*Replica, error) {
	client, err := c.target.client()
	if err != nil {
		return nil, err
	}
	if o.KeepLocal == 0 {
		o.KeepLocal = 512 << 20
	}
	r := &Replica{
		target: c.target, options: o, every: litestream.DefaultSyncInterval, edge: &edge{ReplicaClient: client}, wake: make(chan struct{}, 1),
		state: progress{waitingSince: o.Clock(), looked: o.Clock()},
	}
	r.edge.there = r.there
	r.db = litestream.NewDB(c.db)
	// The goroutines below do what the library's would, with shorter pauses after a failure.
	r.db.MonitorInterval = 0
	r.out = litestream.NewReplicaWithClient(r.db, r.edge)
	r.out.MonitorEnabled = false
	r.db.Replica = r.out
	levels := litestream.DefaultCompactionLevels
	if len(c.file.Levels) > 0 {
		levels = litestream.CompactionLevels{{Level: 0}}
		for i, l := range c.file.Levels {
			levels = append(levels, &litestream.CompactionLevel{Level: i + 1, Interval: l.Interval})
		}
	}
	r.store = litestream.NewStore([]*litestream.DB{r.db}, levels)
	r.db.SetLogger(slog.New(quiet{slog.Default().Handler()}))
	r.store.Logger = r.db.Logger
	c.apply(r)
	if err := r.store.Open(context.Background()); err != nil {
		return nil, fmt.Errorf("starting replication to %s: %s", c.target, words(err))
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.running.Go(func() { r.look(ctx) })
	r.running.Go(func() { r.upload(ctx) })
	return r, nil
}

// Begun reports whether the database was replicated from this data folder before: what it leaves beside the database is there.
func (c *Config) Begun() bool {
	dir, base := filepath.Split(c.db)
	_, err := os.Lstat(filepath.Join(dir, "."+base+litestream.MetaDirSuffix))
	return err == nil
}

// apply sets what the file says over the defaults.
func (c *Config) apply(r *Replica) {
	set(&r.every, c.target.place.SyncInterval)
	set(&r.db.CheckpointInterval, c.base.CheckpointInterval)
	set(&r.db.BusyTimeout, c.base.BusyTimeout)
	set(&r.db.MinCheckpointPageN, c.base.MinCheckpointPageN)
	set(&r.db.TruncatePageN, c.base.TruncatePageN)
	set(&r.db.MaxSyncWALBytes, c.base.MaxSyncWALBytes)
	r.store.SnapshotInterval, r.store.SnapshotRetention = snapshotEvery, snapshotKept
	set(&r.store.SnapshotInterval, c.snapshot().Interval)
	set(&r.store.SnapshotRetention, c.snapshot().Retention)
	set(&r.store.L0Retention, c.file.L0Retention)
	set(&r.store.L0RetentionCheckInterval, c.file.L0RetentionCheckInterval)
	set(&r.store.RetentionEnabled, c.file.Retention.Enabled)
	r.db.L0Retention, r.db.RetentionEnabled = r.store.L0Retention, r.store.RetentionEnabled
	r.db.VerifyCompaction = c.file.VerifyCompaction
	r.db.ShutdownSyncTimeout = lastWithin
	set(&r.db.ShutdownSyncTimeout, c.file.ShutdownSyncTimeout)
	r.db.ShutdownSyncTimeout = min(r.db.ShutdownSyncTimeout, lastWithin)
	set(&r.db.ShutdownSyncInterval, c.file.ShutdownSyncInterval)
}

func set[T any](to *T, said *T) {
	if said != nil {
		*to = *said
	}
}

// look turns new commits into local files, every second, whether or not the replica is there.
func (r *Replica) look(ctx context.Context) {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	measured := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		began := r.options.Clock()
		within, cancel := context.WithTimeout(ctx, lookWithin)
		var err error
		if r.db.SQLDB() == nil {
			err = r.there(within) // before the library begins: it does not begin twice beside its own snapshots
		}
		if err == nil {
			err = r.db.Sync(within)
		}
		cancel()
		if ctx.Err() != nil {
			return
		}
		r.looked(began, err)
		if now := time.Now(); now.Sub(measured) >= measureEvery { //nolint:forbidigo // a duration on the monotonic clock, not a time of day
			measured = now
			r.measure(ctx)
		}
	}
}

// looked notes how far the local files are, and wakes the upload.
func (r *Replica) looked(began time.Time, err error) {
	if err == nil && r.db.SQLDB() == nil {
		return // the database is not there yet
	}
	var at uint64
	if err == nil {
		pos, posErr := r.db.Pos()
		at, err = uint64(pos.TXID), posErr
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.state.fail("reading new commits", err)
		return
	}
	r.state.local(at, began)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// upload brings local files to the replica as they come.
func (r *Replica) upload(ctx context.Context) {
	var pause time.Duration
	last := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		if wait := max(pause, r.every-time.Since(last)-lookEvery/2); wait > 0 {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
		last = time.Now() //nolint:forbidigo // as above
		if err := r.uploadOnce(ctx); err == nil {
			pause = 0
		} else {
			pause = min(max(time.Second, 2*pause), retryMost)
		}
	}
}

func (r *Replica) uploadOnce(ctx context.Context) error {
	r.uploading.Lock()
	defer r.uploading.Unlock()
	r.mu.Lock()
	at, known := r.state.position, r.state.replicated > 0
	done := r.state.replicated >= at
	r.mu.Unlock()
	if at == 0 || done {
		return nil
	}
	var err error
	if !known {
		info, listErr := r.out.MaxLTXFileInfo(ctx, 0)
		if err = listErr; err == nil {
			r.edge.uploaded.Store(uint64(info.MaxTXID))
		}
	}
	if err == nil {
		err = r.out.Sync(ctx)
	}
	if err == nil {
		err = remember(r.db.Path(), r.target)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.uploaded(max(r.edge.uploaded.Load(), uint64(r.out.Pos().TXID)), r.options.Clock())
	if err != nil {
		r.state.fail("bringing commits to the replica", err)
		return err
	}
	r.state.recovered()
	return nil
}

// Close reads the last commits, brings them to the replica if that takes no more than ten seconds, and ends. The
// database must have been closed: until then nothing else may release its locks.
func (r *Replica) Close(ctx context.Context) error {
	r.stop()
	closed := make(chan error, 1)
	go func() {
		r.running.Wait()
		// The library's last look is left out when it had none before, as in a program that ends within a second.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWithin)
		err := r.db.Sync(within)
		cancel()
		closed <- errors.Join(err, r.store.Close(context.WithoutCancel(ctx)))
	}()
	select {
	case err := <-closed:
		if err == nil {
			return nil
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.state.lost { // the library tries again and again, and may tell only that its time was over
			err = errLost
		}
		return fmt.Errorf("the last commits did not reach the replica %s (%s); they are in the data folder and will with the next start", r.target, words(err))
	case <-time.After(closeWithin): // a client that does not heed its context; the process ends now, and it with it
		return errors.New("the replica did not answer in time; the last commits are in the data folder and reach it with the next start")
	}
}

// Drill restores the newest state of the replica to a new file, as it would be after a loss, and says which transaction it
// reaches and when that was replicated. A replica with a damaged file fails, even when an older state could be had.
func (r *Replica) Drill(ctx context.Context, to string, check func(ctx context.Context, path string) error) (position uint64, at time.Time, err error) {
	got, err := Restore(ctx, r.target, RestoreOptions{To: to, Check: check})
	if err == nil && len(got.Damaged) > 0 {
		err = fmt.Errorf("the replica has damaged files, %s the first: it restores only to %s", got.Damaged[0], got.At.Format(time.RFC3339))
	}
	return got.Position, got.At, err
}
