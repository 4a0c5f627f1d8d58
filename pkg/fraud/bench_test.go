package fraud_test

import (
	"fmt"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
)

func TestScore_allocatesNothing(t *testing.T) {
	p, own := known(withCrowd())
	a := p.access("ana", own, doorward.AccessOpen, officeIP)
	if n := testing.AllocsPerRun(100, func() { p.event.Score(nil, &a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkScore(b *testing.B) {
	for _, devices := range []int{1, 4, 8} {
		b.Run(fmt.Sprintf("devices=%d", devices), func(b *testing.B) {
			p, own := known(withCrowd())
			for i := range devices - 1 {
				p.open(phone(fmt.Sprintf("%s %d", pixelChrome, i), fmt.Sprintf("%dx%d@3", 300+i, 800+i)), officeIP)
			}
			a := p.access("ana", own, doorward.AccessOpen, officeIP)
			b.ReportAllocs()
			for b.Loop() {
				p.event.Score(nil, &a)
			}
		})
	}
}

func BenchmarkObserve(b *testing.B) {
	p, own := known(withCrowd())
	a := p.access("ana", own, doorward.AccessOpen, officeIP)
	r := p.event.Score(nil, &a)
	b.ReportAllocs()
	for b.Loop() {
		p.event.Observe(&a, &r)
	}
}
