// Package forecast turns daily sales into expected demand.
//
// Daily is the one entry: the history of one stocking node in, a Forecast out.
// It is a level method on purpose. On short retail series a moving average is
// the best simple rule, so that is the base here: an average of the last known
// days, stretched over a longer window when sales are rare, times a weekday
// profile, times a yearly factor where two years of history prove one. There is
// no trend: one is not extrapolated. A later pooled engine takes the place of
// Daily and keeps its signature.
//
// Guarantees: a day without data is never read as a day without sales; days on
// which the stock ran out, the shop was closed or the value was implausible are
// left out; no mean and no deviation is NaN, infinite or negative; the same
// history gives the same forecast whatever the order of its channels.
package forecast

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// Forecast is the demand expected of one series from Start on, in units a day.
type Forecast struct {
	Start core.Day `json:"start"`
	// Mean[i] is the expected demand of day Start+i.
	Mean []float64 `json:"mean"`
	// SD is the standard deviation of one day's demand around its mean.
	SD float64 `json:"sd"`
	// Method names how the forecast was made; Why says in a sentence why so.
	Method string `json:"method"`
	Why    string `json:"why"`
	// Confidence is 0 to 100; Reasons say what lowers it.
	Confidence int      `json:"confidence"`
	Reasons    []string `json:"reasons,omitempty"`
}

// Methods of Daily.
const (
	NoHistory    = "none"         // no known day: nothing can be said
	Average      = "average"      // average of the last 28 and 56 known days
	Intermittent = "intermittent" // blended with the average of up to 364 known days
	Fading       = "fading"       // the same, decayed because sales have stopped
)

// Daily forecasts horizon days from start on. The series are the channels of
// one node; they are summed day by day, and only days before start count.
//
// The level is the mean of two averages, over the last 28 and 56 known days.
// When fewer than half of the known days of the last year have sales, it is
// blended with the average of those, by 1 - 2*share of days with sales. When
// known days without sales have run on for more than three usual gaps (at least
// 7 days each), the level halves with every two further gaps, as the
// probability update of Teunter, Syntetos and Babai (2011) would let it fade.
//
// SD is the largest of the deviation of days, that of sums over 7 days divided by
// the square root of 7, and that of sums over 28 days divided by the square root
// of 28, so that drifting demand is not taken for calm demand; and at least the
// square root of the mean (Poisson).
func Daily(series []core.Series, start core.Day, horizon int) Forecast {
	return new(Maker).Daily(series, start, horizon)
}

// Daily is the function Daily in the maker's memory.
func (m *Maker) Daily(series []core.Series, start core.Day, horizon int) Forecast {
	f := Forecast{Start: start, Mean: make([]float64, max(horizon, 0)), Method: NoHistory}
	h := m.sumChannels(series, start)
	if len(h.qty) == 0 {
		f.Why = "There is no known day of sales."
		f.Reasons = []string{"no history"}
		return f
	}
	lv := levelOf(h.qty)
	f.Method = lv.method
	week := weekProfile(h)
	year := m.yearProfile(h, start)

	sum := 0.0
	months := m.monthsFrom(start, len(f.Mean))
	for i := range f.Mean {
		f.Mean[i] = round4(lv.level * week[(start+core.Day(i)).Weekday()] * year.at(int(months[i])))
		sum += f.Mean[i]
	}
	mean := lv.level
	if len(f.Mean) > 0 {
		mean = sum / float64(len(f.Mean))
	}
	f.SD = round4(m.deviation(h, lv, week, mean))
	f.Why = why(lv, week, year)
	f.Confidence, f.Reasons = confidence(h, lv, f.SD, start)
	return f
}

// level is the base of a forecast with the figures that explain it.
type level struct {
	level   float64 // units a day
	recent  float64 // mean of the 28 and the 56 day average
	long    float64 // average of up to 364 known days
	share   float64 // of known days with sales among those
	silent  int     // known days without sales up to the last known day
	method  string
	longLen int
}

// levelOf computes the level of the known days qty, oldest first.
func levelOf(qty []float64) level {
	last := func(n int) []float64 { return qty[max(0, len(qty)-n):] }
	lv := level{method: Average}
	lv.recent = (mean(last(28)) + mean(last(56))) / 2
	year := last(364)
	lv.long, lv.longLen = mean(year), len(year)
	selling := 0
	for i, q := range year {
		if q > 0 {
			selling++
			lv.silent = len(year) - 1 - i
		}
	}
	if selling == 0 {
		lv.silent = len(year)
		return lv
	}
	lv.share = float64(selling) / float64(len(year))
	lv.level = lv.recent
	if lv.share < 0.5 {
		lv.method = Intermittent
		w := 1 - 2*lv.share
		lv.level = (1-w)*lv.recent + w*lv.long
	}
	before := float64(selling) / float64(len(year)-lv.silent)
	gap := max(7, 1/before)
	if over := float64(lv.silent) - 3*gap; over > 0 {
		lv.method = Fading
		lv.level *= math.Exp2(-over / (2 * gap))
	}
	return lv
}

// longTail is how many known days tell of the spread of rare or drifting demand.
const longTail = 364

// deviation is the standard deviation of one day around a mean of mean units.
func (m *Maker) deviation(h history, lv level, week [7]float64, mean float64) float64 {
	if mean <= 0 {
		return 0
	}
	n := 56
	if lv.share < 0.5 {
		n = longTail
	}
	variance, base := residuals(h.tail(n), week)
	long := h.tail(longTail).qty
	running := m.running[:1] // sums of the days before each
	for i, q := range long {
		running = append(running, running[i]+q)
	}
	for _, span := range [...]int{7, 28} {
		if v, ok := spanVariance(long, running, span); ok {
			variance = max(variance, v)
		}
	}
	sd := 0.0
	if base > 0 {
		sd = math.Sqrt(variance * mean / base) // variance moves with the level
	}
	if known := len(h.qty); known < 14 { // too few days to measure: assume a wide spread
		sd = max(sd, mean*(1-float64(known)/14))
	}
	return max(sd, math.Sqrt(mean))
}

// residuals returns the variance of h around its mean times the weekday factor,
// and that mean.
func residuals(h history, week [7]float64) (variance, base float64) {
	base = mean(h.qty)
	if len(h.qty) < 2 {
		return 0, base
	}
	ss := 0.0
	for i, q := range h.qty {
		r := q - base*week[h.day[i].Weekday()]
		ss += r * r
	}
	return ss / float64(len(h.qty)-1), base
}

// spanVariance returns the variance of sums over span known days, for one day, from
// the days and their running sums. It reports false below eight spans.
func spanVariance(qty, running []float64, span int) (float64, bool) {
	n := len(qty) - span + 1 // windows
	if n <= 7*span {
		return 0, false
	}
	base, ss := float64(span)*mean(qty), 0.0
	for i := range n {
		r := running[i+span] - running[i] - base
		ss += r * r
	}
	return ss / float64(n-1) / float64(span), true
}

func why(lv level, week [7]float64, year season) string {
	text := fmt.Sprintf("The last 28 and 56 known days average %.4g a day", lv.recent)
	if lv.method != Average && lv.long > 0 {
		text += fmt.Sprintf("; sales are rare or have stopped (%.0f %% of %d days, none in the last %d), so with the long average of %.4g the level is %.4g",
			100*lv.share, lv.longLen, lv.silent, lv.long, lv.level)
	}
	lo, hi := week[0], week[0]
	for _, w := range week {
		lo, hi = min(lo, w), max(hi, w)
	}
	if hi-lo >= 0.01 {
		text += fmt.Sprintf("; weekday factors %.2f to %.2f", lo, hi)
	}
	return text + "; " + year.why + "."
}

func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

func round4(v float64) float64 { return core.Round(v, 4) }
