package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
)

// shopFlags say where the data of a shop comes from: a folder of files, or the
// database.
type shopFlags struct {
	shared
	Data string `type:"existingdir" help:"Folder of a shop's CSV files; without it the database is read. docs/data.md describes them." placeholder:"DIR"`
	AsOf string `name:"as-of" help:"The day that counts as today, with --data (default: today, or the day after the data ends when that is long ago)." placeholder:"DATE"`
}

// oldData is how many days before today a folder may end and still be read as of
// today.
const oldData = 28

// load reads the shop: its data, its policy, and the instant that counts as now.
func (f shopFlags) load(ctx context.Context) (snap core.Snapshot, policy core.Policy, now time.Time, err error) {
	if f.Data != "" {
		return f.folder()
	}
	if f.AsOf != "" {
		return snap, policy, now, errors.New("--as-of needs --data: the database is read as of today")
	}
	err = f.withStore(ctx, func(c bot.Config, st *store.Store) error {
		now, policy = time.Now(), c.Settings.Policy
		snap, err = st.LoadSnapshot(ctx, c.Settings.Shop, now)
		if err == nil && len(snap.Products) == 0 {
			return errors.New("the database holds no products yet: run quartermaster import, or name a folder with --data")
		}
		return err
	})
	return snap, policy, now, err
}

// folderSettings are the settings of a command that reads a folder: those of the
// file, else the program's own in the currency of the folder's products.
func folderSettings(file, dir string) (bot.Settings, error) {
	if file != "" {
		return bot.LoadSettings(file)
	}
	set := bot.DefaultSettings()
	cur, err := csvfile.MainCurrency(dir)
	if err != nil {
		return set, err
	}
	set.Shop.Currency = cur
	return set, nil
}

// folder reads a folder of files.
func (f shopFlags) folder() (snap core.Snapshot, policy core.Policy, now time.Time, err error) {
	set, err := folderSettings(f.Settings, f.Data)
	if err != nil {
		return snap, policy, now, err
	}
	day := core.DayOf(time.Now(), set.Shop.Zone)
	if f.AsOf != "" {
		if day, err = core.ParseDay(f.AsOf); err != nil {
			return snap, policy, now, fmt.Errorf("--as-of: %w", err)
		}
	}
	if snap, err = csvfile.Snapshot(f.Data, set.Shop, day); err != nil {
		return snap, policy, now, err
	}
	if end := knownUntil(snap); f.AsOf == "" && end > 0 && end < day-oldData {
		day = end
		if snap, err = csvfile.Snapshot(f.Data, set.Shop, day); err != nil {
			return snap, policy, now, err
		}
	}
	return snap, set.Policy, day.Time(set.Shop.Zone), nil
}

// knownUntil is the day after the last one with known sales; 0 without any.
func knownUntil(s core.Snapshot) (end core.Day) {
	for _, v := range s.Demand {
		for i := v.Qty.Len() - 1; i >= 0 && v.Start+core.Day(i) >= end; i-- {
			if v.Qty.At(i) >= 0 {
				end = v.Start + core.Day(i) + 1
			}
		}
	}
	return end
}

// daily is the demand of a node, day by day: NaN where it is not known.
type daily struct {
	start core.Day
	y     []float64
	flags []core.DayFlag
}

// dailyOf adds up the channels of a node as they were recorded, through the last
// day that was cleaned, with the labels that cleaning gave the days. A day is known
// when a channel covers it and every channel that covers it knows it.
func dailyOf(n *plan.Node, clean *history.History) daily {
	d := daily{start: clean.Start, y: make([]float64, len(clean.Y)), flags: clean.Flags}
	covered := make([]bool, len(d.y))
	for _, s := range n.Series {
		for i := range s.Qty.Len() {
			at := int(s.Start-d.start) + i
			if at < 0 || at >= len(d.y) {
				continue
			}
			covered[at] = true
			if q := s.Qty.At(i); q < 0 {
				d.y[at] = math.NaN()
			} else {
				d.y[at] += float64(q)
			}
		}
	}
	for i, ok := range covered {
		if !ok {
			d.y[i] = math.NaN()
		}
	}
	return d
}

// planner returns the planner that orders come from: with the model kept in the
// database, or one learned from the folder here and now.
func (f shopFlags) planner(ctx context.Context, snap core.Snapshot, policy core.Policy, now time.Time) (p plan.Planner, err error) {
	if f.Data != "" {
		p.Model, err = plan.Train(snap, policy, now, engine.Config{Seed: 1, Trials: 1, Progress: trainSteps()})
		return p, err
	}
	err = f.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		row, err := store.NewestModel(ctx, st.Pool(), 0)
		if err != nil || row.ID == 0 {
			return err
		}
		p.Model, err = engine.Load(row.Body)
		return err
	})
	return p, err
}
