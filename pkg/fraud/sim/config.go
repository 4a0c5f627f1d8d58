package sim

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// Locator says where an address is. Generate draws the addresses of a world from those that it knows.
type Locator interface {
	Locate(netip.Addr) doorward.Place
}

// Config describes a world.
type Config struct {
	Seed    uint64
	Events  int
	Guests  int // per event
	Profile Profile
	Start   time.Time // when the first invitations go out
	Attacks float64   // how many attacks, 1 for the usual rates
}

// DefaultConfig returns a world of 40 events with 60 guests each, as the given labelled worlds are.
func DefaultConfig(seed uint64, p Profile) Config {
	return Config{
		Seed: seed, Events: 40, Guests: 60, Profile: p,
		Start: time.Date(2026, time.September, 15, 16, 0, 0, 0, time.UTC), Attacks: 1,
	}
}

// weight is one of several alternatives, by name.
type weight struct {
	name string
	of   float64
}

// Profile is a kind of crowd: where it lives, and how it behaves. Rates are shares of 0 to 1.
type Profile struct {
	Name string

	events   []weight   // countries of the events
	abroad   float64    // guests who live in another country than the event's
	homes    []weight   // countries of those; none: of any
	parties  [5]float64 // guests with a party of 1, 2, …
	inApp    float64    // first opened inside a chat's or network's app
	apple    float64    // phones that are iPhones
	mobile   float64    // guests whose first device is a phone
	cellular float64    // visits by phone over a carrier's network
	work     float64    // guests with a workplace or campus behind one address
	offices  int        // such places per event
	helpers  float64    // helpers per event
	days     [2]float64 // from the invitations to the event, at least and at most
	travel   float64    // visits from another country
	arrives  float64    // guests from abroad who are in the event's country for its last days
	door     float64    // events that scan at the door
	ipv6     float64    // carriers that give IPv6 addresses
}

// usual is what profiles have in common unless they say otherwise. Parties, in-app first opens, phones
// and travel are of fraud.md §5.3; cellular, work, helpers and the door are read off the given worlds.
func usual() Profile {
	return Profile{
		abroad: .04, parties: [5]float64{.45, .35, .10, .05, .05}, inApp: .35, apple: .42, mobile: .88,
		cellular: .38, work: .30, offices: 6, helpers: .7, days: [2]float64{21, 50}, travel: .02, arrives: .3,
		door: .3, ipv6: .15,
	}
}

// Profiles returns the kinds of crowds, of which some should be held out when an engine is tuned:
// "eu" and "us" are towns like those of the given worlds, "world" has other countries and carriers,
// "students" live on few shared addresses and phones, and a "wedding" is far from where its guests live.
func Profiles() []Profile {
	eu := usual()
	eu.Name = "eu"
	eu.events = []weight{
		{"DE", 20}, {"FR", 15}, {"GB", 15}, {"IT", 12}, {"ES", 10}, {"NL", 7}, {"PL", 7}, {"SE", 5}, {"BE", 3},
		{"AT", 3}, {"CH", 3}, {"PT", 3}, {"CZ", 3},
	}
	us := usual()
	us.Name = "us"
	us.events = []weight{{"US", 88}, {"CA", 12}}
	us.apple, us.ipv6, us.cellular, us.abroad = .58, .5, .42, .03

	world := usual()
	world.Name = "world"
	world.events = []weight{
		{"IN", 16}, {"BR", 16}, {"JP", 12}, {"MX", 10}, {"ID", 8}, {"TR", 8}, {"AU", 8}, {"KR", 6}, {"ZA", 6},
		{"AR", 5}, {"TH", 5},
	}
	world.apple, world.cellular, world.mobile, world.abroad, world.ipv6 = .24, .55, .93, .06, .3

	students := usual()
	students.Name = "students"
	students.events = []weight{{"NL", 20}, {"DE", 20}, {"GB", 20}, {"US", 25}, {"ES", 15}}
	students.abroad, students.parties = .12, [5]float64{.78, .18, .03, .01, 0}
	students.inApp, students.cellular, students.work, students.offices = .55, .45, .85, 3
	students.helpers, students.days, students.mobile = .2, [2]float64{5, 18}, .95

	wedding := usual()
	wedding.Name = "wedding"
	wedding.events = []weight{{"IT", 30}, {"ES", 25}, {"PT", 20}, {"MX", 25}}
	wedding.homes = []weight{{"GB", 30}, {"US", 35}, {"DE", 20}, {"FR", 15}}
	wedding.abroad, wedding.arrives, wedding.travel = .55, .9, .05
	wedding.parties = [5]float64{.2, .5, .12, .12, .06}
	wedding.helpers, wedding.days, wedding.mobile, wedding.inApp = 2, [2]float64{60, 120}, .78, .25
	wedding.door = .2
	return []Profile{eu, us, world, students, wedding}
}

// ProfileNamed finds a profile by its name.
func ProfileNamed(name string) (Profile, error) {
	names := make([]string, 0, len(Profiles()))
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("no profile %q: there are %v", name, names)
}
