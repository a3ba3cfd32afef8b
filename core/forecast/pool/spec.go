package pool

import (
	"fmt"
	"math"
)

// spec says which features rows have. It follows from the panel's frequency,
// season and regressors, and is stored with a model.
type spec struct {
	freq    Freq
	season  int
	horizon int // steps forecast; of Totals, the longest sum
	reach   int // steps over which regressors are known in advance
	regs    []regressor
	windows []int // lengths of the trailing windows
	year    int   // periods in a year
	phase   int   // periods of a season short enough to look at phase by phase, or 0
	names   []string
	blocks  int // how many of them, at the front, are the same for all steps
}

// regressor is a Regressor with how its values are grouped.
type regressor struct {
	Regressor
	kind kind
}

type kind uint8

const (
	plain  kind = iota // used as it is
	levels             // a few whole numbers: flags, codes of events
	ratio              // positive and continuous, as prices are: used relative to its mean
)

// maxLevel is the largest code of a regressor with levels.
const maxLevel = 40

// ratioLevels is the number of groups that ratios to the mean are put in.
const ratioLevels = 17

func newSpec(p *Panel) *spec {
	s := &spec{freq: p.Freq, season: p.Season, horizon: p.Horizon, reach: p.Horizon}
	switch p.Freq {
	case Daily:
		s.windows, s.year = []int{7, 14, 28, 56, 112, 364}, 364
	case Weekly:
		s.windows, s.year = []int{1, 2, 4, 8, 13, 26, 52}, 52
	default:
		s.windows, s.year = []int{1, 3, 6, 12, 24}, 12
	}
	if p.Season > 1 && p.Season <= 24 {
		s.phase = p.Season
	}
	for r, reg := range p.Regressors {
		s.regs = append(s.regs, regressor{reg, kindOf(p, r)})
	}
	s.names = s.list()
	return s
}

// kindOf looks at the values of column r.
func kindOf(p *Panel, r int) kind {
	whole, positive, high := true, true, 0.0
	for i := range p.Series {
		for _, v := range p.Series[i].X[r] {
			if math.IsNaN(v) {
				continue
			}
			whole = whole && v == math.Trunc(v) && v >= 0
			positive = positive && v > 0
			high = max(high, v)
		}
	}
	switch {
	case whole && high <= maxLevel:
		return levels
	case positive:
		return ratio
	}
	return plain
}

// list names the features in the order in which origin and step write them, and
// counts those of origin.
func (s *spec) list() []string {
	n := []string{"scale", "age", "idle", "share", "size", "noise", "last", "last2"}
	for _, w := range s.windows {
		n = append(n, fmt.Sprintf("mean%d", w))
		if w >= 4 {
			n = append(n, fmt.Sprintf("zero%d", w))
		}
	}
	for _, r := range s.regs {
		n = append(n, r.Name+"_last", r.Name+"_rate")
	}
	s.blocks = len(n)
	n = append(n, "step", "month_day", "year_day", "month", "year_ago", "year_ago_near", "year_rise")
	if s.phase > 0 {
		n = append(n, "phase", "phase1", "phase2", "phase3", "phase4", "phase_mean4", "phase_profile")
	}
	n = append(n, "expect_short", "expect_long")
	for _, r := range s.regs {
		if !r.Known {
			continue
		}
		n = append(n, r.Name)
		switch r.kind {
		case ratio:
			n = append(n, r.Name+"_to_mean", r.Name+"_to_recent", r.Name+"_effect")
		case levels:
			n = append(n, r.Name+"_before", r.Name+"_after", r.Name+"_run", r.Name+"_effect")
		}
	}
	return n
}
