package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/recovery"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// RecoverKeys writes the link keys that are sealed in the database at dbPath into the folder keysDir, with the recovery code;
// without a code it only looks. It returns how it then stands with the links that were handed out: none are lost, or they
// need the code, or they must be issued anew. A code that does not fit is CodeInvalid.
//
// No other program may have the database open, and nothing in it changes but its schema, which is brought up to date.
func RecoverKeys(ctx context.Context, dbPath, keysDir string, code doorward.Secret) (state recovery.State, err error) {
	db, err := sqlite.Open(ctx, dbPath, Wall, func(doorward.Activity) {})
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

// ReadRecoveryCode finds the recovery code in a file: one that the pages saved, or the code alone.
func ReadRecoveryCode(path string) (doorward.Secret, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the recovery code: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if _, err := token.ParseRecoveryCode(doorward.Secret(line)); err == nil {
			return doorward.Secret(strings.TrimSpace(line)), nil
		}
	}
	return "", doorward.Errorf(doorward.CodeInvalid, "No line of %s is a recovery code. Compare it with your copy: seven groups of four letters and digits.", path)
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
