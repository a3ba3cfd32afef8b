package methods

import "math"

// SES is simple exponential smoothing, ETS(A,N,N), with the smoothing constant
// chosen by the squared one-step error inside the history: from a grid of constants,
// then from ever finer ones between the neighbours of the best, down to about 0.01.
// It returns the level after the last value, which is the forecast of every step,
// and the constant, between 0.01 and 0.99. Hyndman et al. (2008), "Forecasting with
// Exponential Smoothing", chapter 2.
func SES(y []float64) (level, alpha float64) {
	grid := [...]float64{0.01, 0.02, 0.035, 0.06, 0.1, 0.16, 0.25, 0.35, 0.5, 0.65, 0.8, 0.99}
	start, best := sesStart(y), math.Inf(1)
	lo, hi := grid[0], grid[len(grid)-1]
	for i := 0; i < len(grid); i += 4 {
		a := [4]float64(grid[i:])
		l, sse := smooth4(y, start, a)
		for j, e := range sse {
			if e < best {
				best, alpha, level = e, a[j], l[j]
				lo, hi = grid[max(i+j-1, 0)], grid[min(i+j+1, len(grid)-1)]
			}
		}
	}
	for range 4 {
		step := (hi - lo) / 5
		a := [4]float64{lo + step, lo + 2*step, lo + 3*step, lo + 4*step}
		l, sse := smooth4(y, start, a)
		for j, e := range sse {
			if e < best {
				best, alpha, level = e, a[j], l[j]
			}
		}
		lo, hi = max(lo, alpha-step), min(hi, alpha+step)
	}
	return max(level, 0), alpha
}

// smooth4 is SmoothLevel for four constants at once. Their steps do not wait for
// each other, so that four take little longer than one.
func smooth4(y []float64, start float64, a [4]float64) (level, sse [4]float64) {
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	l0, l1, l2, l3 := start, start, start, start
	var s0, s1, s2, s3 float64
	for _, v := range y {
		if v != v {
			continue
		}
		e0, e1, e2, e3 := v-l0, v-l1, v-l2, v-l3
		s0, s1, s2, s3 = s0+e0*e0, s1+e1*e1, s2+e2*e2, s3+e3*e3
		l0, l1, l2, l3 = l0+a0*e0, l1+a1*e1, l2+a2*e2, l3+a3*e3
	}
	return [4]float64{l0, l1, l2, l3}, [4]float64{s0, s1, s2, s3}
}

// SmoothLevel runs exponential smoothing with a given constant and returns the
// last level and the sum of squared one-step errors. It starts at the mean of
// the first ten known values. The level may be negative when the history is.
func SmoothLevel(y []float64, alpha float64) (level, sse float64) {
	level = sesStart(y)
	for _, v := range y {
		if v == v {
			e := v - level
			sse += e * e
			level += alpha * e
		}
	}
	return level, sse
}

func sesStart(y []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range y {
		if v == v {
			sum += v
			if n++; n == 10 {
				break
			}
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Damped is the damped additive trend, ETS(A,Ad,N), after Gardner and McKenzie
// (1985). The constants are the best of a small grid (alpha, beta as a share of
// alpha, damping 0.8, 0.9, 0.98) by squared one-step error: on short demand
// series a finer search finds noise. Forecasts below zero are cut.
func Damped(dst, y []float64) {
	best := math.Inf(1)
	var bl, bb, bphi float64
	start := sesStart(y)
	for _, alpha := range [...]float64{0.05, 0.1, 0.2, 0.35, 0.55, 0.8} {
		for _, share := range [...]float64{0.02, 0.1, 0.3} {
			beta := alpha * share
			for _, phi := range [...]float64{0.8, 0.9, 0.98} {
				l, b, sse := start, 0.0, 0.0
				for _, v := range y {
					if v != v {
						l, b = l+phi*b, phi*b
						continue
					}
					f := l + phi*b
					e := v - f
					sse += e * e
					l, b = f+alpha*e, phi*b+beta*e
				}
				if sse < best {
					best, bl, bb, bphi = sse, l, b, phi
				}
			}
		}
	}
	damp, f := 1.0, bl
	for k := range dst {
		damp *= bphi
		f += damp * bb
		dst[k] = max(f, 0)
	}
}

// Theta is the classic theta method, which won the M3 competition: the mean of a
// straight line through the history and of exponential smoothing of the line
// with doubled curvature, on values adjusted for the season when the season is
// significant at 90 %. Assimakopoulos and Nikolopoulos (2000), International
// Journal of Forecasting 16; in this closed form (smoothing with half the trend
// as drift) Hyndman and Billah (2003), same journal 19. Missing periods are
// bridged by the value before.
func Theta(dst, y []float64, season int, s *Scratch) {
	x := room(&s.a, len(y))
	n := 0
	for _, v := range y { // leading unknowns are dropped, later ones bridged
		if v == v {
			x[n] = v
			n++
		} else if n > 0 {
			x[n] = x[n-1]
			n++
		}
	}
	x = x[:n]
	if n < 3 {
		Fill(dst, MovingAverage(y, len(y)))
		return
	}
	index := room(&s.b, max(season, 1))
	seasonal := season > 1 && n >= 2*season+1 && seasonalAt90(x, season) && classicIndex(index, x, season, s)
	if seasonal {
		for i := range x {
			x[i] /= index[i%season]
		}
	}
	slope, _ := line(x)
	f, alpha := sesFree(x)
	tail := (1 - math.Pow(1-alpha, float64(n))) / alpha
	for k := range dst {
		dst[k] = f + slope/2*(float64(k)+tail)
		if seasonal {
			dst[k] *= index[(n+k)%season]
		}
		dst[k] = max(dst[k], 0)
	}
}

// sesFree is SES for values that may be adjusted, with the level not cut at 0.
func sesFree(x []float64) (level, alpha float64) {
	_, alpha = SES(x)
	level, _ = SmoothLevel(x, alpha)
	return level, alpha
}

// line returns slope and intercept of the least-squares line over 0..n-1.
func line(x []float64) (slope, intercept float64) {
	n := float64(len(x))
	mid, mean := (n-1)/2, 0.0
	for _, v := range x {
		mean += v
	}
	mean /= n
	num, den := 0.0, 0.0
	for i, v := range x {
		d := float64(i) - mid
		num += d * (v - mean)
		den += d * d
	}
	if den == 0 {
		return 0, mean
	}
	slope = num / den
	return slope, mean - slope*mid
}

// seasonalAt90 is the test of the M3 organisers: the autocorrelation at one
// season against its standard error by Bartlett's formula, two-sided 90 %.
func seasonalAt90(x []float64, season int) bool {
	n := len(x)
	mean := MovingAverage(x, n)
	c0 := 0.0
	for _, v := range x {
		c0 += (v - mean) * (v - mean)
	}
	if c0 <= 0 {
		return false
	}
	sum, last := 0.0, 0.0
	for lag := 1; lag <= season; lag++ {
		r := 0.0
		for t := lag; t < n; t++ {
			r += (x[t] - mean) * (x[t-lag] - mean)
		}
		last = r / c0
		if lag < season {
			sum += last * last
		}
	}
	return math.Abs(last) > 1.645*math.Sqrt((1+2*sum)/float64(n))
}

// classicIndex fills index with the multiplicative indices of the classical
// decomposition: mean ratio to the centred moving average, scaled to mean 1. It
// reports false when a value or an index is not positive.
func classicIndex(index, x []float64, season int, s *Scratch) bool {
	count := room(&s.c, season)
	Fill(index, 0)
	Fill(count, 0)
	half := season / 2
	for t := half; t+half < len(x); t++ {
		if x[t] <= 0 {
			return false
		}
		sum := 0.0
		for j := t - half; j <= t+half; j++ {
			w := 1.0
			if season%2 == 0 && (j == t-half || j == t+half) {
				w = 0.5
			}
			sum += w * x[j]
		}
		if sum <= 0 {
			return false
		}
		index[t%season] += x[t] * float64(season) / sum
		count[t%season]++
	}
	total := 0.0
	for i := range index {
		if count[i] == 0 || index[i] <= 0 {
			return false
		}
		index[i] /= count[i]
		total += index[i]
	}
	for i := range index {
		index[i] *= float64(season) / total
	}
	return true
}
