-- The first schema. schema.sql says what each column means.
CREATE TABLE users (
  id              TEXT PRIMARY KEY,
  email           TEXT NOT NULL,
  email_key       TEXT NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  password_hash   TEXT NOT NULL,
  email_verified  INTEGER NOT NULL,
  terms_version   TEXT NOT NULL,
  created_ms      INTEGER NOT NULL,
  updated_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  id              TEXT PRIMARY KEY,
  user_id         TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  counter         INTEGER NOT NULL,
  rotated_ms      INTEGER NOT NULL,
  user_agent      TEXT NOT NULL,
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expires ON sessions(expires_ms);
CREATE TABLE events (
  id                TEXT PRIMARY KEY,
  name              TEXT NOT NULL,
  description       TEXT NOT NULL,
  venue             TEXT NOT NULL,
  starts_ms         INTEGER NOT NULL,
  ends_ms           INTEGER NOT NULL,
  timezone          TEXT NOT NULL,
  capacity          INTEGER NOT NULL,
  default_plus_ones INTEGER NOT NULL,
  rsvp_deadline_ms  INTEGER NOT NULL,
  state             TEXT NOT NULL CHECK (state IN ('open', 'closed', 'archived')),
  band_medium       INTEGER NOT NULL,
  band_high         INTEGER NOT NULL,
  band_block        INTEGER NOT NULL,
  allowlist_seq     INTEGER NOT NULL,
  count_guests      INTEGER NOT NULL DEFAULT 0,
  count_invited     INTEGER NOT NULL DEFAULT 0,
  count_opened      INTEGER NOT NULL DEFAULT 0,
  count_attending   INTEGER NOT NULL DEFAULT 0,
  count_declined    INTEGER NOT NULL DEFAULT 0,
  count_waitlisted  INTEGER NOT NULL DEFAULT 0,
  heads_expected    INTEGER NOT NULL DEFAULT 0,
  heads_inside      INTEGER NOT NULL DEFAULT 0,
  created_ms        INTEGER NOT NULL,
  updated_ms        INTEGER NOT NULL,
  CHECK (1 <= band_medium AND band_medium < band_high AND band_high < band_block AND band_block <= 100)
) STRICT, WITHOUT ROWID;
CREATE TABLE collaborators (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  user_id         TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  since_ms        INTEGER NOT NULL,
  PRIMARY KEY (event_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collaborators_user ON collaborators(user_id, event_id);
CREATE TABLE guests (
  id               TEXT PRIMARY KEY,
  event_id         TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  name             TEXT NOT NULL,
  name_key         TEXT NOT NULL,
  email            TEXT NOT NULL,
  email_key        TEXT,
  phone            TEXT NOT NULL,
  party_size       INTEGER NOT NULL CHECK (party_size >= 1),
  tags             TEXT NOT NULL,
  note             TEXT NOT NULL,
  rsvp_status      TEXT NOT NULL CHECK (rsvp_status IN ('none', 'attending', 'declined', 'maybe', 'waitlisted')),
  plus_ones        INTEGER NOT NULL CHECK (plus_ones >= 0),
  invitation_state TEXT NOT NULL CHECK (invitation_state IN ('none', 'issued', 'revoked')),
  opened_ms        INTEGER NOT NULL,
  risk_band        TEXT NOT NULL,
  risk_score       INTEGER NOT NULL,
  heads_inside     INTEGER NOT NULL CHECK (heads_inside >= 0),
  first_in_ms      INTEGER NOT NULL,
  last_in_ms       INTEGER NOT NULL,
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  UNIQUE (event_id, email_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX guests_name   ON guests(event_id, name_key, id);
CREATE INDEX guests_status ON guests(event_id, rsvp_status, name_key, id);
CREATE INDEX guests_band   ON guests(event_id, risk_band, name_key, id);
CREATE TABLE guest_terms (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('name', 'contact')),
  term            TEXT NOT NULL,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  PRIMARY KEY (event_id, kind, term, guest_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_terms_guest ON guest_terms(guest_id);
CREATE TRIGGER guests_count_insert AFTER INSERT ON guests BEGIN
  UPDATE events SET
    count_guests     = count_guests + 1,
    count_invited    = count_invited + (new.invitation_state = 'issued'),
    count_opened     = count_opened + (new.opened_ms > 0),
    count_attending  = count_attending + (new.rsvp_status = 'attending'),
    count_declined   = count_declined + (new.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted + (new.rsvp_status = 'waitlisted'),
    heads_expected   = heads_expected + (new.rsvp_status = 'attending') * (1 + new.plus_ones),
    heads_inside     = heads_inside + new.heads_inside
  WHERE id = new.event_id;
END;
CREATE TRIGGER guests_count_delete AFTER DELETE ON guests BEGIN
  UPDATE events SET
    count_guests     = count_guests - 1,
    count_invited    = count_invited - (old.invitation_state = 'issued'),
    count_opened     = count_opened - (old.opened_ms > 0),
    count_attending  = count_attending - (old.rsvp_status = 'attending'),
    count_declined   = count_declined - (old.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted - (old.rsvp_status = 'waitlisted'),
    heads_expected   = heads_expected - (old.rsvp_status = 'attending') * (1 + old.plus_ones),
    heads_inside     = heads_inside - old.heads_inside
  WHERE id = old.event_id;
END;
CREATE TRIGGER guests_count_update AFTER UPDATE OF rsvp_status, plus_ones, invitation_state, opened_ms, heads_inside ON guests BEGIN
  UPDATE events SET
    count_invited    = count_invited + (new.invitation_state = 'issued') - (old.invitation_state = 'issued'),
    count_opened     = count_opened + (new.opened_ms > 0) - (old.opened_ms > 0),
    count_attending  = count_attending + (new.rsvp_status = 'attending') - (old.rsvp_status = 'attending'),
    count_declined   = count_declined + (new.rsvp_status = 'declined') - (old.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted + (new.rsvp_status = 'waitlisted') - (old.rsvp_status = 'waitlisted'),
    heads_expected   = heads_expected + (new.rsvp_status = 'attending') * (1 + new.plus_ones)
                                      - (old.rsvp_status = 'attending') * (1 + old.plus_ones),
    heads_inside     = heads_inside + new.heads_inside - old.heads_inside
  WHERE id = new.event_id;
END;
CREATE TABLE tokens (
  guest_id        TEXT PRIMARY KEY REFERENCES guests(id) ON DELETE CASCADE,
  generation      INTEGER NOT NULL CHECK (generation >= 1),
  revoked_ms      INTEGER NOT NULL,
  issued_ms       INTEGER NOT NULL,
  sent_ms         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rsvps (
  guest_id        TEXT PRIMARY KEY REFERENCES guests(id) ON DELETE CASCADE,
  companions      TEXT NOT NULL,
  answers         TEXT NOT NULL,
  message         TEXT NOT NULL,
  answered_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE access_logs (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  at_ms           INTEGER NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('open', 'rsvp', 'scan')),
  class           TEXT NOT NULL,
  score           INTEGER NOT NULL,
  band            TEXT NOT NULL,
  action          TEXT NOT NULL,
  capped          INTEGER NOT NULL,
  evaluated       INTEGER NOT NULL,
  reasons         TEXT NOT NULL,
  ip              TEXT NOT NULL,
  signals         TEXT NOT NULL,
  cookie_hash     TEXT NOT NULL,
  issued_hash     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_logs_event ON access_logs(event_id, at_ms, id);
CREATE INDEX access_logs_band  ON access_logs(event_id, band, at_ms, id);
CREATE INDEX access_logs_guest ON access_logs(guest_id, at_ms, id);
CREATE TABLE activity (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('access', 'rsvp', 'checkin', 'guest', 'event')),
  guest_id        TEXT,
  at_ms           INTEGER NOT NULL,
  data            TEXT NOT NULL
) STRICT;
CREATE INDEX activity_event ON activity(event_id, id);
CREATE INDEX activity_guest ON activity(guest_id, id) WHERE guest_id IS NOT NULL;
CREATE TABLE allowlist (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  cidr            TEXT NOT NULL,
  note            TEXT NOT NULL,
  added_ms        INTEGER NOT NULL,
  PRIMARY KEY (event_id, cidr)
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  entrance        TEXT NOT NULL,
  scopes          TEXT NOT NULL,
  code_hash       BLOB UNIQUE,
  code_expires_ms INTEGER NOT NULL,
  token_hash      BLOB UNIQUE,
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL,
  paired_ms       INTEGER NOT NULL,
  seen_ms         INTEGER NOT NULL,
  revoked_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_event ON devices(event_id, created_ms, id);
CREATE TABLE checkins (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT REFERENCES guests(id) ON DELETE CASCADE,
  source          TEXT NOT NULL,
  nonce           TEXT NOT NULL,
  entrance        TEXT NOT NULL,
  direction       TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  heads           INTEGER NOT NULL CHECK (heads >= 0),
  at_ms           INTEGER NOT NULL,
  received_ms     INTEGER NOT NULL,
  outcome         TEXT NOT NULL CHECK (outcome IN ('admitted', 'refused')),
  reason          TEXT NOT NULL,
  override        INTEGER NOT NULL,
  conflict        INTEGER NOT NULL,
  inside_after    INTEGER NOT NULL,
  undone_ms       INTEGER NOT NULL,
  UNIQUE (event_id, source, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkins_event ON checkins(event_id, at_ms, id);
CREATE INDEX checkins_guest ON checkins(guest_id, at_ms, id);
CREATE TABLE entrances (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  entrance        TEXT NOT NULL,
  heads_in        INTEGER NOT NULL,
  heads_out       INTEGER NOT NULL,
  PRIMARY KEY (event_id, entrance)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER checkins_count_insert AFTER INSERT ON checkins WHEN new.outcome = 'admitted' AND new.undone_ms = 0 BEGIN
  INSERT INTO entrances (event_id, entrance, heads_in, heads_out)
  VALUES (new.event_id, new.entrance, (new.direction = 'in') * new.heads, (new.direction = 'out') * new.heads)
  ON CONFLICT DO UPDATE SET heads_in = heads_in + excluded.heads_in, heads_out = heads_out + excluded.heads_out;
END;
CREATE TRIGGER checkins_count_undo AFTER UPDATE OF undone_ms ON checkins
WHEN old.outcome = 'admitted' AND old.undone_ms = 0 AND new.undone_ms > 0 BEGIN
  UPDATE entrances SET
    heads_in  = heads_in - (old.direction = 'in') * old.heads,
    heads_out = heads_out - (old.direction = 'out') * old.heads
  WHERE event_id = old.event_id AND entrance = old.entrance;
END;
CREATE TRIGGER checkins_count_delete AFTER DELETE ON checkins WHEN old.outcome = 'admitted' AND old.undone_ms = 0 BEGIN
  UPDATE entrances SET
    heads_in  = heads_in - (old.direction = 'in') * old.heads,
    heads_out = heads_out - (old.direction = 'out') * old.heads
  WHERE event_id = old.event_id AND entrance = old.entrance;
END;
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
