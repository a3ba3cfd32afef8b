package window

import (
	"math"
	"slices"

	"quartermaster/core/forecast/methods"
)

// Lead is the distribution of a lead time, in periods. The zero value is none.
type Lead struct {
	// Mean and SD give a gamma distribution; an SD of 0 a fixed time. An SD of more
	// than three times the mean counts as three times.
	Mean, SD float64
	// Observed, when there are any, are lead times as they came, ascending, and take
	// the place of Mean and SD.
	Observed []float64
}

// Quantile returns the level u of the lead time, between 0 and 1. The gamma quantile
// is that of Wilson and Hilferty (1931), which is exact to about 1 % for spreads of
// up to the mean.
func (l Lead) Quantile(u float64) float64 {
	switch {
	case len(l.Observed) > 0:
		return methods.Quantile(l.Observed, u)
	case !(l.SD > 0) || !(l.Mean > 0):
		return max(l.Mean, 0)
	}
	return l.gamma(math.Erfinv(2*u - 1))
}

// gamma is the level u of the gamma distribution, given Erfinv(2u-1).
func (l Lead) gamma(e float64) float64 {
	shape := max(l.Mean/l.SD*(l.Mean/l.SD), 1.0/9)
	c := 1 / (9 * shape)
	x := 1 - c + math.Sqrt2*e*math.Sqrt(c)
	return l.Mean * max(x, 0) * x * x
}

// fixed says whether the lead time is always the same.
func (l Lead) fixed() bool {
	if n := len(l.Observed); n > 0 {
		return l.Observed[0] == l.Observed[n-1]
	}
	return !(l.SD > 0) || !(l.Mean > 0)
}

// Longest returns the lead time that Until asks for at most, so that Paths can be
// made long enough.
func (l Lead) Longest(paths int) float64 {
	return l.Quantile(1 - 0.5/float64(max(paths, 1)))
}

// levels are n levels of a uniform distribution and the normal quantiles that belong
// to them.
type levels struct{ u, erfinv []float64 }

// spread returns n levels of a uniform distribution, evenly spread and in an order
// that has nothing to do with that of the places: van der Corput's sequence, ranked.
func spread(n int) levels {
	type at struct {
		v float64
		i int
	}
	s := make([]at, n)
	for i := range s {
		v, f := 0.0, 0.5
		for k := i; k > 0; k /= 2 {
			v += f * float64(k%2)
			f /= 2
		}
		s[i] = at{v, i}
	}
	slices.SortFunc(s, func(a, b at) int {
		if a.v < b.v {
			return -1
		}
		return 1
	})
	l := levels{make([]float64, n), make([]float64, n)}
	for rank, a := range s {
		l.u[a.i] = (float64(rank) + 0.5) / float64(n)
		l.erfinv[a.i] = math.Erfinv(2*l.u[a.i] - 1)
	}
	return l
}
