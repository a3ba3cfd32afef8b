package cards

import (
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/supply"
)

func TestGoldenReviews(t *testing.T) {
	inBoth(t, func(t *testing.T) {
		full := plan.Review{Shop: shop, Period: plan.LastPeriod(today, true), Asked: 23, AsAsked: 8, ByRule: 4, Lowered: 6, Raised: 1, Rejected: 3, Expired: 1, Spent: gbp(4_512_300),
			Scores: []supply.Score{{Supplier: "ACME", Orders: 9, Ordered: 4032, OnTimeRate: 0.71, FillRate: 0.96}, {Supplier: "NEW", Orders: 1}}, Names: map[core.SupplierID]string{"ACME": "Acme <!here> Lighting"},
			Changes: []plan.ParameterChange{
				{Setting: "quantity.holding_rate", Now: "0.25", Then: "0.31", Why: "6 of 19 orders were lowered before they were approved, in the middle to 70 % of what was asked for"},
				{Setting: "approval.auto_limit", Now: "0.00", Then: "480.00", Why: "8 orders up to this amount were approved as asked for, and none was changed or rejected; routine ones can be approved by rule"},
				{Setting: "lead time of ACME by sea", Now: "× 1", Then: "× 1.18", Why: "in 8 orders goods took 1.18 times as long as its list says; the plan reckons with that, quotes and promises made from the list do not"},
				{Setting: "orders from <!here>", Now: "asked for", Then: "other supplier, or numbers set by hand", Why: "3 of 3 were rejected"},
			}}
		quiet := plan.Review{Shop: shop, Period: plan.LastPeriod(today, false), Asked: 9, AsAsked: 9, Spent: gbp(900_000)}
		few := plan.Review{Shop: shop, Period: plan.LastPeriod(today, false), Spent: core.Money{Currency: "GBP"}, Few: true}
		for name, r := range map[string]plan.Review{"review_quarter": full, "review_fine": quiet, "review_few": few} {
			m := Render(plan.Card{Key: "review/1", Kind: plan.ReviewCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Review: &r})
			accept(t, m)
			inert(t, m)
			golden(t, name, shown{Text: m.Text, Blocks: m.Blocks})
		}
	})
}

// A button for a setting opens its form with the value in it; nothing else is read.
func TestUse(t *testing.T) {
	if form, values := ParseUse("u1:settings_approval:approval.auto_limit=480.00"); form != CallbackApproval || values["approval.auto_limit"] != "480.00" || len(values) != 1 {
		t.Errorf("%q with %v", form, values)
	}
	for _, value := range []string{CallbackApproval, "", "u1:settings_approval:approval.auto_limit=", "u1:settings_approval:approval.auto_limit=4 80", "u1:settings_approval:approval.approver/U1=5", "x"} {
		if form, values := ParseUse(value); form != value || values != nil {
			t.Errorf("%q gives %q with %v", value, form, values)
		}
	}
}
