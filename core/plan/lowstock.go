package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// adDays is how far back an ad counts as one that runs.
const adDays = 7

// few reports whether fewer than LowUnits of a product that runs short are left.
func (e *evaluation) few(n *node, it *Item) bool {
	return n.stock != nil && max(0, it.Position.Available()) < e.policy.Quantity.LowUnits && (it.Tier == replenish.Red || it.Tier == replenish.Yellow)
}

// lowStocks says what to do where few units are left (requirement D9): their ads should
// be seen half as often, the supplier asked for an earlier day, and the storefront should
// say so. A day of arrival is named only when an order that was placed has one. It weighs
// more when ads are paid for what will be gone. nodes and items are in the same order.
func (e *evaluation) lowStocks(nodes []*node, items []Item, proposed []Proposal) (out []risk.Finding) {
	ordered := map[nodeKey]bool{}
	for _, p := range proposed {
		for _, l := range p.Lines {
			ordered[nodeKey{l.SKU, l.Location}] = true
		}
	}
	for i, n := range nodes {
		it := &items[i]
		if !e.few(n, it) {
			continue
		}
		left := max(0, it.Position.Available())
		ads, running := e.running(it)
		severity := risk.Low
		if running {
			severity = risk.Medium
		}
		due := e.nextDue(it)
		parts := []string{
			fmt.Sprintf("%s of %s left in %s, fewer than %s", plural(int(left), "unit"), it.SKU, it.Location, count(e.policy.Quantity.LowUnits)),
			ads, e.hasten(it, due, ordered[nodeKey{it.SKU, it.Location}]), storefront(left, due),
		}
		out = append(out, it.finding(risk.LowStock, severity, "%s", strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ". ")))
	}
	return out
}

// running says which ads of a product ran in the last days, and what they cost; nothing
// when none did.
func (e *evaluation) running(it *Item) (string, bool) {
	var names []string
	var seen int64
	spent, known := core.Money{Currency: e.s.Shop.Currency}, true
	for _, a := range e.ads[it.SKU] {
		if a.Day < e.today-adDays || a.Day >= e.today || a.Impressions <= 0 && a.Spend.Minor <= 0 {
			continue
		}
		if name := fmt.Sprintf("campaign %s (%s)", a.Campaign, a.Platform); !slices.Contains(names, name) {
			names = append(names, name)
		}
		seen += max(0, a.Impressions)
		cost, ok := e.toShop(a.Spend)
		sum, err := spent.Add(cost)
		if known = known && ok && err == nil; known {
			spent = sum
		}
	}
	if len(names) == 0 {
		return "", false
	}
	slices.Sort(names)
	what := names[0]
	if len(names) > 1 {
		what = fmt.Sprintf("%s and %s", names[0], plural(len(names)-1, "other ad"))
	}
	if !known {
		return fmt.Sprintf("Ads: halve the impressions of %s until goods are there (%s in the last %d days)", what, count(seen), adDays), true
	}
	return fmt.Sprintf("Ads: halve the impressions of %s until goods are there (%s in the last %d days, %s spent)", what, count(seen), adDays, spent), true
}

// noteAds tells on the order of a product that ads still run for it, in words that are
// the same from day to day.
func (e *evaluation) noteAds(it *Item) {
	if _, running := e.running(it); !running {
		return
	}
	lines := e.lines[it.Supplier]
	for i := range lines {
		if l := &lines[i]; l.SKU == it.SKU && l.Location == it.Location {
			l.Ads = fmt.Sprintf("ads for it still run with fewer than %s left: halve their impressions until goods are there", count(e.policy.Quantity.LowUnits))
		}
	}
}

// nextDue is what arrives next of an order that was placed; nil when nothing does, or
// only what is overdue.
func (e *evaluation) nextDue(it *Item) *core.Inbound {
	for i := range it.Inbound { // by day
		if in := &it.Inbound[i]; in.Due >= e.today && in.Qty > 0 {
			return in
		}
	}
	return nil
}

// hasten is what to tell the supplier; ordered says that a card orders the item.
func (e *evaluation) hasten(it *Item, due *core.Inbound, ordered bool) string {
	switch {
	case due != nil:
		return fmt.Sprintf("Supplier: %s of order %s are due on %s; ask %s for an earlier day", plural(int(due.Qty), "unit"), due.Order, due.Due, e.called.Of(due.Supplier))
	case len(it.Inbound) > 0 && it.Inbound[0].Due < e.today && it.Inbound[0].Qty > 0:
		late := it.Inbound[0]
		return fmt.Sprintf("Supplier: %s of order %s were due on %s; ask %s when they come", plural(int(late.Qty), "unit"), late.Order, late.Due, e.called.Of(late.Supplier))
	case it.Supplier == "":
		return "Supplier: none offers it"
	case ordered:
		return fmt.Sprintf("Supplier: nothing is due; the restock card of %s orders it", e.called.Of(it.Supplier))
	case e.held[nodeKey{it.SKU, it.Location}] != "":
		return fmt.Sprintf("Supplier: nothing is due; the order to %s waits", e.called.Of(it.Supplier))
	}
	return "Supplier: nothing is due, and no order is"
}

// storefront is the text for the product's page.
func storefront(left int64, due *core.Inbound) string {
	switch {
	case left > 0 && due != nil:
		return fmt.Sprintf("Storefront: only %s left, more on %s", count(left), due.Due)
	case left > 0:
		return fmt.Sprintf("Storefront: only %s left", count(left))
	case due != nil:
		return fmt.Sprintf("Storefront: sold out, back on %s", due.Due)
	}
	return "Storefront: sold out"
}
