package repurchase

import (
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"quartermaster/core"
)

// retailYear is the usual year of a shop that sells online: sales of the twelve
// months against the mean of the twelve around them, electronic shopping and
// mail-order houses (NAICS 4541), mean of 2000 to 2015 (US Census Bureau, Monthly
// Retail Trade Survey, not adjusted).
var retailYear = [12]float64{0.966, 0.892, 0.993, 0.943, 0.954, 0.933, 0.918, 0.967, 0.941, 0.998, 1.100, 1.394}

// What is believed about a shop's year before its own days are looked at: it is
// the retail year to the power of amplitude, give or take. Orders swing less
// than sales, whose orders are larger before Christmas too.
const (
	amplitude   = 1.0
	amplitudeSD = 0.8
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

// ahead is how many days orders come before the sales of the retail year, which
// count when goods are handed over or shipped: orders are placed before. Chosen on
// six years of an apparel shop and two of a grocer, which agree on it.
const ahead = 21

// swing returns the log of the retail year's activity on a day, interpolated
// between the middles of the months.
func swing(d core.Day) float64 {
	t := time.Unix(int64(d+ahead)*86400, 0).UTC()
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

// seasonOf learns how much of the retail year the shop has from its repeat orders
// up to the cut-off, and returns a clock that runs to the end of the window. Less
// than a year barely moves the belief, several years replace it.
func seasonOf(h *History, cutoff core.Day, days int) *season {
	s := &season{from: h.first, power: amplitude}
	if cutoff-h.first >= 8*7 {
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

// busyDay is the mean of orders from which on a day without any was a holiday of
// the shop and tells nothing about the season.
const busyDay = 5

// amplitude fits the power of the retail year to the repeat orders of the days.
//
// Their number is Poisson, with mean the customers known by then times the
// weekday's rate, a trend, the fading of customers as they age, and the retail year
// to the power looked for; the variance is as much larger as the residuals say.
func (h *History) amplitude(cutoff core.Day) float64 {
	n := int(cutoff-h.first) + 1
	orders, known, age := make([]float64, n), make([]float64, n), make([]float64, n)
	for c := range h.Customers {
		prev := core.Day(-1)
		for _, l := range h.until(c, cutoff) {
			switch {
			case l.Qty <= 0 || l.Day == prev:
				continue
			case prev < 0:
				known[l.Day-h.first]++
			default:
				orders[l.Day-h.first]++
			}
			prev = l.Day
		}
	}
	// What is new on a day is known on the next.
	all, ages := 0.0, 0.0
	for i := range known {
		fresh := known[i]
		known[i], age[i] = all, ages/max(all, 1)
		all += fresh
		ages += all
	}
	var sum, exposed [7]float64
	for i, y := range orders {
		sum[i%7] += y
		exposed[i%7] += known[i]
	}
	// Newton's method with the beliefs as penalties: the trend lies within a doubling
	// or halving a year, the fading within plus and minus a half.
	believed := [terms]float64{3: amplitude}
	sd := [terms]float64{1e4, 0.7, 0.5, amplitudeSD}
	coef, spread := believed, 1.0
	for range 50 {
		g, m := make([]float64, terms), mat.NewSymDense(terms, nil)
		var week [2]float64 // residual and variance of a week: what one day misses the next does too
		pearson, weeks := 0.0, 0.0
		for i, y := range orders {
			usual := known[i] * sum[i%7] / max(exposed[i%7], 1)
			if usual == 0 || y == 0 && usual >= busyDay {
				continue
			}
			z := [terms]float64{1, float64(i-n) / 365, math.Log((30 + age[i]) / (30 + age[n-1])), swing(h.first + core.Day(i))}
			eta := 0.0
			for j := range z {
				eta += coef[j] * z[j]
			}
			mu := usual * math.Exp(min(20, eta))
			week[0], week[1] = week[0]+y-mu, week[1]+mu
			for j := range z {
				g[j] += (y - mu) * z[j] / spread
				for k := range j + 1 {
					m.SetSym(j, k, m.At(j, k)+mu*z[j]*z[k]/spread)
				}
			}
			if i%7 == 6 && week[1] > 0 {
				pearson += week[0] * week[0] / week[1]
				weeks++
				week = [2]float64{}
			}
		}
		for j := range g {
			g[j] -= (coef[j] - believed[j]) / (sd[j] * sd[j])
			m.SetSym(j, j, m.At(j, j)+1/(sd[j]*sd[j]))
		}
		var c mat.Cholesky
		var step mat.VecDense
		if !c.Factorize(m) || c.SolveVecTo(&step, mat.NewVecDense(terms, g)) != nil {
			return amplitude
		}
		for j := range coef {
			coef[j] += min(1, max(-1, step.AtVec(j)))
		}
		spread = max(1, pearson/max(1, weeks-terms))
	}
	if math.IsNaN(coef[3]) {
		return amplitude
	}
	return min(maxSwing, max(0, coef[3]))
}

// terms of the regression of the season: level, trend, fading and amplitude.
const terms = 4
