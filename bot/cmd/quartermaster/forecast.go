package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"quartermaster/connectors/panelcsv"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
)

// panelFlags say what the files of a panel hold.
type panelFlags struct {
	Input   string `type:"existingfile" help:"History: series_id,date,value and any regressors." placeholder:"FILE"`
	Horizon int    `help:"How many periods to forecast; --input needs it." placeholder:"N"`
	Freq    string `enum:"D,W,M" default:"D" help:"Length of a period: D, W or M."`
	Season  int    `help:"Periods in a season (default: 7 days, 52 weeks, 12 months)." placeholder:"N"`
	Seed    uint64 `default:"1" help:"Seed of what is drawn at random; the same seed gives the same forecast."`
	NoPool  bool   `name:"no-pool" help:"Rules only, without the pooled model: much faster."`
}

// read reads the panel; the future file may be empty. labels keep the order that a
// stored model knows.
func (f panelFlags) read(future string, labels map[string][]string) (pool.Panel, error) {
	if f.Horizon < 1 || f.Horizon > 1000 {
		return pool.Panel{}, fmt.Errorf("--horizon is %d, must be 1 to 1000", f.Horizon)
	}
	o := panelcsv.Options{Freq: pool.Freq(f.Freq[0]), Season: f.Season, Horizon: f.Horizon, Labels: labels, HistoryName: filepath.Base(f.Input)}
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
	return engine.Config{Seed: f.Seed, NoPool: f.NoPool, Progress: trainSteps()}
}

type forecastCmd struct {
	skuFlags
	shopFlags
	panelFlags
	Future    string `type:"existingfile" help:"What is known in advance: series_id,date and regressors." placeholder:"FILE"`
	Model     string `type:"existingfile" help:"Forecast with this trained model; nothing is trained." placeholder:"FILE"`
	SaveModel string `name:"save-model" help:"Keep the trained model in this file." placeholder:"FILE"`
	Output    string `help:"Where to write series_id,date,mean,lo80,hi80,median; - is standard output." placeholder:"FILE"`
	Why       bool   `help:"Print how each kind of series was forecast, and why."`
}

// Help is shown by forecast --help.
func (forecastCmd) Help() string {
	return `With --sku: the forecast of one SKU at each of its places, by week, with how it was made and how sure
it is; the one that orders are computed from. The shop is read from --data or from the database.

With --input: forecasts every series of a file at once. Simple rules and a model trained on all series
compete inside the history; what proved itself is combined. docs/forecast.md tells how, and how good
it is. A column that stands in --future too is known in advance (price, promotion, holiday).

A model kept with --save-model forecasts newer files of the same kind in a fraction of the time:
same period, season, horizon and columns. Series may come and go.

Examples:
  quartermaster forecast --sku SOLAR-01
  quartermaster forecast --sku SOLAR-01 --data ./shop --as-of 2026-11-20 --horizon 56 --chart solar.png
  quartermaster forecast --input sales.csv --future plans.csv --horizon 28 --freq D --output forecast.csv
  quartermaster forecast --input sales.csv --horizon 28 --output forecast.csv --save-model shop.model
  quartermaster forecast --input today.csv --horizon 28 --output forecast.csv --model shop.model`
}

// Run forecasts.
func (f *forecastCmd) Run(ctx context.Context) error {
	switch {
	case f.SKU != "" && f.Input != "":
		return errors.New("--sku forecasts a SKU of the shop, --input a file: give one of them")
	case f.SKU != "":
		return f.sku(ctx)
	case f.Input == "":
		return errors.New("give --sku CODE for a SKU of the shop, or --input FILE for a file of series")
	case f.Output == "":
		return errors.New("--output is missing: where the forecast goes; - is standard output")
	}
	m, labels, err := f.stored()
	if err != nil {
		return err
	}
	p, err := f.read(f.Future, labels)
	if err != nil {
		return err
	}
	if m == nil {
		if m, err = engine.Train(p, f.config()); err != nil {
			return err
		}
	}
	r, err := m.Forecast(p)
	if err != nil {
		return err
	}
	if f.Why {
		for _, g := range r.Groups {
			fmt.Fprintf(os.Stderr, "%s: %s\n  %s\n", g.Name, g.Method, g.Why)
		}
	}
	if err := writeTo(f.Output, func(w io.Writer) error {
		return panelcsv.Write(w, &p, func(i int) *pool.Prediction { return &r.Series[i].Prediction })
	}); err != nil || f.SaveModel == "" {
		return err
	}
	b, err := m.MarshalBinary()
	if err != nil {
		return err
	}
	return writeTo(f.SaveModel, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// stored loads the model of --model with the labels of its columns, nil without.
func (f *forecastCmd) stored() (*engine.Model, map[string][]string, error) {
	if f.Model == "" {
		return nil, nil, nil
	}
	if f.SaveModel != "" || f.NoPool {
		return nil, nil, errors.New("--model is not trained again: leave out --save-model and --no-pool")
	}
	b, err := os.ReadFile(f.Model)
	if err != nil {
		return nil, nil, err
	}
	m, err := engine.Load(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.Model, err)
	}
	labels := map[string][]string{}
	for _, r := range m.Kind().Regressors {
		if r.Labels != nil {
			labels[r.Name] = r.Labels
		}
	}
	return m, labels, nil
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
