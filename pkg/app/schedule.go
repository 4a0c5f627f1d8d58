package app

import (
	"context"
	"log/slog"

	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/geo"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/robfig/cron/v3"
)

// schedule is the table of what is done by the clock. Serve starts it, close ends ctx and waits for what runs.
func (a *App) schedule(ctx context.Context, places geo.Reader, invitations *invitation.Invitations, events *event.Events) error {
	a.cron = cron.New(cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
	type row struct {
		when string
		do   func() error
		what string
	}
	table := []row{
		{"@every 15m", func() error {
			_, err := invitations.Learn(ctx)
			return err
		}, "learning from verdicts"},
		{"10 3 * * *", func() error { return a.system.Nightly(ctx) }, "the nightly check, backup and drill"},
		{"40 * * * *", func() error { return a.system.CatchUp(ctx) }, "the check, backup and drill of a night that was missed"},
		{"25 * * * *", func() error { return events.Purge(ctx) }, "purging deleted events"},
	}
	if files, ok := places.(*geo.Files); ok {
		table = append(table, row{"@hourly", files.Reload, "reading the geo files again"})
	}
	for _, row := range table {
		_, err := a.cron.AddFunc(row.when, func() {
			if err := row.do(); err != nil && ctx.Err() == nil {
				slog.Error(row.what+" failed", "error", err)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
