package plan

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
)

// targets are all rules of how much is enough.
var targets = []core.TargetRule{core.TargetCost, core.TargetFill, core.TargetQuantile, core.TargetNormal}

// byHand is the report for one product with so many units, of which a person set
// these numbers, by the default policy with a target.
func byHand(t *testing.T, target core.TargetRule, onHand int64, change func(*core.Snapshot), set ...core.Override) Report {
	t.Helper()
	s := oneSKU(onHand)
	s.Items[0].MOQ, s.Items[0].Pack, s.Items[0].Breaks, s.Items[0].Lead = 1, 1, nil, s.Items[0].Lead[:1]
	if change != nil {
		change(&s)
	}
	for _, o := range set {
		o.SKU, o.Reason, o.By, o.On, o.Until = "SOLAR-01", "x", "Jo", today, today
		s.Overrides = append(s.Overrides, o)
	}
	p := core.DefaultPolicy()
	p.Target = target
	r, err := Evaluate(s, p, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Proposals {
		for _, l := range pr.Lines {
			redo(t, Explain(l))
		}
	}
	return r
}

// One times the forecast, or the forecast itself set by hand, orders what is ordered
// anyway; more asks for as much more, and nothing bounds it but the person.
func TestDemandByHand(t *testing.T) {
	for _, target := range targets {
		t.Run(string(target), func(t *testing.T) {
			usual := byHand(t, target, 0, nil)
			need := usual.Items[0].Calc.Need
			if need < 100 {
				t.Fatalf("a need of %v", need)
			}
			for _, f := range []float64{0.25, 0.5, 1, 2, 3, 20} {
				factor := byHand(t, target, 0, nil, core.Override{Field: core.OverrideFactor, Value: f})
				demand := byHand(t, target, 0, nil, core.Override{Field: core.OverrideDemand, Value: 20 * f})
				both := byHand(t, target, 0, nil, core.Override{Field: core.OverrideFactor, Value: f}, core.Override{Field: core.OverrideDemand, Value: 20})
				for name, r := range map[string]Report{"factor": factor, "demand": demand, "both": both} {
					it := r.Items[0]
					if got := it.Calc.Need; math.Abs(got-f*need) > 0.015*f*need {
						t.Errorf("%s, times %v: a need of %v, without it %v", name, f, got, need)
					}
					if got := it.Order(); math.Abs(float64(got)-it.Calc.Need) > 1 {
						t.Errorf("%s, times %v: %d ordered of a need of %v", name, f, got, it.Calc.Need)
					}
					course := r.Proposals[0].Course
					for i, v := range it.Forecast.Mean {
						if math.Abs(v-20*f) > 0.02*20*f || i < len(course.Mean) && math.Abs(course.Mean[i]-v) > 0.0051 {
							t.Fatalf("%s, times %v: %v units forecast on day %d, drawn %v", name, f, v, i, course.Mean[i])
						}
					}
					if math.Abs(it.Calc.DemandSD-f*usual.Items[0].Calc.DemandSD) > 0.015*f*it.Calc.DemandSD {
						t.Errorf("%s, times %v: a deviation of %v, without it %v", name, f, it.Calc.DemandSD, usual.Items[0].Calc.DemandSD)
					}
					if text := strings.Join(Explain(r.Proposals[0].Lines[0]), " "); !strings.Contains(strings.ToLower(text), "set by hand.") {
						t.Errorf("not said: %s", text)
					}
					if week := NewWeekItem(it, today); math.Abs(week.Expected[0]-20*f) > 0.02*20*f {
						t.Errorf("%s, times %v: the week expects %v", name, f, week.Expected)
					}
				}
				if same := factor.Items[0].Calc; f == 1 && same.Need != need {
					t.Errorf("one time the forecast needs %v, without it %v", same.Need, need)
				}
			}
		})
	}
}

// Courses of demand say what they are made of.
func TestCoursesAreNamed(t *testing.T) {
	for _, target := range targets[:3] {
		for name, r := range map[string]Report{
			"moved to today's level":            byHand(t, target, 0, nil),
			"moved to the demand set by hand":   byHand(t, target, 0, nil, core.Override{Field: core.OverrideDemand, Value: 30}),
			"as sales of new products are":      byHand(t, target, 0, func(s *core.Snapshot) { s.Demand[0].Start, s.Demand[0].Qty = today-1, core.Daily(5) }),
			"spread around the expected demand": byHand(t, target, 0, func(s *core.Snapshot) { s.Demand = nil }, core.Override{Field: core.OverrideDemand, Value: 30}),
		} {
			text := Explain(r.Proposals[0].Lines[0])
			said := slices.DeleteFunc(slices.Clone(text), func(s string) bool {
				return !strings.Contains(s, "courses of demand") || strings.Contains(s, "the floor of")
			})
			for _, s := range said {
				if !strings.Contains(s, name) {
					t.Errorf("%s: %q is not in %q", target, name, s)
				}
			}
			if len(said) == 0 {
				t.Errorf("%s: no courses in %q", target, text)
			}
		}
	}
}

// A port strike delays the sea and not the air freight that is the answer to it. A mode
// that is named is set alone, and no way is said to take longer than the normal one.
func TestLeadTimeByHand(t *testing.T) {
	lead := func(days float64) core.Override { return core.Override{Field: core.OverrideLeadTime, Value: days} }
	by := func(m core.Mode, days float64) core.Override {
		return core.Override{Field: core.LeadTimeBy(m), Value: days}
	}
	for _, tt := range []struct {
		name     string
		set      []core.Override
		sea, air core.Day
		said     string
	}{
		{"none", nil, 35, 8, ""},
		{"strike", []core.Override{lead(60)}, 60, 8, "Lead time is set to 60 days by Jo until 2026-11-21: x (otherwise 35 by sea)."},
		{"air", []core.Override{by(core.Air, 20)}, 35, 20, "Lead time is set to 20 days by Jo until 2026-11-21: x (otherwise 8 by air)."},
		{"both", []core.Override{lead(60), by(core.Air, 20)}, 60, 20, "(otherwise 8 by air)."},
		{"sea", []core.Override{lead(70), by(core.Sea, 60)}, 60, 8, "Lead time is set to 60 days"},
		{"near", []core.Override{lead(5)}, 5, 5, "Lead time is set to 5 days by Jo until 2026-11-21: x (otherwise 35 by sea)."},
		{"rush, which nobody offers", []core.Override{by(core.Rush, 2)}, 35, 8, ""},
	} {
		for _, target := range targets {
			r := byHand(t, target, 150, func(s *core.Snapshot) {
				s.Items[0].Lead = append(s.Items[0].Lead, core.Lead{Mode: core.Air, Days: 8, SD: 2, Freight: usd(300)})
			}, tt.set...)
			arrives := map[core.Mode]core.Day{}
			var why []string
			for _, l := range r.Proposals[0].Lines {
				arrives[l.Mode] = l.Arrival - today
				why = append(why, Explain(l)...)
			}
			text := strings.Join(why, "\n")
			want := map[core.Mode]core.Day{core.Sea: tt.sea, core.Air: tt.air}
			if tt.air == tt.sea { // then nothing is won by air
				delete(want, core.Air)
			}
			if !maps.Equal(arrives, want) || !strings.Contains(text, tt.said) {
				t.Errorf("%s, %s: goods arrive after %v days, want %v; %q in\n%s", tt.name, target, arrives, want, tt.said, text)
			}
		}
	}
}
