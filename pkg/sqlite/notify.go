package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertNotification query = `INSERT INTO notifications
	(id, event_id, guest_id, kind, generation, state, address, detail, created_ms, sent_ms, updated_ms)
	VALUES (?1, ?2, ?3, ?4, ?5, 'queued', '', '', ?6, 0, ?6)`

// InsertNotification adds a message that is queued.
func (tx *Tx) InsertNotification(n doorward.Notification) error {
	_, err := tx.exec(sqlInsertNotification, n.ID, n.EventID, n.Guest.ID, n.Kind, n.Generation, ms(tx.Now))
	return doingError(err, "queueing a message")
}

const notificationColumns = `n.id, n.event_id, n.guest_id, g.name, n.kind, n.generation, n.state,
	CASE n.state WHEN 'queued' THEN g.email ELSE n.address END, n.detail, n.created_ms, n.sent_ms, n.updated_ms
	FROM notifications n JOIN guests g ON g.id = n.guest_id`

func scanNotification(s scanner, n *doorward.Notification) error {
	var created, sent, updated int64
	err := s.Scan(&n.ID, &n.EventID, &n.Guest.ID, &n.Guest.Name, &n.Kind, &n.Generation, &n.State, &n.Address, &n.Detail, &created, &sent, &updated)
	n.CreatedAt, n.SentAt, n.UpdatedAt = fromMS(created), fromMS(sent), fromMS(updated)
	return err
}

const sqlNotification query = "SELECT " + notificationColumns + " WHERE n.id = ?"

// Notification returns a message by id.
func (tx *Tx) Notification(id doorward.NotificationID) (n doorward.Notification, err error) {
	err = tx.row(sqlNotification, func(s scanner) error { return scanNotification(s, &n) }, id)
	return n, notFound(err, "There is no such message.", "reading a message")
}

const sqlNotifications query = "SELECT " + notificationColumns + ` WHERE n.event_id = ?1 AND (n.created_ms, n.id) < (?2, ?3)
	ORDER BY n.created_ms DESC, n.id DESC LIMIT ?4`

// Notifications lists the messages of an event, newest first, after a cursor.
func (tx *Tx) Notifications(event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.Notification], err error) {
	at, id, err := parseTimeCursor(cursor)
	if err != nil {
		return page, err
	}
	err = tx.rows(sqlNotifications, func(s scanner) error {
		var n doorward.Notification
		if err := scanNotification(s, &n); err != nil {
			return err
		}
		if len(page.Items) == limit {
			last := page.Items[limit-1]
			page.Next = timeCursor(ms(last.CreatedAt), string(last.ID))
			return nil
		}
		page.Items = append(page.Items, n)
		return nil
	}, event, at, id, limit+1)
	return page, doingError(err, "listing messages")
}

const sqlGuestNotifications query = `SELECT count(*), coalesce(max(created_ms), 0), coalesce(max(generation), 0) FROM notifications
	WHERE guest_id = ? AND kind = ? AND created_ms > ? AND created_ms <= ?`

// Sent is what a guest was sent of one kind in a stretch of time.
type Sent struct {
	Count      int
	LastAt     time.Time
	Generation int // the highest of them
}

// SentSince counts the messages of a kind to a guest after a time and up to now. Later rows, which only a clock that
// was set back can leave, do not count.
func (tx *Tx) SentSince(guest doorward.GuestID, kind doorward.NotificationKind, after time.Time) (sent Sent, err error) {
	err = tx.row(sqlGuestNotifications, func(s scanner) error {
		var last int64
		err := s.Scan(&sent.Count, &last, &sent.Generation)
		sent.LastAt = fromMS(last)
		return err
	}, guest, kind, ms(after), ms(tx.Now))
	return sent, doingError(err, "counting messages")
}

const (
	sqlMarkSent query = "UPDATE notifications SET state = 'sent', address = ?2, sent_ms = ?3, updated_ms = ?3 WHERE id = ?1"
	sqlLinkSent query = "UPDATE tokens SET sent_ms = ?3 WHERE guest_id = ?1 AND generation = ?2"
	sqlMarkEnd  query = `UPDATE notifications SET state = ?2, detail = ?3, updated_ms = ?4,
		address = (SELECT email FROM guests WHERE id = guest_id) WHERE id = ?1 AND state = 'queued'`
)

const sqlRequeueSuppressed query = `UPDATE notifications SET state = 'queued', address = '', detail = '', updated_ms = ?3
	WHERE event_id = ?1 AND state = 'suppressed' AND updated_ms >= ?2 RETURNING id`

// RequeueSuppressed queues the messages of an event again that were suppressed since a time. Their jobs are to be repeated.
func (tx *Tx) RequeueSuppressed(event doorward.EventID, since time.Time) (ids []doorward.NotificationID, err error) {
	err = tx.rows(sqlRequeueSuppressed, func(s scanner) error {
		var id doorward.NotificationID
		err := s.Scan(&id)
		ids = append(ids, id)
		return err
	}, event, ms(since), ms(tx.Now))
	return ids, doingError(err, "queueing messages again")
}

// MarkLinkSent stores that the link of a generation was handed out by a host.
func (tx *Tx) MarkLinkSent(guest doorward.GuestID, generation int) error {
	_, err := tx.exec(sqlLinkSent, guest, generation, ms(tx.Now))
	return doingError(err, "marking a link as sent")
}

const sqlLinkUnsent query = `UPDATE tokens SET sent_ms = coalesce((SELECT max(n.sent_ms) FROM notifications n
	WHERE n.guest_id = tokens.guest_id AND n.generation = tokens.generation), 0) WHERE guest_id = ?`

// UnmarkLinkSent takes back that a guest's link was handed out by a host. Of one that was mailed as well, that stays.
func (tx *Tx) UnmarkLinkSent(guest doorward.GuestID) error {
	_, err := tx.exec(sqlLinkUnsent, guest)
	return doingError(err, "marking a link as not sent")
}

// MarkSent stores where a message with the link of n.Generation went, and that this link was sent.
func (tx *Tx) MarkSent(n doorward.Notification) error {
	_, err := tx.exec(sqlMarkSent, n.ID, n.Address, ms(tx.Now))
	if err == nil {
		_, err = tx.exec(sqlLinkSent, n.Guest.ID, n.Generation, ms(tx.Now))
	}
	return doingError(err, "marking a message as sent")
}

// MarkUnsent ends a message that was queued: failed or suppressed, and why.
func (tx *Tx) MarkUnsent(id doorward.NotificationID, state doorward.NotificationState, detail string) error {
	_, err := tx.exec(sqlMarkEnd, id, state, detail, ms(tx.Now))
	return doingError(err, "marking a message as not sent")
}
