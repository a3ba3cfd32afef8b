package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quartermaster/bot"
	"quartermaster/connectors/csvfile"
	"quartermaster/connectors/demoshop"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/simulate"
)

type simulateCmd struct {
	Data string `type:"existingdir" help:"Folder of CSV files; docs/data.md describes them." placeholder:"DIR"`
	Demo bool   `help:"Use the demo shop instead of --data."`
	panelShop

	Policy  []string `type:"existingfile" help:"Settings file whose [policy] is simulated; may be given several times." placeholder:"FILE"`
	Compare []string `default:"cover-tiers,rs-normal,min-max" help:"What to compare with: cover-tiers, cover-tiers-lead, rs-normal, min-max." placeholder:"NAME"`

	From        string  `help:"First simulated day (default: a year before the end, after half a year of history)." placeholder:"DATE"`
	To          string  `help:"Day after the last one (default: the end of the data)." placeholder:"DATE"`
	WarmUp      int     `name:"warm-up" help:"Days at the beginning that are not scored (default: the longest lead time and a week)." placeholder:"N"`
	Seed        uint64  `default:"1" help:"Seed of the lead times."`
	LeadSD      float64 `name:"lead-sd" default:"-1" help:"Deviation of every lead time as a fraction of it; 0 means fixed (default: as in the data)." placeholder:"X"`
	HoldingRate float64 `name:"holding-rate" default:"0.25" help:"Cost of holding stock for a year, as a fraction of its cost." placeholder:"X"`
	Retrain     int     `default:"13" help:"Train the plan's model of demand anew after so many weeks; 0 means it has none." placeholder:"WEEKS"`
	Reveal      bool    `help:"Show the policies the demand instead of the sales, as the public benchmark does."`

	Curve bool   `help:"Also sweep each policy over its knob: fill rate against stock. Takes a while."`
	JSON  bool   `name:"json" help:"Print everything as JSON."`
	Chart string `help:"Draw the curve as PNG; takes --curve for granted." placeholder:"FILE"`
	CSV   string `name:"csv" help:"Write the results, or the curve with --curve, as CSV; - is standard output." placeholder:"FILE"`
}

// Help is shown by simulate --help.
func (simulateCmd) Help() string {
	return `Replays the daily demand of the past under several stocking policies side by side. Lead times are
drawn at random, the same for all; demand that finds no stock is lost; a policy sees sales, not demand.
docs/replenishment.md tells the rules and the measures. --input takes any panel series_id,date,value
of daily demand; columns price, unit_cost, lead_days, lead_sd, moq, pack, promo, closed are used.

  quartermaster     this program's own plan with a trained model, every proposal approved;
                    target "cost" unless --policy says otherwise
  cover-tiers       order below 30 days of cover, up to 45
  cover-tiers-lead  the same with the lead time added to both
  rs-normal         weekly up to mean + safety stock by the normal distribution
  min-max           min = lead time + 7 days of sales, max = min + 30 days

Examples:
  quartermaster simulate --demo
  quartermaster simulate --data ./shop --policy careful.toml --policy lean.toml
  quartermaster simulate --data ./shop --from 2025-11-01 --lead-sd 0.3 --json
  quartermaster simulate --input sales.csv --lead-days 20 --lead-sd 0.2 --margin 0.5
  quartermaster simulate --demo --compare cover-tiers-lead,rs-normal --curve --csv curve.csv --chart curve.png`
}

// Run simulates.
func (c *simulateCmd) Run(ctx context.Context) error {
	families, err := c.families()
	if err != nil {
		return err
	}
	sc, err := c.scenario()
	if err != nil {
		return err
	}
	var policies []simulate.Policy
	for _, f := range families {
		policies = append(policies, f.Policy())
	}
	out := simulation{scenario: sc}
	if out.results, err = simulate.Run(ctx, sc, policies, watch("simulating")); err != nil {
		return err
	}
	if c.Curve || c.Chart != "" {
		if out.curves, err = simulate.Sweep(ctx, sc, families, watch("sweeping the policies")); err != nil {
			return err
		}
		out.compare()
	}
	if c.Chart != "" {
		pic, err := out.picture()
		if err != nil {
			return err
		}
		if err := writePicture(c.Chart, pic); err != nil {
			return err
		}
	}
	if c.CSV != "" {
		if err := writeTo(c.CSV, out.csv); err != nil {
			return err
		}
	}
	switch {
	case c.JSON:
		return out.json(os.Stdout)
	case c.CSV == "-":
		return nil
	}
	return out.table(os.Stdout)
}

func (c *simulateCmd) training() simulate.Training {
	return simulate.Training{Weeks: c.Retrain, Config: engine.Config{Seed: c.Seed, Trials: 1}}
}

// families are ours, one per settings file, then what to compare with.
func (c *simulateCmd) families() ([]simulate.Family, error) {
	var out []simulate.Family
	least := core.DefaultPolicy()
	least.Quantity.LineCost = 0 // total cost does not count it
	known := simulate.Families(least, c.training())
	for _, file := range c.Policy {
		set, err := bot.LoadSettings(file)
		if err != nil {
			return nil, err
		}
		name := simulate.Ours
		if len(c.Policy) > 1 {
			name += "/" + strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		}
		if slices.ContainsFunc(out, func(f simulate.Family) bool { return f.Name == name }) {
			return nil, fmt.Errorf("--policy: two files are named %s", filepath.Base(file))
		}
		if len(out) == 0 {
			known = simulate.Families(set.Policy, c.training())
		}
		out = append(out, simulate.OursAt(name, set.Policy, c.training()))
	}
	if len(out) == 0 {
		out = append(out, known[0])
	}
	var names []string
	for _, f := range known[1:] {
		names = append(names, f.Name)
	}
	for _, name := range c.Compare {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, fmt.Errorf("--compare: there is no policy %q; there are %s", name, strings.Join(names, ", "))
		}
		out = append(out, known[1+i])
	}
	return out, nil
}

// demoDay is today in the simulated demo shop, so that its seasons fall where
// they fell in the data and the result is the same every day.
var demoDay = core.DateDay(2025, time.December, 10)

// scenario reads the data and cuts it into history and replay.
func (c *simulateCmd) scenario() (*simulate.Scenario, error) {
	cfg := simulate.Config{WarmUp: c.WarmUp, Seed: c.Seed, LeadCV: c.LeadSD, HoldingRate: c.HoldingRate, Reveal: c.Reveal}
	given := 0
	for _, is := range []bool{c.Demo, c.Data != "", c.Input != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return nil, errors.New("give one of --data DIR, --input FILE and --demo")
	}
	snap, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	if cfg.From, cfg.To, err = c.days(&snap); err != nil {
		return nil, err
	}
	if c.Input != "" { // prices and terms as they stood on the first day
		if snap, err = c.shop(cfg.From); err != nil {
			return nil, err
		}
	}
	return simulate.New(snap, cfg)
}

func (c *simulateCmd) snapshot() (core.Snapshot, error) {
	switch {
	case c.Input != "":
		return c.shop(core.MaxDay)
	case c.Demo:
		return demoSnapshot()
	}
	set := bot.DefaultSettings()
	if len(c.Policy) > 0 {
		var err error
		if set, err = bot.LoadSettings(c.Policy[0]); err != nil {
			return core.Snapshot{}, err
		}
	} else if cur, err := csvfile.MainCurrency(c.Data); err == nil {
		set.Shop.Currency = cur
	}
	asOf := core.DayOf(time.Now(), set.Shop.Zone)
	if c.To != "" {
		to, err := core.ParseDay(c.To)
		if err != nil {
			return core.Snapshot{}, fmt.Errorf("--to: %w", err)
		}
		asOf = min(asOf, to)
	}
	return csvfile.Snapshot(c.Data, set.Shop, asOf)
}

// demoSnapshot is the demo shop on demoDay.
func demoSnapshot() (core.Snapshot, error) {
	dir, err := os.MkdirTemp("", "quartermaster-demo-*")
	if err != nil {
		return core.Snapshot{}, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder of ours in the temporary one
	if err := demoshop.Write(dir, demoDay, demoshop.Seed); err != nil {
		return core.Snapshot{}, err
	}
	return csvfile.Snapshot(dir, demoshop.Shop(), demoDay)
}

// leastHistory is how many days the policies know before a simulation that was
// not told when to begin.
const leastHistory = 182

// days are the simulated days: as told, or up to a year at the end of the data.
func (c *simulateCmd) days(s *core.Snapshot) (from, to core.Day, err error) {
	first, last := core.MaxDay, core.MinDay
	for _, d := range s.Demand {
		for i := range d.Qty.Len() {
			if d.Qty.At(i) >= 0 {
				first, last = min(first, d.Start+core.Day(i)), max(last, d.Start+core.Day(i)+1)
			}
		}
	}
	if first > last {
		return 0, 0, errors.New("the data holds no sales")
	}
	to = last
	if c.To != "" {
		if to, err = core.ParseDay(c.To); err != nil {
			return 0, 0, fmt.Errorf("--to: %w", err)
		}
	}
	from = max(to-365, first+leastHistory)
	if c.From != "" {
		if from, err = core.ParseDay(c.From); err != nil {
			return 0, 0, fmt.Errorf("--from: %w", err)
		}
	}
	switch {
	case to > last:
		err = fmt.Errorf("--to is %s, but the data ends on %s", to, last-1)
	case from <= first:
		err = fmt.Errorf("--from is %s, but the data begins on %s: nothing would be known before", from, first)
	case from >= to && c.From == "":
		err = fmt.Errorf("nothing to simulate before %s: sales are known from %s on, and without --from the first %d days of them are history; give --from, or more sales", to, first, leastHistory)
	case from >= to:
		err = fmt.Errorf("nothing to simulate from %s to %s; sales are known from %s to %s", from, to, first, last-1)
	}
	return from, to, err
}
