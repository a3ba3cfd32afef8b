package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"

	"quartermaster/bot"
	"quartermaster/bot/draft"
	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
)

type anomaliesCmd struct {
	shopFlags
	SKU  string `name:"sku" help:"Only this SKU." placeholder:"CODE"`
	Kind string `enum:",scale,spike,negative,currency,gone,missing,zeros,stock-out,closed,given" default:"" help:"Only this kind." placeholder:"KIND"`
	JSON bool   `name:"json" help:"Print as JSON."`
	CSV  bool   `name:"csv" help:"Print as CSV."`
}

// Help is shown by anomalies --help.
func (anomaliesCmd) Help() string {
	return `Lists what is wrong in the demand data, newest first: the SKU (none: the whole shop), the days, the
kind, what was recorded a day, what the forecast uses instead, and the reason. The data itself is not
changed. docs/signals.md tells how each kind is found, and how well.
` + environment + `
Examples:
  quartermaster anomalies --data ./shop
  quartermaster anomalies --data ./shop --kind spike --csv > spikes.csv`
}

// Run lists the anomalies.
func (a *anomaliesCmd) Run(ctx context.Context) error {
	if a.JSON && a.CSV {
		return errors.New("give one of --json and --csv")
	}
	snap, _, now, err := a.load(ctx)
	if err != nil {
		return err
	}
	all, err := plan.Anomalies(snap, core.DayOf(now, snap.Shop.Zone))
	if err != nil {
		return err
	}
	list := []history.Anomaly{}
	sku := ""
	if a.SKU != "" {
		code, err := findSKU(snap, a.SKU)
		if err != nil {
			return err
		}
		sku = string(code)
	}
	for _, v := range all {
		if (sku == "" || string(v.SKU) == sku) && (a.Kind == "" || string(v.Kind) == a.Kind) {
			list = append(list, v)
		}
	}
	switch {
	case a.JSON:
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	case a.CSV:
		return anomaliesCSV(os.Stdout, list)
	}
	return anomaliesTable(os.Stdout, list)
}

func anomaliesCSV(w io.Writer, list []history.Anomaly) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"sku", "location", "from", "to", "kind", "value", "replacement", "reason"})
	for _, v := range list {
		replacement := ""
		if v.Replaced {
			replacement = number(v.Replacement)
		}
		_ = out.Write([]string{draft.Cell(string(v.SKU)), draft.Cell(string(v.Location)), v.From.String(), v.To.String(), string(v.Kind), number(v.Value), replacement, draft.Cell(v.Reason)})
	}
	out.Flush()
	return out.Error()
}

func anomaliesTable(w io.Writer, list []history.Anomaly) error {
	fmt.Fprintln(w, history.Summary(list))
	if len(list) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "SKU\tlocation\tfrom\tdays\tkind\tvalue\tused\treason")
	for _, v := range list {
		sku, used := bot.OneLine(string(v.SKU)), "–"
		if sku == "" {
			sku = "(all)"
		}
		if v.Replaced {
			used = number(v.Replacement)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", sku, bot.OneLine(string(v.Location)), v.From, v.Days(), v.Kind, number(v.Value), used, v.Reason)
	}
	return tw.Flush()
}

// number prints a value with up to two decimals.
func number(v float64) string { return strconv.FormatFloat(float64(int64(v*100+0.5))/100, 'f', -1, 64) }
