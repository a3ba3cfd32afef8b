package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/supply"
)

// Source is what ordering one SKU from one supplier would mean. Amounts are in the
// shop's currency.
type Source struct {
	Supplier core.SupplierID
	Name     string
	Now      bool        // orders go there now
	Quote    *core.Quote // that this is about; nil: the supplier's list entry
	Mode     core.Mode
	Qty      int64      // the quantity compared, in this supplier's packs and minimum
	Price    core.Money // of one unit at Qty, in the supplier's currency, as listed or quoted
	Unit     core.Money // price and freight of one unit at Qty
	MOQ      int64
	LeadDays float64 // as learned, closed days not counted
	LeadSD   float64
	LeadNote string // where the lead time comes from, empty when it is the stated one
	Arrival  core.Day
	Short    float64      // units unmet until Arrival
	Shortage core.Money   // margin lost with them
	Total    core.Money   // Qty · Unit + Shortage
	Score    supply.Score // of the supplier's last two years
}

// Sources compares the suppliers of a SKU at one location side by side, each list
// entry and each quote in force, the one with the lowest total cost per unit
// first: for each the whole calculation is made as if nobody else sold it. They
// are compared at qty units; qty 0 is the quantity that the present supplier would
// be asked for or, when no order is due, its minimum. What a person set by hand, such
// as a lead time, holds here as on the card. Suppliers without an exchange rate are
// left out.
func (pl Planner) Sources(s core.Snapshot, p core.Policy, now time.Time, sku core.SKU, loc core.LocationID, qty int64) ([]Source, error) {
	if err := validate(&s); err != nil {
		return nil, err
	}
	today := core.DayOf(now, s.Shop.Zone)
	scores := map[core.SupplierID]supply.Score{}
	for _, sc := range supply.Evaluate(s.Supply, s.Suppliers, 0, today, today) {
		scores[sc.Supplier] = sc
	}
	book := supply.Learn(s.Supply, s.Suppliers, today)
	others := slices.DeleteFunc(slices.Clone(s.Items), func(it core.SupplierItem) bool { return it.SKU == sku })
	present, err := pl.Evaluate(s, p, now)
	if err != nil {
		return nil, err
	}
	here := slices.IndexFunc(present.Items, func(it Item) bool { return it.SKU == sku && it.Location == loc })
	if here < 0 {
		return nil, nil
	}
	var out []Source
	wanted := qty
	for _, cand := range candidates(s, today, sku, present.Items[here].Supplier) {
		alone := s
		alone.Items, alone.Quotes = append(slices.Clone(others), cand.offer), nil
		r, err := pl.Evaluate(alone, p, now)
		if err != nil {
			return nil, fmt.Errorf("as if only %s sold %s: %w", cand.offer.Supplier, sku, err)
		}
		at := slices.IndexFunc(r.Items, func(it Item) bool { return it.SKU == sku && it.Location == loc })
		if at < 0 {
			return nil, nil
		}
		it := r.Items[at]
		alone.Items = book.Items([]core.SupplierItem{cand.offer})
		x := newPricedIndex(&alone, today, p.Quantity)
		offer := x.setByHand(x.nodes[nodeKey{sku, loc}], x.offers[sku][0])
		if wanted == 0 {
			wanted = max(1, offer.MOQ)
			if n := it.Order(); n > 0 {
				wanted = n
			}
		}
		lead, ok := offer.LeadOf(it.Mode)
		if !ok {
			lead, _ = replenish.Ways(offer.Lead)
		}
		v := Source{Supplier: offer.Supplier, Name: x.called.Of(offer.Supplier), Now: cand.now, Quote: cand.quote, Mode: lead.Mode, MOQ: max(1, offer.MOQ),
			LeadDays: lead.Days, LeadSD: lead.SD, LeadNote: lead.Note, Arrival: replenish.Arrival(today, lead, x.suppliers[offer.Supplier].Closed),
			Short: it.Short, Shortage: it.MoneyAtRisk, Score: scores[offer.Supplier]}
		v.Qty, _ = replenish.Round(float64(wanted), *offer, lead.Freight, replenish.Holding{})
		v.Price = offer.UnitPrice(v.Qty)
		var rated bool
		if v.Unit, rated = x.landed(offer, v.Qty, lead); !rated {
			continue
		}
		if v.Total, err = v.Unit.Times(v.Qty); err == nil {
			v.Total, err = v.Total.Add(v.Shortage)
		}
		if err != nil {
			return nil, fmt.Errorf("cost of %s from %s: %w", sku, offer.Supplier, err)
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.perUnit(), b.perUnit()), cmp.Compare(a.Supplier, b.Supplier))
	})
	return out, nil
}

// setByHand is an offer with what a person set of it for a node today.
func (x *index) setByHand(n *node, offer *core.SupplierItem) *core.SupplierItem {
	e := evaluation{index: x, cycles: map[core.SKU]core.Cycle{}, byHand: map[core.SKU][]core.Override{}}
	e.supply()
	r := rules{set: e.overrides(n, offer)}
	return r.offered(*offer)
}

// candidate is one way to source a SKU: a list entry, or a quote in its place.
type candidate struct {
	offer core.SupplierItem
	quote *core.Quote
	now   bool // orders go there now
}

// candidates lists them, that of the present supplier first, then by supplier, the list
// before the quote.
func candidates(s core.Snapshot, today core.Day, sku core.SKU, present core.SupplierID) []candidate {
	quoted := slices.ContainsFunc(s.Quotes, func(q core.Quote) bool {
		return q.SKU == sku && q.Supplier == present && q.Chosen && InForce(q, today)
	})
	var out []candidate
	list := map[core.SupplierID]*core.SupplierItem{}
	for i, it := range s.Items {
		if it.SKU == sku {
			list[it.Supplier] = &s.Items[i]
			out = append(out, candidate{offer: it, now: it.Supplier == present && !quoted})
		}
	}
	for i, q := range s.Quotes {
		if q.SKU == sku && InForce(q, today) {
			out = append(out, candidate{quotedOffer(q, list[q.Supplier]), &s.Quotes[i], q.Supplier == present && quoted})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		switch {
		case a.now == b.now:
			return cmp.Compare(a.offer.Supplier, b.offer.Supplier)
		case a.now:
			return -1
		}
		return 1
	})
	return out
}

// perUnit is the total cost of one unit, in minor units.
func (s Source) perUnit() float64 { return float64(s.Total.Minor) / float64(max(1, s.Qty)) }

// PerUnit is the total cost of one unit, shortage included, rounded to money.
func (s Source) PerUnit() core.Money {
	return core.Money{Minor: int64(s.perUnit() + 0.5), Currency: s.Total.Currency}
}

// ChooseSource is the action of ordering a SKU from another supplier from now on.
const ChooseSource Action = "choose_source"

// SourceDays is how long such a choice holds.
const SourceDays = 90

// DecideSource says whether actor may choose whom a SKU is ordered from: every
// approver may. What is ordered there needs an approval of its own.
func DecideSource(actor Actor, policy core.Policy) Verdict {
	if who, denied := authorise(actor, policy.Approval); who == nil {
		return denied
	}
	return Verdict{Allow, "You are on the list of approvers."}
}

// SourcesView is the comparison of one SKU's suppliers, place by place.
type SourcesView struct {
	Shop   core.Shop
	SKU    core.SKU
	Name   string
	Places []SourcesAt
}

// SourcesAt is the comparison for one location.
type SourcesAt struct {
	Location core.LocationID
	Sources  []Source
}
