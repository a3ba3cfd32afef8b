package repurchase

import (
	"errors"
	"math"
	"testing"

	"quartermaster/core"
)

// TestBlendDemand: customers get weight beside a forecast that knows nothing, and
// none beside one that knows all.
func TestBlendDemand(t *testing.T) {
	h := shop(t, 600, 15, 364, 0, 23)
	const days = 30
	blind := func(day core.Day, days int) []float64 { // everything sells alike
		out := make([]float64, len(h.Products))
		for p := range out {
			out[p] = 3
		}
		return out
	}
	b, err := BlendDemand(h, cutoff, days, blind)
	if err != nil {
		t.Fatal(err)
	}
	if b.Weight < 0.3 || b.With >= b.Error || b.Windows < 2 {
		t.Errorf("beside a blind forecast: %+v", b)
	}
	r := &Report{}
	for _, code := range h.Products {
		r.Products = append(r.Products, ProductRow{SKU: core.SKU(code)})
	}
	if err := r.demand(h, cutoff, Options{Sales: blind}); err != nil || r.Demand.Weight != b.Weight || r.Demand.Days != DemandDays {
		t.Fatalf("report: %+v %v", r.Demand, err)
	}
	moved := 0.0
	for _, p := range r.Products { // each sells more than 3 in the window
		moved = max(moved, p.Lift)
		if p.Lift < -maxLift || p.Lift > maxLift {
			t.Errorf("%s is moved by %.2f", p.SKU, p.Lift)
		}
	}
	if moved != maxLift {
		t.Errorf("a forecast of 3 units a month is raised by %.2f at most", moved)
	}
	total, came := 0.0, 0.0
	for p, v := range h.soldIn(cutoff, cutoff+days) {
		total += b.Units[p]
		came += v
	}
	if math.Abs(total/came-1) > 0.3 {
		t.Errorf("customers were expected to buy %.0f units, %.0f were sold", total, came)
	}
	truth := func(day core.Day, days int) []float64 { return h.soldIn(day, day+core.Day(days)) }
	if b, err = BlendDemand(h, cutoff, days, truth); err != nil || b.Weight != 0 {
		t.Errorf("beside a forecast that is right: %+v %v", b, err)
	}
	if b, err = BlendDemand(h, h.First()+20, days, truth); err != nil || b.Weight != 0 || b.Windows != 0 {
		t.Errorf("young shop: %+v %v", b, err)
	}
	if _, err = BlendDemand(h, h.First()-1, days, truth); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty shop: %v", err)
	}
}
