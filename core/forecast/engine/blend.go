package engine

import (
	"slices"

	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// blend is what the trials taught.
type blend struct {
	rules  []rule
	names  []string // of the candidates, in the order of the weights
	pooled bool     // the pooled model takes part
	fits   [groups]fit
}

// fit is how one group is forecast.
type fit struct {
	Point   []float64         // weights of the candidates
	Dist    [3][]float64      // per quantile, weights of the distributions
	Stretch [bands][3]float64 // per part of the horizon and quantile, factor
	Lift    float64           // from the forecast to the expectation, see Outlook.Expected
	Tails   []float64         // per level of grid, factor
	Info    Group
}

// stretch returns the factors of the quantiles of step k of h.
func (f *fit) stretch(k, h int) *[3]float64 { return &f.Stretch[band(k, h)] }

// newBlendOf returns a blend without weights.
func newBlendOf(f pool.Freq, pooled bool) *blend {
	b := &blend{rules: rules(f), pooled: pooled}
	for _, r := range b.rules {
		b.names = append(b.names, r.name)
	}
	if pooled {
		b.names = append(b.names, pooledMean, pooledMedian)
	}
	return b
}

// distributions is the number of distributions of one period that are mixed.
func (b *blend) distributions() int {
	if b.pooled {
		return spreads + 1
	}
	return spreads
}

// Names of the pooled candidates.
const (
	pooledMean   = "pooled model"
	pooledMedian = "pooled median"
)

const (
	// capTimes bounds every value by the largest demand of the series.
	capTimes = 3
	// lean is the number of trials at which a group's own weights count as much
	// as those of all series.
	lean = 40
	// manyValues is the size of a panel from which one pooled model, trained
	// before all trials, serves every trial.
	manyValues = 400_000
	// slight is the weight below which a candidate is left out.
	slight = 0.02
)

// newBlend runs the trials on p and fits weights, distributions and stretch.
func newBlend(p *pool.Panel, cfg Config) (*blend, error) {
	h := p.Horizon
	few := sample(p, cfg.Sample, cfg.Seed)
	cuts := trialCuts(few, cfg.Trials)
	models := make([]predictor, len(cuts))
	pooled := len(cuts) > 0
	for i := len(cuts) - 1; i >= 0; i-- { // the oldest first
		past, _ := cut(few, cuts[i]*h, 2)
		if i+1 < len(cuts) && values(past) > manyValues {
			models[i] = models[i+1] // a model a little older will do
			continue
		}
		var err error
		if models[i], err = trainPooled(past, cfg); err != nil {
			return nil, err
		}
		pooled = pooled && models[i] != nil
	}
	b := newBlendOf(p.Freq, pooled)
	cfg.Progress("weighing the candidates", 1, 3)
	var trials []trial
	for i, k := range cuts {
		past, index := cut(few, k*h, max(2, min(h, 14)))
		ts, err := b.try(past, few, index, k, models[i])
		if err != nil {
			return nil, err
		}
		trials = append(trials, ts...)
	}
	b.fit(trials, p.Freq, len(cuts))
	return b, nil
}

// trialCuts returns how many horizons before the end each trial starts: as many
// as the longest history has room for beside something to learn from.
func trialCuts(p *pool.Panel, most int) []int {
	longest := 0
	for i := range p.Series {
		longest = max(longest, len(methods.Trim(p.Series[i].Y)))
	}
	var cuts []int
	for k := 1; k <= most; k++ {
		room := longest - k*p.Horizon
		if k == 1 && room < min(p.Horizon, 14) || k > 1 && room < 2*p.Horizon {
			break
		}
		cuts = append(cuts, k)
	}
	return cuts
}

// try makes the trials of one origin, k horizons back.
func (b *blend) try(past, now *pool.Panel, index []int, k int, model predictor) ([]trial, error) {
	h := past.Horizon
	shared := sharedProfile(past)
	preds := make([]pool.Prediction, len(past.Series))
	out := make([]trial, len(past.Series))
	err := eachChunk(len(out), func() *worker { return newWorker(b, model) }, func(lo, hi int, w *worker) error {
		if w.stream == nil {
			return nil
		}
		return w.stream.Predict(preds[lo:hi], past.Series[lo:hi])
	})
	each(len(out), func(i int, w *worker) {
		v := newView(past, &past.Series[i], shared, w)
		y := now.Series[index[i]].Y
		from := len(y) - k*h
		t := trial{group: groupOf(v.y, h), y: y[from : from+h], mean: make([]float64, h),
			scale: ScalesOf(past.Series[i].Y, massed(past)), shape: shapeOf(v)}
		if b.pooled {
			t.pred = &preds[i]
		}
		t.point = make([]float64, len(b.names)*h)
		b.candidates(t.point, v, t.pred, most(v.y), nil)
		out[i] = t
	})
	return out, err
}

// massed is the season of MASE: that of the week, else 1, as a year is too long a
// lag for short series.
func massed(p *pool.Panel) int {
	if p.Freq == pool.Daily {
		return p.Season
	}
	return 1
}

// most is the largest known value.
func most(y []float64) float64 {
	top := 0.0
	for _, v := range y {
		if v > top {
			top = v
		}
	}
	return top
}

// candidates fills dst with the candidates that have a weight in w (all, when w
// is nil), none above a few times the largest demand seen.
func (b *blend) candidates(dst []float64, v *view, pred *pool.Prediction, top float64, w []float64) {
	h := len(dst) / len(b.names)
	for m, r := range b.rules {
		if w == nil || w[m] > 0 {
			r.fill(dst[m*h:(m+1)*h], v)
		}
	}
	if pred != nil {
		copy(dst[len(b.rules)*h:], pred.Mean)
		copy(dst[(len(b.rules)+1)*h:], pred.Median)
	}
	for i, x := range dst {
		dst[i] = min(max(x, 0), capTimes*top)
	}
}

// fit finds weights and stretch from the trials.
func (b *blend) fit(trials []trial, f pool.Freq, origins int) {
	d := b.distributions()
	all := b.prior()
	if len(trials) == 0 {
		clear(all)
		all[max(slices.Index(b.names, fallback(f)), 0)] = 1
	} else {
		descend(all, 20, func(w, grad []float64) float64 { return pointLoss(trials, w, grad) })
	}
	var by [groups][]trial
	for i := range trials {
		by[trials[i].group] = append(by[trials[i].group], trials[i])
	}
	var everything []trial
	for g := range groups {
		b.fits[g].Point = b.lean(all, by[g], 10, func(w, grad []float64) float64 { return pointLoss(by[g], w, grad) })
		each(len(by[g]), func(i int, _ *worker) {
			t := &by[g][i]
			combine(t.mean, t.point, b.fits[g].Point)
			t.dist = make([]float64, d*3*len(t.mean))
			t.shape.fill(t.dist, t.mean, t.pred)
		})
		everything = append(everything, by[g]...)
	}
	for q := range levels {
		shared := even(d)
		if len(trials) > 0 {
			descend(shared, 60, func(w, grad []float64) float64 { return quantileLoss(everything, q, w, grad) })
		}
		for g := range groups {
			b.fits[g].Dist[q] = b.lean(shared, by[g], 30, func(w, grad []float64) float64 { return quantileLoss(by[g], q, w, grad) })
		}
	}
	for g := range groups {
		b.fits[g].Stretch = stretch(by[g], b.fits[g].Dist, origins)
		b.fits[g].Lift = lift(by[g])
		b.fits[g].Tails = tailFactors(by[g], &b.fits[g])
		b.fits[g].Info = b.describe(g, by[g])
	}
}

// prior is where the weights start from: half on the pooled model, when there is
// one, and the rest on all rules alike. The few steps of the search make it count.
func (b *blend) prior() []float64 {
	w := even(len(b.names))
	if b.pooled {
		for m := range b.rules {
			w[m] = 0.5 / float64(len(b.rules))
		}
		w[len(w)-2], w[len(w)-1] = 0.25, 0.25
	}
	return w
}

// lean fits a group's own weights from those of all series and draws them back
// the more, the fewer trials there are. Slight weights are dropped.
func (b *blend) lean(all []float64, trials []trial, steps int, loss func(w, grad []float64) float64) []float64 {
	w := slices.Clone(all)
	if len(trials) > 0 {
		descend(w, steps, loss)
		share := float64(len(trials)) / float64(len(trials)+lean)
		for m := range w {
			w[m] = share*w[m] + (1-share)*all[m]
		}
	}
	sum := 0.0
	for m := range w {
		if w[m] < slight {
			w[m] = 0
		}
		sum += w[m]
	}
	for m := range w {
		w[m] /= sum
	}
	return w
}
