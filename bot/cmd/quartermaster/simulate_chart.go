package main

import (
	"fmt"
	"math"
	"strings"

	"quartermaster/bot/chart"
	"quartermaster/core"
)

// picture draws the efficiency curves: what fill rate each policy reaches with
// what stock. Points far beyond those of the first policy are left out.
func (s *simulation) picture() (chart.Image, error) {
	cur := s.scenario.Currency()
	d := chart.CurveData{
		Title: fmt.Sprintf("Fill rate against stock, %s to %s", s.scenario.From+core.Day(s.scenario.WarmUp), s.scenario.To-1),
		X:     chart.Axis{Unit: string(cur) + " in stock, on average"},
		Says:  strings.Join(s.sentences(s.results[0].FillRate), " "),
	}
	most, least := 0.0, 1.0
	for i, c := range s.curves {
		l := chart.Line{Name: c.Policy, Points: true}
		for _, p := range c.Frontier() {
			v := major(p.AverageStockValue)
			if i == 0 {
				most, least = max(most, 1.25*v), min(least, math.Floor(10*p.FillRate)/10)
			}
			if v <= most && p.FillRate >= least {
				l.X, l.Y = append(l.X, v), append(l.Y, p.FillRate)
			}
		}
		d.Lines = append(d.Lines, l)
	}
	d.Y = chart.Axis{Unit: "of demand filled", Percent: true, Min: least, Max: 1}
	return chart.Curves(d)
}

// major is an amount in whole units of its currency.
func major(m core.Money) float64 {
	v := float64(m.Minor)
	for range m.Currency.Decimals() {
		v /= 10
	}
	return v
}
