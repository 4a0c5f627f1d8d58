package fraud

import (
	"math"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
)

// Lesson is one verdict as it is learned from.
type Lesson struct {
	Guest    doorward.GuestID
	Event    doorward.EventID  // "": of none that others are of
	Host     doorward.UserID   // who judged; "" like that
	Evidence [Families]float64 // as found, before the model
	Stranger bool              // the host called it suspicious
	Score    int               // that it had; hosts mostly judge what was shown to them

	counts float64 // up to 1; see weighed
}

// Fit is what learning found.
type Fit struct {
	Model      Model   `json:"model"`
	Legitimate int     `json:"legitimate"` // verdicts
	Suspicious int     `json:"suspicious"`
	Before     Figures `json:"before"`
	After      Figures `json:"after"`
	Active     bool    `json:"active"` // whether the gates let it judge
	Reason     string  `json:"reason"` // which gate did not, in words for the host; "" when active
}

// Figures say how well a model agrees with the verdicts of guests that it was not fitted to, and with the reference
// accesses that come with the program.
type Figures struct {
	Loss      float64 `json:"loss"`      // mean log-loss on guests that were left out; lower is better
	Deviation float64 `json:"deviation"` // standard error of Loss
	Area      float64 `json:"area"`      // AUC on the reference
	Caught    float64 `json:"caught"`    // share of the reference's strangers above its honest 99th percentile
}

// The gates. Hosts are few and label what alarmed them, so little is believed, and never much.
const (
	lessonsLegitimate = 20
	lessonsSuspicious = 10
	lessonsGuests     = 5 // of each kind, so that one guest's story teaches nobody

	priorPrecision = 25.0 // verdicts that the default weighs
	priorLogOdds   = -3.5 // of a stranger, among all accesses
	offsetMost     = 1.5
	weightLeast    = 0.5 // times the default
	weightMost     = 1.5
	referenceSlack = 0.005
	newtonSteps    = 25

	// One event weighs no more than so many verdicts, and one host, whatever they say: what is learned judges other hosts'
	// events too.
	eventMost = 40
	hostMost  = 80
)

// Learn fits a model to the verdicts: the one most probable of them when the default is believed as much as
// priorPrecision verdicts (a logistic regression with a Gaussian prior around the default, by Newton's method in a
// fixed number of steps). Weights stay between half and one and a half of the default and never change their sign. The fit
// judges only if there are enough verdicts of enough guests, if it foretells the verdicts of guests it has not seen
// by more than one standard error better than the default, and if it does not lose more than half a point on the
// reference accesses.
//
// The verdicts of one event weigh together no more than eventMost, those of one host no more than hostMost.
//
// The same lessons in the same order give the same fit.
func Learn(lessons []Lesson) Fit {
	f := Fit{Model: *DefaultModel()}
	lessons = weighed(lessons)
	guests := [2]map[doorward.GuestID]bool{{}, {}}
	for i := range lessons {
		if lessons[i].Stranger {
			f.Suspicious++
			guests[1][lessons[i].Guest] = true
		} else {
			f.Legitimate++
			guests[0][lessons[i].Guest] = true
		}
	}
	if f.Legitimate < lessonsLegitimate || f.Suspicious < lessonsSuspicious ||
		len(guests[0]) < lessonsGuests || len(guests[1]) < lessonsGuests {
		f.Reason = "There are too few verdicts to learn from: it takes 20 legitimate and 10 suspicious ones, of 5 guests each."
		return f
	}
	f.Model = fit(lessons, -1, 0)
	f.Before.Area, f.Before.Caught = defaultModel.onReference()
	f.After.Area, f.After.Caught = f.Model.onReference()
	better, deviation := f.crossValidate(lessons)
	switch {
	case better <= deviation:
		f.Reason = "What was learned does not foretell other guests' verdicts better than the default."
	case f.After.Area < f.Before.Area-referenceSlack || f.After.Caught < f.Before.Caught-referenceSlack:
		f.Reason = "What was learned would miss strangers that the default catches."
	default:
		f.Active = true
	}
	return f
}

// weighed returns the lessons with what each counts.
func weighed(lessons []Lesson) []Lesson {
	events, hosts := map[doorward.EventID]float64{}, map[doorward.UserID]float64{}
	for i := range lessons {
		events[lessons[i].Event]++
		hosts[lessons[i].Host]++
	}
	out := slices.Clone(lessons)
	for i := range out {
		l := &out[i]
		l.counts = 1
		if n := events[l.Event]; l.Event != "" && n > eventMost {
			l.counts = eventMost / n
		}
		if n := hosts[l.Host]; l.Host != "" && n > hostMost {
			l.counts = min(l.counts, hostMost/n)
		}
	}
	return out
}

// folds is in how many parts the guests are cut: each part is foretold by a model of the others.
const folds = 10

func foldOf(guest doorward.GuestID) int { return int(hash(string(guest)) >> 8 % folds) }

// crossValidate fills in the losses, and returns by how much the fit's is lower, and the standard error of that. The
// default is given the offset that suits it best, since hosts judge more of what is suspicious than there is.
func (f *Fit) crossValidate(lessons []Lesson) (better, deviation float64) {
	var models [folds][2]Model
	for k := range models {
		models[k] = [2]Model{fit(lessons, k, int(Families)), fit(lessons, k, 0)}
	}
	var before, after, gain spread
	for i := range lessons {
		l := &lessons[i]
		m := &models[foldOf(l.Guest)]
		b, a := m[0].loss(l), m[1].loss(l)
		before.add(b, l.counts)
		after.add(a, l.counts)
		gain.add(b-a, l.counts)
	}
	f.Before.Loss, f.Before.Deviation = before.mean(), before.error()
	f.After.Loss, f.After.Deviation = after.mean(), after.error()
	return gain.mean(), gain.error()
}

// spread sums numbers for their mean and its standard error.
type spread struct{ n, sum, squares float64 }

func (s *spread) add(x, counts float64) {
	s.n += counts
	s.sum += float64(counts * x)
	s.squares += float64(float64(counts*x) * x)
}

func (s *spread) mean() float64 { return s.sum / s.n }

func (s *spread) error() float64 {
	variance := s.squares/s.n - float64(s.mean()*s.mean())
	return math.Sqrt(max(variance, 0) / s.n)
}

func (m *Model) chance(l *Lesson) float64 {
	sum := m.Offset + priorLogOdds
	for f, found := range l.Evidence {
		sum += float64(m.Weights[f] * found)
	}
	return 1 / (1 + exp(-min(max(sum, -30), 30)))
}

func (m *Model) loss(l *Lesson) float64 {
	p := m.chance(l)
	if !l.Stranger {
		p = 1 - p
	}
	return -ln(max(p, 1e-9))
}

// shown is how likely a host was to see an access of a score and judge it: an alarm mostly, an inconspicuous one by
// the two that the inbox asks for.
func shown(score int) float64 {
	if score >= 30 {
		return 0.8
	}
	return 0.1
}

const parameters = int(Families) + 1

// fit finds the model without the lessons of one fold, leaving the weights of the first fixed families as they are.
func fit(lessons []Lesson, without, fixed int) Model {
	m := *DefaultModel()
	for range newtonSteps {
		var gradient [parameters]float64
		var curve [parameters][parameters]float64
		for k := range gradient {
			at := m.parameter(k)
			gradient[k] = float64(priorPrecision * (at - defaultModel.parameter(k)))
			curve[k][k] = priorPrecision
		}
		for i := range lessons {
			if foldOf(lessons[i].Guest) != without {
				m.pull(&lessons[i], &gradient, &curve)
			}
		}
		for k := range fixed {
			hold(k, &curve, &gradient)
		}
		step, ok := solve(&curve, &gradient)
		if !ok {
			return *DefaultModel()
		}
		for k := fixed; k < parameters; k++ {
			m.move(k, -step[k])
		}
	}
	return m
}

// hold takes a parameter out of the equations.
func hold(k int, curve *[parameters][parameters]float64, gradient *[parameters]float64) {
	for j := range curve {
		curve[k][j], curve[j][k] = 0, 0
	}
	curve[k][k], gradient[k] = 1, 0
}

// pull adds what one lesson says to the slope and curvature of the loss.
func (m *Model) pull(l *Lesson, gradient *[parameters]float64, curve *[parameters][parameters]float64) {
	weight := l.counts / shown(l.Score)
	p := m.chance(l)
	miss := p
	if l.Stranger {
		miss = p - 1
	}
	for k := range gradient {
		x := l.input(k)
		gradient[k] += float64(float64(weight*miss) * x)
		for j := range gradient {
			curve[k][j] += float64(float64(float64(float64(weight*p)*(1-p))*x) * l.input(j))
		}
	}
}

func (l *Lesson) input(k int) float64 {
	if k == int(Families) {
		return 1
	}
	return min(max(l.Evidence[k], -4), 4)
}

func (m *Model) parameter(k int) float64 {
	if k == int(Families) {
		return m.Offset
	}
	return m.Weights[k]
}

// move changes a parameter within its bounds.
func (m *Model) move(k int, by float64) {
	if k == int(Families) {
		m.Offset = round(min(max(m.Offset+by, -offsetMost), offsetMost))
		return
	}
	m.Weights[k] = round(min(max(m.Weights[k]+by, weightLeast), weightMost))
}

// solve finds x of a·x = b for a symmetric, positive a, by Cholesky's method.
func solve(a *[parameters][parameters]float64, b *[parameters]float64) (x [parameters]float64, ok bool) {
	var l [parameters][parameters]float64
	for i := range l {
		for j := range i + 1 {
			sum := a[i][j]
			for k := range j {
				sum -= float64(l[i][k] * l[j][k])
			}
			if i != j {
				l[i][j] = sum / l[j][j]
				continue
			}
			if sum <= 0 {
				return x, false
			}
			l[i][i] = math.Sqrt(sum)
		}
	}
	for i := range l {
		sum := b[i]
		for k := range i {
			sum -= float64(l[i][k] * x[k])
		}
		x[i] = sum / l[i][i]
	}
	for i := parameters - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < parameters; k++ {
			sum -= float64(l[k][i] * x[k])
		}
		x[i] = sum / l[i][i]
	}
	return x, true
}
