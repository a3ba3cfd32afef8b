package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/supply"
)

type suppliersCmd struct {
	shared
	Data string `type:"existingdir" help:"Folder of CSV files with deliveries.csv, in place of the database." placeholder:"DIR"`
	AsOf string `name:"as-of" help:"The day that counts as today (default with a database: today)." placeholder:"DATE"`
	Year int    `help:"Only orders of this calendar year (default: the last two years)." placeholder:"YEAR"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown by suppliers --help.
func (suppliersCmd) Help() string {
	return `One line per supplier. Rates are shares of units, over order lines that are settled: nothing is
outstanding, or the agreed day has passed. The lead time is a multiple of the stated one, learned
from the deliveries with the supplier's word as a prior; docs/orders.md has the formula.
` + environment + `
Example:
  quartermaster suppliers
  quartermaster suppliers --data ./shop --as-of 2026-11-20 --year 2026 --json`
}

// Run prints the scores.
func (c *suppliersCmd) Run(ctx context.Context) error {
	if c.Year != 0 && (c.Year < 1970 || c.Year > 2199) {
		return fmt.Errorf("--year %d is no year between 1970 and 2199", c.Year)
	}
	var today core.Day
	if c.AsOf != "" {
		var err error
		if today, err = core.ParseDay(c.AsOf); err != nil {
			return fmt.Errorf("--as-of: %w", err)
		}
	}
	if c.Data != "" {
		if c.AsOf == "" {
			return errors.New("--data needs --as-of: which day counts as today")
		}
		set, err := folderSettings(c.Settings, c.Data)
		if err != nil {
			return err
		}
		snap, err := csvfile.Snapshot(c.Data, set.Shop, today)
		if err != nil {
			return err
		}
		return c.print(os.Stdout, snap, today)
	}
	return c.withStore(ctx, func(cfg bot.Config, st *store.Store) error {
		now := time.Now()
		if c.AsOf != "" {
			now = today.Time(cfg.Settings.Shop.Zone)
		}
		snap, err := st.LoadSupply(ctx, cfg.Settings.Shop, now)
		if err != nil {
			return err
		}
		return c.print(os.Stdout, snap, core.DayOf(now, cfg.Settings.Shop.Zone))
	})
}

func (c *suppliersCmd) print(w io.Writer, s core.Snapshot, today core.Day) error {
	scores := []supply.Score{}
	for _, sup := range s.Suppliers {
		card := plan.ScoreCard(s, sup.ID, today)
		score := card.Score
		if c.Year != 0 {
			score = supply.Score{Supplier: sup.ID}
			for _, y := range card.Years {
				if y.Year == c.Year {
					score = y.Score
				}
			}
		}
		scores = append(scores, score)
	}
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(scores)
	}
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "supplier\tname\torders\tsettled\tlate\ton time\tfill rate\tdamaged\tlead time of stated")
	for i, score := range scores {
		var leads []string
		for _, m := range score.Modes {
			leads = append(leads, fmt.Sprintf("%s %.0f %%", m.Mode, 100*m.Multiple))
		}
		rate := func(v float64) string {
			if !score.Rated() {
				return "-"
			}
			return fmt.Sprintf("%.0f %%", 100*v)
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", score.Supplier, s.Suppliers[i].Name, score.Orders, score.Settled, score.Late,
			rate(score.OnTimeRate), rate(score.FillRate), rate(score.DamageRate), strings.Join(leads, ", "))
	}
	return tw.Flush()
}
