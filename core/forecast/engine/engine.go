// Package engine forecasts a panel of demand series: it lets simple rules and a
// pooled model compete inside the history and combines what proved itself.
//
//	Train(panel, config)     -> *Model: trials, weights, calibration, pooled trees
//	Model.Forecast(panel)    -> Result: an Outlook per series, on all cores
//	Model.Forecaster()       -> one series after another, in memory used again
//	Model.MarshalBinary, Load   keep a model between a nightly training and the
//	                            forecasts of the day
//	Forecast(panel, config)  =  Train and Model.Forecast
//
// A Model forecasts any panel of its kind (frequency, season, horizon, regressors):
// with other series, and with newer history. A series is forecast by itself, from
// its own history and the model; the others in the panel do not matter then.
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
// With Config.Window a Model also holds quantiles of cumulative demand, trained as
// such (package pool, Totals), for the windows that stock has to cover.
//
// Where a single rule carries a group, Method names it; Why tells the errors it
// was chosen by. A panel too short for trials gets a moving average.
//
// Guarantees: deterministic for the same panel and seed, whatever the number of
// goroutines and the order of the series (their names being different); every value finite and at least 0; lo80 <= median <= hi80; nothing
// after the history is looked at but regressors known in advance.
package engine

import (
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
	// Window is the longest sum of periods that the model gives quantiles of, see
	// Outlook.Totals; it may be longer than the horizon. 0 trains none.
	Window int
	// WindowLevels are those quantiles, ascending; nil means 0.05, 0.1, 0.25, 0.5,
	// 0.75, 0.9, 0.95, 0.975, 0.99.
	WindowLevels []float64
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
	if c.WindowLevels == nil {
		c.WindowLevels = []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99}
	}
	if c.Progress == nil {
		c.Progress = func(string, int, int) {}
	}
	return c
}

// Result holds one forecast per series of the panel, in its order.
type Result struct {
	Series []Outlook
	// Groups tells how each group is forecast.
	Groups []Group
}

// Outlook is the forecast of one series, one value per period of the horizon.
type Outlook struct {
	pool.Prediction
	// Totals are the quantiles of cumulative demand from the pooled model as it is,
	// neither blended nor calibrated: one row per level of Model.WindowLevels, the
	// sum of the first n periods at place n-1. nil when the model has none.
	Totals [][]float64
	// Lift corrects the bias of Mean, see Expected.
	Lift float64
	// Spread is what Quantile makes further quantiles of.
	Spread Spread
	// Facts are what Facts.Confidence judges; the caller may add to them.
	Facts Facts
	// Method is how the series was forecast, Why what in the trials spoke for that.
	Method, Why string
}

// Expected is the expected demand of step k: what sales come to on average. Mean is
// a point forecast between mean and median, chosen for small errors series by
// series, and for demand that comes seldom it lies below what is sold in the long
// run. Expected is Mean times what was sold in the trials of the group over what was
// forecast there. Base orders and money on this one.
func (o *Outlook) Expected(k int) float64 { return o.Mean[k] * o.Lift }

// Group is a set of series that share weights.
type Group struct {
	Name   string             `json:"name"`
	Trials int                `json:"trials"` // series x origins it was judged by
	Errors Metrics            `json:"errors"` // of the combination in the trials
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

// newView prepares one series; the view lives until w is used for another one.
func newView(p *pool.Panel, ser *pool.Series, shared methods.Profile, w *worker) *view {
	y := methods.Trim(ser.Y)
	season := len(shared)
	if cap(w.own) < season {
		w.own = make(methods.Profile, season)
	}
	v := &w.view
	*v = view{y: y, phase: phaseOf(p, ser, season) + len(ser.Y) - len(y), freq: p.Freq, s: &w.s, own: w.own[:season]}
	copy(v.own, shared)
	if len(y) >= 2*season {
		methods.OwnProfile(v.own, shared, y, v.phase, profileWindow(p), v.s)
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
