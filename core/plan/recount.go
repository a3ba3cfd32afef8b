package plan

import (
	"slices"

	"quartermaster/core"
)

// Recount is what a proposal would be with other quantities, before they are saved.
type Recount struct {
	Lines []RecountLine // as many as the proposal has, in its order
	// Total and TotalShop are the amounts of the whole order; false in Sound when a
	// line is refused or they cannot be added up.
	Total, TotalShop core.Money
	Sound            bool
}

// RecountLine is one line of a Recount.
type RecountLine struct {
	Line   Line   // with the new quantity and price; as it was when refused
	Out    bool   // the quantity 0 takes it out
	Reason string // why the quantity is refused; empty when it is not
	// Cover is how many days stock, goods on order and this order last at the expected
	// demand; false in HasCover when none is expected.
	Cover    float64
	HasCover bool
}

// Recount computes the proposal with new quantities by line index, by the rules of
// Revise. An index without a line counts for nothing.
func (p Proposal) Recount(qty map[int]int64) Recount {
	lines, _, _, wrong := requantify(p.Lines, qty)
	r := Recount{Lines: make([]RecountLine, len(p.Lines)), Sound: len(wrong) == 0 && len(lines) > 0}
	kept := slices.Clone(lines)
	for i, l := range p.Lines {
		out := RecountLine{Line: l}
		q, given := qty[i]
		switch err := wrong[i]; {
		case err != nil:
			out.Reason = err.Error()
		case given && q == 0 && len(p.Lines) > 1:
			out.Out = true
		default:
			out.Line, kept = kept[0], kept[1:]
		}
		if d := out.Line.Calc.DemandPerDay; d > 0 {
			have := out.Line.Calc.Position.Net() + out.Line.With
			if !out.Out {
				have += out.Line.Qty
			}
			out.Cover, out.HasCover = max(0, float64(have)/d), true
		}
		r.Lines[i] = out
	}
	if r.Sound {
		p.Lines = lines
		r.Sound = p.sum() == nil
		r.Total, r.TotalShop = p.Total, p.TotalShop
	}
	return r
}
