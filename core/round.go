package core

import "math"

// Round keeps so many decimals of v, so that what is printed is what is used. Beyond
// 1e11 a number has none worth keeping.
func Round(v float64, decimals int) float64 {
	if math.Abs(v) > 1e11 {
		return v
	}
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}
