// Package account is signing in: the first account, passwords, sessions and their tokens.
//
// It does not know events or roles, sends no mail, and keeps no secret of a session: see below.
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
// Setting a new password unlocks, and so does the operator's Unlock; sessions are not touched. A row holds a keyed hash of
// the address; the last 100,000 failures are kept.
//
//	session, err := accounts.SignIn(ctx, email, password, userAgent)
package account
