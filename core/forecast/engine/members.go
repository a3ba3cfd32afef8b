package engine

import (
	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// view is one series as it was known at one origin.
type view struct {
	y     []float64 // from the first demand on
	phase int       // phase of y[0] in the season
	own   methods.Profile
	freq  pool.Freq
	s     *methods.Scratch

	level    float64 // see smoothed
	hasLevel bool
}

// mostBucket bounds the periods that ADIDA sums.
const mostBucket = 26

// smoothed is the level of exponential smoothing, worked out once.
func (v *view) smoothed() float64 {
	if !v.hasLevel {
		v.level, _ = methods.SES(v.y)
		v.hasLevel = true
	}
	return v.level
}

// factor returns the seasonal factor of step k.
func (v *view) factor(k int) float64 { return v.own[(v.phase+len(v.y)+k)%len(v.own)] }

// rule is a candidate of the combination: it fills dst with the expected demand
// of each step.
type rule struct {
	name string
	fill func(dst []float64, v *view)
}

// average is the mean of the last w periods, carried by the seasonal profile
// when seasonal is set.
func average(name string, w int, seasonal bool) rule {
	return rule{name, func(dst []float64, v *view) {
		if !seasonal {
			methods.Fill(dst, methods.MovingAverage(v.y, w))
			return
		}
		spread(dst, v, methods.Levelled(v.y, v.own, v.phase, w))
	}}
}

// spread sets every step to a level times its seasonal factor.
func spread(dst []float64, v *view, level float64) {
	for k := range dst {
		dst[k] = level * v.factor(k)
	}
}

func level(name string, seasonal bool, f func(v *view) float64) rule {
	return rule{name, func(dst []float64, v *view) {
		if seasonal {
			spread(dst, v, f(v))
			return
		}
		methods.Fill(dst, f(v))
	}}
}

var (
	tsb   = func(v *view) float64 { return methods.TSB(v.y, 0.1, 0.05) }
	ses   = (*view).smoothed
	adida = func(v *view) float64 {
		if methods.Bucket(v.y, mostBucket) == 1 {
			return v.smoothed()
		}
		return methods.ADIDA(v.y, mostBucket, v.s)
	}
	damped   = rule{"damped trend", func(dst []float64, v *view) { methods.Damped(dst, v.y) }}
	theta    = rule{"theta", func(dst []float64, v *view) { methods.Theta(dst, v.y, 1, v.s) }}
	lastYear = rule{"last year", fillLastYear}
)

// yearWindows are the length of a year, the half width of the weeks compared and
// the window of the level, in periods.
func yearWindows(f pool.Freq) (year, smooth, base int) {
	switch f {
	case pool.Weekly:
		return 52, 2, 8
	case pool.Monthly:
		return 12, 1, 4
	default:
		return 364, 14, 56
	}
}

// levelNow is the recent demand per period, without the season.
func levelNow(v *view) float64 {
	_, _, base := yearWindows(v.freq)
	return methods.Levelled(v.y, v.own, v.phase, base)
}

// lastYearMove returns how demand moved over the weeks around each step one year
// before, relative to the level then, halfway to 1 and between 0.5 and 2; nil when
// there is no such year.
func lastYearMove(v *view) func(k int) float64 {
	year, smooth, base := yearWindows(v.freq)
	t := len(v.y) - year
	if t < base {
		return nil
	}
	then := methods.MovingAverage(v.y[:t], base)
	if then <= 0 {
		return nil
	}
	return func(k int) float64 {
		lo, hi := max(t+k-smooth, 0), min(t+k+smooth+1, len(v.y))
		move := methods.MovingAverage(v.y[lo:hi], hi-lo) / then
		return min(max((1+move)/2, 0.5), 2)
	}
}

// fillLastYear is the recent level times how demand moved one year before; the
// level alone when there is no such year.
func fillLastYear(dst []float64, v *view) {
	spread(dst, v, levelNow(v))
	if move := lastYearMove(v); move != nil {
		for k := range dst {
			dst[k] *= move(k)
		}
	}
}

// rules returns the candidates for a frequency: few, cheap and different. Which
// of them count is decided by their errors inside the history.
func rules(f pool.Freq) []rule {
	switch f {
	case pool.Weekly:
		return []rule{
			average("mean of 2 weeks", 2, false), average("mean of 4 weeks", 4, false), average("mean of 8 weeks", 8, false),
			average("mean of 13 weeks", 13, false), average("mean of 26 weeks", 26, false), average("mean of 52 weeks", 52, false),
			average("mean of 13 weeks by season", 13, true), average("mean of 52 weeks by season", 52, true),
			level("exponential smoothing", false, ses), damped, theta, level("TSB", false, tsb), level("ADIDA", false, adida), lastYear,
		}
	case pool.Monthly:
		return []rule{
			average("mean of 3 months", 3, false), average("mean of 6 months", 6, false), average("mean of 12 months", 12, false),
			average("mean of 24 months", 24, false), average("mean of 48 months", 48, false),
			average("mean of 12 months by season", 12, true), average("mean of 24 months by season", 24, true),
			level("exponential smoothing", false, ses), damped, theta, level("TSB", false, tsb), level("ADIDA", false, adida), lastYear,
		}
	default:
		return []rule{
			average("mean of 28 days", 28, false), average("mean of 112 days", 112, false),
			average("mean of 7 days by weekday", 7, true), average("mean of 14 days by weekday", 14, true),
			average("mean of 28 days by weekday", 28, true), average("mean of 56 days by weekday", 56, true),
			average("mean of 112 days by weekday", 112, true), average("mean of 224 days by weekday", 224, true),
			level("exponential smoothing by weekday", true, ses), level("TSB by weekday", true, tsb), level("ADIDA", false, adida), lastYear,
		}
	}
}

// fallback is the rule used where nothing could be tested.
func fallback(f pool.Freq) string {
	switch f {
	case pool.Weekly:
		return "mean of 13 weeks"
	case pool.Monthly:
		return "mean of 12 months"
	default:
		return "mean of 28 days by weekday"
	}
}

// quantiles of every result, ascending.
var levels = []float64{0.1, 0.5, 0.9}

// The distributions of one period around an expected value.
const (
	empiricalShort = iota // recent demand moved to the expected value
	empiricalLong
	negativeBinomial
	spreads
)

// spreadWindows are the windows of the two empirical distributions and of the
// variance, in periods.
func spreadWindows(f pool.Freq) (short, long int) {
	switch f {
	case pool.Weekly:
		return 13, 52
	case pool.Monthly:
		return 12, 48
	default:
		return 56, 224
	}
}

// shape is what the distributions of one series need besides the expected value.
type shape struct {
	ratio    [2][3]float64 // empirical quantiles over their mean, short and long
	variance float64       // variance over mean of one period, at least 1
}

// shapeOf measures the shape of a view.
func shapeOf(v *view) shape {
	short, long := spreadWindows(v.freq)
	var sh shape
	for d, w := range [...]int{short, long} {
		base := methods.Empirical(sh.ratio[d][:], levels, v.y, v.own, v.phase, w, v.s)
		for i := range levels {
			if base > 0 {
				sh.ratio[d][i] /= base
			}
		}
	}
	mean, sq, n := 0.0, 0.0, 0.0
	for _, y := range v.y[max(len(v.y)-long, 0):] {
		if y == y {
			mean, sq, n = mean+y, sq+y*y, n+1
		}
	}
	sh.variance = 1
	if mean > 0 {
		mean /= n
		sh.variance = max((sq/n-mean*mean)/mean, 1)
	}
	return sh
}

// fill writes the distributions around mean, and the pooled model's own as the
// last one: dst[(d*3+q)*h+k].
func (sh *shape) fill(dst, mean []float64, pred *pool.Prediction) {
	h := len(mean)
	for d := range sh.ratio {
		for i, r := range sh.ratio[d] {
			for k, m := range mean {
				dst[(d*3+i)*h+k] = m * r
			}
		}
	}
	var q [3]float64
	nb := dst[negativeBinomial*3*h:]
	for k, m := range mean {
		if k == 0 || m != mean[k-1] {
			methods.NegBinQuantiles(q[:], levels, m, m*sh.variance)
		}
		for i := range q {
			nb[i*h+k] = q[i]
		}
	}
	if pred != nil {
		own := dst[spreads*3*h:]
		copy(own, pred.Lo80)
		copy(own[h:], pred.Median)
		copy(own[2*h:], pred.Hi80)
	}
}
