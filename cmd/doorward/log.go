package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/coreos/go-systemd/v22/journal"
)

// logTo sends the log to stderr. Text that goes to systemd's journal carries a priority in systemd's own form, and no
// time, which the journal has. how is text or json.
func logTo(stderr *os.File, how string) error {
	switch how {
	case "text":
		// An error is that the variable which tells is not as it should be: then it is an ordinary file.
		if is, err := journal.StderrIsJournalStream(); err == nil && is {
			slog.SetDefault(slog.New(journalHandler(stderr)))
			return nil
		}
		slog.SetDefault(slog.New(slog.NewTextHandler(stderr, nil)))
	case "json":
		slog.SetDefault(slog.New(slog.NewJSONHandler(stderr, nil)))
	default:
		return fmt.Errorf("%w: log %q: use text or json", errUsage, how)
	}
	return nil
}

func journalHandler(w io.Writer) slog.Handler {
	return slog.NewTextHandler(priorities{w}, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

// priorities puts what sd-daemon(3) calls a priority in the place of slog's level. Each Write is one line.
type priorities struct{ w io.Writer }

func (p priorities) Write(line []byte) (int, error) {
	for level, priority := range map[string]string{"level=ERROR ": "<3>", "level=WARN ": "<4>", "level=INFO ": "<6>", "level=DEBUG ": "<7>"} {
		if rest, ok := bytes.CutPrefix(line, []byte(level)); ok {
			_, err := p.w.Write(append([]byte(priority), rest...))
			return len(line), err
		}
	}
	return p.w.Write(line)
}
