package plan

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"quartermaster/core"
)

// Repriced is another unit price of one line, as the supplier names it.
type Repriced struct {
	Line int        `json:"line"` // index into Order.Lines
	Unit core.Money `json:"unit"` // without freight, in the line's currency
}

// repriced lists the prices of a reply that can be proposed: one price for a line of
// which nothing came, in its currency, between half and twice the one ordered at. What
// is further off is more likely a sum or a slip, and a person has to look at it.
func (r Reply) repriced(o Order) (out []Repriced) {
	for i, l := range o.Lines {
		var named []core.Money
		for _, p := range r.Prices {
			if p.Line == i && !slices.Contains(named, p.Amount) {
				named = append(named, p.Amount)
			}
		}
		was := l.UnitPrice
		if len(named) != 1 || named[0] == was || named[0].Currency != was.Currency || o.progress(i).Received > 0 || o.Outstanding(i) == 0 {
			continue
		}
		if unit := named[0]; unit.Minor >= was.Minor-was.Minor/2 && unit.Minor/2 <= was.Minor && unit.Minor > 0 {
			out = append(out, Repriced{Line: i, Unit: unit})
		}
	}
	return out
}

// reprice sets the prices of an event, and the sums that follow from them.
func (o *Order) reprice(e OrderEvent) (faults []*OrderFault) {
	if len(e.Prices) == 0 {
		return nil
	}
	o.Lines = slices.Clone(o.Lines)
	for _, p := range e.Prices {
		if p.Line < 0 || p.Line >= len(o.Lines) {
			return append(faults, &OrderFault{Line: p.Line, Reason: fmt.Sprintf("Order %s has no line %d.", o.Number, p.Line+1)})
		}
		l := &o.Lines[p.Line]
		old := l.Cost
		unit, err := p.Unit.Add(l.Freight)
		if l.Freight.IsZero() {
			unit, err = p.Unit, nil
		}
		if err == nil {
			l.Cost, err = unit.Times(l.Qty)
		}
		if err == nil {
			old.Minor = -old.Minor
			if o.Total, err = o.Total.Add(old); err == nil {
				o.Total, err = o.Total.Add(l.Cost)
			}
		}
		if err != nil || p.Unit.Minor <= 0 || p.Unit.Currency != l.UnitPrice.Currency || o.progress(p.Line).Received > 0 {
			return append(faults, &OrderFault{Line: p.Line, Reason: fmt.Sprintf("%s is no price that line %d of order %s can have now.", p.Unit, p.Line+1, o.Number)})
		}
		l.UnitPrice = p.Unit
	}
	return nil
}

// DecidePrice says whether actor may agree to what the supplier now asks for order o,
// made from proposal p, which with it becomes next. A dearer order needs an approver
// whose limit covers its new total; what it is dearer by counts against the daily cap;
// and above the amount for two people it has to be another one than who approved the
// order. extra is what it becomes dearer by, in the shop's currency at the rate of the
// approval; not above zero when it does not.
func DecidePrice(actor Actor, o, next Order, p Proposal, history []Past, policy core.Policy, now time.Time) (v Verdict, extra core.Money) {
	who, verdict := authorise(actor, policy.Approval)
	if who == nil {
		return verdict, extra
	}
	total, ok := inShop(next.Total, p)
	before, known := inShop(o.Total, p)
	if !ok || !known {
		return deny("The new total %s cannot be put into the shop's currency, so nobody can agree to it here.", next.Total), extra
	}
	if extra = (core.Money{Minor: total.Minor - before.Minor, Currency: total.Currency}); extra.Minor <= 0 {
		return Verdict{Allow, "You are on the list of approvers and the order becomes no dearer."}, extra
	}
	whole, uncapped := p, policy.Approval
	whole.TotalShop, uncapped.DailyCap = total, core.Money{}
	if verdict, ok := withinLimits(who, whole, nil, uncapped, now); !ok {
		return verdict, extra
	}
	more := p
	more.ID, more.TotalShop = 0, extra
	if verdict, ok := withinLimits(who, more, history, policy.Approval, now); !ok {
		return verdict, extra
	}
	if above := policy.Approval.SecondAbove; above.Minor > 0 && (above.Currency != total.Currency || total.Minor > above.Minor) {
		switch o.ApprovedBy {
		case actor.User:
			return deny("You approved this order; above %s a different person must agree to a higher price.", above), extra
		case ByRule:
			return deny("Order %s was approved by rule; above %s two people must agree. It can be cancelled; the next check asks again.", o.Number, above), extra
		}
	}
	return Verdict{Allow, "The new amount is within your limit."}, extra
}

// inShop puts an amount into the shop's currency at the rate of p's approval, rounded
// up.
func inShop(m core.Money, p Proposal) (core.Money, bool) {
	if m.Currency != p.Total.Currency || p.Total.Minor <= 0 || p.TotalShop.Minor <= 0 {
		return core.Money{}, false
	}
	n := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(p.TotalShop.Minor))
	n.Add(n, big.NewInt(p.Total.Minor-1)).Div(n, big.NewInt(p.Total.Minor))
	if !n.IsInt64() || n.Int64() > core.MaxMinor {
		return core.Money{}, false
	}
	return core.Money{Minor: n.Int64(), Currency: p.TotalShop.Currency}, true
}
