package chart

import (
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// MaxPoints is how many points a chart that Slack draws may have on a line.
const MaxPoints = 20

// Graph is what StockProjection draws as numbers for a chat system that draws itself:
// every day, or every second, third … and the last, so that there are no more than
// MaxPoints. A day that is left out can hide an arrival between two points, not the
// level after it. Its errors are those of StockProjection.
func (d StockData) Graph() (*plan.Graph, string, error) {
	if err := d.drawable(); err != nil {
		return nil, "", err
	}
	last := len(d.Stock) - 1
	step := (last + MaxPoints - 2) / (MaxPoints - 1)
	var shown []int
	for i := 0; i < last; i += step {
		shown = append(shown, i)
	}
	shown = append(shown, last)
	w := in(d.Language)
	g := &plan.Graph{Title: d.Title, Unit: w.unit}
	for _, i := range shown {
		g.Days = append(g.Days, d.Today+core.Day(i))
	}
	add := func(name string, y []float64) {
		if len(y) != len(d.Stock) {
			return
		}
		line := plan.GraphLine{Name: name}
		for _, i := range shown {
			line.Values = append(line.Values, core.Round(y[i], 1))
		}
		g.Lines = append(g.Lines, line)
	}
	add(w.expected, d.Stock)
	add(w.with, d.WithOrder)
	add(w.low, d.Lo)
	add(w.high, d.Hi)
	if d.ReorderPoint > 0 {
		add(w.point, slices.Repeat([]float64{d.ReorderPoint}, len(d.Stock)))
	}
	return g, d.Alt(), nil
}

// drawable says why there is nothing to draw; nil when there is.
func (d *StockData) drawable() error {
	if len(d.Stock) < 2 {
		return ErrNoData
	}
	if !finite(d.Stock, d.Lo, d.Hi, d.WithOrder, []float64{d.ReorderPoint}) {
		return fmt.Errorf("chart: %s: a value is infinite or beyond 1e15", d.Title)
	}
	return nil
}
