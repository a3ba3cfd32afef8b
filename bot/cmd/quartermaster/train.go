package main

import (
	"context"
	"fmt"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
	"quartermaster/core/forecast/engine"
)

type trainCmd struct{ shared }

// Help is shown by train --help.
func (trainCmd) Help() string {
	return `Learns a model of demand from all products and keeps it in the database; checks use it from then on.
A running "serve" does this every night (schedule "train").
` + environment + `
Example:
  quartermaster train --settings shop.toml`
}

// Run trains.
func (t *trainCmd) Run(ctx context.Context) error {
	return t.withStore(ctx, func(c bot.Config, st *store.Store) error {
		svc, err := c.Service(st)
		if err != nil {
			return err
		}
		started := time.Now()
		m, err := svc.Train(ctx, engine.Config{Seed: 1, Progress: trainSteps()})
		if err != nil {
			return err
		}
		kind := "rules only, for want of history"
		if m.Pooled() {
			kind = "one model over all products, combined with rules"
		}
		fmt.Printf("Learned in %s from sales through %s: %s.\n", time.Since(started).Round(100*time.Millisecond), m.Through(), kind)
		for _, g := range m.Groups() {
			if g.Trials > 0 {
				fmt.Printf("  %-12s %s\n", g.Name, g.Method)
			}
		}
		return nil
	})
}
