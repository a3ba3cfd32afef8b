// Package signal applies what moves demand from outside to a forecast, measures
// afterwards what it did, and reads what-if questions.
//
//	demand = base x (1+topic) x (1+ad) x (1+price) x (1+competitor)
//
// The season is part of the base. A signal has a size at its start, a fraction of
// the base. It lasts until its end, or halves in every half-life:
//
//	effect(t) = Size · 2^(-(t-Start)/HalfLife)    for Start <= t < End
//
// The effect of a day is the mean of effect(t) over the hours of that day, the
// hours before Start counting as zero: a video posted at 18:00 lifts a quarter of
// that day, and shows in the forecast at once. Effects of one kind add up and are
// then kept within the bound of the kind; the kinds multiply, and the product is
// kept within the bound of all. Every signal is listed with its effect per day.
//
// Guarantees: pure; a factor is finite, at least 0 and within the policy's bounds;
// the order of signals changes nothing; without signals every factor is 1.
package signal

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
)

// least is the smallest effect of a day, as a fraction, that is listed and used.
const least = 0.0005

// OnDay is the mean effect of one signal over day d in zone.
func OnDay(s *core.Signal, d core.Day, zone *time.Location) float64 {
	return between(s, d.Time(zone), (d + 1).Time(zone))
}

// between is the mean effect from instant a to instant b.
func between(s *core.Signal, a, b time.Time) float64 {
	length := b.Sub(a).Hours()
	from, to := a, b
	if s.Start.After(from) {
		from = s.Start
	}
	if !s.End.IsZero() && s.End.Before(to) {
		to = s.End
	}
	if !from.Before(to) || length <= 0 {
		return 0
	}
	if s.HalfLife <= 0 {
		return s.Size * to.Sub(from).Hours() / length
	}
	half := s.HalfLife.Hours()
	left := func(t time.Time) float64 { return math.Exp2(-t.Sub(s.Start).Hours() / half) }
	return s.Size * half / math.Ln2 * (left(from) - left(to)) / length
}

// Line is one signal with its effect on each day, as a fraction, before bounds.
type Line struct {
	Signal core.Signal `json:"signal"`
	Daily  []float64   `json:"daily"`
}

// Effect is what all signals do to one product from Start on.
type Effect struct {
	Start core.Day `json:"start"`
	// Factor multiplies the base of each day; nil when no signal is at work.
	Factor []float64 `json:"factor,omitempty"`
	Lines  []Line    `json:"lines,omitempty"`
	// Bounded lists the bounds that were reached, one sentence each.
	Bounded []string `json:"bounded,omitempty"`
}

// Shop is what factors are computed against.
type Shop struct {
	Zone   *time.Location
	Policy core.SignalPolicy
}

// On returns the effect of the signals on a product over n days from start on.
func On(signals []core.Signal, sku core.SKU, category string, start core.Day, n int, shop Shop) Effect {
	e := Effect{Start: start}
	if n <= 0 {
		return e
	}
	zone := shop.Zone
	if zone == nil {
		zone = time.UTC
	}
	first, last := start.Time(zone), (start + core.Day(n)).Time(zone)
	for i := range signals {
		s := &signals[i]
		if !s.Concerns(sku, category) || !s.Start.Before(last) || !s.End.IsZero() && !first.Before(s.End) {
			continue
		}
		line := Line{Signal: *s, Daily: make([]float64, n)}
		felt := false
		for d := range line.Daily {
			if v := OnDay(s, start+core.Day(d), zone); math.Abs(v) >= least {
				line.Daily[d] = v
				felt = true
			}
		}
		if felt {
			e.Lines = append(e.Lines, line)
		}
	}
	if len(e.Lines) == 0 {
		return e
	}
	slices.SortFunc(e.Lines, func(a, b Line) int { return compare(&a.Signal, &b.Signal) })
	e.combine(n, shop.Policy)
	return e
}

// combine adds within a kind, multiplies between kinds, and keeps the bounds.
func (e *Effect) combine(n int, p core.SignalPolicy) {
	e.Factor = make([]float64, n)
	reached := map[string]int{}
	for d := range n {
		factor := 1.0
		for _, k := range core.SignalKinds {
			sum := 0.0
			for i := range e.Lines {
				if e.Lines[i].Signal.Kind == k {
					sum += e.Lines[i].Daily[d]
				}
			}
			if c := p.Of(k).Clip(sum); c != sum {
				reached[fmt.Sprintf("%s effects are kept between %s and %s", k, Percent(p.Of(k).Lo), Percent(p.Of(k).Hi))]++
				sum = c
			}
			factor *= 1 + sum
		}
		if c := p.Total.Clip(factor - 1); c != factor-1 {
			reached[fmt.Sprintf("all effects together are kept between %s and %s", Percent(p.Total.Lo), Percent(p.Total.Hi))]++
			factor = 1 + c
		}
		e.Factor[d] = max(0, factor)
	}
	for text, days := range reached {
		e.Bounded = append(e.Bounded, fmt.Sprintf("%s (on %s)", text, plural(days, "day")))
	}
	slices.Sort(e.Bounded)
}

func compare(a, b *core.Signal) int {
	return cmp.Or(slices.Index(core.SignalKinds, a.Kind)-slices.Index(core.SignalKinds, b.Kind), a.Start.Compare(b.Start),
		strings.Compare(a.Name, b.Name), cmp.Compare(a.SKU, b.SKU), strings.Compare(a.Category, b.Category),
		cmp.Compare(a.Size, b.Size), a.End.Compare(b.End), cmp.Compare(a.HalfLife, b.HalfLife), strings.Compare(a.Source, b.Source))
}

// Apply multiplies the base by the factor, in place.
func (e *Effect) Apply(base []float64) {
	for i := range min(len(base), len(e.Factor)) {
		base[i] *= e.Factor[i]
	}
}

// Mean is the mean factor of the first n days, 1 without signals.
func (e *Effect) Mean(n int) float64 {
	n = min(n, len(e.Factor))
	if n <= 0 {
		return 1
	}
	sum := 0.0
	for _, f := range e.Factor[:n] {
		sum += f
	}
	return sum / float64(n)
}

// Sentences say for each signal what it does over the days, and which bounds were
// reached, for the "Why?" of a number.
func (e *Effect) Sentences() []string {
	var out []string
	for i := range e.Lines {
		l := &e.Lines[i]
		from, to, peak := -1, 0, 0.0
		for d, v := range l.Daily {
			if v != 0 {
				if from < 0 {
					from = d
				}
				to = d
				if math.Abs(v) > math.Abs(peak) {
					peak = v
				}
			}
		}
		first, last := l.Daily[from], l.Daily[to]
		text := fmt.Sprintf("%s %q: %s on %s", l.Signal.Kind, l.Signal.Name, Percent(first), e.Start+core.Day(from))
		if to > from {
			text += fmt.Sprintf(", %s on %s", Percent(last), e.Start+core.Day(to))
			if math.Abs(peak) > max(math.Abs(first), math.Abs(last))+least {
				text += fmt.Sprintf(", at most %s between", Percent(peak))
			}
		}
		if l.Signal.HalfLife > 0 {
			text += fmt.Sprintf(" (halves every %s h)", number(l.Signal.HalfLife.Hours()))
		}
		if l.Signal.Source != "" {
			text += ", says " + l.Signal.Source
		}
		out = append(out, text)
	}
	return append(out, e.Bounded...)
}

// Events turns signals into events, so that the cleaning of the history takes the
// days with an effect of five percent or more for explained.
func Events(signals []core.Signal, zone *time.Location) []core.Event {
	var out []core.Event
	if zone == nil {
		zone = time.UTC
	}
	for i := range signals {
		s := &signals[i]
		if math.Abs(s.Size) < strong {
			continue
		}
		end := s.End
		if s.HalfLife > 0 { // until five percent are left
			fade := s.Start.Add(time.Duration(min(float64(s.HalfLife)*math.Log2(math.Abs(s.Size)/strong), float64(100*365*24*time.Hour))))
			if end.IsZero() || fade.Before(end) {
				end = fade
			}
		}
		to := core.DayOf(end, zone)
		if end.Equal(to.Time(zone)) { // the end itself is without effect
			to--
		}
		from := core.DayOf(s.Start, zone)
		out = append(out, core.Event{From: from, To: max(from, to), Name: s.Name, Kind: "outside", SKU: s.SKU, Category: s.Category})
	}
	return out
}

// strong is the effect of a day, as a fraction, from which its demand says nothing
// about the base.
const strong = 0.05

// Base returns what the base of a forecast may learn from: y without the days on
// which past signals moved demand by five percent or more. When that leaves fewer
// than 28 known days of the last 84, the days are kept and divided by their factor.
// past holds the factor of each day of y, nil when there was none.
func Base(y, past []float64) []float64 {
	if past == nil {
		return y
	}
	out := slices.Clone(y)
	known := 0
	for i, v := range y {
		moved := math.Abs(past[i]-1) >= strong
		if moved {
			out[i] = math.NaN()
		}
		if i >= len(y)-84 && !math.IsNaN(v) && !moved {
			known++
		}
	}
	if known >= 28 {
		return out
	}
	for i, v := range y {
		if out[i] = v; math.Abs(past[i]-1) >= strong {
			if out[i] = v / past[i]; past[i] < strong {
				out[i] = math.NaN()
			}
		}
	}
	return out
}

// Percent prints a fraction as "+30 %".
func Percent(v float64) string {
	p := math.Round(1000*v) / 10
	if math.Abs(p) >= 10 {
		p = math.Round(100 * v)
	}
	if p == 0 {
		return "±0 %"
	}
	return fmt.Sprintf("%+g %%", p)
}

func number(v float64) string { return fmt.Sprintf("%g", math.Round(10*v)/10) }

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
