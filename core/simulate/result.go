package simulate

import (
	"math"
	"slices"

	"quartermaster/core"
)

// Result is what one policy did over the scored days.
type Result struct {
	Policy string `json:"policy"`
	About  string `json:"about"`
	Totals
	Classes []ClassResult `json:"classes"` // A, B and C by margin of the year before
	// Approvals says how the orders were approved; nil where the policy does not tell.
	Approvals *Approvals `json:"approvals,omitempty"`
}

// ClassResult is the part of one class.
type ClassResult struct {
	Class string `json:"class"`
	Totals
}

// Totals are figures of a set of nodes. Quantities are units, amounts are in the
// shop's currency, a fraction without base (nothing was wanted) is 1.
type Totals struct {
	Nodes  int   `json:"nodes"`
	Demand int64 `json:"demand"`
	Sold   int64 `json:"sold"`
	// FillRate is Sold / Demand.
	FillRate float64 `json:"fill_rate"`
	// ServiceLevel is the share of order cycles in which no sale was lost; a cycle
	// ends when goods arrive, and the last one with the simulation.
	ServiceLevel float64 `json:"cycle_service_level"`
	// AverageStockValue and PeakStockValue are of stock on hand at the end of a
	// day, at landed cost. The peak is that of the whole shop's sum, only there.
	AverageStockValue core.Money `json:"average_stock_value"`
	PeakStockValue    core.Money `json:"peak_stock_value"`
	// TurnoverDays is the average stock value over the cost of goods sold a day.
	TurnoverDays float64 `json:"turnover_days"`
	Orders       int64   `json:"orders"` // order lines
	Units        int64   `json:"units"`  // ordered
	// Freight is what was paid for transport.
	Freight core.Money `json:"freight"`
	// LostMargin is lost units times price less landed cost.
	LostMargin core.Money `json:"lost_margin"`
	// HoldingCost is the average stock value times the holding rate and time.
	HoldingCost core.Money `json:"holding_cost"`
	// PurchaseVariance is what the orders cost above the landed cost that margins
	// are counted with: air freight adds, price breaks take away.
	PurchaseVariance core.Money `json:"purchase_variance"`
	// AdSpend is what was spent on ads for the products, AdWaste the part of it that met
	// an empty shelf, by the share of each day's demand that was lost. No part of
	// TotalCost: the margin of the sales lost is.
	AdSpend core.Money `json:"ad_spend"`
	AdWaste core.Money `json:"ad_waste"`
	// TotalCost is LostMargin + HoldingCost + PurchaseVariance: what is missing
	// from the margin of all demand. CostShare is it over the revenue wanted.
	TotalCost core.Money `json:"total_cost"`
	CostShare float64    `json:"cost_share"`
}

// result sums up a run.
func (w *world) result(p Policy) (Result, error) {
	r := Result{Policy: p.Name, About: p.About, Approvals: w.view.Approvals}
	var err error
	if r.Totals, err = w.totals(""); err != nil {
		return r, err
	}
	peak := int64(0)
	for _, v := range w.daily {
		peak = max(peak, v)
	}
	r.PeakStockValue.Minor = peak
	var classes []string
	for i := range w.nodes {
		classes = append(classes, w.nodes[i].class)
	}
	slices.Sort(classes)
	for _, c := range slices.Compact(classes) {
		t, err := w.totals(c)
		if err != nil {
			return r, err
		}
		r.Classes = append(r.Classes, ClassResult{c, t})
	}
	return r, nil
}

// totals adds up the nodes of a class; "" means all.
func (w *world) totals(class string) (Totals, error) {
	var t Totals
	cur := w.Currency()
	var cycles, dry int64
	var lost, stock, sold, wanted, freight, variance, ads, waste float64 // minor units; whole numbers, exact below 2^53
	for i := range w.nodes {
		n, s := &w.nodes[i], &w.states[i].score
		if class != "" && n.class != class {
			continue
		}
		t.Nodes++
		t.Demand += s.demand
		t.Sold += s.sold
		t.Orders += s.orders
		t.Units += s.units
		cycles += s.cycles
		dry += s.dryCycles
		lost += float64(s.demand-s.sold) * float64(max(0, n.price-n.cost))
		stock += float64(s.stockDays) * float64(n.cost)
		sold += float64(s.sold) * float64(n.cost)
		wanted += float64(s.demand) * float64(n.price)
		freight += float64(s.freight)
		variance += float64(s.surcharge)
		ads += float64(s.ads)
		waste += float64(s.wasted)
	}
	days := float64(w.Scored())
	holding := stock * w.HoldingRate / 365
	t.FillRate = share(float64(t.Sold), float64(t.Demand), 1)
	t.ServiceLevel = 1 - share(float64(dry), float64(cycles), 0)
	t.TurnoverDays = share(stock, sold, 0)
	t.CostShare = share(lost+holding+variance, wanted, 0)
	t.PeakStockValue.Currency = cur
	for _, v := range []struct {
		to    *core.Money
		minor float64
	}{
		{&t.AverageStockValue, stock / days}, {&t.Freight, freight}, {&t.LostMargin, lost},
		{&t.HoldingCost, holding}, {&t.PurchaseVariance, variance}, {&t.AdSpend, ads}, {&t.AdWaste, waste},
	} {
		m, err := core.Money{Minor: 1, Currency: cur}.Scale(v.minor)
		if err != nil {
			return t, err
		}
		*v.to = m
	}
	total, err := t.LostMargin.Add(t.HoldingCost)
	if err == nil {
		total, err = total.Add(t.PurchaseVariance)
	}
	t.TotalCost = total
	return t, err
}

// share is a/b, or none when b is 0.
func share(a, b, none float64) float64 {
	if b == 0 {
		return none
	}
	return math.Max(0, a/b)
}
