package simulate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core/forecast/engine"
)

// On made demand with uncertain deliveries the plan, which weighs margin against
// holding, costs less than rules that look at neither, and twice the same.
func TestThePlanCostsLeast(t *testing.T) {
	const history, days = 250, 150
	s := scenario(t, shop(from-history, panel(21, 30, history+days)...), Config{From: from, To: from + days, LeadCV: 0.2, Seed: 4})
	p := Quartermaster(Ours, policyOfTests(), Training{Weeks: 10, Config: engine.Config{NoPool: true, Trials: 1}})
	r := run(t, s, p, RSNormal(Normal, 7, 1.645), CoverTiers(LeadAwareTiers, 7, 30, 45, true), p)
	for _, other := range r[1:3] {
		if r[0].TotalCost.Minor >= other.TotalCost.Minor {
			t.Errorf("%s costs %s with a fill rate of %v, %s costs %s with %v", r[0].Policy, r[0].TotalCost, r[0].FillRate, other.Policy, other.TotalCost, other.FillRate)
		}
	}
	if r[0].FillRate < 0.97 {
		t.Errorf("fill rate %v; a margin of 40 %% is worth more", r[0].FillRate)
	}
	if diff := cmp.Diff(r[0], r[3]); diff != "" {
		t.Errorf("the second run differs (-first +second):\n%s", diff)
	}
}
