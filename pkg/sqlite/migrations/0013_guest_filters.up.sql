ALTER TABLE events ADD COLUMN count_maybe INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count_inside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count_low INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count_medium INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count_high INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count_block INTEGER NOT NULL DEFAULT 0;
UPDATE events SET
  (count_maybe, count_inside, count_low, count_medium, count_high, count_block) = (SELECT
    coalesce(sum(rsvp_status = 'maybe'), 0), coalesce(sum(heads_inside > 0), 0), coalesce(sum(risk_band = 'low'), 0),
    coalesce(sum(risk_band = 'medium'), 0), coalesce(sum(risk_band = 'high'), 0), coalesce(sum(risk_band = 'block'), 0)
    FROM guests WHERE event_id = events.id);
CREATE INDEX guests_inside ON guests(event_id, name_key, id) WHERE heads_inside > 0;
DROP TRIGGER guests_count_insert;
DROP TRIGGER guests_count_delete;
DROP TRIGGER guests_count_update;
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

CREATE TABLE guest_tags (
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  tag             TEXT NOT NULL,
  name_key        TEXT NOT NULL,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  PRIMARY KEY (event_id, tag, name_key, guest_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_tags_guest ON guest_tags(guest_id);
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
-- With the trigger that counts: the guests there are bring their tags.
INSERT INTO guest_tags SELECT DISTINCT g.event_id, t.value, g.name_key, g.id FROM guests g, json_each(g.tags) t;
