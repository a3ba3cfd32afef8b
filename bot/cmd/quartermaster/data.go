package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
)

type checkCmd struct {
	shared
	DryRun bool `help:"Print the report and write nothing."`
	JSON   bool `name:"json" help:"Print the report as JSON (with --dry-run)."`
	Accept bool `name:"accept-data" help:"Say that the data is right although it looks wrong, and check on it."`
}

// Help is shown by check --help.
func (checkCmd) Help() string {
	return `Reads the data folder of the settings, evaluates, and writes proposals and cards; a running
"serve" posts them. With --dry-run nothing is written. When all stock is gone, half of the rows are
missing, or stock and prices are twenty times what they were, nothing is raised until the data is
right again or --accept-data says that it is.
` + environment + `
Example:
  quartermaster check --settings shop.toml --dry-run`
}

// Run checks once.
func (k *checkCmd) Run(ctx context.Context) error {
	return k.withStore(ctx, func(c bot.Config, st *store.Store) error {
		if c.Settings.Channel == "" && !k.DryRun {
			return errors.New("slack.channel is not set in the settings file (where the cards go); with --dry-run it is not needed")
		}
		svc, err := c.Service(st)
		if err != nil {
			return err
		}
		if k.DryRun {
			r, err := svc.Evaluate(ctx)
			if err != nil {
				return err
			}
			return printReport(r, k.JSON)
		}
		if c.SettingsFile != "" {
			if err := svc.KeepFile(ctx, c.Settings.Text, whoami()); err != nil {
				return err
			}
		}
		if k.Accept {
			if err := svc.AcceptData(ctx, whoami()); err != nil {
				return err
			}
		}
		out, err := svc.Check(ctx, "manual-"+time.Now().UTC().Format("20060102T150405Z"))
		if err != nil {
			return err
		}
		fmt.Printf("%d items, %d findings\n", len(out.Report.Items), len(out.Report.Findings))
		for _, ch := range out.Changes {
			fmt.Printf("%s %s: %s\n", ch.Kind, ch.Proposal.SupplierName, ch.Reason)
		}
		for _, line := range out.Told {
			fmt.Println("told", line)
		}
		for _, line := range out.Silent {
			fmt.Println("silent", line)
		}
		return nil
	})
}

type planCmd struct {
	Data     string `required:"" type:"existingdir" help:"Folder of CSV files; docs/data.md describes them." placeholder:"DIR"`
	AsOf     string `required:"" name:"as-of" help:"The day that counts as today; sales are known through the day before." placeholder:"DATE"`
	JSON     bool   `name:"json" help:"Print the whole report as JSON."`
	Train    bool   `help:"Learn a model of demand from the folder first, as the bot does at night; else each item is forecast from its own past."`
	Settings string `env:"QUARTERMASTER_SETTINGS" help:"The shop's settings file; without it the folder's currency and UTC are used." placeholder:"FILE"`
}

// Help is shown by plan --help.
func (planCmd) Help() string {
	return `Example:
  quartermaster plan --data ./shop --as-of 2026-11-20
  quartermaster plan --data ./shop --as-of 2026-11-20 --train
  quartermaster plan --data ./shop --as-of 2026-11-20 --json | jq '.proposals[].supplier'`
}

// Run plans from files.
func (p *planCmd) Run() error {
	day, err := core.ParseDay(p.AsOf)
	if err != nil {
		return fmt.Errorf("--as-of: %w", err)
	}
	set, err := folderSettings(p.Settings, p.Data)
	if err != nil {
		return err
	}
	snap, err := csvfile.Snapshot(p.Data, set.Shop, day)
	if err != nil {
		return err
	}
	if end := knownUntil(snap); end > 0 && end < day-oldData {
		fmt.Fprintf(os.Stderr, "Warning: sales are known only until %s, %d days before %s: demand since then is unknown, and the plan says little. Is --as-of right?\n", end-1, day-end, day)
	}
	var planner plan.Planner
	if p.Train {
		if planner.Model, err = plan.Train(snap, set.Policy, day.Time(set.Shop.Zone), engine.Config{Seed: 1, Progress: trainSteps()}); err != nil {
			return err
		}
	}
	report, err := planner.Evaluate(snap, set.Policy, day.Time(set.Shop.Zone))
	if err != nil {
		return err
	}
	return printReport(report, p.JSON)
}

type importCmd struct {
	shared
	Dir string `arg:"" type:"existingdir" help:"Folder of CSV files; docs/data.md describes them."`
}

// Help is shown by import --help.
func (importCmd) Help() string {
	return `Each file is checked as a whole and written as a whole, or refused with file, line, column and
reason. The same file twice changes nothing.
` + environment + `
Example:
  quartermaster import ./shop`
}

// Run imports a folder.
func (i *importCmd) Run(ctx context.Context) error {
	if _, err := csvfile.OpenFolder(i.Dir); err != nil {
		return err // before a database is started for it
	}
	return i.withStore(ctx, func(c bot.Config, st *store.Store) error {
		if c.Settings.Text == "" { // the folder says which currency the shop counts in
			if cur, err := csvfile.MainCurrency(i.Dir); err == nil && cur != "" {
				c.Settings.Shop.Currency = cur
			}
		}
		svc, err := c.Service(st)
		if err != nil {
			return err
		}
		results, err := svc.Import(ctx, i.Dir, importSteps())
		for _, r := range results {
			fmt.Println(r)
		}
		if err != nil {
			return err
		}
		return tellAnomalies(ctx, c, st)
	})
}

// tellAnomalies says in a line what is wrong in the demand data. A shop whose other
// files are still to come is not looked at.
func tellAnomalies(ctx context.Context, c bot.Config, st *store.Store) error {
	now := time.Now()
	snap, err := st.LoadSnapshot(ctx, c.Settings.Shop, now)
	if err != nil {
		return err
	}
	list, err := plan.Anomalies(snap, core.DayOf(now, snap.Shop.Zone))
	if broken, ok := errors.AsType[*plan.SnapshotError](err); ok {
		fmt.Println("The data is not complete yet, so it was not searched for anomalies:", broken)
		return nil
	}
	fmt.Println(history.Summary(list), "List them with: quartermaster anomalies")
	return err
}

// printReport prints a report for people, or whole as JSON.
func printReport(r plan.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return bot.WriteReport(os.Stdout, r)
}
