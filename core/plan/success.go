package plan

import (
	"cmp"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// SuccessKind says what a success story tells.
type SuccessKind string

// Kinds of success, by what they prove: goods that came before they were missed, less
// lost to empty shelves, orders that needed no correction.
const (
	SuccessSaved SuccessKind = "saved"
	SuccessLost  SuccessKind = "lost"
	SuccessOrder SuccessKind = "orders"
)

// Success is the story of the week: the one with most money that the records prove.
type Success struct {
	Kind SuccessKind
	// Saved: the product that is out of danger, its tier before, the money that was at
	// risk, and the order that did it, if it was one made here.
	Item  WeekItem `json:",omitzero"`
	From  replenish.Tier
	Money core.Money
	Came  *WeekCame
	// Lost: what was lost last week, where Money less was lost than in a week before.
	// Orders: N of Of were approved as proposed.
	Lost  core.Money
	N, Of int
}

// WeekCame is a delivery of an order made here.
type WeekCame struct {
	Order    string
	SKU      core.SKU
	Location core.LocationID
	Day      core.Day
	Units    int64  // sound ones
	By       string // user id of who approved the order
}

// success picks the story of a week. Nothing is told that is not better than before.
func success(w Week, in WeekInput) *Success {
	var all []Success
	was := map[nodeKey]core.Money{}
	if w.Before != nil {
		for _, it := range w.Before.Items {
			was[nodeKey{it.SKU, it.Location}] = it.MoneyAtRisk
		}
	}
	for _, m := range w.Better {
		before := was[nodeKey{m.Item.SKU, m.Item.Location}]
		if less := before.Minor - m.Item.MoneyAtRisk.Minor; less > 0 {
			s := Success{Kind: SuccessSaved, Item: m.Item, From: m.From, Money: core.Money{Minor: less, Currency: before.Currency}}
			if i := slices.IndexFunc(in.Came, func(c WeekCame) bool { return c.SKU == m.Item.SKU && c.Location == m.Item.Location }); i >= 0 {
				s.Came = &in.Came[i]
			}
			all = append(all, s)
		}
	}
	end := in.Indicators.Today.Monday()
	last, before := in.Indicators.lost(weeksUpTo(end, 1)), in.Indicators.lost(weeksUpTo(end-7, nowWeeks))
	if less := before.Value - last.Value; last.Known() && before.Known() && less >= 1 {
		money := func(v float64) core.Money { return core.Money{Minor: minor(v), Currency: in.Shop.Currency} }
		all = append(all, Success{Kind: SuccessLost, Money: money(less), Lost: money(last.Value)})
	}
	if len(all) > 0 {
		best := slices.MaxFunc(all, func(a, b Success) int {
			return cmp.Or(cmp.Compare(a.Money.Minor, b.Money.Minor), cmp.Compare(b.Item.SKU, a.Item.SKU))
		})
		return &best
	}
	if f := in.Indicators.automation(weeksUpTo(end, 1)); f.N > 0 {
		return &Success{Kind: SuccessOrder, N: f.N, Of: f.Of}
	}
	return nil
}
