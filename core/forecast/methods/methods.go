// Package methods holds the classic forecasting rules for one series: level
// models, rules for sparse demand, seasonal profiles, and the distributions that
// go with them.
//
// Every rule is a plain function over a slice of equally spaced demand, oldest
// first. NaN marks a period without data: it is skipped, never read as zero.
// The rules on the hot path (moving average, SES, TSB, Croston, ADIDA,
// profiles) allocate nothing; those that need room take it from a Scratch.
//
// Guarantees, for non-negative histories up to 1e100 of any length including zero:
// no result is NaN, infinite or negative; multiplying the history by a positive
// number multiplies the forecast by it; the same input gives the same output.
package methods

import (
	"math"
	"slices"
)

// Scratch is working room that grows once and is then reused. The zero value is
// ready; a Scratch belongs to one goroutine at a time.
type Scratch struct {
	a, b, c []float64
}

// room returns a slice of n numbers from buf, growing it when needed.
func room(buf *[]float64, n int) []float64 {
	if cap(*buf) < n {
		*buf = make([]float64, n+n/2)
	}
	return (*buf)[:n]
}

// Trim returns y from its first period with demand on: what lies before the
// first sale is a product not yet sold, not a product nobody wants.
func Trim(y []float64) []float64 {
	for i, v := range y {
		if v > 0 {
			return y[i:]
		}
	}
	return y[:0]
}

// Fill sets every step of dst to v.
func Fill(dst []float64, v float64) {
	for i := range dst {
		dst[i] = v
	}
}

// Naive returns the last known value, 0 without one.
func Naive(y []float64) float64 {
	for _, v := range slices.Backward(y) {
		if v == v {
			return v
		}
	}
	return 0
}

// MovingAverage returns the mean of the known values among the last window
// periods, of all of them when the history is shorter, 0 when none is known.
func MovingAverage(y []float64, window int) float64 {
	if window < len(y) {
		y = y[len(y)-max(window, 1):]
	}
	sum, n := 0.0, 0
	for _, v := range y {
		if v == v {
			sum += v
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// SeasonalNaive repeats the last season: dst[k] is the value of the same phase
// one season before, or of the last season in which that phase is known. A phase
// never seen gets the mean of the last season.
func SeasonalNaive(dst, y []float64, season int) {
	season = max(season, 1)
	rest := MovingAverage(y, season)
	for k := range dst {
		dst[k] = rest
		for i := len(y) + k%season - season; i >= 0; i -= season {
			if i < len(y) && y[i] == y[i] {
				dst[k] = y[i]
				break
			}
		}
	}
}

// Class is the shape of demand after Syntetos, Boylan and Croston (2005), "On
// the categorization of demand patterns", JORS 56: mean interval between
// demands (ADI) against 1.32, squared coefficient of variation of the demand
// sizes (CV2) against 0.49.
type Class uint8

// The classes of demand.
const (
	Smooth       Class = iota // ADI < 1.32, CV2 < 0.49
	Erratic                   // ADI < 1.32, CV2 >= 0.49
	Intermittent              // ADI >= 1.32, CV2 < 0.49
	Lumpy                     // ADI >= 1.32, CV2 >= 0.49
	Classes                   // how many there are
)

// String names the class as the field does.
func (c Class) String() string {
	return [...]string{"smooth", "erratic", "intermittent", "lumpy", "?"}[min(c, Classes)]
}

// Classify returns the class of y from its first demand on; a series without
// demand is Intermittent with an infinite interval.
func Classify(y []float64) (class Class, adi, cv2 float64) {
	sum, sq, n, known := 0.0, 0.0, 0.0, 0.0
	for _, v := range Trim(y) {
		if v == v {
			known++
			if v > 0 {
				sum, sq, n = sum+v, sq+v*v, n+1
			}
		}
	}
	if n == 0 {
		return Intermittent, math.Inf(1), 0
	}
	adi = known / n
	mean := sum / n
	cv2 = max(sq/n/mean/mean-1, 0)
	if adi >= 1.32 {
		class = Intermittent
	}
	if cv2 >= 0.49 {
		class++
	}
	return class, adi, cv2
}
