package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"

	"quartermaster/connectors/panelcsv"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
)

// panelFlags say what the files of a panel hold.
type panelFlags struct {
	Input   string `required:"" type:"existingfile" help:"History: series_id,date,value and any regressors." placeholder:"FILE"`
	Horizon int    `required:"" help:"How many periods to forecast." placeholder:"N"`
	Freq    string `enum:"D,W,M" default:"D" help:"Length of a period: D, W or M."`
	Season  int    `help:"Periods in a season (default: 7 days, 52 weeks, 12 months)." placeholder:"N"`
	Seed    uint64 `default:"1" help:"Seed of what is drawn at random; the same seed gives the same forecast."`
	NoPool  bool   `name:"no-pool" help:"Rules only, without the pooled model: much faster."`
}

// read reads the panel; the future file may be empty.
func (f panelFlags) read(future string) (pool.Panel, error) {
	if f.Horizon < 1 || f.Horizon > 1000 {
		return pool.Panel{}, fmt.Errorf("--horizon is %d, must be 1 to 1000", f.Horizon)
	}
	o := panelcsv.Options{Freq: pool.Freq(f.Freq[0]), Season: f.Season, Horizon: f.Horizon, HistoryName: filepath.Base(f.Input)}
	if o.Season < 0 {
		return pool.Panel{}, fmt.Errorf("--season is %d, must not be negative", f.Season)
	}
	if o.Season == 0 {
		o.Season = map[pool.Freq]int{pool.Daily: 7, pool.Weekly: 52, pool.Monthly: 12}[o.Freq]
	}
	history, err := os.Open(f.Input)
	if err != nil {
		return pool.Panel{}, err
	}
	defer history.Close() //nolint:errcheck // read only
	if future == "" {
		return panelcsv.Read(history, nil, o)
	}
	known, err := os.Open(future)
	if err != nil {
		return pool.Panel{}, err
	}
	defer known.Close() //nolint:errcheck // read only
	o.FutureName = filepath.Base(future)
	return panelcsv.Read(history, known, o)
}

// config is the engine's, with a progress line when people watch.
func (f panelFlags) config() engine.Config {
	c := engine.Config{Seed: f.Seed, NoPool: f.NoPool}
	if st, err := os.Stderr.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return c
	}
	var bar *progressbar.ProgressBar
	c.Progress = func(step string, done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionThrottle(50*time.Millisecond),
				progressbar.OptionClearOnFinish())
		}
		bar.Describe(step)
		_ = bar.Set(done)
	}
	return c
}

type forecastCmd struct {
	panelFlags
	Future string `type:"existingfile" help:"What is known in advance: series_id,date and regressors." placeholder:"FILE"`
	Output string `required:"" help:"Where to write series_id,date,mean,lo80,hi80,median; - is standard output." placeholder:"FILE"`
	Why    bool   `help:"Print how each kind of series was forecast, and why."`
}

// Help is shown by forecast --help.
func (forecastCmd) Help() string {
	return `Forecasts every series of a file at once. Simple rules and a model trained on all series
compete inside the history; what proved itself is combined. docs/forecast.md tells how, and how good
it is. A column that stands in --future too is known in advance (price, promotion, holiday).

Example:
  quartermaster forecast --input sales.csv --future plans.csv --horizon 28 --freq D --output forecast.csv`
}

// Run forecasts.
func (f *forecastCmd) Run() error {
	p, err := f.read(f.Future)
	if err != nil {
		return err
	}
	r, err := engine.Forecast(p, f.config())
	if err != nil {
		return err
	}
	if f.Why {
		for _, g := range r.Groups {
			fmt.Fprintf(os.Stderr, "%s: %s\n  %s\n", g.Name, g.Method, g.Why)
		}
	}
	return writeTo(f.Output, func(w io.Writer) error {
		return panelcsv.Write(w, &p, func(i int) *pool.Prediction { return &r.Series[i].Prediction })
	})
}

// writeTo writes a file as a whole or not at all; "-" is standard output.
func writeTo(name string, write func(io.Writer) error) error {
	if name == "-" {
		return write(os.Stdout)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	err = errors.Join(write(tmp), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

type backtestCmd struct {
	panelFlags
	Known   []string `help:"Columns that are known in advance, as price or promo; others are not used for the days tested." placeholder:"COLUMN"`
	Origins int      `default:"3" help:"How many horizons back to test, one after the other." placeholder:"K"`
	JSON    bool     `name:"json" help:"Print the scores as JSON."`
}

// Help is shown by backtest --help.
func (backtestCmd) Help() string {
	return `Forecasts the last horizons of the file from what was known before each, and compares with what
came: against the last value (naive), the last season and a moving average.

  WAPE      sum of absolute errors over sum of demand; accuracy is 1 - WAPE
  bias      forecast too much (+) or too little (-)
  MASE      absolute error over that of the seasonal naive rule inside the history; RMSSE: squared
  SPL       scaled pinball loss of the 0.1, 0.5 and 0.9 quantiles
  cover     share of values inside the 80 % interval
  added     points of WAPE won against the moving average (forecast value added)

Example:
  quartermaster backtest --input sales.csv --horizon 28 --freq D --known price,promo`
}

// Run tests.
func (b *backtestCmd) Run() error {
	if b.Origins < 1 || b.Origins > 100 {
		return fmt.Errorf("--origins is %d, must be 1 to 100", b.Origins)
	}
	p, err := b.read("")
	if err != nil {
		return err
	}
	if err := markKnown(&p, b.Known); err != nil {
		return err
	}
	scores, err := engine.Backtest(p, b.Origins, b.config())
	if err != nil {
		return err
	}
	if b.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(scores)
	}
	group := ""
	for _, s := range scores {
		if s.Group != group {
			group = s.Group
			fmt.Printf("\n%-15s %7s %7s %7s %7s %7s %7s %7s %9s %7s\n", group, "series", "WAPE", "bias", "MASE", "RMSSE", "SPL", "cover", "accuracy", "added")
		}
		e := s.Errors
		fmt.Printf("  %-13s %7d %7.3f %+7.3f %7.3f %7.3f %7.3f %7.3f %9.3f %+7.3f\n",
			s.Method, e.Series, e.WAPE, e.Bias, e.MASE, e.RMSSE, e.SPL, e.Cover80, e.Accuracy, s.Added)
	}
	return nil
}

// markKnown says which columns are known in advance. In a backtest their values of
// each horizon stand in the history; only what follows its end stays unknown.
func markKnown(p *pool.Panel, names []string) error {
	for _, name := range names {
		c := slices.IndexFunc(p.Regressors, func(r pool.Regressor) bool { return r.Name == name })
		if c < 0 {
			return fmt.Errorf("--known: the file has no column %q", name)
		}
		if p.Regressors[c].Known {
			continue // named twice
		}
		p.Regressors[c].Known = true
		for i := range p.Series {
			x := p.Series[i].X[c]
			for range p.Horizon {
				x = append(x, math.NaN())
			}
			p.Series[i].X[c] = x
		}
	}
	return nil
}
