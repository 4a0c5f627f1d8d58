// Command doorward is the whole appliance: a guest list that guards its own door.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a small box may lack the zones

	"github.com/doorward/doorward/pkg/doorward"
)

// Set by the linker.
var (
	version   = "dev"
	committed string // when the source was, as RFC 3339
)

const usage = `doorward: a guest list that guards its own door

  doorward serve      run the appliance
  doorward demo       serve a sample event from a throw-away data folder, and say what to open
  doorward ready      fail unless the server on this machine takes writes
  doorward user       add | list | unlock | reset-password
  doorward backup     now | list
  doorward verify     [PATH] [--json]
  doorward doctor     [--json]
  doorward restore    --to PATH [--at TIME] [--from URL] [--recovery-code-file F]
  doorward fraud      replay | simulate | evaluate
  doorward version

Run a command with -h for its flags. Every setting is also DOORWARD_<NAME>, and DOORWARD_<NAME>_FILE reads it from a file.
`

// errUsage ends the program with exit code 2; the message was printed already or is in the error.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(exitCode(run(ctx, os.Args[1:])))
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return errUsage
	}
	switch args[0] {
	case "serve":
		return serve(ctx, args[1:])
	case "ready":
		return ready(ctx, args[1:])
	case "demo":
		return demo(ctx, args[1:])
	case "user":
		return user(ctx, args[1:])
	case "backup":
		return backup(ctx, args[1:])
	case "verify":
		return verify(ctx, args[1:])
	case "doctor":
		return doctor(ctx, args[1:])
	case "restore":
		return restore(ctx, args[1:])
	case "fraud":
		return fraudCommand(args[1:])
	case "version":
		fmt.Println(version)
		return nil
	case "-h", "--help", "help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("%w: there is no command %q; see doorward help", errUsage, args[0])
	}
}

// exitCode reports an error once and returns the program's exit code: 0 fine, 1 it could not be done, 2 wrong usage.
func exitCode(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		if err != errUsage { //nolint:errorlint // the bare one has been explained already
			fmt.Fprintln(os.Stderr, "doorward:", err)
		}
		return 2
	}
	fmt.Fprintln(os.Stderr, "doorward:", err)
	if e, ok := errors.AsType[*doorward.Error](err); ok {
		for _, f := range e.Fields {
			fmt.Fprintf(os.Stderr, "  %s: %s\n", f.Field, f.Detail)
		}
		if e.Hint != "" {
			fmt.Fprintln(os.Stderr, "  hint:", e.Hint)
		}
	}
	return 1
}
