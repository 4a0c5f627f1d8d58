package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// victimEnv names the data folder that this binary, started anew, serves until it is killed.
const victimEnv = "DOORWARD_TEST_IMPORT_VICTIM"

func TestMain(m *testing.M) {
	if data := os.Getenv(victimEnv); data != "" {
		serveVictim(data)
	}
	os.Exit(m.Run())
}

func serveVictim(data string) {
	fail := func(err error) {
		if err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	}
	a, err := app.Open(context.Background(), app.Config{Data: data, Listen: "127.0.0.1:0", Version: "test", Announce: func(string, string) {}})
	fail(err)
	_, err = fmt.Println(a.Address())
	fail(err)
	fail(a.Serve(context.Background()))
}

// importForm is a list as a form, and its content type.
func importForm(list string) (body, contentType string) {
	return "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"guests.csv\"\r\n\r\n" + list + "\r\n--x--\r\n", "multipart/form-data; boundary=x"
}

// listOf is a list of so many guests.
func listOf(rows int) string {
	var b strings.Builder
	b.WriteString("name,email,phone,party_size,tags,note\n")
	for i := range rows {
		fmt.Fprintf(&b, "Ána Maria Costa %d,ana%d@example.com,+35191%07d,2,family;friends,vegetarian\n", i, i, i)
	}
	return b.String()
}

// A program that is killed in the middle of an import has stored all of it or nothing, and all when it has answered. It
// is killed when the write-ahead log has grown by another part of what the import writes, so in the middle of the commit
// too.
func TestImportKilled(t *testing.T) {
	withoutRace(t)
	seed := startWith(t, app.Config{})
	host := seed.user("hanna")
	event := seed.event(host, nil)
	if err := seed.stop(); err != nil {
		t.Fatal(err)
	}
	seed.stop = func() error { return nil }
	whole := killImport(t, seed.data, host, event, -1)
	if whole.guests != killedRows || whole.written == 0 {
		t.Fatalf("left alone it stored %d guests and wrote %d bytes", whole.guests, whole.written)
	}
	const kills = 10
	some := 0
	for i := range int64(kills) {
		got := killImport(t, seed.data, host, event, i*whole.written/(kills-1))
		if got.guests != 0 && got.guests != killedRows || got.guests != got.counted || got.answered && got.guests == 0 {
			t.Errorf("kill %d: %+v", i, got)
		}
		if !got.answered && got.written > 0 {
			some++
		}
	}
	if some == 0 {
		t.Error("no kill came in the middle of the write")
	}
	t.Logf("%d of %d kills came while the write-ahead log was being written", some, kills)
}

const killedRows = 1000

// killed is what was left of an import.
type killed struct {
	answered        bool
	guests, counted int
	written         int64 // bytes that the write-ahead log grew by
}

// killImport imports a list in a copy of the data folder, and kills the program when the write-ahead log has
// grown by so many bytes, or when it has answered.
func killImport(t *testing.T, seed, bearer, event string, after int64) (k killed) {
	t.Helper()
	data := copyOf(t, seed)
	k.answered, k.written = killWhile(t, data, after, func(origin string) bool { return post(t, origin+event+"/guests/import", bearer) })
	db, err := sqlite.Open(t.Context(), sqlite.Path(data), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(t.Context(), func(tx *sqlite.Tx) error {
		id := doorward.EventID(filepath.Base(event))
		e, err := tx.Event(id)
		if err != nil {
			return err
		}
		keys, err := tx.GuestKeys(id)
		k.counted, k.guests = e.Counts.Guests, len(keys)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// killWhile starts the program on a data folder, has it do something, and kills it when the write-ahead log has grown by so
// many bytes, or when do has ended; answered is what that returned, written how many bytes it were.
func killWhile(t *testing.T, data string, after int64, do func(origin string) bool) (answered bool, written int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), victimEnv+"="+data), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	wal := func() int64 {
		info, err := os.Stat(sqlite.Path(data) + "-wal")
		if err != nil {
			return 0
		}
		return info.Size()
	}
	before := wal()
	done := make(chan bool, 1)
	go func() { done <- do("http://" + strings.TrimSpace(addr)) }()
	for running := true; running && (after < 0 || wal()-before < after); {
		select {
		case answered = <-done:
			running = false
		default:
		}
	}
	written = wal() - before
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if !answered {
		answered = <-done
	}
	return answered, written
}

// copyOf copies a data folder; its keys are for their owner alone.
func copyOf(t *testing.T, seed string) string {
	t.Helper()
	data := t.TempDir()
	err := fs.WalkDir(os.DirFS(seed), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(data, name), 0o700)
		}
		content, err := os.ReadFile(filepath.Join(seed, name))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(data, name), content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// post imports a list, and reports whether that was answered with 200.
func post(t *testing.T, url, bearer string) bool {
	body, contentType := importForm(listOf(killedRows))
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return false
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+bearer)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == 200
}
