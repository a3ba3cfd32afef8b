package supply

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

const today = core.Day(20778)

// order is one order of one line by sea, stated 30 days, placed ago days before
// today, that came whole after took days; took < 0: nothing has come.
func order(n, ago, took int) core.SupplyLine {
	l := core.SupplyLine{Order: fmt.Sprint("PO-", n), Supplier: "ACME", SKU: "A", Mode: core.Sea, OrderedOn: today - core.Day(ago),
		Due: today - core.Day(ago) + 30, Qty: 100, Stated: 30}
	if took >= 0 {
		l.Arrivals = []core.Arrival{{Day: l.OrderedOn + core.Day(took), Qty: 100}}
	}
	return l
}

var sea = core.Lead{Mode: core.Sea, Days: 30, SD: 6, Freight: core.Money{Minor: 5, Currency: "EUR"}}

// Two orders of 36 and 42 days, done by hand: κ = 6, μ = (4·1 + 1.2 + 1.4)/6 = 1.1,
// b₀ = 0.2²·2·4/5 = 0.064, S = 0.02, β = 0.064 + 0.01 + 4·2·0.3²/12 = 0.134,
// variance = 0.134·7/(3·6) = 0.0521; 30 days · 1.1 = 33, 30 · 0.2283 = 6.8.
func TestWorkedExample(t *testing.T) {
	got := Learn([]core.SupplyLine{order(1, 100, 36), order(2, 90, 42)}, nil, today).Lead("ACME", sea)
	want := core.Lead{Mode: core.Sea, Days: 33, SD: 6.8, Freight: sea.Freight,
		Note: "lead time by sea: stated 30 ± 6 days, learned 33 ± 6.8 from 2 deliveries of 2 orders"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What must hold whatever the numbers.
func TestWeights(t *testing.T) {
	days := func(lines ...core.SupplyLine) float64 { return Learn(lines, nil, today).Lead("ACME", sea).Days }
	one := order(1, 100, 60)

	split := one // half of it after 40, half after 80 days: the same mean
	split.Arrivals = []core.Arrival{{Day: split.OrderedOn + 40, Qty: 50}, {Day: split.OrderedOn + 80, Qty: 50}}
	if a, b := days(one), days(split); a != b {
		t.Errorf("one delivery %g, two of the same mean %g", a, b)
	}
	twin := one // two lines of one order weigh as one order
	twin.SKU = "B"
	if a, b := days(one), days(one, twin); a != b {
		t.Errorf("one line %g, two lines of the same order %g", a, b)
	}
	other := order(2, 100, 60) // two orders weigh more
	if a, b := days(one), days(one, other); b <= a || a <= 30 || b >= 60 {
		t.Errorf("one order %g, two orders %g", a, b)
	}
	over := one // more than was ordered says nothing more
	over.Arrivals = append([]core.Arrival{}, one.Arrivals...)
	over.Arrivals = append(over.Arrivals, core.Arrival{Day: one.OrderedOn + 90, Qty: 50})
	if a, b := days(one), days(over); a != b {
		t.Errorf("as ordered %g, with more %g", a, b)
	}
	for name, l := range map[string]core.SupplyLine{
		"no order": {}, "in time still": order(1, 20, -1), "given up": order(1, 91, -1), "other mode": {Supplier: "ACME", Mode: core.Air, Stated: 5, Qty: 5, OrderedOn: today - 5,
			Arrivals: []core.Arrival{{Day: today, Qty: 5}}},
	} {
		if got := Learn([]core.SupplyLine{l}, nil, today).Lead("ACME", sea); got != sea {
			t.Errorf("%s: %+v, want the stated lead time", name, got)
		}
	}
}

// An order that is late counts as taking at least as long: the longer it waits,
// the longer the lead time, and never shorter than without it.
func TestLateOrdersCount(t *testing.T) {
	came := []core.SupplyLine{order(1, 200, 30), order(2, 170, 33), order(3, 150, 28)}
	last := Learn(came, nil, today).Lead("ACME", sea).Days
	for ago := 31; ago <= 90; ago += 10 {
		got := Learn(append(came, order(9, ago, -1)), nil, today).Lead("ACME", sea)
		if got.Days < last {
			t.Errorf("%d days out: %g, before %g", ago, got.Days, last)
		}
		last = got.Days
		if !strings.Contains(got.Note, "goods that are late") {
			t.Errorf("note %q", got.Note)
		}
	}
	if last <= 33 {
		t.Errorf("an order that is out 81 days of 30 moves the lead time to %g only", last)
	}
}

// Lead time does not run on the supplier's closed days.
func TestClosedDays(t *testing.T) {
	closed := []core.Supplier{{ID: "ACME", Closed: []core.DayRange{{From: today - 90, To: today - 80}, {From: today - 85, To: today - 79}}}}
	with, without := Learn([]core.SupplyLine{order(1, 100, 42)}, closed, today), Learn([]core.SupplyLine{order(1, 100, 30)}, nil, today)
	if a, b := with.Lead("ACME", sea).Days, without.Lead("ACME", sea).Days; a != b {
		t.Errorf("42 days with 12 closed: %g; 30 open days: %g", a, b)
	}
	for _, c := range []struct{ from, to, want core.Day }{{10, 12, 1}, {10, 21, 7}, {11, 21, 6}, {13, 21, 5}, {12, 15, 0}, {5, 5, 0}} {
		if got := openDays(c.from, c.to, []core.DayRange{{From: 12, To: 14}, {From: 14, To: 15}}); got != int(c.want) {
			t.Errorf("open days from %d to %d: %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

// With many orders the prior is forgotten and censoring keeps the mean right: of
// true times of 40 ± 8 days, those not yet arrived would be missed, because short
// ones arrive first.
func TestRecoversTheTruth(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 1))
	var all, arrived []core.SupplyLine
	for i := range 4000 {
		took, ago := int(math.Round(40+8*rnd.NormFloat64())), rnd.IntN(60)
		l := order(i, ago, took)
		if took > ago {
			l.Arrivals = nil
		} else {
			arrived = append(arrived, l)
		}
		if ago >= 30 { // orders that could have been on time
			all = append(all, l)
		}
	}
	got, naive := Learn(all, nil, today).Lead("ACME", sea), Learn(arrived, nil, today).Lead("ACME", sea)
	if math.Abs(got.Days-40) > 0.7 || math.Abs(got.SD-8) > 0.7 {
		t.Errorf("learned %g ± %g, want 40 ± 8", got.Days, got.SD)
	}
	if naive.Days > got.Days-1 {
		t.Errorf("without the late ones %g: the test shows nothing", naive.Days)
	}
}

// No input makes a lead time that planning cannot use, and the given offers stay
// as they are.
func TestNeverWild(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var lines []core.SupplyLine
		for range rapid.IntRange(0, 12).Draw(rt, "orders") {
			l := order(rapid.IntRange(0, 5).Draw(rt, "number"), rapid.IntRange(0, 730).Draw(rt, "ago"), -1)
			l.Stated = rapid.SampledFrom([]float64{0, 0.3, 1, 30, 365}).Draw(rt, "stated")
			l.Qty = rapid.Int64Range(0, 50).Draw(rt, "qty")
			l.Cancelled = rapid.Int64Range(0, 60).Draw(rt, "cancelled")
			for range rapid.IntRange(0, 3).Draw(rt, "arrivals") {
				n := rapid.Int64Range(0, 60).Draw(rt, "came")
				l.Arrivals = append(l.Arrivals, core.Arrival{Day: l.OrderedOn + core.Day(rapid.IntRange(0, 700).Draw(rt, "took")), Qty: n, Damaged: rapid.Int64Range(0, n).Draw(rt, "damaged")})
			}
			lines = append(lines, l)
		}
		stated := core.Lead{Mode: core.Sea, Days: rapid.Float64Range(0, 200).Draw(rt, "days"), SD: rapid.Float64Range(0, 100).Draw(rt, "sd")}
		items := []core.SupplierItem{{Supplier: "ACME", Lead: []core.Lead{stated}}}
		got := Learn(lines, nil, today).Items(items)[0].Lead[0]
		if items[0].Lead[0] != stated {
			rt.Fatal("the given offer was changed")
		}
		if math.IsNaN(got.Days) || got.Days < 0 || got.Days > max(1, tenth(maxMultiple*stated.Days)) || math.IsNaN(got.SD) || got.SD < 0 || got.SD > 10*max(1, stated.Days, stated.SD) {
			rt.Fatalf("learned %+v from %+v", got, stated)
		}
		for _, s := range Evaluate(lines, nil, today-730, today, today) {
			for _, rate := range []float64{s.FillRate, s.OnTimeRate, s.DamageRate, s.LateRisk} {
				if math.IsNaN(rate) || rate < 0 || rate > 1 {
					rt.Fatalf("score %+v", s)
				}
			}
			if s.Settled+s.Open != s.Orders || s.Late > s.Settled {
				rt.Fatalf("score %+v", s)
			}
		}
	})
}

// A supplier's year, counted by hand: three settled orders (one in time, one half
// late with damage, one closed short) and one that is still in time.
func TestScore(t *testing.T) {
	late := order(2, 150, 20)
	late.Arrivals = []core.Arrival{{Day: late.OrderedOn + 20, Qty: 50}, {Day: late.OrderedOn + 45, Qty: 50, Damaged: 10}}
	short := order(3, 120, 25)
	short.Arrivals[0].Qty, short.Cancelled = 80, 20
	got := Evaluate([]core.SupplyLine{order(1, 200, 30), late, short, order(4, 10, -1), order(5, 900, 30)}, nil, today-365, today, today)
	if len(got) != 1 || len(got[0].Modes) != 1 {
		t.Fatalf("scores %+v", got)
	}
	s := got[0]
	s.Modes = nil
	risk := func(late, of float64) float64 { return (late + 0.2*PriorOrders) / (of + PriorOrders) }
	want := Score{Supplier: "ACME", Orders: 4, Settled: 3, Late: 1, Open: 1, Ordered: 300, Received: 280,
		FillRate: 270.0 / 300, OnTimeRate: 230.0 / 300, DamageRate: 10.0 / 280, LateRisk: risk(1, 3)}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

// What was promised is the day agreed, else the list's; where neither is known nothing
// is late.
func TestPromise(t *testing.T) {
	whole, half := core.Arrival{Day: today, Qty: 100}, core.Arrival{Day: today - 5, Qty: 50}
	for _, tt := range []struct {
		name string
		line core.SupplyLine
		due  core.Day
		kept bool
	}{
		{"on the day agreed", core.SupplyLine{Due: today, Stated: 5, Arrivals: []core.Arrival{whole}}, today, true},
		{"a day late", core.SupplyLine{Due: today - 1, Stated: 90, Arrivals: []core.Arrival{whole}}, today - 1, false},
		{"in two parts", core.SupplyLine{Due: today, Arrivals: []core.Arrival{half, {Day: today, Qty: 50, Damaged: 9}}}, today, true},
		{"a part", core.SupplyLine{Due: today, Arrivals: []core.Arrival{half}}, today, false},
		{"the rest was cancelled", core.SupplyLine{Due: today, Cancelled: 50, Arrivals: []core.Arrival{half}}, today, true},
		{"by the list", core.SupplyLine{Stated: 29.6, Arrivals: []core.Arrival{whole}}, today, true},
		{"late by the list", core.SupplyLine{Stated: 29.4, Arrivals: []core.Arrival{whole}}, today - 1, false},
		{"nothing promised", core.SupplyLine{}, core.MaxDay, true},
	} {
		tt.line.OrderedOn, tt.line.Qty = today-30, 100
		if due, kept := Promise(tt.line); due != tt.due || kept != tt.kept {
			t.Errorf("%s: due %s, kept %t", tt.name, due, kept)
		}
	}
	// An order whose day nobody knows waits, and is not late from the day it was placed.
	if s := Evaluate([]core.SupplyLine{{Order: "1", Supplier: "ACME", SKU: "A", OrderedOn: today - 30, Qty: 100}}, nil, today-60, today, today)[0]; s.Late != 0 || s.Open != 1 {
		t.Errorf("score %+v", s)
	}
}

func BenchmarkLearn(b *testing.B) {
	var lines []core.SupplyLine
	for i := range 50_000 {
		l := order(i/5, 100+i%600, 25+i%17)
		l.Supplier = core.SupplierID(fmt.Sprint("S", i%40))
		lines = append(lines, l)
	}
	items := make([]core.SupplierItem, 100_000)
	for i := range items {
		items[i] = core.SupplierItem{Supplier: core.SupplierID(fmt.Sprint("S", i%40)), Lead: []core.Lead{{Mode: core.Sea, Days: float64(20 + i%30), SD: 5}}}
	}
	for b.Loop() {
		Learn(lines, nil, today).Items(items)
	}
}
