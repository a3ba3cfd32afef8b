package replenish

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

func strict() core.Policy {
	p := byFormula()
	p.Tiers = core.Strict
	return p
}

func TestTierEdges(t *testing.T) {
	tests := []struct {
		name   string
		stock  Position
		demand float64
		want   Tier
		why    string
	}{
		{"no stock", Position{}, 10, Red, "nothing is available to sell"},
		{"all promised", Position{OnHand: 5, Committed: 5}, 10, Red, "nothing is available to sell"},
		{"owed", Position{OnHand: 5, Backorders: 9}, 10, Red, "nothing is available to sell"},
		{"under 15", Position{OnHand: 149}, 10, Red, "14.9 days of cover, under 15"},
		{"just under 15", Position{OnHand: 149_999}, 10_000, Red, "just under 15 days of cover"},
		{"14.96 is 15 when rounded", Position{OnHand: 1496}, 100, Red, "just under 15 days of cover"},
		{"14.94 is not", Position{OnHand: 1494}, 100, Red, "14.9 days of cover, under 15"},
		{"15", Position{OnHand: 150}, 10, Yellow, "15 days of cover, between 15 and 30"},
		{"15 of a demand that floats", Position{OnHand: 3}, 0.2, Yellow, "15 days of cover, between 15 and 30"},
		{"30", Position{OnHand: 300}, 10, Yellow, "30 days of cover, between 15 and 30"},
		{"just over 15", Position{OnHand: 150_001}, 10_000, Yellow, "15 days of cover, between 15 and 30"},
		{"just under 30", Position{OnHand: 299_999}, 10_000, Yellow, "just under 30 days of cover"},
		{"just over 30", Position{OnHand: 300_001}, 10_000, Green, "just over 30 days of cover"},
		{"over 30", Position{OnHand: 301}, 10, Green, "30.1 days of cover, over 30"},
		{"promised stock is no cover", Position{OnHand: 301, Committed: 1}, 10, Yellow, "30 days of cover, between 15 and 30"},
		{"goods on order are no cover", Position{OnHand: 100, OnOrder: 900}, 10, Red, "10 days of cover, under 15"},
		{"no demand", Position{OnHand: 100}, 0, Idle, "no sales are expected"},
		{"no demand, no stock", Position{}, 0, Idle, "no sales are expected"},
		{"no demand but owed", Position{OnHand: 5, Backorders: 9}, 0, Red, "customers are owed 4 of it, and no other sales are expected"},
		{"no demand, what is owed comes", Position{Backorders: 9, OnOrder: 9}, 0, Idle, "no sales are expected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := Assess(Input{Today: 1000, Mean: steady(91, tt.demand), Position: tt.stock}, strict())
			if res.Tier != tt.want || res.TierWhy != tt.why {
				t.Errorf("%s (%s), want %s (%s)", res.Tier, res.TierWhy, tt.want, tt.why)
			}
		})
	}
}

func TestAwareTiers(t *testing.T) {
	both := &core.SupplierItem{Price: eur(500), Lead: []core.Lead{
		{Mode: core.Sea, Days: 40, SD: 0, Freight: eur(10)}, {Mode: core.Air, Days: 20, SD: 0, Freight: eur(90)},
	}}
	seaOnly := &core.SupplierItem{Price: eur(500), Lead: both.Lead[:1]}
	// Demand 10 a day, no deviation, floor 3 days: reorder point 430 by sea, 230 by air.
	tests := []struct {
		name  string
		item  *core.SupplierItem
		stock Position
		want  Tier
		why   string
	}{
		{"above both", both, Position{OnHand: 430}, Green, "43 days of cover, over 30"},
		{"under the normal one", both, Position{OnHand: 429}, Yellow, "42.9 days of cover, but the position of 429 is under the reorder point of 430 by sea"},
		{"35 days, order-by date passed", both, Position{OnHand: 350}, Yellow, "35 days of cover, but the order-by date was 5 days ago (1970-09-23 by sea)"},
		{"yellow stays yellow", both, Position{OnHand: 290}, Yellow, "29 days of cover, between 15 and 30"},
		{"at the fast one", both, Position{OnHand: 230}, Yellow, "23 days of cover, between 15 and 30"},
		{"under the fast one", both, Position{OnHand: 229}, Red, "22.9 days of cover, but the position of 229 is under the reorder point of 230 by air"},
		{"goods on order count in the position", both, Position{OnHand: 229, OnOrder: 500}, Yellow, "22.9 days of cover, between 15 and 30"},
		{"one mode is normal and fast", seaOnly, Position{OnHand: 350}, Red, "35 days of cover, but the order-by date was 5 days ago (1970-09-23 by sea)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Input{Today: 270, Mean: steady(91, 10), Position: tt.stock, Item: tt.item}
			if tt.stock.OnOrder > 0 {
				in.Inbound = []core.Inbound{{Qty: tt.stock.OnOrder, Due: 275}}
			}
			res := Assess(in, byFormula())
			if res.Tier != tt.want || res.TierWhy != tt.why {
				t.Errorf("%s (%s), want %s (%s)", res.Tier, res.TierWhy, tt.want, tt.why)
			}
		})
	}
}

// total is what an assessment orders by every way.
func total(res Result) (n int64) {
	for _, part := range res.Parts {
		n += part.Calc.Qty
	}
	return n
}

// place puts what was ordered on its way.
func place(in Input, res Result) Input {
	in.Inbound = slices.Clone(in.Inbound)
	for _, part := range res.Parts {
		in.Inbound = append(in.Inbound, core.Inbound{Order: "B", Qty: part.Calc.Qty, Due: part.Arrival})
		in.Position.OnOrder += part.Calc.Qty
	}
	return in
}

// Customers who are owed goods get them, and no more is ordered, where nobody else is
// expected to buy: what comes already counts, and once they are ordered all is quiet.
func TestOwedWithoutDemand(t *testing.T) {
	item := &core.SupplierItem{Price: eur(500), MOQ: 10, Pack: 4, Lead: []core.Lead{
		{Mode: core.Sea, Days: 35, SD: 6, Freight: eur(10)}, {Mode: core.Air, Days: 8, SD: 2, Freight: eur(90)},
	}}
	for _, target := range []core.TargetRule{core.TargetCost, core.TargetFill, core.TargetQuantile, core.TargetNormal} {
		p := byFormula()
		p.Target = target
		in := Input{
			Today: 1000, Mean: steady(91, 0), Past: steady(364, 0), Position: Position{Backorders: 20, OnOrder: 6}, Item: item,
			Inbound:   []core.Inbound{{Order: "A", Qty: 6, Due: 1060}},
			Economics: Economics{Sell: eur(900), Rate: core.RateOne}, Cost: &UnitCost{Margin: eur(390), Keep: 0.01},
		}
		res := Assess(in, p)
		if total(res) != 16 || len(res.Parts) != 1 || res.Lead.Mode != core.Sea || res.Owed != 14 {
			t.Errorf("%s: %d by %s for %d owed, want 16 for 14", target, total(res), res.Lead.Mode, res.Owed)
		}
		if !res.HasStockOut || res.StockOut != in.Today || res.Cover != 0 || res.Calc.ModeWhy != "sea is the cheapest way and waiting for it loses next to nothing" {
			t.Errorf("%s: stock lasts until %s, cover %v, %s", target, res.StockOut, res.Cover, res.Calc.ModeWhy)
		}
		if again := Assess(place(in, res), p); again.Tier != Idle || total(again) != 0 {
			t.Errorf("%s: once ordered, %s and %d more", target, again.Tier, total(again))
		}
	}
}

// An urgent order goes by air, and is large enough that the next one can go by
// sea again.
func TestFastOrderLastsUntilTheNormalOne(t *testing.T) {
	item := &core.SupplierItem{Price: eur(500), Lead: []core.Lead{
		{Mode: core.Sea, Days: 35, SD: 6, Freight: eur(10)}, {Mode: core.Air, Days: 8, SD: 2, Freight: eur(90)},
	}}
	in := Input{Today: 1000, Mean: steady(91, 20), SD: 8, Position: Position{OnHand: 100}, Item: item}
	res := Assess(in, byFormula())
	if res.Lead.Mode != core.Air || res.Calc.CoverDays != 42 || res.Calc.OrderUpTo != 1055.02 || res.Calc.LeadDays != 8 {
		t.Fatalf("mode %s, %+v", res.Lead.Mode, res.Calc)
	}
	placed := place(in, res)
	if again := Assess(placed, byFormula()); total(again) != 0 {
		t.Errorf("after ordering %d, %d more are asked for", total(res), total(again))
	}
	in.Today, in.Position, in.Inbound = 1008, Position{OnHand: total(res)}, nil
	if later := Assess(in, byFormula()); later.Lead.Mode != core.Sea {
		t.Errorf("once the goods are there the next order goes by %s", later.Lead.Mode)
	}
}

// RED asks for goods even when a short lead time would allow to wait.
func TestRedOrdersNow(t *testing.T) {
	item := &core.SupplierItem{Price: eur(500), Lead: []core.Lead{{Mode: core.Air, Days: 5}}}
	res := Assess(Input{Today: 1000, Mean: steady(91, 10), Position: Position{OnHand: 120}, Item: item}, strict())
	if c := res.Calc; res.Tier != Red || c.ReorderPoint != 80 || c.Trigger != 150 || c.Need != 30 || c.TriggerWhy != "15 days of sales, the end of RED" {
		t.Errorf("%s: %+v", res.Tier, c)
	}
	res = Assess(Input{Today: 1000, Mean: steady(91, 10), Position: Position{OnHand: 150}, Item: item}, strict())
	if c := res.Calc; res.Tier != Yellow || c.Trigger != 80 || c.Qty != 0 {
		t.Errorf("%s: %+v", res.Tier, c)
	}
}

// At the reorder point an order is due, one unit above it is not.
func TestTriggerEdge(t *testing.T) {
	item := &core.SupplierItem{Price: eur(500), Lead: []core.Lead{{Mode: core.Sea, Days: 40}}}
	for stock, want := range map[int64]int64{429: 71, 430: 70, 431: 0} { // reorder point 430, order-up-to level 500
		res := Assess(Input{Today: 1000, Mean: steady(91, 10), Position: Position{OnHand: stock}, Item: item}, byFormula())
		if res.Calc.Qty != want || res.Calc.Trigger != 430 {
			t.Errorf("%d in stock: %d ordered at a trigger of %v, want %d", stock, res.Calc.Qty, res.Calc.Trigger, want)
		}
	}
}

// Closed days before the next order's goods lengthen the time to cover.
func TestClosedDaysLengthenTheCover(t *testing.T) {
	item := &core.SupplierItem{Price: eur(500), Lead: []core.Lead{{Mode: core.Sea, Days: 30}}}
	closed := []core.DayRange{{From: 1035, To: 1049}} // after today's order has arrived
	in := Input{Today: 1000, Mean: steady(120, 10), Item: item, Closed: closed}
	c := Assess(in, byFormula()).Calc
	if c.LeadDays != 30 || c.CoverDays != 52 {
		t.Errorf("lead time %v and time to cover %v, want 30 and 7 + 30 + 15", c.LeadDays, c.CoverDays)
	}
	if h := Horizon(1000, item, closed, byFormula()); h != 91 {
		t.Errorf("horizon %d, want 91", h)
	}
	item.Lead[0].Days = 100
	if h := Horizon(1000, item, closed, byFormula()); h != 123 {
		t.Errorf("horizon %d, want 7 + 100 + 15 + 1", h)
	}
}

func TestProject(t *testing.T) {
	inbound := func(order string, qty int64, due core.Day) core.Inbound {
		return core.Inbound{Order: order, Qty: qty, Due: due}
	}
	tests := []struct {
		name      string
		available int64
		inbound   []core.Inbound
		out       core.Day
		has       bool
		unmet     []float64
		notes     int
	}{
		{"lasts", 50, nil, 0, false, []float64{0, 0, 0, 0, 0}, 0},
		{"exactly enough for three days", 30, nil, 1003, true, []float64{0, 0, 0, 10, 10}, 0},
		{"part of a day", 25, nil, 1002, true, []float64{0, 0, 5, 10, 10}, 0},
		{"nothing", 0, nil, 1000, true, []float64{10, 10, 10, 10, 10}, 0},
		{"due today counts today", 0, []core.Inbound{inbound("A", 50, 1000)}, 0, false, []float64{0, 0, 0, 0, 0}, 0},
		{"due later", 10, []core.Inbound{inbound("A", 30, 1002)}, 1001, true, []float64{0, 10, 0, 0, 0}, 0},
		{"overdue arrives tomorrow", 10, []core.Inbound{inbound("A", 40, 990)}, 0, false, []float64{0, 0, 0, 0, 0}, 1},
		{"overdue does not arrive today", 0, []core.Inbound{inbound("A", 40, 999)}, 1000, true, []float64{10, 0, 0, 0, 0}, 1},
		{"what is owed is filled first", -15, []core.Inbound{inbound("A", 25, 1001)}, 1000, true, []float64{10, 0, 10, 10, 10}, 0},
		{"nothing on an overdue order", 50, []core.Inbound{inbound("A", 0, 990)}, 0, false, []float64{0, 0, 0, 0, 0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Project(1000, tt.available, tt.inbound, steady(5, 10))
			if p.HasStockOut != tt.has || p.StockOut != tt.out || !cmp.Equal(p.Unmet, tt.unmet) || len(p.Notes) != tt.notes {
				t.Errorf("got %+v", p)
			}
		})
	}
	p := Project(1000, 0, []core.Inbound{inbound("PO-7", 40, 998)}, steady(5, 10))
	if want := "40 units of order PO-7 were due on 1972-09-25, 2 days ago; they count as arriving tomorrow"; len(p.Notes) != 1 || p.Notes[0] != want {
		t.Errorf("notes %q, want %q", p.Notes, want)
	}
	if got := p.Short(1000, 1001); got != 10 {
		t.Errorf("short %v until tomorrow, want 10", got)
	}
	if got := p.Short(1000, 5000); got != 10 {
		t.Errorf("short %v beyond the horizon, want 10", got)
	}
}

func anyInput(t *rapid.T) (Input, core.Policy) {
	it := anyItem(t)
	p := byFormula()
	p.Tiers = rapid.SampledFrom([]core.TierRule{core.Aware, core.Strict}).Draw(t, "tiers")
	p.ServiceLevel = rapid.Float64Range(0.5, 0.999).Draw(t, "service")
	p.ReviewDays = rapid.IntRange(1, 60).Draw(t, "review")
	in := Input{Today: 1000, Item: &it, Closed: anyClosed(t), SD: rapid.Float64Range(0, 500).Draw(t, "sd"),
		Position: Position{OnHand: rapid.Int64Range(0, 5000).Draw(t, "on hand"), Committed: rapid.Int64Range(0, 500).Draw(t, "committed"), Backorders: rapid.Int64Range(0, 50).Draw(t, "backorders")}}
	for range rapid.IntRange(0, 3).Draw(t, "orders") {
		in.Inbound = append(in.Inbound, core.Inbound{Order: "A", Qty: rapid.Int64Range(0, 900).Draw(t, "inbound"), Due: core.Day(rapid.Int32Range(980, 1080).Draw(t, "due"))})
		in.Position.OnOrder += in.Inbound[len(in.Inbound)-1].Qty
	}
	if rapid.Bool().Draw(t, "prices are known") {
		in.Economics = Economics{Sell: eur(rapid.Int64Range(0, 20_000).Draw(t, "sell")), Rate: core.Rate(rapid.Int64Range(1, 200_000_000).Draw(t, "rate"))}
	}
	p.Target = rapid.SampledFrom([]core.TargetRule{core.TargetNormal, core.TargetQuantile, core.TargetFill, core.TargetCost}).Draw(t, "target")
	if p.Courses() {
		day := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 300), rapid.Just(math.NaN()))
		in.Past = rapid.SliceOfN(day, 0, 60).Draw(t, "past")
		in.Spread = rapid.SampledFrom([]float64{0, 1, 1.5}).Draw(t, "spread")
		in.Cost = &UnitCost{Margin: eur(rapid.Int64Range(1, 20_000).Draw(t, "margin")), Keep: rapid.Float64Range(0, 2).Draw(t, "keep")}
	}
	p.Quantity.Substitution = rapid.Float64Range(0, 1).Draw(t, "substitution")
	in.Mean = steady(Horizon(in.Today, &it, in.Closed, p), rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1), rapid.Float64Range(0, 300)).Draw(t, "demand"))
	return in, p
}

func TestAssessProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, p := anyInput(rt)
		res := Assess(in, p)
		for name, v := range map[string]float64{"cover": res.Cover, "short": res.Short} {
			if !(v >= 0) || math.IsInf(v, 0) {
				rt.Fatalf("%s is %v", name, v)
			}
		}
		if res.TierWhy == "" || res.Tier == Idle != (res.Calc == nil) {
			rt.Fatalf("%s (%q) with %+v", res.Tier, res.TierWhy, res.Calc)
		}
		if res.Calc == nil {
			return
		}
		c := *res.Calc
		for name, v := range map[string]float64{"demand": c.DemandPerDay, "safety": c.SafetyStock, "long": c.SafetyStockLong, "reorder": c.ReorderPoint, "up to": c.OrderUpTo, "need": c.Need, "trigger": c.Trigger} {
			if !(v >= 0) || math.IsInf(v, 0) {
				rt.Fatalf("%s is %v", name, v)
			}
		}
		// With the target "cost" what is sold out before arrival is not ordered again.
		normal, fast := Ways(in.Item.Lead)
		triggers := res.Lead == normal || res.Lead == fast
		if c.CoverDays < c.LeadDays || c.AtArrival == nil && c.OrderUpTo < c.ReorderPoint && (triggers || c.LeadSD <= c.CoverSD) {
			rt.Fatalf("an order does not last until the next: %+v", c)
		}
		if float64(in.Position.Net()) > c.Trigger && c.Qty > 0 {
			rt.Fatalf("%d are ordered above the trigger: %+v", c.Qty, c)
		}

		// After the order is placed nothing more is due, unless the maximum cut it.
		if c.Qty > 0 && !cut(in, res) {
			if again := Assess(place(in, res), p); total(again) != 0 {
				rt.Fatalf("%d were ordered, and %d more are asked for: %+v", total(res), total(again), again.Calc)
			}
		}
		soundParts(rt, in, res)
	})
}

// cut reports whether the largest order cut this one.
func cut(in Input, res Result) bool {
	for _, part := range res.Parts {
		if hasStep(part.Calc, "maximum") {
			return true
		}
	}
	return in.Item.Max > 0 && total(res)+max(1, in.Item.Pack) > in.Item.Max
}

func hasStep(c Calculation, rule string) bool {
	for _, s := range c.Steps {
		if s.Rule == rule {
			return true
		}
	}
	return false
}

// A faster way first serves what customers are owed, which saves nothing: with fewer of
// them its part of an order can begin to pay. All else never grows with the stock.
func TestMoreStockNeverOrdersMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, p := anyInput(rt)
		less, owed := Assess(in, p), in.Position.Available() < 0
		in.Position.OnHand += rapid.Int64Range(0, 2000).Draw(rt, "more")
		more := Assess(in, p)
		if less.Calc == nil || cut(in, less) {
			return
		}
		ordered := total(more)
		for _, part := range more.Parts {
			if owed && part.Calc.Gap {
				ordered -= part.Calc.Qty
			}
		}
		if ordered > total(less) {
			rt.Fatalf("more stock orders %d instead of %d: %+v, with less %+v", ordered, total(less), more.Calc, less.Calc)
		}
	})
}

// The targets by courses of demand are held to it in package window
// (TestLongerLeadNeverLowers), for the same courses and a deviation of at most half the
// lead time: with another lead time Assess takes windows of another length out of the
// past, and a gamma distribution with more deviation than that gets a shorter tail.
func TestLongerLeadNeverLowersTheReorderPoint(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, p := anyInput(rt)
		p.Target = core.TargetNormal
		in.Item.Lead = in.Item.Lead[:1]
		in.Mean = steady(400, in.Mean[0])
		short := Assess(in, p)
		in.Item.Lead[0].Days += rapid.Float64Range(0, 60).Draw(rt, "longer")
		long := Assess(in, p)
		if short.Calc != nil && (long.Calc.ReorderPoint < short.Calc.ReorderPoint || long.Calc.OrderUpTo < short.Calc.OrderUpTo) {
			rt.Fatalf("%+v, with a longer lead time %+v", short.Calc, long.Calc)
		}
	})
}

// Ten times the demand, deviation and stock need ten times the goods.
func TestScaling(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, p := anyInput(rt)
		p.Target = core.TargetNormal    // courses and prices do not scale here
		in.Item.Lead = in.Item.Lead[:1] // a gap of part of a unit is none, ten times it is one
		demand := rapid.Float64Range(1, 300).Draw(rt, "scaled demand")
		in.Inbound, in.Position = nil, Position{OnHand: in.Position.OnHand}
		in.Mean = steady(len(in.Mean), demand)
		one := Assess(in, p)
		in.Mean, in.SD, in.Position.OnHand = steady(len(in.Mean), 10*demand), 10*in.SD, 10*in.Position.OnHand
		ten := Assess(in, p)
		tolerance := 0.2 + 1e-3*ten.Calc.OrderUpTo // inputs are rounded to four decimals
		if !near(ten.Calc.ReorderPoint, 10*one.Calc.ReorderPoint, tolerance) || !near(ten.Calc.OrderUpTo, 10*one.Calc.OrderUpTo, tolerance) {
			rt.Fatalf("%+v, tenfold %+v", one.Calc, ten.Calc)
		}
	})
}

// byFormula is the default policy with the normal formula.
func byFormula() core.Policy {
	p := core.DefaultPolicy()
	p.Target, p.Quantity.OrderCap = core.TargetNormal, 5
	return p
}
