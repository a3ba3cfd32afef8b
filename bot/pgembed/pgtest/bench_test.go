package pgtest

import "testing"

// BenchmarkNew is the price of a database for one test.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(b)
	}
}
