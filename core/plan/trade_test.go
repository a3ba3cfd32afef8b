package plan

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

// The weeks in sums of a shop that sells 12 and 28 lamps a day by turns, with what was
// paid for them, an empty shelf, advertising in dollars, and orders on time and late.
func TestTrade(t *testing.T) {
	end := today.Monday()
	s := oneSKU(300)
	series := &s.Demand[0]
	at := func(d core.Day) int { return int(d - series.Start) }
	for d := end - 70; d < today; d++ {
		series.Qty.Set(at(d), 20)
	}
	series.Prices = []core.PricePoint{{Day: series.Start, Minor: 1999}, {Day: end - 10, Minor: 1500}} // Friday to Sunday for less
	series.Qty.Set(at(end-20), 21)                                                                    // the week before, one more
	for d := end - 35; d < end-28; d++ {
		series.Qty.Set(at(d), core.Missing)
	}
	series.Flags = make([]core.DayFlag, series.Qty.Len())
	for d := end - 5; d < end-2; d++ { // three days without stock
		series.Flags[at(d)] = core.StockOut
		series.Qty.Set(at(d), 0)
	}
	s.Products[0].Cost = usd(1000) // EUR 9.00
	s.Ads = []core.AdDay{
		{Day: end - 7, Platform: "meta", Spend: usd(1000), Revenue: usd(3000)},
		{Day: end - 1, Platform: "meta", Campaign: "2", Spend: eur(100), Revenue: eur(100)},
		{Day: today, Platform: "meta", Spend: eur(9999), Revenue: eur(9999)},        // is not over
		{Day: end - 1, Platform: "x", Spend: core.Money{Minor: 5, Currency: "JPY"}}, // no rate
	}
	line := func(due core.Day, qty, cancelled int64, came ...core.Arrival) core.SupplyLine {
		return core.SupplyLine{Order: "P" + due.String(), Supplier: "ACME", SKU: "SOLAR-01", Mode: core.Sea, OrderedOn: due - 40, Due: due, Qty: qty, Cancelled: cancelled, Stated: 35, Arrivals: came}
	}
	unagreed := func(stated float64, came core.Arrival) core.SupplyLine {
		l := line(0, 100, 0, came)
		l.OrderedOn, l.Stated = end-40, stated
		return l
	}
	s.Supply = []core.SupplyLine{
		line(end-3, 100, 0, core.Arrival{Day: end - 4, Qty: 60}, core.Arrival{Day: end - 3, Qty: 40}),
		line(end-4, 100, 10, core.Arrival{Day: end - 4, Qty: 90, Damaged: 5}),
		line(end-5, 100, 0, core.Arrival{Day: end - 4, Qty: 100}), // a day late
		line(end-6, 100, 0), // never
		line(end-7, 50, 50), // cancelled
		unagreed(35, core.Arrival{Day: end - 4, Qty: 100}), // a day later than the list says
		unagreed(0, core.Arrival{Day: end - 4, Qty: 100}),  // nothing was promised
		line(today+3, 100, 0),
	}
	weeks := evaluate(t, s).Trade
	if len(weeks) != tradeWeeks+1 || weeks[tradeWeeks].Monday != end || weeks[tradeWeeks].Days != int(today-end) {
		t.Fatalf("%d weeks, the last %+v", len(weeks), weeks[len(weeks)-1])
	}
	w := weeks[tradeWeeks-1]
	if margin := w.Lost / 60; w.Lost%60 != 0 || margin < 1000 || margin > 1300 { // 60 lamps at the price less the landed cost
		t.Errorf("lost %d", w.Lost)
	}
	w.Lost = 0
	want := TradeWeek{Monday: end - 7, Days: 7, Revenue: 4 * 20 * 1500, Cost: 4 * 20 * 900, AdSpend: 900 + 100, AdRevenue: 2700 + 100, AdRows: 2, Due: 5, Kept: 2}
	if diff := cmp.Diff(want, w); diff != "" { // sold and off: the week is not known in full
		t.Error(diff)
	}
	if w := weeks[tradeWeeks-2]; w.Revenue != (4*20*1999+3*20*1500) || w.Sold != 140 || w.Off != 1 {
		t.Errorf("the week before: %+v", w)
	}
	if w := weeks[tradeWeeks-3]; w.Sold != 141 || w.Off != 1 || w.Revenue != 141*1999 {
		t.Errorf("three weeks ago: %+v", w)
	}
	if w := weeks[tradeWeeks-5]; w.Days != 0 || w.Revenue != 0 || w.Sold != 0 {
		t.Errorf("a week without data: %+v", w)
	}
	if diff := cmp.Diff([]StockDay{{today, 300 * 900}}, weeks[tradeWeeks].Stock); diff != "" {
		t.Error(diff)
	}
}

// Stock of earlier weeks is reckoned back where deliveries account for the sales: on
// hand, plus what was sold since, less what came.
func TestStockReckonedBack(t *testing.T) {
	end := today.Monday()
	s := oneSKU(300)
	for i := range s.Demand[0].Qty.Len() {
		s.Demand[0].Qty.Set(i, 10)
	}
	for k := range core.Day(30) { // what a week sells comes every Wednesday
		d := end - 7*k + 2
		s.Supply = append(s.Supply, core.SupplyLine{Order: d.String(), Supplier: "ACME", SKU: "SOLAR-01", Mode: core.Sea, OrderedOn: d - 30, Due: d, Qty: 75, Stated: 30,
			Arrivals: []core.Arrival{{Day: d, Qty: 75, Damaged: 5}}})
	}
	weeks := evaluate(t, s).Trade
	sold := int64(10 * (today - end))
	for i, w := range weeks[:tradeWeeks] {
		want := []StockDay{{w.Monday + 6, (300 + sold - 70) * 900}}
		if diff := cmp.Diff(want, w.Stock); diff != "" || !w.Back {
			t.Fatalf("week %d: %s", i, diff)
		}
	}
	// A day that is no number sold nothing, and spoils no week.
	last := s.Demand[0].Qty.Len() - 1 - int(today-end)
	s.Demand[0].Qty.Set(last, float32(math.NaN()))
	for i, w := range evaluate(t, s).Trade[:tradeWeeks] {
		gone := int64(0)
		if day := s.Demand[0].Start + core.Day(last); day > w.Monday+6 {
			gone = 10
		}
		if diff := cmp.Diff([]StockDay{{w.Monday + 6, (300 + sold - 70 - gone) * 900}}, w.Stock); diff != "" {
			t.Fatalf("with a day that is no number, week %d: %s", i, diff)
		}
	}
	s.Demand[0].Qty.Set(last, 10)
	s.Supply = s.Supply[:5] // most deliveries are not on record
	if weeks := evaluate(t, s).Trade; len(weeks[tradeWeeks-1].Stock) != 0 || weeks[tradeWeeks-1].Back {
		t.Errorf("reckoned back from a few deliveries: %+v", weeks[tradeWeeks-1])
	}
}

// The stock that was seen stays, day by day, and goes before one reckoned back; what
// did not change is not written again.
func TestMergeTrade(t *testing.T) {
	m := today.Monday()
	seen := TradeWeek{Monday: m, Days: 3, Revenue: 5, Lost: 70, Stock: []StockDay{{m, 10}, {m + 1, 11}}}
	back := TradeWeek{Monday: m - 7, Days: 7, Stock: []StockDay{{m - 1, 9}}, Back: true}
	kept := []TradeWeek{seen, back, {Monday: m - 14, Days: 7, Stock: []StockDay{{m - 9, 8}}}}
	fresh := []TradeWeek{
		{Monday: m - 21, Days: 7},
		{Monday: m - 14, Days: 7, Stock: []StockDay{{m - 8, 99}}, Back: true},
		{Monday: m - 7, Days: 7, Stock: []StockDay{{m - 1, 12}}, Back: true},
		{Monday: m, Days: 4, Revenue: 6, Lost: 20, Stock: []StockDay{{m + 1, 13}}},
	}
	want := []TradeWeek{fresh[0], fresh[2], {Monday: m, Days: 4, Revenue: 6, Lost: 70, Stock: []StockDay{{m, 10}, {m + 1, 13}}}}
	if diff := cmp.Diff(want, MergeTrade(kept, fresh)); diff != "" {
		t.Error(diff)
	}
	if got := MergeTrade(want, want); len(got) != 0 {
		t.Errorf("written again: %+v", got)
	}
}

// Sums too large to be true are bounded, and none is NaN.
func TestTradeBounds(t *testing.T) {
	for v, want := range map[float64]int64{math.Inf(1): core.MaxMinor, math.NaN(): 0, -1e300: -core.MaxMinor, 2.5: 3} {
		if got := minor(v); got != want {
			t.Errorf("minor(%v) = %d", v, got)
		}
	}
}
