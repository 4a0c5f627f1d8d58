package fraud

import "math"

// The engine must find the same score on every machine, to the last bit. Go may fuse a·b+c into one rounding on some
// and not on others, and the library's logarithm differs between them; so products are rounded on their own, by a
// conversion, and the logarithm is ours. Each family is rounded to 1/1024 on top.

const (
	ln2     = 0.693147180559945309417
	sqrt2   = 1.41421356237309504880
	quantum = 1024
)

// ln is the natural logarithm of x > 0, to about 12 digits: the series of 2·artanh((m−1)/(m+1)) on the mantissa.
func ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m *= 2; m > sqrt2 {
		m /= 2
	} else {
		e--
	}
	t := (m - 1) / (m + 1)
	square := float64(t * t)
	sum := 0.0
	for k := 19; k >= 1; k -= 2 {
		sum = float64(sum*square) + 1/float64(k)
	}
	return float64(2*float64(t*sum)) + float64(float64(e)*ln2)
}

// exp is e^x for |x| ≤ 40, to about 12 digits: the series on what is left after halving ten times.
func exp(x float64) float64 {
	y := x / 1024
	sum := 1.0
	for k := 8; k >= 1; k-- {
		sum = 1 + float64(y*sum)/float64(k)
	}
	for range 10 {
		sum = float64(sum * sum)
	}
	return sum
}

// logRatio is ln(a/b) clamped to [low, high] and rounded to 1/1024.
func logRatio(a, b, low, high float64) float64 {
	switch {
	case a <= 0:
		return low
	case b <= 0:
		return high
	}
	return round(min(max(ln(a/b), low), high))
}

func round(x float64) float64 { return math.RoundToEven(x*quantum) / quantum }
