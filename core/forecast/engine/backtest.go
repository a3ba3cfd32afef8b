package engine

import (
	"errors"
	"fmt"

	"quartermaster/core"
	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// ErrShort says that no series is long enough for a single backtest origin.
var ErrShort = errors.New("engine: the history is too short to test on")

// Names of the forecasts a backtest compares.
const (
	Ours          = "forecast"
	Naive         = "naive"
	SeasonalNaive = "seasonal naive"
	MovingAverage = "moving average"
)

// Rivals are the forecasts of a backtest in the order of its results.
var Rivals = [4]string{Ours, Naive, SeasonalNaive, MovingAverage}

const movingAverage = 3 // place in Rivals

// Review is what a backtest found.
type Review struct {
	// Scores hold one score per group and method, group "all" last.
	Scores []Score `json:"scores"`
	// Series are the series that could be tested, in the order of the panel.
	Series []SeriesScore `json:"series"`
	// Weeks are the weeks tested (periods for weeks and months), in order.
	Weeks []WeekScore `json:"weeks"`
}

// Score is how one method did on one group of series.
type Score struct {
	Group  string  `json:"group"` // class of demand, "young", or "all"
	Method string  `json:"method"`
	Errors Metrics `json:"errors"`
	// Added is the forecast value added against the moving average: by how many
	// points of WeekWAPE (0.01 = 1 %) this method is better; negative is worse.
	Added float64 `json:"value_added"`
}

// SeriesScore is how the methods did on one series.
type SeriesScore struct {
	ID    string  `json:"id"`
	Group string  `json:"group"` // at the last origin
	Units float64 `json:"units"` // what came, over all periods tested
	// Errors has one entry per method, as in Rivals. Where Units is 0 there is no
	// WAPE to speak of.
	Errors [4]Metrics `json:"errors"`
	// Added is the value added by the forecast against the moving average, as in
	// Score; 0 where Units is 0.
	Added float64 `json:"value_added"`
}

// WeekScore is how the methods did in one week over all series.
type WeekScore struct {
	Start core.Day `json:"start"`
	Units float64  `json:"units"` // what came
	// WAPE has one entry per method, as in Rivals: the sum over series of
	// |week came - week forecast|, over Units. NaN never: 0 where Units is 0.
	WAPE [4]float64 `json:"wape"`
}

// Backtest forecasts the last origins horizons of the panel, each from what was
// known before it, and compares with what came; the engine sees nothing later,
// not even for choosing its weights. Simple rules stand beside it with the
// empirical spread of their series around them. The error is ErrShort when nothing
// could be tested.
func Backtest(p pool.Panel, origins int, cfg Config) (Review, error) {
	if err := p.Validate(); err != nil {
		return Review{}, err
	}
	progress := cfg.withDefaults().Progress
	origins = max(origins, 1)
	h := p.Horizon
	rec := newRecord(&p)
	for k := origins; k >= 1; k-- {
		name, done := fmt.Sprintf("origin %d of %d", origins-k+1, origins), 100*(origins-k)
		progress(name, done, 100*origins)
		cfg.Progress = func(step string, at, of int) { progress(name+": "+step, done+100*at/of, 100*origins) }
		past, index := cut(&p, k*h, 2)
		if len(past.Series) == 0 {
			continue
		}
		r, err := Forecast(*past, cfg)
		if err != nil {
			return Review{}, err
		}
		var w worker
		shared := sharedProfile(past)
		room := make([]float64, (1+3*spreads)*h)
		for i, j := range index {
			v := newView(past, &past.Series[i], shared, &w)
			from := len(p.Series[j].Y) - k*h
			t := trialOf{series: j, group: groupOf(v.y, h), from: from, y: p.Series[j].Y[from : from+h],
				scale: ScalesOf(past.Series[i].Y, massed(past))}
			f := &r.Series[i]
			rec.add(&t, 0, f.Mean, f.Lo80, f.Median, f.Hi80)
			sh := shapeOf(v)
			for m := 1; m < len(Rivals); m++ {
				mean, dist := room[:h], room[h:]
				simple(mean, m, v, past)
				sh.fill(dist, mean, nil)
				rec.add(&t, m, mean, dist[:h], dist[h:2*h], dist[2*h:3*h])
			}
		}
	}
	progress("done", 100*origins, 100*origins)
	if rec.groups[groups][0].points == 0 {
		return Review{}, ErrShort
	}
	return rec.review(), nil
}

// simple fills dst with one of the rules that a forecast has to beat.
func simple(dst []float64, m int, v *view, p *pool.Panel) {
	switch m {
	case 1:
		methods.Fill(dst, methods.Naive(v.y))
	case 2:
		methods.SeasonalNaive(dst, v.y, p.Season)
	default:
		w := map[pool.Freq]int{pool.Daily: 28, pool.Weekly: 13, pool.Monthly: 12}[p.Freq]
		methods.Fill(dst, methods.MovingAverage(v.y, w))
	}
}
