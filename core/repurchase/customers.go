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
	// Point is the number of orders with the least absolute error, a little below
	// the mean in Expected.
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
	maxTilt       = 0.2    // log factor on the mean chance
)

// ridges are the strengths tried for the correction; the last one amounts to no
// correction at all.
func ridges() []float64 { return []float64{3, 30, 300, 3000, 1e9} }

// Customers forecasts the days with an order, and the chance of at least one,
// for every customer in the days after the cut-off.
//
// The three models are fitted to the whole history on the shop's own clock (see
// season), and to what was known at several earlier days. The windows after
// those are holdouts: there a regression learns what the models miss (value,
// basket, recent activity), the model with the least log loss gives the level of
// the chances, corrected by how far it was off against its own numbers, and the
// one with the least absolute error gives the numbers. What was learned is then
// put on the models of the whole history. Without a holdout of two weeks and a
// hundred customers the mean of the models is returned.
func Customers(h *History, cutoff core.Day, days int) (*CustomerReport, error) {
	days = max(days, 1)
	if h.Len() == 0 || cutoff < h.First() {
		return nil, ErrEmpty
	}
	clock := seasonOf(h, cutoff, days)
	all := h.summaries(cutoff, clock, 1)
	now := newView(all, clock.between(cutoff, cutoff+core.Day(days)), Kinds...)
	d := learn(h, now, clock, cutoff, holdout(h, cutoff, days))
	r := &CustomerReport{Cutoff: cutoff, Days: days, Customers: make([]CustomerForecast, len(all)), Models: now.models, Season: clock.power, Why: d.why, Best: d.count}
	active, expected := now.apply(d, nil)
	for i, s := range all {
		r.Customers[i] = CustomerForecast{s.Customer, Outlook{Alive: now.mean[i].Alive, Expected: expected[i], Active: active[i]}, d.pull * expected[i]}
	}
	return r, nil
}

// holdout is the length of the window inside the history: the one asked about,
// but never more than two fifths of what is known.
func holdout(h *History, cutoff core.Day, days int) int {
	return min(days, int(float64(cutoff-h.First())*0.4))
}

// lesson is what the holdouts taught.
type lesson struct {
	level     int         // the model whose mean chance is kept
	tilt      float64     // factor on that mean
	count     int         // the model whose numbers and their sum are kept; -1 is the mean of all
	fit       *regression // correction of the chances; nil without a holdout
	corrected bool        // the numbers follow the corrected chances
	spread    float64     // power of the numbers: above 1 the frequent buyers get more
	pull      float64     // factor from the mean number to the closest one
	why       string
}

// trial is a window inside the history: what the models expected of it, and
// what came.
type trial struct {
	*view
	orders []float64
}

// trials looks back from the cut-off at windows of w days, the newest first,
// each a third of a window before the one after it.
func trials(h *History, clock *season, cutoff core.Day, w int) []trial {
	stride := 1 + (len(h.Customers)-1)/maxLearners
	var out []trial
	for k := range maxTrials {
		day := cutoff - core.Day(w+k*w/3)
		if w < minHoldout || k > 0 && int(day-h.First()) < w {
			break
		}
		all := h.summaries(day, clock, stride)
		if len(all) < minLearners {
			break
		}
		t := trial{newView(all, clock.between(day, day+core.Day(w)), Kinds...), make([]float64, len(all))}
		for i, s := range all {
			t.orders[i] = float64(h.orderDays(s.Customer, day, day+core.Day(w)))
		}
		out = append(out, t)
	}
	return out
}

// tilt is the factor on the mean chance of a model that the trials call for:
// how far its chances were off against its own numbers. The models let orders
// cluster on heavy buyers more than they do, by much the same everywhere; how
// far both are off together is the season's and growth's, and is no guide.
// Trials overlap and are few, so the factor is pulled to one.
func tilt(past []trial, kind Kind) float64 {
	const doubt = 0.5 // a trial weighs as much as this many of the belief in one
	sum, n := 0.0, doubt
	for _, t := range past {
		for k, m := range t.models {
			if m.Kind != kind {
				continue
			}
			var active, expected, buyers, orders float64
			for i, o := range t.each[k] {
				active += o.Active
				expected += o.Expected
				buyers += min(1, t.orders[i])
				orders += t.orders[i]
			}
			if buyers >= minLearners/2 {
				sum += math.Log(buyers/active) - math.Log(orders/expected)
				n++
			}
		}
	}
	return math.Exp(min(maxTilt, max(-maxTilt, sum/n)))
}

// point chooses the power and the factor that bring the numbers closest to what
// came in the trials, by absolute and root mean squared error in equal parts. The
// factor is at most one, because the median of a skewed count lies below its
// mean.
func point(past []trial, d lesson) (spread, pull float64) {
	spreads, pulls := []float64{1, 1.1, 1.2, 1.3}, []float64{1, 0.95, 0.9}
	absolute, squared := make([]float64, len(spreads)*len(pulls)), make([]float64, len(spreads)*len(pulls))
	for _, t := range past {
		for i, s := range spreads {
			d.spread = s
			_, expected := t.apply(d, nil)
			for j, f := range pulls {
				for k, y := range t.orders {
					e := f*expected[k] - y
					absolute[i*len(pulls)+j] += math.Abs(e)
					squared[i*len(pulls)+j] += e * e
				}
			}
		}
	}
	best := 0
	for i := range absolute {
		if absolute[i]*absolute[i]*squared[i] < absolute[best]*absolute[best]*squared[best] {
			best = i
		}
	}
	return spreads[best/len(pulls)], pulls[best%len(pulls)]
}

// learn compares what the models expected of earlier windows with what came.
func learn(h *History, now *view, clock *season, cutoff core.Day, w int) lesson {
	d := lesson{count: -1, spread: 1, pull: 1, tilt: 1, why: "The mean of the models; the history is too short to check them on a part of it."}
	tried := trials(h, clock, cutoff, w)
	if len(tried) == 0 || len(tried[0].models) != len(now.models) {
		return d
	}
	past := tried[0]
	var t table
	var who []int
	for _, p := range tried {
		for i := range p.all {
			t.y = append(t.y, min(1, p.orders[i]))
			t.offset = append(t.offset, logit(p.mean[i].Active))
			t.x = p.features(i, t.x)
			who = append(who, p.all[i].Customer)
		}
	}
	t.p = len(t.x) / len(t.y)
	best := math.Inf(1)
	for k := range past.models {
		loss := 0.0
		for i, y := range t.y[:len(past.all)] {
			loss += logistic.loss(y, logit(past.each[k][i].Active))
		}
		if loss < best {
			best, d.level = loss, k
		}
	}
	d.tilt = tilt(tried, past.models[d.level].Kind)
	var eta []float64
	d.fit, eta = crossfit(logistic, &t, func(i int) int { return who[i] }, ridges())
	eta = eta[:len(past.all)]
	// The model by absolute error, which heavy buyers do not govern; the spread
	// by the Poisson likelihood, which a mean pulled to the median does not win.
	best = math.Inf(1)
	for _, corrected := range []bool{true, false} {
		for k := range past.models {
			try := lesson{level: d.level, tilt: 1, count: k, fit: d.fit, corrected: corrected, spread: 1}
			_, expected := past.apply(try, eta)
			off := 0.0
			for i, y := range past.orders {
				off += math.Abs(y - expected[i])
			}
			if off < best {
				best, d.count, d.corrected = off, k, corrected
			}
		}
	}
	d.spread, d.pull = point(tried, d)
	d.why = fmt.Sprintf("Checked on %d windows of %d days: chances at the level of %s (x %.2f), corrected by what it missed there; numbers by %s to the power of %.1f, point forecasts %.2f of them; season %.2f of the retail year.",
		len(tried), w, past.models[d.level].Kind, d.tilt, past.models[d.count].Kind, d.spread, d.pull, clock.power)
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
	target = min(target*d.tilt, 0.99*float64(n))
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
