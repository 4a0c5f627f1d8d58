package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"
)

// cost is what Argon2id is told to spend on a password, on one lane.
type cost struct{ memoryKiB, passes uint32 }

// leastCost are OWASP's smallest parameters for Argon2id; a faster box makes up to maxPasses.
var leastCost = cost{memoryKiB: 19456, passes: 2}

const (
	maxPasses = 4
	// hashWithin is how long one hash should take at most on this box, as long as leastCost allows it.
	hashWithin = 250 * time.Millisecond

	argonLanes = 1
	saltBytes  = 16
	hashBytes  = 32
)

// waitingHashes is how many hashes may wait for a slot; maxHashing how many run at most, at 19 MiB each.
const (
	waitingHashes = 16
	maxHashing    = 4
)

// queueWithin is how long a hash may wait for its slot: well below the time that a request has.
const queueWithin = 10 * time.Second

// hasher lets a few passwords be hashed at a time: all cores but one, so that the door always has one to itself.
type hasher struct {
	slots chan struct{} // one per hash that runs
	queue chan struct{} // one per hash that runs or waits
}

func newHasher(cores int) *hasher {
	n := max(1, min(cores-1, maxHashing))
	return &hasher{slots: make(chan struct{}, n), queue: make(chan struct{}, n+waitingHashes)}
}

// enter waits for a slot, which leave gives back. A full queue, a wait that takes too long and an ended context are
// CodeUnavailable.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	busy := &doorward.Error{
		Code: doorward.CodeUnavailable, Message: "Many people are signing in right now. Try again in a moment.", RetryAfter: 2 * time.Second,
	}
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, busy
	}
	ctx, stop := context.WithTimeout(ctx, queueWithin)
	defer stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, busy
	}
}

func (c cost) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.passes, c.memoryKiB, argonLanes, hashBytes)
}

// hash returns the PHC string of a password.
func (c cost) hash(password string) doorward.Secret {
	salt := make([]byte, saltBytes)
	rand.Read(salt) //nolint:errcheck // documented never to return an error
	b64 := base64.RawStdEncoding.EncodeToString
	return doorward.Secret(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.memoryKiB, c.passes, argonLanes, b64(salt), b64(c.key(password, salt))))
}

// matches reports whether a password is the one behind a PHC string. An empty hash belongs to an account without a
// password, and to no account at all: it costs as much as a real one and never matches.
func (c cost) matches(password string, phc doorward.Secret) (bool, error) {
	if phc == "" {
		c.key(password, make([]byte, saltBytes))
		return false, nil
	}
	if isBcrypt(phc) {
		err := bcrypt.CompareHashAndPassword([]byte(phc.Reveal()), []byte(norm.NFKC.String(password)))
		if errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
			return false, nil
		}
		return err == nil, err
	}
	spent, salt, want, err := parsePHC(phc.Reveal())
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(spent.key(password, salt), want) == 1, nil
}

// isBcrypt tells the hashes of an older system. Each is taken once: SignIn replaces it.
func isBcrypt(hash doorward.Secret) bool { return strings.HasPrefix(hash.Reveal(), "$2") }

var errPHC = errors.New("the stored password hash is not one of ours")

// parsePHC reads what hash wrote, whatever it cost.
func parsePHC(phc string) (c cost, salt, key []byte, err error) {
	fields := strings.Split(phc, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	lanes := 0
	_, err = fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &c.memoryKiB, &c.passes, &lanes)
	if err != nil || lanes != argonLanes || c.passes < leastCost.passes || c.passes > maxPasses || c.memoryKiB != leastCost.memoryKiB {
		return c, nil, nil, errPHC
	}
	if salt, err = base64.RawStdEncoding.DecodeString(fields[4]); err != nil {
		return c, nil, nil, errPHC
	}
	if key, err = base64.RawStdEncoding.DecodeString(fields[5]); err != nil || len(key) != hashBytes {
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}

// calibrated is the cost to spend on a box that took some time for leastCost. No time at all is a clock that stands still.
func calibrated(took time.Duration) cost {
	c := leastCost
	if took > 0 {
		passes := hashWithin * time.Duration(c.passes) / took
		c.passes = uint32(min(max(passes, time.Duration(c.passes)), maxPasses)) //nolint:gosec // 2 to 4
	}
	return c
}

// storedCost is what this database's passwords cost, or leastCost while it has none.
func storedCost(tx *sqlite.Tx) (c cost, err error) {
	c.memoryKiB, c.passes, err = tx.PasswordCost()
	if c.passes == 0 {
		c = leastCost
	}
	return c, err
}

// hash hashes a new password in a slot. The first one of a database is also the measure of what all will cost.
func (a *Accounts) hash(ctx context.Context, password doorward.Secret) (doorward.Secret, error) {
	leave, err := a.hasher.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	var c cost
	measured := false
	err = a.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		c.memoryKiB, c.passes, err = tx.PasswordCost()
		measured = c.passes > 0
		return err
	})
	if err == nil && !measured {
		c, err = a.calibrate(ctx)
	}
	if err != nil {
		return "", err
	}
	return c.hash(password.Reveal()), nil
}

// calibrate measures what a hash takes and stores what all will cost. Of two at the same time the first is kept.
func (a *Accounts) calibrate(ctx context.Context) (c cost, err error) {
	started := a.clock()
	leastCost.hash("how long does this take")
	measured := calibrated(a.clock().Sub(started))
	err = a.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertPasswordCost(measured.memoryKiB, measured.passes); err != nil {
			return err
		}
		c, err = storedCost(tx)
		return err
	})
	return c, err
}
