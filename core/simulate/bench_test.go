package simulate

import (
	"os"
	"strconv"
	"testing"
)

// BenchmarkYear replays a year of 200 SKUs, or SIMULATE_SKUS of them, under five
// policies, after a year of history.
func BenchmarkYear(b *testing.B) {
	n := 200
	if text := os.Getenv("SIMULATE_SKUS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	s := scenario(b, shop(from-365, panel(1, n, 730)...), Config{From: from, To: from + 365, LeadCV: 0.25, MinUnits: -1})
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range run(b, s, policies()...) {
			b.ReportMetric(100*r.FillRate, r.Policy+"-fill-%")
		}
	}
}
