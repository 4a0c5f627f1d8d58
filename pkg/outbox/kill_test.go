package outbox_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
)

// victimEnv names the folder that this binary, started anew, works in until it is killed.
const victimEnv = "DOORWARD_TEST_OUTBOX_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimEnv); dir != "" {
		victim(dir)
	}
	os.Exit(m.Run())
}

const killedJobs = 40

// victim adds jobs and does them until one never ends. What it did is in a file, a line each.
func victim(dir string) {
	fail := func(err error) {
		if err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	}
	db, err := sqlite.Open(context.Background(), filepath.Join(dir, "test.db"), time.Now, func(doorward.Activity) {})
	fail(err)
	box := outbox.New(db, time.Now, middle)
	box.Handle("note", outbox.Work{Do: func(_ context.Context, payload string) (func(*sqlite.Tx) error, error) {
		fail(record(dir, payload))
		if n, _ := strconv.Atoi(payload); n >= killedJobs/2 {
			_, _ = os.Stdout.WriteString("stuck\n")
			select {} // until the kill
		}
		return nil, nil
	}})
	fail(db.Write(context.Background(), func(tx *sqlite.Tx) error {
		for i := range killedJobs {
			job := doorward.Job{Kind: "note", Key: strconv.Itoa(i), Payload: strconv.Itoa(i), DueAt: tx.Now.Add(time.Duration(i-killedJobs) * time.Millisecond)}
			if _, err := box.Enqueue(tx, job); err != nil {
				return err
			}
		}
		return nil
	}))
	box.Run(context.Background())
}

func record(dir, line string) error {
	f, err := os.OpenFile(filepath.Join(dir, "ran"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(line + "\n")
	return err
}

// A program that is killed in the middle loses no job, and only what ran at that moment is run again.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), victimEnv+"="+dir), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// All four workers hang: everything before them was done and written down.
	for lines, n := bufio.NewScanner(out), 0; n < 4 && lines.Scan(); n++ {
		if lines.Text() != "stuck" {
			t.Fatal(lines.Text())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	// An hour later, for this program: the leases have ended.
	late := func() time.Time { return time.Now().Add(time.Hour) }
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), late, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	box := outbox.New(db, late, middle)
	box.Handle("note", outbox.Work{Do: func(_ context.Context, payload string) (func(*sqlite.Tx) error, error) {
		return func(*sqlite.Tx) error {
			if err := record(dir, payload); err != nil {
				return err
			}
			if b, err := os.ReadFile(filepath.Join(dir, "ran")); err != nil || strings.Count(string(b), "\n") == killedJobs+4 {
				stop()
			}
			return nil
		}, nil
	}})
	box.Run(ctx)

	b, err := os.ReadFile(filepath.Join(dir, "ran"))
	if err != nil {
		t.Fatal(err)
	}
	runs := map[string]int{}
	for line := range strings.Lines(string(b)) {
		runs[strings.TrimSpace(line)]++
	}
	again := 0
	for job, n := range runs {
		if n > 2 {
			t.Errorf("job %s ran %d times", job, n)
		}
		if n == 2 {
			again++
		}
	}
	if len(runs) != killedJobs || again != 4 {
		t.Errorf("%d jobs ran, %d of them twice; want %d and 4", len(runs), again, killedJobs)
	}
}
