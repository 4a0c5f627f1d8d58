package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// median is the middle one of durations.
func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// known adds accounts named known0@example.com and so on, all with the password of one that is there.
func (p *program) known(n int, like string) {
	p.t.Helper()
	err := p.db.Write(p.t.Context(), func(tx *sqlite.Tx) error {
		_, hash, err := tx.UserForLogin(doorward.EmailKey(like))
		for i := range n {
			if err != nil {
				return err
			}
			email := fmt.Sprintf("known%d@example.com", i)
			u := doorward.User{ID: doorward.NewUserID(), Email: email, Name: "Known", EmailVerified: true, CreatedAt: tx.Now}
			err = tx.InsertUser(u, doorward.EmailKey(email), hash)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// An address that is known and one that is not take the same time to answer. The bound leaves room for a busy machine; a
// hash that is left out for one of them is far above it. With DOORWARD_TIMING, how many tries, the medians must be less
// than 5 ms apart: make timing. Known and unknown take turns, each with another address, and passwords cost what they do.
//
// ASVS 6.3.8
func TestAnswersTakeTheSameTime(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it takes many requests")
	}
	tries, exact := 9, false
	if n, err := strconv.Atoi(os.Getenv("DOORWARD_TIMING")); err == nil {
		tries, exact = n, true
	}
	p := startWith(t, app.Config{SignUp: app.SignUpOpen, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	p.user("ana")
	p.known(tries, "ana@example.com")
	for _, call := range []struct {
		path string
		body func(email string) object
		want int
	}{
		{api + "/auth/forgot-password", func(email string) object { return object{"email": email} }, 202},
		{api + "/auth/signup", signUpBody, 202},
		{api + "/auth/login", func(email string) object { return object{"email": email, "password": "not a garden party"} }, 401},
	} {
		took := map[string][]time.Duration{}
		var apart []time.Duration
		for i := range tries {
			pair := map[string]time.Duration{}
			kinds := []string{"known", "unknown"}
			if i%2 == 1 {
				slices.Reverse(kinds)
			}
			for _, kind := range kinds {
				body, err := json.Marshal(call.body(fmt.Sprintf("%s%d@example.com", kind, i)))
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				if got := p.from(fmt.Sprintf("10.0.%d.%d", i/250, i%250), call.path, string(body)); got.status != call.want {
					t.Fatalf("%s: %d %s", call.path, got.status, got.body)
				}
				pair[kind] = time.Since(began)
				took[kind] = append(took[kind], pair[kind])
			}
			apart = append(apart, pair["known"]-pair["unknown"])
		}
		known, unknown := median(took["known"]), median(took["unknown"])
		t.Logf("%s: known %v, unknown %v, the middle difference of a pair %v", call.path, known, unknown, median(apart))
		bound := 5 * time.Millisecond
		if !exact { // the quickest of a few is what a busy machine disturbs least
			known, unknown = slices.Min(took["known"]), slices.Min(took["unknown"])
			bound += min(known, unknown)
		}
		if (known - unknown).Abs() >= bound {
			t.Errorf("%s takes %v for a known address and %v for an unknown one", call.path, known, unknown)
		}
	}
}
