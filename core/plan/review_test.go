package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/supply"
)

func TestLastPeriod(t *testing.T) {
	for _, tt := range []struct {
		day      string
		quarter  bool
		from, to string
	}{
		{"2026-11-01", false, "2026-10-01", "2026-10-31"},
		{"2026-11-30", false, "2026-10-01", "2026-10-31"},
		{"2027-01-01", false, "2026-12-01", "2026-12-31"},
		{"2027-01-01", true, "2026-10-01", "2026-12-31"},
		{"2026-11-22", true, "2026-07-01", "2026-09-30"},
		{"2028-03-31", true, "2027-10-01", "2027-12-31"},
	} {
		d, err := time.Parse(time.DateOnly, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		got := LastPeriod(core.DayOf(d, time.UTC), tt.quarter)
		if got.From.String() != tt.from || got.To.String() != tt.to || got.Quarter != tt.quarter {
			t.Errorf("%s (quarter %v): %s to %s, want %s to %s", tt.day, tt.quarter, got.From, got.To, tt.from, tt.to)
		}
	}
}

func TestReview(t *testing.T) {
	many := func(n int, d Decided) (out []Decided) {
		for range n {
			out = append(out, d)
		}
		return out
	}
	kept := Decided{"Acme", Approved, eur(47_312), eur(47_312), false}
	small := Decided{"Acme", Approved, eur(25_000), eur(25_000), false}
	ruled := Decided{"Acme", Approved, eur(47_312), eur(47_312), true}
	lowered := Decided{"Acme", Approved, eur(100_000), eur(70_000), false}
	raised := Decided{"Acme", Approved, eur(100_000), eur(140_000), false}
	rejected := Decided{"Bolt", Rejected, eur(60_000), eur(60_000), false}
	expired := Decided{"Acme", Expired, eur(60_000), eur(60_000), false}
	byCost, byLevel := core.DefaultPolicy(), byFormula()
	for name, tt := range map[string]struct {
		decided []Decided
		leads   []supply.Score
		policy  core.Policy
		want    []ParameterChange
		few     bool
	}{
		"nothing to say":              {decided: append(many(7, kept), kept), policy: withAuto(withRoutine(byCost, 48_000), 48_000)},
		"by rule":                     {decided: append(many(8, kept), rejected), policy: withRoutine(byCost, 48_000), want: []ParameterChange{{"approval.auto_limit", "0.00", "480.00", "8 orders up to this amount were approved as asked for, and none was changed or rejected; routine ones can be approved by rule"}}},
		"by rule, but two approve":    {decided: many(8, kept), policy: withSecond(withAuto(withRoutine(byCost, 48_000), 20_000), 30_000)},
		"by rule, where two approve":  {decided: append(many(8, kept), many(8, small)...), policy: withSecond(withAuto(withRoutine(byCost, 48_000), 20_000), 30_000), want: []ParameterChange{{"approval.auto_limit", "200.00", "250.00", "8 orders up to this amount were approved as asked for, and none was changed or rejected; routine ones can be approved by rule"}}},
		"no time to take it back":     {decided: many(8, kept), policy: withUndo(withRoutine(byCost, 48_000), 0)},
		"the rule is no evidence":     {decided: append(many(20, ruled), many(7, kept)...), policy: byCost, few: true},
		"taken back from the rule":    {decided: append(many(8, kept), Decided{"Acme", Rejected, eur(40_000), eur(40_000), true}), policy: withRoutine(byCost, 48_000)},
		"too few":                     {decided: many(7, lowered), policy: byCost, few: true},
		"lowered, by cost":            {decided: append(many(5, kept), many(4, lowered)...), policy: byCost, want: []ParameterChange{{"quantity.holding_rate", "0.25", "0.31", "4 of 9 orders were lowered before they were approved, in the middle to 70 % of what was asked for"}}},
		"lowered, by level":           {decided: many(8, lowered), policy: byLevel, want: []ParameterChange{{"policy.service_level", "0.95", "0.9375", "8 of 8 orders were lowered before they were approved, in the middle to 70 % of what was asked for"}}},
		"raised":                      {decided: many(8, raised), policy: byCost, want: []ParameterChange{{"quantity.holding_rate", "0.25", "0.2", "8 of 8 orders were raised before they were approved, in the middle to 140 % of what was asked for"}}},
		"seldom lowered":              {decided: append(many(7, kept), many(2, lowered)...), policy: byCost},
		"routine":                     {decided: append(many(8, kept), rejected), policy: byCost, want: []ParameterChange{{"approval.routine_limit", "0.00", "480.00", "8 orders up to this amount were approved as asked for, and none was changed or rejected"}}},
		"routine, near a refused one": {decided: append(many(8, kept), Decided{"Bolt", Rejected, eur(47_500), eur(47_500), false}), policy: byCost, want: []ParameterChange{{"approval.routine_limit", "0.00", "474.99", "8 orders up to this amount were approved as asked for, and none was changed or rejected"}}},
		"fill rate near its end":      {decided: many(8, raised), policy: nearFull(byCost), want: []ParameterChange{{"policy.fill_rate", "0.9995", "0.9996", "8 of 8 orders were raised before they were approved, in the middle to 140 % of what was asked for"}}},
		"routine, but cheap":          {decided: append(many(8, kept), Decided{"Acme", Approved, eur(40_000), eur(20_000), false}), policy: byCost},
		"ran out":                     {decided: append(many(4, kept), many(3, expired)...), policy: byCost, few: true, want: []ParameterChange{{"approval.remind_after", "24h", "12h", "3 of 7 proposals ran out without a decision"}}},
		"slower than listed": {policy: byCost, few: true, leads: []supply.Score{{Supplier: "ACME", Modes: []supply.ModeLead{{Mode: core.Sea, Multiple: 1.184, Orders: 8}, {Mode: core.Air, Multiple: 1.5, Orders: 2}, {Mode: core.Rush, Multiple: 1.05, Orders: 9}}}},
			want: []ParameterChange{{"lead time of ACME by sea", "× 1", "× 1.18", "in 8 orders goods took 1.18 times as long as its list says; the plan reckons with that, quotes and promises made from the list do not"}}},
		"mostly rejected": {decided: append(many(3, rejected), kept), policy: byCost, few: true, want: []ParameterChange{{"orders from Bolt", "asked for", "other supplier, or numbers set by hand", "3 of 3 were rejected"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReview(ReviewInput{Shop: core.Shop{Currency: "EUR"}, Policy: tt.policy, Decided: tt.decided, Leads: tt.leads})
			if diff := cmp.Diff(tt.want, r.Changes); diff != "" || r.Few != tt.few {
				t.Errorf("few %v\n%s", r.Few, diff)
			}
			if sum := r.AsAsked + r.ByRule + r.Lowered + r.Raised + r.Rejected + r.Expired; sum != len(tt.decided) || r.Asked != sum {
				t.Errorf("%d of %d counted: %+v", sum, len(tt.decided), r)
			}
		})
	}
}

func nearFull(p core.Policy) core.Policy {
	p.Target, p.FillRate = core.TargetFill, 0.9995
	return p
}

func withAuto(p core.Policy, minor int64) core.Policy {
	p.Approval.AutoLimit = eur(minor)
	return p
}

func withSecond(p core.Policy, minor int64) core.Policy {
	p.Approval.SecondAbove = eur(minor)
	return p
}

func withUndo(p core.Policy, d time.Duration) core.Policy {
	p.Approval.Undo = d
	return p
}

func withRoutine(p core.Policy, minor int64) core.Policy {
	p.Approval.RoutineLimit = eur(minor)
	return p
}
