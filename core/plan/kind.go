package plan

import (
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// consumableLevel says whose service level a consumable has where that of its class or
// its costs is lower.
const consumableLevel = "of the shop, which a consumable has at least"

// kindEffects says what a kind changes (requirement D12).
var kindEffects = map[core.CategoryKind]string{
	core.Consumable: "its service level is the shop's at least",
	core.Upgrade:    "what its buyers take with it is ordered with it from YELLOW on",
	core.Durable:    "a person decides about its orders",
	core.Seasonal:   "its orders go with the season plan",
}

// kindOf assigns how a product is bought again (requirement D12): seasonal where a season
// of it is declared or both last years show one, else by what its buyers do, of whom 20
// must be known.
func (e *evaluation) kindOf(n *node) (core.CategoryKind, string) {
	if kind, why := e.seasonalKind(n); kind != "" {
		return kind, why
	}
	c, ok := e.cycles[n.product.SKU]
	switch {
	case !ok || c.Buyers < 20:
		return core.Regular, ""
	case c.Share < 0.10:
		return core.Durable, fmt.Sprintf("%s of %d buyers buy it again", percent(c.Share), c.Buyers)
	case c.Days <= 90:
		return core.Consumable, fmt.Sprintf("bought again after %s days, by %s of %d buyers", replenish.Num(round2(c.Days)), percent(c.Share), c.Buyers)
	}
	return core.Upgrade, fmt.Sprintf("bought again after %s days, by %s of %d buyers", replenish.Num(round2(c.Days)), percent(c.Share), c.Buyers)
}

// seasonalKind looks for a season of a node; empty without one. A series of forecasts
// made elsewhere (Planner.Prepared) has no calendar of a shop.
func (e *evaluation) seasonalKind(n *node) (core.CategoryKind, string) {
	if e.prepared != nil {
		return "", ""
	}
	for _, ev := range e.s.Events {
		if ev.Kind == "season" && ev.To+30 >= e.today && (ev.SKU == n.product.SKU || ev.Category != "" && ev.SKU == "" && ev.Category == n.product.Category) {
			return core.Seasonal, fmt.Sprintf("%s (%s to %s) is its season", ev.Name, ev.From, ev.To)
		}
	}
	old := false
	for _, s := range n.series {
		old = old || s.Start <= e.today-yearDays-yearDays/2 // half of each year must be known
	}
	if !old {
		return "", ""
	}
	if s, ok := replenish.FindSeason(daily(n.series, e.today), e.today, e.policy.Quantity.SeasonPeak); ok {
		return core.Seasonal, fmt.Sprintf("it sells %s times the year's average from %s to %s, in both last years", replenish.Num(s.Factor), s.Days.From, s.Days.To)
	}
	return "", ""
}

// withSeason says the season plan on the lines of an item, and leaves the decision to a
// person: the order goes with the plan.
func (e *evaluation) withSeason(it *Item, begins core.Day, plan, all string) {
	lines := e.lines[it.Supplier]
	for i := range lines {
		l := &lines[i]
		if l.SKU != it.SKU || l.Location != it.Location {
			continue
		}
		l.Notes = append(slices.Clip(l.Notes), "season plan: "+plan)
		if l.Human == "" {
			l.Human = fmt.Sprintf("its season begins on %s, and the order goes with the season plan: %s to order in all", begins, all)
		}
	}
}
