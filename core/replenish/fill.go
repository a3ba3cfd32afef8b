package replenish

import "math"

// Load is one line of an order that may be raised.
type Load struct {
	Qty  int64
	Pack int64
	Most int64   // it may be raised to this; less than Qty means it stays
	Unit float64 // what one unit adds to the measure: 1, its volume, its price
}

// at returns the quantity when the order is raised by factor f, in whole packs.
func (l Load) at(f float64) int64 {
	pack := max(1, l.Pack)
	q := min(float64(l.Qty)*f, float64(MaxQty))
	return max(l.Qty, min(upTo(whole(q), pack), l.Most/pack*pack))
}

func sumAt(loads []Load, f float64) float64 {
	sum := 0.0
	for _, l := range loads {
		sum += float64(l.at(f)) * l.Unit
	}
	return sum
}

// Measure returns what the loads add up to.
func Measure(loads []Load) float64 {
	sum := 0.0
	for _, l := range loads {
		sum += float64(l.Qty) * l.Unit
	}
	return sum
}

// maxFactor is by how much an order is raised at most.
const maxFactor = 1e6

// RaiseTo raises all lines by one factor, the least at which they add up to
// target, and rounds each to its pack. It reports false when the bounds of the
// lines do not allow that. A higher target never lowers a line.
func RaiseTo(loads []Load, target float64) ([]int64, bool) {
	if sumAt(loads, maxFactor) < target-1e-9 {
		return quantities(loads, 1), false
	}
	lo, hi := 1.0, maxFactor
	if sumAt(loads, lo) >= target-1e-9 {
		return quantities(loads, lo), true
	}
	for range 80 {
		if mid := lo + (hi-lo)/2; sumAt(loads, mid) >= target-1e-9 {
			hi = mid
		} else {
			lo = mid
		}
	}
	return quantities(loads, hi), true
}

// RaiseWithin raises all lines by one factor, the largest at which they add up to
// no more than limit. Nothing is raised when they exceed it as they are.
func RaiseWithin(loads []Load, limit float64) []int64 {
	lo, hi := 1.0, maxFactor
	if sumAt(loads, lo) > limit+1e-9 {
		return quantities(loads, 0)
	}
	if sumAt(loads, hi) <= limit+1e-9 {
		return quantities(loads, hi)
	}
	for range 80 {
		if mid := lo + (hi-lo)/2; sumAt(loads, mid) <= limit+1e-9 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return quantities(loads, lo)
}

func quantities(loads []Load, f float64) []int64 {
	out := make([]int64, len(loads))
	for i, l := range loads {
		out[i] = l.at(f)
	}
	return out
}

// ExpectedShort returns E[max(0, D-x)] of a normal demand D with this mean and
// deviation: what is asked for in vain when x units are there,
//
//	sd*(φ(z) - z*(1-Φ(z))), z = (x-mean)/sd
//
// (the standard loss function; Silver, Pyke and Thomas, 4th ed., appendix II).
// It is never negative, and falls by no more than one for each unit of x.
func ExpectedShort(mean, sd, x float64) float64 {
	if sd <= 0 {
		return max(0, mean-x)
	}
	z := (x - mean) / sd
	tail := 0.5 * math.Erfc(z/math.Sqrt2)
	pdf := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return max(0, sd*(pdf-z*tail))
}
