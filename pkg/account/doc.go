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
// Argon2id with OWASP's smallest parameters (19 MiB, 2 passes, 1 lane). At most two are hashed at a time, so that a
// storm of sign-ins neither fills the memory of a small box nor takes all its cores.
//
//	session, err := accounts.SignIn(ctx, email, password, userAgent)
package account
