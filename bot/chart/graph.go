package chart

import (
	"fmt"

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
	thin := func(y []float64) (out []float64) {
		for _, i := range shown {
			if i < len(y) {
				out = append(out, core.Round(y[i], 1))
			}
		}
		return out
	}
	g := &plan.Graph{Title: d.Title, ReorderPoint: core.Round(d.ReorderPoint, 1), Stock: thin(d.Stock), Low: thin(d.Lo), High: thin(d.Hi), WithOrder: thin(d.WithOrder)}
	for _, i := range shown {
		g.Days = append(g.Days, d.Today+core.Day(i))
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
