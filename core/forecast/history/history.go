// Package history turns what the shop recorded into what a forecast may learn
// from: days on which stock ran out, the shop was closed or the value cannot be
// true are found, labelled, and taken out or replaced. The records themselves are
// never changed.
//
//	cal := history.Survey(nodes, shop)   // what befell the whole shop, day by day
//	h := cal.Clean(node)                 // one SKU at one place
//	cal.Anomalies, h.Anomalies           // the report: each with a reason
//
// What is looked for, in this order, and what becomes of the day:
//
//	closed       flagged, or no SKU sold anything       unknown
//	negative     below zero, not finite                 replaced
//	currency     price off by an exchange rate          price replaced, demand kept
//	promotion    flagged, in events, or price and lift  labelled, demand kept
//	scale        about 1,000 or 100 times the usual,    replaced
//	             and a whole number of these
//	spike        beyond the tail of its own history     replaced
//	gone         fewer than 60 % of the usual SKUs sold replaced
//	stock-out    flagged, stock is zero, or zeros that  unknown
//	             hardly happen between two normal spans
//	zeros        sales stopped although there is stock  replaced
//	missing      no data for up to seven days           replaced; longer: unknown
//
// Replaced means: by the average of like days, the same weekday within four weeks
// on either side. A day that was labelled as promotion, event or ad campaign is no
// anomaly, however high, unless its value is a hundred times the usual.
//
// Guarantees: the input is not changed; the order of channels, events and nodes
// changes nothing; a plausible day keeps its value; nothing after Shop.Until is
// looked at; no value is negative or infinite, unknown is NaN.
package history

import (
	"math"
	"slices"

	"quartermaster/core"
)

// MaxDays is how far back a history reaches: three years and the leap days.
const MaxDays = 3*365 + 1

// lagDays is how long a channel that stops before the others counts as late
// data; after that it counts as given up and adds nothing.
const lagDays = 28

// Shop is what is known beside the series.
type Shop struct {
	// Until is the first day that is not over: days from it on are not looked at.
	Until  core.Day
	Events []core.Event
	// Rates are exchange rates into the shop's currency, to recognise a price in
	// the wrong one.
	Rates []core.FXRate
}

// Node is one SKU at one place.
type Node struct {
	SKU      core.SKU
	Location core.LocationID
	Category string
	Series   []core.Series // its channels
	// Empty says that nothing is available to sell at the moment: zeros up to now
	// are then a stock-out.
	Empty bool
	// Ads are the campaigns for this SKU. A day with twice the usual clicks (or
	// spend) is a labelled campaign day.
	Ads []core.AdDay
}

// History is the cleaned demand of one node from Start on, one value a day.
type History struct {
	SKU      core.SKU
	Location core.LocationID
	Start    core.Day
	// Y is the demand to learn from, in units a day; NaN is unknown.
	Y []float64
	// Flags label the days, as long as Y. Anomaly marks replaced days, StockOut and
	// Closed unknown ones, Promo given and detected promotions.
	Flags []core.DayFlag
	// Price is the average price of a unit in minor units of the shop's currency,
	// carried forward over days without a sale; NaN before the first. Nil when no
	// price is known.
	Price     []float64
	Anomalies []Anomaly
	// Lost are the units that were not sold on days when stock ran out, ascending by
	// day: like days within four weeks sold so many more. Days without such evidence
	// are not in it.
	Lost []Lost
}

// Lost is what a day without stock cost, in units.
type Lost struct {
	Day   core.Day
	Units float64
}

// End returns the day after the last one.
func (h *History) End() core.Day { return h.Start + core.Day(len(h.Y)) }

// Series returns the history as one series for code that reads core.Series:
// unknown days are Missing and replaced ones hold their replacement.
func (h *History) Series() core.Series {
	s := core.Series{SKU: h.SKU, Start: h.Start, Qty: core.Zeros(len(h.Y))}
	for i, y := range h.Y {
		if math.IsNaN(y) {
			y = float64(core.Missing)
		}
		s.Qty.Set(i, float32(y))
		if h.Flags[i]&core.Promo != 0 {
			if s.Flags == nil {
				s.Flags = make([]core.DayFlag, len(h.Y))
			}
			s.Flags[i] = core.Promo
		}
	}
	return s
}

// Cut returns the history as it was on the morning of day until; it shares memory.
func (h *History) Cut(until core.Day) History {
	c := *h
	n := max(0, min(len(h.Y), int(until-h.Start)))
	c.Y, c.Flags, c.Anomalies, c.Lost = h.Y[:n], h.Flags[:n], nil, nil
	if h.Price != nil {
		c.Price = h.Price[:n]
	}
	return c
}

// raw is the sum of a node's channels before anything is judged.
type raw struct {
	start core.Day
	y     []float64 // NaN where some channel that should be known is not
	flags []core.DayFlag
	price []float64 // NaN on days without a sale; nil when no channel has prices
	bad   []int     // days with a value below zero or not finite
}

// adder adds channels, in memory that it uses again where r is not kept.
type adder struct {
	r    raw
	seen []uint8 // by day: covered, unknown
}

const (
	covered uint8 = 1 << iota
	notKnown
)

// sum adds the channels day by day. A day is known when a channel covers it and
// every channel that covers it knows it. A channel flagged as out of stock or
// closed makes the day so.
func sum(series []core.Series, until core.Day) raw {
	var a adder
	series = core.ByChannel(series)
	r := a.quantities(series, until)
	if len(r.y) > 0 {
		r.price = prices(series, r.start, until)
	}
	return r
}

// quantities is sum without prices; the next call takes its memory.
func (a *adder) quantities(series []core.Series, until core.Day) raw {
	series = core.ByChannel(series)
	first := until
	for _, s := range series {
		if s.Qty.Len() > 0 {
			first = min(first, s.Start)
		}
	}
	r := raw{start: max(first, until-MaxDays), bad: a.r.bad[:0]}
	n := int(until - r.start)
	if n <= 0 {
		return raw{start: until}
	}
	r.y, r.flags, a.seen = cleared(a.r.y, n), cleared(a.r.flags, n), cleared(a.seen, n)
	for _, s := range series {
		end := min(s.End(), until)
		for d := max(s.Start, r.start); d < end; d++ {
			i, at := int(d-r.start), int(d-s.Start)
			a.seen[i] |= covered
			if at < len(s.Flags) {
				r.flags[i] |= s.Flags[at]
			}
			switch q := s.Qty.At(at); {
			case q == core.Missing:
				a.seen[i] |= notKnown
			case !(q >= 0) || math.IsInf(float64(q), 0):
				a.seen[i] |= notKnown
				if len(r.bad) == 0 || r.bad[len(r.bad)-1] != i {
					r.bad = append(r.bad, i)
				}
			default:
				r.y[i] += float64(q)
			}
		}
		if s.Qty.Len() > 0 {
			for d := max(end, r.start); d < min(end+lagDays, until); d++ {
				a.seen[d-r.start] |= notKnown
			}
		}
	}
	for i, seen := range a.seen {
		if seen != covered {
			r.y[i] = math.NaN()
		}
	}
	slices.Sort(r.bad)
	r.bad = slices.Compact(r.bad)
	a.r = r
	return r
}

// cleared returns n zeros, in the memory of x where it suffices.
func cleared[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	x = x[:n]
	clear(x)
	return x
}

// prices returns the average price of each day with sales. A channel with other
// usual prices is put on the level of the first one, so that a day on which only
// the dearer channel sells is not taken for a rise.
func prices(series []core.Series, start, until core.Day) []float64 {
	n := int(until - start)
	var out, units []float64
	base := 0.0
	for _, s := range series {
		usual := typical(s.Prices, until)
		if usual == 0 {
			continue
		}
		if out == nil {
			out, units, base = make([]float64, n), make([]float64, n), usual
		}
		at := 0
		for i := range n {
			d := start + core.Day(i)
			for at < len(s.Prices) && s.Prices[at].Day <= d {
				at++
			}
			j := int(d - s.Start)
			if at == 0 || j < 0 || j >= s.Qty.Len() || !(s.Qty.At(j) > 0) {
				continue
			}
			q := float64(s.Qty.At(j))
			out[i] += q * float64(s.Prices[at-1].Minor) * base / usual
			units[i] += q
		}
	}
	for i := range out {
		out[i] /= units[i] // NaN without a sale
		if math.IsInf(out[i], 0) || out[i] <= 0 {
			out[i] = math.NaN()
		}
	}
	return out
}

// typical is the median price of the points before until, 0 without any above 0.
func typical(points []core.PricePoint, until core.Day) float64 {
	var v []float64
	for _, p := range points {
		if p.Minor > 0 && p.Day < until {
			v = append(v, float64(p.Minor))
		}
	}
	if len(v) == 0 {
		return 0
	}
	return median(v)
}

// median sorts v.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
