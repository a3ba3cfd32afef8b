package plan

import (
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// again makes buyers of SOLAR-01 come back after so many days.
func again(s core.Snapshot, days, share float64) core.Snapshot {
	s.Cycles = []core.Cycle{{SKU: "SOLAR-01", Days: days, Share: share, Buyers: 100}}
	return s
}

// A consumable has the shop's service level where that of its class, or of its costs, is
// lower, and what a person or a category says all the same.
func TestConsumableHasTheShopsServiceLevel(t *testing.T) {
	single := oneSKU(500)
	single.Items[0].MOQ, single.Items[0].Pack, single.Items[0].Breaks, single.Items[0].Lead = 1, 1, nil, single.Items[0].Lead[:1]
	often, seldom := again(single, 45, 0.4), again(single, 127, 0.3)
	item := func(s core.Snapshot, p core.Policy) Item {
		t.Helper()
		r, err := Evaluate(s, p, noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Proposals[0].Lines {
			redo(t, Explain(l))
		}
		return r.Items[0]
	}
	const says = "of the shop, which a consumable has at least"
	p := byFormula()
	p.Quantity.ServiceLevels = map[core.Class]float64{"AX": 0.8}
	a, b := item(often, p), item(seldom, p)
	if a.Calc.ServiceLevel != 0.95 || a.Calc.ServiceWhy != says || b.Calc.ServiceLevel != 0.8 || a.Order() <= b.Order() {
		t.Errorf("consumable %v %q orders %d, another %v orders %d", a.Calc.ServiceLevel, a.Calc.ServiceWhy, a.Order(), b.Calc.ServiceLevel, b.Order())
	}
	if why := strings.Join(ExplainItem(a), "\n"); !strings.Contains(why, "Kind consumable: bought again after 45 days, by 40 % of 100 buyers; its service level is the shop's at least.") ||
		!strings.Contains(why, "A service level of 95 % "+says+" gives z = 1.6449.") {
		t.Errorf("Why?\n%s", why)
	}
	p.Quantity.ServiceLevels["AX"] = 0.99
	if a = item(often, p); a.Calc.ServiceLevel != 0.99 || a.Calc.ServiceWhy != "of class AX" {
		t.Errorf("its class asks for more: %v %q", a.Calc.ServiceLevel, a.Calc.ServiceWhy)
	}
	p.Quantity.ServiceLevels["AX"] = 0.8
	p.Quantity.Categories = map[string]core.CategoryPolicy{"": {ServiceLevel: 0.7}}
	if a = item(often, p); a.Calc.ServiceLevel != 0.7 {
		t.Errorf("its category says so: %v", a.Calc.ServiceLevel)
	}

	// By cost, with a margin of EUR 0.34 a unit and goods that cost a lot to keep.
	p = core.DefaultPolicy()
	p.Quantity.HoldingRate = 0.5
	often.Products, seldom.Products = slices.Clone(often.Products), slices.Clone(seldom.Products)
	often.Products[0].Price, seldom.Products[0].Price = eur(799), eur(799)
	a, b = item(often, p), item(seldom, p)
	if a.Calc.AtArrival == nil || a.Calc.AtArrival.Level != 0.95 || a.Calc.ServiceWhy != says || b.Calc.AtArrival.Level >= 0.95 || a.Order() <= b.Order() {
		t.Errorf("consumable %+v orders %d, another %+v orders %d", a.Calc.AtArrival, a.Order(), b.Calc.AtArrival, b.Order())
	}
}

// A product that is bought again seldom brings what its buyers take with it when it is
// YELLOW, any other when it is RED.
func TestUpgradesAreStockedJointly(t *testing.T) {
	s := pair()
	s.Stock[0].OnHand = 700 // YELLOW
	if lines := chargers(t, again(s, 45, 0.4)); len(lines) != 0 {
		t.Fatalf("a consumable: %+v", lines)
	}
	lines := chargers(t, again(s, 127, 0.3))
	if len(lines) != 1 || lines[0].Calc.Joint == nil || lines[0].Calc.Joint.Extra != 201.6 {
		t.Fatalf("an upgrade: %+v", lines)
	}
	why := Explain(lines[0])
	redo(t, why)
	if text := strings.Join(why, "\n"); !strings.Contains(text, "Joint order: SOLAR-01 is YELLOW, and 34 % of its buyers buy this too") || !strings.Contains(text, "Ordered with SOLAR-01, which is YELLOW: ") {
		t.Errorf("Why?\n%s", text)
	}
}

// What sold four times the average in two summers is seasonal: before the next one a person
// decides about its order, with the plan beside it; where somebody says that it is
// something else, there is no plan.
func TestSeasonalGoesWithThePlan(t *testing.T) {
	s := summers(300, 4)
	day := core.DateDay(2026, 3, 15)
	shift := int(day - today)
	qty := s.Demand[0].Qty.Values()
	s.Demand[0].Qty = core.Daily(qty[:len(qty)+shift]...)
	s.Rates[0].Day = day - 30
	s = again(s, 45, 0.4)
	at := func() Report {
		t.Helper()
		r, err := Evaluate(s, byFormula(), noon.AddDate(0, 0, shift))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := at()
	it := r.Items[0]
	if it.Kind != core.Seasonal || !strings.Contains(it.KindWhy, " times the year's average from 2026-06-01 to 2026-08-31, in both last years") {
		t.Fatalf("%s: %s", it.Kind, it.KindWhy)
	}
	plan := told(r, risk.SeasonPlan)
	for _, l := range r.Proposals[0].Lines {
		_, all, _ := strings.Cut(l.Human, "its season begins on 2026-06-01, and the order goes with the season plan: ")
		all, _, found := strings.Cut(all, " to order in all")
		if !found || len(plan) != 1 || !strings.Contains(plan[0], " = "+all+" to order: ") {
			t.Errorf("%q beside %q", l.Human, plan)
		}
		if why := strings.Join(Explain(l), "\n"); !strings.Contains(why, "Season plan: ") || !strings.Contains(why, " for 2026-06-01 (order by 2026-04-27).") {
			t.Errorf("Why?\n%s", why)
		}
	}
	s.Overrides = []core.Override{{SKU: "SOLAR-01", Field: core.OverrideCategory, Word: string(core.Consumable), On: day - 1, Until: day + 30, Reason: "one event", By: "Jo"}}
	r = at()
	if r.Items[0].Kind != core.Consumable || len(told(r, risk.SeasonPlan)) != 0 || r.Proposals[0].Lines[0].Human != "" {
		t.Errorf("set to consumable: %s, %q, %q", r.Items[0].Kind, told(r, risk.SeasonPlan), r.Proposals[0].Lines[0].Human)
	}
}
