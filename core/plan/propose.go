package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// proposals makes one proposal per supplier out of the lines: shaped to what the
// supplier takes, then cut to the budgets. Orders that must wait go to waiting.
func (e *evaluation) proposals() (out []Proposal, waiting []Waiting) {
	out = []Proposal{}
	made := map[core.SupplierID]Proposal{}
	lines := map[core.SupplierID][]Line{}
	wait := func(id core.SupplierID, lines []Line, reason string) {
		waiting = append(waiting, Waiting{id, e.called.Of(id), lines, reason})
		for _, l := range lines {
			e.hold(l, "the order waits: "+reason)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(e.lines)) {
		if len(e.lines[id]) == 0 { // all of it comes by transfer
			continue
		}
		if next, rests := e.rests(id); rests {
			wait(id, e.lines[id], fmt.Sprintf("the last order went on %s, orders go every %s and nothing is urgent; the next goes from %s on", e.ordered[id], plural(e.policy.ReviewDays, "day"), next))
			continue
		}
		sup := e.suppliers[id]
		p := Proposal{
			Supplier: id, SupplierName: e.called.Of(id), AsOf: e.dataAge(id), Rate: e.rates[sup.Currency], Terms: sup.Terms,
			Total: core.Money{Currency: sup.Currency}, TotalShop: core.Money{Currency: e.s.Shop.Currency},
		}
		shaped, notes, reason, err := shape(e.lines[id], sup.Terms, e.policy, e.today)
		switch {
		case err != nil:
			e.gap("amount", e.called.Of(id))
			continue
		case reason != "":
			wait(id, shaped, reason)
			continue
		}
		p.Notes, lines[id] = notes, shaped
		made[id] = p
		if len(e.policy.Quantity.Budgets) == 0 {
			delete(e.lines, id) // large; only a budget looks back at it
		}
	}
	cut := e.spend(lines)
	for _, id := range slices.Sorted(maps.Keys(made)) {
		p := made[id]
		p.Notes = append(p.Notes, cut[id]...)
		if len(lines[id]) == 0 || len(cut[id]) > 0 && !meets(p.Terms, lines[id]) {
			reason := strings.Join(cut[id], "; ")
			if p.Terms.MinUnits > 0 || p.Terms.MinAmount.Minor > 0 {
				reason = underMinimum + reason
			}
			wait(id, e.lines[id], reason)
			continue
		}
		p, err := p.withLines(lines[id], e.today)
		delete(lines, id)
		if err != nil {
			e.gap("amount", e.called.Of(id))
			continue
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor), cmp.Compare(a.Supplier, b.Supplier))
	})
	return out, waiting
}

// hold says on an item why its order, or a part of it, is not made now; what was said
// first stays.
func (e *evaluation) hold(l Line, why string) {
	if k := (nodeKey{l.SKU, l.Location}); e.held[k] == "" {
		e.held[k] = why
	}
}

// tellHeld puts what hold said on the items.
func (e *evaluation) tellHeld(items []Item) {
	for i := range items {
		if why := e.held[nodeKey{items[i].SKU, items[i].Location}]; why != "" {
			items[i].say(why)
		}
	}
}

// say adds a sentence to "Why?" of an item, and not to the lines made of it before.
func (it *Item) say(text string) { it.Notes = append(slices.Clip(it.Notes), text) }

// rests reports whether a supplier was ordered from within the review period and
// nothing is urgent, and when the next order goes. With the target "cost" something is
// needed nearly every day; it is ordered once a review, as the need assumes, and checks
// between two reviews are quiet.
func (e *evaluation) rests(id core.SupplierID) (next core.Day, rests bool) {
	if e.policy.Target != core.TargetCost {
		return 0, false
	}
	last, known := e.ordered[id]
	next = last + core.Day(e.policy.ReviewDays)
	return next, known && e.today < next && !slices.ContainsFunc(e.lines[id], func(l Line) bool {
		return l.Tier == replenish.Red || l.HasStockOut && l.OrderBy < next || l.Calc.AtArrival == nil || l.Calc.Position.Net() < 0
	})
}

// lastOrders is the day of the last order to each supplier, today's included.
func lastOrders(lines []core.SupplyLine, today core.Day) map[core.SupplierID]core.Day {
	out := map[core.SupplierID]core.Day{}
	for _, l := range lines {
		if last, known := out[l.Supplier]; l.OrderedOn <= today && l.Qty > l.Cancelled && (!known || l.OrderedOn > last) {
			out[l.Supplier] = l.OrderedOn
		}
	}
	return out
}

// placedLately are the days of the orders that were placed less than a review ago.
func placedLately(lines []core.SupplyLine, today core.Day, review int) map[string]core.Day {
	out := map[string]core.Day{}
	for _, l := range lines {
		if l.OrderedOn <= today && today < l.OrderedOn+core.Day(review) && l.Qty > l.Cancelled {
			out[l.Order] = l.OrderedOn
		}
	}
	return out
}

// meets reports whether the lines reach the supplier's minimum order.
func meets(t core.Terms, lines []Line) bool {
	units, goods := int64(0), int64(0)
	for _, l := range lines {
		units += l.Qty
		goods += bounded(l.UnitPrice.Minor, l.Qty)
	}
	return units >= t.MinUnits && goods >= t.MinAmount.Minor
}

// dataAge is the oldest stock row behind a supplier's lines; where no row has a
// time it is that of the stock feed, else now.
func (e *evaluation) dataAge(id core.SupplierID) time.Time {
	if t, ok := e.asOf[id]; ok {
		return t
	}
	for _, f := range e.s.Feeds {
		if f.Name == "stock" && !f.AsOf.IsZero() {
			return f.AsOf
		}
	}
	return e.now
}

// withLines returns the proposal with these lines, ordered by money at risk, those
// that run out before the others, and order-by date, and everything that follows from them.
func (p Proposal) withLines(lines []Line, today core.Day) (Proposal, error) {
	p.Lines = slices.Clone(lines)
	slices.SortStableFunc(p.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor), runsOut(b)-runsOut(a), cmp.Compare(a.OrderBy, b.OrderBy), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Arrival, b.Arrival))
	})
	if err := relate(p.Lines); err != nil {
		return Proposal{}, err
	}
	materials(p.Lines)
	if err := p.sum(); err != nil {
		return Proposal{}, err
	}
	p.OrderBy = earliest(p.Lines)
	p.Reason = reason(p.Lines, today)
	return p, nil
}

// runsOut is 1 for a line whose stock ends in sight, else 0.
func runsOut(l Line) int {
	if l.HasStockOut {
		return 1
	}
	return 0
}

// earliest returns the first order-by date of the lines.
func earliest(lines []Line) core.Day {
	var first core.Day
	for i, l := range lines {
		if i == 0 || l.OrderBy < first {
			first = l.OrderBy
		}
	}
	return first
}

// sum sets the totals from the lines and the exchange rate.
func (p *Proposal) sum() error {
	p.Total = core.Money{Currency: p.Total.Currency}
	p.MoneyAtRisk = core.Money{Currency: p.TotalShop.Currency}
	var err error
	for _, l := range p.Lines {
		if p.Total, err = p.Total.Add(l.Cost); err != nil {
			return fmt.Errorf("total of %s: %w", p.Supplier, err)
		}
		if p.MoneyAtRisk, err = p.MoneyAtRisk.Add(l.MoneyAtRisk); err != nil {
			return fmt.Errorf("money at risk of %s: %w", p.Supplier, err)
		}
	}
	if p.TotalShop, err = p.Total.Convert(p.TotalShop.Currency, p.Rate); err != nil {
		return fmt.Errorf("total of %s: %w", p.Supplier, err)
	}
	return nil
}

// reason says in one sentence why the lines are ordered now.
func reason(lines []Line, today core.Day) string {
	if len(lines) == 0 {
		return ""
	}
	l := lines[0]
	text := fmt.Sprintf("%s is %s", l.SKU, l.Tier)
	if l.HasStockOut {
		text += fmt.Sprintf(" and runs out on %s; order by %s", l.StockOut, l.OrderBy)
		if late := today - l.OrderBy; late > 0 {
			text += fmt.Sprintf(", which is %s past", plural(int(late), "day"))
		}
	} else if a := l.Calc.AtArrival; a != nil && a.Best > 0 {
		text += fmt.Sprintf(" and an order now is expected to save %s until the next review", a.Saves())
	} else {
		text += " and its position is at or below " + l.Calc.TriggerWhy
	}
	if more := len(units(lines)) - 1; more > 0 {
		text += fmt.Sprintf("; %s due with it", plural(more, "more line"))
	}
	return text + "."
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// MarkProposed fills Position.Proposed of the report's items from the open
// proposals, for display: it never enters a calculation.
func MarkProposed(r *Report, open []Proposal) {
	asked := map[nodeKey]int64{}
	for _, p := range open {
		if p.State != Proposed && p.State != AwaitingSecond && p.State != Snoozed {
			continue
		}
		for _, l := range p.Lines {
			asked[nodeKey{l.SKU, l.Location}] += l.Qty
		}
	}
	for i := range r.Items {
		it := &r.Items[i]
		it.Position.Proposed = asked[nodeKey{it.SKU, it.Location}]
		if it.Calc != nil && it.Calc.Position.Proposed != it.Position.Proposed {
			c := *it.Calc
			c.Position.Proposed, it.Calc = it.Position.Proposed, &c
		}
	}
}
