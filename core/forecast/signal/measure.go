package signal

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// Tally gathers what was sold under a signal and what had been forecast without
// it, over days and products. The zero value is empty.
type Tally struct {
	days     map[core.Day]bool
	actual   float64 // units sold
	without  float64 // units forecast without the signal
	expected float64 // units expected of the signal beyond that
	noise    float64 // variance of actual
	level    float64 // variance of without
}

// levelDays is how many days the level of a forecast rests on: the error of the
// level is that of their mean.
const levelDays = 42

// Add takes up one product: the days from start on with their actual demand (NaN
// is unknown), the forecast made before without the signal, the standard deviation
// of one day, and the effect expected of the signal on each day.
//
// The errors of days are taken as independent, that of the level as one for all
// days: the variance of their ratio r is (n·SD² + r²·n²·SD²/42) / without².
func (t *Tally) Add(start core.Day, actual, without []float64, sd float64, expected []float64) {
	n := 0.0
	for i, y := range actual {
		if i >= len(without) || i >= len(expected) || expected[i] == 0 || math.IsNaN(y) {
			continue
		}
		if t.days == nil {
			t.days = map[core.Day]bool{}
		}
		t.days[start+core.Day(i)] = true
		t.actual += y
		t.without += without[i]
		t.expected += without[i] * expected[i]
		n++
	}
	t.noise += n * sd * sd
	t.level += n * n * sd * sd / levelDays
}

// Measured is the effect of a signal as seen afterwards, as fractions of what had
// been forecast without it.
type Measured struct {
	Days     int     `json:"days"`
	Expected float64 `json:"expected"`
	Effect   float64 `json:"effect"`
	Lo       float64 `json:"lo"` // of the 95 % interval
	Hi       float64 `json:"hi"`
	Reason   string  `json:"reason"` // "expected +30 %, measured +18 % ± 7 over 14 days"
}

// Measure says what the signal did. It reports false when no known day of it is
// over, or nothing had been expected without it.
func (t *Tally) Measure() (Measured, bool) {
	if len(t.days) == 0 || t.without <= 0 {
		return Measured{}, false
	}
	ratio := t.actual / t.without
	half := 1.96 * math.Sqrt(t.noise+ratio*ratio*t.level) / t.without
	m := Measured{Days: len(t.days), Expected: t.expected / t.without, Effect: ratio - 1}
	m.Lo, m.Hi = max(-1, m.Effect-half), m.Effect+half
	m.Reason = fmt.Sprintf("expected %s, measured %s ± %.0f over %s", Percent(m.Expected), Percent(m.Effect), 100*half, plural(m.Days, "day"))
	switch {
	case m.Lo <= 0 && 0 <= m.Hi:
		m.Reason += ", which chance alone could bring"
	case m.Expected < m.Lo:
		m.Reason += ", more than expected"
	case m.Expected > m.Hi:
		m.Reason += ", less than expected"
	}
	return m, true
}
