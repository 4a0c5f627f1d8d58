-- Hosts' verdicts, and what is learned from them.
ALTER TABLE access_logs ADD COLUMN if_known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_logs ADD COLUMN link INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_logs ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]';
CREATE TABLE verdicts (
  access_id       TEXT PRIMARY KEY REFERENCES access_logs(id) ON DELETE CASCADE,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  opinion         TEXT NOT NULL CHECK (opinion IN ('legitimate', 'suspicious')),
  note            TEXT NOT NULL,
  by_name         TEXT NOT NULL,
  at_ms           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_event ON verdicts(event_id, at_ms, access_id);
CREATE INDEX verdicts_at    ON verdicts(at_ms, access_id);
CREATE TABLE models (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms           INTEGER NOT NULL,
  origin          TEXT NOT NULL CHECK (origin IN ('learned', 'reverted')),
  weights         TEXT NOT NULL,
  fit             TEXT NOT NULL
) STRICT;
