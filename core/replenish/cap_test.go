package replenish

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"quartermaster/core"
)

func TestUsualOf(t *testing.T) {
	const today = core.Day(1000)
	web := func(qty ...float32) []core.Series {
		return []core.Series{{Channel: "web", Start: today - core.Day(len(qty)), Qty: core.Daily(qty...)}}
	}
	days := func(n int, at func(i int) float32) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = at(i)
		}
		return out
	}
	two := func(int) float32 { return 2 }
	flagged := web(days(91, func(i int) float32 { return []float32{2, 0}[i/70] })...)
	flagged[0].Flags = make([]core.DayFlag, 91)
	for i := 70; i < 91; i++ {
		flagged[0].Flags[i] = core.StockOut
	}
	tests := []struct {
		name   string
		series []core.Series
		empty  bool
		want   *Usual
	}{
		{"steady", web(days(91, two)...), false, &Usual{Weekly: 14, Weeks: 13, Busy: 14}},
		{"two channels", append(web(days(91, two)...), core.Series{Channel: "eu", Start: today - 40, Qty: core.Daily(days(40, two)...)}), false, &Usual{Weekly: 28, Weeks: 13, Busy: 14, Last: true}},
		{"older weeks do not count", web(days(182, func(i int) float32 { return []float32{9, 2}[i/91] })...), false, &Usual{Weekly: 14, Weeks: 13, Busy: 14}},
		{"too young", web(days(24, two)...), false, nil},
		{"four weeks", web(days(28, two)...), false, &Usual{Weekly: 14, Weeks: 4, Busy: 14}},
		{"one day of x1000", web(days(91, func(i int) float32 { return []float32{2, 2000}[i/90] })...), false, &Usual{Weekly: 14, Weeks: 13, Busy: 14}},
		{"three weeks of x1000", web(days(91, func(i int) float32 { return []float32{2, 2000}[i/70] })...), false, &Usual{Weekly: 14, Weeks: 13, Busy: 14}},
		// 26 units in each of five weeks of 13: the median is 0, half the mean 5.
		{"rare sales", web(days(91, func(i int) float32 { return []float32{26, 0}[min(1, i%21)] })...), false, &Usual{Weekly: 5, Weeks: 13, Busy: 26, Mean: true}},
		{"one sale alone", web(days(91, func(i int) float32 { return []float32{0, 2000}[i/90] })...), false, &Usual{Weekly: 0, Weeks: 13}},
		{"nothing sold", web(days(91, func(int) float32 { return 0 })...), false, &Usual{Weekly: 0, Weeks: 13}},
		{"took off five weeks ago", web(days(91, func(i int) float32 { return []float32{0, 3}[min(1, i/56)] })...), false, &Usual{Weekly: 21, Weeks: 13, Busy: 21, Last: true}},
		{"sold out for ten weeks", web(days(140, func(i int) float32 { return []float32{2, 0}[i/70] })...), true, &Usual{Weekly: 14, Weeks: 10, Busy: 14}},
		{"days out of stock", flagged, false, &Usual{Weekly: 14, Weeks: 10, Busy: 14}},
		{"missing weeks", web(days(91, func(i int) float32 { return []float32{core.Missing, 2}[i/21%2] })...), false, &Usual{Weekly: 14, Weeks: 6, Busy: 14}},
		{"no data", nil, true, nil},
		{"no numbers", web(days(91, func(int) float32 { return float32(math.NaN()) })...), false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := UsualOf(tt.series, today, tt.empty)
			if (got == nil) != (tt.want == nil) || got != nil && cmp.Diff(*got, *tt.want, cmpopts.IgnoreUnexported(Usual{})) != "" {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

// 14 a week for six weeks of cover, five times: 420 units.
func TestCap(t *testing.T) {
	item := core.SupplierItem{Price: eur(500), MOQ: 30, Pack: 12, Lead: []core.Lead{{Mode: core.Sea, Days: 35}}}
	usual := &Usual{Weekly: 14, Weeks: 13}
	tests := []struct {
		name  string
		pos   Position
		usual *Usual
		times float64
		want  int64
		note  string
	}{
		{"cut to packs", Position{}, usual, 5, 420, "capped at 5 times the usual: 5 × 14 a week ÷ 7 × 42 days = 420, packs of 12; a week is the median of the last 13 known ones"},
		{"owed comes on top", Position{OnHand: 5, Committed: 5, Backorders: 7}, usual, 5, 420, "+ 7 owed to customers = 427"},
		{"on order counts", Position{OnOrder: 100}, usual, 5, 312, "− 100 on order = 320, packs of 12"},
		{"nothing left", Position{OnOrder: 400}, usual, 5, 0, "= 20, packs of 12 or the minimum order, none"},
		{"at least the minimum", Position{}, &Usual{Weekly: 0.5, Weeks: 13, Mean: true}, 5, 36, "= 15, at least the minimum order; a week is half the mean of the last 13 known ones"},
		{"off", Position{}, usual, 0, 84000 + 36000 + 60, ""},
		{"nothing known", Position{}, nil, 5, 84000 + 36000 + 60, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := byFormula()
			p.Quantity.OrderCap, p.MinSafetyDays = tt.times, 0
			in := Input{Today: 1000, Mean: steady(91, 2000), Position: tt.pos, Item: &item, Usual: tt.usual}
			res := Assess(in, p)
			note := ""
			for _, s := range res.Calc.Steps {
				if s.Rule == CapRule {
					note = s.Note
				}
			}
			if tt.note == "" {
				if res.Qty() < 84000 || note != "" {
					t.Errorf("%d units are cut: %q", res.Qty(), note)
				}
				return
			}
			if res.Qty() != tt.want || !strings.Contains(note, tt.note) {
				t.Errorf("%d units, want %d: %q", res.Qty(), tt.want, note)
			}
		})
	}
}

// Whatever the forecast, an order stays within the cap, and one within it is as it was.
func TestCapProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		item := core.SupplierItem{Price: eur(500), MOQ: rapid.Int64Range(0, 100).Draw(rt, "moq"), Pack: rapid.Int64Range(0, 24).Draw(rt, "pack"),
			Lead: []core.Lead{{Mode: core.Sea, Days: rapid.Float64Range(1, 60).Draw(rt, "days")}}}
		in := Input{Today: 1000, Mean: steady(120, rapid.Float64Range(0.01, 1e6).Draw(rt, "mean")), Item: &item,
			Position: Position{OnHand: rapid.Int64Range(0, 500).Draw(rt, "stock"), Backorders: rapid.Int64Range(0, 50).Draw(rt, "owed"), OnOrder: rapid.Int64Range(0, 500).Draw(rt, "order")},
			Usual:    &Usual{Weekly: rapid.Float64Range(0, 1000).Draw(rt, "usual"), Weeks: 13}}
		p := byFormula()
		got := Assess(in, p)
		in.Usual = nil
		free := Assess(in, p)
		c := got.Calc.Cap
		if got.Qty() != min(free.Qty(), c.Most) {
			rt.Fatalf("%d units, %d without the cap of %d", got.Qty(), free.Qty(), c.Most)
		}
		if least := upTo(max(1, item.MOQ), c.Pack); c.Most%c.Pack != 0 || c.Most > 0 && c.Most < least || float64(c.Most) > max(0, c.Limit) && (c.Most != least || in.Position.OnOrder > 0) {
			rt.Fatalf("cap %+v with a least order of %d", *c, least)
		}
	})
}

// What sold twice may be ordered for, what sold once is no reason: 700 units in a week
// a year ago and 500 in one at Easter, 7 a week otherwise. Wrong weeks in a row count
// as one.
func TestAgain(t *testing.T) {
	const today = core.Day(1000)
	qty := make([]float32, 364)
	for i := range qty {
		qty[i] = 1
	}
	qty[10], qty[200] = 694, 494
	u := UsualOf([]core.Series{{Start: today - 364, Qty: core.Daily(qty...)}}, today, false)
	for weeks, want := range map[int]float64{1: 500, 2: 507, 6: 535, 30: 0} { // two times 30 weeks do not fit into a year
		if got := u.Again(weeks); got != want {
			t.Errorf("%d weeks: %v, want %v", weeks, got, want)
		}
	}
	for i := 336; i < 364; i++ { // four weeks of x1000
		qty[i] *= 1000
	}
	u = UsualOf([]core.Series{{Start: today - 364, Qty: core.Daily(qty...)}}, today, false)
	if got := u.Again(1); got != 700 {
		t.Errorf("after four wrong weeks %v, want 700", got)
	}
	p := byFormula()
	p.Quantity.OrderCap, p.MinSafetyDays = 3, 0
	item := core.SupplierItem{Price: eur(500), Lead: []core.Lead{{Mode: core.Sea, Days: 7}}}
	u = &Usual{Weekly: 7, Weeks: 13, past: make([]float64, 52)}
	u.past[3], u.past[40] = 700, 500
	res := Assess(Input{Today: 1000, Mean: steady(91, 2000), Item: &item, Usual: u}, p)
	const note = "capped at 3 times the usual: 3 × 500 = 1,500, whole units; so many sold in the second-best time of 2 weeks of the past year"
	if s := res.Calc.Steps; res.Qty() != 1500 || len(s) == 0 || s[len(s)-1].Note != note {
		t.Errorf("%d units: %+v", res.Qty(), s)
	}
}
