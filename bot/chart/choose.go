package chart

import (
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// Spans of the history that DemandOf shows.
const (
	daysShown  = 119
	weeksShown = 52
)

// DemandOf puts a forecast and the daily history behind it on one picture. y[i] is
// what was sold on start+i, NaN when unknown; flags may be nil. Goods that sell
// less than twice a day, or on less than half of the days, are shown by the week,
// because single days of them tell nothing; so are forecasts of more than half a
// year.
func DemandOf(title string, start core.Day, y []float64, flags []core.DayFlag, f forecast.Forecast) DemandData {
	if over := int(start) + len(y) - int(f.Start); over > 0 {
		y = y[:max(len(y)-over, 0)]
	}
	for d := start + core.Day(len(y)); d < f.Start && len(y) > 0; d++ {
		y = append(slices.Clip(y), math.NaN())
	}
	d := DemandData{Title: title, Step: 1, Today: f.Start, Start: start}
	sum, n := total(f.Mean)
	if n > 182 || sum < 2*float64(n) || selling(y[max(len(y)-daysShown, 0):]) < 0.5 {
		d.Step = 7
	}
	shown := daysShown
	if d.Step == 7 {
		shown = min(weeksShown, len(y)/7) * 7
	}
	cut := max(len(y)-shown, 0)
	d.Start += core.Day(cut)
	y = y[cut:]
	if cut < len(flags) {
		flags = flags[cut:min(len(flags), cut+len(y))]
	} else {
		flags = nil
	}
	d.History, d.Flags = y, flags
	if d.Step == 7 {
		d.History, d.Flags = weeks(y), weekFlags(flags, len(y)/7)
	}
	for i := 0; i+d.Step <= len(f.Mean); i += d.Step {
		mean, lo, hi := f.Interval(i, i+d.Step)
		d.Mean, d.Lo, d.Hi = append(d.Mean, mean), append(d.Lo, lo), append(d.Hi, hi)
	}
	return d
}

// selling is the share of the known days with sales; 1 when none is known.
func selling(y []float64) float64 {
	sold, known := 0, 0
	for _, v := range y {
		if v == v {
			known++
		}
		if v > 0 {
			sold++
		}
	}
	if known == 0 {
		return 1
	}
	return float64(sold) / float64(known)
}

// weeks adds up the known days of each week; one with fewer than four is unknown.
func weeks(y []float64) []float64 {
	out := make([]float64, len(y)/7)
	for i := range out {
		sum, n := total(y[7*i : 7*i+7])
		if out[i] = sum; n < 4 {
			out[i] = math.NaN()
		}
	}
	return out
}

// weekFlags gives a week the labels of its days. A value that was not believed is
// left out: the week is more than that day.
func weekFlags(flags []core.DayFlag, n int) []core.DayFlag {
	if flags == nil {
		return nil
	}
	out := make([]core.DayFlag, n)
	for i, v := range flags {
		if i/7 < n {
			out[i/7] |= v &^ core.Anomaly
		}
	}
	return out
}

// StockOf is the picture of an item's course, with the lines of a proposal that ask
// for it; none for a picture without an order. The interval follows the course of
// stock when demand up to each day is at the ends of its own 80 % interval.
func StockOf(c plan.Course, lines ...plan.Line) StockData {
	d := StockData{
		Title: string(c.SKU) + " · " + string(c.Location), Today: c.Today, ReorderPoint: c.ReorderPoint,
		StockOut: c.StockOut, HasStockOut: c.HasStockOut, OrderBy: c.OrderBy,
	}
	n := len(c.Mean)
	slow, fast := make([]float64, n), make([]float64, n) // demand at the ends of the interval
	lastSlow, lastFast := 0.0, 0.0
	f := forecast.Forecast{Mean: c.Mean, SD: c.SD}
	for i := range c.Mean {
		_, lo, hi := f.Interval(0, i+1)
		lo = max(lo, lastSlow)
		slow[i], fast[i] = lo-lastSlow, hi-lastFast
		lastSlow, lastFast = lo, hi
	}
	d.Stock = replenish.Project(c.Today, c.Available, c.Inbound, c.Mean).Stock
	d.Hi = replenish.Project(c.Today, c.Available, c.Inbound, slow).Stock
	d.Lo = replenish.Project(c.Today, c.Available, c.Inbound, fast).Stock
	for _, in := range c.Inbound {
		day := in.Due
		if day < c.Today { // overdue goods count as arriving tomorrow, as in the projection
			day = c.Today + 1
		}
		d.Arrivals = append(d.Arrivals, Arrival{Day: day, Qty: in.Qty})
	}
	with := slices.Clone(c.Inbound)
	for _, l := range lines {
		if l.SKU == c.SKU && l.Location == c.Location && l.Qty > 0 {
			with = append(with, core.Inbound{SKU: l.SKU, Location: l.Location, Qty: l.Qty, Due: l.Arrival})
			d.Arrivals = append(d.Arrivals, Arrival{Day: l.Arrival, Qty: l.Qty, Proposed: true})
		}
	}
	if len(with) > len(c.Inbound) {
		d.WithOrder = replenish.Project(c.Today, c.Available, with, c.Mean).Stock
	}
	d.trim()
	return d
}

// trim ends the picture a week after the last day on which something is in stock
// or arrives, so that the days that matter have room; it shows five weeks at least.
func (d *StockData) trim() {
	n := min(35, len(d.Stock))
	for i := n; i < len(d.Stock); i++ {
		if d.Stock[i] > 0 || d.Hi[i] > 0 || i < len(d.WithOrder) && d.WithOrder[i] > 0 {
			n = min(i+8, len(d.Stock))
		}
	}
	for _, a := range d.Arrivals {
		n = max(n, min(int(a.Day-d.Today)+8, len(d.Stock)))
	}
	d.Stock, d.Lo, d.Hi = d.Stock[:n], d.Lo[:n], d.Hi[:n]
	d.WithOrder = d.WithOrder[:min(n, len(d.WithOrder))]
}
