package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/recovery"
	"github.com/doorward/doorward/pkg/sqlite"
)

// RecoverKeys writes the link keys that are sealed in the database at dbPath into the folder keysDir, with the recovery code;
// without a code it only looks. It returns how it then stands with the links that were handed out: none are lost, or they
// need the code, or they must be issued anew. A code that does not fit is CodeInvalid.
//
// No other program may have the database open, and nothing in it changes but its schema, which is brought up to date.
func RecoverKeys(ctx context.Context, dbPath, keysDir string, code doorward.Secret) (state recovery.State, err error) {
	db, err := sqlite.Open(ctx, dbPath, Clock, func(doorward.Activity) {})
	if err != nil {
		return state, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	keys, err := recovery.Offline(db, keysDir)
	if err != nil {
		return state, err
	}
	if code != "" {
		if _, err := keys.Recover(ctx, code); err != nil {
			return state, err
		}
	}
	return keys.State(ctx)
}

// warnOfLostKeys says at the start what the System page says too.
func warnOfLostKeys(ctx context.Context, keys *recovery.Keys, origin string) error {
	state, err := keys.State(ctx)
	if err != nil || state.Lost == 0 {
		return err
	}
	if state.Recoverable > 0 {
		slog.Warn("links that were handed out do not open: their key is not in the keys folder. "+
			"Enter the recovery code on the System page, or copy the old keys folder back and start again", "page", origin+"/app/system", "keys", state.Lost)
		return nil
	}
	slog.Warn("links that were handed out do not open: their key is not in the keys folder, and no recovery code was made. "+
		"Copy the old keys folder back and start again, or issue the links anew", "keys", state.Lost)
	return nil
}
