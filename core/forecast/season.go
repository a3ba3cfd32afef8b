package forecast

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

// weekProfile returns a factor for each day of the week, 1 on average:
// (units sold + k) / (units expected + k) over the last 26 weeks of known days.
// Each run of seven known days expects its own average, so that a drifting level
// is not taken for a profile. The prior weight k is 20 units times the
// dispersion around the raw profile: a slow or jumpy item stays near 1 and only a
// well-filled profile shows.
func weekProfile(all history) [7]float64 {
	week := [7]float64{1, 1, 1, 1, 1, 1, 1}
	weeks := min(len(all.qty), 182) / 7
	h := all.tail(7 * weeks)
	if weeks < 4 || mean(h.qty) <= 0 {
		return week
	}
	var sold, expected [7]float64
	usual := 0.0 // of the run that day i belongs to
	for i, q := range h.qty {
		if i%7 == 0 {
			usual = mean(h.qty[i : i+7])
		}
		w := h.day[i].Weekday()
		sold[w] += q
		expected[w] += usual
	}
	ss := 0.0
	for i, q := range h.qty {
		if i%7 == 0 {
			usual = mean(h.qty[i : i+7])
		}
		w := h.day[i].Weekday()
		if expected[w] > 0 {
			r := q - usual*sold[w]/expected[w]
			ss += r * r
		}
	}
	k := 20 * max(1, ss/float64(len(h.qty))/mean(h.qty))
	total := 0.0
	for w := range week {
		week[w] = (sold[w] + k) / (expected[w] + k)
		total += week[w]
	}
	for w := range week {
		week[w] *= 7 / total
	}
	return week
}

// season holds a factor per calendar month relative to the level's window.
type season struct {
	factor [13]float64 // by month number; all zero means no season
	why    string
}

func (s season) at(month int) float64 {
	if s.factor[month] == 0 {
		return 1
	}
	return s.factor[month]
}

// yearProfile compares each month's sales with its year, in each of the last two
// years, and keeps the effect both years agree on, the smaller one: a single
// freak month moves nothing. Each index is shrunk towards 1 like a weekday's,
// with 60 units times the dispersion. The factors are relative to the months
// that the level was taken from and lie between 1/4 and 4.
func (m *Maker) yearProfile(h history, start core.Day) season {
	s := season{}
	if h.days < maxDays || len(h.qty) < maxDays/2 {
		s.why = fmt.Sprintf("no yearly season: that takes 2 years of history, there are %.1f", float64(h.days)/365)
		return s
	}
	months := m.monthsFrom(h.first, h.days)
	middle := start - 365
	var index [2][13]float64
	for y := range index {
		var ok bool
		if index[y], ok = monthIndex(h, months, middle, y == 1); !ok {
			s.why = "no yearly season: a year of the history has no sales"
			return s
		}
	}
	var both [13]float64
	for m := 1; m <= 12; m++ {
		both[m] = smaller(index[0][m], index[1][m])
	}
	base, recent := 0.0, h.tail(56)
	for _, d := range recent.day {
		base += both[months[d-h.first]] / float64(len(recent.day))
	}
	lo, hi := math.Inf(1), 0.0
	for m := 1; m <= 12; m++ {
		s.factor[m] = max(0.25, min(4, both[m]/base))
		lo, hi = min(lo, s.factor[m]), max(hi, s.factor[m])
	}
	s.why = fmt.Sprintf("yearly factors %.2f to %.2f, agreed on by two years", lo, hi)
	return s
}

// monthIndex returns each month's sales over the year's average, for the known
// days before middle or, when late, from it on. It reports false without sales.
func monthIndex(h history, months []uint8, middle core.Day, late bool) (index [13]float64, ok bool) {
	var sold, squares, days [13]float64
	total, n := 0.0, 0.0
	for i, d := range h.day {
		if (d >= middle) == late {
			m := months[d-h.first]
			sold[m] += h.qty[i]
			squares[m] += h.qty[i] * h.qty[i]
			days[m]++
			total += h.qty[i]
			n++
		}
	}
	if total <= 0 {
		return index, false
	}
	base, ss := total/n, 0.0
	for m, d := range days {
		if d > 0 {
			ss += max(0, squares[m]-sold[m]*sold[m]/d)
		}
	}
	k := 60 * max(1, ss/n/base) // dispersion around the raw index
	for m := range index {
		index[m] = (sold[m] + k) / (days[m]*base + k)
	}
	return index, true
}

// smaller returns the factor nearer to 1 when both lie on the same side of it,
// else 1.
func smaller(a, b float64) float64 {
	switch {
	case a > 1 && b > 1:
		return min(a, b)
	case a < 1 && b < 1:
		return max(a, b)
	}
	return 1
}

// monthsFrom returns the month number of n days from d on, valid until the next call.
func (m *Maker) monthsFrom(d core.Day, n int) []uint8 {
	months := slices.Grow(m.months[:0], n)
	for len(months) < n {
		first := d.Month()
		number := uint8(first.MonthNumber())
		for end := first + core.Day(first.DaysInMonth()); d < end && len(months) < n; d++ {
			months = append(months, number)
		}
	}
	m.months = months
	return months
}
