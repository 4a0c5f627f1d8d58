package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
)

// restore gets the database from a replica or a backup file to a new path.
func restore(ctx context.Context, args []string) error {
	s := newSettings("restore").replicating()
	to := s.flags.String("to", "", "new `path` of the database, like new-data/doorward.db")
	at := s.flags.String("at", "", "restore the last state before this `time`, like 2026-06-01T20:00:00Z (default the newest)")
	from := s.flags.String("from", "", "`where` from: s3://bucket/path?endpoint=…, sftp://user:password@host/path?host-key=…, a replica's folder or a file of DATA/backups (default the replica of the settings)")
	codeFile := s.flags.String("recovery-code-file", "", "`file` with the recovery code, or the one that the pages saved: with it the guests' links open again")
	if err := s.parse(args); err != nil {
		return err
	}
	if *to == "" {
		return fmt.Errorf("%w: restore takes --to, a path where nothing is yet", errUsage)
	}
	var when time.Time
	if *at != "" {
		var err error
		if when, err = time.Parse(time.RFC3339, *at); err != nil {
			return fmt.Errorf("%w: at %q: use a time like 2026-06-01T20:00:00Z", errUsage, *at)
		}
	}
	var code doorward.Secret
	if *codeFile != "" {
		var err error
		if code, err = app.ReadRecoveryCode(*codeFile); err != nil {
			return err
		}
	}
	target, err := s.restoreFrom(*from)
	if err != nil {
		return err
	}
	got, err := app.Restore(ctx, target, *to, when)
	if err != nil {
		return err
	}
	fmt.Printf("Restored %s from %s, as it was at %s. It was checked and is whole.\n", *to, target, got.At.UTC().Format(time.RFC3339))
	if len(got.Damaged) > 0 {
		fmt.Fprintln(os.Stderr, "Newer changes may be missing: these parts of the replica are damaged and were passed over:")
		for _, name := range got.Damaged {
			fmt.Fprintln(os.Stderr, " ", name)
		}
	}
	return restoreLinks(ctx, *to, code)
}

// restoreLinks brings the link keys back beside a restored database, where it can, and says what is left to do.
func restoreLinks(ctx context.Context, to string, code doorward.Secret) error {
	if look, err := sqlite.LookAt(ctx, to); err != nil {
		return fmt.Errorf("the data is restored; looking at it: %w", err)
	} else if look.Version < look.Newest && code == "" {
		// Opening it would bring it up to date, and then the program that wrote it could not go back to it.
		fmt.Printf("It is of an earlier version (%d of %d), as the program that wrote it needs it; doorward serve brings it up to date.\n", look.Version, look.Newest)
		return nil
	}
	state, err := app.RecoverKeys(ctx, to, filepath.Join(filepath.Dir(to), "keys"), code)
	if err != nil {
		return fmt.Errorf("the data is restored; bringing the links back: %w", err)
	}
	switch {
	case state.Lost == 0:
		fmt.Println("The links that were handed out open.")
	case state.Recoverable > 0:
		fmt.Println("The links that were handed out do not open yet: enter the recovery code on the System page, or copy the old folder keys beside the database.")
	default:
		fmt.Println("The links that were handed out do not open, and no recovery code was made: copy the old folder keys beside the database, or issue them anew.")
	}
	fmt.Print(`
What to do next:
  1. Stop the old machine for good: two must not write to one replica.
  2. If the file is not yet the doorward.db of a data folder, put it there, with the folder keys beside it.
  3. Start with doorward serve --data FOLDER and look at the newest check-ins. Everybody signs in anew.
  4. Replication goes on by itself where litestream.yml names this database.
`)
	return nil
}

// restoreFrom is what was said, or the replica of the settings.
func (s *settings) restoreFrom(from string) (replica.Target, error) {
	if from != "" {
		target, err := replica.ParseTarget(from)
		if err != nil {
			return target, fmt.Errorf("%w: from: %w", errUsage, err)
		}
		return target, nil
	}
	c, err := s.replica()
	if err != nil {
		return replica.Target{}, err
	}
	if c == nil {
		return replica.Target{}, fmt.Errorf("%w: say where from with --from: there is no litestream.yml beside the data folder", errUsage)
	}
	return c.Target(), nil
}
