package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Event is what the engine remembers of one event: its guests' devices and networks, how common each is, and which
// device used whose link. It is made anew from the access log by handing its rows to Observe in order.
//
// One goroutine at a time may use an Event: Score only reads it, Observe changes it. A guest takes less than 1 KiB, the
// rest of an event at most about 4 MiB, of which an evening of 300 guests needs a tenth.
type Event struct {
	guests     map[doorward.GuestID]*guest
	cookies    usage // by device cookie
	devices    usage // by a device's look and line
	looks      usage // by a device's look alone
	lines      usage // by line, of known devices: one that many guests share tells them apart no more
	population population
	pace       pace              // of devices that came first
	moving     float64           // share of the visits of known devices, of late, that came from a country new to them
	agents     map[string]client // parsed user agents: most accesses repeat one
}

// NewEvent returns an Event that has seen nothing.
func NewEvent() *Event {
	return &Event{guests: map[doorward.GuestID]*guest{}, agents: map[string]client{}, population: newPopulation()}
}

// agentsKept bounds Event.agents. When it is full they are parsed anew; a guest list has a few hundred.
const agentsKept = 1024

func (e *Event) client(ua string) client {
	if c, ok := e.agents[ua]; ok {
		return c
	}
	return client{agent: parseAgent(ua), class: agentClass(ua)}
}

func (e *Event) remember(ua string, c client) {
	if len(e.agents) >= agentsKept {
		clear(e.agents)
	}
	e.agents[ua] = c
}

// usage says which guests' links were used under each of some keys. It holds the newest usageKept to twice as many
// keys: when one half is full, the older half is dropped.
type usage struct{ newer, older map[uint64]*uses }

const usageKept = 2048

// uses are the newest uses by different guests under one key, oldest first.
type uses struct {
	n    int
	last [usesKept]use
}

const usesKept = 10

type use struct {
	guest uint64 // hash of the id
	at    int64  // Unix seconds, of this guest's newest use
}

func (u *usage) find(key uint64) *uses {
	if found, ok := u.newer[key]; ok {
		return found
	}
	return u.older[key]
}

func (u *usage) add(key, guest uint64, at int64) {
	list := u.find(key)
	if list == nil {
		list = &uses{}
	}
	if _, ok := u.newer[key]; !ok {
		if u.newer == nil || len(u.newer) >= usageKept {
			u.newer, u.older = make(map[uint64]*uses), u.newer
		}
		u.newer[key] = list
	}
	list.add(guest, at)
}

// add makes a guest the newest. When the list is full the oldest goes.
func (u *uses) add(guest uint64, at int64) {
	i := 0
	for i < u.n && u.last[i].guest != guest {
		i++
	}
	if i == len(u.last) {
		i = 0
	}
	if i < u.n {
		copy(u.last[i:], u.last[i+1:u.n])
		u.n--
	}
	u.last[u.n] = use{guest, at}
	u.n++
}

// others counts the guests other than one whose links were used within a time before now, in either direction: a
// clock may have stepped back.
func (u *uses) others(guest uint64, now, within int64) int {
	if u == nil {
		return 0
	}
	n := 0
	for _, x := range u.last[:u.n] {
		if d := now - x.at; x.guest != guest && d <= within && -d <= within {
			n++
		}
	}
	return n
}

// population is how common devices, languages and networks are among those who opened links of the event, each device
// of a guest counted once.
type population struct {
	total   int
	systems [systemChromeOS + 1]int
	screens map[uint64]int // by system and screen
	tongues map[uint32]int // by language
	zones   map[uint32]int // by time zone
	asns    map[uint32]int
	abroad  int // devices that were first seen outside the country most common till then
	nations map[string]int
	home    string // the most common country
}

// populationKept bounds each map of a population; what comes later counts as rare.
const populationKept = 256

func newPopulation() population {
	return population{screens: map[uint64]int{}, tongues: map[uint32]int{}, zones: map[uint32]int{}, asns: map[uint32]int{}, nations: map[string]int{}}
}

func (p *population) add(d *device, at doorward.Place) {
	p.total++
	p.systems[d.system]++
	count(p.screens, d.screenKey())
	count(p.tongues, d.language)
	count(p.zones, d.timezone)
	if at.ASN != 0 {
		count(p.asns, at.ASN)
	}
	if at.Country == "" || at.Network == doorward.NetworkHosting || at.Network == doorward.NetworkVPN || at.Network == doorward.NetworkRelay {
		return
	}
	count(p.nations, at.Country)
	if p.nations[at.Country] > p.nations[p.home] {
		p.home = at.Country
	}
	if at.Country != p.home {
		p.abroad++
	}
}

func count[K comparable](counts map[K]int, key K) {
	if _, ok := counts[key]; ok || len(counts) < populationKept {
		counts[key]++
	}
}

// smoothing is how many imagined devices stand for what is known of the world before an event has any (the Dirichlet
// weight α).
const smoothing = 8

// share estimates how common a value is, given how often it was seen among total and how common it is in the world.
func share(seen, total int, world float64) float64 {
	return (float64(seen) + float64(smoothing*world)) / float64(total+smoothing)
}
