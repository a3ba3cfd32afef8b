package plan

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

func recountable() Proposal {
	eur := func(n int64) core.Money { return core.Money{Minor: n, Currency: "EUR"} }
	line := func(sku core.SKU, qty int64) Line {
		l := Line{SKU: sku, Location: "MAIN", Qty: 1, MOQ: 50, Pack: 10, Max: 400, Price: eur(200), Freight: eur(10), Breaks: []core.PriceBreak{{Min: 200, Price: eur(150)}},
			Calc: &replenish.Calculation{DemandPerDay: 4, Position: replenish.Position{OnHand: 20, Backorders: 4, OnOrder: 24}}}
		l, err := Requantify(l, qty)
		if err != nil {
			panic(err)
		}
		return l
	}
	return Proposal{ID: 1, Version: 1, State: Proposed, Lines: []Line{line("A", 100), line("B", 60)}, Rate: core.RateOne, Total: eur(33600), TotalShop: eur(33600)}
}

// By hand: 200 of A at the break of 1.50 and 0.10 freight are 320.00; with 20 - 4 + 24
// in stock and on order they last 240/4 = 60 days.
func TestRecount(t *testing.T) {
	p := recountable()
	r := p.Recount(map[int]int64{0: 200})
	a, b := r.Lines[0], r.Lines[1]
	if a.Line.Cost.Minor != 32000 || a.Cover != 60 || !a.HasCover || b.Line.Qty != 60 || b.Cover != 25 {
		t.Errorf("A costs %s and lasts %g days, B lasts %g", a.Line.Cost, a.Cover, b.Cover)
	}
	if !r.Sound || r.Total.Minor != 32000+60*210 {
		t.Errorf("the order costs %s, sound %t", r.Total, r.Sound)
	}
	r = p.Recount(map[int]int64{0: 205, 1: 0})
	if a, b := r.Lines[0], r.Lines[1]; !strings.Contains(a.Reason, "210 is the next multiple") || !b.Out || b.Cover != 10 || r.Sound {
		t.Errorf("%+v", r)
	}
	if r = p.Recount(map[int]int64{0: 0, 1: 0}); r.Sound {
		t.Error("an order without lines is sound")
	}
}

// What is shown is what is saved: Recount refuses what Revise refuses and comes to
// the same amounts.
func TestRecountIsRevise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := recountable()
		qty := map[int]int64{}
		for i := range p.Lines {
			if rapid.Bool().Draw(t, "given") {
				qty[i] = rapid.Int64Range(-1, 45).Draw(t, "tens") * rapid.SampledFrom([]int64{10, 10, 10, 7}).Draw(t, "pack")
			}
		}
		r := p.Recount(qty)
		next, wrong := p.Revise(qty, "U1", byFormula(), time.Unix(0, 0))
		if r.Sound != (len(wrong) == 0) {
			t.Fatalf("sound %t, Revise refuses %v", r.Sound, wrong)
		}
		if r.Sound && (r.Total != next.Total || r.TotalShop != next.TotalShop) {
			t.Fatalf("%s and %s, Revise comes to %s and %s", r.Total, r.TotalShop, next.Total, next.TotalShop)
		}
	})
}
