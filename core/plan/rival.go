package plan

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Rival is the next best supplier of a product that several offer, and what was weighed.
type Rival struct {
	// Units are compared: the order that the supplier called Of, the first by preference
	// and price, would get; 0 when a price or an exchange rate is not known.
	Units int64  `json:"units,omitempty"`
	Of    string `json:"of,omitempty"`
	Here  Bid    `json:"here"`           // of the supplier that the product is ordered from
	There Bid    `json:"there,omitzero"` // the least Total of the others
	Why   string `json:"why"`            // which of them was taken, a phrase
	// Passed says why a preferred supplier was passed over, a phrase; else empty.
	Passed string `json:"passed,omitempty"`
}

// Bid is what Units from one supplier mean in money, in the shop's currency, by expected
// demand: all by its normal way, but for what is short until then by a faster way where
// that costs less than its margin.
//
//	Total = Goods + Lost
type Bid struct {
	Supplier core.SupplierID `json:"supplier"`
	Name     string          `json:"name"`             // what it is called
	Arrival  core.Day        `json:"arrival,omitzero"` // of the first goods, when ordered today
	Goods    core.Money      `json:"goods,omitzero"`   // price and freight
	Lost     core.Money      `json:"lost,omitzero"`    // margin of what is short until Arrival
}

// Total is what the bid costs in all.
func (b Bid) Total() core.Money {
	return core.Money{Minor: b.Goods.Minor + b.Lost.Minor, Currency: b.Goods.Currency}
}

// source chooses among several offers where an order is due. A preferred supplier is
// taken, unless its closed days bring its goods only after the stock-out. Else the choice
// of an order less than a review ago holds, or the next check would order again elsewhere;
// without one the least Bid.Total is taken, and where no money is known the first offer.
func (e *evaluation) source(n *node, b *basis, room *room, offers []*core.SupplierItem) assessed {
	first := 0
	comes, open := e.firstArrival(offers[0], e.suppliers[offers[0].Supplier].Closed), e.firstArrival(offers[0], nil)
	recent := e.recently(n)
	if at := slices.IndexFunc(offers, func(o *core.SupplierItem) bool { return o.Supplier == recent }); at > 0 && (!offers[0].Preferred || comes > open) {
		first = at
	}
	a := e.assessOffer(n, b, offers[first], room)
	units := a.res.Qty()
	if units == 0 {
		return a
	}
	proj := replenish.Project(e.today, a.in.Position.Available(), a.in.Inbound, a.in.Mean)
	bids, known := make([]Bid, len(offers)), make([]bool, len(offers))
	for i, o := range offers {
		byHand := rules{set: e.overrides(n, o)}
		bids[i], known[i] = e.bid(n.product, byHand.offered(*o), units, proj)
	}
	least := func(but int) int { // index of the least known total, -1 without one
		best := -1
		for i := range bids {
			if i != but && known[i] && (best < 0 || bids[i].Total().Minor < bids[best].Total().Minor) {
				best = i
			}
		}
		return best
	}
	best, r := first, Rival{Units: units, Of: e.called.Of(offers[first].Supplier), Why: "the lower sum counts"}
	switch late := comes > open && a.res.HasStockOut && comes > a.res.StockOut; {
	case first == 0 && offers[0].Preferred && !late:
		r.Why = fmt.Sprintf("%s is preferred", r.Of)
	case recent == offers[first].Supplier:
		r.Why = fmt.Sprintf("%s was ordered from less than %s ago, and that choice holds until the next review", r.Of, plural(e.policy.ReviewDays, "day"))
	case known[0]:
		best = least(-1)
	case offers[0].Preferred: // and late
		best = max(0, slices.IndexFunc(offers, func(o *core.SupplierItem) bool {
			return e.firstArrival(o, e.suppliers[o.Supplier].Closed) <= a.res.StockOut
		}))
		r.Why = "it comes in time"
	}
	if offers[0].Preferred && best != 0 {
		r.Passed = fmt.Sprintf("%s is preferred, but closed: its goods would come on %s", e.called.Of(offers[0].Supplier), comes)
		if comes > a.res.StockOut && a.res.HasStockOut {
			r.Passed += fmt.Sprintf(", after the stock-out on %s", a.res.StockOut)
		}
	}
	if best != first {
		a = e.assessOffer(n, b, offers[best], room)
	}
	r.Here = bids[best]
	if there := least(best); known[best] && there >= 0 {
		r.There, a.rival = bids[there], &r
	} else if r.Passed != "" {
		r.Units, a.rival = 0, &r
	}
	return a
}

// firstArrival is the first day on which an offer's goods can be here.
func (e *evaluation) firstArrival(o *core.SupplierItem, closed []core.DayRange) core.Day {
	first := core.Day(math.MaxInt32)
	for _, l := range o.Lead {
		first = min(first, replenish.Arrival(e.today, l, closed))
	}
	return first
}

// recently is the supplier of goods on their way to a node that were ordered less than
// a review ago, the last one; empty without any.
func (e *evaluation) recently(n *node) (supplier core.SupplierID) {
	var last core.Day
	for _, in := range n.inbound {
		if on, known := e.placed[in.Order]; known && in.Qty > 0 && (supplier == "" || on > last) {
			supplier, last = in.Supplier, on
		}
	}
	return supplier
}

// bid values an offer; it reports false when a price or an exchange rate is not known.
func (e *evaluation) bid(p *core.Product, offer *core.SupplierItem, units int64, proj replenish.Projection) (Bid, bool) {
	bid := Bid{Supplier: offer.Supplier, Name: e.called.Of(offer.Supplier)}
	sell, known := e.valued(p.Price)
	if !known || len(offer.Lead) == 0 {
		return bid, false
	}
	closed, qty := e.suppliers[offer.Supplier].Closed, max(offer.MOQ, units)
	normal, _ := replenish.Ways(offer.Lead)
	unit, known := e.landed(offer, qty, normal)
	if !known {
		return bid, false
	}
	margin := float64(max(0, sell.Minor-unit.Minor))
	last := replenish.Arrival(e.today, normal, closed)
	short := proj.Short(e.today, last)
	least := math.Inf(1)
	for _, l := range offer.Lead {
		way, known := e.landed(offer, qty, l)
		arrival := min(replenish.Arrival(e.today, l, closed), last)
		left := proj.Short(e.today, arrival)
		goods := float64(unit.Minor)*float64(units) + min(short-left, float64(units))*float64(way.Minor-unit.Minor)
		if lost := margin * left; known && goods+lost < least {
			var err1, err2 error
			one := core.Money{Minor: 1, Currency: sell.Currency}
			least, bid.Arrival = goods+lost, arrival
			bid.Goods, err1 = one.Scale(max(0, goods))
			bid.Lost, err2 = one.Scale(lost)
			known = err1 == nil && err2 == nil
		}
		if !known {
			return bid, false
		}
	}
	return bid, true
}

// explainRival says what the next best supplier would have meant, with the numbers of
// both.
func explainRival(r *Rival) []string {
	if r == nil {
		return nil
	}
	why := r.Why
	if r.Passed != "" {
		why = r.Passed + "; " + r.Why
	}
	if r.Units == 0 {
		return []string{fmt.Sprintf("Suppliers: from %s, because %s.", r.Here.Name, why)}
	}
	bid := func(b Bid) string {
		return fmt.Sprintf("from %s %s landed + %s of margin lost until %s = %s", b.Name, b.Goods, b.Lost, b.Arrival, b.Total())
	}
	return []string{fmt.Sprintf("Suppliers: %s units, as %s would be asked for, %s, %s; %s.", count(r.Units), r.Of, bid(r.Here), bid(r.There), why)}
}
