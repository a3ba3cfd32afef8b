package replenish

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
)

// soundParts fails when the parts of an order do not add up to what the supplier
// sells, or a way was taken that costs more than it saves.
func soundParts(t *rapid.T, in Input, res Result) {
	pack, sum := max(1, in.Item.Pack), total(res)
	if sum > 0 && (sum < in.Item.MOQ || in.Item.Max > 0 && sum > in.Item.Max) {
		t.Fatalf("the order is %d in all: %+v", sum, in.Item)
	}
	for i, part := range res.Parts {
		if q := part.Calc.Qty; q < 0 || q%pack != 0 || sum > 0 && q == 0 {
			t.Fatalf("part %d orders %d in packs of %d", i, q, pack)
		}
		if i > 0 && part.Arrival <= res.Parts[i-1].Arrival {
			t.Fatalf("part %d arrives on %s, not after %s", i, part.Arrival, res.Parts[i-1].Arrival)
		}
		w := part.Calc.Choice
		if w == nil || !w.Known {
			continue
		}
		if w.Qty > 0 && w.Extra.Minor >= w.Waiting.Minor || w.Waiting.Minor < 0 || w.Qty > sum || !(w.Gap >= 0.5) || !(w.Safety >= 0) {
			t.Fatalf("choice %+v of %d", w, sum)
		}
	}
}

// Demand of 20 a day, sea 35 days, air 8, rush 3 with 15 % on the price of 8.00.
// 100 in stock last until day 5.
func TestChoiceByMoney(t *testing.T) {
	lead := []core.Lead{{Mode: core.Sea, Days: 35, SD: 6, Freight: eur(50)}, {Mode: core.Air, Days: 8, SD: 2, Freight: eur(300)}}
	rush := core.Lead{Mode: core.Rush, Days: 3, SD: 0, Freight: eur(300)}
	tests := []struct {
		name    string
		set     func(*Input, *core.Policy)
		ways    string // mode and quantity of each part
		waiting int64  // minor units
		extra   int64
		why     string
	}{
		// Gap 27 days * 20 = 540; margin 19.99 - 8.50 = 11.49; a unit by air costs 2.50
		// more. Fractile 1 - 2.50/11.49 = 0.7824, z 0.7804, safety 0.7804*8*sqrt(27) = 32.44.
		// 573 in packs of 24 are 576.
		{"air for the gap, sea for the rest", nil, "air 576, sea 384", 620460, 144000,
			"waiting for sea loses EUR 6,204.60, air for 576 units costs EUR 1,440.00 more"},
		// Margin 1.00: 540.00 lost, and the gap of 540 in packs 552 * 2.50 = 1,380.00.
		{"waiting is cheaper", func(in *Input, _ *core.Policy) { in.Economics.Sell = eur(950) }, "sea 960", 54000, 138000,
			"waiting for sea loses EUR 540.00, air for 552 units would cost EUR 1,380.00 more"},
		{"sold at a loss", func(in *Input, _ *core.Policy) { in.Economics.Sell = eur(800) }, "sea 960", 0, 138000, "waiting for sea loses EUR 0.00"},
		// Three of four buyers take another product: 540 * 11.49 * 0.25 = 1,551.15; fractile
		// 1 - 2.50/2.8725 < 0.5, no safety; 552 * 2.50 = 1,380.00.
		{"substitution", func(_ *Input, p *core.Policy) { p.Quantity.Substitution = 0.75 }, "air 552, sea 408", 155115, 138000, "waiting for sea loses EUR 1,551.15"},
		{"every buyer substitutes", func(_ *Input, p *core.Policy) { p.Quantity.Substitution = 1 }, "sea 960", 0, 138000, ""},
		// Rush comes 5 days before air: gap 32 days less the 2 until the stock ends, 600;
		// a unit costs 1.20 + 2.50 = 3.70 more. It gains 600*11.49 - 648*3.70 = 4,496.40
		// (fractile 0.678, safety 0.4621*8*sqrt(32) = 20.91), air 6,204.60 - 1,440 = 4,764.60.
		{"rush gains less than air", func(in *Input, _ *core.Policy) { in.Item.Lead = append(in.Item.Lead, rush) }, "air 576, sea 384", 620460, 144000, ""},
		{"rush without surcharge gains more", func(in *Input, p *core.Policy) {
			in.Item.Lead = append(in.Item.Lead, rush)
			p.Quantity.RushSurcharge = 0
		}, "rush 648, sea 312", 689400, 162000, ""},
		// In the shop's currency at 0.5: landed 4.25, margin 15.74, extra 1.25 a unit;
		// fractile 0.9206, z 1.4092, safety 58.58, 599 in packs 600.
		{"another currency", func(in *Input, _ *core.Policy) {
			in.Item.Price, in.Economics.Rate = core.Money{Minor: 800, Currency: "USD"}, core.RateOne/2
			for i := range in.Item.Lead {
				in.Item.Lead[i].Freight.Currency = "USD"
			}
		}, "air 600, sea 360", 849960, 75000, ""},
		{"the whole order is the gap", func(in *Input, p *core.Policy) { in.Item.MOQ, in.Item.Pack, in.Item.Max = 1, 1, 300 }, "air 300", 620460, 75000, ""},
		{"no price", func(in *Input, _ *core.Policy) { in.Economics = Economics{} }, "air 552, sea 408", 0, 0, "price or exchange rate is not known, so the gap goes by air"},
		{"sea comes in time", func(in *Input, _ *core.Policy) { in.Position.OnHand = 700 }, "sea 504", 0, 0, "sea is the cheapest way and arrives on 1972-11-01, in time for the stock-out on 1972-11-01"},
		{"goods on their way fill the gap", func(in *Input, _ *core.Policy) {
			in.Position.OnOrder = 600
			in.Inbound = []core.Inbound{{Qty: 600, Due: 1005}}
		}, "sea 504", 0, 0, "in time for the stock-out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			item := core.SupplierItem{Price: eur(800), MOQ: 500, Pack: 24, Lead: append([]core.Lead(nil), lead...)}
			p := byFormula()
			in := Input{Today: 1000, Mean: steady(91, 20), SD: 8, Position: Position{OnHand: 100}, Item: &item,
				Economics: Economics{Sell: eur(1999), Rate: core.RateOne}}
			if tt.set != nil {
				tt.set(&in, &p)
			}
			res := Assess(in, p)
			var ways []string
			for _, part := range res.Parts {
				ways = append(ways, string(part.Lead.Mode)+" "+Num(float64(part.Calc.Qty)))
			}
			if got := strings.Join(ways, ", "); got != tt.ways {
				t.Errorf("%s, want %s (%+v)", got, tt.ways, res.Calc.Choice)
			}
			if !strings.Contains(res.Calc.ModeWhy, tt.why) {
				t.Errorf("why %q, want %q in it", res.Calc.ModeWhy, tt.why)
			}
			if w := res.Calc.Choice; w != nil && (w.Waiting.Minor != tt.waiting || w.Extra.Minor != tt.extra) || w == nil && tt.waiting > 0 {
				t.Errorf("choice %+v, want %d against %d", w, tt.waiting, tt.extra)
			}
		})
	}
}

// A dearer faster way is never taken where a cheaper one of the same speed was not.
func TestDearerFreightNeverShipsMoreByAir(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, p := anyInput(rt)
		in.Item.Lead = []core.Lead{{Mode: core.Sea, Days: 40, Freight: eur(10)}, {Mode: core.Air, Days: rapid.Float64Range(1, 39).Draw(rt, "air days"), Freight: eur(rapid.Int64Range(11, 400).Draw(rt, "air freight"))}}
		in.Mean = steady(200, in.Mean[0])
		air := func() (n int64) {
			for _, part := range Assess(in, p).Parts {
				if part.Lead.Mode == core.Air {
					n += part.Calc.Qty
				}
			}
			return n
		}
		before := air()
		in.Item.Lead[1].Freight.Minor += rapid.Int64Range(0, 500).Draw(rt, "dearer")
		if after := air(); after > before {
			rt.Fatalf("dearer air ships %d instead of %d", after, before)
		}
	})
}

// Rush that costs less than sea, of a product without a margin: once is enough.
func TestCheaperFasterWayIsTakenOnce(t *testing.T) {
	item := core.SupplierItem{Price: eur(200), Lead: []core.Lead{{Mode: core.Sea, Days: 20, Freight: eur(105)}, {Mode: core.Rush, Days: 1, Freight: eur(1)}}}
	p := core.DefaultPolicy()
	p.Quantity.RushSurcharge = 0
	past := make([]float64, 200)
	for i := range past {
		past[i] = float64(i % 7)
	}
	in := Input{Today: 1000, Mean: steady(91, 3), Past: past, Position: Position{OnHand: 5}, Item: &item,
		Economics: Economics{Sell: eur(305), Rate: core.RateOne}, Cost: &UnitCost{Margin: eur(1), Keep: 0.001}}
	res := Assess(in, p)
	if c := res.Calc; c.AtArrival == nil || res.Lead.Mode != core.Rush || c.Choice.Level != 1 {
		t.Fatalf("%+v, choice %+v", c, c.Choice)
	}
	if again := Assess(place(in, res), p); total(again) != 0 {
		t.Errorf("%d were ordered, and %d more are asked for: %+v", total(res), total(again), again.Calc.Choice)
	}
}

// gapShop sells 3 a day of a product that 5 are left of; sea takes 20 days, air 3.
func gapShop(item *core.SupplierItem) Input {
	item.Price, item.Lead = eur(200), []core.Lead{{Mode: core.Sea, Days: 20, Freight: eur(5)}, {Mode: core.Air, Days: 3, Freight: eur(60)}}
	past := make([]float64, 200)
	for i := range past {
		past[i] = float64(i % 7)
	}
	return Input{Today: 1000, Mean: steady(91, 3), Past: past, Position: Position{OnHand: 5}, Item: item,
		Economics: Economics{Sell: eur(900), Rate: core.RateOne}, Cost: &UnitCost{Margin: eur(695), Keep: 0.05}}
}

// A price break holds for all parts of an order together.
func TestPriceBreakOfTheWholeOrder(t *testing.T) {
	item := core.SupplierItem{}
	in := gapShop(&item)
	parts := Assess(in, core.DefaultPolicy()).Parts
	if len(parts) != 2 {
		t.Fatalf("%+v", parts)
	}
	sum := parts[0].Calc.Qty + parts[1].Calc.Qty
	item.Breaks = []core.PriceBreak{{Min: sum + 10, Price: eur(150)}}
	res := Assess(in, core.DefaultPolicy())
	if total(res) != sum+10 || !hasStep(res.Parts[1].Calc, "price break") {
		t.Errorf("%d instead of %d: %+v", total(res), sum+10, res.Parts[1].Calc.Steps)
	}
}

// 27.00001 days to cover are 28, also for what is left for the slower way.
func TestPartsLookEquallyFarAhead(t *testing.T) {
	item := core.SupplierItem{}
	in := gapShop(&item)
	item.Lead[0].Days = 20.00001
	parts := Assess(in, core.DefaultPolicy()).Parts
	if len(parts) != 2 {
		t.Fatalf("%+v", parts)
	}
	if a, b := parts[0].Calc.AtArrival, parts[1].Calc.AtArrival; a.Until != 28 || b.Until != a.Until {
		t.Errorf("until day %d and %d, want 28", a.Until, b.Until)
	}
}
