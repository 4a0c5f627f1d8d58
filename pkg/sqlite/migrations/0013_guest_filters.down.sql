DROP TABLE guest_tags;
DROP TABLE tag_counts;
DROP TRIGGER guests_tag_insert;
DROP TRIGGER guests_tag_update;
DROP TRIGGER guests_count_band;
DROP TRIGGER guests_count_insert;
DROP TRIGGER guests_count_delete;
DROP TRIGGER guests_count_update;
DROP INDEX guests_inside;
ALTER TABLE events DROP COLUMN count_block;
ALTER TABLE events DROP COLUMN count_high;
ALTER TABLE events DROP COLUMN count_medium;
ALTER TABLE events DROP COLUMN count_low;
ALTER TABLE events DROP COLUMN count_inside;
ALTER TABLE events DROP COLUMN count_maybe;
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
