package sim

import (
	"math"
	"slices"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
)

// Bucket groups visits by how many honest ones their guest's link had seen before.
type Bucket string

const (
	Bucket0    Bucket = "0"
	Bucket1    Bucket = "1"
	Bucket2    Bucket = "2-3"
	Bucket4    Bucket = "4+"
	BucketPast Bucket = "1+" // all with history
	bucketAll  Bucket = "all"
)

// Buckets lists them in order.
func Buckets() []Bucket { return []Bucket{Bucket0, Bucket1, Bucket2, Bucket4, BucketPast} }

// bucketsOf returns the buckets that a visit with a history belongs to.
func bucketsOf(hist int) []Bucket {
	switch {
	case hist == 0:
		return []Bucket{Bucket0}
	case hist == 1:
		return []Bucket{Bucket1, BucketPast}
	case hist <= 3:
		return []Bucket{Bucket2, BucketPast}
	default:
		return []Bucket{Bucket4, BucketPast}
	}
}

// kindOf names an attack with its ordinal where that matters: the fourth stranger with a leaked link is
// another task than the first.
func kindOf(l *Label) string {
	attack := l.Label[len(attackPrefix):]
	switch attack {
	case "leak":
		if l.K >= 4 {
			return "leak.k4+"
		}
		return "leak.k" + strconv.Itoa(l.K)
	case "harvest":
		switch {
		case l.K <= 2:
			return "harvest.k1-2"
		case l.K == 3:
			return "harvest.k3"
		case l.K <= 5:
			return "harvest.k4-5"
		default:
			return "harvest.k6+"
		}
	case "slow_drip":
		if l.K <= 2 {
			return "slow_drip.k1-2"
		}
		return "slow_drip.k3+"
	case "naive", "vpn", "friend", "targeted", "verytargeted":
		if l.K > 1 {
			return "returning"
		}
	case "poison", "stolen_first":
		if l.K <= 1 {
			return attack + ".k1"
		}
		return attack + ".k2+"
	}
	return attack
}

// cell is one attack in one bucket.
type cell struct {
	kind   string
	bucket Bucket
}

// guestKey names a guest of a world.
type guestKey struct {
	world        int
	event, guest string
}

type caseKey struct{ world, id int }

// attackCase is the highest score of one attacker, and the ordinal of the first visit in the high band.
type attackCase struct {
	kind   string
	top    float64
	toHigh int // math.MaxInt: never
}

// classCount counts lines, those given exactly their class, and those given any class but human.
type classCount struct{ n, hit, bot int }

// visit is one page visit: the highest score of its opens and answers.
type visit struct {
	label *Label
	score float64
}

// tally is what one world, or several together, contribute to a Report.
type tally struct {
	honest           map[Bucket][]float64 // sorted scores of honest visits
	attacks          map[cell][]float64
	scans, replays   []float64 // honest scans, sorted; and those of somebody else's code
	classes          map[string]*classCount
	guests, attacked map[guestKey]float64 // highest score of a guest's honest lines
	cases            map[caseKey]*attackCase
	stated           []stated
}

// stated is a visit as the calibration sees it.
type stated struct {
	score  float64
	attack bool
	fold   int // 0 or 1: the half of the events that it is of
}

func newTally() *tally {
	return &tally{
		honest: map[Bucket][]float64{}, attacks: map[cell][]float64{}, classes: map[string]*classCount{},
		guests: map[guestKey]float64{}, attacked: map[guestKey]float64{}, cases: map[caseKey]*attackCase{},
	}
}

func (t *tally) count(name string, hit, bot bool) {
	c := t.classes[name]
	if c == nil {
		c = &classCount{}
		t.classes[name] = c
	}
	c.n++
	if hit {
		c.hit++
	}
	if bot {
		c.bot++
	}
}

// collect reads one world.
func collect(world int, s Scored) *tally {
	t := newTally()
	wasAttacked := map[string]bool{}
	for i := range s.Labels {
		if l := &s.Labels[i]; l.isAttack() {
			wasAttacked[l.Guest] = true
		}
	}
	visits, order := map[int]*visit{}, []*visit(nil)
	for i := range s.Labels {
		l, kind, r := &s.Labels[i], s.Kinds[i], &s.Results[i]
		score := r.Score
		if !r.Evaluated {
			score = 0
		}
		if l.isBot() {
			t.count(l.Label, string(r.Class) == l.Label, r.Class != doorward.ClassHuman)
			continue
		}
		switch {
		case kind == doorward.AccessScan && l.Label == LabelLegit:
			t.scans = append(t.scans, score)
		case kind == doorward.AccessScan:
			t.replays = append(t.replays, score)
		case kind != doorward.AccessFetch:
			if v := visits[l.Visit]; v == nil {
				v = &visit{l, score}
				visits[l.Visit] = v
				order = append(order, v)
			} else {
				v.score = max(v.score, score)
			}
			if l.Label == "attack:automation" || l.Label == "attack:preview_spoof" {
				t.count("automation", r.Class == doorward.ClassAutomation, r.Class != doorward.ClassHuman)
			}
		}
		if l.Label == LabelLegit {
			t.honestLine(guestKey{world, l.Event, l.Guest}, wasAttacked[l.Guest], kind, r.Class, score)
		}
	}
	t.visits(world, order)
	return t
}

// honestLine counts one line of an honest person.
func (t *tally) honestLine(g guestKey, attacked bool, kind doorward.AccessKind, class doorward.Class, score float64) {
	if kind != doorward.AccessScan {
		t.count("human-"+string(kind), false, class != doorward.ClassHuman)
	}
	of := t.guests
	if attacked {
		of = t.attacked
	}
	of[g] = max(of[g], score)
}

// visits sorts the visits of a world by attack and history.
func (t *tally) visits(world int, order []*visit) {
	folds := map[string]int{}
	for _, v := range order {
		if _, ok := folds[v.label.Event]; !ok {
			folds[v.label.Event] = len(folds) % 2
		}
		t.stated = append(t.stated, stated{v.score, v.label.isAttack(), folds[v.label.Event]})
		buckets := bucketsOf(v.label.Hist)
		if !v.label.isAttack() {
			for _, b := range append(buckets, bucketAll) {
				t.honest[b] = append(t.honest[b], v.score)
			}
			continue
		}
		kind := kindOf(v.label)
		for _, b := range buckets {
			t.attacks[cell{kind, b}] = append(t.attacks[cell{kind, b}], v.score)
		}
		key := caseKey{world, v.label.Case}
		c := t.cases[key]
		if c == nil {
			c = &attackCase{kind: v.label.Label[len(attackPrefix):], toHigh: math.MaxInt}
			t.cases[key] = c
		}
		c.top = max(c.top, v.score)
		if v.score >= highFrom {
			c.toHigh = min(c.toHigh, v.label.K)
		}
	}
	for _, scores := range t.honest {
		slices.Sort(scores)
	}
	slices.Sort(t.scans)
}

// merge adds another world to t.
func (t *tally) merge(o *tally) {
	for b, scores := range o.honest {
		t.honest[b] = append(t.honest[b], scores...)
		slices.Sort(t.honest[b])
	}
	for c, scores := range o.attacks {
		t.attacks[c] = append(t.attacks[c], scores...)
	}
	t.scans = append(t.scans, o.scans...)
	slices.Sort(t.scans)
	t.replays = append(t.replays, o.replays...)
	for name, c := range o.classes {
		if t.classes[name] == nil {
			t.classes[name] = &classCount{}
		}
		sum := t.classes[name]
		sum.n, sum.hit, sum.bot = sum.n+c.n, sum.hit+c.hit, sum.bot+c.bot
	}
	for g, score := range o.guests {
		t.guests[g] = score
	}
	for g, score := range o.attacked {
		t.attacked[g] = score
	}
	for k, c := range o.cases {
		t.cases[k] = c
	}
	t.stated = append(t.stated, o.stated...)
}
