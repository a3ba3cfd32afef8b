package repurchase

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestClosest(t *testing.T) {
	for _, c := range []struct{ mean, none, want float64 }{
		{0, 1, 0},
		// Poisson: 0.4703 below 20, 0.0888 on it.
		{20, math.Exp(-20), 20 - 0.25 + 0.5*(0.5-0.47026)/0.08884},
		{20, 0, 20 - 0.25 + 0.5*(0.5-0.47026)/0.08884}, // less chance of none than a Poisson has is not believed
		{2, 1.0 / 3, 1.125}, // geometric: 1/3, then 2/9, a quarter of which is left out
		{5, 0.8, -0.25 + 0.5*0.5/0.8},
	} {
		if got := closest(c.mean, c.none); math.Abs(got-c.want) > 1e-3 {
			t.Errorf("mean %g, none %g: %g, want %g", c.mean, c.none, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		mean := math.Exp(rapid.Float64Range(-12, 6).Draw(t, "mean"))
		none := rapid.Float64Range(0, 1).Draw(t, "none")
		if v := closest(mean, none); !(v >= 0 && v <= 2*mean+1) {
			t.Fatalf("mean %g, none %g: %g", mean, none, v)
		}
	})
}

// Whatever the chances were, they are shifted to the sum asked for, in their old order.
func TestShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := rapid.SliceOfN(rapid.Float64Range(-4, 4), 1, 40).Draw(t, "eta")
		target := rapid.Float64Range(0.001, 0.95).Draw(t, "part") * float64(len(eta))
		out := make([]float64, len(eta))
		shift(eta, target, out)
		sum := 0.0
		for i, p := range out {
			sum += p
			if i > 0 && (eta[i]-eta[i-1])*(p-out[i-1]) < 0 {
				t.Fatalf("order changed: %v became %v", eta, out)
			}
		}
		if math.Abs(sum-target) > 2e-6*target {
			t.Fatalf("sum %g, asked for %g", sum, target)
		}
	})
}
