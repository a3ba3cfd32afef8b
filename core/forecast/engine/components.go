package engine

import (
	"math"
	"slices"

	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// Component is a part of a forecast that a person can read: the level in units a
// period, and factors that it is multiplied by, one value per step.
type Component struct {
	Name   string    `json:"name"`
	Values []float64 `json:"values"`
}

// Names of components. Regressors known in advance stand under their own names.
const (
	Level  = "level"
	Trend  = "trend"
	Week   = "weekday"
	Season = "season"
	Year   = "last year"
	Rest   = "pooled model"
)

// Components takes the mean of a forecast that this Forecaster made for s apart.
// The level times all factors of a step is the mean of that step, but for rounding.
//
//   - Each regressor known in advance (price, promotion, holiday), where it changes
//     the forecast: the forecast as it is over the forecast with the usual value of
//     the regressor (its most frequent one; for a price the median of the last
//     year), one after the other.
//   - level: demand per period of the last weeks (56 days, 8 weeks, 4 months)
//     without the season, carried forward.
//   - weekday or season: the seasonal factor of the series, shrunk towards that of
//     all series.
//   - last year (days only): how demand moved in the same weeks one year before,
//     half believed.
//   - trend: the straight line through what then remains: how the forecast drifts
//     away from the level carried forward.
//   - pooled model: the rest, what the combination knows beyond these.
//
// The forecast is not made by multiplying these; they describe it.
func (f *Forecaster) Components(s *pool.Series, o *Outlook) ([]Component, error) {
	effects, plain, err := f.effects(s, o.Mean)
	if err != nil {
		return nil, err
	}
	h := len(plain)
	v := newView(&f.m.kind, s, f.m.shared, f.w)
	level := steps(h, levelNow(v))
	if level[0] == 0 {
		methods.Fill(level, methods.MovingAverage(plain, h))
	}
	base := slices.Clone(level)
	out := []Component{{Level, level}}
	add := func(name string, factor func(k int) float64) {
		c := Component{name, steps(h, 1)}
		for k := range c.Values {
			c.Values[k] = max(factor(k), 0.02)
			base[k] *= c.Values[k]
		}
		out = append(out, c)
	}
	if len(v.own) > 1 {
		name := Season
		if v.freq == pool.Daily {
			name = Week
		}
		add(name, v.factor)
	}
	if move := lastYearMove(v); v.freq == pool.Daily && move != nil {
		add(Year, move)
	}
	trend, rest := line(plain, base)
	out = append(out, Component{Trend, trend})
	out = append(out, effects...)
	return append(out, Component{Rest, rest}), nil
}

// steps is h times v.
func steps(h int, v float64) []float64 {
	out := make([]float64, h)
	methods.Fill(out, v)
	return out
}

// effects returns the factor of each regressor that changes the forecast, and the
// forecast with all of them at their usual values.
func (f *Forecaster) effects(s *pool.Series, mean []float64) (out []Component, plain []float64, err error) {
	plain = slices.Clone(mean)
	usual := *s
	usual.X = slices.Clone(s.X)
	for r, reg := range f.m.kind.Regressors {
		if !reg.Known || s.X[r] == nil || f.w.stream == nil {
			continue
		}
		n := len(s.Y)
		x := slices.Clone(s.X[r])
		methods.Fill(x[n:], usualValue(x[:n], len(reg.Labels) > 0))
		if slices.EqualFunc(x[n:], s.X[r][n:], func(a, b float64) bool { return a == b || a != a && b != b }) {
			continue
		}
		usual.X[r] = x
		var without Outlook
		if err := f.Forecast(&without, &usual); err != nil {
			return nil, nil, err
		}
		c := Component{reg.Name, steps(len(mean), 1)}
		changes := false
		for k, v := range without.Mean {
			if v > 0 && plain[k] > 0 {
				c.Values[k], plain[k] = plain[k]/v, v
				changes = changes || math.Abs(c.Values[k]-1) > 1e-9
			}
		}
		if changes {
			out = append(out, c)
		}
	}
	return out, plain, nil
}

// usualValue is the most frequent value of a column with labels or whole numbers,
// else the median of the last 400 known ones; NaN without any.
func usualValue(x []float64, labels bool) float64 {
	count, whole := map[float64]int{}, true
	var known []float64
	for _, v := range x[max(len(x)-400, 0):] {
		if v == v {
			known = append(known, v)
			count[v]++
			whole = whole && v == math.Trunc(v)
		}
	}
	if len(known) == 0 {
		return math.NaN()
	}
	slices.Sort(known)
	if !labels && !whole {
		return known[len(known)/2]
	}
	best := known[0]
	for _, v := range known {
		if count[v] > count[best] {
			best = v
		}
	}
	return best
}

// line splits the ratio of plain to base into a straight line over the steps, its
// least-squares fit weighted by base, and the rest. The line is level where a slope
// would take it below a fifth of its mean.
func line(plain, base []float64) (trend, rest []float64) {
	h := len(plain)
	trend, rest = steps(h, 1), steps(h, 1)
	var w, k1, k2, p, kp float64
	for k, b := range base {
		x := float64(k)
		w, k1, k2, p, kp = w+b, k1+x*b, k2+x*x*b, p+plain[k], kp+x*plain[k]
	}
	if !(w > 0) || !(p > 0) {
		for k := range rest {
			if base[k] > 0 {
				rest[k] = plain[k] / base[k]
			}
		}
		return trend, rest
	}
	slope := 0.0
	if d := k2*w - k1*k1; d > 1e-9*k2*w {
		slope = (kp*w - k1*p) / d
	}
	mean := p / w
	start := mean - slope*k1/w
	if end := start + slope*float64(h-1); min(start, end) < mean/5 {
		start, slope = mean, 0
	}
	for k := range trend {
		trend[k] = start + slope*float64(k)
		if d := base[k] * trend[k]; d > 0 {
			rest[k] = plain[k] / d
		}
	}
	return trend, rest
}
