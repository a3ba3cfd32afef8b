package plan

import (
	"math"

	"quartermaster/core"
)

// courseDays is how many days a Course looks ahead at most; it bounds what a
// proposal keeps.
const courseDays = 120

// Course is what a picture of the expected stock of one SKU at one place is drawn
// from. A proposal keeps it, so that the picture on its card changes with the card
// and not with every look at newer data.
type Course struct {
	SKU      core.SKU        `json:"sku"`
	Location core.LocationID `json:"location"`
	Today    core.Day        `json:"today"`
	// Available is what can be sold today, in units; Inbound is what is on order.
	Available int64          `json:"available"`
	Inbound   []core.Inbound `json:"inbound,omitempty"`
	// Mean[i] is the demand expected on day Today+i, SD the deviation of one day.
	Mean         []float64 `json:"mean"`
	SD           float64   `json:"sd"`
	ReorderPoint float64   `json:"reorder_point,omitempty"` // 0 when none is known
	StockOut     core.Day  `json:"stock_out,omitzero"`
	HasStockOut  bool      `json:"has_stock_out,omitempty"`
	OrderBy      core.Day  `json:"order_by,omitzero"` // 0 when nothing runs out or nobody sells it
}

// Course returns what a picture of the item is drawn from.
func (it *Item) Course() Course {
	c := Course{
		SKU: it.SKU, Location: it.Location, Today: it.Forecast.Start, Available: it.Position.Available(), Inbound: it.Inbound,
		SD: it.Forecast.SD, StockOut: it.StockOut, HasStockOut: it.HasStockOut, OrderBy: it.OrderBy,
	}
	for _, m := range it.Forecast.Mean[:min(len(it.Forecast.Mean), courseDays)] {
		c.Mean = append(c.Mean, math.Round(m*100)/100)
	}
	if it.Calc != nil {
		c.ReorderPoint = it.Calc.ReorderPoint
	}
	return c
}

// FirstOut returns the line whose stock ends first; ok is false when none ends.
func FirstOut(lines []Line) (first Line, ok bool) {
	for _, l := range lines {
		if l.HasStockOut && (!ok || l.StockOut < first.StockOut) {
			first, ok = l, true
		}
	}
	return first, ok
}

// addCourses gives each proposal the course of the line whose stock ends first, or
// of its first line.
func addCourses(list []Proposal, items []Item) {
	wanted := map[nodeKey][]int{}
	for i := range list {
		lead, ok := FirstOut(list[i].Lines)
		if !ok && len(list[i].Lines) > 0 {
			lead = list[i].Lines[0]
		}
		k := nodeKey{lead.SKU, lead.Location}
		wanted[k] = append(wanted[k], i)
	}
	for i := range items {
		for _, at := range wanted[nodeKey{items[i].SKU, items[i].Location}] {
			c := items[i].Course()
			list[at].Course = &c
		}
	}
}
