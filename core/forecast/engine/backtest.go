package engine

import (
	"errors"
	"fmt"
	"slices"

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

// Score is how one method did on one group of series.
type Score struct {
	Group  string  `json:"group"` // class of demand, "young", or "all"
	Method string  `json:"method"`
	Errors Metrics `json:"errors"`
	// Added is the forecast value added against the moving average: by how many
	// points of WAPE (0.01 = 1 %) this method is better; negative is worse.
	Added float64 `json:"value_added"`
}

// Backtest forecasts the last origins horizons of the panel, each from what was
// known before it, and compares with what came; the engine sees nothing later,
// not even for choosing its weights. Simple rules stand beside it with the
// empirical spread of their series around them. It returns one score per group
// and method, "all" last, and ErrShort when nothing could be tested.
func Backtest(p pool.Panel, origins int, cfg Config) ([]Score, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	progress := cfg.withDefaults().Progress
	cfg.Progress = nil
	origins = max(origins, 1)
	h := p.Horizon
	var tallies [groups + 1][4]Tally
	for k := origins; k >= 1; k-- {
		progress(fmt.Sprintf("origin %d of %d", origins-k+1, origins), origins-k, origins)
		past, index := cut(&p, k*h, 2)
		if len(past.Series) == 0 {
			continue
		}
		r, err := Forecast(*past, cfg)
		if err != nil {
			return nil, err
		}
		var w worker
		shared := sharedProfile(past)
		room := make([]float64, (1+3*spreads)*h)
		for i, j := range index {
			v := newView(past, &past.Series[i], shared, &w)
			g := groupOf(v.y, h)
			y := p.Series[j].Y
			y = y[len(y)-k*h : len(y)-(k-1)*h]
			scale := ScalesOf(past.Series[i].Y, massed(past))
			add := func(m int, mean, lo, median, hi []float64) {
				tallies[g][m].Add(y, mean, lo, median, hi, scale)
				tallies[groups][m].Add(y, mean, lo, median, hi, scale)
			}
			f := &r.Series[i]
			add(0, f.Mean, f.Lo80, f.Median, f.Hi80)
			sh := shapeOf(v)
			for m := 1; m <= 3; m++ {
				mean, dist := room[:h], room[h:]
				simple(mean, m, v, past)
				sh.fill(dist, mean, nil)
				add(m, mean, dist[:h], dist[h:2*h], dist[2*h:3*h])
			}
		}
	}
	progress("done", origins, origins)
	if tallies[groups][0].points == 0 {
		return nil, ErrShort
	}
	return scores(&tallies), nil
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

func scores(tallies *[groups + 1][4]Tally) []Score {
	names := [...]string{Ours, Naive, SeasonalNaive, MovingAverage}
	var out []Score
	for g := range tallies {
		if tallies[g][0].points == 0 {
			continue
		}
		name := "all"
		if g < groups {
			name = groupName(g)
		}
		base := tallies[g][slices.Index(names[:], MovingAverage)].Metrics().WAPE
		for m := range names {
			e := tallies[g][m].Metrics()
			out = append(out, Score{Group: name, Method: names[m], Errors: e, Added: base - e.WAPE})
		}
	}
	return out
}
