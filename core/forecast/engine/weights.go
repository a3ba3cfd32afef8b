package engine

import (
	"math"

	"quartermaster/core/forecast/pool"
)

// trial is one series at one rolling origin inside the history: what the
// candidates said and what came.
type trial struct {
	group int
	shape shape
	pred  *pool.Prediction // of the pooled model, nil without
	y     []float64        // what came, one value per step; NaN is unknown
	point []float64        // candidates x steps
	dist  []float64        // distributions x 3 quantiles x steps, around the combined point
	mean  []float64        // the combined point
	scale Scales
}

// combine sets dst to the weighted sum of the candidates.
func combine(dst, point, w []float64) {
	h := len(dst)
	clear(dst)
	for m, wm := range w {
		if wm == 0 {
			continue
		}
		for k, v := range point[m*h : (m+1)*h] {
			dst[k] += wm * v
		}
	}
}

// descend finds weights on the simplex by exponentiated gradient (Kivinen and
// Warmuth 1997): it starts at w, keeps them positive with sum 1, and stops after
// a fixed number of steps, which also keeps them from following noise. loss
// returns the value at w and sets grad.
func descend(w []float64, steps int, loss func(w, grad []float64) float64) {
	grad, best := make([]float64, len(w)), append([]float64(nil), w...)
	low := math.Inf(1)
	for i := range steps {
		v := loss(w, grad)
		if v < low {
			low = v
			copy(best, w)
		}
		mean := 0.0
		for m := range w {
			mean += w[m] * grad[m]
		}
		rate, sum := 4/(1+float64(i)/15), 0.0
		for m := range w {
			w[m] *= math.Exp(min(max(-rate*(grad[m]-mean), -2), 2))
			sum += w[m]
		}
		for m := range w {
			w[m] /= sum
		}
	}
	copy(w, best)
}

// biasCost is the price of the squared bias of all trials together beside the
// logarithms of the errors. Absolute errors alone would pull the forecast of
// sparse demand down to its median, which is zero: no basis for an order.
const biasCost = 0.5

// pointMetrics weighs RMSSE, MASE, WAPE and the error of the sum. The last counts
// less: all series of an origin share what befell those weeks, so it is hardly
// more than one observation per origin.
var pointMetrics = []float64{1, 1, 1, 0.3}

// pointLoss is the mean of the logarithms of RMSSE, MASE, WAPE and sumWAPE of the
// combination over trials, so that each counts whatever its size, and the price of
// bias.
func pointLoss(trials []trial, w, grad []float64) float64 {
	n := len(w)
	g, total := make([]float64, len(pointMetrics)*n), make([]float64, len(pointMetrics))
	var sumY, sumE float64
	sumG := make([]float64, n)
	var buf []float64
	for i := range trials {
		t := &trials[i]
		h := len(t.y)
		if cap(buf) < h {
			buf = make([]float64, h)
		}
		f := buf[:h]
		combine(f, t.point, w)
		known, ae, se, sum := 0.0, 0.0, 0.0, 0.0
		for k, y := range t.y {
			if y == y {
				e := f[k] - y
				known, ae, se, sum = known+1, ae+math.Abs(e), se+e*e, sum+e
				sumY += y
			}
		}
		if known == 0 {
			continue
		}
		rm, ma := 0.0, 0.0 // factors of the gradients
		if t.scale.Squared > 0 && se > 0 {
			rmsse := math.Sqrt(se / known / t.scale.Squared)
			total[0] += rmsse
			rm = 1 / (rmsse * known * t.scale.Squared)
		}
		if t.scale.Seasonal > 0 {
			total[1] += ae / known / t.scale.Seasonal
			ma = 1 / (known * t.scale.Seasonal)
		}
		total[2] += ae
		total[3] += math.Abs(sum)
		sumE += sum
		for m := range n {
			dot, sgn, all := 0.0, 0.0, 0.0
			for k, p := range t.point[m*h : (m+1)*h] {
				y := t.y[k]
				if y != y {
					continue
				}
				e := f[k] - y
				dot += e * p
				sgn += math.Copysign(p, e)
				all += p
			}
			g[m] += rm * dot
			g[n+m] += ma * sgn
			g[2*n+m] += sgn
			g[3*n+m] += math.Copysign(all, sum)
			sumG[m] += all
		}
	}
	loss := logMean(total, pointMetrics, g, grad)
	if sumY > 0 {
		bias := sumE / sumY
		loss += biasCost * bias * bias
		for m := range grad {
			grad[m] += 2 * biasCost * bias * sumG[m] / sumY
		}
	}
	return loss
}

// logMean returns the weighted mean of the logarithms of the totals and sets grad
// from the gradients of each.
func logMean(total, weight, g, grad []float64) float64 {
	clear(grad)
	v, n := 0.0, len(grad)
	for j, t := range total {
		if t <= 0 {
			continue
		}
		c := weight[j] / float64(len(total))
		v += c * math.Log(t)
		for m := range grad {
			grad[m] += c * g[j*n+m] / t
		}
	}
	return v
}

// quantileLoss is the logarithm of the scaled pinball loss of the mix of
// distributions for quantile number q.
func quantileLoss(trials []trial, q int, w, grad []float64) float64 {
	n := len(w)
	g := make([]float64, n)
	total := 0.0
	var buf []float64
	for i := range trials {
		t := &trials[i]
		if t.scale.Absolute <= 0 {
			continue
		}
		h := len(t.y)
		if cap(buf) < 2*h {
			buf = make([]float64, 2*h)
		}
		f, slope := buf[:h], buf[h:2*h]
		clear(f)
		for m, wm := range w {
			for k, v := range t.dist[(m*3+q)*h:][:h] {
				f[k] += wm * v
			}
		}
		known := 0.0
		for _, y := range t.y {
			if y == y {
				known++
			}
		}
		c := 1 / (max(known, 1) * t.scale.Absolute)
		for k, y := range t.y {
			switch {
			case y != y:
				slope[k] = 0
				continue
			case y >= f[k]:
				slope[k] = -c * levels[q]
			default:
				slope[k] = c * (1 - levels[q])
			}
			total += slope[k] * (f[k] - y)
		}
		for m := range g {
			dot := 0.0
			for k, v := range t.dist[(m*3+q)*h:][:h] {
				dot += slope[k] * v
			}
			g[m] += dot
		}
	}
	return logMean([]float64{total}, []float64{1}, g, grad)
}
