package forecast

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

// maxDays is how far back a forecast looks: two years.
const maxDays = 730

// lagDays is how long a channel that stops before the others counts as late
// data; after that it counts as given up and adds nothing.
const lagDays = 28

// Maker makes forecasts one after the other in the same memory. The zero Maker is
// ready; two goroutines need two.
type Maker struct {
	sum     []float64
	state   []uint8
	day     []core.Day
	months  []uint8
	running [longTail + 1]float64
}

// fresh returns n zeros in the memory of x where it suffices.
func fresh[T any](x []T, n int) []T {
	x = slices.Grow(x[:0], n)[:n]
	clear(x)
	return x
}

// history holds the known days of a node, oldest first.
type history struct {
	day   []core.Day
	qty   []float64
	first core.Day // of any data within maxDays
	days  int      // calendar days from first to the day before the forecast
	promo int      // known days with a promotion
}

// tail returns the last n known days.
func (h history) tail(n int) history {
	from := max(0, len(h.qty)-n)
	return history{day: h.day[from:], qty: h.qty[from:]}
}

// sumChannels adds the channels day by day, before start. A day is known when
// at least one channel covers it and every channel that covers it knows it. The
// history lies in the memory of m.
func (m *Maker) sumChannels(series []core.Series, start core.Day) history {
	series = core.ByChannel(series)
	first := start
	for _, s := range series {
		if s.Qty.Len() > 0 {
			first = min(first, s.Start)
		}
	}
	first = max(first, start-maxDays)
	n := int(start - first)
	if n <= 0 {
		return history{}
	}
	const unknown = core.StockOut | core.Anomaly | core.Closed
	m.sum, m.state = fresh(m.sum, n), fresh(m.state, n)
	sum, state := m.sum, m.state // bits of state: 1 covered, 2 unknown, 4 promotion
	for _, s := range series {
		end := min(s.End(), start)
		for d := max(s.Start, first); d < end; d++ {
			i, at := int(d-first), int(d-s.Start)
			q := float64(s.Qty.At(at))
			var flag core.DayFlag
			if at < len(s.Flags) {
				flag = s.Flags[at]
			}
			if flag&unknown != 0 || !(q >= 0) || math.IsInf(q, 0) {
				state[i] |= 2
				continue
			}
			sum[i] += q
			state[i] |= 1
			if flag&core.Promo != 0 {
				state[i] |= 4
			}
		}
		if s.Qty.Len() == 0 {
			continue
		}
		for d := max(end, first); d < min(end+lagDays, start); d++ {
			state[d-first] |= 2
		}
	}
	m.day = slices.Grow(m.day[:0], n)
	h := history{first: first, days: n, day: m.day, qty: sum[:0]}
	for i, st := range state {
		if st&3 != 1 {
			continue
		}
		h.day = append(h.day, first+core.Day(i))
		h.qty = append(h.qty, sum[i])
		if st&4 != 0 {
			h.promo++
		}
	}
	return h
}

// confidence scores a forecast and lists what lowers it.
func confidence(h history, lv level, sd float64, start core.Day) (int, []string) {
	score := 100.0
	var reasons []string
	lower := func(points float64, format string, args ...any) {
		if points >= 1 {
			score -= points
			reasons = append(reasons, fmt.Sprintf(format, args...))
		}
	}
	known := len(h.qty)
	lower(40*(1-math.Sqrt(min(1, float64(known)/365))), "short history: %d known days", known)
	if lv.share < 0.5 {
		lower(30*(1-2*lv.share), "sales on only %.0f %% of the days", 100*lv.share)
	}
	missing := 1 - float64(known)/float64(h.days)
	lower(40*missing, "%.0f %% of the days are missing or left out", 100*missing)
	if late := int(start - 1 - h.day[known-1]); late > 0 {
		lower(min(30, float64(late)), "the last known day is %d days before the forecast", late+1)
	}
	if lv.level > 0 {
		cv := sd / lv.level / math.Sqrt(7) // of a week
		lower(min(25, 25*max(0, cv-0.25)), "demand of a week varies by %.0f %%", 100*cv)
	}
	if lv.method == Fading {
		lower(15, "no sale on the last %d known days", lv.silent)
	}
	promo := float64(h.promo) / float64(known)
	lower(min(10, 20*promo), "%.0f %% of the days had a promotion", 100*promo)
	return int(math.Round(max(0, min(100, score)))), reasons
}
