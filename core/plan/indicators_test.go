package plan

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// Accuracy is 1 − WAPE over products and a week (requirement B4), never negative, and
// not known where nothing was sold.
func TestWeekAccuracy(t *testing.T) {
	mean := func(v float64) (out []float64) {
		for range weekDays {
			out = append(out, v)
		}
		return out
	}
	before := &WeekFacts{Day: today.Monday() - weekDays, Items: []WeekItem{{SKU: "A", Expected: mean(10)}, {SKU: "B", Expected: mean(4)}, {SKU: "C", Expected: mean(1)}}}
	sold := func(a, b float64) map[core.SKU]map[core.Day]float64 {
		out := map[core.SKU]map[core.Day]float64{"A": {}, "B": {}}
		for d := before.Day; d < today; d++ {
			out["A"][d], out["B"][d] = a, b
		}
		return out
	}
	for _, tt := range []struct {
		name     string
		a, b     float64
		accuracy float64
		known    bool
	}{
		{"right", 10, 4, 1, true},
		{"A sold twice as much", 20, 4, 1 - 10.0/24, true},
		{"errors of two products do not cancel", 12, 2, 1 - 4.0/14, true},
		{"far off", 1, 1, 0, true},
		{"nothing was sold", 0, 0, 0, false},
	} {
		in := WeekInput{Facts: WeekFacts{Day: today}, Before: before, Sold: sold(tt.a, tt.b), Indicators: IndicatorInput{Today: today}}
		w := NewWeek(in)
		got := w.Indicators.List[6]
		if got.Kind != Accuracy || got.Now.Known() != tt.known || math.Abs(got.Now.Value-tt.accuracy) > 1e-9 || tt.known && w.Facts.Accuracy.Products != 2 {
			t.Errorf("%s: %+v, want %.4f", tt.name, got, tt.accuracy)
		}
	}
}

// indicatorWorld has fourteen known weeks. In the last four, with the bot, all is
// better than before.
func indicatorWorld() IndicatorInput {
	in := IndicatorInput{Today: today, HoldingRate: 0.25, Customers: true}
	end := today.Monday()
	in.Since = end - 35 + 3 // a Thursday; four whole weeks follow
	for i := range 14 {
		m := end - core.Day(7*(i+1))
		w := TradeWeek{Monday: m, Days: 7, Revenue: 140000, Cost: 70000, Lost: 2000, Sold: 100, Off: 40, AdSpend: 1000, AdRevenue: 2000, AdRows: 7, Due: 2, Kept: 1}
		w.Stock = []StockDay{{m + 6, 600000}}
		r, o := repurchase.RepeatWeek{Monday: m, Purchases: 10, Repeats: 3}, OrderWeek{Monday: m, Placed: 3}
		if i < 4 {
			w.Lost, w.AdRevenue, w.Due, w.Kept, w.Stock[0].Value = 500, 3000, 4, 3, 500000
			r.Repeats, o.Proposed = 4, 3
			in.Forecasts = append(in.Forecasts, WeekAccuracy{From: m, Off: 30, Sold: 100, Products: 9})
		}
		in.Trade, in.Repeats, in.Orders = append(in.Trade, w), append(in.Repeats, r), append(in.Orders, o)
	}
	in.Trade = append(in.Trade, TradeWeek{Monday: end, Days: 2, Revenue: 9e9, Lost: 9e9, Stock: []StockDay{{today, 9e9}}}) // is not over: no part of it
	return in
}

// Every indicator by its definition, over the four weeks with the bot and the eight
// before; the week of the first check belongs to neither.
func TestMeasure(t *testing.T) {
	in := indicatorWorld()
	got := Measure(in)
	end := today.Monday()
	if !got.After || got.Now != (core.DayRange{From: end - 28, To: end - 1}) || got.Before != (core.DayRange{From: end - 35 - 56, To: end - 36}) {
		t.Fatalf("now %v, before %v, after %v", got.Now, got.Before, got.After)
	}
	for _, tt := range []struct {
		kind         IndicatorKind
		now, before  float64
		change       float64
		course       int
		moved, right bool
	}{
		{Repurchase, 0.4, 0.3, 0.1, 12, true, true},
		{Turnover, 500000 / 10000.0, 600000 / 10000.0, -1.0 / 6, 12, true, true},
		{LostSales, 500, 2000, -0.75, 12, true, true},
		{Storage, 500000 * 0.25 * 28 / 365 / 560000, 600000 * 0.25 * 56 / 365 / 1120000, 0, 12, false, false},
		{ROAS, 3, 2, 0.5, 12, true, true},
		{Promise, 12.0 / 16, 0.5, 0.25, 12, true, true},
		{Accuracy, 0.7, 0.6, 0.1, 4, true, true}, // before: by repeating the last week
		{Automation, 1, 0, 1, 12, true, true},
	} {
		x := of(got, tt.kind)
		if !x.Now.Known() || !x.Before.Known() || math.Abs(x.Now.Value-tt.now) > 1e-9 || math.Abs(x.Before.Value-tt.before) > 1e-9 {
			t.Errorf("%s: now %+v, before %+v", tt.kind, x.Now, x.Before)
		}
		if tt.kind != Storage && (math.Abs(x.Change-tt.change) > 1e-9 || x.Moved != tt.moved || x.Good != tt.right) || len(x.Course) != tt.course {
			t.Errorf("%s: change %.4f moved %v good %v, course of %d weeks", tt.kind, x.Change, x.Moved, x.Good, len(x.Course))
		}
	}
}

func of(v Indicators, k IndicatorKind) Indicator {
	return v.List[slices.IndexFunc(v.List, func(x Indicator) bool { return x.Kind == k })]
}

// What cannot be told says why, and no span of the bot is claimed where there is none.
func TestMeasureGaps(t *testing.T) {
	end := today.Monday()
	for _, tt := range []struct {
		name        string
		kind        IndicatorKind
		change      func(*IndicatorInput)
		now, before Gap
	}{
		{"no customers", Repurchase, func(in *IndicatorInput) { in.Customers, in.Repeats = false, nil }, GapCustomers, GapCustomers},
		{"short past", Repurchase, func(in *IndicatorInput) { in.Repeats = in.Repeats[:4] }, "", GapPast},
		{"stock of today stands in", Turnover, func(in *IndicatorInput) {
			for i := range in.Trade[:14] {
				in.Trade[i].Stock = nil
			}
		}, "", GapDelivered},
		{"no stock", Turnover, func(in *IndicatorInput) {
			for i := range in.Trade {
				in.Trade[i].Stock = nil
			}
		}, GapStock, GapDelivered},
		{"no costs", Turnover, func(in *IndicatorInput) {
			for i := range in.Trade {
				in.Trade[i].Cost = 0
			}
		}, GapSales, GapSales},
		{"no rate", Storage, func(in *IndicatorInput) { in.HoldingRate = 0 }, GapRate, GapRate},
		{"weeks hardly known", LostSales, func(in *IndicatorInput) {
			for i := range in.Trade {
				in.Trade[i].Days = 3
			}
		}, GapSales, GapSales},
		{"no ads before", ROAS, func(in *IndicatorInput) {
			for i := range in.Trade[4:] {
				in.Trade[4+i].AdRows, in.Trade[4+i].AdSpend = 0, 0
			}
		}, "", GapAds},
		{"ads without revenue", ROAS, func(in *IndicatorInput) {
			for i := range in.Trade {
				in.Trade[i].AdRevenue = 0
			}
		}, GapBrought, GapBrought},
		{"nothing due", Promise, func(in *IndicatorInput) {
			for i := range in.Trade {
				in.Trade[i].Due = 0
			}
		}, GapDue, GapDue},
		{"no report", Accuracy, func(in *IndicatorInput) { in.Forecasts = nil }, GapForecast, ""},
		{"no order", Automation, func(in *IndicatorInput) { in.Orders = nil }, GapOrders, GapOrders},
	} {
		in := indicatorWorld()
		tt.change(&in)
		got := Measure(in)
		x := of(got, tt.kind)
		if x.Now.Gap != tt.now || x.Before.Gap != tt.before {
			t.Errorf("%s: now %+v, before %+v", tt.name, x.Now, x.Before)
		}
		if (tt.now != "" || tt.before != "") && (x.Change != 0 || x.Moved) {
			t.Errorf("%s: a change of %v from nothing", tt.name, x.Change)
		}
	}
	for _, since := range []core.Day{0, today, end - 3} {
		in := indicatorWorld()
		in.Since = since
		if got := Measure(in); got.After || got.Now.From != end-28 || got.Before.To != end-29 {
			t.Errorf("first check on %v: %+v", since, got)
		}
	}
	few := indicatorWorld()
	for i := range few.Trade {
		few.Trade[i].Due, few.Trade[i].Kept = 1, min(1, few.Trade[i].Kept)
	}
	few.Trade[0].Kept = 0
	if x := of(Measure(few), Promise); x.Moved || x.Change >= 0 {
		t.Errorf("four order lines are judged: %+v", x)
	}
	if got := Measure(IndicatorInput{Today: today}); len(got.List) != 8 {
		t.Errorf("a shop without any data has %d indicators", len(got.List))
	}
}

// The story of the week is the one with most money; none is made up.
func TestSuccess(t *testing.T) {
	gbp := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "GBP"} }
	facts := func(tier, place string, minor int64) WeekFacts {
		return WeekFacts{Day: today, Items: []WeekItem{{SKU: "A", Location: core.LocationID(place), Tier: "GREEN", MoneyAtRisk: gbp(0)}, {SKU: "B", Location: "L", Tier: "RED", MoneyAtRisk: gbp(minor)}}}
	}
	before := facts("", "L", 100)
	before.Day, before.Items[0].Tier, before.Items[0].MoneyAtRisk = today-7, "RED", gbp(5000)
	calm := indicatorWorld()
	for i := range calm.Trade {
		calm.Trade[i].Lost = 500
	}
	came := []WeekCame{{Order: "PO-2", SKU: "A", Location: "ELSEWHERE", Day: today - 1, Units: 9}, {Order: "PO-1", SKU: "A", Location: "L", Day: today - 2, Units: 40, By: "UA"}}
	for _, tt := range []struct {
		name   string
		before *WeekFacts
		in     IndicatorInput
		want   *Success
	}{
		{"saved by an order", &before, calm, &Success{Kind: SuccessSaved, Item: facts("", "L", 0).Items[0], From: "RED", Money: gbp(5000), Came: &came[1]}},
		{"less lost", nil, func() IndicatorInput {
			in := indicatorWorld()
			in.Trade[0].Lost = 100
			return in
		}(), &Success{Kind: SuccessLost, Money: gbp((3*500+2000)/4 - 100), Lost: gbp(100)}},
		{"orders as proposed", nil, calm, &Success{Kind: SuccessOrder, N: 3, Of: 3}},
		{"nothing", nil, IndicatorInput{Today: today}, nil},
	} {
		got := NewWeek(WeekInput{Shop: core.Shop{Currency: "GBP"}, Facts: facts("", "L", 100), Before: tt.before, Indicators: tt.in, Came: came}).Success
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Whatever the weeks hold, no value is NaN, infinite or a share below nothing, what is
// not known has a reason and no value, and the order of the weeks changes nothing.
func TestMeasureAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, most int) int { return rapid.SampledFrom([]int{0, 1, most / 2, most}).Draw(t, name) }
		in := IndicatorInput{Today: today, Since: today - core.Day(rapid.IntRange(-20, 200).Draw(t, "since")), HoldingRate: rapid.SampledFrom([]float64{0, 0.25, 10}).Draw(t, "rate"), Customers: true}
		for i := range rapid.IntRange(0, 30).Draw(t, "weeks") {
			m := today.Monday() - core.Day(7*i)
			w := TradeWeek{Monday: m, Days: draw("days", 7), Revenue: int64(draw("revenue", 1<<50)) - 1, Cost: int64(draw("cost", 1<<50)) - 1, Lost: int64(draw("lost", 1<<50)),
				Sold: float64(draw("sold", 1e9)), Off: float64(draw("off", 1e9)), AdSpend: int64(draw("spend", 1e9)), AdRevenue: int64(draw("brought", 1e9)), AdRows: draw("rows", 7), Due: draw("due", 9)}
			w.Kept = rapid.IntRange(0, w.Due).Draw(t, "kept")
			if rapid.Bool().Draw(t, "seen") {
				w.Stock = []StockDay{{m, int64(draw("stock", 1<<50))}}
			}
			in.Trade = append(in.Trade, w)
			in.Repeats = append(in.Repeats, repurchase.RepeatWeek{Monday: m, Purchases: draw("purchases", 99)})
			in.Orders = append(in.Orders, OrderWeek{Monday: m, Placed: draw("placed", 9)})
			in.Forecasts = append(in.Forecasts, WeekAccuracy{From: m, Off: w.Off, Sold: w.Sold})
		}
		got := Measure(in)
		for _, x := range got.List {
			for _, f := range []Figure{x.Now, x.Before, {Value: x.Change}} {
				if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || !f.Known() && f.Value != 0 {
					t.Fatalf("%s: %+v", x.Kind, x)
				}
			}
			if x.Kind.Share() && x.Kind != Storage && (min(x.Now.Value, x.Before.Value) < 0 || max(x.Now.Value, x.Before.Value) > 1) {
				t.Fatalf("%s is no share: %+v", x.Kind, x)
			}
			if x.Good && !x.Moved || x.Moved && (!x.Now.Known() || !x.Before.Known()) {
				t.Fatalf("%s is judged without reason: %+v", x.Kind, x)
			}
		}
		slices.Reverse(in.Trade)
		slices.Reverse(in.Orders)
		if diff := cmp.Diff(got, Measure(in)); diff != "" {
			t.Fatal(diff)
		}
	})
}
