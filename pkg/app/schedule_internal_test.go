package app

import (
	"context"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/live"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
	"github.com/robfig/cron/v3"
)

// slowLine is a replica whose answer takes longer than anybody waits.
type slowLine struct{ began chan struct{} }

func (s slowLine) Status() system.ReplicaStatus { return system.ReplicaStatus{State: "ok"} }

func (s slowLine) Restore(ctx context.Context, _ string) (string, error) {
	close(s.began)
	<-ctx.Done()
	return "", ctx.Err()
}

// A stop in the night ends the drill that the schedule began, instead of waiting for its download.
func TestCloseEndsTheNightlyDrill(t *testing.T) {
	data := t.TempDir()
	db, err := sqlite.Open(t.Context(), sqlite.Path(data), Wall, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	line := slowLine{began: make(chan struct{})}
	a := &App{db: db, hub: live.NewHub(), system: system.New(system.Config{DB: db, Data: data, Replica: line, Clock: Wall})}
	ctx, stop := context.WithCancel(context.Background())
	a.stopCron = stop
	if err := a.schedule(ctx, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	a.cron.Schedule(cron.Every(time.Second), a.cron.Entry(2).WrappedJob) // the night, at once
	a.cron.Start()
	select {
	case <-line.began:
	case <-time.After(30 * time.Second):
		t.Fatal("no drill began")
	}
	closed := make(chan error)
	go func() { closed <- a.close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the drill goes on")
	}
}
