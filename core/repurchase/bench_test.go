package repurchase

import (
	"math/rand/v2"
	"syscall"
	"testing"

	"quartermaster/core"
)

// BenchmarkCustomers fits and scores a million customers, by their orders alone and
// with the channel of the first order and browsing.
func BenchmarkCustomers(b *testing.B) {
	const customers, days = 1_000_000, 500
	_, orders := simulated(Model{Kind: BGNBD, R: 0.6, Alpha: 60, A: 0.8, B: 2.4}, customers, days, 1)
	var lines []Line
	for c, ds := range orders {
		for _, d := range ds {
			if d < days {
				lines = append(lines, Line{Customer: int32(c), Product: NoProduct, Day: cutoff - days + core.Day(d), Qty: 1, Value: 1000})
			}
		}
	}
	h, err := NewHistory(make([]string, customers), nil, lines)
	if err != nil {
		b.Fatal(err)
	}
	forecast := func(b *testing.B) {
		b.ReportAllocs()
		defer reportProcessor(b)()
		for b.Loop() {
			if _, err := Customers(h, cutoff, 90); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("orders", forecast)
	r := rand.New(rand.NewPCG(6, 6))
	h.Channel, h.Browsed = make([]string, customers), make([][]core.Day, customers)
	for c, ds := range orders {
		h.Channel[c] = []string{"ads", "shop", "word of mouth"}[min(2, len(ds)/2)] // says something, and so is kept
		for d := core.Day(r.IntN(60)); d < days; d += 1 + core.Day(r.IntN(60)) {
			h.Browsed[c] = append(h.Browsed[c], cutoff-days+d)
		}
	}
	b.Run("channel and browsing", forecast)
}

// reportProcessor adds the processor time of an operation, all cores together, which
// others on the machine disturb less than its duration.
func reportProcessor(b *testing.B) func() {
	used := func() float64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	before := used()
	return func() { b.ReportMetric((used()-before)/float64(b.N), "cpu-s/op") }
}

// BenchmarkCyclesAndLinks reads five million lines of 500,000 customers and
// 20,000 products.
func BenchmarkCyclesAndLinks(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	const customers, products, n = 500_000, 20_000, 5_000_000
	lines := make([]Line, n)
	for i := range lines {
		p := int32(products * r.Float64() * r.Float64() * r.Float64())
		lines[i] = Line{Customer: r.Int32N(customers), Product: p, Day: cutoff - core.Day(r.IntN(700)), Qty: 1, Value: 1000}
	}
	h, err := NewHistory(make([]string, customers), make([]string, products), lines)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	defer reportProcessor(b)()
	for b.Loop() {
		Stockings(h, cutoff, Cycles(h, cutoff), nil)
		Links(h, cutoff, LinkRules{})
	}
}
