package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// ProductOutlook is what its known customers are expected to do in the
// window after the cut-off (requirement C5).
type ProductOutlook struct {
	Product int
	Buyers  int     // customers who bought it so far
	Again   float64 // customers among them expected to buy it again
	First   float64 // other known customers expected to buy it for the first time
	// Probability that one who bought it buys it again in the window.
	Probability float64
	// Due is the day by which half of the expected repeat purchases have come;
	// 0 when none is expected.
	Due core.Day
	// Units expected of both in the window: purchases times the usual quantity.
	Units float64
	// Behind are the customers likeliest to buy it, likeliest first.
	Behind []Likely
}

// Likely is a customer who may buy a product in the window.
type Likely struct {
	Customer    int // number in the history
	Probability float64
	Due         core.Day // when, if he does
	Again       bool     // bought it before
}

// maxBehind is how many customers are named behind a product, and minBehind the
// least probability of one who is.
const (
	maxBehind = 500
	minBehind = 0.05
)

// Outlooks returns the outlook of every product that was bought up to the
// cut-off, most expected units first.
func Outlooks(h *History, cutoff core.Day, days int, cycles []Cycle) ([]ProductOutlook, error) {
	type sums struct {
		again, first, units float64
		due                 []weighted
		behind              []Likely
	}
	dates, err := DueDates(h, cutoff, days)
	if err != nil {
		return nil, err
	}
	cycleOf := make([]*Cycle, len(h.Products))
	for i := range cycles {
		cycleOf[cycles[i].Product] = &cycles[i]
	}
	var tally [parts][]sums
	for p := range tally {
		tally[p] = make([]sums, len(h.Products))
	}
	usual := h.usualUnits(cutoff)
	now, err := eachCustomer(h, cutoff, days, func(int) {}, func(part, i int, list []NextProduct) {
		for _, n := range list {
			t := &tally[part][n.Product]
			t.units += n.Probability * usual[n.Product]
			if !n.Again {
				t.first += n.Probability
			} else {
				t.again += n.Probability
			}
			if n.Probability < minBehind && !n.Again {
				continue
			}
			l := Likely{Customer: n.Customer, Probability: n.Probability, Again: n.Again, Due: cutoff + core.Day(days+1)/2}
			if n.Again {
				l.Due = cutoff + core.Day(math.Ceil(dueIn(h, dates, cycleOf[n.Product], n, cutoff, days)))
				t.due = append(t.due, weighted{float64(l.Due), n.Probability})
			}
			if n.Probability >= minBehind {
				t.behind = append(t.behind, l)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]ProductOutlook, 0, len(cycles))
	for p := range h.Products {
		o := ProductOutlook{Product: p, Buyers: int(now.articles[p].buyers)}
		if o.Buyers == 0 {
			continue
		}
		var due []weighted
		for part := range tally {
			t := &tally[part][p]
			o.Again += t.again
			o.First += t.first
			o.Units += t.units
			due = append(due, t.due...)
			o.Behind = append(o.Behind, t.behind...)
		}
		o.Probability = min(1, o.Again/float64(o.Buyers))
		if d, ok := median(due); ok {
			o.Due = core.Day(d)
		}
		slices.SortFunc(o.Behind, func(a, b Likely) int {
			return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Customer, b.Customer))
		})
		o.Behind = slices.Clone(o.Behind[:min(len(o.Behind), maxBehind)])
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b ProductOutlook) int {
		return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Product, b.Product))
	})
	return out, nil
}

// dueIn returns the days from the cut-off to the next purchase of a pair, if it
// comes in the window: of DueDates where the pair was bought twice, else by the
// product's cycle.
func dueIn(h *History, dates []Due, c *Cycle, n NextProduct, cutoff core.Day, days int) float64 {
	i, ok := slices.BinarySearchFunc(dates, n, func(d Due, n NextProduct) int {
		return cmp.Or(cmp.Compare(d.Customer, n.Customer), cmp.Compare(d.Product, n.Product))
	})
	wait := float64(days+1) / 2
	if ok {
		wait = dates[i].Days
	} else if c != nil {
		last := cutoff
		for _, l := range h.until(n.Customer, cutoff) {
			if int(l.Product) == n.Product && l.Qty > 0 {
				last = l.Day
			}
		}
		wait = c.wait(float64(cutoff-last), float64(days))
	}
	return min(float64(days), max(1, wait))
}

// wait returns the median of the further wait of a purchase that has been open
// for so many days and ends within a window; half the window where the cycle
// says nothing about it.
func (c *Cycle) wait(open, window float64) float64 {
	before, _, _ := c.Within(open)
	after, _, _ := c.Within(open + window)
	if after-before < 1e-9 {
		return window / 2
	}
	day, _ := c.Quantile((before + after) / 2)
	return max(0, day-open)
}

// usualUnits returns the mean units a customer buys of a product on a day he
// buys it.
func (h *History) usualUnits(cutoff core.Day) []float64 {
	units, visits := make([]float64, len(h.Products)), make([]float64, len(h.Products))
	for c := range h.Customers {
		var prev Line
		for i, l := range h.until(c, cutoff) {
			if l.Qty <= 0 || l.Product < 0 {
				continue
			}
			units[l.Product] += float64(l.Qty)
			if i == 0 || prev.Product != l.Product || prev.Day != l.Day {
				visits[l.Product]++
			}
			prev = l
		}
	}
	for p := range units {
		units[p] /= max(visits[p], 1)
	}
	return units
}

// weighted is a value with a weight.
type weighted struct{ v, w float64 }

// median returns the weighted median; ok is false without any weight.
func median(all []weighted) (v float64, ok bool) {
	slices.SortFunc(all, func(a, b weighted) int { return cmp.Or(cmp.Compare(a.v, b.v), cmp.Compare(a.w, b.w)) })
	total := 0.0
	for _, x := range all {
		total += x.w
	}
	sum := 0.0
	for _, x := range all {
		if sum += x.w; sum >= total/2 && total > 0 {
			return x.v, true
		}
	}
	return 0, false
}
