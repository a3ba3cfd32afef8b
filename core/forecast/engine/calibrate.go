package engine

import (
	"math"
	"slices"
)

// quantilesAt returns the three quantiles of step k from the distributions, in
// order.
func quantilesAt(dist []float64, h, k int, w *[3][]float64, stretch *[3]float64) [3]float64 {
	var q [3]float64
	for i := range q {
		for m, wm := range w[i] {
			if wm != 0 {
				q[i] += wm * dist[(m*3+i)*h+k]
			}
		}
		q[i] = max(q[i]*stretch[i], 0)
	}
	slices.Sort(q[:])
	return q
}

// widest is how far a quantile may be stretched or shrunk.
const widest = 2.5

// bands is the number of parts of the horizon that are calibrated apart.
const bands = 4

// band returns the part of the horizon of h steps that step k lies in.
func band(k, h int) int { return k * bands / h }

// stretch finds for each quantile and part of the horizon the factor that makes it
// right in the trials: the conformal correction (Romano, Patterson and Candes 2019,
// "Conformalized quantile regression") on the ratio of what came to the quantile, so
// that zeros stay zeros. Of the trials with a quantile above 0, the wanted share
// must lie below. Groups with few trials stay near 1, and each part of the horizon
// near the whole.
func stretch(trials []trial, w [3][]float64, origins int) (out [bands][3]float64) {
	one := [3]float64{1, 1, 1}
	if len(trials) == 0 {
		return [bands][3]float64{one, one, one, one}
	}
	whole := one
	var ratios [3][bands][]float64
	for i := range trials {
		t := &trials[i]
		h := len(t.y)
		for k, y := range t.y {
			if y != y {
				continue
			}
			q := quantilesAt(t.dist, h, k, &w, &one)
			for j := range q {
				b := band(k, h)
				ratios[j][b] = append(ratios[j][b], ratio(y, q[j]))
			}
		}
	}
	for j, q := range levels {
		whole[j] = conformal(slices.Concat(ratios[j][:]...), q, len(trials))
	}
	parts := [bands][3]float64{}
	for b := range parts {
		for j, q := range levels {
			part := conformal(ratios[j][b], q, len(trials)) / whole[j]
			share := float64(len(trials)) / float64(len(trials)+10*lean)
			parts[b][j] = math.Pow(min(max(part, 1/mostPart), mostPart), share)
			if len(ratios[j][b]) == 0 {
				parts[b][j] = 1
			}
		}
	}
	whole = widen(trials, &w, whole, origins)
	for b := range out {
		for j := range levels {
			out[b][j] = whole[j] * parts[b][j]
		}
	}
	return out
}

// mostPart is how far a part of the horizon may differ from the whole.
const mostPart = 1.3

// widen stretches the quantiles of all steps alike until the trials are covered.
func widen(trials []trial, w *[3][]float64, out [3]float64, origins int) [3]float64 {
	more := unseen * float64(max(fullTrials-origins, 0))
	// What was fitted to the trials looks better on them than it is: widen until
	// they are covered, by the end that costs less pinball loss for what it
	// covers. Where zeros fill the lower end by themselves, the upper has to give.
	cover, loss := judge(trials, w, &out)
	for range 20 {
		switch {
		case cover < leastCover+more:
			low, high := out, out
			low[0] /= 1.05
			high[2] = min(high[2]*1.03, widest)
			lowCover, lowLoss := judge(trials, w, &low)
			highCover, highLoss := judge(trials, w, &high)
			if (lowCover-cover)*(highLoss-loss) > (highCover-cover)*(lowLoss-loss) {
				out, cover, loss = low, lowCover, lowLoss
			} else {
				out, cover, loss = high, highCover, highLoss
			}
		case cover > mostCover:
			out[2] /= 1.02
			cover, loss = judge(trials, w, &out)
		default:
			return out
		}
	}
	return out
}

// lift is what was sold in the trials over what was forecast, drawn towards 1 when
// there are few, and at most mostLift either way.
func lift(trials []trial) float64 {
	sold, said := 0.0, 0.0
	for i := range trials {
		for k, y := range trials[i].y {
			if y == y {
				sold, said = sold+y, said+trials[i].mean[k]
			}
		}
	}
	if !(sold > 0) || !(said > 0) {
		return 1
	}
	share := float64(len(trials)) / float64(len(trials)+lean)
	return math.Pow(min(max(sold/said, 1/mostLift), mostLift), share)
}

// mostLift bounds what a few odd months can say about all to come.
const mostLift = 1.6

// leastCover and mostCover bound the share of the trials inside the interval.
const (
	leastCover = 0.83
	mostCover  = 0.885
	// unseen is the coverage asked for beyond that for each origin fewer than
	// fullTrials: all trials of one origin share what befell those weeks, and say
	// little of how much the next ones may differ.
	unseen     = 0.015
	fullTrials = 3
)

// judge returns the share of the trials' periods inside the stretched interval
// and the scaled pinball loss of its two ends.
func judge(trials []trial, w *[3][]float64, stretch *[3]float64) (cover, loss float64) {
	in, n := 0, 0
	for i := range trials {
		t := &trials[i]
		for k, y := range t.y {
			if y != y {
				continue
			}
			q := quantilesAt(t.dist, len(t.y), k, w, stretch)
			n++
			if q[0] <= y && y <= q[2] {
				in++
			}
			if t.scale.Absolute > 0 {
				loss += (Pinball(levels[0], y, q[0]) + Pinball(levels[2], y, q[2])) / t.scale.Absolute
			}
		}
	}
	return float64(in) / float64(max(n, 1)), loss
}
