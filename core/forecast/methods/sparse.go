package methods

import "math"

// TSB is the method of Teunter, Syntetos and Babai (2011), EJOR 214: exponential
// smoothing of the demand sizes (alpha, when there is demand) and of the
// probability of demand (beta, every period), so that a dying item fades. It
// starts at the mean size and the share of periods with demand of the history's
// first half.
func TSB(y []float64, alpha, beta float64) float64 {
	y = Trim(y)
	sum, n, known := 0.0, 0.0, 0.0
	for i, v := range y {
		if v == v {
			known++
			if v > 0 {
				sum, n = sum+v, n+1
			}
		}
		if i >= len(y)/2 && n > 0 {
			break
		}
	}
	if n == 0 {
		return 0
	}
	size, p := sum/n, n/known
	for _, v := range y {
		switch {
		case v != v:
		case v > 0:
			size += alpha * (v - size)
			p += beta * (1 - p)
		default:
			p -= beta * p
		}
	}
	return size * p
}

// Bucket is the width of the buckets that ADIDA sums y over, at least 1. With 1 it
// is SES.
func Bucket(y []float64, longest int) int {
	_, adi, _ := Classify(y)
	return max(int(min(adi, float64(max(longest, 1)))+0.5), 1)
}

// ADIDA is aggregate-disaggregate (Nikolopoulos et al. 2011, JORS 62): demand is
// summed over buckets as long as the mean interval between demands (at most
// longest periods), smoothed, and spread evenly again. Buckets are counted from
// the end, so that the newest one is whole; one with unknown periods counts at
// the rate of its known ones.
func ADIDA(y []float64, longest int, s *Scratch) float64 {
	y = Trim(y)
	width := Bucket(y, longest)
	if len(y) == 0 || width >= len(y) {
		return MovingAverage(y, len(y))
	}
	n := len(y) / width
	buckets := room(&s.a, n)
	off := len(y) - n*width
	for i := range buckets {
		sum, known := 0.0, 0
		for _, v := range y[off+i*width : off+(i+1)*width] {
			if v == v {
				sum += v
				known++
			}
		}
		buckets[i] = math.NaN()
		if known > 0 {
			buckets[i] = sum / float64(known)
		}
	}
	level, _ := SES(buckets)
	return level
}
