package replica

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

const (
	walAlarm    = 64 << 20 // bytes of write-ahead log that are not normal
	diskFullAt  = 85       // percent of the disk at which the replica's local files give way
	worthTaking = 2        // times the size of the database that they must have by then: anew they need it once
)

// measure looks at what lies on this disk and keeps it within bounds.
func (r *Replica) measure(ctx context.Context) {
	wal, local, size := sizeOf(r.db.WALPath()), sizeBelow(r.db.MetaPath()), sizeOf(r.db.Path())
	alarm := ""
	if wal > walAlarm {
		alarm = fmt.Sprintf("the write-ahead log has %d MB: replication does not keep up, or a reader holds it", wal>>20)
	}
	if wal > walAlarm && r.db.SQLDB() == nil {
		// The replica has not been reached since the start, so that nothing has begun that a checkpoint could disturb.
		if err := r.options.Checkpoint(ctx); err != nil {
			slog.Warn("the write-ahead log grows", "error", err)
		}
	}
	full, note := usedPercent(r.db.Path()) >= diskFullAt, ""
	if full {
		note = fmt.Sprintf("the disk is more than %d %% full", diskFullAt)
	}
	if (local > r.options.KeepLocal || full) && local > worthTaking*size+(1<<20) {
		switch did, err := r.startAnew(); {
		case err != nil:
			alarm = "too much waits on this disk for the replica, and it could not be taken away: " + words(err)
		case did:
			alarm = "the replica was away for too long: what waited for it was dropped, and it gets the whole database when it is back"
			local = sizeBelow(r.db.MetaPath())
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &r.state
	if alarm == "" && p.replicated < p.position {
		alarm = p.alarm // stays until the replica has caught up
	}
	if alarm != p.alarm && alarm != "" {
		slog.Error("replication needs a look", "alarm", alarm)
	}
	if note != p.note && note != "" {
		slog.Warn("little room is left for the replica's local files", "disk", note)
	}
	p.alarm, p.note, p.localBytes, p.walBytes = alarm, note, local, wal
}

// startAnew drops the local files that wait for the replica, so that the next look writes the whole database as one.
//
// The library's own reset begins at transaction 1, which a replica that is further takes for old: it would get
// nothing. So the first file that waits stays, since it may have reached the replica without our knowing, with its place in the
// write-ahead log taken out: then the library cannot go on from there and writes all pages as the next transaction.
func (r *Replica) startAnew() (bool, error) {
	if !r.uploading.TryLock() {
		return false, nil // an upload runs: next time
	}
	defer r.uploading.Unlock()
	r.mu.Lock()
	first, last := ltx.TXID(r.state.replicated+1), ltx.TXID(r.state.position)
	r.mu.Unlock()
	if first == 1 || first >= last {
		return false, nil // the replica's position is not known, or nothing waits
	}
	keep := r.db.LTXPath(0, first, first)
	aside := filepath.Join(r.db.MetaPath(), "first.tmp")
	if err := withoutOrigin(keep, aside); err != nil {
		return false, err
	}
	if err := r.db.ResetLocalState(context.Background()); err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(keep), 0o700); err != nil {
		return false, err
	}
	return true, os.Rename(aside, keep)
}

// withoutOrigin copies a file of the replication without saying where in the write-ahead log it came from.
func withoutOrigin(from, to string) (err error) {
	in, err := os.Open(from) //nolint:gosec // a file of our own
	if err != nil {
		return err
	}
	defer in.Close()          //nolint:errcheck // only read
	out, err := os.Create(to) //nolint:gosec // a file of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	dec := ltx.NewDecoder(in)
	if err := dec.DecodeHeader(); err != nil {
		return err
	}
	enc, err := ltx.NewEncoder(out)
	if err != nil {
		return err
	}
	header := dec.Header()
	header.WALOffset, header.WALSize, header.WALSalt1, header.WALSalt2 = litestream.WALHeaderSize, 0, 0, 0
	if err := enc.EncodeHeader(header); err != nil {
		return err
	}
	page := make([]byte, header.PageSize)
	for {
		var ph ltx.PageHeader
		if err := dec.DecodePage(&ph, page); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if err := enc.EncodePage(ltx.PageHeader{Pgno: ph.Pgno}, page); err != nil {
			return err
		}
	}
	if err := dec.Close(); err != nil {
		return err
	}
	enc.SetPostApplyChecksum(dec.Trailer().PostApplyChecksum)
	if err := enc.Close(); err != nil {
		return err
	}
	return out.Sync()
}

func sizeOf(path string) int64 {
	fi, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return fi.Size()
}

func sizeBelow(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // files go while we look
		}
		if fi, err := d.Info(); err == nil && fi.Mode().IsRegular() {
			sum += fi.Size()
		}
		return nil
	})
	return sum
}
