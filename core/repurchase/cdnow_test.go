//go:build published

package repurchase_test

import (
	"math"
	"os"
	"testing"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// TestPublishedFits checks the parameters of Fader, Hardie and Lee (2005) for
// the CDNOW sample of 2,357 customers up to 1997-09-30, in weeks. The data may
// not be shipped, so it is no part of the suite: CDNOW_SAMPLE names the file.
// TestRecovery fits simulated customers.
func TestPublishedFits(t *testing.T) {
	h := read(t, os.Getenv("CDNOW_SAMPLE"))
	day, _ := core.ParseDay("1997-09-30")
	all := h.Summaries(day)
	for i := range all {
		all[i].Recency /= 7
		all[i].Age /= 7
	}
	for _, c := range []struct {
		kind repurchase.Kind
		want [4]float64
	}{
		{repurchase.BGNBD, [4]float64{0.243, 4.414, 0.793, 2.426}},
		{repurchase.ParetoNBD, [4]float64{0.553, 10.578, 0.606, 11.669}},
		{repurchase.MBGNBD, [4]float64{0.525, 6.183, 0.891, 1.614}},
	} {
		m, err := repurchase.Fit(c.kind, all)
		if err != nil {
			t.Fatal(err)
		}
		got := [4]float64{m.R, m.Alpha, m.A, m.B}
		t.Logf("%s: %.4f, log likelihood %.1f", c.kind, got, m.LogLikelihood)
		for i := range got {
			if math.Abs(got[i]/c.want[i]-1) > 0.005 {
				t.Errorf("%s: parameter %d is %.4f, published %.3f", c.kind, i, got[i], c.want[i])
			}
		}
	}
	// The same authors' value model, on repeat orders: p=6.25, q=3.74, gamma=15.44.
	g, err := repurchase.FitSpend(all)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("gamma-gamma: p %.3f, q %.3f, gamma %.3f", g.P, g.Q, g.Gamma/100)
	for i, v := range []float64{g.P / 6.25, g.Q / 3.74, g.Gamma / 100 / 15.44} {
		if math.Abs(v-1) > 0.01 {
			t.Errorf("gamma-gamma: parameter %d is %.3f of the published one", i, v)
		}
	}
}
