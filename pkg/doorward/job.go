package doorward

import "time"

// JobID names a job: job_…
type JobID string

// NewJobID makes a fresh random id.
func NewJobID() JobID { return JobID(newID("job_")) }

// Job is a row of the durable outbox.
type Job struct {
	ID       JobID
	Kind     string    // says who does it
	Key      string    // the same key of a kind is the same job
	Payload  string    // what its doer needs to know: ids only, never personal data
	DueAt    time.Time // when to run it next
	Attempts int       // runs begun
}
