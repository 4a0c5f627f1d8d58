CREATE TABLE recovery (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  public_key      BLOB NOT NULL,
  made_ms         INTEGER NOT NULL
) STRICT;

CREATE TABLE link_keys (
  id              INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 15),
  fingerprint     BLOB NOT NULL,
  sealed          BLOB NOT NULL
) STRICT;
