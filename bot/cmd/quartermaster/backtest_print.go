package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"quartermaster/bot/chart"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
)

// movingAverage is the place of the rule that value added is measured against.
var movingAverage = slices.Index(engine.Rivals[:], engine.MovingAverage)

// tell prints, draws and writes what was found.
func (b *backtestCmd) tell(p *pool.Panel, r *engine.Review) error {
	if b.Chart != "" {
		pic, err := chart.Curves(accuracyChart(r))
		if err != nil {
			return err
		}
		if err := writePicture(b.Chart, pic); err != nil {
			return err
		}
	}
	if b.CSV != "" {
		if err := writeTo(b.CSV, func(w io.Writer) error { return writeSeries(w, r) }); err != nil {
			return err
		}
		if b.CSV == "-" {
			return nil
		}
	}
	if b.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return b.print(os.Stdout, p, r)
}

// accuracyChart is the accuracy by week; what is below 0 is drawn as 0.
func accuracyChart(r *engine.Review) chart.CurveData {
	d := chart.CurveData{Title: "Accuracy by week", Says: "1 - WAPE of the units of a SKU in a week, over all SKUs",
		X: chart.Axis{Days: true}, Y: chart.Axis{Unit: "1 − WAPE per SKU and week", Percent: true, Max: 0.5}}
	for m, name := range engine.Rivals {
		l := chart.Line{Name: name, Points: len(r.Weeks) <= 30}
		for _, w := range r.Weeks {
			if w.Units > 0 {
				l.X, l.Y = append(l.X, float64(w.Start)), append(l.Y, max(1-w.WAPE[m], 0))
			}
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

// writeSeries writes a row per series and method.
func writeSeries(w io.Writer, r *engine.Review) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"series", "class", "units", "method", "accuracy", "week_wape", "wape", "bias", "mase", "rmsse", "spl", "cover80", "value_added"})
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for _, s := range r.Series {
		for m, e := range s.Errors {
			row := []string{csvCell(s.ID), s.Group, num(s.Units), engine.Rivals[m], num(e.Accuracy), num(e.WeekWAPE), num(e.WAPE), num(e.Bias),
				num(e.MASE), num(e.RMSSE), num(e.SPL), num(e.Cover80), num(s.Errors[movingAverage].WeekWAPE - e.WeekWAPE)}
			if s.Units == 0 { // nothing to divide by
				for _, at := range []int{4, 5, 6, 7, 12} {
					row[at] = ""
				}
			}
			_ = out.Write(row)
		}
	}
	out.Flush()
	return out.Error()
}

// csvCell makes text safe for a spreadsheet, which would take some of it for a
// formula.
func csvCell(s string) string {
	s = printable(s)
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// print is the review for people.
func (b *backtestCmd) print(w io.Writer, p *pool.Panel, r *engine.Review) error {
	var t strings.Builder
	weeks := r.Weeks
	unit := map[pool.Freq]string{pool.Daily: "days", pool.Weekly: "weeks", pool.Monthly: "months"}[p.Freq]
	fmt.Fprintf(&t, "%d series, %d origins of %d %s, tested from %s on\n", len(r.Series), b.Origins, p.Horizon, unit, weeks[0].Start)
	group := ""
	for _, s := range r.Scores {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&t, "\n%-15s %7s %9s %7s %7s %7s %7s %7s %7s %7s\n", group, "tested", "accuracy", "WAPE", "bias", "MASE", "RMSSE", "SPL", "cover", "added")
		}
		e := s.Errors
		fmt.Fprintf(&t, "  %-14s %6d %7.1f %% %7.3f %+7.3f %7.3f %7.3f %7.3f %7.3f %+7.3f\n",
			s.Method, e.Series, 100*e.Accuracy, e.WAPE, e.Bias, e.MASE, e.RMSSE, e.SPL, e.Cover80, s.Added)
	}
	b.printAdded(&t, r)
	_, err := io.WriteString(w, t.String())
	return err
}

// printAdded says for how many series the forecast is worth more than the moving
// average, and names those where it is worth least.
func (b *backtestCmd) printAdded(t *strings.Builder, r *engine.Review) {
	var lost []engine.SeriesScore
	won, same, silent := 0, 0, 0
	var units, wonUnits float64
	for _, s := range r.Series {
		units += s.Units
		switch {
		case s.Units == 0:
			silent++
		case s.Added > 1e-9:
			won++
			wonUnits += s.Units
		case s.Added < -1e-9:
			lost = append(lost, s)
		default:
			same++
		}
	}
	fmt.Fprintf(t, "\nForecast value added against the moving average, by series: won %d (%.0f %% of the units), lost %d, equal %d", won, 100*wonUnits/max(units, 1), len(lost), same)
	if silent > 0 {
		fmt.Fprintf(t, ", %d without a sale in the time tested", silent)
	}
	t.WriteString(".\n")
	if len(lost) == 0 || b.Losers <= 0 {
		return
	}
	slices.SortStableFunc(lost, func(a, b engine.SeriesScore) int { return cmp.Compare(a.Added*a.Units, b.Added*b.Units) })
	fmt.Fprintf(t, "Lost most, by units of error:\n")
	tw := tabwriter.NewWriter(t, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "  series\tclass\tunits\tforecast\tmoving average\tadded\tbest\t")
	for _, s := range lost[:min(b.Losers, len(lost))] {
		best := 0
		for m, e := range s.Errors {
			if e.WeekWAPE < s.Errors[best].WeekWAPE {
				best = m
			}
		}
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%.1f %%\t%.1f %%\t%+.3f\t%s\t\n", printable(s.ID), s.Group, units0(s.Units),
			100*s.Errors[0].Accuracy, 100*s.Errors[movingAverage].Accuracy, s.Added, engine.Rivals[best])
	}
	_ = tw.Flush()
}

func units0(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
