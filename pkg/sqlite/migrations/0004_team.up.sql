CREATE TABLE invites (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  email           TEXT NOT NULL,
  email_key       TEXT NOT NULL,
  role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  inviter_id      TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  token_hash      BLOB NOT NULL UNIQUE,
  ended           TEXT NOT NULL CHECK (ended IN ('', 'accepted', 'replaced', 'cancelled')),
  mail            TEXT NOT NULL CHECK (mail IN ('queued', 'sent', 'failed')),
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invites_pending ON invites(event_id, email_key) WHERE ended = '';
CREATE INDEX invites_event ON invites(event_id);
CREATE INDEX invites_email ON invites(email_key) WHERE ended = '';
CREATE INDEX invites_expires ON invites(expires_ms);
CREATE INDEX invites_inviter ON invites(inviter_id);
