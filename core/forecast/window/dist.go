package window

import (
	"math"
	"slices"
	"sort"

	"quartermaster/core/forecast/methods"
)

// Dist is a distribution given by equally likely values, in units.
type Dist struct {
	x    []float64 // ascending
	left []float64 // left[i] is the sum of x[:i]
}

// NewDist returns the distribution of these values, which it takes over.
func NewDist(values []float64) Dist {
	slices.Sort(values)
	d := Dist{x: values, left: make([]float64, len(values)+1)}
	for i, v := range values {
		d.left[i+1] = d.left[i] + v
	}
	return d
}

// Map returns the distribution of f of a value; d stays as it is.
func (d Dist) Map(f func(v float64) float64) Dist {
	out := make([]float64, len(d.x))
	for i, v := range d.x {
		out[i] = f(v)
	}
	return NewDist(out)
}

// Len returns the number of values.
func (d Dist) Len() int { return len(d.x) }

// Mean returns the expected value, 0 for an empty distribution.
func (d Dist) Mean() float64 {
	if len(d.x) == 0 {
		return 0
	}
	return d.left[len(d.x)] / float64(len(d.x))
}

// Quantile returns the level q, 0 to 1, by linear interpolation between the values
// (type 7 of Hyndman and Fan 1996); 0 for an empty distribution.
func (d Dist) Quantile(q float64) float64 { return methods.Quantile(d.x, min(max(q, 0), 1)) }

// AtLeast returns the smallest value that is not exceeded with probability q or more,
// the quantile without interpolation; 0 for an empty distribution.
func (d Dist) AtLeast(q float64) float64 {
	n := len(d.x)
	if n == 0 {
		return 0
	}
	return d.x[min(max(int(math.Ceil(q*float64(n)-1e-9))-1, 0), n-1)]
}

// CDF returns the probability of a value of at most x.
func (d Dist) CDF(x float64) float64 {
	if len(d.x) == 0 {
		return 1
	}
	return float64(d.upTo(x)) / float64(len(d.x))
}

// Shortage returns the expected units above x, E[(D-x)+]: what is short when x is
// there. It is the loss function of the distribution.
func (d Dist) Shortage(x float64) float64 {
	i, n := d.upTo(x), len(d.x)
	if i == n {
		return 0
	}
	return max(d.left[n]-d.left[i]-float64(n-i)*x, 0) / float64(n)
}

// ShortAtMost returns the least x, at least 0, at which no more than this many units
// are short on average: Shortage(x) <= units.
func (d Dist) ShortAtMost(units float64) float64 {
	n := len(d.x)
	i := sort.Search(n, func(i int) bool { return d.Shortage(d.x[i]) <= units })
	if i == n {
		return 0
	}
	return max(0, (d.left[n]-d.left[i]-float64(n)*max(units, 0))/float64(n-i))
}

// Left returns the expected units below x, E[(x-D)+]: what is left over.
func (d Dist) Left(x float64) float64 {
	i := d.upTo(x)
	if i == 0 {
		return 0
	}
	return max(float64(i)*x-d.left[i], 0) / float64(len(d.x))
}

// upTo returns the number of values of at most x.
func (d Dist) upTo(x float64) int {
	return sort.Search(len(d.x), func(i int) bool { return d.x[i] > x })
}
