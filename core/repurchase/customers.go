package repurchase

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// CustomerForecast is what is expected of one customer in the window. The
// customers of a report add up to what the fitted models expect of the shop.
type CustomerForecast struct {
	Customer int // number in the history
	Outlook
	// Point is the number of orders with the least absolute error: the median, which
	// lies below the mean in Expected.
	Point float64
}

// CustomerReport is the outlook of all customers of a shop.
type CustomerReport struct {
	Cutoff    core.Day
	Days      int
	Customers []CustomerForecast // of everybody known on the cut-off day
	Models    []Model            // fitted up to the cut-off, in days of the shop's clock
	// Season is how much of the usual retail year the shop has: 0 is none, 1 all.
	Season float64
	// Why says in a sentence how the forecast was made.
	Why  string
	Best int // the model whose numbers are kept, in Models; -1 is the mean of all
}

// The holdout inside the history.
const (
	minHoldout    = 14     // days; shorter ones teach nothing
	minLearners   = 100    // customers
	maxLearners   = 50_000 // customers; more do not move the correction
	maxCorrection = 1.5    // log odds by which a customer is moved at most
	maxTrials     = 3      // windows
	// How far trials are believed; chosen on windows of five shops, see docs/repurchase.md.
	driftTrust   = 0.5 // part of how far the level was off that is taken out
	correctTrust = 0.7 // part of a customer's correction that is made
)

// ridges are the strengths tried for the correction; the last one amounts to no
// correction at all.
func ridges() []float64 { return []float64{3, 30, 300, 3000, 1e9} }

// coarseRidges are fewer, to tell in time whether a covariate helps.
func coarseRidges() []float64 { return []float64{30, 3000} }

// Customers forecasts the days with an order, and the chance of at least one,
// for every customer in the days after the cut-off.
//
// The three models are fitted to the whole history on the shop's own clock (see
// season), and to what was known at several earlier days. The windows after
// those are holdouts: there a regression learns what the models miss (value,
// basket, recent activity), and the model with the least absolute error is chosen
// for the numbers. What was learned is then put on the models of the whole history,
// whose level is corrected by drifts. Without a holdout of two weeks and a hundred
// customers the mean of the models is returned.
func Customers(h *History, cutoff core.Day, days int) (*CustomerReport, error) {
	days = max(days, 1)
	if h.Len() == 0 || cutoff < h.First() {
		return nil, ErrEmpty
	}
	clock := seasonOf(h, cutoff, days)
	all := h.summaries(cutoff, clock, 1)
	now := newView(all, clock.between(cutoff, cutoff+core.Day(days)), Kinds...)
	d := learn(h, now, clock, cutoff, days)
	r := &CustomerReport{Cutoff: cutoff, Days: days, Customers: make([]CustomerForecast, len(all)), Models: now.models, Season: clock.power, Why: d.why, Best: d.count}
	chances, orders := now.apply(d, nil)
	inParts(len(all), func(_, from, to int) {
		for i := from; i < to; i++ {
			r.Customers[i] = CustomerForecast{all[i].Customer, Outlook{Alive: now.mean[i].Alive, Expected: orders[i], Active: chances[i]}, closest(orders[i], 1-chances[i])}
		}
	})
	return r, nil
}

// holdout is the length of the window inside the history: the one asked about,
// but never more than two fifths of what is known.
func holdout(h *History, cutoff core.Day, days int) int {
	return min(days, int(float64(cutoff-h.First())*0.4))
}

// lesson is what the holdouts taught.
type lesson struct {
	chances   float64     // log by which the mean chance was too high, to be taken out
	numbers   float64     // the same of the mean number
	count     int         // the model whose numbers and their sum are kept; -1 is the mean of all
	fit       *regression // correction of the chances; nil without a holdout
	corrected bool        // the numbers follow the corrected chances
	why       string
}

// trial is a window inside the history: what the models expected of it, and
// what came.
type trial struct {
	*view
	day    core.Day // the window follows
	orders []float64
}

// trials looks back from the cut-off at windows of w days, the newest first,
// each a third of a window before the one after it. Their fits begin at those of now.
func trials(h *History, now *view, clock *season, cutoff core.Day, w int) []trial {
	oneIn := 1 + (len(h.Customers)-1)/maxLearners
	var out []trial
	for k := range maxTrials {
		day := cutoff - core.Day(w+k*w/3)
		if w < minHoldout || k > 0 && int(day-h.First()) < w {
			break
		}
		all := h.summaries(day, clock, oneIn)
		if len(all) < minLearners {
			break
		}
		t := trial{newViewNear(now.models, all, clock.between(day, day+core.Day(w)), Kinds...), day, make([]float64, len(all))}
		for i, s := range all {
			t.orders[i] = float64(h.orderDays(s.Customer, day, day+core.Day(w)))
		}
		out = append(out, t)
	}
	return out
}

// drifts are the logs by which the mean chance and the mean number of the models are
// to be lowered: half of what they were off in the trials, which is as far as one
// window of a shop tells about the next.
func drifts(past []trial) (chances, numbers float64) {
	for _, t := range past {
		buyers, orders := 0.5, 0.5 // so that a trial in which nothing happened is no infinity
		for _, o := range t.orders {
			buyers += min(1, o)
			orders += o
		}
		part := driftTrust / float64(len(past))
		chances += part * math.Log((t.level(active)+0.5)/buyers)
		numbers += part * math.Log((t.level(expected)+0.5)/orders)
	}
	return chances, numbers
}

// level is what the two BG models expect of the shop, the geometric mean of their
// sums. Pareto/NBD, in which a customer may leave at any time, gave up too many on
// the shops looked at.
func (v *view) level(of func(Outlook) float64) float64 {
	sum, n := 0.0, 0.0
	for k, each := range v.each {
		if v.models[k].Kind == ParetoNBD && len(v.each) > 1 {
			continue
		}
		all := 0.0
		for _, o := range each {
			all += of(o)
		}
		sum += math.Log(max(all, 1e-9))
		n++
	}
	return math.Exp(sum / n)
}

func active(o Outlook) float64   { return o.Active }
func expected(o Outlook) float64 { return o.Expected }

// learn compares what the models expected of earlier windows with what came.
func learn(h *History, now *view, clock *season, cutoff core.Day, days int) lesson {
	d := lesson{count: -1, why: "The mean of the models; the history is too short to check them on a part of it."}
	w := holdout(h, cutoff, days)
	tried := trials(h, now, clock, cutoff, w)
	if len(tried) == 0 || len(tried[0].models) != len(now.models) {
		return d
	}
	past := tried[0]
	d.chances, d.numbers = drifts(tried)
	var eta, offset []float64
	d.fit, eta, offset, now.more = correct(h, tried, h.covariates(cutoff, tried[len(tried)-1].day))
	past.more = now.more
	eta = eta[:len(past.all)]
	for i, base := range offset[:len(past.all)] {
		eta[i] = base + correctTrust*(eta[i]-base)
	}
	// The model by absolute error, which heavy buyers do not govern.
	best := math.Inf(1)
	for _, corrected := range []bool{true, false} {
		for k := range past.models {
			try := lesson{count: k, fit: d.fit, corrected: corrected}
			_, orders := past.apply(try, eta)
			off := 0.0
			for i, y := range past.orders {
				off += math.Abs(y - orders[i])
			}
			if off < best {
				best, d.count, d.corrected = off, k, corrected
			}
		}
	}
	d.why = fmt.Sprintf("Checked on %d windows of %d days: what the models missed of each customer is put right, and the level (chances x %.2f, numbers x %.2f); numbers by %s; season %.2f of the retail year.",
		len(tried), w, math.Exp(-d.chances), math.Exp(-d.numbers), past.models[d.count].Kind, clock.power)
	for _, c := range now.more {
		d.why += " " + c.why
	}
	return d
}

// apply returns the chances and numbers of the view's customers with a lesson.
// eta are the log odds where they are known already, else nil.
func (v *view) apply(d lesson, eta []float64) (chances, orders []float64) {
	n := len(v.all)
	chances, orders = make([]float64, n), make([]float64, n)
	if eta == nil {
		eta = make([]float64, n)
		inParts(n, func(_, from, to int) {
			var x []float64
			for i := from; i < to; i++ {
				eta[i] = logit(v.mean[i].Active)
				if d.fit != nil {
					x = v.features(i, x[:0])
					eta[i] += correctTrust * min(maxCorrection, max(-maxCorrection, d.fit.eta(x)))
				}
			}
		})
	}
	target := min(v.level(active)*math.Exp(-d.chances), 0.99*float64(n))
	shift(eta, target, chances)
	numbers := v.mean
	if d.count >= 0 {
		numbers = v.each[d.count]
	}
	sum, total := 0.0, v.level(expected)*math.Exp(-d.numbers)
	for i := range orders {
		e := numbers[i].Expected
		if d.corrected { // in proportion to the rate of a Poisson with these chances
			e *= math.Log1p(-min(chances[i], 1-1e-9)) / math.Log1p(-min(max(v.mean[i].Active, 1e-9), 1-1e-9))
		}
		orders[i] = e
		sum += e
	}
	for i := range orders {
		if sum > 0 {
			orders[i] *= total / sum
		}
	}
	return chances, orders
}

// shift writes the chances of log odds eta plus a constant that makes their sum
// the target: Newton's method, kept between bounds that close in.
func shift(eta []float64, target float64, out []float64) {
	lo, hi, mid := -12.0, 12.0, 0.0
	for range 40 {
		var sums, slopes [parts]float64
		inParts(len(eta), func(part, from, to int) {
			for i := from; i < to; i++ {
				p := logistic.mean(eta[i] + mid)
				out[i] = p
				sums[part] += p
				slopes[part] += p * (1 - p)
			}
		})
		sum, slope := 0.0, 0.0
		for part := range parts {
			sum, slope = sum+sums[part], slope+slopes[part]
		}
		if math.Abs(sum-target) < 1e-6*target {
			return
		}
		if sum < target {
			lo = mid
		} else {
			hi = mid
		}
		if mid += (target - sum) / slope; !(mid > lo && mid < hi) {
			mid = (lo + hi) / 2
		}
	}
}
