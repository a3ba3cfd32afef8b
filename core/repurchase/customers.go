package repurchase

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// CustomerForecast is what is expected of one customer in the window.
//
// The customers of a report add up to what the fitted models expect of the
// shop, but the number of one customer is chosen by absolute error on the
// holdout: for a rare buyer it can lie below his chance of an order.
type CustomerForecast struct {
	Customer int // number in the history
	Outlook
}

// CustomerReport is the outlook of all customers of a shop.
type CustomerReport struct {
	Cutoff    core.Day
	Days      int
	Customers []CustomerForecast // of everybody known on the cut-off day
	Models    []Model            // fitted up to the cut-off, in days
	// Why says in a sentence how the forecast was made.
	Why string
}

// The holdout inside the history.
const (
	minHoldout    = 14     // days; shorter ones teach nothing
	minLearners   = 100    // customers
	maxLearners   = 50_000 // customers; more do not move the correction
	maxCorrection = 1.5    // log odds by which a customer is moved at most
)

// ridges are the strengths tried for the correction; the last one amounts to no
// correction at all.
func ridges() []float64 { return []float64{3, 30, 300, 3000, 1e9} }

// Customers forecasts the days with an order, and the chance of at least one,
// for every customer in the days after the cut-off.
//
// The three models are fitted to the whole history, and once more to what was
// known some time earlier. The days in between are a holdout: there a
// regression learns what the models miss (value, basket, recent activity), the
// model with the least log loss gives the level of the chances, and the one
// with the least absolute error gives the numbers. What was learned is then put
// on the models of the whole history. Without a holdout of two weeks and a
// hundred customers the mean of the models is returned.
func Customers(h *History, cutoff core.Day, days int) (*CustomerReport, error) {
	all := h.Summaries(cutoff)
	if len(all) == 0 {
		return nil, ErrEmpty
	}
	days = max(days, 1)
	now := newView(all, days, len(all), Kinds...)
	d := learn(h, now, cutoff, holdout(h, cutoff, days))
	r := &CustomerReport{Cutoff: cutoff, Days: days, Customers: make([]CustomerForecast, len(all)), Models: now.models, Why: d.why}
	active, expected := now.apply(d, nil)
	for i, s := range all {
		r.Customers[i] = CustomerForecast{s.Customer, Outlook{Alive: now.mean[i].Alive, Expected: expected[i], Active: active[i]}}
	}
	return r, nil
}

// holdout is the length of the window inside the history: the one asked about,
// but never more than two fifths of what is known.
func holdout(h *History, cutoff core.Day, days int) int {
	return min(days, int(float64(cutoff-h.First())*0.4))
}

// lesson is what the holdout taught.
type lesson struct {
	level     int         // the model whose mean chance is kept
	count     int         // the model whose numbers and their sum are kept; -1 is the mean of all
	fit       *regression // correction of the chances; nil without a holdout
	corrected bool        // the numbers follow the corrected chances
	spread    float64     // power of the numbers: above 1 the frequent buyers get more
	why       string
}

// learn compares what the models expected w days before the cut-off with what
// came.
func learn(h *History, now *view, cutoff core.Day, w int) lesson {
	d := lesson{count: -1, spread: 1, why: "The mean of the models; the history is too short to check them on a part of it."}
	if w < minHoldout {
		return d
	}
	past := newView(h.Summaries(cutoff-core.Day(w)), w, maxLearners, Kinds...)
	if len(past.all) < minLearners || len(past.models) != len(now.models) {
		return d
	}
	n := len(past.all)
	orders := make([]float64, n)
	t := table{offset: make([]float64, n), y: make([]float64, n)}
	for i, s := range past.all {
		orders[i] = float64(h.orderDays(s.Customer, cutoff-core.Day(w), cutoff))
		t.y[i] = min(1, orders[i])
		t.offset[i] = logit(past.mean[i].Active)
		t.x = past.features(i, t.x)
	}
	t.p = len(t.x) / n
	best := math.Inf(1)
	for k := range past.models {
		loss := 0.0
		for i, y := range t.y {
			loss += logistic.loss(y, logit(past.each[k][i].Active))
		}
		if loss < best {
			best, d.level = loss, k
		}
	}
	var eta []float64
	d.fit, eta = crossfit(logistic, &t, func(i int) int { return i }, ridges())
	// The model by absolute error, which heavy buyers do not govern; the spread
	// by the Poisson likelihood, which a mean pulled to the median does not win.
	best = math.Inf(1)
	for _, corrected := range []bool{true, false} {
		for k := range past.models {
			try := lesson{level: d.level, count: k, fit: d.fit, corrected: corrected, spread: 1}
			_, expected := past.apply(try, eta)
			off := 0.0
			for i, y := range orders {
				off += math.Abs(y - expected[i])
			}
			if off < best {
				best, d.count, d.corrected = off, k, corrected
			}
		}
	}
	best = math.Inf(1)
	base := d
	for _, spread := range []float64{1, 1.1, 1.2, 1.3} {
		base.spread = spread
		_, expected := past.apply(base, eta)
		loss := 0.0
		for i, y := range orders {
			loss += poisson.loss(y, math.Log(max(expected[i], 1e-6)))
		}
		if loss < best {
			best, d.spread = loss, spread
		}
	}
	d.why = fmt.Sprintf("Checked on the last %d days: chances at the level of %s, corrected by what it missed there; numbers by %s.",
		w, past.models[d.level].Kind, past.models[d.count].Kind)
	return d
}

// apply returns the chances and numbers of the view's customers with a lesson.
// eta are the log odds where they are known already, else nil.
func (v *view) apply(d lesson, eta []float64) (active, expected []float64) {
	n := len(v.all)
	active, expected = make([]float64, n), make([]float64, n)
	if eta == nil {
		eta = make([]float64, n)
		inParts(n, func(_, from, to int) {
			var x []float64
			for i := from; i < to; i++ {
				eta[i] = logit(v.mean[i].Active)
				if d.fit != nil {
					x = v.features(i, x[:0])
					eta[i] += min(maxCorrection, max(-maxCorrection, d.fit.eta(x, 0)))
				}
			}
		})
	}
	level := v.mean
	if d.fit != nil {
		level = v.each[d.level]
	}
	target := 0.0
	for i := range level {
		target += level[i].Active
	}
	shift(eta, target, active)
	numbers := v.mean
	if d.count >= 0 {
		numbers = v.each[d.count]
	}
	sum, total := 0.0, 0.0
	for i := range expected {
		e := numbers[i].Expected
		total += e
		if d.spread != 1 {
			e = math.Pow(e, d.spread)
		}
		if d.corrected { // in proportion to the rate of a Poisson with these chances
			e *= math.Log1p(-min(active[i], 1-1e-9)) / math.Log1p(-min(max(v.mean[i].Active, 1e-9), 1-1e-9))
		}
		expected[i] = e
		sum += e
	}
	for i := range expected {
		if sum > 0 {
			expected[i] *= total / sum
		}
	}
	return active, expected
}

// shift writes the chances of log odds eta plus a constant that makes their sum
// the target. The season and growth of the holdout would otherwise be taken for
// that of the window.
func shift(eta []float64, target float64, out []float64) {
	lo, hi := -12.0, 12.0
	for range 40 {
		mid := (lo + hi) / 2
		var sums [parts]float64
		inParts(len(eta), func(part, from, to int) {
			for i := from; i < to; i++ {
				out[i] = logistic.mean(eta[i] + mid)
				sums[part] += out[i]
			}
		})
		sum := 0.0
		for _, s := range sums {
			sum += s
		}
		if math.Abs(sum-target) < 1e-6*target {
			return
		}
		if sum < target {
			lo = mid
		} else {
			hi = mid
		}
	}
}
