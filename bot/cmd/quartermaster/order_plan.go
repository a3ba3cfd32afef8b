package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"quartermaster/connectors/panelcsv"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
	"quartermaster/core/plan"
)

// Only the ratio of margin to holding counts, and files of params may name amounts
// that no policy allows; so each unit is priced anew, its cost such that holding comes
// to what params say at unitRate a year, and both to unitPrice minor units.
const (
	unitRate  = 0.25
	unitPrice = 10_000_000
)

// plan makes a shop of the stock, each series with a supplier of its own, lets the
// planner decide on the forecasts of r, and returns the units to order. A day of that
// shop is a period of the panel.
func (p params) plan(stock []panelcsv.Stock, panel *pool.Panel, r *engine.Result, levels []float64) (map[core.SKU]int64, error) {
	today := p.Today
	for i := range panel.Series {
		s := &panel.Series[i]
		today = max(today, panel.Freq.Day(s, len(s.Y)))
	}
	known := plan.Prepared{Past: map[core.SKU][]float64{}, Outlook: map[core.SKU]*engine.Outlook{}, Levels: levels, Week: 7 / p.StepDays}
	for i := range panel.Series {
		sku := core.SKU(panel.Series[i].ID)
		known.Past[sku], known.Outlook[sku] = panel.Series[i].Y, &r.Series[i]
	}
	shop := core.Snapshot{
		Shop:      core.Shop{Name: "panel", Currency: "USD", Zone: time.UTC},
		Locations: []core.Location{{ID: "shop", Default: true}},
	}
	for _, s := range stock {
		_, sold := known.Past[core.SKU(s.ID)]
		arrives := p.Today + core.Day(s.LeadDays)
		if sold && (p.end == 0 || p.Today == 0 || arrives < p.end) { // not what comes when nothing counts any more
			p.add(&shop, s, known.Past[core.SKU(s.ID)], today)
		}
	}
	policy := p.policy()
	report, err := plan.Planner{Prepared: &known}.Evaluate(shop, policy, today.Time(time.UTC).Add(12*time.Hour))
	if err != nil {
		return nil, err
	}
	if len(report.Warnings) > 0 {
		return nil, errors.New(strings.Join(report.Warnings, "; "))
	}
	orders := map[core.SKU]int64{}
	for _, pr := range report.Proposals {
		for _, l := range pr.Lines {
			orders[l.SKU] += l.Qty
		}
	}
	return orders, nil
}

// policy is that of a shop without rules beside its costs.
func (p params) policy() core.Policy {
	c := core.DefaultPolicy()
	c.Target, c.ReviewDays, c.MinSafetyDays = core.TargetCost, p.review(), 0
	c.Quantity.HoldingRate, c.Quantity.LineCost, c.Quantity.OrderCap, c.Quantity.MinRun, c.Quantity.NewDays = unitRate, 0, 0, 0, 0
	c.Quantity.Transfers, c.Quantity.MaxCoverDays = core.TransferNever, 730 // the longest there is
	return c
}

// add puts one series into the shop, unless no unit of it brings anything.
func (p params) add(shop *core.Snapshot, s panelcsv.Stock, past []float64, today core.Day) {
	margin := p.shortage
	if margin < 0 {
		margin = s.UnitPrice - s.UnitCost
	}
	var perDay float64
	if p.HoldingCost != nil {
		perDay = *p.HoldingCost / 7
	} else {
		perDay = *p.HoldingRate * s.UnitCost / 365
	}
	if !(margin > 0) {
		return
	}
	value := perDay * float64(p.ReviewDays) * 365 / (unitRate * float64(p.review()))
	usd := func(v float64) core.Money {
		return core.Money{Minor: int64(math.Round(v / (value + margin) * unitPrice)), Currency: "USD"}
	}
	sku, from := core.SKU(s.ID), core.SupplierID(s.ID)
	shop.Suppliers = append(shop.Suppliers, core.Supplier{ID: from, Name: s.ID, Currency: "USD"})
	shop.Products = append(shop.Products, core.Product{SKU: sku, Name: s.ID, Price: usd(value + margin), Cost: usd(value), Active: true})
	lead := float64(p.periods(s.LeadDays))
	shop.Items = append(shop.Items, core.SupplierItem{Supplier: from, SKU: sku, Price: usd(value), MOQ: s.MOQ, Pack: s.MOQ, Lead: []core.Lead{{Mode: core.Sea, Days: lead}}})
	shop.Stock = append(shop.Stock, core.StockLevel{SKU: sku, Location: "shop", OnHand: int64(s.OnHand)})
	told := 0.0
	come := func(qty float64, periods int) {
		shop.Inbound = append(shop.Inbound, core.Inbound{
			Order: fmt.Sprintf("%s %d", s.ID, len(shop.Inbound)), Supplier: from, SKU: sku, Location: "shop",
			Qty: int64(qty), Due: today + core.Day(periods), State: core.InboundConfirmed,
		})
	}
	for _, d := range s.Due {
		told += d.Qty
		come(d.Qty, p.periods(d.Days))
	}
	if rest := s.OnOrder - told; rest > 0 { // on order, but no day told: no later than a new order
		come(rest, int(lead))
	}
	demand := core.Series{SKU: sku, Start: today - core.Day(len(past)), Qty: core.Zeros(len(past))}
	for i, y := range past {
		if math.IsNaN(y) {
			y = float64(core.Missing)
		}
		demand.Qty.Set(i, float32(y))
	}
	shop.Demand = append(shop.Demand, demand)
}

// horizon is how far forecasts must look: over the longest lead time and a review.
func (p params) horizon(stock []panelcsv.Stock) int {
	n := p.review()
	for _, s := range stock {
		n = max(n, p.periods(s.LeadDays)+p.review())
	}
	return n
}
