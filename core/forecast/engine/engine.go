// Package engine forecasts a panel of demand series: it lets simple rules and a
// pooled model compete inside the history and combines what proved itself.
//
// How a forecast comes about:
//
//  1. Trials. The last few horizons of the history are forecast from what was
//     known before them (rolling origins). A large panel is tried on a seeded
//     sample of its series.
//  2. Weights. Per group of series (class of demand, and young series for
//     themselves) the expected demand is the weighted mean of the candidates that
//     has the smallest errors in the trials: RMSSE, MASE, WAPE and the error of
//     the sum count alike. Groups with few trials lean on the weights of all.
//  3. Intervals. Quantiles are the weighted mean of distributions around that
//     forecast (recent demand, long-run demand, negative binomial, the pooled
//     model's own), weights by pinball loss in the trials; then each quantile is
//     stretched per group so that it is exceeded as often as it should be, and
//     capped at a few times the largest demand seen.
//  4. The same, from the end of the history.
//
// Where a single rule carries a group, Method names it; Why tells the errors it
// was chosen by. A panel too short for trials gets a moving average.
//
// Guarantees: deterministic for the same panel and seed, whatever the number of
// goroutines; every value finite and at least 0; lo80 <= median <= hi80; nothing
// after the history is looked at but regressors known in advance.
package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// Config says how hard to try; the zero value is ready.
type Config struct {
	Seed uint64
	// Trials is the number of rolling origins inside the history; 0 means 3.
	Trials int
	// Sample is the largest number of series used in trials; 0 means 1,500.
	Sample int
	// NoPool leaves the pooled model out: rules only, much faster.
	NoPool bool
	// Progress, when not nil, is told which step begins (done of total).
	Progress func(step string, done, total int)

	train func(p *pool.Panel) (predictor, error) // in place of the pooled model, for tests
}

func (c Config) withDefaults() Config {
	if c.Trials <= 0 {
		c.Trials = 3
	}
	if c.Sample <= 0 {
		c.Sample = 1500
	}
	if c.Progress == nil {
		c.Progress = func(string, int, int) {}
	}
	return c
}

// MaxValue is the largest demand of one period that is believed; squares of more
// would lose their meaning.
const MaxValue = 1e15

// Result holds one forecast per series of the panel, in its order.
type Result struct {
	Predictions []pool.Prediction
	// Method and Why hold one line per series: how it was forecast, and what in
	// the trials spoke for it.
	Method, Why []string
	// Groups tells how each group is forecast.
	Groups []Group
}

// Group is a set of series that share weights.
type Group struct {
	Name   string             `json:"name"`
	Trials int                `json:"trials"` // series x origins it was judged by
	Point  map[string]float64 `json:"point"`  // weights of the candidates, those below 1 % left out
	Method string             `json:"method"`
	Why    string             `json:"why"`
}

// groups of series: the classes of demand, and series too young to tell.
const (
	young  = int(methods.Classes)
	groups = young + 1
)

func groupName(g int) string {
	if g == young {
		return "young"
	}
	return methods.Class(g).String()
}

// Forecast forecasts every series of p. It returns an error that wraps
// pool.ErrPanel when the panel is not well formed or a value is above MaxValue.
func Forecast(p pool.Panel, cfg Config) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	for i := range p.Series {
		if v := most(p.Series[i].Y); v > MaxValue {
			return Result{}, fmt.Errorf("%w: series %q: value %g is above %g", pool.ErrPanel, p.Series[i].ID, v, MaxValue)
		}
	}
	cfg = cfg.withDefaults()
	const steps = 4
	cfg.Progress("trials inside the history", 0, steps)
	b, err := newBlend(&p, cfg)
	if err != nil {
		return Result{}, err
	}
	cfg.Progress("training on the whole history", 2, steps)
	var pooled predictor
	if b.pooled {
		if pooled, err = trainPooled(&p, cfg); err != nil {
			return Result{}, err
		}
	}
	cfg.Progress("forecasting", 3, steps)
	r, err := b.apply(&p, pooled)
	cfg.Progress("done", steps, steps)
	return r, err
}

// sample returns the panel of at most n series, chosen by the seed and in the
// panel's order.
func sample(p *pool.Panel, n int, seed uint64) *pool.Panel {
	if len(p.Series) <= n {
		return p
	}
	rng := rand.New(rand.NewPCG(seed, 0x7472_6961_6c73))
	pick := rng.Perm(len(p.Series))[:n]
	slices.Sort(pick)
	out := *p
	out.Series = make([]pool.Series, n)
	for i, j := range pick {
		out.Series[i] = p.Series[j]
	}
	return &out
}

// cut returns the panel as it was known `back` periods ago, with the series that
// had at least least known periods since their first demand. index says which
// series of p each one is. Values known in advance stay known for the horizon.
func cut(p *pool.Panel, back, least int) (out *pool.Panel, index []int) {
	c := *p
	c.Series = nil
	for i := range p.Series {
		s := p.Series[i]
		n := len(s.Y) - back
		if n < least || len(methods.Trim(s.Y[:n])) < least {
			continue
		}
		s.Y = s.Y[:n]
		s.X = slices.Clone(s.X)
		for r, x := range s.X {
			if x == nil {
				continue
			}
			if p.Regressors[r].Known {
				s.X[r] = x[:n+p.Horizon]
			} else {
				s.X[r] = x[:n]
			}
		}
		c.Series = append(c.Series, s)
		index = append(index, i)
	}
	return &c, index
}

// phaseOf returns the phase of the first period of s in the season.
func phaseOf(p *pool.Panel, s *pool.Series, season int) int {
	n := int(s.Start)
	switch p.Freq {
	case pool.Weekly:
		n /= 7
	case pool.Monthly:
		n = s.Start.MonthNumber() - 1
	}
	return n % season
}

// profileWindow is how far back a series' own profile looks.
func profileWindow(p *pool.Panel) int {
	if p.Freq == pool.Daily {
		return 16 * max(p.Season, 1)
	}
	return 4 * max(p.Season, 1)
}

// sharedProfile is the seasonal profile that all series of p have in common; flat
// when there is no season or too little history to see one twice.
func sharedProfile(p *pool.Panel) methods.Profile {
	season := max(p.Season, 1)
	total, weight := make([]float64, season), make([]float64, season)
	if season > 1 {
		var s methods.Scratch
		for i := range p.Series {
			y := methods.Trim(p.Series[i].Y)
			if len(y) >= 2*season {
				off := len(p.Series[i].Y) - len(y)
				methods.AddProfile(total, weight, y, phaseOf(p, &p.Series[i], season)+off, profileWindow(p), &s)
			}
		}
	}
	return methods.PoolProfile(total, weight, 20)
}

// newView prepares one series; the view lives as long as s is not used for
// another one.
func newView(p *pool.Panel, i int, shared methods.Profile, s *methods.Scratch) *view {
	ser := &p.Series[i]
	y := methods.Trim(ser.Y)
	season := len(shared)
	v := &view{y: y, phase: phaseOf(p, ser, season) + len(ser.Y) - len(y), freq: p.Freq, s: s,
		own: make(methods.Profile, season)}
	copy(v.own, shared)
	if len(y) >= 2*season {
		methods.OwnProfile(v.own, shared, y, v.phase, profileWindow(p), s)
	}
	return v
}

// groupOf returns the group of a history.
func groupOf(y []float64, horizon int) int {
	if len(y) < 2*horizon {
		return young
	}
	c, _, _ := methods.Classify(y[max(len(y)-12*horizon, 0):])
	return int(c)
}
