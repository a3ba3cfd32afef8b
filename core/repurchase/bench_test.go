package repurchase

import (
	"math/rand/v2"
	"testing"

	"quartermaster/core"
)

// BenchmarkCustomers fits and scores a million customers.
func BenchmarkCustomers(b *testing.B) {
	_, orders := simulated(Model{Kind: BGNBD, R: 0.6, Alpha: 60, A: 0.8, B: 2.4}, 1_000_000, 500, 1)
	var lines []Line
	for c, ds := range orders {
		for _, d := range ds {
			if d < 500 {
				lines = append(lines, Line{Customer: int32(c), Product: NoProduct, Day: cutoff - 500 + core.Day(d), Qty: 1, Value: 1000})
			}
		}
	}
	h, err := NewHistory(make([]string, len(orders)), nil, lines)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Customers(h, cutoff, 90); err != nil {
			b.Fatal(err)
		}
	}
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
	for b.Loop() {
		Stockings(h, cutoff, Cycles(h, cutoff), nil)
		Links(h, cutoff, LinkRules{})
	}
}
