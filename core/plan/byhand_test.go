package plan

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/replenish"
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
	p.Target, p.Quantity.Transfers = target, core.TransferFirst
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

// A quantity set by hand is what is ordered when an order is due, and nothing when none
// is, whatever a joint order, a transfer, a supplier's minimum or a container would make
// of it.
func TestQuantityByHand(t *testing.T) {
	set := func(units float64) core.Override {
		return core.Override{Field: core.OverrideQuantity, Value: units}
	}
	shops := map[string]func(*core.Snapshot){
		"as it is": nil,
		"joint order": func(s *core.Snapshot) { // of a RED product, whose buyers want this
			red, item, stock, demand := s.Products[0], s.Items[0], s.Stock[0], s.Demand[0]
			red.SKU, item.SKU, stock.SKU, demand.SKU, stock.OnHand = "RED-1", "RED-1", "RED-1", "RED-1", 0
			demand.Qty = core.Daily(slices.Repeat([]float32{90}, 200)...)
			s.Products, s.Items, s.Stock, s.Demand = append(s.Products, red), append(s.Items, item), append(s.Stock, stock), append(s.Demand, demand)
			s.Links = []core.Link{{From: "RED-1", To: "SOLAR-01", Probability: 0.9, Days: 60}}
		},
		"transfer": func(s *core.Snapshot) {
			s.Locations = append(s.Locations, core.Location{ID: "FR", Name: "Fr"})
			s.Stock = append(s.Stock, core.StockLevel{SKU: "SOLAR-01", Location: "FR", OnHand: 5000})
		},
		"supplier minimum": func(s *core.Snapshot) { s.Suppliers[0].Terms.MinUnits = 4000 },
		"container":        func(s *core.Snapshot) { s.Suppliers[0].Terms.ContainerUnits = 3000 },
	}
	for name, change := range shops {
		for _, target := range targets {
			usual := byHand(t, target, 60, nil).Items[0].Order()
			for _, units := range []int64{20, usual, 1500} {
				r := byHand(t, target, 60, func(s *core.Snapshot) {
					if change != nil {
						change(s)
					}
				}, set(float64(units)))
				got := int64(0)
				for _, p := range r.Proposals {
					for _, l := range p.Lines {
						if l.SKU == "SOLAR-01" && l.Location == "MAIN" {
							got += l.Qty
						}
					}
				}
				if got != units {
					t.Errorf("%s, %s: %d ordered, set to %d", name, target, got, units)
				}
			}
			for onHand := int64(500); onHand < 2000; onHand += 75 {
				due := byHand(t, target, onHand, change)
				if it := due.Items[slicesIndex(due.Items, "SOLAR-01")]; it.Order() == 0 {
					r := byHand(t, target, onHand, change, set(200))
					if it := r.Items[slicesIndex(r.Items, "SOLAR-01")]; it.Order() != 0 {
						t.Errorf("%s, %s: nothing is due with %d units, and %d are ordered:\n%s", name, target, onHand, it.Order(), strings.Join(ExplainItem(it), "\n"))
					}
				}
			}
		}
	}
}

// An order is due at or below the reorder point set by hand, and above it none is,
// under every target and whatever the tier.
func TestReorderPointByHand(t *testing.T) {
	near := func(s *core.Snapshot) { s.Items[0].Lead[0].Days = 5 }
	lumpy := func(s *core.Snapshot) { // an average of some 11.111 a day
		for i := range s.Demand[0].Qty.Len() {
			s.Demand[0].Qty.Set(i, float32(i%9/8*100))
		}
	}
	for _, tt := range []struct {
		set, at float64
		change  func(*core.Snapshot)
	}{
		{1200, 1200, nil}, {901.5, 901.5, nil},
		{10, 700, nil},   // below the demand of the lead time: that counts
		{150, 150, near}, // 200 are RED, and no order is due
		{777.77, 777.77, lumpy},
	} {
		for _, target := range targets {
			for _, onHand := range []int64{max(0, int64(tt.at)-400), int64(tt.at) - 50, int64(tt.at), int64(tt.at) + 1, int64(tt.at) + 50} {
				r := byHand(t, target, onHand, tt.change, core.Override{Field: core.OverrideReorder, Value: tt.set})
				it := r.Items[0]
				text := strings.Join(ExplainItem(it), "\n")
				if due := float64(onHand) <= tt.at; due != (it.Order() > 0) || it.Calc.Trigger != tt.at || it.Calc.ReorderPoint != tt.at || !strings.Contains(text, " = "+replenish.Num(tt.at)) {
					t.Errorf("%s, set to %v: %d of %d ordered; due at or below %v in\n%s", target, tt.set, it.Order(), onHand, tt.at, text)
				}
			}
		}
	}
	// With a safety stock set by hand as well, that fills an order up.
	for _, target := range targets {
		both := []core.Override{{Field: core.OverrideReorder, Value: 1200}, {Field: core.OverrideSafety, Value: 400}}
		less := byHand(t, target, 1000, nil, both...).Items[0]
		more := byHand(t, target, 1000, nil, both[0]).Items[0]
		if less.Calc.Trigger != 1200 || less.Order() == 0 || more.Order()-less.Order() != 100 || byHand(t, target, 1201, nil, both...).Items[0].Order() != 0 {
			t.Errorf("%s: due at or below %v, %d and %d ordered", target, less.Calc.Trigger, less.Order(), more.Order())
		}
	}
}
