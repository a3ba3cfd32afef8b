package plan

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
)

// Sales of two weeks arrive a thousandfold and pass for a new level. The forecast
// follows them; the order does not, and says so.
func TestOrderCap(t *testing.T) {
	mad := func() core.Snapshot {
		s := oneSKU(100)
		s.Items[0].MOQ = 24
		q := &s.Demand[0].Qty
		for i := q.Len() - 14; i < q.Len(); i++ {
			q.Set(i, 1000*q.At(i))
		}
		return s
	}
	s := mad()
	r := evaluate(t, s)
	if need := r.Items[0].Calc.Need; need < 100_000 {
		t.Fatalf("the forecast did not follow: need %v", need)
	}
	p := r.Proposals[0]
	if n := total(p.Lines); n != 4440 { // 5 × 148 a week × 6 weeks, the highest of 12 and 28 a day in turn
		t.Errorf("%d units on the card", n)
	}
	if notes := strings.Join(p.Remarks(), "\n"); !strings.Contains(notes, "SOLAR-01 is capped at 4,440 instead of ") || !strings.Contains(notes, "5 times what usually sells; if more is right, Edit raises it.") {
		t.Errorf("remarks: %s", notes)
	}
	for _, l := range p.Lines {
		redo(t, Explain(l))
	}
	more, wrong := p.Revise(map[int]int64{0: p.Lines[0].Qty + 2400}, "U1", byFormula(), noon)
	if len(wrong) > 0 || more.Lines[0].Qty != p.Lines[0].Qty+2400 {
		t.Errorf("Edit cannot raise it: %v", wrong)
	}

	// Once that is on order, the same forecast orders nothing more.
	for _, l := range p.Lines {
		s.Inbound = append(s.Inbound, core.Inbound{Order: "PO-1", Supplier: "ACME", SKU: l.SKU, Location: l.Location, Qty: l.Qty, Due: l.Arrival})
	}
	if r := evaluate(t, s); len(r.Proposals) != 0 {
		t.Errorf("a second order: %+v", r.Proposals[0].Lines)
	}

	// Nor does the supplier's minimum raise a line beyond it.
	s = mad()
	s.Suppliers[0].Terms.MinUnits = 100_000
	if p := evaluate(t, s).Proposals[0]; total(p.Lines) != 4440 || !strings.Contains(strings.Join(p.Notes, "\n"), "the order cap leave no room") {
		t.Errorf("%d units for a minimum of 100,000: %q", total(p.Lines), p.Notes)
	}

	// What a person set is not capped, and 0 is no cap.
	s = mad()
	s.Overrides = []core.Override{{SKU: "SOLAR-01", Field: core.OverrideQuantity, Value: 9600, Reason: "fair", By: "Jo", On: today, Until: today}}
	if p := evaluate(t, s).Proposals[0]; total(p.Lines) != 9600 || strings.Contains(strings.Join(p.Notes, "\n"), "capped") {
		t.Errorf("%d units, set to 9,600: %q", total(p.Lines), p.Notes)
	}
	policy := byFormula()
	policy.Quantity.OrderCap = 0
	if r, err := Evaluate(mad(), policy, noon); err != nil || total(r.Proposals[0].Lines) < 100_000 {
		t.Errorf("without a cap %+v, %v", r.Proposals, err)
	}
}

// Whatever a forecaster says, the order keeps within the cap, which knows nothing of
// it; what is no forecast at all is not used.
func TestOrderCapAgainstAnyForecaster(t *testing.T) {
	s := oneSKU(100)
	past := make([]float64, s.Demand[0].Qty.Len())
	for i, v := range s.Demand[0].Qty.Values() {
		past[i] = float64(v)
	}
	says := func(v float64) *engine.Outlook {
		mean := make([]float64, 91)
		for i := range mean {
			mean[i] = v
		}
		return &engine.Outlook{Prediction: pool.Prediction{Mean: mean}, Lift: 1, Method: "mad", Why: "it is mad"}
	}
	order := func(o *engine.Outlook) (units int64, method string) {
		t.Helper()
		pl := Planner{Prepared: &Prepared{Past: map[core.SKU][]float64{"SOLAR-01": past}, Outlook: map[core.SKU]*engine.Outlook{"SOLAR-01": o}, Week: 7}}
		r, err := pl.Evaluate(s, byFormula(), noon)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("the report cannot be kept: %v", err)
		}
		for _, p := range r.Proposals {
			units += total(p.Lines)
		}
		return units, r.Items[0].Forecast.Method
	}
	level, rule := order(nil)
	if level == 0 || rule == "mad" {
		t.Fatalf("without a forecaster %d units by %s", level, rule)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -20} {
		if units, method := order(says(v)); units != level || method != rule {
			t.Errorf("told %v: %d units by %s, want %d by %s", v, units, method, level, rule)
		}
	}
	capped, _ := order(says(2e3))
	if capped <= level || float64(capped) > byFormula().Quantity.OrderCap*148*6 { // 148 sell in a week, and it lasts six
		t.Errorf("told 100 times what sells: %d units, %d by the rule", capped, level)
	}
	for v, want := range map[float64]int64{2e5: capped, 2e6: capped, 2e7: 0, 1e12: 0} { // beyond replenish.MaxQty it is bad data
		if units, method := order(says(v)); units != want || method != "mad" {
			t.Errorf("told %v: %d units by %s, want %d", v, units, method, want)
		}
	}
}
