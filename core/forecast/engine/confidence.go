package engine

import (
	"fmt"
	"math"

	"quartermaster/core/forecast/pool"
)

// Facts are what the confidence in a forecast is drawn from.
type Facts struct {
	Freq    pool.Freq
	Horizon int
	// Known is the number of known periods since the first demand.
	Known int
	// Trials is how many trials the group of the series was judged by, and TotalError
	// what they were wrong by over a whole horizon: sum |forecast - demand| / sum
	// demand of the horizons' sums.
	Trials     int
	TotalError float64
	// Width is the mean width of the 80 % interval over the mean forecast.
	Width float64
	// Anomalies is the share of the history that was replaced as implausible, and
	// Outside an index of outside events from 0, nothing, to 1. Both are for the
	// caller to set; the engine does not know them.
	Anomalies, Outside float64
}

// The most points that each fact can cost. They add up to 100.
const (
	costHistory   = 25.0
	costError     = 35.0
	costWidth     = 15.0
	costAnomalies = 10.0
	costOutside   = 15.0
)

// Confidence scores the forecast from 0 to 100: 100 less the points that each fact
// costs, with one sentence per cost of a point or more. History costs until it is a
// year long; the error of the trials in proportion up to 100 %; an interval wider
// than the forecast, up to four times as wide; anomalies up to a fifth of the
// history; outside events in proportion to their index.
func (f Facts) Confidence() (score int, reasons []string) {
	year, unit := 364, "days"
	switch f.Freq {
	case pool.Weekly:
		year, unit = 52, "weeks"
	case pool.Monthly:
		year, unit = 12, "months"
	}
	left := 100.0
	take := func(most, share float64, reason string) {
		if share != share {
			share = 1
		}
		cost := most * min(max(share, 0), 1)
		left -= cost
		if cost >= 1 {
			reasons = append(reasons, fmt.Sprintf("%s (-%.0f)", reason, cost))
		}
	}
	take(costHistory, 1-float64(f.Known)/float64(year), fmt.Sprintf("only %d %s of history", f.Known, unit))
	if f.Trials == 0 {
		take(costError, 0.7, "no series of this kind could be tested in the history")
	} else {
		take(costError, f.TotalError, fmt.Sprintf("series of this kind were wrong by %.0f %% over %d %s", 100*f.TotalError, f.Horizon, unit))
	}
	take(costWidth, (f.Width-1)/3, fmt.Sprintf("the 80 %% interval is %.1f times as wide as the forecast", f.Width))
	take(costAnomalies, f.Anomalies/0.2, fmt.Sprintf("%.0f %% of the history was implausible and replaced", 100*f.Anomalies))
	take(costOutside, f.Outside, fmt.Sprintf("outside events stand at %.0f of 100", 100*f.Outside))
	return int(math.Round(max(left, 0))), reasons
}

// factsOf gathers what the engine knows of a forecast.
func (o *Outlook) facts(v *view, info *Group) Facts {
	f := Facts{Freq: v.freq, Horizon: len(o.Mean), Trials: info.Trials, TotalError: info.Errors.SumWAPE}
	for _, y := range v.y {
		if y == y {
			f.Known++
		}
	}
	mean, width := 0.0, 0.0
	for k, m := range o.Mean {
		mean += m
		width += o.Hi80[k] - o.Lo80[k]
	}
	if mean > 0 {
		f.Width = width / mean
	}
	return f
}
