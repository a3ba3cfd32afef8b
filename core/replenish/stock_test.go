package replenish

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

func eur(minor int64) core.Money { return core.Money{Minor: minor, Currency: "EUR"} }

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// steady returns n days of the same demand.
func steady(n int, demand float64) []float64 {
	mean := make([]float64, n)
	for i := range mean {
		mean[i] = demand
	}
	return mean
}

// The worked vector of the documentation: every number can be checked by hand.
func TestWorkedVector(t *testing.T) {
	item := &core.SupplierItem{MOQ: 500, Pack: 24, Lead: []core.Lead{{Mode: core.Sea, Days: 35, SD: 6}}}
	p := byFormula()
	res := Assess(Input{Today: 1000, Mean: steady(91, 20), SD: 8, Position: Position{OnHand: 700}, Item: item}, p)
	c := res.Calc
	if !near(c.SafetyStock, 212.2, 0.05) || !near(c.ReorderPoint, 912.2, 0.05) || !near(c.OrderUpTo, 1055.0, 0.05) {
		t.Errorf("safety stock %v, reorder point %v, order-up-to %v; want 212.2, 912.2, 1055.0", c.SafetyStock, c.ReorderPoint, c.OrderUpTo)
	}
	if c.Need != 355.02 || c.Qty != 504 {
		t.Errorf("need %v, quantity %d; want 355.02 and 504", c.Need, c.Qty)
	}
	want := []Step{
		{"round up", 355.02, 356, "whole units"},
		{"MOQ", 356, 500, "the minimum order is 500"},
		{"pack", 500, 504, "504 is the next multiple of 24"},
	}
	if diff := cmp.Diff(want, c.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if res.StockOut != 1035 || res.OrderBy != 1000 || res.Arrival != 1035 || res.Cover != 35 {
		t.Errorf("stock-out %d, order by %d, arrival %d, cover %v", res.StockOut, res.OrderBy, res.Arrival, res.Cover)
	}
}

func TestZ(t *testing.T) {
	// Abramowitz and Stegun, table 26.1.
	for p, want := range map[float64]float64{0.5: 0, 0.9: 1.281552, 0.95: 1.644854, 0.975: 1.959964, 0.99: 2.326348, 0.999: 3.090232} {
		if got := Z(p); !near(got, want, 1e-6) {
			t.Errorf("Z(%v) = %v, want %v", p, got, want)
		}
	}
}

func TestSafetyFloor(t *testing.T) {
	item := &core.SupplierItem{Lead: []core.Lead{{Mode: core.Sea, Days: 1}}}
	res := Assess(Input{Today: 1000, Mean: steady(91, 20), SD: 0, Position: Position{OnHand: 10}, Item: item}, byFormula())
	if res.Calc.SafetyStock != 60 || res.Calc.SafetyStockLong != 60 {
		t.Errorf("safety stock %v and %v, want the floor of 3 days, 60", res.Calc.SafetyStock, res.Calc.SafetyStockLong)
	}
}

func TestRound(t *testing.T) {
	plain := core.SupplierItem{Price: eur(100), MOQ: 1, Pack: 1}
	with := func(set func(*core.SupplierItem)) core.SupplierItem {
		it := plain
		set(&it)
		return it
	}
	breaks := []core.PriceBreak{{Min: 500, Price: eur(90)}, {Min: 1000, Price: eur(40)}}
	tests := []struct {
		name    string
		need    float64
		item    core.SupplierItem
		freight core.Money
		want    int64
		rules   []string
	}{
		{"nothing needed", 0, plain, core.Money{}, 0, nil},
		{"negative need", -5, plain, core.Money{}, 0, nil},
		{"not a number", math.NaN(), plain, core.Money{}, 0, nil},
		{"whole already", 7, plain, core.Money{}, 7, nil},
		{"float noise is no unit", 7.0000000001, plain, core.Money{}, 7, []string{"round up"}},
		{"part of a unit", 0.01, plain, core.Money{}, 1, []string{"round up"}},
		{"zero values mean one", 3, core.SupplierItem{}, core.Money{}, 3, nil},
		{"MOQ and pack", 355.02, with(func(it *core.SupplierItem) { it.MOQ, it.Pack = 500, 24 }), core.Money{}, 504, []string{"round up", "MOQ", "pack"}},
		{"MOQ is a multiple", 3, with(func(it *core.SupplierItem) { it.MOQ, it.Pack = 48, 24 }), core.Money{}, 48, []string{"MOQ"}},
		{"break pays", 460, with(func(it *core.SupplierItem) { it.Breaks = breaks[:1] }), core.Money{}, 500, []string{"price break"}},
		{"break costs the same", 450, with(func(it *core.SupplierItem) { it.Breaks = breaks[:1] }), core.Money{}, 450, nil},
		{"break does not pay", 440, with(func(it *core.SupplierItem) { it.Breaks = breaks[:1] }), core.Money{}, 440, nil},
		{"freight eats the break", 460, with(func(it *core.SupplierItem) { it.Breaks = breaks[:1] }), eur(100), 460, nil},
		{"best of two breaks", 420, with(func(it *core.SupplierItem) { it.Breaks = breaks }), core.Money{}, 1000, []string{"price break"}},
		{"break rounded to pack", 460, with(func(it *core.SupplierItem) { it.Breaks, it.Pack = breaks[:1], 23 }), core.Money{}, 506, []string{"price break"}},
		{"break beyond the maximum", 420, with(func(it *core.SupplierItem) { it.Breaks, it.Max = breaks, 999 }), core.Money{}, 420, nil},
		{"maximum", 2000, with(func(it *core.SupplierItem) { it.Pack, it.Max = 24, 1000 }), core.Money{}, 984, []string{"pack", "maximum"}},
		{"maximum under MOQ", 5, with(func(it *core.SupplierItem) { it.MOQ, it.Max = 50, 40 }), core.Money{}, 0, []string{"MOQ", "maximum"}},
		{"no multiple between", 5, with(func(it *core.SupplierItem) { it.MOQ, it.Pack, it.Max = 50, 40, 70 }), core.Money{}, 0, []string{"MOQ", "pack", "maximum"}},
		{"absurd need", 1e30, plain, core.Money{}, 0, []string{"maximum"}},
		{"infinite need", math.Inf(1), plain, core.Money{}, 0, []string{"maximum"}},
		{"amounts overflow", 900, core.SupplierItem{Price: eur(core.MaxMinor), Breaks: []core.PriceBreak{{Min: 1000, Price: eur(1)}}}, core.Money{}, 900, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, steps := Round(tt.need, tt.item, tt.freight, Holding{})
			var rules []string
			for _, s := range steps {
				rules = append(rules, s.Rule)
			}
			if got != tt.want || !cmp.Equal(rules, tt.rules) {
				t.Errorf("Round(%v) = %d by %q, want %d by %q", tt.need, got, rules, tt.want, tt.rules)
			}
		})
	}
}

func anyItem(t *rapid.T) core.SupplierItem {
	it := core.SupplierItem{
		Price: eur(rapid.Int64Range(0, 10_000).Draw(t, "price")),
		MOQ:   rapid.Int64Range(0, 600).Draw(t, "moq"), Pack: rapid.Int64Range(0, 50).Draw(t, "pack"),
		Max: rapid.SampledFrom([]int64{0, 0, 100, 1000, 5000}).Draw(t, "max"),
	}
	price := it.Price.Minor
	for from := int64(0); rapid.Bool().Draw(t, "another break") && len(it.Breaks) < 4; {
		from += rapid.Int64Range(1, 900).Draw(t, "from")
		price = rapid.Int64Range(0, price).Draw(t, "break price")
		it.Breaks = append(it.Breaks, core.PriceBreak{Min: from, Price: eur(price)})
	}
	modes := rapid.IntRange(1, 3).Draw(t, "modes")
	for _, m := range core.Modes[:modes] {
		it.Lead = append(it.Lead, core.Lead{Mode: m, Days: rapid.Float64Range(0, 120).Draw(t, "days"), SD: rapid.Float64Range(0, 30).Draw(t, "sd"),
			Freight: eur(rapid.Int64Range(0, 500).Draw(t, "freight"))})
	}
	return it
}

func TestRoundProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		it := anyItem(rt)
		freight := eur(rapid.Int64Range(0, 300).Draw(rt, "freight"))
		need := rapid.Float64Range(-10, 8000).Draw(rt, "need")
		var h Holding
		if rapid.Bool().Draw(rt, "demand is known") {
			h = Holding{rapid.Float64Range(0.01, 100).Draw(rt, "demand"), rapid.Float64Range(0, 2).Draw(rt, "rate"), rapid.Float64Range(0, 9000).Draw(rt, "most")}
		}
		qty, steps := Round(need, it, freight, h)
		pack := max(1, it.Pack)
		if qty < 0 || qty%pack != 0 || qty > 0 && qty < it.MOQ || it.Max > 0 && qty > it.Max {
			rt.Fatalf("Round(%v, %+v) = %d", need, it, qty)
		}
		if need <= 0 && qty != 0 {
			rt.Fatalf("nothing needed, %d ordered", qty)
		}
		if qty > 0 && it.Max == 0 && float64(qty) < need-1e-6 {
			rt.Fatalf("Round(%v) = %d is too little", need, qty)
		}
		from := need
		for _, s := range steps {
			if s.From != from || float64(s.To) == from {
				rt.Fatalf("steps do not follow each other: %+v", steps)
			}
			from = float64(s.To)
		}
		if need > 0 && from != float64(qty) {
			rt.Fatalf("steps end at %v, quantity is %d", from, qty)
		}
		more, _ := Round(need+rapid.Float64Range(0, 500).Draw(rt, "more"), it, freight, h)
		if more < qty {
			rt.Fatalf("needing more than %v orders %d, less than %d", need, more, qty)
		}
	})
}

func TestNum(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 20: "20", 8.25: "8.25", 1055.02: "1,055.02", 1234567: "1,234,567", -1234.5: "-1,234.5", 0.00004: "0", 999.9999: "999.9999", -999: "-999", 1e15: "1,000,000,000,000,000"} {
		if got := Num(v); got != want {
			t.Errorf("Num(%v) = %q, want %q", v, got, want)
		}
	}
}
