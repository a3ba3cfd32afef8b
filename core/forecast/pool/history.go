package pool

import (
	"math"
	"slices"
	"time"

	"quartermaster/core"
)

// builder holds one series as known at one origin, and works out its features. Its memory is used again.
type builder struct {
	*spec
	s          *Series
	sum, known []float64 // prefix sums of values and of known periods
	sales      []float64 // prefix sums of periods with sales
	first      int       // period of the first sale
	sold       []int     // period of the last sale before t, or -1
	days       almanac
	cal        []calendar // of the periods of s, out of days
	x          []column

	// Of the current origin.
	o             int
	scale         float64
	block         []float32 // features that are the same for every step
	row           []float32 // of the step in work
	profile       []float64 // by phase
	effect        [][]float64
	short, long   float64   // levels with the factors taken out
	recent, usual []float64 // of a regressor, for ratios
}

type calendar struct{ day, yearDay, month float32 }

// almanac keeps what is known of periods. Series of days mostly overlap, so those of
// days are kept for the next series.
type almanac struct {
	start core.Day
	all   []calendar
}

// of returns the first n periods of s; the next call may overwrite them.
func (a *almanac) of(f Freq, s *Series, n int) []calendar {
	if f != Daily {
		a.all = slices.Grow(a.all[:0], n)[:n]
		for t := range a.all {
			a.all[t] = calendarOf(f.Day(s, t))
		}
		return a.all
	}
	if from, end := a.start, a.start+core.Day(len(a.all)); len(a.all) == 0 || s.Start < from || s.Start+core.Day(n) > end {
		if len(a.all) > 0 && s.Start <= end && from <= s.Start+core.Day(n) { // one span of both
			from, end = min(from, s.Start), max(end, s.Start+core.Day(n))
		} else {
			from, end = s.Start, s.Start+core.Day(n)
		}
		a.start, a.all = from, make([]calendar, end-from)
		for t := range a.all {
			a.all[t] = calendarOf(from + core.Day(t))
		}
	}
	return a.all[s.Start-a.start:][:n]
}

func calendarOf(d core.Day) calendar {
	at := d.Time(time.UTC)
	return calendar{float32(at.Day()), float32(at.YearDay()), float32(at.Month())}
}

// column is a regressor of the series with prefix sums.
type column struct {
	v, sum, n []float64
	run       []float32 // periods since the value last changed
}

func newBuilder(s *spec) *builder {
	b := &builder{spec: s, profile: make([]float64, max(s.phase, 1)), x: make([]column, len(s.regs))}
	b.effect = make([][]float64, len(s.regs))
	for r := range b.effect {
		b.effect[r] = make([]float64, maxLevel+1)
	}
	b.recent, b.usual = make([]float64, len(s.regs)), make([]float64, len(s.regs))
	return b
}

// load takes up a series.
func (b *builder) load(s *Series) {
	b.s = s
	n := len(s.Y)
	b.sum, b.known, b.sales = prefix(b.sum, n), prefix(b.known, n), prefix(b.sales, n)
	b.sold = slices.Grow(b.sold[:0], n+1)[:n+1]
	b.first = n
	last := -1
	for t, y := range s.Y {
		b.sold[t] = last
		b.sum[t+1], b.known[t+1], b.sales[t+1] = b.sum[t], b.known[t], b.sales[t]
		if math.IsNaN(y) {
			continue
		}
		b.sum[t+1] += y
		b.known[t+1]++
		if y > 0 {
			b.sales[t+1]++
			b.first = min(b.first, t)
			last = t
		}
	}
	b.sold[n] = last
	b.cal = b.days.of(b.freq, s, n+b.horizon)
	for r := range b.x {
		b.x[r].load(s.X[r])
	}
}

func (c *column) load(v []float64) {
	c.v = v
	n := len(v)
	c.sum, c.n = prefix(c.sum, n), prefix(c.n, n)
	c.run = slices.Grow(c.run[:0], n)[:n]
	for t, x := range v {
		c.sum[t+1], c.n[t+1] = c.sum[t], c.n[t]
		if !math.IsNaN(x) {
			c.sum[t+1] += x
			c.n[t+1]++
		}
		c.run[t] = 0
		if t > 0 && x == v[t-1] {
			c.run[t] = c.run[t-1] + 1
		}
	}
}

func prefix(v []float64, n int) []float64 {
	v = slices.Grow(v[:0], n+1)[:n+1]
	v[0] = 0
	return v
}

func (c *column) mean(lo, hi int) float64 {
	lo, hi = max(lo, 0), min(hi, len(c.v))
	if lo >= hi || c.n[hi] == c.n[lo] {
		return math.NaN()
	}
	return (c.sum[hi] - c.sum[lo]) / (c.n[hi] - c.n[lo])
}

func (c *column) at(t int) float64 {
	if t < 0 || t >= len(c.v) {
		return math.NaN()
	}
	return c.v[t]
}

// mean is the mean of the known values of periods lo to hi-1, NaN without any.
func (b *builder) mean(lo, hi int) float64 {
	lo = max(lo, 0)
	if lo >= hi || b.known[hi] == b.known[lo] {
		return math.NaN()
	}
	return (b.sum[hi] - b.sum[lo]) / (b.known[hi] - b.known[lo])
}

// at is the value of period t when it is known at the origin.
func (b *builder) at(t int) float64 {
	if t < 0 || t >= b.o {
		return math.NaN()
	}
	return b.s.Y[t]
}

// meanKnown is mean of what is known at the origin.
func (b *builder) meanKnown(lo, hi int) float64 {
	if lo < 0 {
		return math.NaN()
	}
	return b.mean(lo, min(hi, b.o))
}

// phaseOf counts phases from a fixed day, so that they mean the same weekday or
// month in every series.
func (b *builder) phaseOf(t int) int {
	switch {
	case b.freq == Daily:
		return (int(b.s.Start) + t) % b.phase
	case b.freq == Monthly && b.phase == 12:
		return int(b.cal[t].month) - 1
	}
	return t % b.phase
}
