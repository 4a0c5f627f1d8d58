//go:build linux

package httpapi_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/sqlite"
)

// rounds is how often a fault is tried: once by the gate, n times by make faults.
func rounds(n int) int {
	if os.Getenv("DOORWARD_LONG") != "" {
		return n
	}
	return 1
}

// smallDisk mounts a disk of so many bytes, which goes with the test.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(bytes)); err != nil {
		t.Skip("a disk of its own takes root, and the right to mount:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all the room that is left on a disk.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		if _, err = f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk was not filled:", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// door is a phone that checks guests in and out and remembers what it was told.
type door struct {
	*program
	phone, host, event string
	guests             []string
	mu                 sync.Mutex
	sent               int
	acknowledged       map[string]bool // nonces
}

func newDoor(t *testing.T, p *program, guests int) *door {
	t.Helper()
	d := &door{program: p, host: p.user("ana"), acknowledged: map[string]bool{}}
	d.event = p.event(d.host, nil)
	for i := range guests {
		d.guests = append(d.guests, p.guest(d.host, d.event, fmt.Sprintf("Guest Number %d", i), 1))
	}
	d.phone = p.phone(d.host, d.event, "Main")
	return d
}

// scan lets a guest in or out, by turns.
func (d *door) scan() answer {
	d.mu.Lock()
	d.sent++
	n := d.sent
	d.mu.Unlock()
	direction := "in"
	if n/len(d.guests)%2 == 1 {
		direction = "out"
	}
	nonce := "n" + strconv.Itoa(n)
	a := d.send("POST", api+"/door/checkins", d.phone, object{"items": []object{{"nonce": nonce, "guest_id": d.guests[n%len(d.guests)], "direction": direction}}})
	if a.status == 200 {
		d.mu.Lock()
		d.acknowledged[nonce] = true
		d.mu.Unlock()
	}
	return a
}

// wantReads fails the test unless everything that only looks goes on.
func (d *door) wantReads() {
	d.t.Helper()
	d.must(200, "GET", api+"/door/event", d.phone, nil)
	d.must(200, "GET", api+"/door/search?q=number", d.phone, nil)
	d.must(200, "GET", d.event+"/guests", d.host, nil)
	d.must(200, "GET", d.event+"/checkins", d.host, nil)
}

// wantRefused fails the test unless the answer says that nothing can be written now, and when to try again.
func wantRefused(t *testing.T, a answer) {
	t.Helper()
	if a.status != 503 || a.text(t, "code") != "unavailable" || a.text(t, "detail") == "" || a.header.Get("Retry-After") == "" {
		t.Fatalf("%d %s, Retry-After %q", a.status, a.body, a.header.Get("Retry-After"))
	}
}

// healsWithin is how long after its cause is gone a fault may last.
const healsWithin = 30 * time.Second

// heals waits until a check-in is taken again and returns how long that took.
func (d *door) heals() time.Duration {
	d.t.Helper()
	for began := time.Now(); ; {
		if a := d.scan(); a.status == 200 {
			return time.Since(began)
		} else if time.Since(began) > healsWithin {
			d.t.Fatalf("still %d after %v: %s", a.status, healsWithin, a.body)
		}
	}
}

// wantAll fails the test unless everything that was acknowledged is in the database, and that is sound.
func (d *door) wantAll() {
	d.t.Helper()
	kept := map[string]bool{}
	for path := d.event + "/checkins?limit=500"; path != ""; {
		a := d.must(200, "GET", path, d.host, nil)
		for _, row := range a.get(d.t, "items").([]any) {
			kept[row.(object)["nonce"].(string)] = true
		}
		path = ""
		if next := a.get(d.t, "next"); next != nil {
			path = d.event + "/checkins?limit=500&cursor=" + next.(string)
		}
	}
	lost := 0
	for nonce := range d.acknowledged {
		if !kept[nonce] {
			lost++
		}
	}
	if lost > 0 {
		d.t.Errorf("%d of %d acknowledged check-ins are lost", lost, len(d.acknowledged))
	}
	r, err := sqlite.Verify(d.t.Context(), sqlite.Path(d.data))
	if err != nil || len(r.Failed()) > 0 {
		d.t.Errorf("%v %+v", err, r.Failed())
	}
}

// A disk that fills up, at any moment of writing, refuses writes with a reason, keeps reading, loses nothing that was
// acknowledged, and takes writes again by itself once there is room.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t, 48<<20)
	d := newDoor(t, startWith(t, app.Config{Data: filepath.Join(dir, "data")}), 20)
	filler := filepath.Join(dir, "filler")
	slowest, refused := time.Duration(0), 0
	for range rounds(20) {
		for range rand.IntN(40) {
			if a := d.scan(); a.status != 200 {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		fill(t, filler)
		for until := 0; until < 20; { // the log may have room left for some more
			a := d.scan()
			if a.status == 200 {
				continue
			}
			wantRefused(t, a)
			until++
			refused++
		}
		d.wantReads()
		if a := d.send("GET", "/readyz", "", nil); a.status != 503 {
			t.Errorf("full, and ready: %d %s", a.status, a.body)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, d.heals())
	}
	d.wantAll()
	t.Logf("%d times full: %d check-ins acknowledged, %d refused, 0 lost; healed within %v", rounds(20), len(d.acknowledged), refused, slowest)
}
