package replenish

import (
	"cmp"
	"fmt"
	"slices"

	"quartermaster/core"
)

// Projection is the expected course of stock.
type Projection struct {
	// StockOut is the first day whose expected demand the stock does not cover.
	// HasStockOut is false when there is none within the days projected.
	StockOut    core.Day
	HasStockOut bool
	// Unmet[i] is the demand of day today+i that is expected to find no stock.
	Unmet []float64
	// Stock[i] is what is expected to be available at the end of day today+i, at
	// least 0.
	Stock []float64
	// Notes say which overdue goods were counted as arriving tomorrow.
	Notes []string
}

// Short returns the units of demand unmet before day until.
func (p Projection) Short(today, until core.Day) float64 {
	short := 0.0
	for i := range p.Unmet[:max(0, min(int(until-today), len(p.Unmet)))] {
		short += p.Unmet[i]
	}
	return short
}

// Project runs stock forward from today: what is available, plus inbound goods
// on the day they are due, less mean demand. Goods that are overdue count as
// arriving tomorrow. Demand that finds no stock is lost, not owed; units already
// owed (negative available stock) are filled first from what arrives.
func Project(today core.Day, available int64, inbound []core.Inbound, mean []float64) Projection {
	due := slices.Clone(inbound)
	slices.SortStableFunc(due, func(a, b core.Inbound) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Qty, b.Qty))
	})
	p := Projection{Unmet: make([]float64, len(mean)), Stock: make([]float64, len(mean))}
	for i := range due {
		if late := today - due[i].Due; late > 0 && due[i].Qty > 0 {
			p.Notes = append(p.Notes, fmt.Sprintf("%d units of order %s were due on %s, %s ago; they count as arriving tomorrow",
				due[i].Qty, due[i].Order, due[i].Due, days(int(late))))
			due[i].Due = today + 1
		}
	}
	slices.SortStableFunc(due, func(a, b core.Inbound) int { return cmp.Compare(a.Due, b.Due) })
	stock := float64(available)
	for i, demand := range mean {
		d := today + core.Day(i)
		for len(due) > 0 && due[0].Due <= d {
			stock += float64(due[0].Qty)
			due = due[1:]
		}
		usable := max(stock, 0)
		if demand > usable+1e-9 {
			p.Unmet[i] = demand - usable
			if !p.HasStockOut {
				p.StockOut, p.HasStockOut = d, true
			}
		}
		stock -= min(demand, usable)
		p.Stock[i] = max(stock, 0)
	}
	return p
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
