package repurchase

import (
	"math"
	"time"

	"quartermaster/core"
)

// retailYear is the usual year of a shop that sells goods for the home and for
// presents: sales of the twelve months against their trend, by the US Census
// Bureau's combined seasonal, trading-day and holiday factors for general
// merchandise stores (NAICS 452, February 2012 to January 2013).
var retailYear = [12]float64{0.869, 0.934, 0.980, 0.965, 0.990, 0.975, 0.946, 0.994, 0.915, 0.957, 1.098, 1.384}

// What is believed about a shop's year before its own days are looked at: it is
// the retail year to the power of amplitude, give or take. Orders swing less
// than sales, whose orders are larger before Christmas too.
const (
	amplitude   = 0.75
	amplitudeSD = 0.5
	maxSwing    = 2.5 // amplitudes learned stay between 0 and this
)

// season turns days into days of ordinary activity: a day on which the shop's
// customers order twice as much as usual passes twice as fast. Customers who
// order at a rate of their own then do so on this clock (operational time), and
// a window into Christmas is longer than one into spring.
type season struct {
	from core.Day
	sum  []float64 // sum[i] is the activity of the days before from+i
	// power is the amplitude of the retail year, learned or believed.
	power float64
}

// even is a clock without season.
var even = &season{}

// at returns the time at the end of a day.
func (s *season) at(d core.Day) float64 {
	if s.sum == nil {
		return float64(d)
	}
	i := int(d - s.from + 1)
	if i < 0 || i >= len(s.sum) {
		i = min(max(i, 0), len(s.sum)-1)
	}
	return s.sum[i]
}

// between returns the time from the end of one day to that of another.
func (s *season) between(a, b core.Day) float64 { return s.at(b) - s.at(a) }

// swing returns the log of the retail year's activity on a day, interpolated
// between the middles of the months.
func swing(d core.Day) float64 {
	t := time.Unix(int64(d)*86400, 0).UTC()
	level := func(m time.Month, y int) float64 {
		first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		days := first.AddDate(0, 1, 0).Sub(first).Hours() / 24
		return math.Log(retailYear[first.Month()-1] / days * 365.25 / 12)
	}
	length := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	part := (float64(t.Day()) - 0.5) / float64(length)
	here := level(t.Month(), t.Year())
	if part < 0.5 {
		return (0.5+part)*here + (0.5-part)*level(t.Month()-1, t.Year())
	}
	return (1.5-part)*here + (part-0.5)*level(t.Month()+1, t.Year())
}

// seasonOf learns how much of the retail year the shop has from its orders up
// to the cut-off, and returns a clock that runs to the end of the window.
//
// Orders a day are Poisson with the weekday's level, a trend and the amplitude
// as power; their variance is as much larger as the residuals say. Less than a year
// barely moves the belief, several years replace it. Where nobody new came in
// the last fifth of the history (a cohort that is followed), orders tell the
// customers' fading and not the season, and the belief stands.
func seasonOf(h *History, cutoff core.Day, days int) *season {
	s := &season{from: h.first, power: amplitude}
	if cutoff-h.first >= 8*7 && !h.cohort(cutoff) {
		s.power = h.amplitude(cutoff)
	}
	year := 0.0 // a year of the clock is a year
	for d := range core.Day(365) {
		year += math.Exp(s.power*swing(d)) / 365
	}
	s.sum = make([]float64, int(cutoff-h.first)+days+2)
	for i := 1; i < len(s.sum); i++ {
		s.sum[i] = s.sum[i-1] + math.Exp(s.power*swing(s.from+core.Day(i-1)))/year
	}
	return s
}

// cohort reports whether nobody new came in the last fifth of the history.
func (h *History) cohort(cutoff core.Day) bool {
	since := cutoff - (cutoff-h.first)/5
	fresh, all := 0, 0
	for c := range h.Customers {
		if l := h.until(c, cutoff); len(l) > 0 {
			all++
			if l[0].Day > since {
				fresh++
			}
		}
	}
	return fresh*100 < all
}

// busyDay is the mean of orders from which on a day without any was a holiday of
// the shop and tells nothing about the season.
const busyDay = 5

// amplitude fits the power of the retail year to the orders of the days.
func (h *History) amplitude(cutoff core.Day) float64 {
	n := int(cutoff-h.first) + 1
	orders := make([]float64, n)
	for c := range h.Customers {
		prev := core.Day(-1)
		for _, l := range h.until(c, cutoff) {
			if l.Qty > 0 && l.Day != prev {
				orders[l.Day-h.first]++
				prev = l.Day
			}
		}
	}
	var sum, days [7]float64
	for i, y := range orders {
		sum[i%7] += y
		days[i%7]++
	}
	// Newton's method with the beliefs as penalties; the trend is believed to lie
	// within a doubling or halving a year.
	const trendSD = 0.7
	level, trend, power, spread := 0.0, 0.0, amplitude, 1.0
	for range 50 {
		var g [3]float64
		var m [3][3]float64
		pearson, used := 0.0, 0.0
		for i, y := range orders {
			usual := sum[i%7] / days[i%7]
			if usual == 0 || y == 0 && usual >= busyDay {
				continue
			}
			z := [3]float64{1, float64(i-n) / 365, swing(h.first + core.Day(i))}
			mu := usual * math.Exp(min(20, level+trend*z[1]+power*z[2]))
			pearson += (y - mu) * (y - mu) / mu
			used++
			for j := range z {
				g[j] += (y - mu) * z[j] / spread
				for k := range z {
					m[j][k] += mu * z[j] * z[k] / spread
				}
			}
		}
		g[1] -= trend / (trendSD * trendSD)
		m[1][1] += 1 / (trendSD * trendSD)
		g[2] -= (power - amplitude) / (amplitudeSD * amplitudeSD)
		m[2][2] += 1 / (amplitudeSD * amplitudeSD)
		m[0][0] += 1e-9
		step := solve3(m, g)
		for i := range step {
			step[i] = min(1, max(-1, step[i]))
		}
		level, trend, power = level+step[0], trend+step[1], power+step[2]
		spread = max(1, pearson/max(1, used-3))
	}
	if math.IsNaN(power) {
		return amplitude
	}
	return min(maxSwing, max(0, power))
}

// solve3 solves three equations by Cramer's rule; NaN when they are singular.
func solve3(m [3][3]float64, b [3]float64) (x [3]float64) {
	det := func(a [3][3]float64) float64 {
		return a[0][0]*(a[1][1]*a[2][2]-a[1][2]*a[2][1]) - a[0][1]*(a[1][0]*a[2][2]-a[1][2]*a[2][0]) + a[0][2]*(a[1][0]*a[2][1]-a[1][1]*a[2][0])
	}
	d := det(m)
	for i := range x {
		a := m
		for r := range a {
			a[r][i] = b[r]
		}
		x[i] = det(a) / d
	}
	return x
}
