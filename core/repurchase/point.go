package repurchase

import "math"

// pointWidth is how far to both sides of a count its probability is spread.
const pointWidth = 0.25

// closest returns the number with about the least absolute error for a count with
// this mean and this chance of none: the median of the negative binomial with both,
// each count spread over a quarter to both sides, so that customers on the same
// count still have an order.
func closest(mean, none float64) float64 {
	if none >= 1 || !(mean > 0) {
		return 0
	}
	// The shape k with none = (k/(k+mean))^k; a Poisson has the least chance of none.
	zero := func(k float64) float64 { return -k * math.Log1p(mean/k) }
	want := max(math.Log(max(none, 1e-300)), -mean)
	low, high := math.Log(1e-3), math.Log(1e4)
	for range 24 { // to a millionth of the log
		if mid := (low + high) / 2; zero(math.Exp(mid)) > want {
			low = mid
		} else {
			high = mid
		}
	}
	k := math.Exp((low + high) / 2)
	below, p := 0.0, math.Exp(zero(k))
	for n := 0.0; n < 10*mean+100; n++ {
		if below+p >= 0.5 {
			return max(0, n-pointWidth+2*pointWidth*(0.5-below)/p)
		}
		below += p
		p *= (k + n) / (n + 1) * mean / (k + mean)
	}
	return mean
}
