package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"quartermaster/bot"
	"quartermaster/core/forecast/signal"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

type whatifCmd struct {
	shopFlags
	SKU    string `name:"sku" required:"" help:"The product." placeholder:"CODE"`
	Change string `required:"" help:"What changes, such as 'tiktok +70% 2026-12-01..2026-12-14'." placeholder:"TEXT"`
	JSON   bool   `name:"json" help:"Print as JSON."`
}

// Help is shown by whatif --help.
func (whatifCmd) Help() string {
	return `Says what a change does to demand, to the day stock runs out, and to the order needed: before and
after, place by place. Nothing is written. A change is

  SUBJECT CHANGE [DAYS] [half-life HOURS]

  SUBJECT  topic, competitor: demand itself; price; ads, or an ad platform: money spent on ads
  CHANGE   +70%, -12.5%; "stop" for ads; a new price such as 24.90
  DAYS     2026-12-01..2026-12-14, or a date: from then on; default: from today on
` + environment + `
Examples:
  quartermaster whatif --data ./shop --sku SOLAR-01 --change 'tiktok +70% 2026-12-01..2026-12-14'
  quartermaster whatif --data ./shop --sku SOLAR-01 --change 'topic +300% 2026-12-01 half-life 48h'
  quartermaster whatif --data ./shop --sku SOLAR-01 --change 'price 24.90'`
}

// Run answers the question.
func (c *whatifCmd) Run(ctx context.Context) error {
	change, err := signal.ParseChange(c.Change)
	if err != nil {
		return fmt.Errorf("--change: %w", err)
	}
	snap, policy, now, err := c.load(ctx)
	if err != nil {
		return err
	}
	sku, err := findSKU(snap, c.SKU)
	if err != nil {
		return err
	}
	w, err := plan.WhatIf(snap, policy, now, sku, change)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(w)
	}
	return printWhatIf(os.Stdout, w)
}

func printWhatIf(w io.Writer, r plan.WhatIfResult) error {
	fmt.Fprintf(w, "%s, %s\nWhat if: %s\n\n", r.SKU, bot.OneLine(r.Name), r.Change)
	for _, line := range append(r.Assumption, r.Bounded...) {
		fmt.Fprintln(w, line)
	}
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	for _, p := range r.Places {
		fmt.Fprintf(tw, "\n%s\tbefore\tafter\n", p.Location)
		row := func(name, before, after string) { fmt.Fprintf(tw, "  %s\t%s\t%s\n", name, before, after) }
		b, a := p.Before, p.After
		row(fmt.Sprintf("demand %s to %s", p.From, p.To), replenish.Num(b.Demand), replenish.Num(a.Demand))
		row("days of cover", replenish.Num(round1(b.Cover))+" "+b.Tier, replenish.Num(round1(a.Cover))+" "+a.Tier)
		row("stock lasts until", until(b), until(a))
		row("order by", orderBy(b), orderBy(a))
		row("needed today", replenish.Num(b.Need), replenish.Num(a.Need))
		row("to order today", order(b), order(a))
		row("short until it arrives", replenish.Num(b.Short), replenish.Num(a.Short))
	}
	return tw.Flush()
}

func until(s plan.WhatIfState) string {
	if !s.HasStockOut {
		return "not in sight"
	}
	return s.StockOut.String()
}

func orderBy(s plan.WhatIfState) string {
	if s.OrderBy == 0 {
		return "–"
	}
	return s.OrderBy.String()
}

func order(s plan.WhatIfState) string {
	if s.Order == 0 {
		return "nothing"
	}
	return replenish.Num(float64(s.Order)) + " by " + string(s.Mode)
}

func round1(v float64) float64 { return float64(int64(v*10+0.5)) / 10 }
