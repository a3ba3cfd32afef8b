package pool

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"quartermaster/core/forecast/boost"
)

// ErrTooShort says that the panel holds too little history to learn from.
var ErrTooShort = errors.New("pool: too little history to train on")

// Config says how to train. Zero fields take the defaults named.
type Config struct {
	Trees         int     // of the mean; 250
	QuantileTrees int     // of each quantile; 120
	Leaves        int     // most leaves of a tree; 31
	MinSamples    int     // fewest training rows of a leaf; 100
	Rate          float64 // learning rate; 0.05
	RowShare      float64 // of the rows, drawn for each tree; 0.6
	FeatureShare  float64 // of the features, drawn for each tree; 0.5
	Power         float64 // variance power of the mean: 1 is Poisson, up to 1.9 Tweedie; 1
	L2            float64 // 1
	MaxRows       int     // most training rows; 150,000
	MinRows       int     // when there are fewer, origins are set closer; 60,000
	Origins       int     // how many horizons training looks back; 14 for days, 12 for weeks, 6 for months
	Seed          uint64  // of the draws
	Workers       int     // goroutines; 0 is one per processor. The result does not depend on it
}

// weightPower is the power of the scale by which a row of the mean is weighted: 0
// would treat all series alike, 1 all units alike.
const weightPower = 0.5

// clip is the quantile of scaled sales above which the mean takes them as equal to
// it: a handful of orders must not bend the model of all series.
const clip = 0.999

// three are the levels of the quantiles of a Prediction.
var three = [3]float64{0.1, 0.5, 0.9}

func (c Config) withDefaults(f Freq) Config {
	back := 14
	switch f {
	case Weekly:
		back = 12
	case Monthly:
		back = 6
	}
	for _, v := range []struct {
		v *int
		d int
	}{
		{&c.Trees, 250}, {&c.QuantileTrees, 120}, {&c.Leaves, 31}, {&c.MinSamples, 100},
		{&c.MaxRows, 150_000}, {&c.MinRows, 60_000}, {&c.Origins, back}, {&c.Workers, runtime.GOMAXPROCS(0)},
	} {
		if *v.v <= 0 {
			*v.v = v.d
		}
	}
	for _, v := range []struct {
		v *float64
		d float64
	}{{&c.Rate, 0.05}, {&c.RowShare, 0.6}, {&c.FeatureShare, 0.5}, {&c.Power, 1}, {&c.L2, 1}} {
		if *v.v == 0 {
			*v.v = v.d
		}
	}
	return c
}

// Model forecasts panels with the frequency, season, horizon and regressors it was
// trained on. It is not changed by use.
type Model struct {
	spec *spec
	// heads are the boosters of the mean and of the quantiles three. They share
	// their bins.
	heads [4]*boost.Model
}

// Train fits one model to all series of the panel. It returns ErrTooShort when they
// give too few rows, and an error that wraps ErrPanel when the panel is not well
// formed.
func Train(p Panel, cfg Config) (*Model, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults(p.Freq)
	m := &Model{spec: newSpec(&p)}
	rows := m.spec.sample(&p, cfg)
	if len(rows.y) < 2*cfg.MinSamples {
		return nil, fmt.Errorf("%w: %d rows", ErrTooShort, len(rows.y))
	}
	bins, err := boost.NewBins(m.spec.names, rows.cols, boost.MaxBins)
	if err != nil {
		return nil, fmt.Errorf("pool: %w", err)
	}
	x, err := bins.Matrix(rows.cols)
	if err != nil {
		return nil, fmt.Errorf("pool: %w", err)
	}
	rows.cols = nil
	bc := boost.Config{
		Loss: boost.Loss{Kind: boost.Poisson}, Trees: cfg.Trees, Leaves: cfg.Leaves, MinSamples: cfg.MinSamples,
		Rate: cfg.Rate, L2: cfg.L2, Rows: cfg.RowShare, Features: cfg.FeatureShare, Seed: cfg.Seed, Workers: cfg.Workers,
	}
	if cfg.Power > 1 {
		bc.Loss = boost.Loss{Kind: boost.Tweedie, Param: max(cfg.Power, 1.1)}
	}
	y, w := rows.meanTargets()
	if m.heads[0], err = boost.Train(bc, x, y, w); err != nil {
		return nil, fmt.Errorf("pool: mean: %w", err)
	}
	bc.Trees = cfg.QuantileTrees
	for i, q := range three {
		bc.Loss = boost.Loss{Kind: boost.Quantile, Param: q}
		if m.heads[1+i], err = boost.Train(bc, x, rows.y, nil); err != nil {
			return nil, fmt.Errorf("pool: quantile %v: %w", q, err)
		}
	}
	return m, nil
}

// meanTargets returns the clipped targets and the weights of the mean, whose mean
// is 1.
func (r *rows) meanTargets() (y, w []float64) {
	y = slices.Clone(r.y)
	slices.Sort(y)
	top := y[int(clip*float64(len(y)-1))]
	w = make([]float64, len(y))
	var sum float64
	for i := range y {
		y[i] = min(r.y[i], top)
		w[i] = math.Pow(r.scale[i], weightPower)
		sum += w[i]
	}
	for i := range w {
		w[i] = max(w[i]*float64(len(w))/sum, 1e-9)
	}
	return y, w
}

// Features are the names of the features, in order.
func (m *Model) Features() []string { return slices.Clone(m.spec.names) }
