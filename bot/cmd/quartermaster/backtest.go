package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/pool"
	"quartermaster/core/plan"
)

type backtestCmd struct {
	shopFlags
	panelFlags
	Known   []string `help:"Columns of --input that are known in advance, as price or promo; others are not used for the days tested." placeholder:"COLUMN"`
	Origins int      `default:"3" help:"How many horizons back to test, one after the other." placeholder:"K"`
	Losers  int      `default:"10" help:"How many of the series that lose most against the moving average to list." placeholder:"N"`
	Chart   string   `help:"Draw the accuracy by week: a PNG." placeholder:"FILE"`
	CSV     string   `name:"csv" help:"Write every series with its errors by method; - is standard output." placeholder:"FILE"`
	JSON    bool     `name:"json" help:"Print everything as JSON."`
}

// Help is shown by backtest --help.
func (backtestCmd) Help() string {
	return `Forecasts the last horizons from what was known before each, and compares with what came: against the
last value (naive), the last season and a moving average. Tested is the shop in the database, in the
folder --data (days without stock, closed days and values that cannot be true do not count), or the
series of a file (--input). The shop is tested by day, 28 days ahead unless --horizon says otherwise.

  accuracy  1 - WAPE of the units of a SKU in a week, at least 0
  WAPE      sum of absolute errors over sum of demand, by period
  bias      forecast too much (+) or too little (-)
  MASE      absolute error over that of the seasonal naive rule inside the history; RMSSE: squared
  SPL       scaled pinball loss of the 0.1, 0.5 and 0.9 quantiles
  cover     share of values inside the 80 % interval
  added     forecast value added: points of weekly WAPE won against the moving average, - when lost
` + environment + `
Examples:
  quartermaster backtest
  quartermaster backtest --data ./shop --horizon 28 --origins 3 --chart accuracy.png --csv skus.csv
  quartermaster backtest --input sales.csv --horizon 28 --freq D --known price,promo`
}

// Run tests.
func (b *backtestCmd) Run(ctx context.Context) error {
	if b.Origins < 1 || b.Origins > 100 {
		return fmt.Errorf("--origins is %d, must be 1 to 100", b.Origins)
	}
	p, err := b.panel(ctx)
	if err != nil {
		return err
	}
	r, err := engine.Backtest(p, b.Origins, b.config())
	if errors.Is(err, engine.ErrShort) {
		return fmt.Errorf("nothing can be tested: no series is longer than %d periods (--horizon times --origins); try a shorter --horizon or fewer --origins", p.Horizon*b.Origins)
	}
	if err != nil {
		return err
	}
	return b.tell(&p, &r)
}

// panel reads what is to be tested.
func (b *backtestCmd) panel(ctx context.Context) (p pool.Panel, err error) {
	if b.Input == "" {
		if len(b.Known) > 0 {
			return p, errors.New("--known names columns of --input, which is missing")
		}
		return b.shopPanel(ctx)
	}
	if b.Data != "" {
		return p, errors.New("--data tests a shop, --input a file: give one of them")
	}
	if p, err = b.read("", nil); err != nil {
		return p, err
	}
	return p, markKnown(&p, b.Known)
}

// shopPanel makes one daily series of each SKU and place of the shop. Labels of
// days (no stock, closed, not believed) are those of today, so hindsight may help
// them; what a labelled day sold is neither learned from nor tested.
func (b *backtestCmd) shopPanel(ctx context.Context) (pool.Panel, error) {
	p := pool.Panel{Freq: pool.Daily, Season: b.Season, Horizon: b.Horizon}
	if b.Freq != "D" {
		return p, fmt.Errorf("--freq %s: a shop is tested by day; make a file of weeks or months and give it with --input", b.Freq)
	}
	if p.Season == 0 {
		p.Season = 7
	}
	if p.Horizon == 0 {
		p.Horizon = 28
	}
	if p.Horizon < 1 || p.Horizon > 1000 {
		return p, fmt.Errorf("--horizon is %d, must be 1 to 1000", p.Horizon)
	}
	if p.Season < 1 {
		return p, fmt.Errorf("--season is %d, must not be negative", p.Season)
	}
	snap, _, now, err := b.load(ctx)
	if err != nil {
		return p, err
	}
	list, err := cleanNodes(snap, min(core.DayOf(now, snap.Shop.Zone), max(knownUntil(snap), 1)))
	if err != nil {
		return p, err
	}
	for _, h := range list {
		s := pool.Series{ID: string(h.SKU) + " at " + string(h.Location), Start: h.Start, Y: slices.Clone(h.Y)}
		for i, f := range h.Flags {
			if f&(core.StockOut|core.Closed|core.Anomaly) != 0 {
				s.Y[i] = math.NaN()
			}
		}
		if len(s.Y) > 0 {
			p.Series = append(p.Series, s)
		}
	}
	if len(p.Series) == 0 {
		return p, errors.New("no sale is known, so nothing can be tested")
	}
	return p, nil
}

// cleanNodes cleans the demand of every active SKU at every place, through the day
// before until.
func cleanNodes(snap core.Snapshot, until core.Day) ([]history.History, error) {
	found, err := plan.Nodes(snap, until)
	if err != nil {
		return nil, err
	}
	ads := map[core.SKU][]core.AdDay{}
	for _, a := range snap.Ads {
		ads[a.SKU] = append(ads[a.SKU], a)
	}
	nodes := make([]history.Node, len(found))
	for i, n := range found {
		nodes[i] = history.Node{SKU: n.Product.SKU, Location: n.Location, Category: n.Product.Category, Series: n.Series,
			Empty: n.Stock != nil && n.Stock.OnHand <= 0, Ads: ads[n.Product.SKU]}
	}
	cal := history.Survey(nodes, history.Shop{Until: until, Events: snap.Events, Rates: snap.Rates})
	out := make([]history.History, len(nodes))
	for i := range nodes {
		out[i] = cal.Clean(nodes[i])
	}
	return out, nil
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
