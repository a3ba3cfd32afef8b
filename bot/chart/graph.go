package chart

import (
	"quartermaster/core"
	"quartermaster/core/plan"
)

// MaxPoints is how many points a chart that Slack draws may have on a line.
const MaxPoints = 20

// Graph is what StockProjection draws as numbers for a chat system that draws itself:
// every day, or every second, third … so that there are no more than MaxPoints. A day
// that is left out can hide an arrival between two points, not the level after it. It
// returns ErrNoData without a projection.
func (d StockData) Graph() (*plan.Graph, string, error) {
	if len(d.Stock) < 2 {
		return nil, "", ErrNoData
	}
	if !finite(d.Stock, d.Lo, d.Hi, d.WithOrder, []float64{d.ReorderPoint}) {
		return nil, "", ErrNoData
	}
	step := (len(d.Stock) + MaxPoints - 1) / MaxPoints
	thin := func(y []float64) (out []float64) {
		for i := 0; i < len(y); i += step {
			out = append(out, core.Round(y[i], 1))
		}
		return out
	}
	g := &plan.Graph{Title: d.Title, ReorderPoint: core.Round(d.ReorderPoint, 1), Stock: thin(d.Stock), Low: thin(d.Lo), High: thin(d.Hi), WithOrder: thin(d.WithOrder)}
	for i := 0; i < len(d.Stock); i += step {
		g.Days = append(g.Days, d.Today+core.Day(i))
	}
	return g, d.alt(), nil
}
