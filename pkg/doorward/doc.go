// Package doorward holds the words of the program: the nouns that are stored, shown and passed
// between packages, their typed ids, and the one error type.
//
// It does no I/O, knows no HTTP status and no SQL, and imports the standard library only; every
// other package may import it.
//
// # Glossary
//
// There is one word for one thing, and these are they:
//
//   - Event: the party. Never a machine happening.
//   - Guest: one invited person or household; PartySize is the invited heads including the guest.
//   - Token: the guest's HMAC-signed secret. Link: the URL that carries it. The QR carries the link.
//   - Access: one use of a token (open, rsvp or scan), logged with its Assessment.
//   - Signals: the facts of one access that the engine may look at; unknown is never suspicious.
//   - Assessment: score 0–100, class and reasons. Band: low, medium, high or block by the event's Thresholds.
//   - Action: what was done with an access: allowed, flagged or blocked.
//   - Entrance: a named door of the event. Device: a paired phone or tablet at an entrance.
//   - Check-in: one ledger row: heads in or out, at an entrance, by a device or a person.
//   - Collaborator: a member of the event's team, with a Role. Invite: the mail that makes somebody one.
//   - Activity: one row of the event's history; its id is the cursor of the live stream.
//   - Notification: a message to a person, with how far it came.
//   - Job: a row of the durable outbox.
//
// # Example
//
//	if !role.AtLeast(doorward.RoleEditor) {
//		return doorward.Errorf(doorward.CodeForbidden, "Only editors can change the guest list.")
//	}
package doorward
