package engine

import (
	"maps"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

// record gathers a backtest as it goes along.
type record struct {
	p      *pool.Panel
	week   int // periods in a week
	groups [groups + 1][len(Rivals)]Tally
	series []seriesRecord
	weeks  map[core.Day]*weekRecord
}

type seriesRecord struct {
	group   int
	tallies [len(Rivals)]Tally
}

type weekRecord struct {
	units  float64
	errors [len(Rivals)]float64
}

// trialOf is one series at one origin with what came.
type trialOf struct {
	series, group, from int
	y                   []float64
	scale               Scales
}

func newRecord(p *pool.Panel) *record {
	r := &record{p: p, week: 1, series: make([]seriesRecord, len(p.Series)), weeks: map[core.Day]*weekRecord{}}
	if p.Freq == pool.Daily {
		r.week = 7
	}
	for g := range r.groups {
		for m := range r.groups[g] {
			r.groups[g][m].Week = r.week
		}
	}
	return r
}

// add notes what method m forecast in a trial.
func (r *record) add(t *trialOf, m int, mean, lo, median, hi []float64) {
	s := &r.series[t.series]
	s.group = t.group
	s.tallies[m].Week = r.week
	for _, tally := range []*Tally{&s.tallies[m], &r.groups[t.group][m], &r.groups[groups][m]} {
		tally.Add(t.y, mean, lo, median, hi, t.scale)
	}
	weekSums(t.y, mean, r.week, func(at int, y, f float64) {
		day := r.p.Freq.Day(&r.p.Series[t.series], t.from+at)
		w := r.weeks[day]
		if w == nil {
			w = &weekRecord{}
			r.weeks[day] = w
		}
		if m == 0 {
			w.units += y
		}
		w.errors[m] += math.Abs(y - f)
	})
}

// review works the record out.
func (r *record) review() (out Review) {
	for g := range r.groups {
		if r.groups[g][0].points == 0 {
			continue
		}
		name := "all"
		if g < groups {
			name = groupName(g)
		}
		base := r.groups[g][movingAverage].Metrics().WeekWAPE
		for m := range Rivals {
			e := r.groups[g][m].Metrics()
			out.Scores = append(out.Scores, Score{Group: name, Method: Rivals[m], Errors: e, Added: base - e.WeekWAPE})
		}
	}
	for i := range r.series {
		s := &r.series[i]
		if s.tallies[0].points == 0 {
			continue
		}
		v := SeriesScore{ID: r.p.Series[i].ID, Group: groupName(s.group), Units: s.tallies[0].y}
		for m := range s.tallies {
			v.Errors[m] = s.tallies[m].Metrics()
		}
		v.Added = v.Errors[movingAverage].WeekWAPE - v.Errors[0].WeekWAPE
		out.Series = append(out.Series, v)
	}
	for _, day := range slices.Sorted(maps.Keys(r.weeks)) {
		w := r.weeks[day]
		v := WeekScore{Start: day, Units: w.units}
		if w.units > 0 {
			for m, e := range w.errors {
				v.WAPE[m] = e / w.units
			}
		}
		out.Weeks = append(out.Weeks, v)
	}
	return out
}
