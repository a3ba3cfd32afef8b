package plan

import (
	"math"
	"testing"

	"quartermaster/core"
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
	before := &WeekFacts{Day: today - weekDays, Items: []WeekItem{{SKU: "A", Expected: mean(10)}, {SKU: "B", Expected: mean(4)}, {SKU: "C", Expected: mean(1)}}}
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
		products int
	}{
		{"right", 10, 4, 1, 2},
		{"A sold twice as much", 20, 4, 1 - 10.0/24, 2},
		{"errors of two products do not cancel", 12, 2, 1 - 4.0/14, 2},
		{"far off", 1, 1, 0, 2},
		{"nothing was sold", 0, 0, 0, 0},
	} {
		in := WeekInput{Facts: WeekFacts{Day: today, Indicators: &Indicators{}}, Before: before, Sold: sold(tt.a, tt.b)}
		got := NewWeek(in).Facts.Indicators
		if math.Abs(got.Accuracy-tt.accuracy) > 1e-9 || got.Products != tt.products {
			t.Errorf("%s: %+v, want %.4f over %d", tt.name, got, tt.accuracy, tt.products)
		}
	}
}
