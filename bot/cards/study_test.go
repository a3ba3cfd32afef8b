package cards

import (
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/simulate"
)

func TestStudyAnswers(t *testing.T) {
	totals := func(fill float64, stock, lost, cost int64) simulate.Totals {
		return simulate.Totals{FillRate: fill, AverageStockValue: eur(stock), LostMargin: eur(lost), TotalCost: eur(cost), CostShare: 0.0185}
	}
	replay := simulate.ReplayView{From: today - 365, To: today, Scored: 316, Places: 300, Beyond: 12, Results: []simulate.Result{
		{Policy: simulate.Ours, Totals: totals(0.952, 9_080_200, 851_400, 750_400), Approvals: &simulate.Approvals{Orders: 103, Routine: 52, ByRule: 49}},
		{Policy: simulate.PlainTiers, Totals: totals(0.649, 2_813_700, 6_671_100, 6_631_800)},
		{Policy: simulate.Normal, Totals: totals(0.824, 3_337_800, 3_640_600, 3_872_900)},
		{Policy: simulate.MinMaxTool, Totals: totals(0.759, 4_184_600, 5_028_400, 4_846_500)},
	}}
	side := func(red, out int, risk, cost int64) simulate.Side {
		return simulate.Side{Red: red, RunOut: out, AtRisk: eur(risk), PlanCost: eur(cost)}
	}
	stress := simulate.StressView{Names: core.SupplierNames{"ACME": "Acme Lights <Ltd>"}, Outcomes: []simulate.Outcome{
		{Shock: simulate.Shocks()[0], Before: side(14, 3, 24770, 667300), After: side(31, 20, 812000, 1904000), Unserved: 77, Breaks: []simulate.Break{
			{SKU: "SOLAR-01", Location: "MAIN", RunsOut: today + 1, Planned: today + 9}, {SKU: "LAMP-02", Location: "MAIN", RunsOut: today + 2}}},
		{Shock: simulate.Shocks()[1], Gone: "ACME", Before: side(14, 3, 24770, 667300), After: side(14, 3, 24770, 0)},
		{Shock: simulate.Shocks()[2], Note: "the data holds no orders by ads in the last 28 days"},
		{Shock: simulate.Shock{Surge: 4}}, {Shock: simulate.Shock{Level: 0.5}}, {Shock: simulate.Shock{Gone: "NEW"}, Gone: "NEW"},
	}}
	for _, language := range []string{"en", "zh"} {
		there := shop
		there.Language = language
		replay.Shop, stress.Shop = there, there
		for name, m := range map[string]Message{"replay": ReplayAnswer(replay), "stress": StressAnswer(stress)} {
			accept(t, m)
			inert(t, m)
			golden(t, "answer_"+name+"."+language, shown{Text: m.Text, Blocks: m.Blocks})
		}
		if begun := StudyBegun(language); !strings.Contains(begun.Text, string(in(language).w.study.begun)) {
			t.Errorf("%s: %q", language, begun.Text)
		}
	}
}
