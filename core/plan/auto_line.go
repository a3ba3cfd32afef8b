package plan

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// lines: one product is enough for a person to be asked. Each is looked at as it stands
// on the proposal and as the numbers of now have it: those may differ by what does not
// yet rewrite a card.
func (a *auto) lines() string {
	fresh, _ := a.fresh()
	if len(a.p.Lines) == 0 {
		return "it has no lines"
	}
	now := make(map[lineKey]int, len(fresh.Lines))
	for i, l := range fresh.Lines {
		now[keyOf(l)] = i
	}
	for _, l := range a.p.Lines {
		i, asked := now[keyOf(l)]
		if !asked {
			return fmt.Sprintf("today's numbers do not ask for %s", l.SKU)
		}
		for _, l := range []Line{l, fresh.Lines[i]} {
			for _, why := range []string{unusual(l), a.said(l)} {
				if why != "" {
					return why
				}
			}
		}
		if why := a.doubtful(l); why != "" {
			return why
		}
	}
	return ""
}

// unusual says what about a line is not routine in itself. A part by air is routine: it
// goes only where it saves more margin than it costs, with both numbers on the card, and
// a person must have approved this product by air before (said). A rush order is not.
func unusual(l Line) string {
	c := l.Calc
	switch {
	case l.Human != "":
		return fmt.Sprintf("%s needs a person: %s", l.SKU, l.Human)
	case len(l.ByHand) > 0: // else who sets numbers would approve the order that follows
		return fmt.Sprintf("a number of %s is set by hand", l.SKU)
	case l.Quoted != 0:
		return fmt.Sprintf("the price of %s is that of a quote", l.SKU)
	case c.Joint != nil:
		return fmt.Sprintf("%s is ordered with %s, which is %s", l.SKU, c.Joint.With, c.Joint.Short())
	case l.Mode == core.Rush && c.NormalMode != core.Rush:
		return fmt.Sprintf("%s is a rush order", l.SKU)
	case l.UnitPrice.Minor <= 0 || l.Freight.Minor < 0 || l.Cost.Minor <= 0:
		return fmt.Sprintf("what %s costs is not known", l.SKU)
	case c.CostWhy != "":
		return fmt.Sprintf("what %s brings and costs cannot be weighed: %s", l.SKU, c.CostWhy)
	}
	return ""
}

// doubtful says what is wrong with the numbers behind a product.
func (a *auto) doubtful(l Line) string {
	if until, paused := a.index.paused[nodeKey{l.SKU, l.Location}]; paused {
		return fmt.Sprintf("the forecast of %s was off; nothing is ordered automatically until %s", l.SKU, until.Format("2006-01-02 15:04"))
	}
	for _, n := range a.Report.Anomalies {
		if n.To >= a.Report.Today-autoDataDays && !n.Kind.Label() && (n.SKU == "" || n.SKU == l.SKU) {
			return fmt.Sprintf("sales of %s on %s can hardly be true: %s", l.SKU, n.From, n.Reason)
		}
	}
	return ""
}

// said compares a line with the last word that people said about it. Their last one must
// be a yes: to this product, from this supplier, to this place by this way, at about this
// price, of somebody who may approve the amount of today's order; else a small order that
// one person approves would open the door to large ones. What the rule approved itself is
// no word, so that prices do not creep past it.
func (a *auto) said(l Line) string {
	var yes, no *Word
	for _, w := range a.index.words[l.SKU] {
		switch {
		case !w.Yes:
			if no == nil || w.At.After(no.At) {
				no = w
			}
		case w.Supplier == a.p.Supplier && w.Location == l.Location && w.Mode == l.Mode && a.mayApprove(w.By) && (yes == nil || w.At.After(yes.At)):
			yes = w
		}
	}
	switch {
	case yes == nil:
		return fmt.Sprintf("nobody who may approve %s has approved %s by %s for %s from this supplier yet", a.total, l.SKU, l.Mode, l.Location)
	case no != nil && !no.At.Before(yes.At):
		return fmt.Sprintf("the last word of a person on %s was no, on %s", l.SKU, core.DayOf(no.At, a.Report.Shop.Zone))
	}
	// The list must be about the same for as many units as then, and a unit no dearer for
	// as many as now.
	then := core.SupplierItem{Price: l.Price, Breaks: l.Breaks}.UnitPrice(yes.Units)
	was, is := landedUnit(yes.Unit, yes.Freight), landedUnit(then, l.Freight)
	if today := landedUnit(l.UnitPrice, l.Freight); today.Currency == is.Currency && float64(today.Minor-was.Minor) > autoPriceMove*float64(was.Minor) {
		is = today
	}
	if was.Currency != is.Currency || was.Minor <= 0 || math.Abs(float64(is.Minor-was.Minor)) > autoPriceMove*float64(was.Minor) {
		return fmt.Sprintf("a unit of %s costs %s and cost %s when a person approved it, which differs by more than %s", l.SKU, is, was, percent(autoPriceMove))
	}
	return ""
}

// mayApprove reports whether a person may approve the amount of the order, as the rules
// stand now.
func (a *auto) mayApprove(user string) bool {
	known := false
	for _, w := range a.policy.Approvers { // the same id may stand in two teams
		if w.User == user {
			if known = a.covers(w); !known {
				return false
			}
		}
	}
	return known
}

// landedUnit is price and freight of a unit in the currency of the price. No freight may
// have no currency.
func landedUnit(unit, freight core.Money) core.Money {
	return core.Money{Minor: unit.Minor + freight.Minor, Currency: unit.Currency}
}
