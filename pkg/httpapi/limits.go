package httpapi

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/limit"
)

// subject is whose doings a rate counts.
type subject string

const (
	byIP      subject = "ip"      // the client's address, of an IPv6 one its /64; see clientIP
	byAddress subject = "address" // the e-mail address that the request names; its handler spends it
	byToken   subject = "token"   // the guest's link in the path
	byUser    subject = "user"    // whoever is signed in
	byDevice  subject = "device"  // the paired phone
)

// rate lets a subject through many times in any stretch of time as long as per.
type rate struct {
	by   subject
	many int
	per  time.Duration
}

// limits are the rates of a route, which all must be kept. Routes with the same limits share the counts.
type limits struct{ rates []rate }

// The numbers stop guessing and floods, and must not be felt by an evening: three hundred guests behind the one address
// of a venue's Wi-Fi, an office that signs in at nine, a phone that hands in a queue of scans. What is only read without
// signing in has no limit: a link is refused by its signature before the database is asked.
var (
	setUps     = &limits{[]rate{{byIP, 60, time.Minute}}}
	signIns    = &limits{[]rate{{byIP, 60, time.Minute}, {byIP, 600, time.Hour}, {byAddress, 20, time.Minute}}}
	refreshes  = &limits{[]rate{{byIP, 600, time.Minute}}}
	signUps    = &limits{[]rate{{byIP, 60, time.Minute}}} // how many mails an address gets is package account's
	forgets    = &limits{[]rate{{byIP, 60, time.Minute}}}
	resets     = &limits{[]rate{{byIP, 30, time.Minute}}}
	pairings   = &limits{[]rate{{byIP, 30, time.Minute}}}
	joins      = &limits{[]rate{{byIP, 3000, time.Minute}, {byToken, 120, time.Minute}}} // a token cannot be guessed; this ends floods
	inviting   = &limits{[]rate{{byUser, 60, time.Hour}}}                                // each is a mail
	ticketing  = &limits{[]rate{{byUser, 60, time.Minute}}}
	recovering = &limits{[]rate{{byUser, 10, time.Minute}, {byUser, 60, time.Hour}}}

	opens   = &limits{[]rate{{byIP, 3000, time.Minute}, {byToken, 120, time.Minute}}}
	answers = &limits{[]rate{{byIP, 1200, time.Minute}, {byToken, 60, time.Minute}}}
	resends = &limits{[]rate{{byIP, 120, time.Minute}, {byToken, 60, time.Minute}}} // how many mails go out is package notify's

	// These only end what runs away: a page in a loop, a stolen phone.
	doorWork  = &limits{[]rate{{byDevice, 30_000, time.Minute}}}
	work      = &limits{[]rate{{byUser, 12_000, time.Minute}}}
	heavyWork = &limits{[]rate{{byUser, 60, time.Minute}}} // a whole guest list at a time
)

// rememberedKeys is how many subjects a rate remembers, at about 100 bytes each.
const rememberedKeys = 8192

// windows makes the counts of all limits.
func windows(all []route, clock func() time.Time) map[*limits][]*limit.Window {
	made := map[*limits][]*limit.Window{}
	for _, r := range all {
		if r.limits == nil || made[r.limits] != nil {
			continue
		}
		for _, rate := range r.limits.rates {
			made[r.limits] = append(made[r.limits], limit.New(clock, rate.many, rate.per, rememberedKeys))
		}
	}
	return made
}

// spend counts a request for a subject. Over a rate of the route it is CodeTooMany.
func (s *Server) spend(c *call, by subject, key string) error {
	if c.limits == nil {
		return nil
	}
	for i, rate := range c.limits.rates {
		if rate.by != by {
			continue
		}
		if wait := s.windows[c.limits][i].Take(key); wait > 0 {
			s.figures.refused.WithLabelValues(string(by)).Inc()
			return &doorward.Error{
				Code: doorward.CodeTooMany, Message: "That was a lot at once. Try again in " + inWords(wait) + ".", RetryAfter: wait,
				Hint: fmt.Sprintf("more than %d in %v by %s", rate.many, rate.per, by),
			}
		}
	}
	return nil
}

// limitCaller counts what is known of a request before anybody is asked who makes it.
func (s *Server) limitCaller(c *call) error {
	if err := s.spend(c, byIP, limit.Network(c.RealIP())); err != nil {
		return err
	}
	return s.spend(c, byToken, strings.ToUpper(c.Param("token")))
}

// limitAdmitted counts for whoever the guard let through.
func (s *Server) limitAdmitted(c *call) error {
	switch {
	case c.device.ID != "":
		return s.spend(c, byDevice, string(c.device.ID))
	case c.who.User.ID != "":
		return s.spend(c, byUser, string(c.who.User.ID))
	default:
		return nil
	}
}

// inWords is a wait as a person would say it, rounded up.
func inWords(d time.Duration) string {
	n, unit := int(math.Ceil(d.Seconds())), "second"
	if n > 90 {
		n, unit = int(math.Ceil(d.Minutes())), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}
