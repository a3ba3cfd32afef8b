package engine

import (
	"errors"

	"quartermaster/core/forecast/pool"
)

// leastPooled is the number of series times periods below which one model over
// all of them has too little to learn from.
const leastPooled = 1000

// predictor is a trained pooled model.
type predictor interface {
	Forecast(p pool.Panel, workers int) ([]pool.Prediction, error)
}

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
	return m, nil
}

// values counts the periods of all series.
func values(p *pool.Panel) int {
	n := 0
	for i := range p.Series {
		n += len(p.Series[i].Y)
	}
	return n
}
