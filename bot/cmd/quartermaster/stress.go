package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"quartermaster/bot"
	"quartermaster/core"
	"quartermaster/core/simulate"
)

type stressCmd struct {
	Data     string          `type:"existingdir" help:"Folder of CSV files; docs/data.md describes them." placeholder:"DIR"`
	AsOf     string          `name:"as-of" help:"With --data: the day that counts as today (default: today, or the day after the data ends when that is long ago)." placeholder:"DATE"`
	Demo     bool            `help:"Use the demo shop instead of --data."`
	Settings string          `env:"QUARTERMASTER_SETTINGS" help:"The shop's settings file; without it the folder's currency and UTC are used." placeholder:"FILE"`
	Surge    float64         `help:"Only this: the orders of today rise by so many per cent." placeholder:"PERCENT"`
	Gone     core.SupplierID `help:"Only this: the supplier delivers no more." placeholder:"SUPPLIER"`
	Demand   float64         `help:"Only this: demand changes by so many per cent, -100 to 9900." placeholder:"PERCENT"`
	Top      int             `default:"10" help:"How many of the items hurt to list."`
	JSON     bool            `name:"json" help:"Print everything as JSON."`
}

// Help is shown by stress --help.
func (stressCmd) Help() string {
	return `Plays shocks on a copy of today's data and says what breaks, when, and what the plan costs then:
orders of one day +500 %, the main supplier gone, ads stopped, bad press. Nothing is written.

Examples:
  quartermaster stress --demo
  quartermaster stress --data ./shop --as-of 2026-11-20 --gone SONGWAN
  quartermaster stress --data ./shop --as-of 2026-11-20 --surge 300 --json`
}

// Run plays the shocks.
func (c *stressCmd) Run() error {
	snap, policy, day, err := c.read()
	if err != nil {
		return err
	}
	outcomes, err := simulate.Stress(snap, policy, day.Time(snap.Shop.Zone), c.shocks()...)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(outcomes)
	}
	for i, o := range outcomes {
		if i > 0 {
			fmt.Println()
		}
		if err := printOutcome(os.Stdout, o, c.Top); err != nil {
			return err
		}
	}
	return nil
}

func (c *stressCmd) read() (s core.Snapshot, p core.Policy, day core.Day, err error) {
	switch {
	case c.Demo == (c.Data != ""):
		return s, p, day, errors.New("give one of --data DIR and --demo")
	case c.Demo:
		set := bot.DefaultSettings()
		if c.Settings != "" {
			if set, err = bot.LoadSettings(c.Settings); err != nil {
				return s, p, day, err
			}
		}
		s, err = demoSnapshot()
		return s, set.Policy, demoDay, err
	}
	s, p, now, err := shopFlags{shared: shared{Settings: c.Settings}, Data: c.Data, AsOf: c.AsOf}.folder()
	if err != nil {
		return s, p, day, err
	}
	return s, p, core.DayOf(now, s.Shop.Zone), nil
}

// shocks are those asked for, else the monthly set.
func (c *stressCmd) shocks() []simulate.Shock {
	var out []simulate.Shock
	if c.Surge != 0 {
		out = append(out, simulate.Shock{Name: fmt.Sprintf("orders of one day %+g %%", c.Surge), Surge: 1 + c.Surge/100})
	}
	if c.Gone != "" {
		out = append(out, simulate.Shock{Name: "supplier " + string(c.Gone) + " gone", Gone: c.Gone})
	}
	if c.Demand != 0 {
		out = append(out, simulate.Shock{Name: fmt.Sprintf("demand %+g %%", c.Demand), Level: 1 + c.Demand/100})
	}
	if len(out) == 0 {
		out = simulate.Shocks()
	}
	return out
}

// printOutcome prints what one shock does, with the first items it hurts.
func printOutcome(w io.Writer, o simulate.Outcome, top int) error {
	title := o.Shock.Name
	if o.Gone != "" && o.Shock.Gone == "" {
		title += " (" + string(o.Gone) + ")"
	}
	fmt.Fprintln(w, title)
	if o.Note != "" {
		_, err := fmt.Fprintf(w, "  Not played: %s.\n", o.Note)
		return err
	}
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "  \tRED\tYELLOW\trun out\tunits short\tat risk\tlines\tfast\tplan cost\tcover\tno supplier")
	for _, side := range []struct {
		name string
		simulate.Side
	}{{"before", o.Before}, {"after", o.After}} {
		fmt.Fprintf(tw, "  %s\t%d\t%d\t%d\t%.0f\t%s\t%d\t%d\t%s\t%.0f days\t%d\n", side.name, side.Red, side.Yellow, side.RunOut, side.Short,
			side.AtRisk, side.Lines, side.Fast, side.PlanCost, side.CoverDays, side.Orphans)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if o.Unserved > 0 {
		fmt.Fprintf(w, "  %d units ordered today cannot be served from stock and are owed.\n", o.Unserved)
	}
	if len(o.Breaks) == 0 {
		_, err := fmt.Fprintln(w, "  No item runs out because of it.")
		return err
	}
	fmt.Fprintf(w, "  %d items run out because of it", len(o.Breaks))
	if top = max(0, min(top, len(o.Breaks))); top < len(o.Breaks) {
		fmt.Fprintf(w, "; the first %d", top)
	}
	fmt.Fprintln(w, ":")
	fmt.Fprintln(tw, "  SKU\tplace\truns out\twithout it\tsupplier\tdelivers\tshort\tat risk\tname")
	for _, b := range o.Breaks[:top] {
		planned, arrival := "-", "-"
		if b.Planned != 0 {
			planned = b.Planned.String()
		}
		if b.Arrival != 0 {
			arrival = b.Arrival.String()
		}
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\t%s\t%s\t%.0f\t%s\t%s\n", b.SKU, b.Location, b.RunsOut, planned, cmp.Or(string(b.Supplier), "nobody"), arrival, b.Short, b.AtRisk, bot.OneLine(b.Name))
	}
	return tw.Flush()
}
