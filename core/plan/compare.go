package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// keepEdits returns the fresh proposal with the edits of o whose need did not
// move, and whether there are any; then it still counts as edited.
func (c *reconciler) keepEdits(o, fresh Proposal) (Proposal, bool) {
	edited, out := map[lineKey]Line{}, map[lineKey]Line{}
	for _, l := range o.Lines {
		edited[keyOf(l)] = l
	}
	for _, l := range o.TakenOut {
		out[keyOf(l)] = l
	}
	same := func(old, l Line) bool { return share(old.Calc.Need, l.Calc.Need) <= c.policy.ReviseShare }
	qty := map[int]int64{}
	for i, l := range fresh.Lines {
		if old, ok := out[keyOf(l)]; ok && same(old, l) {
			qty[i] = 0
		} else if old, ok := edited[keyOf(l)]; ok && same(old, l) && old.Qty != l.Qty {
			qty[i] = old.Qty
		}
	}
	lines, taken, _, wrong := requantify(fresh.Lines, qty)
	if len(wrong) > 0 { // what a person wrote is not sold any more
		for i := range wrong {
			delete(qty, i)
		}
		if lines, taken, _, wrong = requantify(fresh.Lines, qty); len(wrong) > 0 {
			return fresh, false
		}
	}
	kept := len(qty) > 0
	p, err := fresh.withLines(lines, c.report.Today)
	if !kept || len(lines) == 0 || err != nil {
		return fresh, false
	}
	p.TakenOut, p.EditedBy = taken, o.EditedBy
	return p, true
}

// lineKey is what makes a line the same line.
type lineKey struct {
	nodeKey
	mode core.Mode
}

func keyOf(l Line) lineKey { return lineKey{nodeKey{l.SKU, l.Location}, l.Mode} }

// moved compares an open proposal with a fresh one. Of an edited proposal the
// needs behind the lines count, of others quantities and amount.
func (c *reconciler) moved(o, fresh Proposal) (bool, string) {
	lines := map[lineKey]Line{}
	for _, l := range o.Lines {
		lines[keyOf(l)] = l
	}
	if o.EditedBy != "" { // a line taken out stays out while its need is the same
		for _, l := range o.TakenOut {
			lines[keyOf(l)] = l
		}
	}
	limit := percent(c.policy.ReviseShare)
	most, what := 0.0, ""
	note := func(s float64, format string, args ...any) {
		if what == "" || s > most {
			most, what = s, fmt.Sprintf(format, args...)
		}
	}
	for _, l := range fresh.Lines {
		old, ok := lines[keyOf(l)]
		if !ok {
			return true, fmt.Sprintf("%s by %s was not on it", l.SKU, l.Mode)
		}
		delete(lines, keyOf(l))
		if !slices.Equal(wordsOf(old.ByHand), wordsOf(l.ByHand)) {
			return true, fmt.Sprintf("what is set by hand for %s changed", l.SKU)
		}
		if o.EditedBy != "" {
			note(share(old.Calc.Need, l.Calc.Need), "need of %s moved from %s to %s", l.SKU, replenish.Num(old.Calc.Need), replenish.Num(l.Calc.Need))
		} else {
			note(share(float64(old.Qty), float64(l.Qty)), "%s moved from %d to %d", l.SKU, old.Qty, l.Qty)
		}
	}
	for _, l := range o.Lines { // in their own order, so that the reason is the same each time
		if _, left := lines[keyOf(l)]; left {
			return true, fmt.Sprintf("%s by %s is not needed any more", l.SKU, l.Mode)
		}
	}
	if o.EditedBy == "" {
		note(share(float64(o.TotalShop.Minor), float64(fresh.TotalShop.Minor)), "the amount moved from %s to %s", o.TotalShop, fresh.TotalShop)
	}
	if most == 0 {
		return false, "nothing moved, limit " + limit
	}
	return most > c.policy.ReviseShare, fmt.Sprintf("%s (%s, limit %s)", what, percent(most), limit)
}

// wordsOf are the words of what people set, without the computed numbers these replace.
func wordsOf(byHand []string) (words []string) {
	for _, s := range byHand {
		s, _, _ = strings.Cut(s, " (otherwise ")
		words = append(words, s)
	}
	return words
}

// share is the change from a to b as a fraction of a.
func share(a, b float64) float64 {
	if a == b {
		return 0
	}
	if a == 0 {
		return math.MaxFloat64
	}
	return math.Abs(b-a) / math.Abs(a)
}

func percent(s float64) string {
	if s >= 100 {
		return "over 10,000 %"
	}
	return fmt.Sprintf("%s %%", replenish.Num(math.Round(s*1000)/10))
}
