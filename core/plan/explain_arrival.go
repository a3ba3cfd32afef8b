package plan

import (
	"fmt"
	"strconv"
	"strings"

	"quartermaster/core/replenish"
)

// explainArrival is the way from demand to need by the target "cost".
func explainArrival(c replenish.Calculation) []string {
	n, a := replenish.Num, c.AtArrival
	if c.Gap {
		return explainGap(c)
	}
	level := fmt.Sprintf("Chance aimed at: a service level of %s %%%s.", n(100*a.Level), prefixed(" ", c.ServiceWhy))
	if c.ServiceWhy == "" {
		level = fmt.Sprintf("Chance aimed at: a unit short loses %s, a unit too many costs %s %s to keep until the next order can be smaller by it; %s ÷ (%s + %s) = %s %%.",
			a.Margin, a.Margin.Currency, fine(a.Keep), a.Margin.Decimal(), a.Margin.Decimal(), fine(a.Keep), n(100*a.Level))
	}
	s := []string{
		level,
		safety("Safety stock over the lead time", c, c.LeadDays, c.LeadSD, c.SafetyStock),
		fmt.Sprintf("Reorder point: %s × %s + %s = %s; it says how urgent an order is.", n(c.DemandPerDay), n(c.LeadDays), n(c.SafetyStock), n(c.ReorderPoint)),
		fmt.Sprintf("Inventory position: on hand %s − committed %s − backorders %s + on order %s = %s.",
			count(c.Position.OnHand), count(c.Position.Committed), count(c.Position.Backorders), count(c.Position.OnOrder), count(c.Position.Net())),
		fmt.Sprintf("Days to cover: from day %d, when goods ordered today come by %s, to day %d, when those of the next order, %s later, come one standard deviation late.",
			a.Arrives, c.NormalMode, a.Until, plural(c.ReviewDays, "day")),
		fmt.Sprintf("Average need: on these days %s units are asked for − %s left when the goods come − %s that come meanwhile = %s, over %d courses of demand, %s; what is sold out before is lost.",
			n(a.Asked), bracketed(a.Left), n(a.Due), n(a.Average), c.Courses, madeOf(c)),
	}
	if c.ReorderSet {
		s = append(s, fmt.Sprintf("An order is due at or below %s, %s.", n(c.Trigger), c.TriggerWhy))
	}
	if a.Ahead > 0 {
		s = append(s, fmt.Sprintf("The %s units that are ordered by a faster way count as there.", count(a.Ahead)))
	}
	return append(s, explainNeed(c)...)
}

// explainGap is the need of the part of an order that goes a faster way.
func explainGap(c replenish.Calculation) []string {
	n, w := replenish.Num, c.Choice
	owed := ""
	if w.Owed > 0 {
		owed = fmt.Sprintf(" and %s are owed by then", n(w.Owed))
	}
	chance := fmt.Sprintf("Chance aimed at: a unit by %s costs more than by %s and saves its margin; 1 − what it costs more ÷ margin that is lost = %s %%.", w.Fast, w.Normal, n(100*w.Level))
	need := fmt.Sprintf("Gap need: in %s %% of %d courses of demand no more units are short between %s and %s than %s%s: %s.", n(100*w.Level), w.Courses, w.FastArrives, w.NormalArrives, n(round2(c.Need-w.Owed)), owed, n(c.Need))
	if w.Level == 1 && w.Extra.Minor <= 0 {
		chance = fmt.Sprintf("Chance aimed at: %s %%, because a unit by %s costs no more than by %s.", n(100*w.Level), w.Fast, w.Normal)
	}
	return append([]string{chance, need,
		fmt.Sprintf("Inventory position: on hand %s − committed %s − backorders %s + on order %s = %s.",
			count(c.Position.OnHand), count(c.Position.Committed), count(c.Position.Backorders), count(c.Position.OnOrder), count(c.Position.Net())),
	}, explainLevel(c)...)
}

// explainNeed says what is needed beyond the average, and whether that is an order.
func explainNeed(c replenish.Calculation) []string {
	n, a := replenish.Num, c.AtArrival
	var s []string
	switch drawn := ""; {
	case a.Safety != nil:
		s = append(s, fmt.Sprintf("Need on arrival: %s + safety stock set by hand to %s = %s.", n(a.Average), n(*a.Safety), n(a.Need)))
	case a.Floor > 0 && a.Need <= round2(a.Average+a.Floor):
		s = append(s, fmt.Sprintf("Need on arrival: %s + the floor of %s days of sales, %s, = %s; %s %% of the courses ask for less.", n(a.Average), n(c.FloorDays), n(a.Floor), n(a.Need), n(100*a.Level)))
	default:
		if a.Spread > 1 {
			drawn = fmt.Sprintf(", drawn apart by %s because the forecast was off,", n(a.Spread))
		}
		s = append(s, fmt.Sprintf("Need on arrival: in %s %% of the courses%s no more than %s.", n(100*a.Level), drawn, n(a.Need)))
	}
	return append(s, explainLevel(c)...)
}

// explainLevel says up to where an order fills, and that it does.
func explainLevel(c replenish.Calculation) []string {
	n := replenish.Num
	if c.Whole > 0 {
		s := []string{
			fmt.Sprintf("Order-up-to level: position %s + %s that all parts of the order need = %s.", signed(c.Position.Net()), n(c.Whole), n(c.OrderUpTo)),
			fmt.Sprintf("Need of this part: %s.", n(c.Need)),
		}
		if c.Gap { // its saving is in explainWay
			return s
		}
		return append(s, explainSaving(c.AtArrival)...)
	}
	s := []string{fmt.Sprintf("Order-up-to level: position %s + %s = %s.", signed(c.Position.Net()), bracketed(c.AtArrival.Need), n(c.OrderUpTo))}
	if c.AtArrival.Need <= 0 {
		return append(s, "Nothing is needed: no order is due.")
	}
	if c.ReorderSet && float64(c.Position.Net()) > c.Trigger {
		return append(s, fmt.Sprintf("The position is above %s: no order is due.", n(c.Trigger)))
	}
	s = append(s, fmt.Sprintf("Need: %s − %s = %s.", n(c.OrderUpTo), signed(c.Position.Net()), n(c.Need)))
	return append(s, explainSaving(c.AtArrival)...)
}

// explainSaving says what the order is expected to save.
func explainSaving(a *replenish.AtArrival) []string {
	if a.Best <= 0 {
		return nil
	}
	return []string{fmt.Sprintf("Expected cost until the next order comes, margin lost and keeping what is left: %s without an order, %s with %s units, which saves %s.", a.Waiting, a.Ordering, count(a.Best), a.Saves())}
}

// bracketed puts a negative number in brackets, for use after a minus sign.
func bracketed(v float64) string {
	if v < 0 {
		return "(" + replenish.Num(v) + ")"
	}
	return replenish.Num(v)
}

// fine prints what may be a small part of a cent, with six decimals.
func fine(v float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 6, 64), "0"), ".")
}
