-- Nothing has written a job before, so the table is made anew.
DROP TABLE jobs;

CREATE TABLE jobs (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL,
  key             TEXT NOT NULL,
  payload         TEXT NOT NULL,
  due_ms          INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  last_error      TEXT NOT NULL,
  done_ms         INTEGER NOT NULL,
  dead            INTEGER NOT NULL CHECK (dead IN (0, 1)),
  created_ms      INTEGER NOT NULL,
  UNIQUE (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs(due_ms, id) WHERE done_ms = 0;
CREATE INDEX jobs_done ON jobs(done_ms) WHERE done_ms > 0;

CREATE TABLE notifications (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('invitation', 'link')),
  generation      INTEGER NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed')),
  address         TEXT NOT NULL,
  detail          TEXT NOT NULL,
  created_ms      INTEGER NOT NULL,
  sent_ms         INTEGER NOT NULL,
  updated_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_event ON notifications(event_id, created_ms, id);
CREATE INDEX notifications_guest ON notifications(guest_id, kind, created_ms);
