package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// advise finds what else should be done about stock: transfers before buying, what to
// do about few units, dead stock, the season plan. nodes and items are in the same
// order, by SKU and location.
func (e *evaluation) advise(nodes []*node, items []Item) (out []risk.Finding) {
	for i := 0; i < len(nodes); {
		j := i + 1
		for j < len(nodes) && nodes[j].product.SKU == nodes[i].product.SKU {
			j++
		}
		if j-i > 1 {
			out = append(out, e.transfers(items[i:j])...)
			out = append(out, e.overseas(items[i:j])...)
		}
		for k := i; k < j; k++ {
			n, it := nodes[k], &items[k]
			if e.few(n, it) {
				e.noteAds(it)
			}
			if len(n.series) == 0 {
				continue
			}
			d := daily(n.series, e.today)
			if f, ok := e.dead(n, it, d); ok {
				out = append(out, f)
			} else {
				out = append(out, e.season(n, it, d)...)
			}
		}
		i = j
	}
	return out
}

// finding is about an item; its key is the same while the matter is.
func (it *Item) finding(k risk.Kind, s risk.Severity, format string, args ...any) risk.Finding {
	return risk.Finding{
		Key: fmt.Sprintf("%s/%s/%s", k, it.SKU, it.Location), Kind: k, Severity: s, SKU: it.SKU, Location: it.Location,
		Name: it.Name, Supplier: it.Supplier, Reason: fmt.Sprintf(format, args...) + ".",
		MoneyAtRisk: core.Money{Currency: it.MoneyAtRisk.Currency},
	}
}

// surplus is what an item has beyond its order-up-to level and the days of sales
// that are not too many, in units.
func (e *evaluation) surplus(it *Item) int64 {
	if it.Tier == replenish.Idle {
		return max(0, it.Position.Available())
	}
	if it.Cover <= 0 {
		return 0
	}
	daily := float64(max(0, it.Position.Available())) / it.Cover
	keep := daily * float64(e.policy.Quantity.OverstockDays)
	if it.Calc != nil {
		keep = max(keep, it.Calc.OrderUpTo)
	}
	return max(0, it.Position.Available()-int64(math.Ceil(keep)))
}

// transfers looks for surplus at other places before goods are bought
// (requirement D15). Surplus is given out once. By the rule "first" what a
// transfer brings is not bought.
func (e *evaluation) transfers(items []Item) (out []risk.Finding) {
	if e.policy.Quantity.Transfers == core.TransferNever {
		return nil
	}
	spare := make([]int64, len(items))
	for i := range items {
		spare[i] = e.surplus(&items[i])
	}
	for i := range items {
		it := &items[i]
		if it.Calc == nil || it.Calc.Qty == 0 || it.Calc.Need <= 0 || it.Calc.QtySet { // the last: a person said how many are bought
			continue
		}
		need := int64(math.Ceil(max(it.Calc.Need, it.Calc.Whole) - 1e-6))
		for j := range items {
			qty := min(need, spare[j])
			if i == j || qty <= 0 {
				continue
			}
			spare[j] -= qty
			need -= qty
			e.give(&items[j], it.Location, qty, spare[j])
			text := fmt.Sprintf("%s has %s units of %s more than it needs: move %s to %s instead of buying them",
				items[j].Location, count(qty+spare[j]), it.SKU, count(qty), it.Location)
			severity := risk.Low
			if it.Tier == replenish.Red {
				severity = risk.Medium
			}
			f := it.finding(risk.Transfer, severity, "%s", text)
			f.Key += "/" + string(items[j].Location)
			out = append(out, f)
			e.noteTransfer(it, qty, need, text)
			it.say(text)
		}
		if left := e.units(it); left < it.Order() {
			it.say(fmt.Sprintf("what comes by transfer is not bought: %s of %s units are", count(left), count(it.Order())))
		}
	}
	return out
}

// units are those of an item on the lines of its supplier.
func (e *evaluation) units(it *Item) (n int64) {
	for _, l := range e.lines[it.Supplier] {
		if l.SKU == it.SKU && l.Location == it.Location {
			n += l.Qty
		}
	}
	return n
}

// noteTransfer says a transfer on the lines of an item and, by the rule "first",
// takes what it brings off them, the latest arrival first: bought is what is needed
// beside it, as the supplier sells it.
func (e *evaluation) noteTransfer(it *Item, qty, missing int64, text string) {
	lines := e.lines[it.Supplier]
	have := int64(0)
	for i := range lines {
		if l := &lines[i]; l.SKU == it.SKU && l.Location == it.Location {
			l.Notes = append(slices.Clip(l.Notes), text)
			have += l.Qty
		}
	}
	if e.policy.Quantity.Transfers != core.TransferFirst {
		return
	}
	keep := int64(0) // what is still bought
	for i := len(lines) - 1; i >= 0; i-- {
		l := &lines[i]
		if l.SKU != it.SKU || l.Location != it.Location {
			continue
		}
		if keep == 0 && missing > 0 {
			pack := max(1, l.Pack)
			keep = (max(missing, l.MOQ) + pack - 1) / pack * pack
		}
		if take := min(l.Qty, have-keep); take > 0 {
			have -= take
			setQty(l, l.Qty-take, "transfer", fmt.Sprintf("%s units come by transfer", count(qty)))
		}
	}
	e.lines[it.Supplier] = slices.DeleteFunc(lines, func(l Line) bool { return l.Qty == 0 })
	if err := relate(e.lines[it.Supplier]); err != nil {
		e.gap("amount", string(it.SKU))
	}
}

// overseas asks for the part of the safety stock that policy keeps in places
// abroad (requirement F4), as far as there is stock at home to move.
func (e *evaluation) overseas(items []Item) []risk.Finding {
	share := e.policy.Quantity.OverseasShare
	home := e.countries[e.fallback]
	safety, abroad := 0.0, int64(0)
	var at, from *Item
	for i := range items {
		it := &items[i]
		if it.Calc != nil {
			safety += it.Calc.SafetyStock
		}
		switch c := e.countries[it.Location]; {
		case it.Location == e.fallback:
			from = it
		case c != "" && home != "" && c != home && it.Tier != replenish.Idle:
			abroad += max(0, it.Position.Net())
			if at == nil {
				at = it
			}
		}
	}
	want := int64(math.Ceil(round2(share * safety)))
	if at == nil || from == nil || abroad >= want {
		return nil
	}
	spare := e.surplus(from) - e.heed(from).moved
	qty := min(want-abroad, spare)
	if qty <= 0 {
		return nil
	}
	e.give(from, at.Location, qty, spare-qty)
	return []risk.Finding{at.finding(risk.Transfer, risk.Low, "%s of a safety stock of %s units, %s, should lie abroad, and %s do: move %s from %s to %s",
		percent(share), replenish.Num(round2(safety)), count(want), count(abroad), count(qty), from.Location, at.Location)}
}

// dead reports stock of which nothing was sold for DeadDays.
func (e *evaluation) dead(n *node, it *Item, d replenish.Daily) (risk.Finding, bool) {
	days := e.policy.Quantity.DeadDays
	if n.stock == nil || n.stock.OnHand <= 0 || int(e.today-d.Start) < days {
		return risk.Finding{}, false
	}
	sold, known := d.Between(core.DayRange{From: e.today - core.Day(days), To: e.today - 1})
	if !known || sold > 0 {
		return risk.Finding{}, false
	}
	return it.finding(risk.DeadStock, risk.Low, "No unit of %s was sold for %d days, and %s lie in %s%s: clear them or take the product out",
		it.SKU, days, plural(int(n.stock.OnHand), "unit"), it.Location, e.worthText(n, n.stock.OnHand)), true
}

// worthText is what units cost, in brackets; empty when that is not known.
func (e *evaluation) worthText(n *node, units int64) string {
	cost, ok := e.valued(n.product.Cost)
	if offers := e.offers[n.product.SKU]; len(offers) > 0 {
		normal, _ := replenish.Ways(offers[0].Lead)
		if c, known := e.landed(offers[0], max(1, offers[0].MOQ), normal); known {
			cost, ok = c, true
		}
	}
	sum, err := cost.Times(units)
	if !ok || err != nil || cost.Minor <= 0 {
		return ""
	}
	return fmt.Sprintf(" (%s at cost)", sum)
}

// waitingFindings tells of orders that wait.
func waitingFindings(waiting []Waiting) []risk.Finding {
	out := make([]risk.Finding, len(waiting))
	for i, w := range waiting {
		out[i] = risk.Finding{Key: fmt.Sprintf("%s/%s/", risk.Waiting, w.Supplier), Kind: risk.Waiting, Severity: risk.Low,
			Name: w.Name, Supplier: w.Supplier, Reason: fmt.Sprintf("An order to %s waits: %s.", w.Name, w.Reason)}
	}
	return out
}

// historyDays is how far the season looks back: two years and the longest season.
const historyDays = 2*364 + 120

// daily sums up the channels of a node; a day that no channel knows is NaN.
func daily(series []core.Series, today core.Day) replenish.Daily {
	first := today
	for _, s := range series {
		first = min(first, s.Start)
	}
	first = max(first, today-historyDays)
	d := replenish.Daily{Start: first, Qty: make([]float64, today-first)}
	for i := range d.Qty {
		d.Qty[i] = math.NaN()
	}
	for _, s := range series {
		for i := max(0, int(first-s.Start)); i < s.Qty.Len() && int(s.Start-first)+i < len(d.Qty); i++ {
			if q := s.Qty.At(i); q >= 0 { // Missing is negative
				if at := int(s.Start-first) + i; math.IsNaN(d.Qty[at]) {
					d.Qty[at] = float64(q)
				} else {
					d.Qty[at] += float64(q)
				}
			}
		}
	}
	return d
}

// maxAdvice is how many findings of a kind are kept to be looked up.
const maxAdvice = 200

// Advice are the findings of a report that have no card of their own, at most 200 of
// each kind, in the report's order.
func (r Report) Advice() (out []risk.Finding) {
	kept := map[risk.Kind]int{}
	for _, f := range r.Findings {
		if f.Severity >= risk.High {
			continue
		}
		if kept[f.Kind]++; kept[f.Kind] <= maxAdvice {
			out = append(out, f)
		}
	}
	return out
}

// AdviceView answers "what else should be done about stock".
type AdviceView struct {
	Shop      core.Shop
	What      string // a kind or a SKU asked about; empty: all
	CheckedAt time.Time
	Groups    []AdviceGroup
}

// AdviceGroup are findings of one kind.
type AdviceGroup struct {
	Kind     risk.Kind
	Count    int // of all, listed or not
	Findings []risk.Finding
}
