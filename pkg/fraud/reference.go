package fraud

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// referenceText has one access a line, from simulated evenings: "0" or "1" for a stranger's, and the evidence by family.
// `go test ./pkg/fraud/sim -run Reference -update` writes it anew.
//
//go:embed reference.csv
var referenceText string

// reference are the accesses that a learned model must not do worse on than the default.
var reference = sync.OnceValue(func() (lessons []Lesson) {
	for row := range strings.Lines(referenceText) {
		fields := strings.Split(strings.TrimSpace(row), ",")
		l := Lesson{Stranger: fields[0] == "1"}
		for f, text := range fields[1:] {
			// The file is ours, and a test reads it.
			l.Evidence[f], _ = strconv.ParseFloat(text, 64)
		}
		lessons = append(lessons, l)
	}
	return lessons
})

// onReference returns the area under the ROC curve, and the share of strangers above the 99th percentile of the honest.
func (m *Model) onReference() (area, caught float64) {
	var honest, strangers []float64
	for _, l := range reference() {
		if chance := m.chance(&l); l.Stranger {
			strangers = append(strangers, chance)
		} else {
			honest = append(honest, chance)
		}
	}
	slices.Sort(honest)
	limit := honest[len(honest)*99/100]
	for _, s := range strangers {
		below, _ := slices.BinarySearch(honest, s)
		above := below
		for above < len(honest) && honest[above] == s {
			above++
		}
		area += float64(below+above) / 2
		if s > limit {
			caught++
		}
	}
	n := float64(len(strangers))
	return area / n / float64(len(honest)), caught / n
}
