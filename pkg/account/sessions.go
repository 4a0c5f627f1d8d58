package account

import (
	"context"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// maxListed is how many sessions a list shows: the last used ones.
const maxListed = 100

// Sessions returns the browsers that are signed in to an account, the last used first. RotatedAt is when one was last
// used, to ten minutes.
func (a *Accounts) Sessions(ctx context.Context, id doorward.UserID) (all []doorward.Session, err error) {
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		all, err = tx.Sessions(id, maxListed)
		return err
	})
	return all, err
}

// EndSessionOf signs one browser of an account out. A session that is not the account's is CodeNotFound.
func (a *Accounts) EndSessionOf(ctx context.Context, user doorward.UserID, id doorward.SessionID) error {
	return a.db.Write(ctx, func(tx *sqlite.Tx) error {
		s, err := tx.Session(id)
		if err == nil && s.UserID != user || doorward.ErrorCode(err) == doorward.CodeNotFound {
			return doorward.Errorf(doorward.CodeNotFound, "This device is not signed in.")
		}
		if err != nil {
			return err
		}
		return tx.DeleteSession(id)
	})
}

// AcceptTerms stores which version of the terms an account has accepted. Again is no error. A version that is not
// doorward.TermsVersion is kept as well: a page may be older than the server, and its reader is asked again.
func (a *Accounts) AcceptTerms(ctx context.Context, id doorward.UserID, version string) error {
	if version == "" || len(version) > 40 || !doorward.Printable(version) {
		return doorward.Invalid(doorward.FieldError{Field: "version", Detail: "Name the version that was accepted."})
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error { return tx.AcceptTerms(id, version) })
}
