package sqlite

// audit is a statement of Verify that returns what breaks an invariant, a text a row. It reads whole tables on purpose,
// once a night or when asked: it is no query, and the test that refuses scans does not look at it.
type audit string

// invariant is something that is always true of a sound database, between any two commits.
type invariant struct {
	name   string
	about  string
	broken audit
	fine   string // the one row that broken returns when all is well; "": none
}

// orphans is the invariant of a reference: each row's parent is there. With foreign keys on it can break only by damage.
// id is what names a row.
func orphans(table, id, column, parent, parentID string) invariant {
	return invariant{
		name:  table + "." + column,
		about: "every row of " + table + " has its row in " + parent,
		broken: audit("SELECT " + id + " FROM " + table + " t WHERE t." + column + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM " + parent +
			" p WHERE p." + parentID + " = t." + column + ")"),
	}
}

// sameEvent is the invariant that a row and the guest that it is about are of one event.
func sameEvent(table, id string) invariant {
	return invariant{
		name:   table + ".event",
		about:  "every row of " + table + " is of its guest's event",
		broken: audit("SELECT t." + id + " FROM " + table + " t JOIN guests g ON g.id = t.guest_id WHERE g.event_id <> t.event_id"),
	}
}

// counter is the invariant that a stored count of an event is what its guests add up to.
func counter(column, sum string) invariant {
	return invariant{
		name:  "events." + column,
		about: column + " of every event is what its guests add up to",
		broken: audit("SELECT e.id FROM events e WHERE e." + column + " <> (SELECT coalesce(sum(" + sum +
			"), 0) FROM guests g WHERE g.event_id = e.id)"),
	}
}

// admitted is the part of the ledger that counts.
const admitted = "outcome = 'admitted' AND undone_ms = 0"

// invariants are all but the schema's. A new table needs one for each of its references and one about the rest of it.
var invariants = []invariant{
	{name: "integrity", about: "SQLite finds every page, row, index and constraint in order", broken: "PRAGMA integrity_check(10)", fine: "ok"},
	{name: "foreign_keys", about: "SQLite finds no row without its parent", broken: `SELECT "table" FROM pragma_foreign_key_check`},

	orphans("sessions", "id", "user_id", "users", "id"),
	orphans("collaborators", "event_id", "event_id", "events", "id"),
	orphans("collaborators", "user_id", "user_id", "users", "id"),
	orphans("invites", "id", "event_id", "events", "id"),
	orphans("invites", "id", "inviter_id", "users", "id"),
	orphans("guests", "id", "event_id", "events", "id"),
	orphans("guest_terms", "guest_id", "event_id", "events", "id"),
	orphans("guest_terms", "guest_id", "guest_id", "guests", "id"),
	orphans("guest_tags", "guest_id", "event_id", "events", "id"),
	orphans("guest_tags", "guest_id", "guest_id", "guests", "id"),
	orphans("tag_counts", "tag", "event_id", "events", "id"),
	orphans("tokens", "guest_id", "guest_id", "guests", "id"),
	orphans("rsvps", "guest_id", "guest_id", "guests", "id"),
	orphans("access_logs", "id", "event_id", "events", "id"),
	orphans("access_logs", "id", "guest_id", "guests", "id"),
	orphans("verdicts", "access_id", "access_id", "access_logs", "id"),
	orphans("verdicts", "access_id", "event_id", "events", "id"),
	orphans("activity", "id", "event_id", "events", "id"),
	orphans("allowlist", "event_id", "event_id", "events", "id"),
	orphans("devices", "id", "event_id", "events", "id"),
	orphans("checkins", "id", "event_id", "events", "id"),
	orphans("checkins", "id", "guest_id", "guests", "id"),
	orphans("entrances", "event_id", "event_id", "events", "id"),
	orphans("notifications", "id", "event_id", "events", "id"),
	orphans("notifications", "id", "guest_id", "guests", "id"),

	sameEvent("guest_terms", "guest_id"), sameEvent("guest_tags", "guest_id"), sameEvent("access_logs", "id"), sameEvent("checkins", "id"), sameEvent("notifications", "id"),
	{name: "verdicts.event", about: "every verdict is of its access's event", broken: `SELECT v.access_id FROM verdicts v
		JOIN access_logs a ON a.id = v.access_id WHERE a.event_id <> v.event_id`},

	counter("count_guests", "1"), counter("count_invited", "g.invitation_state = 'issued'"), counter("count_opened", "g.opened_ms > 0"),
	counter("count_attending", "g.rsvp_status = 'attending'"), counter("count_declined", "g.rsvp_status = 'declined'"),
	counter("count_waitlisted", "g.rsvp_status = 'waitlisted'"),
	counter("count_maybe", "g.rsvp_status = 'maybe'"), counter("count_inside", "g.heads_inside > 0"),
	counter("count_low", "g.risk_band = 'low'"), counter("count_medium", "g.risk_band = 'medium'"),
	counter("count_high", "g.risk_band = 'high'"), counter("count_block", "g.risk_band = 'block'"),
	counter("heads_expected", "(g.rsvp_status = 'attending') * (1 + g.plus_ones)"), counter("heads_inside", "g.heads_inside"),

	{name: "users.email", about: "no two accounts have the same address", broken: `SELECT min(id) FROM users
		GROUP BY lower(trim(email)) HAVING count(*) > 1 UNION ALL SELECT id FROM users WHERE email_key <> lower(email_key)`},
	{name: "users.administrator", about: "at most one account is the administrator", broken: `SELECT id FROM users
		WHERE administrator = 1 AND (SELECT count(*) FROM users WHERE administrator = 1) > 1`},
	{name: "sessions.family", about: "every session has a refresh token, and ends after it was last refreshed", broken: `SELECT id FROM sessions
		WHERE counter < 1 OR expires_ms <= rotated_ms`},
	{name: "failed_sign_ins", about: "every counted address is a hash and failed at least once", broken: `SELECT id FROM failed_sign_ins
		WHERE length(address_hash) <> 32 OR failures < 1`},
	{name: "password_cost", about: "what a password costs is one row, and not nothing", broken: `SELECT id FROM password_cost
		WHERE id <> 1 OR memory_kib < 1 OR passes < 1`},
	{name: "recovery", about: "the recovery key is one row with a key", broken: "SELECT id FROM recovery WHERE id <> 1 OR length(public_key) = 0"},
	{name: "drills", about: "every drill has a result", broken: "SELECT id FROM drills WHERE result = '' OR ok NOT IN (0, 1) OR took_ms < 0 OR bytes < 0"},
	{name: "link_keys", about: "every link key has a fingerprint", broken: "SELECT id FROM link_keys WHERE id NOT BETWEEN 0 AND 15 OR length(fingerprint) = 0"},
	// SQLite leaves CHECK out of what it looks at in a file that is only read.
	{name: "words", about: "every state, kind and party size is one that exists", broken: `SELECT 'events ' || id FROM events WHERE state NOT IN ('open', 'closed', 'archived')
		UNION ALL SELECT 'invites ' || id FROM invites WHERE ended NOT IN ('', 'accepted', 'replaced', 'cancelled') OR mail NOT IN ('queued', 'sent', 'failed')
		UNION ALL SELECT 'guests ' || id FROM guests WHERE rsvp_status NOT IN ('none', 'attending', 'declined', 'maybe', 'waitlisted') OR party_size < 1
		UNION ALL SELECT 'access_logs ' || id FROM access_logs WHERE kind NOT IN ('open', 'rsvp', 'scan')
		UNION ALL SELECT 'activity ' || id FROM activity WHERE kind NOT IN ('access', 'rsvp', 'checkin', 'guest', 'event')
		UNION ALL SELECT 'checkins ' || id FROM checkins WHERE direction NOT IN ('in', 'out') OR outcome NOT IN ('admitted', 'refused')
		UNION ALL SELECT 'notifications ' || id FROM notifications WHERE kind NOT IN ('invitation', 'link', 'place') OR state NOT IN ('queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed')`},

	{name: "account_requests", about: "every request by an address is of a kind that exists, and a sign-up has a password", broken: `SELECT id FROM account_requests
		WHERE kind NOT IN ('sign_up', 'reset', 'replay', 'locked') OR email_key <> lower(trim(email)) OR (kind = 'sign_up') <> (password_hash <> '') OR expires_ms < created_ms`},
	{name: "access_logs.seq", about: "every access of an event has its place in the order they came", broken: `SELECT min(id) FROM access_logs
		WHERE seq > 0 GROUP BY event_id, seq HAVING count(*) > 1 UNION ALL SELECT id FROM access_logs WHERE seq < 1`},
	{name: "events.owner", about: "every event has an owner", broken: `SELECT e.id FROM events e
		WHERE NOT EXISTS (SELECT 1 FROM collaborators c WHERE c.event_id = e.id AND c.role = 'owner')`},
	{name: "events.thresholds", about: "the thresholds of every event ascend from 1 to 100", broken: `SELECT id FROM events
		WHERE NOT (1 <= band_medium AND band_medium < band_high AND band_high < band_block AND band_block <= 100)`},
	{name: "events.questions", about: "the questions of every event can be read, and each has an id", broken: `SELECT id FROM events
		WHERE CASE WHEN json_valid(questions) THEN json_type(questions) <> 'array' OR EXISTS (
		SELECT 1 FROM json_each(questions) WHERE coalesce(value ->> 'id', '') = '') ELSE true END OR waitlist NOT IN (0, 1)`},
	{name: "events.deleted", about: "every event is there, or was deleted at some time", broken: "SELECT id FROM events WHERE deleted_ms < 0"},
	{name: "allowlist", about: "every network on an allowlist is written as one, and its event knows that the list changed", broken: `SELECT e.id FROM allowlist a
		JOIN events e ON e.id = a.event_id WHERE instr(a.cidr, '/') = 0 OR e.allowlist_seq < 1`},
	{name: "collaborators.role", about: "every member of a team has a role that exists", broken: `SELECT event_id || ' ' || user_id FROM collaborators
		WHERE role NOT IN ('owner', 'editor', 'viewer')`},
	{name: "invites.pending", about: "at most one invite to an address on an event can be accepted, and its link is a hash", broken: `SELECT min(id) FROM invites
		WHERE ended = '' GROUP BY event_id, lower(trim(email)) HAVING count(*) > 1 UNION ALL SELECT id FROM invites WHERE length(token_hash) <> 32`},

	{name: "guests.email", about: "no two guests of an event have the same address, and one without has no key", broken: `SELECT min(id) FROM guests
		WHERE email <> '' GROUP BY event_id, lower(email) HAVING count(*) > 1
		UNION ALL SELECT id FROM guests WHERE (email = '') <> (email_key IS NULL)`},
	{name: "guests.terms", about: "every guest is found by name, and by the address", broken: `SELECT id FROM guests g WHERE name_key <> '' AND NOT EXISTS (
		SELECT 1 FROM guest_terms t WHERE t.event_id = g.event_id AND t.kind = 'name' AND t.term = g.name_key AND t.guest_id = g.id)
		OR email_key IS NOT NULL AND NOT EXISTS (
		SELECT 1 FROM guest_terms t WHERE t.event_id = g.event_id AND t.kind = 'contact' AND t.term = g.email_key AND t.guest_id = g.id)`},
	{name: "guests.tags", about: "every guest is found by each of the tags, and by no other", broken: `SELECT g.id FROM guests g, json_each(g.tags) j
		WHERE NOT EXISTS (SELECT 1 FROM guest_tags t WHERE t.event_id = g.event_id AND t.tag = j.value AND t.name_key = g.name_key AND t.guest_id = g.id)
		UNION ALL SELECT t.guest_id FROM guest_tags t JOIN guests g ON g.id = t.guest_id
		WHERE t.name_key <> g.name_key OR NOT EXISTS (SELECT 1 FROM json_each(g.tags) WHERE value = t.tag)`},
	{name: "tag_counts.guests", about: "how many guests have a tag is how many are found by it", broken: `SELECT c.tag FROM tag_counts c
		WHERE c.guests < 1 OR c.guests <> (SELECT count(*) FROM guest_tags t WHERE t.event_id = c.event_id AND t.tag = c.tag)
		UNION ALL SELECT t.tag FROM guest_tags t WHERE NOT EXISTS (SELECT 1 FROM tag_counts c WHERE c.event_id = t.event_id AND c.tag = t.tag)`},
	{name: "guests.answer", about: "a guest has an answer if and only if it is stored, of no more people than are invited", broken: `SELECT id FROM guests g
		WHERE (rsvp_status <> 'none') <> EXISTS (SELECT 1 FROM rsvps r WHERE r.guest_id = g.id)
		OR rsvp_status IN ('attending', 'waitlisted') AND 1 + plus_ones > party_size OR rsvp_status IN ('none', 'declined') AND plus_ones > 0`},
	{name: "guests.waitlist", about: "who waits has a place in the queue of the event that nobody else has, and nobody else has one", broken: `SELECT id FROM guests
		WHERE (rsvp_status = 'waitlisted') <> (waitlist_seq > 0)
		UNION ALL SELECT min(id) FROM guests WHERE waitlist_seq > 0 GROUP BY +event_id, +waitlist_seq HAVING count(*) > 1`},
	{name: "guests.invitation", about: "a guest's link is as its token says: none, live or revoked", broken: `SELECT g.id FROM guests g
		LEFT JOIN tokens t ON t.guest_id = g.id WHERE g.invitation_state <> CASE WHEN t.guest_id IS NULL THEN 'none' WHEN t.revoked_ms > 0 THEN 'revoked' ELSE 'issued' END`},
	{name: "guests.risk", about: "a guest's risk is none, or a band with a score from 0 to 100", broken: `SELECT id FROM guests
		WHERE risk_band NOT IN ('', 'low', 'medium', 'high', 'block') OR risk_score NOT BETWEEN 0 AND 100`},
	{name: "guests.presence", about: "how many are inside, and when they came, is what the ledger adds up to", broken: `SELECT g.id FROM guests g
		WHERE (heads_inside, first_in_ms, last_in_ms) <> (SELECT coalesce(sum(CASE direction WHEN 'in' THEN heads ELSE -heads END), 0),
		coalesce(min(CASE direction WHEN 'in' THEN at_ms END), 0), coalesce(max(CASE direction WHEN 'in' THEN at_ms END), 0)
		FROM checkins WHERE guest_id = g.id AND ` + admitted + ")"},
	{name: "guests.party", about: "no more of a party are inside than were invited, unless a door overrode or two met", broken: `SELECT id FROM guests g
		WHERE (SELECT coalesce(sum(CASE direction WHEN 'in' THEN heads ELSE -heads END), 0) FROM checkins WHERE guest_id = g.id AND ` + admitted + `) > party_size
		AND NOT EXISTS (SELECT 1 FROM checkins WHERE guest_id = g.id AND (override = 1 OR conflict = 1 OR undone_ms > 0))`},
	{name: "guests.lists", about: "the lists and objects of guests, answers and devices can be read", broken: `SELECT id FROM guests
		WHERE NOT json_valid(tags) UNION ALL SELECT guest_id FROM rsvps WHERE NOT json_valid(companions) OR NOT json_valid(answers)
		UNION ALL SELECT id FROM devices WHERE NOT json_valid(scopes)`},

	{name: "tokens.generation", about: "no access or message knows a newer link than the guest has", broken: `SELECT a.id FROM access_logs a
		LEFT JOIN tokens t ON t.guest_id = a.guest_id WHERE a.link > coalesce(t.generation, 0) UNION ALL SELECT n.id FROM notifications n
		LEFT JOIN tokens t ON t.guest_id = n.guest_id WHERE n.generation > coalesce(t.generation, 0)
		UNION ALL SELECT guest_id FROM tokens WHERE generation < 1`},
	{name: "rsvps.time", about: "every answer has a time", broken: "SELECT guest_id FROM rsvps WHERE answered_ms <= 0"},
	{name: "access_logs.assessment", about: "every access has a score from 0 to 100, a band, an action and reasons", broken: `SELECT id FROM access_logs
		WHERE score NOT BETWEEN 0 AND 100 OR band NOT IN ('low', 'medium', 'high', 'block') OR action NOT IN ('allowed', 'flagged', 'blocked')
		OR NOT json_valid(reasons) OR NOT json_valid(signals) OR NOT json_valid(evidence)`},
	{name: "verdicts.opinion", about: "every verdict is an opinion that exists", broken: `SELECT access_id FROM verdicts WHERE opinion NOT IN ('legitimate', 'suspicious')`},
	{name: "models.weights", about: "every learned model can be read", broken: "SELECT id FROM models WHERE NOT json_valid(weights) OR NOT json_valid(fit)"},
	{name: "activity.sequence", about: "ids of the history are positive and were all given out, so that the next is newer than any cursor", broken: `SELECT id FROM activity
		WHERE id < 1 OR id > (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'activity')`},
	{name: "activity.data", about: "every row of the history can be read", broken: "SELECT id FROM activity WHERE NOT json_valid(data)"},

	{name: "devices.credential", about: "a device waits for its code, or has its token, or is revoked", broken: `SELECT id FROM devices
		WHERE (token_hash IS NOT NULL) <> (paired_ms > 0) OR code_hash IS NOT NULL AND token_hash IS NOT NULL
		OR code_hash IS NULL AND token_hash IS NULL AND revoked_ms = 0 OR length(token_hash) <> 32 OR length(code_hash) <> 32`},
	{name: "checkins.nonce", about: "a nonce of a source on an event is one row", broken: `SELECT min(id) FROM checkins
		GROUP BY event_id, +source, +nonce HAVING count(*) > 1`},
	{name: "checkins.outcome", about: "an admission moves a guest's heads for no reason, a refusal moves none for a reason", broken: `SELECT id FROM checkins
		WHERE CASE outcome WHEN 'admitted' THEN guest_id IS NULL OR heads < 1 OR reason <> '' OR inside_after < 0
		ELSE heads <> 0 OR reason = '' OR override = 1 OR undone_ms > 0 END`},
	{name: "entrances.heads", about: "the heads through every entrance are what the ledger adds up to", broken: `SELECT n.event_id || ' ' || n.entrance FROM entrances n
		WHERE (heads_in, heads_out) <> (SELECT coalesce(sum((direction = 'in') * heads), 0), coalesce(sum((direction = 'out') * heads), 0)
		FROM checkins c WHERE c.event_id = n.event_id AND c.entrance = n.entrance AND ` + admitted + `)
		UNION ALL SELECT id FROM checkins c WHERE ` + admitted + ` AND NOT EXISTS (
		SELECT 1 FROM entrances n WHERE n.event_id = c.event_id AND n.entrance = c.entrance)`},

	{name: "jobs.state", about: "a job waits, is done, or was given up for a reason", broken: `SELECT id FROM jobs
		WHERE due_ms <= 0 OR attempts < 0 OR dead = 1 AND (done_ms = 0 OR last_error = '') OR dead = 0 AND done_ms > 0 AND last_error <> ''`},
	{name: "notifications.state", about: "a message that was sent has a time, and one that is queued a job that sends it", broken: `SELECT id FROM notifications n
		WHERE state IN ('sent', 'delivered', 'bounced', 'complained') AND sent_ms = 0
		OR state = 'queued' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.key = n.id AND j.done_ms = 0)`},
}
