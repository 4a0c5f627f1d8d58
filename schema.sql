-- The schema of DATA/doorward.db. This file is canonical: edit it first, then add the migration that carries an
-- older database here (pkg/sqlite/migrations) and run make gen. Tests prove that both ways end in the same schema.
--
-- Conventions: every table is STRICT. Times are *_ms, milliseconds since 1970 UTC; 0 means "not yet". Ids are text
-- with the prefix of their noun. JSON columns say what they hold. Secrets are never stored, only SHA-256 of them.

-- People with an account.
CREATE TABLE users (
  id              TEXT PRIMARY KEY,             -- usr_…
  email           TEXT NOT NULL,                -- as typed, trimmed
  email_key       TEXT NOT NULL UNIQUE,         -- lower case; what is compared
  name            TEXT NOT NULL,
  password_hash   TEXT NOT NULL,                -- PHC string, Argon2id; '' until the set-password link is used
  email_verified  INTEGER NOT NULL,             -- 0 or 1
  terms_version   TEXT NOT NULL,                -- '' when none was accepted
  created_ms      INTEGER NOT NULL,
  updated_ms      INTEGER NOT NULL,
  administrator   INTEGER NOT NULL DEFAULT 0 CHECK (administrator IN (0, 1)) -- 1: the first account, which may look after the box
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_administrator ON users(administrator) WHERE administrator = 1;

-- Signed-in browsers. A row is a family of refresh tokens; the tokens are computed, see package account.
CREATE TABLE sessions (
  id              TEXT PRIMARY KEY,             -- ses_…
  user_id         TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  counter         INTEGER NOT NULL,             -- number of the refresh token that is valid now
  rotated_ms      INTEGER NOT NULL,             -- when counter last grew
  user_agent      TEXT NOT NULL,                -- for the list of devices signed in
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expires ON sessions(expires_ms);

-- Sign-ins that failed since the last that did not, by the address that was tried, whether it has an account or not.
CREATE TABLE failed_sign_ins (
  id              INTEGER PRIMARY KEY,          -- in the order of the last failure; only the newest are kept
  address_hash    BLOB NOT NULL UNIQUE,         -- keyed, see package account: what strangers type is not kept
  failures        INTEGER NOT NULL
) STRICT;

-- What hashing a password costs: one row, measured when the first is hashed. The same for all, so that an address
-- without an account takes as long as one with.
CREATE TABLE password_cost (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  memory_kib      INTEGER NOT NULL,
  passes          INTEGER NOT NULL
) STRICT;

-- What was asked for by an address alone, signing up or a new password, until it is used or its time is over. A row is
-- written alike whoever the address belongs to; its job looks at that later. The link in the mail is computed from id.
-- A replay is our own: its owner is to be told of a copied sign-in.
CREATE TABLE account_requests (
  id              TEXT PRIMARY KEY,             -- req_…
  kind            TEXT NOT NULL CHECK (kind IN ('sign_up', 'reset', 'replay', 'locked')),
  email           TEXT NOT NULL,                -- as typed, trimmed
  email_key       TEXT NOT NULL,                -- lower case; what is compared
  name            TEXT NOT NULL,                -- of a sign_up, as are the next two; '' otherwise
  password_hash   TEXT NOT NULL,                -- PHC string, Argon2id
  terms_version   TEXT NOT NULL,                -- accepted with the form
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_requests_email ON account_requests(email_key, kind, created_ms);
CREATE INDEX account_requests_expires ON account_requests(expires_ms);

-- Parties. The count columns are kept by the triggers on guests below and by nothing else.
CREATE TABLE events (
  id                TEXT PRIMARY KEY,           -- evt_…
  name              TEXT NOT NULL,
  description       TEXT NOT NULL,
  venue             TEXT NOT NULL,
  starts_ms         INTEGER NOT NULL,
  ends_ms           INTEGER NOT NULL,
  timezone          TEXT NOT NULL,              -- IANA name
  capacity          INTEGER NOT NULL,           -- heads; 0 is no limit
  default_plus_ones INTEGER NOT NULL,
  rsvp_deadline_ms  INTEGER NOT NULL,
  state             TEXT NOT NULL CHECK (state IN ('open', 'closed', 'archived')),
  band_medium       INTEGER NOT NULL,           -- thresholds, 1–100, ascending
  band_high         INTEGER NOT NULL,
  band_block        INTEGER NOT NULL,
  allowlist_seq     INTEGER NOT NULL,           -- grows with every change of the event's allowlist
  count_guests      INTEGER NOT NULL DEFAULT 0,
  count_invited     INTEGER NOT NULL DEFAULT 0, -- guests with a live link
  count_opened      INTEGER NOT NULL DEFAULT 0, -- guests whose link a person opened
  count_attending   INTEGER NOT NULL DEFAULT 0,
  count_declined    INTEGER NOT NULL DEFAULT 0,
  count_waitlisted  INTEGER NOT NULL DEFAULT 0,
  heads_expected    INTEGER NOT NULL DEFAULT 0, -- attending guests and their plus-ones
  heads_inside      INTEGER NOT NULL DEFAULT 0,
  created_ms        INTEGER NOT NULL,
  updated_ms        INTEGER NOT NULL,
  waitlist          INTEGER NOT NULL DEFAULT 0 CHECK (waitlist IN (0, 1)), -- 1: who finds no place may wait for one
  questions         TEXT NOT NULL DEFAULT '[]', -- JSON array of doorward.Question, in the order they are asked
  deleted_ms        INTEGER NOT NULL DEFAULT 0 CHECK (deleted_ms >= 0), -- 0 while it is there; 1: nobody can bring it back, see Tx.DiscardEvent
  count_maybe       INTEGER NOT NULL DEFAULT 0,
  count_inside      INTEGER NOT NULL DEFAULT 0, -- guests of whom somebody is inside
  count_low         INTEGER NOT NULL DEFAULT 0, -- guests by the band of their newest scored access
  count_medium      INTEGER NOT NULL DEFAULT 0,
  count_high        INTEGER NOT NULL DEFAULT 0,
  count_block       INTEGER NOT NULL DEFAULT 0,
  CHECK (1 <= band_medium AND band_medium < band_high AND band_high < band_block AND band_block <= 100)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_deleted ON events(deleted_ms) WHERE deleted_ms > 0;

-- Who may do what on an event.
CREATE TABLE collaborators (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  user_id         TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  since_ms        INTEGER NOT NULL,
  PRIMARY KEY (event_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collaborators_user ON collaborators(user_id, event_id);

-- Invitations to work on an event, mailed to an address. The token is computed and never stored (package team); a row that
-- ended stays for a while, so that its link can say why it is of no use.
CREATE TABLE invites (
  id              TEXT PRIMARY KEY,             -- inv_…
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  email           TEXT NOT NULL,                -- as typed, trimmed
  email_key       TEXT NOT NULL,                -- lower case; what is compared
  role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  inviter_id      TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  token_hash      BLOB NOT NULL UNIQUE,         -- SHA-256 of the token
  ended           TEXT NOT NULL CHECK (ended IN ('', 'accepted', 'replaced', 'cancelled')), -- '' while it can be accepted
  mail            TEXT NOT NULL CHECK (mail IN ('queued', 'sent', 'failed')),
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invites_pending ON invites(event_id, email_key) WHERE ended = '';
CREATE INDEX invites_event ON invites(event_id);
CREATE INDEX invites_email ON invites(email_key) WHERE ended = '';
CREATE INDEX invites_expires ON invites(expires_ms);
CREATE INDEX invites_inviter ON invites(inviter_id);

-- Invited people and households, with the state that lists show.
CREATE TABLE guests (
  id               TEXT PRIMARY KEY,            -- gst_…; the ten bytes behind it are in every token
  event_id         TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  name             TEXT NOT NULL,
  name_key         TEXT NOT NULL,               -- folded: lower case, no accents, apostrophes and hyphens; sorts and is searched
  email            TEXT NOT NULL,               -- '' when unknown
  email_key        TEXT,                        -- lower case; NULL when unknown, so that UNIQUE lets many be
  phone            TEXT NOT NULL,               -- E.164, '' when unknown
  party_size       INTEGER NOT NULL CHECK (party_size >= 1),
  tags             TEXT NOT NULL,               -- JSON array of strings
  note             TEXT NOT NULL,
  rsvp_status      TEXT NOT NULL CHECK (rsvp_status IN ('none', 'attending', 'declined', 'maybe', 'waitlisted')),
  plus_ones        INTEGER NOT NULL CHECK (plus_ones >= 0),
  invitation_state TEXT NOT NULL CHECK (invitation_state IN ('none', 'issued', 'revoked')),
  opened_ms        INTEGER NOT NULL,            -- first open by a person
  risk_band        TEXT NOT NULL,               -- of the newest scored access; '' when there was none
  risk_score       INTEGER NOT NULL,
  heads_inside     INTEGER NOT NULL CHECK (heads_inside >= 0),
  first_in_ms      INTEGER NOT NULL,
  last_in_ms       INTEGER NOT NULL,
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  waitlist_seq     INTEGER NOT NULL DEFAULT 0,  -- place in the queue, the lowest is next; 0 unless waitlisted
  UNIQUE (event_id, email_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX guests_name   ON guests(event_id, name_key, id);
CREATE INDEX guests_status ON guests(event_id, rsvp_status, name_key, id);
CREATE INDEX guests_band   ON guests(event_id, risk_band, name_key, id);
CREATE UNIQUE INDEX guests_waitlist ON guests(event_id, waitlist_seq) WHERE waitlist_seq > 0;
CREATE INDEX guests_inside ON guests(event_id, name_key, id) WHERE heads_inside > 0;

-- What a search may find a guest by: folded words of the name, the e-mail address, the phone's digits, and those that are
-- dialled at home.
CREATE TABLE guest_terms (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('name', 'contact')), -- the door may search names alone
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
    count_maybe      = count_maybe + (new.rsvp_status = 'maybe'),
    count_declined   = count_declined + (new.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted + (new.rsvp_status = 'waitlisted'),
    count_inside     = count_inside + (new.heads_inside > 0),
    count_low        = count_low + (new.risk_band = 'low'),
    count_medium     = count_medium + (new.risk_band = 'medium'),
    count_high       = count_high + (new.risk_band = 'high'),
    count_block      = count_block + (new.risk_band = 'block'),
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
    count_maybe      = count_maybe - (old.rsvp_status = 'maybe'),
    count_declined   = count_declined - (old.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted - (old.rsvp_status = 'waitlisted'),
    count_inside     = count_inside - (old.heads_inside > 0),
    count_low        = count_low - (old.risk_band = 'low'),
    count_medium     = count_medium - (old.risk_band = 'medium'),
    count_high       = count_high - (old.risk_band = 'high'),
    count_block      = count_block - (old.risk_band = 'block'),
    heads_expected   = heads_expected - (old.rsvp_status = 'attending') * (1 + old.plus_ones),
    heads_inside     = heads_inside - old.heads_inside
  WHERE id = old.event_id;
END;

CREATE TRIGGER guests_count_update AFTER UPDATE OF rsvp_status, plus_ones, invitation_state, opened_ms, heads_inside ON guests BEGIN
  UPDATE events SET
    count_invited    = count_invited + (new.invitation_state = 'issued') - (old.invitation_state = 'issued'),
    count_opened     = count_opened + (new.opened_ms > 0) - (old.opened_ms > 0),
    count_attending  = count_attending + (new.rsvp_status = 'attending') - (old.rsvp_status = 'attending'),
    count_maybe      = count_maybe + (new.rsvp_status = 'maybe') - (old.rsvp_status = 'maybe'),
    count_declined   = count_declined + (new.rsvp_status = 'declined') - (old.rsvp_status = 'declined'),
    count_waitlisted = count_waitlisted + (new.rsvp_status = 'waitlisted') - (old.rsvp_status = 'waitlisted'),
    count_inside     = count_inside + (new.heads_inside > 0) - (old.heads_inside > 0),
    heads_expected   = heads_expected + (new.rsvp_status = 'attending') * (1 + new.plus_ones)
                                      - (old.rsvp_status = 'attending') * (1 + old.plus_ones),
    heads_inside     = heads_inside + new.heads_inside - old.heads_inside
  WHERE id = new.event_id;
END;

CREATE TRIGGER guests_count_band AFTER UPDATE OF risk_band ON guests WHEN new.risk_band <> old.risk_band BEGIN
  UPDATE events SET
    count_low    = count_low + (new.risk_band = 'low') - (old.risk_band = 'low'),
    count_medium = count_medium + (new.risk_band = 'medium') - (old.risk_band = 'medium'),
    count_high   = count_high + (new.risk_band = 'high') - (old.risk_band = 'high'),
    count_block  = count_block + (new.risk_band = 'block') - (old.risk_band = 'block')
  WHERE id = new.event_id;
END;

-- The tags of guests once more, to list those who have one by name. Kept by the triggers below and by nothing else.
CREATE TABLE guest_tags (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  tag             TEXT NOT NULL,                -- as it is written: two that differ in case are two
  name_key        TEXT NOT NULL,                -- the guest's
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  PRIMARY KEY (event_id, tag, name_key, guest_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_tags_guest ON guest_tags(guest_id);

-- How many guests have each tag; none has no row. Kept by the triggers on guest_tags.
CREATE TABLE tag_counts (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  tag             TEXT NOT NULL,
  guests          INTEGER NOT NULL,
  PRIMARY KEY (event_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER guests_tag_insert AFTER INSERT ON guests WHEN new.tags <> '[]' BEGIN
  INSERT INTO guest_tags SELECT DISTINCT new.event_id, value, new.name_key, new.id FROM json_each(new.tags);
END;

CREATE TRIGGER guests_tag_update AFTER UPDATE OF name_key, tags ON guests
WHEN new.tags <> old.tags OR new.name_key <> old.name_key AND new.tags <> '[]' BEGIN
  DELETE FROM guest_tags WHERE guest_id = old.id;
  INSERT INTO guest_tags SELECT DISTINCT new.event_id, value, new.name_key, new.id FROM json_each(new.tags);
END;

CREATE TRIGGER guest_tags_count_insert AFTER INSERT ON guest_tags BEGIN
  INSERT INTO tag_counts VALUES (new.event_id, new.tag, 1) ON CONFLICT DO UPDATE SET guests = guests + 1;
END;

CREATE TRIGGER guest_tags_count_delete AFTER DELETE ON guest_tags BEGIN
  UPDATE tag_counts SET guests = guests - 1 WHERE event_id = old.event_id AND tag = old.tag;
  DELETE FROM tag_counts WHERE event_id = old.event_id AND tag = old.tag AND guests = 0;
END;

-- The link of a guest: which generation is live. Never the token, which is computed (package token).
CREATE TABLE tokens (
  guest_id        TEXT PRIMARY KEY REFERENCES guests(id) ON DELETE CASCADE,
  generation      INTEGER NOT NULL CHECK (generation >= 1),
  revoked_ms      INTEGER NOT NULL,             -- 0 while the link works
  issued_ms       INTEGER NOT NULL,
  sent_ms         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The current answer of a guest; status and plus-ones are in guests.
CREATE TABLE rsvps (
  guest_id        TEXT PRIMARY KEY REFERENCES guests(id) ON DELETE CASCADE,
  companions      TEXT NOT NULL,                -- JSON array of names
  answers         TEXT NOT NULL,                -- JSON object, question to answer; see doorward.RSVP
  message         TEXT NOT NULL,
  answered_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every use of a link by an address, with what the engine thought of it. Holds personal data (ip, signals).
CREATE TABLE access_logs (
  id              TEXT PRIMARY KEY,             -- acc_…
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  at_ms           INTEGER NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('open', 'rsvp', 'scan')),
  class           TEXT NOT NULL,
  score           INTEGER NOT NULL,
  band            TEXT NOT NULL,
  action          TEXT NOT NULL,
  capped          INTEGER NOT NULL,             -- 0 or 1
  evaluated       INTEGER NOT NULL,             -- 0 when the engine failed and the access was let through
  reasons         TEXT NOT NULL,                -- JSON array of {code, points, text}
  ip              TEXT NOT NULL,
  signals         TEXT NOT NULL,                -- JSON, doorward.Signals
  cookie_hash     TEXT NOT NULL,                -- SHA-256 of the first-party cookie presented, hex; '' when none
  issued_hash     TEXT NOT NULL,                -- SHA-256 of the one that the answer set
  if_known        INTEGER NOT NULL DEFAULT 0,   -- the score if the device were known as the guest's
  link            INTEGER NOT NULL DEFAULT 0,   -- generation of the link that was used; see tokens
  evidence        TEXT NOT NULL DEFAULT '[]',   -- JSON array of log-odds by fraud.Family; [] when not evaluated
  seq             INTEGER NOT NULL DEFAULT 0    -- grows with every access of the event: the order they came in
) STRICT, WITHOUT ROWID;
CREATE INDEX access_logs_event ON access_logs(event_id, at_ms, id);
CREATE INDEX access_logs_band  ON access_logs(event_id, band, at_ms, id);
CREATE INDEX access_logs_guest ON access_logs(guest_id, at_ms, id);
CREATE INDEX access_logs_seq   ON access_logs(event_id, seq);

-- What hosts said of accesses. The newest word on an access counts.
CREATE TABLE verdicts (
  access_id       TEXT PRIMARY KEY REFERENCES access_logs(id) ON DELETE CASCADE,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  opinion         TEXT NOT NULL CHECK (opinion IN ('legitimate', 'suspicious')),
  note            TEXT NOT NULL,
  by_name         TEXT NOT NULL,                -- the host's, as it was
  at_ms           INTEGER NOT NULL,
  after_seq       INTEGER NOT NULL DEFAULT 0,   -- of the event's newest access when it was given
  by_user         TEXT NOT NULL DEFAULT ''      -- the host's id; '' of before it was kept
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_event ON verdicts(event_id, at_ms, access_id);
CREATE INDEX verdicts_at    ON verdicts(at_ms, access_id);

-- What the engine learned from the verdicts of all events. The newest row is what it judges by; none is the default.
CREATE TABLE models (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms           INTEGER NOT NULL,
  origin          TEXT NOT NULL CHECK (origin IN ('learned', 'reverted')),
  weights         TEXT NOT NULL,                -- JSON, fraud.Model
  fit             TEXT NOT NULL                 -- JSON, fraud.Fit: the figures before and after; {} when reverted
) STRICT;

-- The history of an event. The id is the cursor of the live stream: it grows with every commit and is never reused.
CREATE TABLE activity (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('access', 'rsvp', 'checkin', 'guest', 'event')),
  guest_id        TEXT,                         -- whom it is about, for the timeline of a guest; outlives the guest
  at_ms           INTEGER NOT NULL,
  data            TEXT NOT NULL                 -- JSON, one of doorward's …Activity types
) STRICT;
CREATE INDEX activity_event ON activity(event_id, id);
CREATE INDEX activity_guest ON activity(guest_id, id) WHERE guest_id IS NOT NULL;

-- Networks whose accesses are never scored.
CREATE TABLE allowlist (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  cidr            TEXT NOT NULL,                -- canonical, see package cidr
  note            TEXT NOT NULL,
  added_ms        INTEGER NOT NULL,
  PRIMARY KEY (event_id, cidr)
) STRICT, WITHOUT ROWID;

-- Phones and tablets at the entrances.
CREATE TABLE devices (
  id              TEXT PRIMARY KEY,             -- dev_…
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  entrance        TEXT NOT NULL,
  scopes          TEXT NOT NULL,                -- JSON array of strings
  code_hash       BLOB UNIQUE,                  -- SHA-256 of the pairing code; NULL once it was used
  code_expires_ms INTEGER NOT NULL,
  token_hash      BLOB UNIQUE,                  -- SHA-256 of the device's token; NULL until it is paired
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL,             -- 0: with the event
  paired_ms       INTEGER NOT NULL,
  seen_ms         INTEGER NOT NULL,             -- to the minute, so that a quiet door writes nothing
  revoked_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_event ON devices(event_id, created_ms, id);

-- The ledger of the doors: every attempt to move heads in or out, admitted or refused. Rows are never deleted while
-- the event lives; undo marks.
CREATE TABLE checkins (
  id              TEXT PRIMARY KEY,             -- chk_…
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT REFERENCES guests(id) ON DELETE CASCADE, -- NULL when the token named no guest of the event
  source          TEXT NOT NULL,                -- the device's or the user's id
  nonce           TEXT NOT NULL,                -- chosen by the source; the same nonce on the same event is the same row
  entrance        TEXT NOT NULL,
  direction       TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  heads           INTEGER NOT NULL CHECK (heads >= 0), -- 0 on a refused row
  at_ms           INTEGER NOT NULL,             -- the scan's own time; the ledger is ordered by it
  received_ms     INTEGER NOT NULL,
  outcome         TEXT NOT NULL CHECK (outcome IN ('admitted', 'refused')),
  reason          TEXT NOT NULL,                -- '' when admitted
  override        INTEGER NOT NULL,             -- 0 or 1: admitted in spite of a reason
  conflict        INTEGER NOT NULL,             -- 0 or 1: two doors admitted the same heads unknown to each other
  inside_after    INTEGER NOT NULL,             -- heads of the guest inside after this row, to repeat the answer by
  undone_ms       INTEGER NOT NULL,
  UNIQUE (event_id, source, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkins_event ON checkins(event_id, at_ms, id);
CREATE INDEX checkins_guest ON checkins(guest_id, at_ms, id);

-- Heads through each entrance, kept by the triggers on checkins.
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

-- The durable outbox: work that must happen after a commit, at least once. See package outbox.
CREATE TABLE jobs (
  id              TEXT PRIMARY KEY,             -- job_…
  kind            TEXT NOT NULL,
  key             TEXT NOT NULL,                -- the same key of a kind is the same job
  payload         TEXT NOT NULL,                -- ids only, so that erasure stays possible
  due_ms          INTEGER NOT NULL,             -- when to run next; of one that runs now, when its lease ends
  attempts        INTEGER NOT NULL,             -- runs begun; also who may finish the newest one
  last_error      TEXT NOT NULL,                -- of the last run that failed; '' after success. No personal data
  done_ms         INTEGER NOT NULL,             -- 0 while it is to be done
  dead            INTEGER NOT NULL CHECK (dead IN (0, 1)), -- 1: given up, last_error says why
  created_ms      INTEGER NOT NULL,
  UNIQUE (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs(due_ms, id) WHERE done_ms = 0;
CREATE INDEX jobs_done ON jobs(done_ms) WHERE done_ms > 0;

-- Messages to guests. A row is written with the job that sends it; the text is made when it is sent, and not kept.
CREATE TABLE notifications (
  id              TEXT PRIMARY KEY,             -- ntf_…; also the left part of a mail's Message-ID
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('invitation', 'link', 'place')),
  generation      INTEGER NOT NULL,             -- of the guest's link when this was queued
  state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed')),
  address         TEXT NOT NULL,                -- where it went, personal data; '' while queued: the guest's own counts
  detail          TEXT NOT NULL,                -- why it failed or was suppressed, a sentence for the host
  created_ms      INTEGER NOT NULL,
  sent_ms         INTEGER NOT NULL,
  updated_ms      INTEGER NOT NULL              -- when state last changed
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_event ON notifications(event_id, created_ms, id);
CREATE INDEX notifications_guest ON notifications(guest_id, kind, created_ms);

-- The recovery code, which is not here: one row once a code was made. See package token.
CREATE TABLE recovery (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  public_key      BLOB NOT NULL,                -- derived from the code; link keys are sealed to it
  made_ms         INTEGER NOT NULL
) STRICT;

-- The keys that guests' links are signed with. The keys themselves are in DATA/keys.
CREATE TABLE link_keys (
  id              INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 15),           -- of the key, as in every token
  fingerprint     BLOB NOT NULL,                -- tells the key from another, and nothing about it
  sealed          BLOB NOT NULL                 -- the key, for whoever has the recovery code; x'' when none was made
) STRICT;

-- Restores that were tried, nightly or when asked: what came back, and whether it was right. See package system.
CREATE TABLE drills (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms           INTEGER NOT NULL,
  source          TEXT NOT NULL CHECK (source IN ('replica', 'backup')),
  position        TEXT NOT NULL,                -- up to where the copy went, in the words of its source
  ok              INTEGER NOT NULL CHECK (ok IN (0, 1)),
  result          TEXT NOT NULL,                -- a sentence
  took_ms         INTEGER NOT NULL,
  bytes           INTEGER NOT NULL              -- of the database that came back
) STRICT;
