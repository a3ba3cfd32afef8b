package engine

import "math"

// Scales are the in-sample errors of naive rules that scaled metrics divide by,
// taken from the first non-zero value on; unknown periods are left out. All are
// 0 when the history is too short (fewer than season + 2 periods).
type Scales struct {
	Seasonal float64 // mean |y(t) - y(t-season)|: for MASE
	Squared  float64 // mean (y(t) - y(t-1))^2: for RMSSE
	Absolute float64 // mean |y(t) - y(t-1)|: for scaled pinball loss
}

// ScalesOf measures the scales of a history. Hyndman and Koehler (2006), "Another
// look at measures of forecast accuracy", IJF 22; squared after the M5
// competition.
func ScalesOf(y []float64, season int) Scales {
	for len(y) > 0 && y[0] == 0 {
		y = y[1:]
	}
	season = max(season, 1)
	if len(y) <= season+1 {
		return Scales{}
	}
	mean := func(lag int, f func(d float64) float64) float64 {
		sum, n := 0.0, 0
		for t := lag; t < len(y); t++ {
			if d := y[t] - y[t-lag]; d == d {
				sum += f(d)
				n++
			}
		}
		return sum / float64(max(n, 1))
	}
	return Scales{
		Seasonal: mean(season, math.Abs),
		Squared:  mean(1, func(d float64) float64 { return d * d }),
		Absolute: mean(1, math.Abs),
	}
}

// Pinball is the loss of the q quantile f when y happens: q(y-f) above, (1-q)(f-y)
// below.
func Pinball(q, y, f float64) float64 {
	if y >= f {
		return q * (y - f)
	}
	return (1 - q) * (f - y)
}

// Metrics are the errors of a set of forecasts; each is 0 when nothing could be
// measured.
type Metrics struct {
	Series  int     `json:"series"`   // forecasts of one series from one origin
	Points  int     `json:"points"`   // periods compared
	WAPE    float64 `json:"wape"`     // sum |y-f| / sum y
	SumWAPE float64 `json:"sum_wape"` // sum over series |sum y - sum f| / sum y
	Bias    float64 `json:"bias"`     // (sum f - sum y) / sum y
	MASE    float64 `json:"mase"`     // mean over series
	RMSSE   float64 `json:"rmsse"`    // mean over series
	SPL     float64 `json:"spl"`      // scaled pinball loss of 0.1, 0.5, 0.9; mean over series
	Cover80 float64 `json:"cover80"`  // share of periods inside lo80..hi80
	// WeekWAPE is WAPE over sums of seven days, counted from the origin; for weeks
	// and months it is WAPE. Accuracy is 1 - WeekWAPE, not below 0.
	WeekWAPE float64 `json:"week_wape"`
	Accuracy float64 `json:"accuracy"`
}

// Tally gathers forecasts with what happened; the zero value is ready.
type Tally struct {
	// Week is the number of periods that WeekWAPE adds up; 0 means 1.
	Week int

	series, points                int
	ae, y, f, sae, in, weekly     float64
	mase, rmsse, spl              float64
	seasonals, squares, absolutes int
}

// Add compares one forecast with the values that came. Unknown values are left
// out. The slices have one value per step.
func (t *Tally) Add(y, mean, lo, median, hi []float64, s Scales) {
	var n, ae, se, pin, sy, sf float64
	for k, v := range y {
		if v != v {
			continue
		}
		n++
		e := v - mean[k]
		ae += math.Abs(e)
		se += e * e
		sy, sf = sy+v, sf+mean[k]
		pin += Pinball(0.1, v, lo[k]) + Pinball(0.5, v, median[k]) + Pinball(0.9, v, hi[k])
		if v >= lo[k]-1e-9 && v <= hi[k]+1e-9 {
			t.in++
		}
	}
	if n == 0 {
		return
	}
	t.series++
	t.points += int(n)
	weekSums(y, mean, t.Week, func(_ int, y, f float64) { t.weekly += math.Abs(y - f) })
	t.ae, t.y, t.f, t.sae = t.ae+ae, t.y+sy, t.f+sf, t.sae+math.Abs(sy-sf)
	if s.Seasonal > 0 {
		t.mase += ae / n / s.Seasonal
		t.seasonals++
	}
	if s.Squared > 0 {
		t.rmsse += math.Sqrt(se / n / s.Squared)
		t.squares++
	}
	if s.Absolute > 0 {
		t.spl += pin / 3 / n / s.Absolute
		t.absolutes++
	}
}

// Metrics returns the errors of all that was added.
func (t *Tally) Metrics() Metrics {
	m := Metrics{Series: t.series, Points: t.points}
	if t.y > 0 {
		m.WAPE, m.SumWAPE, m.Bias = t.ae/t.y, t.sae/t.y, (t.f-t.y)/t.y
		m.WeekWAPE = t.weekly / t.y
		m.Accuracy = max(1-m.WeekWAPE, 0)
	}
	m.MASE = t.mase / float64(max(t.seasonals, 1))
	m.RMSSE = t.rmsse / float64(max(t.squares, 1))
	m.SPL = t.spl / float64(max(t.absolutes, 1))
	m.Cover80 = t.in / float64(max(t.points, 1))
	return m
}

// weekSums calls see with what happened and what was forecast in each run of week
// periods (0 means 1), over its known periods; runs without any are left out.
func weekSums(y, f []float64, week int, see func(at int, y, f float64)) {
	week = max(week, 1)
	for at := 0; at < len(y); at += week {
		var sy, sf float64
		known := false
		for k := at; k < min(at+week, len(y)); k++ {
			if v := y[k]; v == v {
				sy, sf, known = sy+v, sf+f[k], true
			}
		}
		if known {
			see(at, sy, sf)
		}
	}
}
