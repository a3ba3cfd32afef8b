package repurchase

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"

	"quartermaster/core"
)

// NoProduct is the Product of a line that names none.
const NoProduct int32 = -1

// Line is what one customer bought of one product on one day.
type Line struct {
	Customer int32    // index into the history's customers
	Product  int32    // index into the history's products, or NoProduct
	Day      core.Day // in the shop's own calendar
	Qty      int32    // units; zero or less is a return and no purchase
	Value    int64    // minor units of the shop's currency, the whole line
}

// History is what is known of purchases, ordered by customer, day and product.
// It is read-only once made, so several goroutines may use it.
type History struct {
	Customers []string // pseudonyms; the index is the customer's number
	Products  []string // codes; the index is the product's number
	// Channel names where a customer first bought, by his number; nil: not known.
	Channel []string
	// Browsed are the days on which a customer looked at the shop, bought or not, in
	// order, by his number; nil: not known.
	Browsed [][]core.Day
	lines   []Line
	from    []int // the lines of customer c are lines[from[c]:from[c+1]]
	first   core.Day
}

// ErrEmpty says that there is no purchase up to the day asked about.
var ErrEmpty = errors.New("no purchase up to the cut-off day")

// NewHistory orders lines, which it takes over. A line that names an unknown
// customer or product, or a day outside core's range, is an error.
func NewHistory(customers, products []string, lines []Line) (*History, error) {
	h := &History{Customers: customers, Products: products, lines: lines, from: make([]int, len(customers)+1), first: core.MaxDay}
	for i, l := range lines {
		switch {
		case l.Customer < 0 || int(l.Customer) >= len(customers):
			return nil, fmt.Errorf("line %d: customer %d of %d", i+1, l.Customer, len(customers))
		case l.Product < NoProduct || int(l.Product) >= len(products):
			return nil, fmt.Errorf("line %d: product %d of %d", i+1, l.Product, len(products))
		case l.Day < core.MinDay || l.Day > core.MaxDay:
			return nil, fmt.Errorf("line %d: day %d is out of range", i+1, l.Day)
		}
		h.first = min(h.first, l.Day)
		h.from[l.Customer+1]++
	}
	for c := range customers {
		h.from[c+1] += h.from[c]
	}
	sorted := slices.IsSortedFunc(lines, compareLines)
	if !sorted {
		slices.SortFunc(lines, compareLines)
	}
	return h, nil
}

func compareLines(a, b Line) int {
	return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Product, b.Product),
		cmp.Compare(a.Qty, b.Qty), cmp.Compare(a.Value, b.Value))
}

// Len returns the number of lines.
func (h *History) Len() int { return len(h.lines) }

// First returns the day of the first line; it means nothing for an empty history.
func (h *History) First() core.Day { return h.first }

// Last returns the day of the last line; it means nothing for an empty history.
func (h *History) Last() core.Day {
	last := core.MinDay
	for _, l := range h.lines {
		last = max(last, l.Day)
	}
	return last
}

// all returns the lines of a customer.
func (h *History) all(c int) []Line { return h.lines[h.from[c]:h.from[c+1]] }

// until returns the lines of a customer up to and including a day.
func (h *History) until(c int, day core.Day) []Line {
	l := h.all(c)
	return l[:sort.Search(len(l), func(i int) bool { return l[i].Day > day })]
}

// between returns the lines of a customer after one day up to and including another.
func (h *History) between(c int, after, last core.Day) []Line {
	l := h.until(c, last)
	return l[sort.Search(len(l), func(i int) bool { return l[i].Day > after }):]
}

// Summary is what the customer models know of one customer. Times are in days;
// the models work in any unit as long as it is one.
type Summary struct {
	Customer    int     // number in the history
	Frequency   int     // order days after the first
	Recency     float64 // from the first order to the last
	Age         float64 // from the first order to the cut-off
	Orders      int     // order days; one more than Frequency, or none when all was returned
	Value       float64 // mean value of an order day, minor units
	RepeatValue float64 // mean value of the order days after the first, 0 without any
	Units       float64 // mean units of an order day
	Lines       float64 // mean lines of an order day
	Half        int     // order days after the first in the later half of the age
	Browsed     int     // days on which he browsed in the last browsingDays
}

// Summaries returns one summary per customer known on the cut-off day, in the
// order of their numbers. Several orders of a day count as one, as the models
// assume. A customer with nothing but returns has bought once, unseen.
func (h *History) Summaries(cutoff core.Day) []Summary { return h.summaries(cutoff, even, 1) }

// draw returns a number by chance for a customer: by his pseudonym, so that samples and
// folds made by it do not depend on his number; by that where he has none.
func (h *History) draw(c int) uint64 {
	if h.Customers[c] == "" {
		return draw(uint64(c), "")
	}
	return draw(0, h.Customers[c])
}

// drawn reports whether a customer belongs to a sample of one in so many.
// The folds of covariates.go are of the low bits of a draw, so a sample is of the high
// ones: otherwise one in five would be one fold.
func (h *History) drawn(c, oneIn int) bool { return oneIn <= 1 || h.draw(c)>>32%uint64(oneIn) == 0 }

// summaries is Summaries of a sample of one in so many customers, with recency and
// age on a clock.
func (h *History) summaries(cutoff core.Day, clock *season, oneIn int) []Summary {
	out := make([]Summary, 0, len(h.Customers)/oneIn+1)
	for c := range h.Customers {
		if !h.drawn(c, oneIn) {
			continue
		}
		lines := h.until(c, cutoff)
		if len(lines) == 0 {
			continue
		}
		s := Summary{Customer: c, Frequency: -1}
		var first, last core.Day = lines[0].Day, -1
		for _, l := range lines {
			if l.Qty <= 0 {
				continue
			}
			if last < 0 {
				first = l.Day
			}
			if l.Day != last {
				s.Frequency++
				last = l.Day
				if 2*int(l.Day) > int(first)+int(cutoff) && l.Day != first {
					s.Half++
				}
			}
			s.Value += float64(max(l.Value, 0))
			if l.Day != first {
				s.RepeatValue += float64(max(l.Value, 0))
			}
			s.Units += float64(l.Qty)
			s.Lines++
		}
		s.Orders = s.Frequency + 1
		if last < 0 {
			s.Frequency, last = 0, first
		}
		n := float64(max(s.Orders, 1))
		s.RepeatValue /= float64(max(s.Frequency, 1))
		s.Value, s.Units, s.Lines = s.Value/n, s.Units/n, s.Lines/n
		s.Recency, s.Age = clock.between(first, last), clock.between(first, cutoff)
		s.Browsed = len(h.browsed(c, cutoff-browsingDays, cutoff))
		out = append(out, s)
	}
	return out
}

// Browse takes over the days on which customers, by pseudonym, looked at the shop, in
// any order; strangers are left out. Without any day nothing is known of browsing.
func (h *History) Browse(days map[string][]core.Day) {
	h.Browsed = nil
	if len(days) == 0 {
		return
	}
	h.Browsed = make([][]core.Day, len(h.Customers))
	for c, name := range h.Customers {
		slices.Sort(days[name])
		h.Browsed[c] = slices.Compact(days[name])
	}
}

// browsed returns the days on which a customer browsed after one day up to another.
func (h *History) browsed(c int, after, last core.Day) []core.Day {
	if h.Browsed == nil {
		return nil
	}
	days := h.Browsed[c]
	days = days[:sort.Search(len(days), func(i int) bool { return days[i] > last })]
	return days[sort.Search(len(days), func(i int) bool { return days[i] > after }):]
}

// firstBrowsed is the first day on which anybody browsed; ok is false without any.
func (h *History) firstBrowsed() (first core.Day, ok bool) {
	first = core.MaxDay
	for _, days := range h.Browsed {
		if len(days) > 0 {
			first, ok = min(first, days[0]), true
		}
	}
	return first, ok
}

// orderDays counts the days with a purchase after one day up to another.
func (h *History) orderDays(c int, after, last core.Day) int {
	n, prev := 0, core.Day(-1)
	for _, l := range h.between(c, after, last) {
		if l.Qty > 0 && l.Day != prev {
			n++
			prev = l.Day
		}
	}
	return n
}
