// Package account is signing up and in: the first account, accounts asked for by mail, passwords, sessions and their
// tokens.
//
// It does not know events or roles, writes no mail itself, and keeps no secret of a session or a mailed link: see below.
//
// # Tokens
//
// An access token is a JWT (HS256, ten minutes) that names the user and the session; every request looks the session
// up, so that signing out is immediate. A refresh token is
//
//	<session id>.<number>.<HMAC-SHA256 of both, base64url>
//
// The session's row holds only the number that is valid now. A token is good once: using it moves the row on to the
// next number. The one before is answered with the very same successor for 30 seconds, because a phone on bad Wi-Fi
// may never have seen it. Any older number can only come from a copied cookie, and ends the session.
// Nothing in the database can be used to sign in; the keys are derived from DATA/keys.
//
// # What is asked for by mail
//
// Anybody may type anybody's address into the forms for signing up and for a forgotten password. So the answer, and all
// that is done before it, is the same for every address: one row and one job of the outbox. The job looks later
// (RequestLetter) whether there is an account, and which letter that makes.
//
// There is no account until the link of a letter was used. The link's token is <request id>.<HMAC-SHA256, base64url>; its
// single use is the row, which goes when the account comes. Every request has a link of its own, and with the first that
// is used the others end: so nobody's form can change what the form of somebody else leads to.
//
// The password of the form is the one that counts only for a caller who confirms with the token alone. The page that the
// link opens always asks for a password and sends it along, and then that one counts. The reader of a mail can't tell a
// request of their own from a stranger's for the same address; asking at that point is what leaves the stranger with
// nothing, on any device and however many requests there are. The alternative, keeping the form's password for the
// browser that sent it, would need a cookie and would still ask on the phone where the mail is read.
//
// # Passwords
//
// Argon2id with at least OWASP's smallest parameters (19 MiB, 2 passes, 1 lane), and up to 4 passes where a hash stays
// below a quarter of a second; that is measured when the first password of a database is hashed, and is the same for all
// after. Hashes run on all cores but one, sixteen may wait, and more are answered CodeUnavailable: a storm of sign-ins
// neither fills the memory of a small box nor takes the door its core.
//
// # Lock
//
// Five failures in a row lock an address, whether it has an account or not. They are rows, written before the answer, and
// sign-ins of one address are taken one after the other, so neither a restart nor many at the same time give more tries.
// Setting a new password unlocks, and so does the operator's Unlock; sessions are not touched. The failure that locks has a
// letter sent to the address, if it has an account, with a link to unlock it. A row holds a keyed hash of
// the address; the last 100,000 failures are kept.
//
//	session, err := accounts.SignIn(ctx, email, password, userAgent)
package account
