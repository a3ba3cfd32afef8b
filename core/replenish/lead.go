package replenish

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// Arrival returns the day on which goods ordered on day order reach the shelf.
// The lead time is rounded up to whole days and does not run on closed days; an
// order on a closed day is taken up on the next open one.
func Arrival(order core.Day, lead core.Lead, closed []core.DayRange) core.Day {
	d := open(order, closed, 1)
	for left := wholeDays(lead); left > 0; left-- {
		if len(closed) == 0 {
			return d + core.Day(left)
		}
		d = open(d+1, closed, 1)
	}
	return d
}

// OrderBy returns the latest day on which an order still arrives by day need. It
// may lie in the past.
func OrderBy(need core.Day, lead core.Lead, closed []core.DayRange) core.Day {
	d := open(need, closed, -1)
	for left := wholeDays(lead); left > 0; left-- {
		if len(closed) == 0 {
			return d - core.Day(left)
		}
		d = open(d-1, closed, -1)
	}
	return d
}

// LeadDays returns the lead time of an order on day order with the closed days
// it meets, in days.
func LeadDays(order core.Day, lead core.Lead, closed []core.DayRange) float64 {
	waited := int(Arrival(order, lead, closed)-order) - wholeDays(lead)
	return lead.Days + float64(waited)
}

func wholeDays(lead core.Lead) int { return int(math.Ceil(lead.Days - 1e-9)) }

// open returns the nearest open day from d on, going forward (1) or back (-1).
func open(d core.Day, closed []core.DayRange, direction int) core.Day {
	for moved := true; moved; {
		moved = false
		for _, r := range closed {
			if !r.Contains(d) {
				continue
			}
			if d = r.To + 1; direction < 0 {
				d = r.From - 1
			}
			moved = true
		}
	}
	return d
}

// Ways returns the normal and the fast way of shipping of an item. Normal is the
// one with the lowest freight per unit (of equals, the longest), fast the one
// with the shortest lead time (of equals, the cheapest). Rush counts only where
// nothing else is offered.
func Ways(leads []core.Lead) (normal, fast core.Lead) {
	regular := slices.DeleteFunc(slices.Clone(leads), func(l core.Lead) bool { return l.Mode == core.Rush })
	if len(regular) == 0 {
		regular = leads
	}
	if len(regular) == 0 {
		return core.Lead{}, core.Lead{}
	}
	byFreight := func(a, b core.Lead) int { return cmp.Compare(a.Freight.Minor, b.Freight.Minor) }
	byDays := func(a, b core.Lead) int { return cmp.Compare(a.Days, b.Days) }
	byMode := func(a, b core.Lead) int { return cmp.Compare(a.Mode, b.Mode) }
	normal = slices.MinFunc(regular, func(a, b core.Lead) int { return cmp.Or(byFreight(a, b), byDays(b, a), byMode(a, b)) })
	fast = slices.MinFunc(regular, func(a, b core.Lead) int { return cmp.Or(byDays(a, b), byFreight(a, b), byMode(a, b)) })
	return normal, fast
}
