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
	var edited []replenish.Step
	if qty != from {
		edited = []replenish.Step{{Rule: "edited", From: float64(from), To: qty, Note: "set by a person"}}
	}
	l.Calc = l.Calc.Changed(qty, l.Calc.Steps, edited...)
	return l, nil
}

// refuse says why a quantity cannot be ordered; empty when it can.
func refuse(l Line, qty int64) string {
	pack, least := max(1, l.Pack), max(1, l.MOQ-l.With)
	first := (least + pack - 1) / pack * pack // the smallest order
	last := replenish.MaxQty / pack * pack
	if l.Max > 0 {
		last = max(0, l.Max-l.With) / pack * pack
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
	lines, out, changed, wrong := requantify(p.Lines, qty)
	out = append(slices.Clone(p.TakenOut), out...)
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
	materials(lines)
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

// requantify sets new quantities by line index. Lines of one SKU and place are
// checked together. A quantity of 0 takes its line out when there is another.
func requantify(all []Line, qty map[int]int64) (lines, out []Line, changed bool, wrong map[int]error) {
	wrong = map[int]error{}
	lines = make([]Line, 0, len(all))
	asked := slices.Clone(all)
	for i := range asked {
		if q, given := qty[i]; given {
			asked[i].Qty = min(max(q, 0), replenish.MaxQty)
		}
	}
	sums := units(asked)
	for i, l := range all {
		with := sums[nodeKey{l.SKU, l.Location}] - asked[i].Qty
		q, given := qty[i]
		switch {
		case given && q == 0 && len(all) > 1:
			out, changed = append(out, l), true
			continue
		case !given && with == l.With:
			lines = append(lines, l)
			continue
		case !given:
			q = l.Qty
		}
		l.With = with
		next, err := Requantify(l, q)
		if err != nil {
			wrong[i] = err
			continue
		}
		changed = changed || q != l.Qty
		lines = append(lines, next)
	}
	return lines, out, changed, wrong
}

// units sums up the lines by SKU and place.
func units(lines []Line) map[nodeKey]int64 {
	sums := make(map[nodeKey]int64, len(lines))
	for _, l := range lines {
		sums[nodeKey{l.SKU, l.Location}] += l.Qty
	}
	return sums
}

// relate sets With of every line, and prices those where it changed.
func relate(lines []Line) error {
	sums := units(lines)
	for i := range lines {
		l := &lines[i]
		if with := sums[nodeKey{l.SKU, l.Location}] - l.Qty; with != l.With {
			l.With = with
			if err := l.price(); err != nil {
				return err
			}
		}
	}
	return nil
}
