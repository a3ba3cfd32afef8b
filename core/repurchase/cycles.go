package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// Cycle is how soon a product is bought again: the distribution of the days from
// one purchase of a customer to his next one of the same product, by the
// product-limit estimate (Kaplan and Meier 1958). A purchase that was not
// followed by another yet counts as an interval of at least that long.
type Cycle struct {
	Product  int
	Buyers   int     // customers who bought it
	Repeats  int     // intervals that ended in a purchase
	Censored int     // intervals still open on the cut-off day
	OnSale   float64 // days since the first sale
	steps    []step
}

// step is a day on which the share of those who wait falls.
type step struct {
	day   float64
	still float64 // share that has not bought again by the end of the day
	se    float64 // its standard error (Greenwood 1926)
}

// Within returns the probability that a purchase is followed by another within
// so many days, and its 95 % confidence bounds. Beyond the longest interval
// seen the last value stands: a lower bound.
func (c *Cycle) Within(days float64) (p, low, high float64) {
	i, found := slices.BinarySearchFunc(c.steps, days, func(s step, d float64) int { return cmp.Compare(s.day, d) })
	if !found {
		i--
	}
	if i < 0 {
		return 0, 0, 0
	}
	s := c.steps[i]
	p = 1 - s.still
	return p, max(0, p-1.96*s.se), min(1, p+1.96*s.se)
}

// Quantile returns the day by which a share q of all purchases is followed by
// another; ok is false when fewer than that ever are, as far as is known.
func (c *Cycle) Quantile(q float64) (days float64, ok bool) {
	for _, s := range c.steps {
		if 1-s.still >= q-1e-12 {
			return s.day, true
		}
	}
	return 0, false
}

// Median returns the median interval of those who do buy again within the time
// that was seen; ok is false when nobody has.
func (c *Cycle) Median() (days float64, ok bool) {
	if len(c.steps) == 0 {
		return 0, false
	}
	return c.Quantile((1 - c.steps[len(c.steps)-1].still) / 2)
}

// Ever returns the probability of a repurchase within the time that was seen,
// and that time in days.
func (c *Cycle) Ever() (p, days float64) {
	if len(c.steps) == 0 {
		return 0, 0
	}
	last := c.steps[len(c.steps)-1]
	return 1 - last.still, last.day
}

// interval is the time from one purchase to the next, or to the cut-off.
type interval struct {
	product int32
	days    int32
	since   int32 // days from its start to the cut-off
	closed  bool
}

// Cycles returns the repurchase cycle of every product sold up to the cut-off,
// in the order of the products' numbers.
func Cycles(h *History, cutoff core.Day) []Cycle {
	return cyclesOf(h, cutoff, func(int) bool { return true })
}

// ClassCycles are the cycles of the products among the customers of one class.
type ClassCycles struct {
	Class  string
	Cycles []Cycle // of products with at least minClass buyers in it
}

// minClass is how many buyers of a class a cycle of its own needs.
const minClass = 20

// CyclesByChannel returns the cycles by the channel of a customer's first order, in
// the order of the channels' names; none where no channel is known, or only one.
func CyclesByChannel(h *History, cutoff core.Day) []ClassCycles {
	names := slices.Compact(slices.Sorted(slices.Values(h.Channel)))
	if len(names) < 2 {
		return nil
	}
	var out []ClassCycles
	for _, name := range names {
		all := cyclesOf(h, cutoff, func(c int) bool { return h.Channel[c] == name })
		if all = slices.DeleteFunc(all, func(c Cycle) bool { return c.Buyers < minClass }); len(all) > 0 {
			out = append(out, ClassCycles{name, all})
		}
	}
	return out
}

// cyclesOf is Cycles among the customers to keep.
func cyclesOf(h *History, cutoff core.Day, keep func(customer int) bool) []Cycle {
	var found [parts][]interval
	inParts(len(h.Customers), func(part, from, to int) {
		var spells []interval
		for c := from; c < to; c++ {
			if !keep(c) {
				continue
			}
			lines := slices.Clone(h.until(c, cutoff))
			slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Product, b.Product) })
			for i, l := range lines {
				if l.Qty <= 0 || l.Product < 0 {
					continue
				}
				next := i + 1
				for next < len(lines) && lines[next].Product == l.Product && (lines[next].Day == l.Day || lines[next].Qty <= 0) {
					next++
				}
				same := i > 0 && lines[i-1].Product == l.Product && lines[i-1].Day == l.Day && lines[i-1].Qty > 0
				switch {
				case same: // the first line of a day stands for the day
				case next < len(lines) && lines[next].Product == l.Product:
					spells = append(spells, interval{l.Product, int32(lines[next].Day - l.Day), int32(cutoff - l.Day), true})
				default:
					spells = append(spells, interval{l.Product, int32(cutoff - l.Day), int32(cutoff - l.Day), false})
				}
			}
		}
		found[part] = spells
	})
	by := make([][]interval, len(h.Products))
	size := make([]int, len(h.Products))
	for _, spells := range found {
		for _, s := range spells {
			size[s.product]++
		}
	}
	for _, spells := range found {
		for _, s := range spells {
			if by[s.product] == nil {
				by[s.product] = make([]interval, 0, size[s.product])
			}
			by[s.product] = append(by[s.product], s)
		}
	}
	out := make([]Cycle, 0, len(by))
	for p, spells := range by {
		if len(spells) > 0 {
			out = append(out, productLimit(p, spells))
		}
	}
	return out
}

// productLimit estimates a cycle; it reorders the intervals.
func productLimit(product int, spells []interval) Cycle {
	slices.SortFunc(spells, func(a, b interval) int { return cmp.Compare(a.days, b.days) })
	c := Cycle{Product: product}
	still, variance, risk := 1.0, 0.0, float64(len(spells))
	for i := 0; i < len(spells); {
		day, closed, n := spells[i].days, 0.0, 0.0
		for ; i < len(spells) && spells[i].days == day; i++ {
			n++
			c.OnSale = max(c.OnSale, float64(spells[i].since))
			if spells[i].closed {
				closed++
			}
		}
		if closed > 0 {
			still *= 1 - closed/risk
			if risk > closed {
				variance += closed / (risk * (risk - closed))
			}
			c.steps = append(c.steps, step{float64(day), still, still * math.Sqrt(variance)})
		}
		c.Repeats += int(closed)
		c.Censored += int(n - closed)
		risk -= n
	}
	// Exactly one interval of a customer and product is open.
	c.Buyers = c.Censored
	return c
}
