package simulate

import (
	"math"
	"testing"
)

func curve(name string, fillAndValue ...float64) Curve {
	c := Curve{Policy: name}
	for i := 0; i < len(fillAndValue); i += 2 {
		c.Points = append(c.Points, Point{float64(i), Totals{FillRate: fillAndValue[i], AverageStockValue: usd(int64(fillAndValue[i+1]))}})
	}
	return c
}

func TestAtFill(t *testing.T) {
	// The third point holds more than the fourth for less: it is not on the frontier.
	c := curve("c", 0.80, 100, 0.90, 200, 0.92, 500, 0.96, 400)
	for _, x := range []struct {
		fill, want float64
		ok         bool
	}{
		{0.79, 0, false}, {0.80, 100, true}, {0.85, 150, true}, {0.90, 200, true}, {0.93, 300, true}, {0.96, 400, true}, {0.97, 0, false},
	} {
		got, ok := c.AtFill(x.fill)
		if ok != x.ok || math.Abs(got-x.want) > 1e-9 {
			t.Errorf("at %v: %v, %v; want %v, %v", x.fill, got, ok, x.want, x.ok)
		}
	}
	if _, ok := (Curve{}).AtFill(0.9); ok {
		t.Error("a curve without points has a value")
	}
}

func TestCheapest(t *testing.T) {
	c := curve("c", 0.8, 1, 0.9, 2, 0.95, 3)
	for i, cost := range []int64{50, 30, 30} {
		c.Points[i].TotalCost = usd(cost)
	}
	if p, ok := c.Cheapest(); !ok || p.FillRate != 0.9 {
		t.Errorf("%+v, %v", p, ok)
	}
	if _, ok := (Curve{}).Cheapest(); ok {
		t.Error("a curve without points has a cheapest one")
	}
}

func TestCompare(t *testing.T) {
	got := Compare(curve("a", 0.8, 60, 1, 160), curve("b", 0.85, 100, 0.95, 200), []float64{0.8, 0.9, 0.99})
	if len(got) != 1 || got[0].Policy != "a" || got[0].Against != "b" || math.Abs(got[0].Share-(1-110.0/150)) > 1e-12 {
		t.Errorf("got %+v", got)
	}
}

// TestSweep: a higher knob of the textbook rule means more fill and more stock on
// the whole of a panel.
func TestSweep(t *testing.T) {
	const history, days = 120, 150
	s := scenario(t, shop(from-history, panel(11, 15, history+days)...), Config{From: from, To: from + days, LeadCV: 0.2, Seed: 4})
	families := Families(policyOfTests(), Training{})
	curves, err := Sweep(t.Context(), s, families, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range curves {
		first, last := c.Points[0], c.Points[len(c.Points)-1]
		if c.Policy == Ours { // its knob is the price of stock
			first, last = last, first
		}
		if c.Policy != families[i].Name || len(c.Points) != len(families[i].Values) {
			t.Fatalf("curve %d is %s with %d points", i, c.Policy, len(c.Points))
		}
		if last.FillRate < first.FillRate+0.03 || last.AverageStockValue.Minor <= first.AverageStockValue.Minor {
			t.Errorf("%s: from %v with %v to %v with %v", c.Policy, first.FillRate, first.AverageStockValue, last.FillRate, last.AverageStockValue)
		}
	}
}
