package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"quartermaster/bot/chart"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
)

// skuFlags ask for the forecast of one SKU of the shop.
type skuFlags struct {
	SKU      string `name:"sku" help:"Print the forecast of one SKU of the shop, by place." placeholder:"CODE"`
	Location string `help:"Only this place, with --sku." placeholder:"ID"`
	Chart    string `help:"Draw the forecast, with --sku: a PNG; with several places one file each, FILE-PLACE.png." placeholder:"FILE"`
	JSON     bool   `name:"json" help:"Print as JSON, with --sku."`
}

// skuForecast is what forecast --sku --json prints for one place.
type skuForecast struct {
	SKU        core.SKU        `json:"sku"`
	Location   core.LocationID `json:"location"`
	Name       string          `json:"name"`
	Today      core.Day        `json:"today"`
	Sold       soldBefore      `json:"sold"`
	Method     string          `json:"method"`
	Why        string          `json:"why"`
	Confidence int             `json:"confidence"`
	Reasons    []string        `json:"reasons,omitempty"`
	// Components multiply to the forecast of the next 28 days; none without a model.
	Components []plan.Component `json:"components,omitempty"`
	Days       []period         `json:"days"`
	Weeks      []period         `json:"weeks"`
	Total      period           `json:"total"`

	item    *plan.Item
	picture chart.DemandData
}

// soldBefore is how much was sold, in units, on how many known days.
type soldBefore struct {
	Last28 float64 `json:"last_28_days"`
	Last91 float64 `json:"last_91_days"`
	Known  int     `json:"known_days"`
}

// period is the demand expected in some days from Start on.
type period struct {
	Start core.Day `json:"start"`
	Days  int      `json:"days"`
	Mean  float64  `json:"mean"`
	Lo80  float64  `json:"lo80"`
	Hi80  float64  `json:"hi80"`
	Notes []string `json:"notes,omitempty"`
}

// sku prints the forecast of one SKU, the same one that orders are computed from.
func (f *forecastCmd) sku(ctx context.Context) error {
	if f.Horizon < 0 || f.Horizon > 1000 {
		return fmt.Errorf("--horizon is %d, must be 1 to 1000", f.Horizon)
	}
	snap, policy, now, err := f.load(ctx)
	if err != nil {
		return err
	}
	code, err := findSKU(snap, f.SKU)
	if err != nil {
		return err
	}
	planner, err := f.planner(ctx, snap, policy, now)
	if err != nil {
		return err
	}
	report, err := planner.Evaluate(snap, policy, now)
	if err != nil {
		return err
	}
	nodes, err := plan.Nodes(snap, report.Today)
	if err != nil {
		return err
	}
	clean, err := cleanNodes(snap, report.Today)
	if err != nil {
		return err
	}
	var out []skuForecast
	var places []string
	for i := range report.Items {
		it := &report.Items[i]
		if it.SKU != code {
			continue
		}
		places = append(places, string(it.Location))
		if f.Location != "" && string(it.Location) != f.Location {
			continue
		}
		at := slices.IndexFunc(nodes, func(n plan.Node) bool { return n.Product.SKU == it.SKU && n.Location == it.Location })
		one := f.one(it, dailyOf(&nodes[at], &clean[at]), &snap)
		if one.Components, err = planner.Components(snap, policy, now, it.SKU, it.Location); err != nil {
			return err
		}
		out = append(out, one)
	}
	switch {
	case len(places) == 0:
		return fmt.Errorf("%s is not active, so nothing is forecast for it", code)
	case len(out) == 0:
		return fmt.Errorf("--location: %s is not stocked at %q; it is at %s", code, f.Location, strings.Join(places, ", "))
	}
	slices.SortFunc(out, func(a, b skuForecast) int { return strings.Compare(string(a.Location), string(b.Location)) })
	if err := f.drawAll(out); err != nil {
		return err
	}
	if f.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(out)
	}
	for i := range out {
		if i > 0 {
			fmt.Println()
		}
		if err := out[i].print(os.Stdout); err != nil {
			return err
		}
	}
	return nil
}

// findSKU finds a product by its code or one of a channel's codes for it, in any
// case of letters.
func findSKU(s core.Snapshot, code string) (core.SKU, error) {
	code = strings.TrimSpace(code)
	for _, p := range s.Products {
		if strings.EqualFold(string(p.SKU), code) {
			return p.SKU, nil
		}
	}
	known := map[string]bool{}
	for _, p := range s.Products {
		known[string(p.SKU)] = true
		for _, a := range p.Aliases {
			if strings.EqualFold(a.Code, code) {
				return p.SKU, nil
			}
		}
	}
	names := make([]string, 0, len(known))
	for n := range known {
		names = append(names, n)
	}
	slices.Sort(names)
	near := core.Nearest(code, slices.Values(names), 3)
	if len(near) == 0 {
		return "", fmt.Errorf("--sku: there is no SKU %q among %d products", code, len(names))
	}
	return "", fmt.Errorf("--sku: there is no SKU %q; did you mean %s?", code, strings.Join(near, ", "))
}

// one gathers what is known and expected of a SKU at a place.
func (f *forecastCmd) one(it *plan.Item, d daily, snap *core.Snapshot) skuForecast {
	fc := it.Forecast
	n := min(len(fc.Mean), 91)
	if f.Horizon > 0 {
		n = min(len(fc.Mean), f.Horizon)
	}
	fc.Mean = fc.Mean[:n]
	out := skuForecast{SKU: it.SKU, Location: it.Location, Name: it.Name, Today: fc.Start, Method: fc.Method, Why: fc.Why,
		Confidence: fc.Confidence, Reasons: fc.Reasons, item: it}
	out.picture = chart.DemandOf(string(it.SKU)+" · "+string(it.Location), d.start, d.y, d.flags, fc)
	for i, v := range d.y {
		if v != v {
			continue
		}
		out.Sold.Known++
		if len(d.y)-i <= 28 {
			out.Sold.Last28 += v
		}
		if len(d.y)-i <= 91 {
			out.Sold.Last91 += v
		}
	}
	span := func(from, to int) period {
		p := period{Start: fc.Start + core.Day(from), Days: to - from}
		mean, lo, hi := fc.Interval(from, to)
		p.Mean, p.Lo80, p.Hi80 = round2(mean), round2(lo), round2(hi)
		return p
	}
	for i := range n {
		out.Days = append(out.Days, span(i, i+1))
	}
	for i := 0; i < n; i += 7 {
		p := span(i, min(i+7, n))
		p.Notes = eventsIn(snap, it, p.Start, p.Start+core.Day(p.Days)-1)
		out.Weeks = append(out.Weeks, p)
	}
	out.Total = span(0, n)
	return out
}

// eventsIn names the events between two days that concern an item.
func eventsIn(s *core.Snapshot, it *plan.Item, from, to core.Day) (names []string) {
	for _, e := range s.Events {
		mine := e.SKU == it.SKU || e.SKU == "" && (e.Category == "" || e.Category == it.Category)
		if mine && e.From <= to && e.To >= from && !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

// drawAll writes the pictures.
func (f *forecastCmd) drawAll(list []skuForecast) error {
	if f.Chart == "" {
		return nil
	}
	for _, v := range list {
		name := f.Chart
		if len(list) > 1 {
			ext := filepath.Ext(name)
			name = strings.TrimSuffix(name, ext) + "-" + strings.NewReplacer("/", "_", `\`, "_").Replace(string(v.Location)) + ext
		}
		pic, err := chart.Demand(v.picture)
		if errors.Is(err, chart.ErrNoData) {
			fmt.Fprintf(os.Stderr, "%s: nothing to draw\n", v.SKU)
			continue
		}
		if err != nil {
			return err
		}
		if err := writePicture(name, pic); err != nil {
			return err
		}
	}
	return nil
}

// writePicture writes a PNG and says on standard error what it shows.
func writePicture(name string, pic chart.Image) error {
	if name == "-" {
		return errors.New("--chart: a picture cannot go to standard output; name a file")
	}
	err := writeTo(name, func(w io.Writer) error {
		_, err := w.Write(pic.PNG)
		return err
	})
	if err == nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, pic.Alt)
	}
	return err
}

// print is the forecast for people.
func (v *skuForecast) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s, at %s, %s\n\n", v.SKU, printable(v.Name), v.Location, v.Today)
	fmt.Fprintf(&b, "  sold         %s in the last 28 days, %s in the last 91 (%d days are known)\n", units(v.Sold.Last28), units(v.Sold.Last91), v.Sold.Known)
	fmt.Fprintf(&b, "  expected     %s in the next %d days, %s a day\n", units(v.Total.Mean), v.Total.Days, units(v.Total.Mean/float64(max(v.Total.Days, 1))))
	fmt.Fprintf(&b, "  method       %s\n  why          %s\n", v.Method, v.Why)
	fmt.Fprintf(&b, "  confidence   %d of 100", v.Confidence)
	if len(v.Reasons) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(v.Reasons, "; "))
	}
	for i, c := range v.Components {
		head := "  made of      "
		if i > 0 {
			head = strings.Repeat(" ", len(head))
		}
		text := fmt.Sprintf("× %.2f", c.Mean)
		if c.Name == engine.Level {
			text = units(c.Mean) + " a day"
		} else if c.High-c.Low >= 0.01 {
			text += fmt.Sprintf(" (%.2f to %.2f)", c.Low, c.High)
		}
		fmt.Fprintf(&b, "\n%s%-14s %s", head, c.Name, text)
	}
	for _, s := range v.item.Signals {
		fmt.Fprintf(&b, "\n%s%-14s × %.2f", strings.Repeat(" ", 15), printable(s.Signal.Name), 1+s.Daily[0])
	}
	fmt.Fprintf(&b, "\n  stock        %s: %s\n", v.item.Tier, v.item.TierWhy)
	if v.item.HasStockOut {
		fmt.Fprintf(&b, "  runs out     %s", v.item.StockOut)
		if v.item.OrderBy != 0 {
			fmt.Fprintf(&b, ", order by %s", v.item.OrderBy)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	tw := tabwriter.NewWriter(&b, 4, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "  from\tto\texpected\t80 % interval\t")
	row := func(p period, note string) {
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s – %s\t%s\n", p.Start, p.Start+core.Day(p.Days)-1, units(p.Mean), units(p.Lo80), units(p.Hi80), note)
	}
	for _, p := range v.Weeks {
		note := ""
		if len(p.Notes) > 0 {
			note = "  " + printable(strings.Join(p.Notes, ", "))
		}
		row(p, note)
	}
	row(v.Total, "  in all")
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }

// units prints a quantity: whole when large, with a decimal when small.
func units(v float64) string {
	if v < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	return fmt.Sprintf("%.0f", v)
}

// printable keeps control characters of data away from the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
