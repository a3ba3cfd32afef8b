package plan

import (
	"fmt"
	"strconv"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// explainWay says what waiting for the normal way loses and what the faster one
// costs, with the numbers of both.
func explainWay(w *replenish.Choice) []string {
	if w == nil || !w.Known {
		return nil
	}
	n := replenish.Num
	lost := fmt.Sprintf("Waiting: between %s by %s and %s by %s %s units are expected short", w.FastArrives, w.Fast, w.NormalArrives, w.Normal, n(w.Gap))
	if w.Courses > 0 {
		lost += fmt.Sprintf(" (on %s days, the average of %d courses of demand)", n(w.Days), w.Courses)
	}
	lost += fmt.Sprintf(" × %s margin", w.Margin)
	if w.Substitution > 0 {
		lost += fmt.Sprintf(" × (1 − %s of buyers who take another product)", n(w.Substitution))
	}
	s := []string{lost + fmt.Sprintf(" = %s lost.", w.Waiting)}
	units := fmt.Sprintf("the gap of %s", n(w.Gap))
	switch {
	case w.Courses > 0 && w.Need > 0:
		units = fmt.Sprintf("enough in %s %% of the courses,", n(100*w.Level))
	case w.Safety > 0:
		units += fmt.Sprintf(" and %s for demand above expectation", n(w.Safety))
	}
	if w.Courses > 0 {
		s = append(s, fmt.Sprintf("Saved: %s units by %s cover %s of the gap on average, worth %s.", count(w.Asked), w.Fast, n(w.Covered), w.Saved))
	}
	extra := fmt.Sprintf("Faster: %s units by %s, %s in whole packs and no more than may be ordered, × (%s − %s) = ",
		count(w.Asked), w.Fast, units, w.FastUnit, amount(w.NormalUnit, w.FastUnit))
	if w.Extra.Currency == w.FastUnit.Currency {
		extra += fmt.Sprintf("%s more.", w.Extra)
	} else {
		per := core.Money{Minor: w.FastUnit.Minor - w.NormalUnit.Minor, Currency: w.FastUnit.Currency}
		sum, err := per.Times(w.Asked)
		if err != nil {
			return s
		}
		extra += fmt.Sprintf("%s more, × %s = %s.", sum, rate(w.Rate), w.Extra)
	}
	return append(s, extra)
}

// rate prints an exchange rate with all its decimals.
func rate(r core.Rate) string {
	text := strconv.FormatFloat(float64(r)/float64(core.RateOne), 'f', 8, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// explainWith says what else is ordered of the same SKU.
func explainWith(l Line) []string {
	var s []string
	if l.With > 0 {
		s = append(s, fmt.Sprintf("Ordered with it: %s units of the same product go by another way; minimum, maximum and price break hold for the sum of %s.", count(l.With), count(l.Qty+l.With)))
	}
	if l.PriceClass != "" {
		s = append(s, fmt.Sprintf("Price class: %s.", l.PriceClass))
	}
	if l.Human != "" {
		s = append(s, fmt.Sprintf("A person must decide: %s.", l.Human))
	}
	return s
}

// explainJoint says what a linked RED product adds to the need. A product that was
// due itself keeps its need, and the joint order is one of its steps.
func explainJoint(c replenish.Calculation) []string {
	j := c.Joint
	if j == nil {
		return nil
	}
	n := replenish.Num
	s := []string{fmt.Sprintf("Joint order: %s is %s, and %s of its buyers buy this too: %s × %s a day × %s days = %s; the own forecast holds %s of them, so %s come on top.",
		j.With, j.Short(), percent(j.Probability), n(j.Probability), n(j.DemandPerDay), n(j.Days), n(j.Expected), n(j.Own), n(j.Extra))}
	return append(s, fmt.Sprintf("Joint need: %s + %s − %s = %s.", n(c.OrderUpTo), n(j.Extra), signed(c.Position.Net()), n(j.Need)))
}
