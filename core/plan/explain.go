package plan

import (
	"fmt"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Explain says in numbered sentences how the quantity of a line came about, with
// every number, so that a person can do the sum again: the numbers printed are
// the numbers used (see replenish.Calculation).
func Explain(l Line) []string {
	s := explainCalc(*l.Calc, l.Mode)
	s = append(s, explainJoint(*l.Calc)...)
	s = append(s, explainSteps(*l.Calc)...)
	s = append(s, explainWay(l.Calc.Choice)...)
	s = append(s, explainWith(l)...)
	s = append(s, explainRival(l.Rival)...)
	s = append(s, fmt.Sprintf("Cost: %s × (%s + %s freight by %s) = %s.", count(l.Qty), amount(l.UnitPrice, l.Cost), amount(l.Freight, l.Cost), l.Mode, l.Cost))
	arrive := fmt.Sprintf("Ordered today by %s, the goods arrive on %s", l.Mode, l.Arrival)
	if l.HasStockOut {
		arrive += fmt.Sprintf("; stock, with what is on its way, lasts until %s, so the order-by date is %s", l.StockOut, l.OrderBy)
	}
	s = append(s, arrive+".")
	if l.Short > 0 {
		s = append(s,
			fmt.Sprintf("Margin of a unit: price %s − landed cost %s = %s.", l.SellPrice, l.Landed, l.Margin),
			fmt.Sprintf("Money at risk: %s units short until then × %s = %s.", replenish.Num(l.Short), l.Margin, l.MoneyAtRisk))
	}
	return number(append(s, notes(l.Notes)...))
}

// ExplainItem says the same about an item, whether or not it needs an order.
func ExplainItem(it Item) []string {
	s := []string{fmt.Sprintf("%s: %s.", it.Tier, it.TierWhy)}
	if it.ClassWhy != "" {
		s = append(s, fmt.Sprintf("Class %s: %s.", it.Class, it.ClassWhy))
	}
	if it.KindWhy != "" {
		s = append(s, fmt.Sprintf("Kind %s: %s%s.", it.Kind, it.KindWhy, prefixed("; ", kindEffects[it.Kind])))
	}
	if it.Calc == nil {
		if it.Tier != replenish.Idle {
			s = append(s, fmt.Sprintf("Available: on hand %s − committed %s − backorders %s = %s. No supplier offers it, so no order is computed.",
				count(it.Position.OnHand), count(it.Position.Committed), count(it.Position.Backorders), count(it.Position.Available())))
		}
		return number(append(s, append(notes([]string{it.Forecast.Why}), notes(it.Notes)...)...))
	}
	s = append(s, explainCalc(*it.Calc, it.Mode)...)
	s = append(s, explainSteps(*it.Calc)...)
	s = append(s, explainWay(it.Calc.Choice)...)
	for _, rest := range it.Rest {
		s = append(s, fmt.Sprintf("The rest of the order: %s units by %s, which arrive on %s.", count(rest.Calc.Qty), rest.Lead.Mode, rest.Arrival))
	}
	s = append(s, explainRival(it.Rival)...)
	return number(append(s, notes(it.Notes)...))
}

// explainCalc is the way from demand to need.
func explainCalc(c replenish.Calculation, mode core.Mode) []string {
	n := replenish.Num
	basis := ""
	if c.Basis != "" {
		basis = " " + c.Basis
	}
	s := []string{
		fmt.Sprintf("Expected demand: %s a day (standard deviation %s a day).%s", n(c.DemandPerDay), n(c.DemandSD), basis),
		fmt.Sprintf("Way: %s, because %s. It takes %s days (standard deviation %s) from today, closed days of the supplier included.", mode, c.ModeWhy, n(c.LeadDays), n(c.LeadSD)),
	}
	if c.AtArrival != nil {
		return append(s, explainArrival(c)...)
	}
	if c.CostWhy != "" {
		s = append(s, fmt.Sprintf("What a unit short and a unit too many cost cannot be weighed, because %s; so the service level counts.", c.CostWhy))
	}
	s = append(s,
		fmt.Sprintf("Time to cover: %s days (standard deviation %s). Stock is reviewed every %d days; goods ordered at the next review by %s would arrive then.", n(c.CoverDays), n(c.CoverSD), c.ReviewDays, c.NormalMode),
		aim(c),
		safety("Safety stock over the lead time", c, c.LeadDays, c.LeadSD, c.SafetyStock),
		fmt.Sprintf("Reorder point: %s × %s + %s = %s.", n(c.DemandPerDay), n(c.LeadDays), n(c.SafetyStock), n(c.ReorderPoint)),
		safety("Safety stock over the time to cover", c, c.CoverDays, c.CoverSD, c.SafetyStockLong),
		upTo(c),
		fmt.Sprintf("Inventory position: on hand %s − committed %s − backorders %s + on order %s = %s.",
			count(c.Position.OnHand), count(c.Position.Committed), count(c.Position.Backorders), count(c.Position.OnOrder), count(c.Position.Net())),
	)
	switch {
	case c.TriggerLeadDays == 0 && c.TriggerSafety == 0 && c.Trigger != c.ReorderPoint:
		s = append(s, fmt.Sprintf("An order is due at or below %s: %s, more than the reorder point.", n(c.Trigger), c.TriggerWhy))
	case c.Trigger != c.ReorderPoint:
		s = append(s, safety("Safety stock for "+c.TriggerWhy, c, c.TriggerLeadDays, c.TriggerLeadSD, c.TriggerSafety),
			fmt.Sprintf("An order is due at or below %s, %s: %s × %s + %s.", n(c.Trigger), c.TriggerWhy, n(c.DemandPerDay), n(c.TriggerLeadDays), n(c.TriggerSafety)))
	}
	if float64(c.Position.Net()) > c.Trigger {
		return append(s, fmt.Sprintf("The position is above %s: no order is due.", n(c.Trigger)))
	}
	if c.Need <= 0 {
		return append(s, fmt.Sprintf("The position is at or below %s, but not below the order-up-to level: no order is due.", n(c.Trigger)))
	}
	s = append(s, fmt.Sprintf("The position is at or below %s: an order is due.", n(c.Trigger)))
	return append(s, fmt.Sprintf("Need: %s − %s = %s.", n(c.OrderUpTo), signed(c.Position.Net()), n(c.Need)))
}

// upTo prints the order-up-to level and, where it won, the reorder point.
func upTo(c replenish.Calculation) string {
	n := replenish.Num
	level := round2(replenish.OrderUpTo(c.DemandPerDay, c.CoverDays, c.SafetyStockLong))
	text := fmt.Sprintf("Order-up-to level: %s × %s + %s = %s", n(c.DemandPerDay), n(c.CoverDays), n(c.SafetyStockLong), n(level))
	if level < c.OrderUpTo {
		text += fmt.Sprintf(", raised to the highest reorder point by a regular way, %s", n(c.OrderUpTo))
	}
	return text + "."
}

// aim is the sentence about the service level or the fill rate.
func aim(c replenish.Calculation) string {
	n := replenish.Num
	if c.FillRate > 0 {
		return fmt.Sprintf("A fill rate of %s %%: of %s × %d units that are expected to sell between two reviews, %s may be short.", n(100*c.FillRate), n(c.DemandPerDay), c.ReviewDays, n(c.MayShort))
	}
	return fmt.Sprintf("A service level of %s %%%s gives z = %s.", n(100*c.ServiceLevel), prefixed(" ", c.ServiceWhy), n(c.Z))
}

// safety prints the safety stock formula with its numbers and, where it won, the
// floor.
func safety(what string, c replenish.Calculation, days, sd, result float64) string {
	n := replenish.Num
	if c.SafetySet {
		if c.ReorderSet && result == c.SafetyStock {
			return fmt.Sprintf("%s: set by hand to %s, with the reorder point.", what, n(result))
		}
		return fmt.Sprintf("%s: set by hand to %s.", what, n(result))
	}
	if c.Courses > 0 {
		return quantileSafety(what, c, days, sd, result)
	}
	formula := replenish.SafetyStock(c.Z, c.DemandPerDay, c.DemandSD, days, sd)
	text := fmt.Sprintf("%s: %s × √(%s × %s² + %s² × %s²) = %s", what, n(c.Z), n(days), n(c.DemandSD), n(c.DemandPerDay), n(sd), n(round2(formula)))
	if round2(formula) < result {
		text += fmt.Sprintf(", raised to the floor of %s days of sales: %s × %s = %s", n(c.FloorDays), n(c.FloorDays), n(c.DemandPerDay), n(result))
	}
	return text + "."
}

// quantileSafety prints a safety stock that is a quantile less the expected demand.
func quantileSafety(what string, c replenish.Calculation, days, sd, result float64) string {
	n := replenish.Num
	mean := round2(c.DemandPerDay * days)
	floor := round2(c.FloorDays * c.DemandPerDay)
	if c.FillRate > 0 && result > floor {
		return fmt.Sprintf("%s: over %d courses of demand over %s days (standard deviation %s), %s, a stock of no more than %s leaves so few short; less the expected %s × %s = %s that is %s.",
			what, c.Courses, n(days), n(sd), madeOf(c), n(round2(mean+result)), n(c.DemandPerDay), n(days), n(mean), n(result))
	}
	if c.FillRate > 0 {
		return fmt.Sprintf("%s: the floor of %s days of sales, %s × %s = %s, is more than that fill rate asks for in %d courses of demand over %s days (standard deviation %s).",
			what, n(c.FloorDays), n(c.FloorDays), n(c.DemandPerDay), n(result), c.Courses, n(days), n(sd))
	}
	if result <= floor {
		return fmt.Sprintf("%s: the floor of %s days of sales, %s × %s = %s, is more than %s %% of %d courses of demand over %s days (standard deviation %s) ask for.",
			what, n(c.FloorDays), n(c.FloorDays), n(c.DemandPerDay), n(result), n(100*c.ServiceLevel), c.Courses, n(days), n(sd))
	}
	return fmt.Sprintf("%s: in %s %% of %d courses of demand over %s days (standard deviation %s), %s, no more than %s are sold; less the expected %s × %s = %s that is %s.",
		what, n(100*c.ServiceLevel), c.Courses, n(days), n(sd), madeOf(c), n(round2(mean+result)), n(c.DemandPerDay), n(days), n(mean), n(result))
}

// madeOf says what the courses of demand are made of.
func madeOf(c replenish.Calculation) string {
	switch c.CoursesFrom {
	case replenish.NoPast:
		return "spread around the expected demand as sales of new products are"
	case replenish.LevelSet:
		return "windows of the past year moved to the demand set by hand"
	}
	return "windows of the past year moved to today's level"
}

// explainSteps prints each rule that changed the quantity: "MOQ: 356 → 500".
func explainSteps(c replenish.Calculation) []string {
	var s []string
	for _, st := range c.Steps {
		s = append(s, fmt.Sprintf("%s: %s → %s (%s).", capital(st.Rule), replenish.Num(st.From), count(st.To), st.Note))
	}
	return s
}

func number(s []string) []string {
	for i := range s {
		s[i] = fmt.Sprintf("%d. %s", i+1, s[i])
	}
	return s
}

// notes makes sentences of phrases.
func notes(phrases []string) []string {
	var s []string
	for _, p := range phrases {
		if p != "" {
			s = append(s, capital(strings.TrimSuffix(p, "."))+".")
		}
	}
	return s
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// amount prints m, with the currency of like where m is the zero Money.
func amount(m, like core.Money) string {
	if m == (core.Money{}) {
		m.Currency = like.Currency
	}
	return m.String()
}

func round2(v float64) float64 { return core.Round(v, 2) }

func count(n int64) string { return replenish.Num(float64(n)) }

// signed puts a negative number in brackets, for use after a minus sign.
func signed(n int64) string {
	if n < 0 {
		return "(" + count(n) + ")"
	}
	return count(n)
}
