package supply

import (
	"cmp"
	"slices"

	"quartermaster/core"
)

// Score is how well a supplier delivered. Rates are fractions of units, over the
// lines that are settled: nothing is outstanding, or the agreed day has passed.
type Score struct {
	Supplier core.SupplierID `json:"supplier"`
	Orders   int             `json:"orders"` // placed in the time looked at
	Settled  int             `json:"settled_orders"`
	Late     int             `json:"late_orders"` // settled, with units that came after the agreed day or have not come
	Open     int             `json:"open_orders"`
	Ordered  int64           `json:"ordered"`  // units of settled lines
	Received int64           `json:"received"` // units of every line, damaged ones among them
	// FillRate is the share of ordered units that came sound, at any time.
	FillRate float64 `json:"fill_rate"`
	// OnTimeRate is the share of ordered units that came by the agreed day.
	OnTimeRate float64 `json:"on_time_rate"`
	DamageRate float64 `json:"damage_rate"` // of the units that came
	// LateRisk is the chance that the next order is late: late of settled orders,
	// with one late in five as a prior worth PriorOrders orders.
	LateRisk float64    `json:"late_risk"`
	Modes    []ModeLead `json:"modes,omitempty"`
}

// ModeLead is the lead time by one mode as a multiple of the stated one.
type ModeLead struct {
	Mode       core.Mode `json:"mode"`
	Multiple   float64   `json:"multiple"` // 1.2: a fifth longer than stated
	SD         float64   `json:"sd"`
	Orders     int       `json:"orders"`
	Deliveries int       `json:"deliveries"`
}

// Rated reports whether enough is settled for the rates to mean anything.
func (s Score) Rated() bool { return s.Ordered > 0 }

// Evaluate scores every supplier that has an order from day from to day to, by
// supplier.
func Evaluate(lines []core.SupplyLine, suppliers []core.Supplier, from, to, today core.Day) []Score {
	within := slices.DeleteFunc(slices.Clone(lines), func(l core.SupplyLine) bool { return l.OrderedOn < from || l.OrderedOn > to || l.Qty <= 0 })
	scores := map[core.SupplierID]*Score{}
	onTime, sound, damaged := map[core.SupplierID]int64{}, map[core.SupplierID]int64{}, map[core.SupplierID]int64{}
	for _, order := range byOrder(within) {
		id := order[0].Supplier
		s := scores[id]
		if s == nil {
			s = &Score{Supplier: id}
			scores[id] = s
		}
		s.Orders++
		settled, late := true, false
		for _, l := range order {
			r := settle(l, today)
			s.Received += r.came
			damaged[id] += r.damaged
			if r.left > 0 {
				settled = settled && r.overdue
			}
			if r.left > 0 && !r.overdue {
				continue
			}
			s.Ordered += l.Qty
			onTime[id] += r.punctual
			sound[id] += min(l.Qty, r.came-r.damaged)
			late = late || r.late
		}
		switch {
		case !settled:
			s.Open++
		case late:
			s.Settled, s.Late = s.Settled+1, s.Late+1
		default:
			s.Settled++
		}
	}
	book := Learn(within, suppliers, today)
	var out []Score
	for id, s := range scores {
		s.FillRate, s.OnTimeRate, s.DamageRate = share(sound[id], s.Ordered), share(onTime[id], s.Ordered), share(damaged[id], s.Received)
		s.LateRisk = (float64(s.Late) + 0.2*PriorOrders) / (float64(s.Settled) + PriorOrders)
		for _, m := range core.Modes {
			if rec := book.seen[way{id, m}]; rec != nil && len(rec.came)+len(rec.open) > 0 {
				mean, sd := rec.posterior(0.2)
				s.Modes = append(s.Modes, ModeLead{m, mean, sd, rec.orders, rec.deliveries})
			}
		}
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Score) int { return cmp.Compare(a.Supplier, b.Supplier) })
	return out
}

// settled is what came of one line.
type settled struct {
	came, damaged int64
	punctual      int64 // by the day promised, no more than ordered
	late          bool  // not whole by then
	left          int64 // outstanding
	overdue       bool
}

func settle(l core.SupplyLine, today core.Day) (r settled) {
	l.Arrivals = slices.DeleteFunc(slices.Clone(l.Arrivals), func(a core.Arrival) bool { return a.Day > today })
	due, kept := Promise(l)
	for _, a := range l.Arrivals {
		r.came, r.damaged = r.came+a.Qty, r.damaged+a.Damaged
	}
	r.punctual = min(cameBy(l, due), l.Qty)
	r.late = !kept
	r.left = max(0, l.Qty-r.came-l.Cancelled)
	r.overdue = today > due
	return r
}

// Promise returns the day by which a line was to come, and whether all of it that was
// not cancelled had come by then: the day agreed when it was ordered, else the end of
// the stated lead time. Where neither is known it is core.MaxDay, and nothing is late.
func Promise(l core.SupplyLine) (due core.Day, kept bool) {
	switch {
	case l.Due != 0:
		due = l.Due
	case l.Stated > 0:
		due = l.OrderedOn + core.Day(l.Stated+0.5)
	default:
		return core.MaxDay, true
	}
	return due, cameBy(l, due) >= l.Qty-l.Cancelled
}

// cameBy returns the units of a line that came by a day.
func cameBy(l core.SupplyLine, day core.Day) (n int64) {
	for _, a := range l.Arrivals {
		if a.Day <= day {
			n += a.Qty
		}
	}
	return n
}

func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
