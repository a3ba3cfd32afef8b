package plan

import (
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Remarks are the sentences that a card shows beside the reason: what was weighed
// in money, what was raised or cut and why, what was set by hand, and what a person
// must decide. The most important come first.
func (p Proposal) Remarks() []string {
	var human, byHand, ads, passed, ways []string
	for _, l := range p.Lines {
		if l.Human != "" {
			human = append(human, fmt.Sprintf("%s needs a person: %s.", l.SKU, l.Human))
		}
		for _, note := range l.ByHand {
			if text := fmt.Sprintf("%s: %s.", l.SKU, note); !slices.Contains(byHand, text) { // told once for the parts of one order
				byHand = append(byHand, text)
			}
		}
		if text := fmt.Sprintf("%s: %s.", l.SKU, l.Ads); l.Ads != "" && !slices.Contains(ads, text) {
			ads = append(ads, text)
		}
		if r := l.Rival; r != nil && r.Passed != "" {
			passed = append(passed, fmt.Sprintf("%s: %s, so it is ordered here.", l.SKU, r.Passed))
		}
		if w := l.Calc.Choice; w != nil && w.Known && l.Mode == l.shownBy() {
			why := l.Calc.ModeWhy
			if p.editedAt(l.SKU, l.Location) { // it weighs what was proposed
				why = "before the edit: " + why
			}
			ways = append(ways, fmt.Sprintf("%s: %s.", l.SKU, why))
		}
	}
	if p.EditedBy != "" && !meets(p.Terms, p.Lines) {
		human = append(human, "As edited, the order is under the supplier's minimum.")
	}
	return slices.Concat(slices.Compact(human), byHand, ads, slices.Compact(passed), sentences(p.Notes), ways)
}

// editedAt reports whether a person set how much of a SKU is ordered for a place, by any
// way.
func (p Proposal) editedAt(sku core.SKU, at core.LocationID) bool {
	edited := func(l Line) bool {
		return slices.ContainsFunc(l.Calc.Steps, func(s replenish.Step) bool { return s.Rule == "edited" })
	}
	return slices.ContainsFunc(p.Lines, func(l Line) bool { return l.SKU == sku && l.Location == at && edited(l) }) ||
		slices.ContainsFunc(p.TakenOut, func(l Line) bool { return l.SKU == sku && l.Location == at })
}

// shownBy is the way whose line tells of the choice, so that it is told once.
func (l Line) shownBy() core.Mode {
	if w := l.Calc.Choice; w.Qty > 0 {
		return w.Fast
	}
	return l.Mode
}

func sentences(notes []string) []string {
	out := make([]string, len(notes))
	for i, n := range notes {
		out[i] = capital(n) + "."
	}
	return out
}
