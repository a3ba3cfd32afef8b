package plan

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// JointPlay is a play that was begun: some of the customers a stock-out would hit were
// offered a bundle with a linked product, the others, drawn by chance, were not.
type JointPlay struct {
	ID           int64
	SKU, Linked  core.SKU
	Start, Until core.Day   // purchases after Start up to Until count
	Discount     float64    // of the bundle, 0.1 is ten percent
	AtRisk       core.Money // margin the shortage would have cost, when the play began
	By           string     // who began it
	Offered      int        // customers with the offer
	Held         int        // customers without
	BookedOn     core.Day   // 0 while open
	Result       *repurchase.PlayResult
}

// PlayView is the content of the card of a joint play.
type PlayView struct {
	JointPlay
	Name, LinkedName string // of the products
}

// The joint play (requirement F9): when a stock-out is in sight, goods are ordered
// early and the customers it would hit get the offer of a bundle.
const (
	playDiscount  = 0.10 // of the bundle
	playDays      = 30   // days out of stock that are looked at when nothing is on its way
	playCustomers = 5    // fewer customers are no reason for a play
)

// play says how many customers a stock-out would hit and proposes what to do for
// them. It is empty without a stock-out in sight, or when hardly anybody known is
// expected to want the product while it is out.
func (e *evaluation) play(it *Item, offer *core.SupplierItem) string {
	if !it.HasStockOut || offer == nil {
		return ""
	}
	w := e.crowd.wanted[it.SKU]
	if w.Days <= 0 {
		return ""
	}
	until := it.StockOut + playDays
	if it.Arrival > it.StockOut {
		until = it.Arrival
	}
	hit := w.Customers / float64(w.Days) * float64(until-it.StockOut)
	if hit < playCustomers {
		return ""
	}
	text := fmt.Sprintf("about %.0f known customers are expected to want it between %s and %s, when it would be out. ", math.Round(hit), it.StockOut, until)
	sea, bySea := offer.LeadOf(core.Sea)
	last := it.StockOut - core.Day(math.Ceil(sea.Days+sea.SD))
	switch {
	case bySea && last >= e.today:
		text += fmt.Sprintf("Order by sea by %s, before air is needed%s, and offer them", last, e.saved(offer, sea))
	case it.Arrival > it.StockOut:
		text += fmt.Sprintf("Goods ordered today come on %s: offer these customers first pick then, and", it.Arrival)
	default:
		text += "Order in time, and offer them"
	}
	p, ok := e.crowd.bundles[it.SKU]
	if !ok {
		return text + fmt.Sprintf(" %.0f %% off the next order to wait for it. List: /stock repurchase %s customers", 100*playDiscount, it.SKU)
	}
	return text + fmt.Sprintf(" a bundle with %s at %.0f %% off (%.0f %% of its buyers take %s within %d days; %d in stock). List: /stock repurchase %s customers",
		p.link.To, 100*playDiscount, 100*p.link.Probability, p.link.To, p.link.Days, p.free, it.SKU)
}

// saved names the freight that sea saves against air, per unit.
func (e *evaluation) saved(offer *core.SupplierItem, sea core.Lead) string {
	air, ok := offer.LeadOf(core.Air)
	if !ok || air.Freight.Currency != sea.Freight.Currency || air.Freight.Minor <= sea.Freight.Minor {
		return ""
	}
	return fmt.Sprintf(" (it saves %s of freight a unit)", core.Money{Minor: air.Freight.Minor - sea.Freight.Minor, Currency: sea.Freight.Currency})
}

// crowd is what is known of customers, by SKU.
type crowd struct {
	wanted  map[core.SKU]core.CustomerDemand
	bundles map[core.SKU]bundle
}

// bundle is the strongest link from a SKU to one that is in stock.
type bundle struct {
	link *core.Link
	free int64 // units not committed, over all places
}

func crowdOf(s *core.Snapshot) crowd {
	c := crowd{make(map[core.SKU]core.CustomerDemand, len(s.Wanted)), map[core.SKU]bundle{}}
	for _, w := range s.Wanted {
		c.wanted[w.SKU] = w
	}
	if len(s.Wanted) == 0 {
		return c // without customers nobody asks for a bundle
	}
	free := make(map[core.SKU]int64, len(s.Stock))
	for _, l := range s.Stock {
		free[l.SKU] += max(0, l.OnHand-l.Committed)
	}
	for i := range s.Links {
		l := &s.Links[i]
		if p, ok := c.bundles[l.From]; free[l.To] > 0 && (!ok || l.Probability > p.link.Probability) {
			c.bundles[l.From] = bundle{l, free[l.To]}
		}
	}
	return c
}
