// Package recovery lets guests' links survive the loss of the box: it keeps the link keys in the database too, sealed to a
// recovery code, and takes them back with it.
//
// The code is shown once, when it is made, and kept nowhere: the database has only the public key that is derived from it,
// which is enough to seal a key that is made later. A new code replaces the one before; what that one opened it opens from
// then on only in copies of the database that are older. How keys are sealed, and why a code needs no slow hash, is in
// package token.
//
// The database also remembers a fingerprint of every link key, so that the loss of one is noticed at the start, with or
// without a code: the program then runs, signs new links with a new key under an id of its own, and refuses the links of
// the lost one until it is recovered. The session key is in no database. Without it everybody signs in again.
//
// The package does not restore databases, and asks nobody for a password: its callers do.
//
//	keys, ring, err := recovery.Open(ctx, db, "doorward-data/keys")
//	code, err := keys.NewCode(ctx, false) // to be shown once
//	n, err := keys.Recover(ctx, typed)    // on the next box
package recovery
