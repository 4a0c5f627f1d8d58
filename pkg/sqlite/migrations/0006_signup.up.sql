CREATE TABLE account_requests (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL CHECK (kind IN ('sign_up', 'reset', 'replay', 'locked')),
  email           TEXT NOT NULL,
  email_key       TEXT NOT NULL,
  name            TEXT NOT NULL,
  password_hash   TEXT NOT NULL,
  terms_version   TEXT NOT NULL,
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_requests_email ON account_requests(email_key, kind, created_ms);
CREATE INDEX account_requests_expires ON account_requests(expires_ms);
