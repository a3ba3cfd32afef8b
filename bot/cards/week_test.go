package cards

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// reported is a weekly report with something in every list.
func reported() plan.Week {
	before := plan.WeekFacts{Day: today - 7, Red: 7, Yellow: 12, MoneyAtRisk: gbp(1000000)}
	moved := plan.WeekMove{Item: plan.WeekItem{SKU: "SOLAR-01", Location: "LEEDS", Name: "Solar <!here> lamp", Tier: replenish.Red, MoneyAtRisk: gbp(84050)}, From: replenish.Green}
	back := plan.WeekMove{Item: plan.WeekItem{SKU: "MUG-2", Location: "LEEDS", Name: "Mug *blue*", Tier: replenish.Yellow}, From: replenish.Red}
	var decisions []plan.WeekDecision
	for i, a := range []plan.Action{plan.Approve, plan.Reject, plan.Edit, plan.Undo, plan.Approve, plan.Reject} {
		decisions = append(decisions, plan.WeekDecision{At: now.Add(-time.Duration(i) * time.Hour), By: "U0ANNA", Action: a, Supplier: "Acme & Sons", Amount: gbp(165141)})
	}
	decisions[0].By = plan.ByRule
	decisions[1].Note = "too much | until <spring>"
	decisions[2] = plan.WeekDecision{At: decisions[2].At, By: "U0BEN", Override: &plan.OverrideChange{What: "set", Override: core.Override{
		SKU: "SOLAR-01", Field: core.OverrideLeadTime, Value: 60, Reason: "holiday | <spring>"}}}
	return plan.Week{Shop: shop, Facts: plan.WeekFacts{Day: today, Red: 9, Yellow: 11, Green: 126, MoneyAtRisk: gbp(1234550)}, Before: &before,
		Waiting: 9, WaitingSum: gbp(516000), More: plan.WeekMore{Actions: 7},
		Actions: []plan.WeekAction{{Supplier: "Acme Lighting", Amount: gbp(428400), OrderBy: today - 2, Why: "SOLAR-01 is RED and runs out on 2026-11-27; order by 2026-11-19, which is 2 days past."},
			{Supplier: "Potter", Amount: gbp(20000), OrderBy: today + 3, Why: "MUG-2 is YELLOW and its position is at or below the reorder point by sea."}},
		Worse: []plan.WeekMove{moved}, Better: []plan.WeekMove{back}, Sold: plan.WeekSales{Units: 412, UnitsBefore: 380, Expected: 431.4, Known: 7},
		Missed:      []plan.WeekMiss{{SKU: "MUG-2", Name: "Mug *blue*", Days: 7, Sold: 80, Expected: 120.4, Worth: gbp(40200)}},
		Risks:       []risk.Finding{finding()},
		Rule:        &plan.RuleWeek{Orders: 4, ByRule: 3, Spent: gbp(124000), Limit: gbp(200000)},
		Decisions:   decisions,
		Suggestions: []plan.Suggestion{{At: now, By: "U0BEN", Text: "order earlier | before <!here> Christmas"}},
		Anomalies:   []history.Anomaly{{SKU: "MUG-2", From: today - 3, To: today - 3, Kind: history.Spike, Reason: "A made up reason."}, {From: today - 4, To: today - 4, Kind: history.Closed}},
		Indicators:  measured(), Success: &plan.Success{Kind: plan.SuccessSaved, Item: back.Item, From: replenish.Red, Money: gbp(40250),
			Came: &plan.WeekCame{Order: "PO-2026-0007 <!here>", SKU: "MUG-2", Day: today - 2, Units: 120, By: "U0ANNA"}},
		Prose: "Stock stands like this: 9 products RED.", ProseSource: "model"}
}

// measured are indicators of every kind, known and not.
func measured() plan.Indicators {
	end := today.Monday()
	share := func(n, of int) plan.Figure {
		return plan.Figure{Value: float64(n) / float64(of), N: n, Of: of, Weeks: 4}
	}
	gap := func(g plan.Gap) plan.Figure { return plan.Figure{Gap: g} }
	value := func(v float64) plan.Figure { return plan.Figure{Value: v, Weeks: 4} }
	return plan.Indicators{Since: end - 31, After: true, Now: core.DayRange{From: end - 28, To: end - 1}, List: []plan.Indicator{
		{Kind: plan.Repurchase, Now: share(412, 1084), Before: share(350, 1002), Change: 0.031, Moved: true, Good: true, Course: []float64{0.3, 0.34, 0.38}},
		{Kind: plan.Turnover, Now: value(48.6), Before: value(60), Change: -0.19, Moved: true, Good: true, Course: []float64{60, 55, 48.6}},
		{Kind: plan.LostSales, Now: value(84050), Before: value(0)},
		{Kind: plan.Storage, Now: value(0.0312), Before: gap(plan.GapDelivered)},
		{Kind: plan.ROAS, Now: gap(plan.GapAds), Before: gap(plan.GapAds)},
		{Kind: plan.Promise, Now: share(7, 8), Before: share(8, 8), Change: -0.125},
		{Kind: plan.Accuracy, Now: value(0.62), Before: value(0.71), Change: -0.09, Moved: true},
		{Kind: plan.Automation, Now: share(9, 10), Before: gap(plan.GapOrders)},
	}}
}

func TestWeek(t *testing.T) { inBoth(t, weekInOne) }

func weekInOne(t *testing.T) {
	first := reported()
	first.Before, first.Worse, first.Better, first.Missed, first.Risks, first.Decisions, first.Anomalies = nil, nil, nil, nil, nil, nil, nil
	first.Success, first.Indicators.After = nil, false
	first.Waiting, first.Actions, first.More, first.Sold, first.ProseSource = 0, nil, plan.WeekMore{}, plan.WeekSales{}, "template"
	for name, w := range map[string]plan.Week{"week": reported(), "week_first": first} {
		m := Render(plan.Card{Key: "weekly/2026-11-21", Kind: plan.WeekCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Week: &w})
		accept(t, m)
		inert(t, m)
		golden(t, name, shown{m.Text, m.Blocks, &m.Metadata})
	}
	full := reported() // nothing is too much for a card
	for range 30 {
		full.Actions, full.Worse, full.Better = append(full.Actions, full.Actions[0]), append(full.Worse, full.Worse[0]), append(full.Better, full.Better[0])
		full.Risks, full.Decisions, full.Anomalies = append(full.Risks, full.Risks[0]), append(full.Decisions, full.Decisions[0]), append(full.Anomalies, full.Anomalies[0])
		full.Suggestions = append(full.Suggestions, full.Suggestions[0])
	}
	if m := Render(plan.Card{Key: "weekly/2026-11-21", Kind: plan.WeekCard, Shop: shop, AsOf: now, Week: &full}); Check(m) != nil || len(m.Blocks) < 20 {
		t.Errorf("a long report is shown with %d blocks: %v", len(m.Blocks), Check(m))
	}
	file := string(WeekFile(reported(), func(string) string { return "Anna_[x]" }))
	path := filepath.Join("testdata", "week."+shop.Language+".md")
	if *update {
		if err := os.WriteFile(path, []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), file); diff != "" {
		t.Errorf("the file differs (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"<!here>", "<spring>", "%!", " | until", "Anna_["} {
		if strings.Contains(file, bad) {
			t.Errorf("the file holds %q", bad)
		}
	}
	if WeekFileName(today) != "weekly-2026-11-21.md" {
		t.Error(WeekFileName(today))
	}
}
