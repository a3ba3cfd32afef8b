package plan

import (
	"fmt"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// economics is what a unit brings, for weighing ways of shipping by money.
func (e *evaluation) economics(p *core.Product, offer *core.SupplierItem) replenish.Economics {
	if offer == nil {
		return replenish.Economics{}
	}
	sell, ok := e.valued(p.Price)
	if !ok {
		return replenish.Economics{}
	}
	return replenish.Economics{Sell: sell, Rate: e.rates[e.suppliers[offer.Supplier].Currency]}
}

// byWay returns the offer at the prices of a way: a rush order costs more.
func (x *index) byWay(offer *core.SupplierItem, mode core.Mode) *core.SupplierItem {
	if mode != core.Rush || x.prices.RushSurcharge == 0 {
		return offer
	}
	priced := offer.Scaled(1 + x.prices.RushSurcharge)
	return &priced
}

// priceClass says how prices differ from the list (requirement E2).
func (e *evaluation) priceClass(id core.SupplierID, mode core.Mode) string {
	class := ""
	if d := e.policy.Quantity.AgreementDiscount; d > 0 && e.suppliers[id].Terms.Agreement {
		class = fmt.Sprintf("quarterly agreement, list price − %s", percent(d))
	}
	if s := e.policy.Quantity.RushSurcharge; s > 0 && mode == core.Rush {
		if class != "" {
			class += "; "
		}
		class += fmt.Sprintf("urgent, + %s", percent(s))
	}
	return class
}

// addLines keeps the order lines of an item for its supplier's proposal: one for
// each way its order is shipped by. What is short until the earliest arrival is
// at risk; the later part changes nothing about that.
func (e *evaluation) addLines(n *node, it Item, res *replenish.Result, rule rules) {
	offer := rule.offer
	if _, ok := e.rates[e.suppliers[offer.Supplier].Currency]; !ok {
		e.gap("rate", fmt.Sprintf("%s (%s)", e.called.Of(offer.Supplier), e.suppliers[offer.Supplier].Currency))
		return
	}
	var lines []Line
	for i := range res.Parts {
		part := &res.Parts[i]
		if part.Calc.Qty == 0 {
			continue
		}
		priced := e.byWay(offer, part.Lead.Mode)
		l := Line{
			SKU: it.SKU, Location: it.Location, Name: it.Name, SupplierSKU: offer.SupplierSKU,
			Mode: part.Lead.Mode, Qty: part.Calc.Qty, Freight: part.Lead.Freight, Arrival: part.Arrival,
			StockOut: it.StockOut, HasStockOut: it.HasStockOut, OrderBy: it.OrderBy,
			MoneyAtRisk: core.Money{Currency: e.s.Shop.Currency}, Tier: it.Tier, Calc: &part.Calc,
			MOQ: max(1, offer.MOQ), Pack: max(1, offer.Pack), Max: offer.Max,
			Price: priced.Price, Breaks: priced.Breaks, PriceClass: e.priceClass(offer.Supplier, part.Lead.Mode),
			With: res.Qty() - part.Calc.Qty, Volume: offer.Volume, Raw: offer.Raw, Class: rule.class, Human: rule.human, Rival: it.Rival, Quoted: offer.Quoted, Notes: it.Notes, ByHand: it.ByHand,
		}
		if i == 0 {
			l.Short, l.MoneyAtRisk = it.Short, it.MoneyAtRisk
		}
		unit := e.worthOf(n.product, offer, &replenish.Result{Lead: part.Lead, Calc: &part.Calc, Parts: res.Parts})
		l.SellPrice, l.Landed, l.Margin = unit.price, unit.landed, unit.margin
		if !it.HasStockOut {
			l.OrderBy = e.today // the position is already at the trigger
		}
		if err := l.price(); err != nil {
			e.gap("amount", string(it.SKU))
			return
		}
		lines = append(lines, l)
	}
	e.lines[offer.Supplier] = append(e.lines[offer.Supplier], lines...)
	if n.stock != nil && !n.stock.AsOf.IsZero() {
		if old, ok := e.asOf[offer.Supplier]; !ok || n.stock.AsOf.Before(old) {
			e.asOf[offer.Supplier] = n.stock.AsOf
		}
	}
}

// price sets unit price and cost from the quantity.
func (l *Line) price() error {
	l.UnitPrice = core.SupplierItem{Price: l.Price, Breaks: l.Breaks}.UnitPrice(l.Qty + l.With)
	unit, err := l.UnitPrice.Add(l.Freight)
	if err != nil {
		return fmt.Errorf("cost of %s: %w", l.SKU, err)
	}
	if l.Cost, err = unit.Times(l.Qty); err != nil {
		return fmt.Errorf("cost of %s: %w", l.SKU, err)
	}
	return nil
}
