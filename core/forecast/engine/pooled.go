package engine

import (
	"errors"

	"quartermaster/core/forecast/pool"
)

// leastPooled is the number of series times periods below which one model over
// all of them has too little to learn from.
const leastPooled = 1000

// predictor is a trained pooled model, used by several goroutines.
type predictor interface {
	stream() stream
}

// stream predicts in one goroutine, as pool.Predictor does.
type stream interface {
	Predict(out []pool.Prediction, s []pool.Series) error
}

// trees is the pooled model of package pool.
type trees struct{ *pool.Model }

func (m trees) stream() stream { return m.Predictor() }

// trainPooled trains the pooled model on p; nil when there is too little to learn
// from.
func trainPooled(p *pool.Panel, cfg Config) (predictor, error) {
	if cfg.NoPool || values(p) < leastPooled {
		return nil, nil
	}
	if cfg.train != nil {
		return cfg.train(p)
	}
	m, err := pool.Train(*p, pool.Config{Seed: cfg.Seed})
	if errors.Is(err, pool.ErrTooShort) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return trees{m}, nil
}

// trainTotals trains the quantiles of sums on p; nil when none are wanted or there
// is too little to learn from.
func trainTotals(p *pool.Panel, cfg Config) (*pool.Totals, error) {
	if cfg.NoPool || cfg.Window <= 0 || values(p) < leastPooled {
		return nil, nil
	}
	t, err := pool.TrainTotals(*p, cfg.Window, cfg.WindowLevels, pool.Config{Seed: cfg.Seed})
	if errors.Is(err, pool.ErrTooShort) {
		return nil, nil
	}
	return t, err
}

// values counts the periods of all series.
func values(p *pool.Panel) int {
	n := 0
	for i := range p.Series {
		n += len(p.Series[i].Y)
	}
	return n
}
