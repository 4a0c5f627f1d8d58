ALTER TABLE events ADD COLUMN waitlist INTEGER NOT NULL DEFAULT 0 CHECK (waitlist IN (0, 1));
ALTER TABLE events ADD COLUMN questions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE guests ADD COLUMN waitlist_seq INTEGER NOT NULL DEFAULT 0;
-- Whoever waited before went back one version and came again: they wait in the order they answered.
UPDATE guests SET waitlist_seq = n.seq FROM (
  SELECT g.id, row_number() OVER (PARTITION BY g.event_id ORDER BY r.answered_ms, g.id) AS seq
  FROM guests g JOIN rsvps r ON r.guest_id = g.id WHERE g.rsvp_status = 'waitlisted'
) AS n WHERE n.id = guests.id;
CREATE UNIQUE INDEX guests_waitlist ON guests(event_id, waitlist_seq) WHERE waitlist_seq > 0;

-- One more kind of message, which takes a new table.
DROP INDEX notifications_event;
DROP INDEX notifications_guest;
ALTER TABLE notifications RENAME TO notifications_before;
CREATE TABLE notifications (
  id              TEXT PRIMARY KEY,
  event_id        TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  guest_id        TEXT NOT NULL REFERENCES guests(id) ON DELETE CASCADE,
  kind            TEXT NOT NULL CHECK (kind IN ('invitation', 'link', 'place')),
  generation      INTEGER NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed')),
  address         TEXT NOT NULL,
  detail          TEXT NOT NULL,
  created_ms      INTEGER NOT NULL,
  sent_ms         INTEGER NOT NULL,
  updated_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO notifications SELECT * FROM notifications_before;
DROP TABLE notifications_before;
CREATE INDEX notifications_event ON notifications(event_id, created_ms, id);
CREATE INDEX notifications_guest ON notifications(guest_id, kind, created_ms);
