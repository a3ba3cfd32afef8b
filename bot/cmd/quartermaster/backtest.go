package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"

	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
)

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
	p, err := b.read("", nil)
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
