package plan

import (
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// QuantityError refuses a quantity; Reason says what would be right.
type QuantityError struct {
	SKU    core.SKU
	Qty    int64
	Reason string
}

// Error returns the reason, a phrase to show beside the field.
func (e *QuantityError) Error() string { return e.Reason }

// Requantify returns the line with an edited quantity, priced anew with the
// supplier's price breaks and with a step "edited". A quantity the supplier does
// not sell is a *QuantityError; too large an amount wraps core.ErrOverflow.
func Requantify(l Line, qty int64) (Line, error) {
	if reason := refuse(l, qty); reason != "" {
		return Line{}, &QuantityError{l.SKU, qty, reason}
	}
	from := l.Qty
	l.Qty = qty
	if err := l.price(); err != nil {
		return Line{}, err
	}
	if qty != from {
		steps := make([]replenish.Step, 0, len(l.Calc.Steps)+1)
		steps = append(steps, l.Calc.Steps...)
		l.Calc.Steps = append(steps, replenish.Step{Rule: "edited", From: float64(from), To: qty, Note: "set by a person"})
	}
	l.Calc.Qty = qty
	return l, nil
}

// refuse says why a quantity cannot be ordered; empty when it can.
func refuse(l Line, qty int64) string {
	pack, least := max(1, l.Pack), max(1, l.MOQ)
	first := (least + pack - 1) / pack * pack // the smallest order
	last := replenish.MaxQty / pack * pack
	if l.Max > 0 {
		last = l.Max / pack * pack
	}
	switch {
	case first > last:
		return fmt.Sprintf("no multiple of %d lies between the minimum order of %d and the largest of %d", pack, least, l.Max)
	case qty <= 0:
		return fmt.Sprintf("the quantity must be at least %d; to order nothing, reject the proposal", first)
	case qty < least && first == least:
		return fmt.Sprintf("the minimum order is %d", least)
	case qty < least:
		return fmt.Sprintf("the minimum order is %d, and %d is the next multiple of %d", least, first, pack)
	case qty > last && l.Max > 0:
		return fmt.Sprintf("the largest order is %d, and %d is the largest multiple of %d within it", l.Max, last, pack)
	case qty > last:
		return fmt.Sprintf("an order of more than %d units is not accepted", last)
	case qty%pack != 0:
		up := (qty + pack - 1) / pack * pack
		if up > last {
			return fmt.Sprintf("%d is the next multiple of %d below %d", last, pack, qty)
		}
		return fmt.Sprintf("%d is the next multiple of %d above %d", up, pack, qty)
	}
	return ""
}

// Revise returns the proposal with new quantities, by line index, as written by
// user: version and expiry move on and a first approval is void. A quantity of 0
// takes the line out as long as another one stays; TakenOut remembers it. Revise
// returns the refused quantities by line index instead when there are any; an
// index without a line is refused too. When no quantity differs the proposal
// comes back as it is. Whether the person may edit is for Decide to say.
func (p Proposal) Revise(qty map[int]int64, user string, policy core.Policy, now time.Time) (Proposal, map[int]error) {
	wrong := map[int]error{}
	lines, out := make([]Line, 0, len(p.Lines)), slices.Clone(p.TakenOut)
	changed := false
	for i, l := range p.Lines {
		q, given := qty[i]
		switch {
		case !given:
			lines = append(lines, l)
		case q == 0 && len(p.Lines) > 1:
			out, changed = append(out, l), true
		default:
			next, err := Requantify(l, q)
			if err != nil {
				wrong[i] = err
				continue
			}
			changed = changed || q != l.Qty
			lines = append(lines, next)
		}
	}
	for i, q := range qty {
		switch {
		case i < 0 || i >= len(p.Lines):
			wrong[i] = &QuantityError{Qty: q, Reason: "this line is not on the proposal any more"}
		case len(p.Lines) > 1 && len(lines) == 0 && q == 0:
			wrong[i] = &QuantityError{p.Lines[i].SKU, q, "one line must stay; to order nothing, reject the proposal"}
		}
	}
	if len(wrong) > 0 {
		return Proposal{}, wrong
	}
	if !changed {
		return p, nil
	}
	p.Lines, p.TakenOut = lines, out
	if err := p.sum(); err != nil {
		return Proposal{}, map[int]error{0: err}
	}
	p.OrderBy = earliest(p.Lines)
	p.Version++
	p.State, p.EditedBy, p.FirstBy = Proposed, user, ""
	p.ExpiresAt = now.Add(policy.Approval.Expiry)
	return p, nil
}
