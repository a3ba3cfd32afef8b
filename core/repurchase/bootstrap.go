package repurchase

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"quartermaster/core"
)

// Interval is a 95 % confidence interval.
type Interval struct{ Low, High float64 }

// OutlookInterval says how far the parameters leave an outlook open. It is about
// the expectation: what one customer does varies more.
type OutlookInterval struct{ Alive, Expected, Active Interval }

// Bootstrap refits a model to n made-up shops, in each of which every customer
// of the real one stands a Poisson(1) number of times (Efron 1979; Poisson
// weights as in Hanley and MacGibbon 2006). The seed decides all draws. Shops
// that have no fit are left out.
func Bootstrap(m *Model, all []Summary, n int, seed uint64) []Model {
	gs := groups(all)
	start := m.start(gs)
	found := make([]*Model, n)
	inParts(n, func(_, from, to int) {
		for k := from; k < to; k++ {
			src := rand.NewPCG(seed, uint64(k))
			drawn := make([]group, 0, len(gs))
			for _, g := range gs {
				if c := (distuv.Poisson{Lambda: g.n, Src: src}).Rand(); c > 0 {
					drawn = append(drawn, group{c, g.x, g.tx, g.age})
				}
			}
			if f, err := fitGroups(m.Kind, drawn, [][]float64{start}); err == nil {
				found[k] = &f
			}
		}
	})
	out := make([]Model, 0, n)
	for _, f := range found {
		if f != nil {
			out = append(out, *f)
		}
	}
	return out
}

// Intervals returns the confidence interval of what is expected of each customer
// within t after the cut-off, from models of Bootstrap: normal on the log odds of
// chances and the log of numbers, around the points.
func Intervals(points []Outlook, draws []Model, all []Summary, t float64) []OutlookInterval {
	most := 0
	for _, s := range all {
		most = max(most, s.Frequency)
	}
	type moments struct{ sum, square [3]float64 }
	sums := make([]moments, len(all))
	out := make([]OutlookInterval, len(all))
	for i, o := range points {
		out[i] = OutlookInterval{Interval{Low: o.Alive}, Interval{Low: o.Expected}, Interval{Low: o.Active}}
	}
	for k := range draws {
		eachOutlook(&draws[k], all, t, most, func(i int, o Outlook) {
			for j, v := range [3]float64{logit(o.Alive), math.Log(max(o.Expected, 1e-9)), logit(o.Active)} {
				sums[i].sum[j] += v
				sums[i].square[j] += v * v
			}
		})
	}
	n := float64(len(draws))
	for i := range out {
		half := [3]float64{}
		for j := range half {
			mean := sums[i].sum[j] / max(n, 1)
			half[j] = 1.96 * math.Sqrt(max(0, sums[i].square[j]-n*mean*mean)/max(n-1, 1))
		}
		chance := func(p, h float64) Interval {
			if p <= 0 || p >= 1 {
				return Interval{p, p}
			}
			return Interval{logistic.mean(logit(p) - h), logistic.mean(logit(p) + h)}
		}
		o := &out[i]
		o.Alive, o.Active = chance(o.Alive.Low, half[0]), chance(o.Active.Low, half[2])
		o.Expected = Interval{o.Expected.Low * math.Exp(-half[1]), o.Expected.Low * math.Exp(half[1])}
	}
	return out
}

// Intervals returns the confidence interval of each customer of the report, from n
// made-up shops. The same seed gives the same intervals.
func (r *CustomerReport) Intervals(h *History, n int, seed uint64) []OutlookInterval {
	clock := seasonOf(h, r.Cutoff, r.Days)
	all := h.summaries(r.Cutoff, clock, 1)
	points := make([]Outlook, len(all))
	for i := range points {
		points[i] = r.Customers[i].Outlook
	}
	draws := Bootstrap(&r.Models[max(r.Best, 0)], all, n, seed)
	return Intervals(points, draws, all, clock.between(r.Cutoff, r.Cutoff+core.Day(r.Days)))
}

// eachOutlook calls f with what a model expects of every customer, in pieces at
// the same time.
func eachOutlook(m *Model, all []Summary, t float64, most int, f func(i int, o Outlook)) {
	p := newPredictor(m, t, min(most, 100))
	inParts(len(all), func(_, from, to int) {
		for i := from; i < to; i++ {
			f(i, p.outlook(all[i]))
		}
	})
}
