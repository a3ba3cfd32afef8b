// Package supply learns from the past of purchase orders: how long a supplier
// really takes by each mode, how much of an order comes, how punctually and how
// sound. Learn gives lead times for planning, Evaluate the score of a supplier.
//
// # Lead time
//
// An observation is the time from order to arrival as a multiple of the time the
// supplier stated for that SKU and mode, so that SKUs with different stated times
// tell about the same supplier. The supplier's closed days do not count, as they do
// not in planning. Every order weighs 1 however many lines and deliveries it has:
// each line an equal part, each delivery by its share of the line's quantity. What
// is still outstanding after the stated time is counted as taking at least as long
// as it has taken (a right-censored observation), up to three times the stated
// time; after that nobody waits for it, and it only lowers the fill rate.
//
// Multiples have a normal-inverse-gamma prior with mean 1 (the supplier's word),
// worth PriorOrders orders, and with the stated deviation as its predictive one.
// With n weighted observations of mean x̄ and sum of squares S about it:
//
//	κ = κ₀ + n    μ = (κ₀·1 + n·x̄) / κ
//	α = α₀ + n/2  β = β₀ + S/2 + κ₀·n·(x̄ − 1)² / (2κ)
//	variance of the next one = β·(κ+1) / ((α−1)·κ)
//
// (Murphy, Conjugate Bayesian analysis of the Gaussian distribution, 2007, section
// 6; the last line is the variance of its predictive Student t.) Censored
// observations enter by their expected value and square given that they are longer
// than seen, with μ and σ² = β/α of the step before, until nothing moves (the EM
// algorithm; Schmee and Hahn, Technometrics 21, 1979).
package supply

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

const (
	// PriorOrders is how many orders the supplier's own word is worth.
	PriorOrders = 4.0
	// maxMultiple bounds one observation and the mean: beyond it is a wrong date, not a
	// long way.
	maxMultiple = 4.0
	// patience is the multiple of the stated time after which nobody waits any more.
	patience = 3.0
	// minCV and maxCV bound the relative deviation of a stated lead time: no way is
	// exact, and more than three times the mean is a mistake (window.Lead takes it so).
	minCV, maxCV = 0.05, 3.0
)

// Book is what was learned about lead times.
type Book struct {
	seen map[way]*record
}

// way is one supplier's mode of shipping.
type way struct {
	supplier core.SupplierID
	mode     core.Mode
}

// record holds the observations of one way.
type record struct {
	came, open []observation
	orders     int // that anything came of
	deliveries int // distinct days per order
}

// observation is a multiple of the stated time with its weight in orders.
type observation struct{ multiple, weight float64 }

// Learn reads the past of orders as of today.
func Learn(lines []core.SupplyLine, suppliers []core.Supplier, today core.Day) *Book {
	b := &Book{seen: map[way]*record{}}
	closed := closedDays(suppliers)
	for _, order := range byOrder(lines) {
		w := way{order[0].Supplier, order[0].Mode}
		share := 1 / float64(len(order))
		rec := b.seen[w]
		if rec == nil {
			rec = &record{}
			b.seen[w] = rec
		}
		days := map[core.Day]bool{}
		for _, l := range order {
			if l.Stated < 1 || l.Qty <= 0 { // within the day: nothing to compare with
				continue
			}
			left := l.Qty
			for _, a := range l.Arrivals {
				n := min(a.Qty, left)
				if n <= 0 || a.Day > today {
					continue
				}
				left -= n
				days[a.Day] = true
				rec.came = append(rec.came, observation{multiple(l, a.Day, closed[l.Supplier]), share * float64(n) / float64(l.Qty)})
			}
			waited := multiple(l, today, closed[l.Supplier])
			if left -= l.Cancelled; left > 0 && waited > 1 && waited <= patience {
				rec.open = append(rec.open, observation{waited, share * float64(left) / float64(l.Qty)})
			}
		}
		rec.deliveries += len(days)
		if len(days) > 0 {
			rec.orders++
		}
	}
	return b
}

// multiple is the open days from the order to day over the stated time.
func multiple(l core.SupplyLine, day core.Day, closed []core.DayRange) float64 {
	return min(maxMultiple, float64(openDays(l.OrderedOn, day, closed))/l.Stated)
}

// openDays counts the days after from up to to on which the supplier works. An
// order on a closed day is taken up on the next open one.
func openDays(from, to core.Day, closed []core.DayRange) int {
	n := 0
	in := func(d core.Day) bool {
		return slices.ContainsFunc(closed, func(r core.DayRange) bool { return r.Contains(d) })
	}
	if len(closed) == 0 {
		return max(0, int(to-from))
	}
	for in(from) && from < to {
		from++
	}
	for d := from + 1; d <= to; d++ {
		if !in(d) {
			n++
		}
	}
	return n
}

// byOrder groups lines of one supplier, mode and order, in the order given.
func byOrder(lines []core.SupplyLine) [][]core.SupplyLine {
	type key struct {
		way
		order string
		on    core.Day
	}
	at := map[key]int{}
	var out [][]core.SupplyLine
	for _, l := range lines {
		k := key{way{l.Supplier, l.Mode}, l.Order, l.OrderedOn}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], l)
	}
	return out
}

func closedDays(suppliers []core.Supplier) map[core.SupplierID][]core.DayRange {
	out := make(map[core.SupplierID][]core.DayRange, len(suppliers))
	for _, s := range suppliers {
		out[s.ID] = s.Closed
	}
	return out
}

// Lead returns the lead time of one mode as learned, in days with one decimal, and
// says so in its Note. Without any observation it is the stated one.
func (b *Book) Lead(supplier core.SupplierID, stated core.Lead) core.Lead {
	rec := b.seen[way{supplier, stated.Mode}]
	if rec == nil || len(rec.came)+len(rec.open) == 0 || stated.Days < 1 {
		return stated
	}
	mean, sd := rec.posterior(min(max(minCV, stated.SD/stated.Days), maxCV))
	out := stated
	out.Days, out.SD = max(1, tenth(stated.Days*mean)), tenth(stated.Days*sd)
	from := fmt.Sprintf("%s of %s", count(rec.deliveries, "delivery", "deliveries"), count(rec.orders, "order", "orders"))
	if len(rec.open) > 0 {
		from += ", and goods that are late"
	}
	out.Note = fmt.Sprintf("lead time by %s: stated %g ± %g days, learned %g ± %g from %s", stated.Mode, stated.Days, stated.SD, out.Days, out.SD, from)
	return out
}

// Items returns the offers with their lead times as learned; the given ones stay
// as they are.
func (b *Book) Items(items []core.SupplierItem) []core.SupplierItem {
	if len(b.seen) == 0 {
		return items
	}
	type stated struct {
		way
		days, sd float64
	}
	known := map[stated]core.Lead{} // offers state the same few lead times
	out := slices.Clone(items)
	for i := range out {
		it := &out[i]
		it.Lead = slices.Clone(it.Lead)
		for j, l := range it.Lead {
			k := stated{way{it.Supplier, l.Mode}, l.Days, l.SD}
			got, ok := known[k]
			if !ok {
				got = b.Lead(it.Supplier, l)
				known[k] = got
			}
			it.Lead[j].Days, it.Lead[j].SD, it.Lead[j].Note = got.Days, got.SD, got.Note
		}
	}
	return out
}

// posterior returns the mean and the predictive deviation of the multiple, given
// the relative deviation that was stated.
func (r *record) posterior(cv float64) (mean, sd float64) {
	const k0, a0 = PriorOrders, 1 + PriorOrders/2
	b0 := cv * cv * (a0 - 1) * k0 / (k0 + 1)
	mean, variance := 1.0, b0/a0
	var kappa, alpha, beta float64
	for range 500 {
		n, sum, squares := 0.0, 0.0, 0.0
		add := func(w, x, xx float64) { n, sum, squares = n+w, sum+w*x, squares+w*xx }
		for _, o := range r.came {
			add(o.weight, o.multiple, o.multiple*o.multiple)
		}
		for _, o := range r.open {
			x, xx := beyond(mean, math.Sqrt(variance), o.multiple)
			add(o.weight, x, xx)
		}
		xbar := sum / n
		kappa, alpha = k0+n, a0+n/2
		was := mean
		mean = (k0 + sum) / kappa
		beta = b0 + max(0, squares-n*xbar*xbar)/2 + k0*n*(xbar-1)*(xbar-1)/(2*kappa)
		variance = beta / alpha
		if math.Abs(mean-was) < 1e-9 {
			break
		}
	}
	return min(mean, maxMultiple), math.Sqrt(beta * (kappa + 1) / ((alpha - 1) * kappa))
}

// beyond returns the first two moments of a normal variable that is known to be
// above c. Far out in the tail the hazard is that of Mills' ratio.
func beyond(mean, sd, c float64) (x, xx float64) {
	z := (c - mean) / sd
	hazard := z + 1/z // for large z
	if z < 8 {
		hazard = math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / (math.Erfc(z/math.Sqrt2) / 2)
	}
	x = mean + sd*hazard
	return x, mean*mean + sd*sd + sd*(c+mean)*hazard
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
