package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertJob query = `INSERT INTO jobs (id, kind, key, payload, due_ms, attempts, last_error, done_ms, dead, created_ms)
	VALUES (?, ?, ?, ?, ?, 0, '', 0, 0, ?) ON CONFLICT (kind, key) DO NOTHING`

// InsertJob adds a job; with a key that a job of this kind has already it does nothing. added says which.
func (tx *Tx) InsertJob(j doorward.Job) (added bool, err error) {
	n, err := tx.exec(sqlInsertJob, j.ID, j.Kind, j.Key, j.Payload, ms(j.DueAt), ms(tx.Now))
	return n == 1, doingError(err, "adding a job")
}

const sqlRepeatJob query = "UPDATE jobs SET done_ms = 0, dead = 0, last_error = '', attempts = 0, due_ms = ?3 WHERE kind = ?1 AND key = ?2 AND done_ms > 0"

// RepeatJob makes a job that ended one to be done, due now.
func (tx *Tx) RepeatJob(kind, key string) error {
	_, err := tx.exec(sqlRepeatJob, kind, key, ms(tx.Now))
	return doingError(err, "repeating a job")
}

const sqlLeaseJobs query = `UPDATE jobs SET due_ms = ?2, attempts = attempts + 1
	WHERE id IN (
		SELECT id FROM jobs WHERE done_ms = 0 AND due_ms <= ?1 AND id NOT IN (SELECT value FROM json_each(?4)) ORDER BY due_ms, id LIMIT ?3
	)
	RETURNING id, kind, key, payload, due_ms, attempts`

// LeaseJobs takes up to n jobs that are due, the longest due first, and counts a run of each. Nobody else gets them
// before until; after that they are due again. Those that run are left to their runs, whatever the clock says.
func (tx *Tx) LeaseJobs(n int, until time.Time, running []doorward.JobID) (jobs []doorward.Job, err error) {
	err = tx.rows(sqlLeaseJobs, func(s scanner) error {
		var j doorward.Job
		var due int64
		err := s.Scan(&j.ID, &j.Kind, &j.Key, &j.Payload, &due, &j.Attempts)
		j.DueAt = fromMS(due)
		jobs = append(jobs, j)
		return err
	}, ms(tx.Now), ms(until), n, toJSON(running))
	return jobs, doingError(err, "leasing jobs")
}

const sqlNextJob query = "SELECT coalesce(min(due_ms), 0) FROM jobs WHERE done_ms = 0 AND due_ms > 0 AND id NOT IN (SELECT value FROM json_each(?))"

// NextJob returns when the next job is due beside those that run, and the zero time when there is none to be done.
func (tx *Tx) NextJob(running []doorward.JobID) (at time.Time, err error) {
	var due int64
	err = tx.row(sqlNextJob, func(s scanner) error { return s.Scan(&due) }, toJSON(running))
	return fromMS(due), doingError(err, "looking for the next job")
}

const (
	sqlRetryJob  query = "UPDATE jobs SET due_ms = ?3, last_error = ?4 WHERE id = ?1 AND attempts = ?2 AND done_ms = 0"
	sqlRetireJob query = "UPDATE jobs SET done_ms = ?3, last_error = ?4, dead = ?5 WHERE id = ?1 AND attempts = ?2 AND done_ms = 0"
)

// RetryJob puts a run that failed off until a time. It does nothing, and says so, when the run's lease had ended and
// another run has begun.
func (tx *Tx) RetryJob(j doorward.Job, at time.Time, reason string) (ours bool, err error) {
	n, err := tx.exec(sqlRetryJob, j.ID, j.Attempts, ms(at), reason)
	return n == 1, doingError(err, "putting a job off")
}

// RetireJob ends a job: done, or given up for a reason. Like RetryJob it leaves a newer run alone.
func (tx *Tx) RetireJob(j doorward.Job, dead bool, reason string) (ours bool, err error) {
	n, err := tx.exec(sqlRetireJob, j.ID, j.Attempts, ms(tx.Now), reason, dead)
	return n == 1, doingError(err, "retiring a job")
}

const sqlJobsToDo query = `SELECT count(*), coalesce(min(CASE WHEN attempts > 0 OR due_ms <= ?1 THEN created_ms END), 0)
	FROM jobs WHERE done_ms = 0 AND due_ms > 0`

// JobsToDo counts the jobs that are not done, and tells how long the oldest of those that should have been waits; one
// that is not due yet does not.
func (tx *Tx) JobsToDo() (n int, oldest time.Duration, err error) {
	var created int64
	err = tx.row(sqlJobsToDo, func(s scanner) error { return s.Scan(&n, &created) }, ms(tx.Now))
	if created > 0 {
		oldest = tx.Now.Sub(fromMS(created))
	}
	return n, oldest, doingError(err, "counting jobs")
}

const sqlForgetJobs query = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE done_ms > 0 AND done_ms < ?1 LIMIT ?2)"

// ForgetJobs removes up to n jobs that were retired before a time, and with them the memory of their keys.
func (tx *Tx) ForgetJobs(before time.Time, n int) error {
	_, err := tx.exec(sqlForgetJobs, ms(before), n)
	return doingError(err, "forgetting old jobs")
}
