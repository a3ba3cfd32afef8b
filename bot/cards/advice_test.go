package cards

import (
	"testing"

	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

func TestAdviceAnswer(t *testing.T) {
	groups := []plan.AdviceGroup{
		{Kind: risk.DeadStock, Count: 7, Findings: []risk.Finding{{Kind: risk.DeadStock, SKU: "OLD-1",
			Reason: "No unit of OLD-1 was sold for 90 days, and 80 units lie in LEEDS (GBP 248.00 at cost): clear them or take the product out."}}},
		{Kind: risk.Waiting, Count: 1, Findings: []risk.Finding{{Kind: risk.Waiting, Reason: "An order to <!here> waits: the budget is used up."}}},
	}
	for _, language := range []string{"en", "zh"} {
		there := shop
		there.Language = language
		for name, v := range map[string]plan.AdviceView{
			"all":   {Shop: there, CheckedAt: now, Groups: groups},
			"one":   {Shop: there, CheckedAt: now, What: "dead-stock", Groups: groups[:1]},
			"none":  {Shop: there, CheckedAt: now},
			"never": {Shop: there},
		} {
			t.Run(language+" "+name, func(t *testing.T) {
				m := AdviceAnswer(v)
				accept(t, m)
				inert(t, m)
				golden(t, "answer_advice_"+name+"."+language, shown{Text: m.Text, Blocks: m.Blocks})
			})
		}
	}
}
