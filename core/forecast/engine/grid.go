package engine

import (
	"math"
	"slices"
	"sort"

	"quartermaster/core/forecast/methods"
)

// grid holds the levels of which quantiles are calibrated; others lie between. The
// three of levels are among them.
var grid = [...]float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99}

// zs are the standard normal quantiles of grid, along which is interpolated.
var zs = func() (z [len(grid)]float64) {
	for i, q := range grid {
		z[i] = math.Sqrt2 * math.Erfinv(2*q-1)
	}
	return z
}()

// Places of 0.1, 0.5 and 0.9 in grid.
const (
	low  = 3
	mid  = 5
	high = 7
)

// Spread is what the quantiles of a forecast outside lo80, median and hi80 are made
// of.
type Spread struct {
	// Dispersion is the variance of the demand of one period over its mean, at
	// least 1.
	Dispersion float64
	// Factors calibrate each level of the grid, see Quantile; nil stands for ones.
	Factors []float64
	// Top bounds all quantiles: some times the largest demand seen.
	Top float64
}

// Quantile returns the quantile of the demand of step k (0 is the first) at any
// level. Between 0.1 and 0.9 it runs through lo80, median and hi80, further out
// along the mean of two tails, that line drawn on in normal zs and a negative
// binomial distribution of the same mean and dispersion. Each of a grid of levels
// from 0.01 to 0.99 was then stretched in the trials so that it is exceeded as often
// as it should be; levels in between are interpolated, levels beyond are taken as
// 0.01 and 0.99. Quantiles never fall as the level rises.
func (o *Outlook) Quantile(k int, level float64) float64 {
	q := o.quantiles(k)
	i := sort.SearchFloat64s(grid[:], level)
	switch {
	case i == 0 || level != level:
		return q[0]
	case i == len(grid):
		return q[i-1]
	case grid[i] == level:
		return q[i]
	}
	z := math.Sqrt2 * math.Erfinv(2*level-1)
	part := (z - zs[i-1]) / (zs[i] - zs[i-1])
	return min(q[i-1]+part*(q[i]-q[i-1]), q[i]) // rounding does not lift it above the next
}

// quantiles returns the quantiles of step k at the levels of grid.
func (o *Outlook) quantiles(k int) (q [len(grid)]float64) {
	q = tails(o.Mean[k], o.Lo80[k], o.Median[k], o.Hi80[k], o.Spread.Dispersion)
	for i, f := range o.Spread.Factors {
		q[i] *= f
	}
	for i := range q {
		q[i] = min(q[i], o.Spread.Top)
	}
	q[low], q[mid], q[high] = o.Lo80[k], o.Median[k], o.Hi80[k]
	// In order from the middle outwards, so that the three given stay.
	q[4] = min(max(q[4], q[low]), q[mid])
	q[6] = min(max(q[6], q[mid]), q[high])
	for i := low - 1; i >= 0; i-- {
		q[i] = min(max(q[i], 0), q[i+1])
	}
	for i := high + 1; i < len(q); i++ {
		q[i] = max(q[i], q[i-1])
	}
	return q
}

// tails draws the three quantiles out to all levels of grid, uncalibrated.
func tails(mean, lo, median, hi, dispersion float64) (q [len(grid)]float64) {
	methods.NegBinQuantiles(q[:], grid[:], mean, mean*dispersion)
	for i, z := range zs {
		switch {
		case i < low:
			q[i] = (q[i] + max(lo+(median-lo)*(z-zs[low])/(zs[mid]-zs[low]), 0)) / 2
		case i <= mid:
			q[i] = lo + (median-lo)*(z-zs[low])/(zs[mid]-zs[low])
		case i <= high:
			q[i] = median + (hi-median)*(z-zs[mid])/(zs[high]-zs[mid])
		default:
			q[i] = (q[i] + median + (hi-median)*(z-zs[mid])/(zs[high]-zs[mid])) / 2
		}
	}
	return q
}

// tailTrials is about how many trials the tails are fitted to.
const tailTrials = 500

// tailFactors finds the factor of each level of grid that makes it right in the
// trials, as stretch does for the three levels; those have 1.
func tailFactors(trials []trial, f *fit) []float64 {
	out := even(len(grid))
	methods.Fill(out, 1)
	var ratios [len(grid)][]float64
	for i := 0; i < len(trials); i += 1 + len(trials)/tailTrials {
		t := &trials[i]
		for k, y := range t.y {
			if y != y {
				continue
			}
			three := quantilesAt(t.dist, len(t.y), k, &f.Dist, f.stretch(k, len(t.y)))
			q := tails(t.mean[k], three[0], three[1], three[2], t.shape.variance)
			for j := range q {
				ratios[j] = append(ratios[j], ratio(y, q[j]))
			}
		}
	}
	for j := range out {
		if j != low && j != mid && j != high {
			out[j] = conformal(ratios[j], grid[j], len(trials))
		}
	}
	return out
}

// ratio is what came over a quantile; a zero below any quantile counts as 0.
func ratio(y, q float64) float64 {
	switch {
	case q > 0:
		return y / q
	case y == 0:
		return 0
	}
	return math.Inf(1)
}

// conformal returns the factor on a quantile at level q below which the share q of
// the ratios lies, drawn towards 1 when there are few trials. It sorts ratios.
func conformal(ratios []float64, q float64, trials int) float64 {
	n := len(ratios)
	if n == 0 {
		return 1
	}
	slices.Sort(ratios)
	r := ratios[min(int(math.Ceil(float64(n+1)*q))-1, n-1)]
	r = min(max(r, 1/widest), widest)
	return math.Pow(r, float64(trials)/float64(trials+lean/2))
}
