package replenish

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/forecast/window"
)

// quantile is the default policy with the quantile target and no floor.
func quantile() core.Policy {
	p := byFormula()
	p.Target, p.MinSafetyDays = core.TargetQuantile, 0
	return p
}

// Demand of 0, 0, 0, 40 over and over: any eight days hold 80, no eight days more.
// The normal formula asks for a safety stock all the same.
func TestQuantileKnowsThePattern(t *testing.T) {
	past := make([]float64, 364)
	for i := range past {
		past[i] = float64(40 * (i % 4 / 3))
	}
	item := &core.SupplierItem{Price: eur(500), MOQ: 1, Pack: 1, Lead: []core.Lead{{Mode: core.Sea, Days: 8}}}
	in := Input{Today: 1000, Mean: steady(91, 10), SD: 17.3, Past: past, Item: item}
	c := Assess(in, quantile()).Calc
	if c.Courses == 0 || math.Abs(c.ReorderPoint-80) > 0.1 || c.SafetyStock > 0.1 {
		t.Errorf("%d courses, reorder point %v, safety stock %v; want 80 and 0", c.Courses, c.ReorderPoint, c.SafetyStock)
	}
	if c.CoverDays != 15 || math.Abs(c.OrderUpTo-160) > 0.1 { // fifteen days hold 120 or 160
		t.Errorf("over %v days up to %v, want 160", c.CoverDays, c.OrderUpTo)
	}
	p := quantile()
	p.MinSafetyDays = 3
	if c := Assess(in, p).Calc; c.SafetyStock != 30 || c.ReorderPoint != 110 {
		t.Errorf("with a floor of three days: safety stock %v, reorder point %v", c.SafetyStock, c.ReorderPoint)
	}
	normal := byFormula()
	normal.MinSafetyDays = 0
	if c := Assess(in, normal).Calc; c.Courses != 0 || c.ReorderPoint < 150 {
		t.Errorf("the normal formula: %d courses, reorder point %v", c.Courses, c.ReorderPoint)
	}
}

func TestQuantileTargetProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		day := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 30), rapid.Just(math.NaN()))
		days := rapid.Float64Range(1, 40).Draw(rt, "days")
		mean, past := rapid.Float64Range(0.01, 30).Draw(rt, "mean"), rapid.SliceOfN(day, 1, 200).Draw(rt, "past")
		assess := func(days, level float64, stock int64) Result {
			item := &core.SupplierItem{Price: eur(500), MOQ: 1, Pack: 1, Lead: []core.Lead{{Mode: core.Sea, Days: days}}}
			p := quantile()
			p.ServiceLevel = level
			return Assess(Input{Today: 1000, Mean: steady(120, mean), SD: 3, Past: past, Position: Position{OnHand: stock}, Item: item}, p)
		}
		base := assess(days, 0.9, 50)
		if base.Calc == nil {
			return
		}
		c := base.Calc
		if !(c.ReorderPoint >= 0 && c.OrderUpTo >= c.ReorderPoint && c.OrderUpTo < 1e9 && c.Qty >= 0) {
			rt.Fatalf("%+v", c)
		}
		if up := assess(days, 0.98, 50).Calc; up.ReorderPoint < c.ReorderPoint-0.01 || up.OrderUpTo < c.OrderUpTo-0.01 {
			rt.Fatalf("a higher service level lowers %v, %v to %v, %v", c.ReorderPoint, c.OrderUpTo, up.ReorderPoint, up.OrderUpTo)
		}
		if full := assess(days, 0.9, 80); full.Qty() > base.Qty() {
			rt.Fatalf("%d ordered with 50 in stock, %d with 80", base.Qty(), full.Qty())
		}
	})
}

// The target "fill": of 70 a week 2 % and so on may be short. On four of ten days 25 are
// sold, in turn. Expected demand alone, 140 in two weeks, leaves 5.5 short, 8 %.
func TestFillRate(t *testing.T) {
	var past []float64
	for range 40 {
		past = append(past, 25, 0, 0, 25, 0, 25, 0, 0, 25, 0)
	}
	p := core.DefaultPolicy()
	p.Target, p.MinSafetyDays = core.TargetFill, 0
	in := Input{Today: 1000, Past: past, Mean: steady(120, 10), Item: &core.SupplierItem{Price: eur(500), Lead: []core.Lead{{Mode: core.Sea, Days: 7}}}}
	last := 0.0
	for _, rate := range []float64{0.93, 0.96, 0.98, 0.999} {
		p.FillRate = rate
		c := Assess(in, p).Calc
		short := round4((1 - rate) * 70)
		if c.FillRate != rate || c.MayShort != short {
			t.Fatalf("fill rate %v, %v may be short", c.FillRate, c.MayShort)
		}
		// The level found leaves as many short in two weeks as may be, and less would leave more.
		room := in
		sold := room.paths(14).Until(window.Lead{Mean: 14}, 0)
		if got := sold.Shortage(c.OrderUpTo); math.Abs(got-short) > 0.01 {
			t.Errorf("at %v %v are short, %v may be", c.OrderUpTo, got, short)
		}
		if c.OrderUpTo <= last {
			t.Errorf("a fill rate of %v asks for %v, a lower one for %v", rate, c.OrderUpTo, last)
		}
		last = c.OrderUpTo
	}
	in.Past = nil // no courses: the formula, and nothing said of a fill rate
	if c := Assess(in, p).Calc; c.FillRate != 0 || c.Courses != 0 {
		t.Errorf("without a history: %+v", c)
	}
}

// The days that a supplier is closed are certain. Seen as a part of a lead time that
// varies they made it steadier than the one after the holiday, and the order-up-to
// level fell under the reorder point.
func TestClosedDaysAreCertain(t *testing.T) {
	item := core.SupplierItem{Price: eur(100), Lead: []core.Lead{{Mode: core.Sea, Days: 1, SD: 20}}}
	p := core.DefaultPolicy()
	p.Target, p.ReviewDays, p.ServiceLevel = core.TargetQuantile, 17, 0.995
	in := Input{Today: 1000, Mean: steady(91, 1), SD: 1, Past: slices.Repeat([]float64{1}, 200), Item: &item, Closed: []core.DayRange{{From: 1000, To: 1012}}}
	if c := Assess(in, p).Calc; c.LeadDays != 14 || c.OrderUpTo < c.ReorderPoint {
		t.Errorf("up to %v, under the reorder point of %v: %+v", c.OrderUpTo, c.ReorderPoint, c)
	}
}
