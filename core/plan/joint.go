package plan

import (
	"cmp"
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// partner is what an item left behind that may take part in a joint order.
type partner struct {
	node *node
	item Item
	rule rules
}

// joint puts what the buyers of RED products, and of YELLOW ones that are bought again
// seldom (core.Upgrade, requirement D12), are expected to want with them into the same
// supplier's order (requirement D7). Of one SKU the link from
// the product that promises most units counts, and no other.
//
//	extra = max(0, probability * demand of that product over the link's days - own forecast over them)
//	need  = order-up-to level + extra - position
//
// The own forecast already holds what such buyers took so far, so only what goes
// beyond it is added.
func (e *evaluation) joint() {
	leading := map[core.SKU][]nodeKey{} // products that lead, and are ordered
	for k, a := range e.partners {
		if leads(a) && a.item.Supplier != "" && a.item.Calc != nil && a.item.Calc.Qty > 0 {
			leading[k.sku] = append(leading[k.sku], k)
		}
	}
	set := map[[2]core.SKU]bool{} // links set by hand take the place of learned ones
	for _, l := range e.s.Links {
		if l.Support == 0 {
			set[[2]core.SKU{l.From, l.To}] = true
		}
	}
	best, most := map[nodeKey]core.Link{}, map[nodeKey]float64{}
	for _, l := range e.s.Links {
		if l.From == l.To || l.Support > 0 && set[[2]core.SKU{l.From, l.To}] {
			continue
		}
		for _, k := range leading[l.From] {
			a, to := e.partners[k], nodeKey{l.To, k.loc}
			b, ok := e.partners[to]
			if !ok || b.item.Calc == nil || b.item.Supplier != a.item.Supplier {
				continue
			}
			units := l.Probability * a.item.Calc.DemandPerDay * min(float64(l.Days), b.item.Calc.CoverDays)
			if old, known := best[to]; !known || units > most[to] || units == most[to] && l.From < old.From {
				best[to], most[to] = l, units
			}
		}
	}
	keys := make([]nodeKey, 0, len(best))
	for k := range best {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b nodeKey) int { return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.loc, b.loc)) })
	for _, k := range keys {
		e.join(k, best[k])
	}
}

// leads reports whether an item's order brings what its buyers take with it.
func leads(a *partner) bool {
	return a.item.Tier == replenish.Red || a.item.Tier == replenish.Yellow && a.rule.kind == core.Upgrade
}

// join adds the line of one linked product, or raises the one it has.
func (e *evaluation) join(k nodeKey, l core.Link) {
	a, b := e.partners[nodeKey{l.From, k.loc}], e.partners[k]
	c := *b.item.Calc
	days := min(float64(l.Days), c.CoverDays)
	j := replenish.Joint{
		With: l.From, Probability: round4(l.Probability), Days: days, DemandPerDay: a.item.Calc.DemandPerDay,
		Own: round2(c.DemandPerDay * days),
	}
	if a.item.Tier != replenish.Red {
		j.WithTier = a.item.Tier
	}
	j.Expected = round2(j.Probability * j.DemandPerDay * j.Days)
	j.Extra = round2(max(0, j.Expected-j.Own))
	j.Need = round2(max(0, c.OrderUpTo+j.Extra-float64(c.Position.Net())))
	lines := e.lines[b.item.Supplier]
	have, need := int64(0), j.Need
	for _, line := range lines {
		if line.SKU == k.sku && line.Location == k.loc {
			have += line.Qty
			if line.Calc.Gap { // what it brings beyond its need is taken off the need of the rest
				need += max(0, float64(line.Qty)-line.Calc.Need)
			}
		}
	}
	_, fixed := b.rule.set[core.OverrideQuantity]
	if need <= float64(have) || have == 0 && c.Need > 0 || fixed {
		return // enough, or a rule or a person said how many
	}
	offer := b.rule.offer
	normal, _ := replenish.Ways(offer.Lead)
	qty, steps := c.Cap.Apply(replenish.Round(need, *e.byWay(offer, normal.Mode), normal.Freight, replenish.Holding{}))
	most := max(c.OrderUpTo+j.Extra, float64(e.policy.Quantity.MaxCoverDays)*c.DemandPerDay) - float64(c.Position.Net())
	if qty <= have || have == 0 && float64(qty-max(1, offer.Pack)) >= most {
		return // the least order is too much for a product that is not due itself
	}
	for i := range lines {
		if line := &lines[i]; line.SKU == k.sku && line.Location == k.loc && (line.With == 0 || line.Mode == line.Calc.NormalMode) {
			with := *line.Calc
			with.Joint, line.Calc = &j, &with
			note := fmt.Sprintf("%s is %s, and its buyers are expected to want more of this", l.From, a.item.Tier)
			if n := len(steps); n > 0 && (steps[n-1].Rule == "maximum" || steps[n-1].Rule == replenish.CapRule) {
				note += "; " + steps[n-1].Note
			}
			setQty(line, line.Qty+qty-have, "joint order", note)
			if err := relate(lines); err != nil {
				e.gap("amount", string(k.sku))
			}
			return
		}
	}
	if have > 0 {
		return
	}
	c.Joint, c.Need, c.Steps, c.Qty = &j, j.Need, steps, qty
	c.ModeWhy = fmt.Sprintf("%s is the cheapest way and it is ordered with %s", normal.Mode, l.From)
	arrival := replenish.Arrival(e.today, normal, e.suppliers[offer.Supplier].Closed)
	res := replenish.Result{Lead: normal, Arrival: arrival, Calc: &c, Parts: []replenish.Part{{Lead: normal, Arrival: arrival, Calc: c}}}
	it := b.item
	it.Short, it.MoneyAtRisk = 0, core.Money{Currency: e.s.Shop.Currency} // ordered in time: nothing is at risk
	it.Notes = append(slices.Clip(it.Notes), fmt.Sprintf("ordered with %s, which is %s: %s of its buyers buy this within %s", l.From, a.item.Tier, percent(l.Probability), plural(l.Days, "day")))
	e.addLines(b.node, it, &res, b.rule)
}

// linked are the SKUs that take part in links.
func (x *index) linked() map[core.SKU]bool {
	out := map[core.SKU]bool{}
	for _, l := range x.s.Links {
		out[l.From], out[l.To] = true, true
	}
	return out
}
