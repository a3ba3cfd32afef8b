package methods

import (
	"math"
	"slices"
)

// Quantile returns the q quantile of sorted numbers by linear interpolation
// between order statistics (type 7 of Hyndman and Fan 1996), 0 for none.
func Quantile(sorted []float64, q float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	pos := q * float64(n-1)
	i := min(max(int(pos), 0), n-1)
	if i == n-1 {
		return sorted[i]
	}
	return sorted[i] + (pos-float64(i))*(sorted[i+1]-sorted[i])
}

// Empirical sets dst to the qs quantiles of the last window known values of y,
// each divided by the factor of its phase: the spread of one period, zeros
// included, on the scale of y. It returns their mean, so that the quantiles can
// be moved to another level.
func Empirical(dst, qs, y []float64, pr Profile, phase0, window int, s *Scratch) (mean float64) {
	from := max(len(y)-window, 0)
	x := room(&s.c, len(y)-from)[:0]
	for t := from; t < len(y); t++ {
		v := y[t]
		if v != v {
			continue
		}
		if f := pr[(phase0+t)%len(pr)]; f > 0.05 {
			v /= f
		}
		x = append(x, v)
		mean += v
	}
	slices.Sort(x)
	for i, q := range qs {
		dst[i] = Quantile(x, q)
	}
	if len(x) > 0 {
		mean /= float64(len(x))
	}
	return mean
}

// maxCount is the mean above which counts are treated as continuous.
const maxCount = 500

// NegBinQuantiles sets dst to the qs quantiles (ascending) of a count with this
// mean and variance: negative binomial, Poisson when the variance is not above
// the mean, and above a mean of 500 the normal distribution cut at 0.
func NegBinQuantiles(dst, qs []float64, mean, variance float64) {
	switch {
	case !(mean > 0):
		Fill(dst, 0)
		return
	case mean > maxCount:
		for i, q := range qs {
			dst[i] = max(mean+math.Sqrt(2*max(variance, mean))*math.Erfinv(2*q-1), 0)
		}
		return
	}
	// p(k+1) / p(k) = (k+r)/(k+1) * mean/(r+mean), which tends to mean/(k+1).
	p, next := math.Exp(-mean), func(k float64) float64 { return mean / (k + 1) }
	if variance > mean*1.0001 {
		r := mean * mean / (variance - mean)
		p = math.Exp(-r * math.Log1p(mean/r))
		next = func(k float64) float64 { return (k + r) / (k + 1) * mean / (r + mean) }
	}
	limit := mean + 20*math.Sqrt(max(variance, mean)) + 20 // rounding must not run on for ever
	cdf, k := p, 0.0
	for i, q := range qs {
		for cdf < q && k < limit {
			p *= next(k)
			cdf += p
			k++
		}
		dst[i] = k
	}
}
