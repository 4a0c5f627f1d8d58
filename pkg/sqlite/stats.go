package sqlite

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// batchSizes is how many sizes of shared commits are told apart: 1, 2, up to 4, and so on up to batchMax.
const batchSizes = 7

// counts is what the writer did since the start. It is added to by the writer and read by anybody.
type counts struct {
	batches [batchSizes]atomic.Uint64 // commits by size; the nth is of up to 2ⁿ writes
	writes  atomic.Uint64             // in these commits
	failed  atomic.Uint64             // transactions that were lost as a whole
	nanos   atomic.Int64              // from the first write's begin to the end of the commit, of all
}

// committed counts a commit of n writes, n > 0.
func (c *counts) committed(n int, took time.Duration) {
	c.batches[bits.Len(uint(n-1))].Add(1) //nolint:gosec // n is at least one
	c.writes.Add(uint64(n))               //nolint:gosec // as above
	c.nanos.Add(int64(took))
}

// Stats is what the writer did since the start.
type Stats struct {
	Queued  int                // writes that wait now
	Commits uint64             // that reached the disk
	Writes  uint64             // in these commits
	Batches map[float64]uint64 // commits of at most so many writes
	Failed  uint64             // transactions that were lost as a whole: a full or broken disk
	Took    time.Duration      // for all commits, with what was written in them
}

// Stats returns what the writer did since the start.
func (db *DB) Stats() Stats {
	w := db.writer
	s := Stats{
		Queued: len(w.urgent) + len(w.normal), Writes: w.counts.writes.Load(), Failed: w.counts.failed.Load(),
		Took: time.Duration(w.counts.nanos.Load()), Batches: map[float64]uint64{},
	}
	for i := range w.counts.batches {
		s.Commits += w.counts.batches[i].Load()
		s.Batches[float64(int(1)<<i)] = s.Commits
	}
	return s
}
