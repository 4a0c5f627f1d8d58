CREATE TABLE drills (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms           INTEGER NOT NULL,
  source          TEXT NOT NULL CHECK (source IN ('replica', 'backup')),
  position        TEXT NOT NULL,
  ok              INTEGER NOT NULL CHECK (ok IN (0, 1)),
  result          TEXT NOT NULL,
  took_ms         INTEGER NOT NULL,
  bytes           INTEGER NOT NULL
) STRICT;
