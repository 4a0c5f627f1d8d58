-- What is still to be sent is lost on the way back: the older program could not send it.
DROP TABLE notifications;
DROP TABLE jobs;

CREATE TABLE jobs (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL,
  payload         TEXT NOT NULL,
  run_at_ms       INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  lease_until_ms  INTEGER NOT NULL,
  last_error      TEXT NOT NULL,
  done_ms         INTEGER NOT NULL,
  created_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs(run_at_ms, id) WHERE done_ms = 0;
CREATE INDEX jobs_done ON jobs(done_ms) WHERE done_ms > 0;
