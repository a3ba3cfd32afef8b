package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// launch is what the products of one category sell when they are new. A product
// with less history than a horizon is forecast between its own sales and this.
type launch struct {
	Name       string
	Series     int
	Mean       float64 // demand per period
	Between    float64 // variance of that mean from product to product
	Dispersion float64 // variance of one period over the mean, within a product; at least 1
	Launches   bool    // measured over launches inside the history, else over recent demand
}

// fewLaunches is the number of launches that a category is judged by; with fewer,
// recent demand of all its products stands in.
const fewLaunches = 5

// launchesOf measures every named category of p, in the order of the names.
func launchesOf(p *pool.Panel) []launch {
	by := map[string][]*pool.Series{}
	for i := range p.Series {
		if s := &p.Series[i]; s.Category != "" {
			by[s.Category] = append(by[s.Category], s)
		}
	}
	var out []launch
	for name, series := range by {
		slices.SortFunc(series, func(a, b *pool.Series) int { return strings.Compare(a.ID, b.ID) })
		if l, ok := launchOf(name, series, p); ok {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b launch) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func launchOf(name string, series []*pool.Series, p *pool.Panel) (launch, bool) {
	begin := series[0].Start
	for i := range p.Series {
		begin = min(begin, p.Series[i].Start)
	}
	var starts, all []moments
	for _, s := range series {
		y := methods.Trim(s.Y)
		if len(y) < p.Horizon {
			continue
		}
		if p.Freq.Day(s, len(s.Y)-len(y)) > p.Freq.Day(&pool.Series{Start: begin}, p.Horizon) { // nothing sold at first: a launch
			starts = append(starts, momentsOf(y[:min(2*p.Horizon, len(y))]))
		}
		all = append(all, momentsOf(y[max(len(y)-2*p.Horizon, 0):]))
	}
	l := launch{Name: name, Launches: len(starts) >= fewLaunches}
	if l.Launches {
		all = starts
	}
	var mean, sq, within, noise float64
	n := 0.0
	for _, m := range all {
		if m.n == 0 {
			continue
		}
		n++
		mean, sq, within, noise = mean+m.mean, sq+m.mean*m.mean, within+m.variance, noise+m.variance/m.n
	}
	if n == 0 || mean <= 0 {
		return l, false
	}
	l.Series, l.Mean, l.Dispersion = int(n), mean/n, max(within/mean, 1)
	l.Between = l.Mean * l.Mean // one product says nothing about others
	if n > 1 {
		// The spread of the means less what chance within each product adds to it.
		l.Between = max((sq-mean*mean/n)/(n-1)-noise/n, 0.01*l.Mean*l.Mean)
	}
	return l, true
}

// moments are the number, mean and variance of the known values of a history.
type moments struct{ n, mean, variance float64 }

func momentsOf(y []float64) moments {
	var m moments
	sq := 0.0
	for _, v := range y {
		if v == v {
			m.n++
			m.mean += v
			sq += v * v
		}
	}
	if m.n > 0 {
		m.mean /= m.n
		m.variance = max(sq/m.n-m.mean*m.mean, 0)
	}
	return m
}

// blend leans the forecast of a series with less history than a horizon on its
// category. Its own sales count for n / (n + variance within / variance between)
// after n known periods (Bühlmann 1967, "Experience rating and credibility"), and
// what is not known of its level widens the quantiles.
func (l *launch) blend(out *Outlook, v *view, s *pool.Series, sumLevels []float64) {
	n := momentsOf(s.Y).n
	h := len(out.Mean)
	if n >= float64(h) {
		return
	}
	own := n / (n + l.Mean*l.Dispersion/l.Between)
	unsure := l.Between * (1 - own)
	mix := func(a, b float64) float64 { return own*a + (1-own)*b }
	var q [3]float64
	for k := range out.Mean {
		f := v.factor(k)
		m := mix(out.Mean[k], l.Mean*f)
		variance := m*l.Dispersion + unsure*f*f
		methods.NegBinQuantiles(q[:], levels, m, variance)
		out.Mean[k], out.Lo80[k], out.Median[k], out.Hi80[k] = m, mix(out.Lo80[k], q[0]), mix(out.Median[k], q[1]), mix(out.Hi80[k], q[2])
		out.Spread.Dispersion = max(out.Spread.Dispersion, variance/max(m, math.SmallestNonzeroFloat64))
	}
	out.Lift = mix(out.Lift, 1)
	level := methods.MovingAverage(out.Mean, h)
	wide := make([]float64, 1)
	methods.NegBinQuantiles(wide, grid[len(grid)-1:], level, level*l.Dispersion+unsure)
	out.Spread.Top = max(out.Spread.Top, capTimes*wide[0], slices.Max(out.Hi80))
	if len(out.Totals) > 0 {
		sums := make([]float64, len(sumLevels))
		for k := range out.Totals[0] {
			w := float64(k + 1)
			methods.NegBinQuantiles(sums, sumLevels, w*level, w*level*l.Dispersion+w*w*unsure)
			for i, row := range out.Totals {
				row[k] = mix(row[k], sums[i])
				if k > 0 {
					row[k] = max(row[k], row[k-1])
				}
			}
		}
	}
	what := "sell"
	if l.Launches {
		what = "sold after their launch"
	}
	out.Method = fmt.Sprintf("%.0f %% category %s, %.0f %% own sales", 100*(1-own), l.Name, 100*own)
	out.Why = fmt.Sprintf("only %.0f known periods of its own; %d products of the category %s %.3g a period on average", n, l.Series, what, l.Mean)
}
