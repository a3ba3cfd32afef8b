package forecast

import "math"

// Z80 is the standard normal quantile of 0.9: mean ± Z80 deviations hold 80 %.
const Z80 = 1.2815515655446004

// Interval is the demand expected in days [from, to) of the forecast, and the
// bounds that hold it with 80 % probability: mean ± Z80 * SD * sqrt(days), at least
// 0. Both ends lie within the days of Mean.
func (f Forecast) Interval(from, to int) (mean, lo, hi float64) {
	for _, m := range f.Mean[from:to] {
		mean += m
	}
	r := Z80 * f.SD * math.Sqrt(float64(to-from))
	return mean, max(mean-r, 0), mean + r
}
