package methods

// Profile holds one factor per phase of a season (weekday, week or month of the
// year): demand of the phase over mean demand.
type Profile []float64

// own measures, over the last window periods of y, the sum and the count of the
// known values of each phase; the phase of y[t] is (phase0 + t) mod len(sum). It
// returns their mean and squared coefficient of variation.
func own(sum, count []float64, y []float64, phase0, window int) (mean, cv2 float64) {
	Fill(sum, 0)
	Fill(count, 0)
	from := max(len(y)-window, 0)
	total, sq, n := 0.0, 0.0, 0.0
	m := len(sum)
	ph := (phase0 + from) % m
	for _, v := range y[from:] {
		if v == v {
			sum[ph] += v
			count[ph]++
			total, sq, n = total+v, sq+v*v, n+1
		}
		if ph++; ph == m {
			ph = 0
		}
	}
	if total <= 0 {
		return 0, 0
	}
	mean = total / n
	return mean, max(sq/n/mean/mean-1, 0)
}

// AddProfile adds to total and weight, phase by phase, the profile of one series
// relative to its own mean, so that every series counts alike. PoolProfile turns
// the sums of many series into the profile they share.
func AddProfile(total, weight []float64, y []float64, phase0, window int, s *Scratch) {
	sum, count := room(&s.a, len(total)), room(&s.b, len(total))
	mean, _ := own(sum, count, y, phase0, window)
	if mean <= 0 {
		return
	}
	for p := range sum {
		total[p] += sum[p] / mean
		weight[p] += count[p]
	}
}

// PoolProfile divides what AddProfile gathered; shrink is the number of periods
// with factor 1 that every phase starts with. The factors have mean 1.
func PoolProfile(total, weight []float64, shrink float64) Profile {
	pr := make(Profile, len(total))
	all := 0.0
	for p := range pr {
		pr[p] = 1
		if d := weight[p] + shrink; d > 0 {
			pr[p] = (total[p] + shrink) / d
		}
		all += pr[p]
	}
	if all <= 0 {
		Fill(pr, 1)
		return pr
	}
	for p := range pr {
		pr[p] *= float64(len(pr)) / all
	}
	return pr
}

// profileSpread is the variance of true factors around the shared profile that
// shrinking assumes: a standard deviation of about 20 %.
const profileSpread = 0.04

// OwnProfile sets dst to the profile of one series, shrunk towards the shared
// one: each phase counts as if the shared factor had been seen in cv2 /
// profileSpread more periods, which is the weight of a normal prior. Noisy and
// short series so borrow nearly all of it. The factors have mean 1.
func OwnProfile(dst Profile, shared Profile, y []float64, phase0, window int, s *Scratch) {
	sum, count := room(&s.a, len(shared)), room(&s.b, len(shared))
	mean, cv2 := own(sum, count, y, phase0, window)
	if mean <= 0 {
		copy(dst, shared)
		return
	}
	k := max(cv2/profileSpread, 1)
	all := 0.0
	for p := range dst {
		dst[p] = (sum[p]/mean + k*shared[p]) / (count[p] + k)
		all += dst[p]
	}
	for p := range dst {
		dst[p] *= float64(len(dst)) / all
	}
}

// Levelled returns the mean of the last window periods of y with each value
// divided by the factor of its phase: demand per period without the season.
func Levelled(y []float64, pr Profile, phase0, window int) float64 {
	from := max(len(y)-window, 0)
	num, den := 0.0, 0.0
	for t := from; t < len(y); t++ {
		if v := y[t]; v == v {
			num += v
			den += pr[(phase0+t)%len(pr)]
		}
	}
	if den <= 0 {
		return MovingAverage(y, window)
	}
	return num / den
}
