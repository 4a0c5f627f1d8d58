// Package team is who else works on an event: inviting people by mail, accepting, changing roles, leaving.
//
// A role is owner, editor or viewer, and an event always has an owner: taking the last one away is CodeLastOwner. Whether
// the caller may do a thing is asked again inside the transaction that does it, because the routes table of httpapi asked
// before it, and roles change.
//
// # Invites
//
// An invite is bound to an e-mail address, good once and for a week. Its token is
//
//	base32(HMAC-SHA256(key, invite's id)[:20]), lower case
//
// under a key of its own from the key ring, so that the job that mails it can make it again and no row or job ever holds
// it; the table has its SHA-256 alone. A newer invite to the same address replaces the pending one. When members leave
// or are no owners any more, what they sent and nobody accepted is withdrawn: it would be a way back in.
//
// It sends no mail itself (Mailer does) and makes no accounts. Who is removed loses a live stream through the history:
// the row that tells of it reaches every stream of the event, and httpapi asks for the role before it passes one on.
//
//	err := teams.Invite(ctx, owner, event, "ana@example.com", doorward.RoleEditor)
//	invite, err := teams.Accept(ctx, user, token)
package team
