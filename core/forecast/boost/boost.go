// Package boost is gradient boosting of regression trees on histograms.
//
//	NewBins(names, columns)  -> Bins: where each feature is cut
//	Bins.Matrix(columns)     -> Matrix: one byte per value, column by column
//	Train(config, matrix, y) -> Model
//	Model.Predict(matrix)    -> predictions
//
// Trees grow leaf by leaf: the leaf whose split gains most is split next, up to a
// number of leaves (Shi 2007; Ke and others 2017, LightGBM). A split is searched in
// histograms of gradient sums over at most 254 bins per feature; only the smaller
// child is counted, the larger one is its parent minus it. The gain of a split is
// GL²/(HL+λ) + GR²/(HR+λ) - G²/(H+λ) and the value of a leaf -G/(H+λ) (Chen and
// Guestrin 2016), G and H being the sums of first and second derivatives. Under
// quantile loss, a leaf is the weighted quantile of its residuals instead (Friedman
// 2001). A missing value has a bin of its own, and each split learns the side it
// goes to; where none was seen it goes with the larger child.
//
// Guarantees: the same input and seed give the same model whatever the number of
// processors; no prediction is NaN; nothing is allocated per row, node or tree
// while training, beyond the nodes themselves.
package boost

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
)

// ErrInput is wrapped by errors about training data that cannot be learned from.
var ErrInput = errors.New("boost: bad input")

// Config says how to train. Zero fields take the defaults of Default.
type Config struct {
	Loss       Loss
	Trees      int     // number of trees
	Leaves     int     // most leaves of a tree, 2 to 1024
	MinSamples int     // fewest rows of a leaf
	Rate       float64 // learning rate, above 0 to 1
	L2         float64 // λ, added to the sum of second derivatives; 0 is none
	Rows       float64 // share of rows drawn for each tree without replacement, above 0 to 1
	Features   float64 // share of features drawn for each tree, above 0 to 1
	Seed       uint64  // of the draws
	Workers    int     // goroutines; 0 is one per processor. The model does not depend on it
}

// Default is a sound configuration for some 10,000 to 1,000,000 rows.
func Default(l Loss) Config {
	return Config{Loss: l, Trees: 250, Leaves: 31, MinSamples: 40, Rate: 0.05, L2: 1, Rows: 1, Features: 1}
}

func (c Config) withDefaults() (Config, error) {
	d := Default(c.Loss)
	for _, f := range []struct{ v, d *int }{{&c.Trees, &d.Trees}, {&c.Leaves, &d.Leaves}, {&c.MinSamples, &d.MinSamples}} {
		if *f.v == 0 {
			*f.v = *f.d
		}
	}
	for _, f := range []struct{ v, d *float64 }{{&c.Rate, &d.Rate}, {&c.Rows, &d.Rows}, {&c.Features, &d.Features}} {
		if *f.v == 0 {
			*f.v = *f.d
		}
		if !(*f.v > 0 && *f.v <= 1) {
			return c, fmt.Errorf("boost: rate and shares lie above 0 and up to 1, not %v", *f.v)
		}
	}
	if c.Trees < 1 || c.Leaves < 2 || c.Leaves > 1024 || c.MinSamples < 1 || !(c.L2 >= 0 && c.L2 < math.MaxFloat32) {
		return c, fmt.Errorf("boost: trees %d, leaves %d, min samples %d, L2 %v", c.Trees, c.Leaves, c.MinSamples, c.L2)
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	return c, c.Loss.validate()
}

// Train fits a model to y, one target per row of m. w are weights above 0, nil for
// 1 each. Poisson and Tweedie need y >= 0. A matrix without rows, a target or a
// weight out of its range is an error that wraps ErrInput.
func Train(cfg Config, m *Matrix, y, w []float64) (*Model, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	weights, err := check(cfg, m, y, w)
	if err != nil {
		return nil, err
	}
	g := newGrower(cfg, m, y, weights)
	defer g.crew.stop()
	model := &Model{loss: cfg.Loss, bins: m.bins, base: cfg.Loss.base(y, weights, g.pairs)}
	score := make([]float64, m.rows)
	for i := range score {
		score[i] = model.base
	}
	g.score = score
	rng := rand.New(rand.NewPCG(cfg.Seed, 0x626f6f7374))
	for range cfg.Trees {
		g.draw(rng)
		model.trees = append(model.trees, g.grow())
	}
	return model, nil
}

func check(cfg Config, m *Matrix, y, w []float64) ([]float32, error) {
	if m.rows == 0 || m.rows >= 1<<countBits || len(y) != m.rows || (w != nil && len(w) != m.rows) {
		return nil, fmt.Errorf("%w: %d rows, %d targets, %d weights", ErrInput, m.rows, len(y), len(w))
	}
	out := make([]float32, m.rows)
	for i := range y {
		out[i] = 1
		if w != nil {
			out[i] = float32(w[i])
		}
		if !(math.Abs(y[i]) < math.MaxFloat32) || (cfg.Loss.logLink() && y[i] < 0) {
			return nil, fmt.Errorf("%w: target %v of row %d", ErrInput, y[i], i)
		}
		if !(out[i] > 0 && out[i] < math.MaxFloat32) {
			return nil, fmt.Errorf("%w: weight %v of row %d", ErrInput, w[i], i)
		}
	}
	return out, nil
}
