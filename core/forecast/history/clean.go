package history

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// maxGap is the longest run of missing days that is filled; longer ones stay
// unknown.
const maxGap = 7

// cleaner is the work on one node.
type cleaner struct {
	*History
	cal  *Calendar
	node *Node
	sold []float64 // price of days with a sale, NaN on others; nil without prices
	// excused days have a known reason to be high: promotion, event, campaign.
	excused []bool
	pending []pending // to be replaced once all labels stand
	z       []int     // scratch: days with zeros
	scratch []float64
}

// pending is a run of days [from, to) whose values are to be replaced.
type pending struct {
	from, to int
	kind     Kind
	value    float64
	reason   string
}

// unknown are the labels that make a day's value no evidence.
const unknown = core.StockOut | core.Anomaly | core.Closed

// Clean cleans one node. See the package for what is done.
func (c *Calendar) Clean(n Node) History {
	r := sum(n.Series, c.shop.Until)
	h := History{SKU: n.SKU, Location: n.Location, Start: r.start, Y: r.y, Flags: r.flags}
	k := cleaner{History: &h, cal: c, node: &n, sold: r.price}
	if len(r.y) == 0 {
		return h
	}
	k.excuse()
	k.given(r.bad)
	k.shopDays()
	k.pricing()
	k.spikes()
	k.zeros()
	k.missing()
	k.replace()
	k.carryPrice()
	Sort(h.Anomalies)
	return h
}

func (k *cleaner) day(i int) core.Day { return k.Start + core.Day(i) }

// plain reports whether day i is known and has no label.
func (k *cleaner) plain(i int) bool {
	return !math.IsNaN(k.Y[i]) && k.Flags[i] == 0
}

// found lists an anomaly of days [from, to).
func (k *cleaner) found(kind Kind, from, to int, value float64, format string, args ...any) {
	k.Anomalies = append(k.Anomalies, Anomaly{SKU: k.SKU, Location: k.Location, From: k.day(from), To: k.day(to - 1),
		Kind: kind, Value: value, Reason: fmt.Sprintf(format, args...)})
}

// suspect marks days [from, to) to be replaced.
func (k *cleaner) suspect(kind Kind, from, to int, value float64, format string, args ...any) {
	for i := from; i < to; i++ {
		k.Flags[i] |= core.Anomaly
	}
	k.pending = append(k.pending, pending{from, to, kind, value, fmt.Sprintf(format, args...)})
}

// excuse finds the days that have a known reason to be high. A promotion in the
// events is a label like one in the data.
func (k *cleaner) excuse() {
	k.excused = make([]bool, len(k.Y))
	for i, f := range k.Flags {
		k.excused[i] = f&core.Promo != 0
	}
	for _, e := range k.cal.shop.Events {
		if e.SKU != "" && e.SKU != k.SKU || e.Category != "" && e.Category != k.node.Category {
			continue
		}
		for d := max(e.From, k.Start); d <= e.To && d < k.End(); d++ {
			k.excused[d-k.Start] = true
			if e.Kind == "promotion" {
				k.Flags[d-k.Start] |= core.Promo
			}
		}
	}
	k.campaigns()
}

// campaigns excuses the days with more than twice the usual clicks or, where
// clicks are not told, money spent.
func (k *cleaner) campaigns() {
	if len(k.node.Ads) == 0 {
		return
	}
	clicks, spend := make([]float64, len(k.Y)), make([]float64, len(k.Y))
	told := false
	for _, a := range k.node.Ads {
		if i := int(a.Day - k.Start); i >= 0 && i < len(k.Y) {
			clicks[i] += float64(a.Clicks)
			spend[i] += float64(a.Spend.Minor)
			told = told || a.Clicks > 0
		}
	}
	by := spend
	if told {
		by = clicks
	}
	k.scratch = append(k.scratch[:0], by...)
	usual := median(k.scratch)
	for i, v := range by {
		k.excused[i] = k.excused[i] || v > 2*usual
	}
}

// given takes up the labels of the source and the values that cannot be.
func (k *cleaner) given(bad []int) {
	for i, f := range k.Flags {
		if f&core.Anomaly != 0 && !math.IsNaN(k.Y[i]) {
			k.suspect(Given, i, i+1, k.Y[i], "the source flagged %s units as implausible", num(k.Y[i]))
		}
	}
	for _, i := range bad {
		value := 0.0
		for _, s := range k.node.Series {
			if at := int(k.day(i) - s.Start); at >= 0 && at < s.Qty.Len() {
				if q := float64(s.Qty.At(at)); q < 0 && q != float64(core.Missing) && !math.IsInf(q, 0) {
					value += q
				}
			}
		}
		k.suspect(Negative, i, i+1, value, "%s units is no possible demand", num(value))
	}
}

// shopDays applies what befell the whole shop. The report stands there once.
func (k *cleaner) shopDays() {
	for i, y := range k.Y {
		if k.Flags[i]&core.Closed != 0 {
			continue
		}
		switch k.cal.at(k.day(i)) {
		case closedDay:
			if y == 0 {
				k.Flags[i] |= core.Closed
			}
		case goneDay:
			if y == 0 && k.Flags[i]&unknown == 0 && k.sells(i) {
				k.Flags[i] |= core.Anomaly
				k.pending = append(k.pending, pending{from: i, to: i + 1, kind: Gone})
			}
		}
	}
}

// sells reports whether the SKU sold on the weekday of day i in at least half of
// the four weeks on either side.
func (k *cleaner) sells(i int) bool {
	sold, known := 0, 0
	for w := -weeksAround; w <= weeksAround; w++ {
		if j := i + 7*w; w != 0 && j >= 0 && j < len(k.Y) && !math.IsNaN(k.Y[j]) {
			known++
			if k.Y[j] > 0 {
				sold++
			}
		}
	}
	return known > 0 && 2*sold >= known
}

// missing fills short gaps between known days.
func (k *cleaner) missing() {
	pending := make([]bool, len(k.Y))
	for _, p := range k.pending {
		for i := p.from; i < p.to; i++ {
			pending[i] = true
		}
	}
	absent := func(i int) bool { return math.IsNaN(k.Y[i]) && !pending[i] && k.Flags[i]&unknown == 0 }
	for i := 0; i < len(k.Y); i++ {
		if !absent(i) {
			continue
		}
		j := i
		shop := true // the whole shop has no data: reported there
		for j < len(k.Y) && absent(j) {
			shop = shop && k.cal.at(k.day(j)) == missingDay
			j++
		}
		switch {
		case i == 0 || j == len(k.Y):
		case j-i > maxGap && !shop:
			k.found(Missing, i, j, 0, "No data for %d days: they are unknown to the forecast.", j-i)
		case j-i <= maxGap && shop:
			k.suspect("", i, j, 0, "")
		case j-i <= maxGap:
			k.suspect(Missing, i, j, 0, "no data for %s", days(j-i))
		}
		i = j
	}
}

// replace puts the average of like days in place of what is not believed, and
// makes stock-outs and closed days unknown.
func (k *cleaner) replace() {
	for i, f := range k.Flags {
		if f&core.StockOut != 0 && f&(core.Anomaly|core.Closed) == 0 {
			k.lost(i)
		}
		if f&core.StockOut != 0 && f&core.Anomaly == 0 {
			// Demand was at least what was sold: kept when that is much already.
			if avg, ok := k.like(i); !ok || !(k.Y[i] >= avg) || k.Y[i] == 0 {
				k.Y[i] = math.NaN()
			}
		}
		if f&core.Closed != 0 {
			k.Y[i] = math.NaN()
		}
	}
	values := make([]float64, 0, len(k.pending))
	for _, p := range k.pending { // all averages before the first value changes
		for i := p.from; i < p.to; i++ {
			avg, ok := k.like(i)
			if !ok {
				avg = math.NaN()
			}
			values = append(values, avg)
		}
	}
	at := 0
	for _, p := range k.pending {
		mean, all := 0.0, true
		for i := p.from; i < p.to; i++ {
			k.Y[i] = values[at]
			mean += values[at] / float64(p.to-p.from)
			all = all && !math.IsNaN(values[at])
			at++
		}
		if p.reason == "" {
			continue // told for the whole shop
		}
		what := "the forecast leaves it out"
		if all {
			what = fmt.Sprintf("the forecast uses %s, the average of like days", num(mean))
		} else {
			mean = 0
		}
		k.found(p.kind, p.from, p.to, p.value, "%s; %s.", capital(p.reason), what)
		a := &k.Anomalies[len(k.Anomalies)-1]
		a.Replacement, a.Replaced = mean, all
	}
}

// lost notes what was not sold on day i, on which stock ran out.
func (k *cleaner) lost(i int) {
	if avg, ok := k.near(i); ok && !math.IsNaN(k.Y[i]) && avg > k.Y[i] {
		k.Lost = append(k.Lost, Lost{k.day(i), avg - k.Y[i]})
	}
}

// near is the average of like days of i within four weeks: plain ones of the same
// weekday, or of any.
func (k *cleaner) near(i int) (float64, bool) {
	if avg, ok := k.average(i, 7, 2); ok {
		return avg, true
	}
	return k.average(i, 1, 3)
}

// like is near, or else the average of all plain days.
func (k *cleaner) like(i int) (float64, bool) {
	if avg, ok := k.near(i); ok {
		return avg, true
	}
	total, n := 0.0, 0
	for j, y := range k.Y {
		if k.plain(j) {
			total += y
			n++
		}
	}
	return total / float64(max(n, 1)), n > 0
}

// average is the mean of the plain days i±step, i±2·step … up to 28 days away; it
// needs least of them.
func (k *cleaner) average(i, step, least int) (float64, bool) {
	total, n := 0.0, 0
	for off := step; off <= 7*weeksAround; off += step {
		for _, j := range [2]int{i - off, i + off} {
			if j >= 0 && j < len(k.Y) && k.plain(j) {
				total += k.Y[j]
				n++
			}
		}
	}
	return total / float64(max(n, 1)), n >= least
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
