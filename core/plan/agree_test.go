package plan

import (
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// What another place takes, and what a season needs, has no clearance offer.
func TestAdviceAgrees(t *testing.T) {
	p := byFormula()
	s := twoPlaces(700, 1500) // US has 421 too many, MAIN needs 379
	r, err := Evaluate(s, p, noon)
	if err != nil {
		t.Fatal(err)
	}
	if got := told(r, risk.Overstock); len(got) != 1 || !strings.Contains(got[0], ": 421 of 1,500 units are more than needed.") || !strings.HasSuffix(got[0], "; restock is paused; of these 379 move to MAIN first.") {
		t.Errorf("a part is moved: %q", got)
	}
	s.Stock[0].OnHand = 300 // needs all of it
	if r, err = Evaluate(s, p, noon); err != nil {
		t.Fatal(err)
	}
	if got := told(r, risk.Overstock); len(got) != 0 || len(told(r, risk.Transfer)) != 1 {
		t.Errorf("all is moved: %q", got)
	}

	s = oneSKU(2000) // 100 days
	if got := told(evaluate(t, s), risk.Overstock); len(got) != 1 {
		t.Fatalf("100 days of sales: %q", got)
	}
	s.Events = []core.Event{{Kind: "season", Name: "Fair", From: today + 40, To: today + 139, SKU: "SOLAR-01"}}
	r = evaluate(t, s)
	if season, over := told(r, risk.SeasonPlan), told(r, risk.Overstock); len(season) != 1 || len(over) != 0 {
		t.Errorf("season plan %q beside %q", season, over)
	}
}

// Sea takes 35 days and the season begins in 10: what sells before sea comes and is not
// there goes by air, and the rest is one arrival, not three on one day.
func TestSeasonInReachOfAirOnly(t *testing.T) {
	s := oneSKU(400)
	s.Events = []core.Event{{Kind: "season", Name: "Fair", From: today + 10, To: today + 59, SKU: "SOLAR-01"}}
	got := told(evaluate(t, s), risk.SeasonPlan)
	// 10 days at 20.8 and 25 at 1.5 times that are 988.
	if len(got) != 1 || strings.Count(got[0], "order by") != 2 ||
		!strings.Contains(got[0], " by air for 2026-11-29 (order by 2026-11-21; before goods by sea come, ") ||
		!strings.Contains(got[0], " are expected to sell, and there are 400), ") || !strings.Contains(got[0], " for 2026-12-26 (order by 2026-11-21)") {
		t.Errorf("%q", got)
	}
	s.Stock[0].OnHand = 1200
	if got = told(evaluate(t, s), risk.SeasonPlan); len(got) != 1 || strings.Contains(got[0], "by air") || strings.Count(got[0], "order by") != 1 {
		t.Errorf("enough until sea comes: %q", got)
	}
}

// An order that cannot be brought to the supplier's minimum asks a person about that, not
// about cover that it does not reach.
func TestMinimumOutOfReachAsksOnce(t *testing.T) {
	l := loose("A", 100, 1)
	l.Tier, l.Max = replenish.Red, 110
	lines, _, _, err := shape([]Line{l}, core.Terms{MinUnits: 300}, core.DefaultPolicy(), today)
	if err != nil || lines[0].Qty != 100 || lines[0].Human != "the supplier's minimum order cannot be reached" {
		t.Errorf("%d, %q, %v", lines[0].Qty, lines[0].Human, err)
	}
	l.Max = 0
	if lines, _, _, err = shape([]Line{l}, core.Terms{MinUnits: 300}, core.DefaultPolicy(), today); err != nil || lines[0].Human != "the supplier's minimum order of 300 units means more than 120 days of sales" {
		t.Errorf("%d, %q, %v", lines[0].Qty, lines[0].Human, err)
	}
}
