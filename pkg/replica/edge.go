package replica

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// How long the replica may take to answer. An upload gets askWithin and the time that slowest would need.
const (
	askWithin   = time.Minute
	moveWithin  = time.Hour
	slowestRate = 512 // bytes a second
)

// edge is the client of a replica as the rest of the package sees it: no call lasts for ever, nothing connects before
// it is needed, and files that were found damaged are not there.
type edge struct {
	litestream.ReplicaClient
	uploaded atomic.Uint64 // the newest transaction that this process put there
	hidden   map[string]bool
	there    func(context.Context) error // nil, or asked before anything is taken from the place to be, or put there
}

// Init does not connect: a replica that is away must not keep the program from starting. Each call connects by itself.
func (e *edge) Init(context.Context) error { return nil }

func (e *edge) LTXFiles(ctx context.Context, level int, seek ltx.TXID, metadata bool) (ltx.FileIterator, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	it, err := e.list(ctx, level, seek, metadata)
	if err != nil {
		cancel()
		return nil, err
	}
	return &files{FileIterator: it, cancel: cancel, hidden: e.hidden}, nil
}

func (e *edge) list(ctx context.Context, level int, seek ltx.TXID, metadata bool) (ltx.FileIterator, error) {
	if e.there != nil {
		if err := e.there(ctx); err != nil {
			return nil, err
		}
	}
	return e.ReplicaClient.LTXFiles(ctx, level, seek, metadata)
}

// files is a listing that leaves out damaged files.
type files struct {
	ltx.FileIterator
	cancel context.CancelFunc
	hidden map[string]bool
}

func (f *files) Next() bool {
	for f.FileIterator.Next() {
		if !f.hidden[fileName(f.Item())] {
			return true
		}
	}
	return false
}

func (f *files) Close() error {
	err := f.FileIterator.Close()
	f.cancel()
	return err
}

func fileName(i *ltx.FileInfo) string {
	return fmt.Sprintf("ltx/%d/%s", i.Level, ltx.FormatFilename(i.MinTXID, i.MaxTXID))
}

func (e *edge) OpenLTXFile(ctx context.Context, level int, lo, hi ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	ctx, cancel := context.WithTimeout(ctx, moveWithin)
	body, err := e.ReplicaClient.OpenLTXFile(ctx, level, lo, hi, offset, size)
	if err != nil {
		cancel()
		return nil, err
	}
	return &download{ReadCloser: body, cancel: cancel}, nil
}

type download struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (d *download) Close() error {
	err := d.ReadCloser.Close()
	d.cancel()
	return err
}

func (e *edge) WriteLTXFile(ctx context.Context, level int, lo, hi ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	within := moveWithin
	if f, ok := r.(*os.File); ok {
		if fi, err := f.Stat(); err == nil {
			within = askWithin + time.Duration(fi.Size()/slowestRate)*time.Second
		}
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if e.there != nil {
		if err := e.there(ctx); err != nil {
			return nil, err
		}
	}
	info, err := e.ReplicaClient.WriteLTXFile(ctx, level, lo, hi, r)
	if err == nil && level == 0 {
		e.uploaded.Store(uint64(hi))
	}
	return info, err
}

// words says what went wrong with a replica without addresses, keys or what a server answered.
func words(err error) string {
	var answered interface{ ErrorCode() string }
	var network net.Error
	switch {
	case errors.Is(err, errLost):
		return errLost.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "the replica did not answer in time"
	case errors.As(err, &answered) && answered.ErrorCode() != "":
		return "the replica refused with " + answered.ErrorCode()
	case errors.As(err, &network):
		return "the replica cannot be reached"
	case errors.Is(err, fs.ErrPermission):
		return "permission to the replica's files was denied"
	case errors.Is(err, litestream.ErrDiskFull):
		return "the disk is full"
	case errors.Is(err, fs.ErrNotExist):
		return "a file that should be there is missing"
	}
	if strings.Contains(err.Error(), "load aws config") {
		return "the client for S3 could not be set up: look at the AWS_ variables of the environment (AWS_CA_BUNDLE is not supported)"
	}
	if strings.Contains(err.Error(), "ssh: host key mismatch") {
		return "the server shows another key than the host-key of the settings (a server with several shows that of type ecdsa)"
	}
	if strings.Contains(err.Error(), "ssh: unable to authenticate") {
		return "the server refused the user, with this password or key"
	}
	var local *litestream.LTXError
	if errors.As(err, &local) {
		return "a local file of the replication cannot be used"
	}
	return "the replica failed"
}

// quiet is where the library logs: its warnings and errors, without the addresses and answers that they may show.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, slog.LevelWarn, "replication: "+r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			out.AddAttrs(slog.String(a.Key, words(err)))
		}
		return true
	})
	return q.Handler.Handle(ctx, out)
}

// WithAttrs drops what would name the database and the replica in every line.
func (q quiet) WithAttrs([]slog.Attr) slog.Handler { return q }
func (q quiet) WithGroup(string) slog.Handler      { return q }
