package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// chance draws from a seeded source everything that a world leaves to chance.
type chance struct{ *rand.Rand }

// stream tells the generator's source from others that share its seed.
const stream = 0xd002aa2d

func newChance(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, stream))} }

func (c chance) is(p float64) bool { return c.Float64() < p }

func (c chance) between(from, to float64) float64 { return from + (to-from)*c.Float64() }

// lognormal draws around a median; two thirds are within a factor of exp(sigma).
func (c chance) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*c.NormFloat64())
}

// poisson draws a count with a mean below a few dozen.
func (c chance) poisson(mean float64) int {
	n := 0
	for left := c.ExpFloat64(); left < mean; left += c.ExpFloat64() {
		n++
	}
	return n
}

// one draws an alternative by its weight.
func (c chance) one(of []weight) string {
	sum := 0.0
	for _, w := range of {
		sum += w.of
	}
	left := c.Float64() * sum
	for _, w := range of {
		if left -= w.of; left < 0 {
			return w.name
		}
	}
	return of[len(of)-1].name
}

// index draws an index by its weight.
func (c chance) index(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	left := c.Float64() * sum
	for i, w := range weights {
		if left -= w; left < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// pick draws one of a list that is not empty.
func pick[T any](c chance, of []T) T { return of[c.IntN(len(of))] }

func hours(h float64) time.Duration   { return time.Duration(h * float64(time.Hour)) }
func minutes(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }
func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// awake moves a time to an hour of the same local day at which people are up, but not before earliest.
func (c chance) awake(at, earliest time.Time, lon float32) time.Time {
	offset := time.Duration(math.Round(float64(lon)/15)) * time.Hour
	localTime := at.Add(offset)
	const most = 2 // of hourWeights
	if c.is(hourWeights[localTime.Hour()] / most) {
		return at
	}
	hour := c.index(hourWeights[:])
	moved := localTime.Truncate(24 * time.Hour).Add(time.Duration(hour)*time.Hour + minutes(60*c.Float64())).Add(-offset)
	if moved.Before(earliest) {
		return at
	}
	return moved
}
