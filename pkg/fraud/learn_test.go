package fraud_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// office are verdicts at a place whose guests come on the networks that they came on before, and whose strangers do not.
func office(legitimate, suspicious, guests int) (lessons []fraud.Lesson) {
	draw := rand.New(rand.NewPCG(7, 7))
	for i := range legitimate + suspicious {
		l := fraud.Lesson{Guest: doorward.GuestID(fmt.Sprint("guest-", i%guests)), Stranger: i >= legitimate, Score: 45}
		l.Evidence[fraud.FamilyDevice] = 1 + draw.Float64()
		if l.Stranger {
			l.Evidence[fraud.FamilyNetwork] = draw.Float64()
		} else {
			l.Evidence[fraud.FamilyNetwork] = -1 - draw.Float64()
		}
		lessons = append(lessons, l)
	}
	return lessons
}

func TestLearn_fromWhatTheHostSays(t *testing.T) {
	f := fraud.Learn(office(40, 20, 12))
	if !f.Active {
		t.Fatalf("nothing was learned: %s %+v", f.Reason, f)
	}
	if w := f.Model.Weights[fraud.FamilyNetwork]; w <= 1 {
		t.Errorf("the network weighs %v, though it tells guests from strangers", w)
	}
	if f.After.Loss >= f.Before.Loss {
		t.Errorf("the loss rose from %v to %v", f.Before.Loss, f.After.Loss)
	}
	if diff := cmp.Diff(f, fraud.Learn(office(40, 20, 12))); diff != "" {
		t.Errorf("the same verdicts teach something else: %s", diff)
	}
}

func TestLearn_gates(t *testing.T) {
	for _, c := range []struct {
		name    string
		lessons []fraud.Lesson
	}{
		{"no verdict", nil},
		{"too few", office(19, 10, 10)},
		{"too few suspicious", office(40, 9, 10)},
		{"of too few guests", office(40, 20, 4)},
		{"told the wrong way round", func() []fraud.Lesson {
			lessons := office(60, 60, 20)
			for i := range lessons {
				lessons[i].Stranger = !lessons[i].Stranger
				lessons[i].Evidence[fraud.FamilyFanOut] = map[bool]float64{true: 0, false: 5}[lessons[i].Stranger]
			}
			return lessons
		}()},
	} {
		if f := fraud.Learn(c.lessons); f.Active || f.Reason == "" {
			t.Errorf("%s: learned %+v", c.name, f.Model)
		}
	}
}

// A coin teaches that evidence says little, which is true of a coin; what it may cost on the reference is bounded.
func TestLearn_fromACoin(t *testing.T) {
	for seed := range uint64(20) {
		lessons := office(60, 60, 20)
		draw := rand.New(rand.NewPCG(seed, 2))
		for i := range lessons {
			lessons[i].Stranger = draw.IntN(2) == 0
		}
		f := fraud.Learn(lessons)
		if f.Active && (f.After.Area < f.Before.Area-0.005 || f.After.Caught < f.Before.Caught-0.005) {
			t.Errorf("coin %d lets strangers through: %+v, before %+v", seed, f.After, f.Before)
		}
	}
}

// Whatever hosts say, a family keeps its sign and at least half of its weight.
func TestLearn_bounds(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		var lessons []fraud.Lesson
		for i := range 200 {
			l := fraud.Lesson{Guest: doorward.GuestID(fmt.Sprint(i % 30)), Stranger: draw.IntN(3) == 0, Score: draw.IntN(101)}
			for f := range l.Evidence {
				l.Evidence[f] = draw.Float64()*12 - 4
			}
			lessons = append(lessons, l)
		}
		m := fraud.Learn(lessons).Model
		for f, w := range m.Weights {
			if w < 0.5 || w > 1.5 {
				t.Errorf("family %d weighs %v", f, w)
			}
		}
		if m.Offset < -1.5 || m.Offset > 1.5 {
			t.Errorf("the offset is %v", m.Offset)
		}
	}
}

func BenchmarkLearn(b *testing.B) {
	lessons := office(600, 400, 100)
	for b.Loop() {
		fraud.Learn(lessons)
	}
}

// However much the host of one event says, it weighs what 40 verdicts do, and what one host says of many events what 80 do:
// the same verdicts of many hosts move the model further.
func TestLearn_oneEventIsNotTheBox(t *testing.T) {
	weight := func(event, host func(i int) int) float64 {
		lessons := office(400, 200, 60)
		for i := range lessons {
			lessons[i].Event = doorward.EventID(fmt.Sprint("evt_", event(i)))
			lessons[i].Host = doorward.UserID(fmt.Sprint("usr_", host(i)))
		}
		return fraud.Learn(lessons).Model.Weights[fraud.FamilyNetwork]
	}
	one, each := func(int) int { return 0 }, func(i int) int { return i % 30 }
	many, oneHost, oneEvent := weight(each, each), weight(each, one), weight(one, one)
	if many <= oneHost || oneHost <= oneEvent || oneEvent <= 1 {
		t.Errorf("the network weighs %v by 30 hosts, %v by one, %v by one of one event", many, oneHost, oneEvent)
	}
}
