package simulate

import (
	"context"
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Family is a policy with one knob that trades stock for service.
type Family struct {
	Name    string
	Knob    string // what the knob is, with its unit
	Default float64
	Values  []float64 // to sweep, ascending
	Make    func(knob float64) Policy
}

// Policy returns the family's policy at its default knob.
func (f Family) Policy() Policy { return f.Make(f.Default) }

// Names of the built-in families.
const (
	Ours           = "quartermaster"
	PlainTiers     = "cover-tiers"
	LeadAwareTiers = "cover-tiers-lead"
	Normal         = "rs-normal"
	MinMaxTool     = "min-max"
)

// safetyDays and levels are the knobs swept.
var (
	safetyDays = []float64{0, 3, 6, 10, 15, 20, 25, 30, 40, 50, 65, 80, 100, 130}
	holdings   = []float64{0.1, 0.3, 1, 2, 4, 8, 16, 32}
	levels     = []float64{0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.975, 0.985, 0.99, 0.995, 0.999}
)

// Families returns ours with policy p, its model trained as t says, and what it is
// compared with, all with p's review days.
func Families(p core.Policy, t Training) []Family {
	review := p.ReviewDays
	return []Family{
		OursAt(Ours, p, t),
		{PlainTiers, "order below days of cover", 30, safetyDays, func(k float64) Policy {
			return CoverTiers(PlainTiers, review, k, k+15, false)
		}},
		{LeadAwareTiers, "order below days of cover beyond the lead time", 30, safetyDays, func(k float64) Policy {
			return CoverTiers(LeadAwareTiers, review, k, k+15, true)
		}},
		{Normal, "service level", 0.95, append(slices.Clone(levels), 0.9999, 0.999999), func(k float64) Policy {
			return RSNormal(Normal, review, replenish.Z(k))
		}},
		{MinMaxTool, "safety days", 7, safetyDays, func(k float64) Policy {
			return MinMax(MinMaxTool, review, k, 30)
		}},
	}
}

// OursAt is the family of this program's plan with policy p. Its knob is what the
// holding rate is multiplied with where the target weighs costs, else the service
// level.
func OursAt(name string, p core.Policy, t Training) Family {
	if p.Target == core.TargetCost {
		return Family{name, "times the holding cost", 1, holdings, func(k float64) Policy {
			p := p
			p.Quantity.HoldingRate *= k
			return Quartermaster(name, p, t)
		}}
	}
	return Family{name, "service level", p.ServiceLevel, levels, func(k float64) Policy {
		p := p
		p.ServiceLevel = k
		return Quartermaster(name, p, t)
	}}
}

// Curve is a family at every value of its knob.
type Curve struct {
	Policy string  `json:"policy"`
	Knob   string  `json:"knob"`
	Points []Point `json:"points"` // by knob
}

// Point is one policy of a curve.
type Point struct {
	Knob float64 `json:"knob"`
	Totals
}

// Sweep runs every family at every value of its knob.
func Sweep(ctx context.Context, s *Scenario, families []Family, progress func(done, total int)) ([]Curve, error) {
	var policies []Policy
	for _, f := range families {
		for _, k := range f.Values {
			p := f.Make(k)
			p.Name = fmt.Sprintf("%s at %v", f.Name, k)
			policies = append(policies, p)
		}
	}
	results, err := Run(ctx, s, policies, progress)
	if err != nil {
		return nil, err
	}
	curves := make([]Curve, len(families))
	for i, f := range families {
		curves[i] = Curve{Policy: f.Name, Knob: f.Knob}
		for _, k := range f.Values {
			curves[i].Points = append(curves[i].Points, Point{k, results[0].Totals})
			results = results[1:]
		}
	}
	return curves, nil
}
