package repurchase

import (
	"fmt"

	"quartermaster/core"
)

// Segment is where a customer stands; every customer is in exactly one.
type Segment string

// The segments. An interaction is an order, or browsing where the shop tells.
const (
	HighPotential Segment = "high potential" // two or more purchases, interaction in the last 30 days
	Nurture       Segment = "nurture"        // one purchase, in the last 30 days
	Settling      Segment = "settling"       // one purchase, older; last interaction less than 60 days ago
	Dormant       Segment = "dormant"        // one purchase, last interaction 60 to 90 days ago
	Lapsed        Segment = "lapsed"         // last interaction more than 90 days ago
	Regular       Segment = "regular"        // two or more purchases, last interaction 31 to 90 days ago
)

// Segments lists all segments.
var Segments = []Segment{HighPotential, Regular, Nurture, Settling, Dormant, Lapsed}

// SegmentOf places a customer who bought on orders days, first so many days ago,
// and was last seen buying or browsing so many days ago.
func SegmentOf(orders int, sinceFirst, sinceSeen float64) Segment {
	switch {
	case sinceSeen > 90:
		return Lapsed
	case orders >= 2 && sinceSeen <= 30:
		return HighPotential
	case orders >= 2:
		return Regular
	case sinceFirst <= 30:
		return Nurture
	case sinceSeen < 60:
		return Settling
	default:
		return Dormant
	}
}

// SegmentTotal is the size and worth of a segment.
type SegmentTotal struct {
	Segment   Segment
	Customers int
	Orders    int     // order days so far
	Value     int64   // of all orders so far, minor units
	Expected  float64 // orders in the window of the report, all customers together
}

// SegmentCustomers places every customer of a report and adds up the segments,
// in the order of Segments.
func SegmentCustomers(h *History, r *CustomerReport) (of []Segment, totals []SegmentTotal) {
	at := map[Segment]int{}
	for i, s := range Segments {
		at[s] = i
		totals = append(totals, SegmentTotal{Segment: s})
	}
	for i, s := range h.Summaries(r.Cutoff) {
		quiet := s.Age - s.Recency
		if days := h.browsed(s.Customer, core.MinDay-1, r.Cutoff); len(days) > 0 {
			quiet = min(quiet, float64(r.Cutoff-days[len(days)-1]))
		}
		seg := SegmentOf(s.Orders, s.Age, quiet)
		of = append(of, seg)
		t := &totals[at[seg]]
		t.Customers++
		t.Orders += s.Orders
		t.Expected += r.Customers[i].Expected
		for _, l := range h.until(s.Customer, r.Cutoff) {
			if l.Qty > 0 {
				t.Value += max(l.Value, 0)
			}
		}
	}
	return of, totals
}

// Service is how the next order of a customer is best served.
type Service string

// Services by life cycle: the first order must please, repeat orders must pay,
// and loyal customers wait for what is made for them.
const (
	ByAir   Service = "air"     // nothing bought yet: fast
	BySea   Service = "sea"     // a repeat order: cheap
	Presale Service = "presale" // loyal: presale and made to order
)

// loyalOrders and loyalAlive say who is loyal.
const (
	loyalOrders = 5
	loyalAlive  = 0.8
)

// ServiceOf returns how to serve the next order of a customer who bought on so
// many days and is still there with probability alive.
func ServiceOf(orders int, alive float64) Service {
	switch {
	case orders == 0:
		return ByAir
	case orders >= loyalOrders && alive >= loyalAlive:
		return Presale
	default:
		return BySea
	}
}

// Stocking is a policy for a product or category.
type Stocking string

// The policies.
const (
	Consumable Stocking = "frequent consumable"   // safety stock
	Upgrade    Stocking = "mid-frequency upgrade" // stocked together with what it is bought with
	Durable    Stocking = "rare durable"          // made to order
	Seasonal   Stocking = "seasonal"              // stocked in tiers before the season
	Unknown    Stocking = "unknown"               // too little is known: as before
)

// Assignment is a policy with its reason.
type Assignment struct {
	Product int
	Policy  Stocking
	Why     string
}

// The bounds of the policies.
const (
	fewestBuyers   = 20
	shortCycle     = 30.0
	longCycle      = 90.0
	rareShare      = 0.10
	seasonalShare  = 0.60 // of a year's units in the best three months; an even year has 0.25
	durableHorizon = 180.0
)

// Stockings assigns a policy to every cycle from its data; override, by product,
// goes first. A season is only seen in a full year of sales.
func Stockings(h *History, cutoff core.Day, cycles []Cycle, override map[int]Stocking) []Assignment {
	peak := h.peaks(cutoff)
	out := make([]Assignment, 0, len(cycles))
	for i := range cycles {
		c := &cycles[i]
		a := Assignment{Product: c.Product, Policy: Unknown}
		median, again := c.Median()
		ever, known := c.Ever()
		rare, _, high := c.Within(durableHorizon)
		switch o, set := override[c.Product]; {
		case set:
			a.Policy, a.Why = o, "set by hand"
		case c.Buyers < fewestBuyers:
			a.Why = fmt.Sprintf("only %d buyers", c.Buyers)
		case peak[c.Product] > seasonalShare:
			a.Policy, a.Why = Seasonal, fmt.Sprintf("%.0f %% of a year's units in three months", 100*peak[c.Product])
		case c.OnSale < longCycle:
			a.Why = fmt.Sprintf("on sale for only %.0f days", c.OnSale)
		case high < rareShare || !again:
			a.Policy, a.Why = Durable, fmt.Sprintf("%.0f %% buy again within %.0f days (at most %.0f %%)", 100*rare, durableHorizon, 100*high)
		case median >= shortCycle && median <= longCycle && ever > 2*rareShare:
			a.Policy, a.Why = Consumable, fmt.Sprintf("%.0f %% buy again, half of them within %.0f days", 100*ever, median)
		default:
			a.Policy, a.Why = Upgrade, fmt.Sprintf("%.0f %% buy again within %.0f days, half of them within %.0f", 100*ever, known, median)
		}
		out = append(out, a)
	}
	return out
}

// peaks returns the share of the last year's units that fall into the best
// three months in a row, for products on sale for at least eleven months; one
// that is new has no season yet.
func (h *History) peaks(cutoff core.Day) map[int]float64 {
	const month, year = 365.0 / 12, 365
	if cutoff-h.first < year {
		return nil
	}
	units, oldest := map[int]*[12]float64{}, map[int]core.Day{}
	for _, l := range h.lines {
		if back := cutoff - l.Day; l.Qty > 0 && l.Product >= 0 && back >= 0 && back < year {
			u := units[int(l.Product)]
			if u == nil {
				u = new([12]float64)
				units[int(l.Product)] = u
			}
			u[int(float64(back)/month)] += float64(l.Qty)
			oldest[int(l.Product)] = max(oldest[int(l.Product)], back)
		}
	}
	out := make(map[int]float64, len(units))
	for p, u := range units {
		if float64(oldest[p]) < 11*month {
			continue
		}
		total, best := 0.0, 0.0
		for m, q := range u {
			total += q
			best = max(best, q+u[(m+1)%12]+u[(m+2)%12])
		}
		out[p] = best / total
	}
	return out
}
