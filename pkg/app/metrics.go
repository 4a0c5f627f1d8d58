package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are the figures of the whole program; httpapi adds those of its requests. No label holds anything that came
// from outside.
func (a *App) metrics(c Config, invitations *invitation.Invitations) *prometheus.Registry {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "doorward_" + name, Help: help}, value))
	}
	counter := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "doorward_" + name, Help: help}, value))
	}
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &stored{db: a.db})
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "doorward_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": c.Version},
	}, func() float64 { return 1 }))
	counter("accesses_evaluated_total", "Uses of links that the engine judged.", func() float64 { return float64(invitations.Evaluated()) })
	counter("accesses_unevaluated_total", "Uses of links that were let through because the engine failed.", func() float64 { return float64(invitations.Unevaluated()) })
	gauge("live_streams", "Live streams that are open.", func() float64 { return float64(a.hub.Len()) })
	gauge("http_connections", "Connections that are open, without live streams.", func() float64 { return float64(a.conns.open.Load()) })
	gauge("database_bytes", "Size of the database file.", func() float64 { return size(filepath.Join(c.Data, "doorward.db")) })
	gauge("wal_bytes", "Size of the write-ahead log.", func() float64 { return size(filepath.Join(c.Data, "doorward.db-wal")) })
	gauge("disk_free_bytes", "Space left where the data folder is.", func() float64 { return diskFree(c.Data) })
	gauge("replica_lag_seconds", "Age of the oldest commit that is not with the replica.", func() float64 { return a.Replica().Lag.Seconds() })
	gauge("replica_ok", "1 when every commit reaches the replica within seconds, 0 when not or when there is none.", func() float64 {
		if a.Replica().State == replica.StateOK {
			return 1
		}
		return 0
	})
	gauge("replica_local_bytes", "Kept on this disk for the replica.", func() float64 { return float64(a.Replica().LocalBytes) })
	return r
}

// size is how large a file is, 0 when it is not there.
func size(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

// stored collects what the database says of itself.
type stored struct{ db *sqlite.DB }

var (
	writesQueued = prometheus.NewDesc("doorward_writes_queued", "Writes that wait for the one writer.", nil, nil)
	commitsLost  = prometheus.NewDesc("doorward_commits_failed_total", "Transactions that were lost as a whole, and answered so.", nil, nil)
	commitTime   = prometheus.NewDesc("doorward_commit_seconds_total", "Time spent on commits, with what was written in them.", nil, nil)
	commitSize   = prometheus.NewDesc("doorward_commit_writes", "Writes that share a commit.", nil, nil)
	jobsToDo     = prometheus.NewDesc("doorward_outbox_jobs", "Jobs that are not done, with those that are not due yet.", nil, nil)
	oldestJob    = prometheus.NewDesc("doorward_outbox_oldest_seconds", "Age of the oldest job that should have been done.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s *stored) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{writesQueued, commitsLost, commitTime, commitSize, jobsToDo, oldestJob} {
		to <- d
	}
}

// collectWithin is how long the database may take to count its jobs.
const collectWithin = 2 * time.Second

// Collect implements prometheus.Collector.
func (s *stored) Collect(to chan<- prometheus.Metric) {
	is := s.db.Stats()
	to <- prometheus.MustNewConstMetric(writesQueued, prometheus.GaugeValue, float64(is.Queued))
	to <- prometheus.MustNewConstMetric(commitsLost, prometheus.CounterValue, float64(is.Failed))
	to <- prometheus.MustNewConstMetric(commitTime, prometheus.CounterValue, is.Took.Seconds())
	to <- prometheus.MustNewConstHistogram(commitSize, is.Commits, float64(is.Writes), is.Batches)
	ctx, cancel := context.WithTimeout(context.Background(), collectWithin)
	defer cancel()
	err := s.db.Read(ctx, func(tx *sqlite.Tx) error {
		n, oldest, err := tx.JobsToDo()
		if err == nil {
			to <- prometheus.MustNewConstMetric(jobsToDo, prometheus.GaugeValue, float64(n))
			to <- prometheus.MustNewConstMetric(oldestJob, prometheus.GaugeValue, oldest.Seconds())
		}
		return err
	})
	if err != nil {
		slog.Warn("metrics without the outbox", "error", err)
	}
}

// metricsToken reads the token that opens the metrics from elsewhere, and makes it on the first start. An operator may
// write one of their own into the file; an empty file opens nothing.
func metricsToken(keys string) (doorward.Secret, error) {
	path := filepath.Join(keys, "metrics-token")
	b, err := os.ReadFile(path) //nolint:gosec // inside the data folder
	if errors.Is(err, fs.ErrNotExist) {
		b = []byte(rand.Text() + "\n")
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("the token for metrics: %w", err)
	}
	return doorward.Secret(strings.TrimSpace(string(b))), nil
}
