package history

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

// Bounds of the survey.
const (
	weeksAround = 4    // weeks on each side that say what is usual on a weekday
	goneShare   = 0.6  // fewer than this share of the expected SKUs sold: gone
	closedShare = 0.02 // hardly any did: closed, or the whole day was lost
	surprise    = 4    // standard deviations below the expectation, of the logarithm
	// leastExpected is how many SKUs must usually sell on a day for it to be judged.
	leastExpected = 3
)

// Calendar is what befell the whole shop, day by day, with its report.
type Calendar struct {
	shop  Shop
	start core.Day
	state []shopDay
	// Anomalies are those of the whole shop.
	Anomalies []Anomaly
}

// shopDay is the state of a day for the whole shop.
type shopDay uint8

const (
	normal shopDay = iota
	closedDay
	goneDay
	missingDay
)

// dayCount counts one day over all nodes. Shares are whole numbers of 1/840, the
// least common multiple of 1 to 8, so that the order of nodes changes nothing.
type dayCount struct {
	expected, variance int64
	sold, known, nodes int64
}

const unit = 840

// Survey looks at all nodes of the shop together. A day counts as closed when
// nothing was sold, and as gone when fewer than 60 % of the SKUs sold that
// usually do on this weekday; both only when that is five standard deviations from the
// expectation, which is the share of sales on the same weekday of the four weeks
// on either side, summed over SKUs. The spread is that of the shop's own days,
// at least binomial. A weekday on which the shop never sells is nothing special.
func Survey(nodes []Node, shop Shop) *Calendar {
	c := &Calendar{shop: shop, start: shop.Until}
	for i := range nodes {
		for _, s := range nodes[i].Series {
			if s.Qty.Len() > 0 {
				c.start = min(c.start, s.Start)
			}
		}
	}
	c.start = max(c.start, shop.Until-MaxDays)
	n := max(0, int(shop.Until-c.start))
	days := make([]dayCount, n)
	var add adder
	for i := range nodes {
		count(days, c.start, add.quantities(nodes[i].Series, shop.Until))
	}
	c.state = make([]shopDay, n)
	c.judge(days)
	return c
}

// count adds one node.
func count(days []dayCount, start core.Day, r raw) {
	off := int(r.start - start)
	for i, y := range r.y {
		d := &days[off+i]
		d.nodes++
		if math.IsNaN(y) {
			continue
		}
		d.known++
		var sold, known int64
		for w := -weeksAround; w <= weeksAround; w++ {
			if j := i + 7*w; w != 0 && j >= 0 && j < len(r.y) && !math.IsNaN(r.y[j]) {
				known++
				if r.y[j] > 0 {
					sold++
				}
			}
		}
		if known < 2 || sold == 0 {
			continue
		}
		if y > 0 {
			d.sold++
		}
		p := unit * sold / known
		d.expected += p
		p = min(p, unit-unit/16) // nobody sells for certain
		d.variance += p * (unit - p)
	}
}

// judge sets the state of every day and writes the report.
func (c *Calendar) judge(days []dayCount) {
	// The spread of a day's share is what the shop's days have in common (busy and
	// quiet days, by the median deviation) and the chance of each SKU.
	share := func(d *dayCount) (log, chance float64) {
		e := float64(d.expected) / unit
		return math.Log(max(float64(d.sold), 0.5) / e), float64(d.variance) / float64(d.expected) / float64(d.expected)
	}
	var off, by []float64
	for i := range days {
		if days[i].expected >= leastExpected*unit {
			log, chance := share(&days[i])
			off, by = append(off, math.Abs(log)), append(by, chance)
		}
	}
	common := 0.0
	if len(off) > 0 {
		m := 1.4826 * median(off)
		common = max(0, m*m-median(by))
	}
	last := len(days) // after the last day of which anything is known
	for last > 0 && days[last-1].known == 0 {
		last--
	}
	low := func(d *dayCount) bool {
		log, chance := share(d)
		return log < -surprise*math.Sqrt(common+chance)
	}
	for i := range days[:last] {
		d := &days[i]
		expected := float64(d.expected) / unit
		switch {
		case d.known == 0 && d.nodes > 0:
			c.state[i] = missingDay
		case expected < leastExpected || !low(d):
		case float64(d.sold) <= closedShare*expected:
			c.state[i] = closedDay
		case float64(d.sold) < goneShare*expected:
			c.state[i] = goneDay
		}
	}
	for i := 0; i < last; {
		j := i + 1
		for j < last && c.state[j] == c.state[i] {
			j++
		}
		c.report(days, i, j)
		i = j
	}
}

// report lists days i to j-1, which have the same state.
func (c *Calendar) report(days []dayCount, i, j int) {
	if c.state[i] == normal {
		return
	}
	var sold, expected, nodes float64
	for _, d := range days[i:j] {
		sold += float64(d.sold) / float64(j-i)
		expected += float64(d.expected) / unit / float64(j-i)
		nodes += float64(d.nodes) / float64(j-i)
	}
	a := Anomaly{From: c.start + core.Day(i), To: c.start + core.Day(j-1), Value: sold}
	switch c.state[i] {
	case closedDay:
		a.Kind = Closed
		name := c.holiday(a.From, a.To)
		if name == "" {
			name = "taken as closed or lost, and left out"
		} else {
			name = "closed for " + name + ", left out"
		}
		a.Reason = fmt.Sprintf("No SKU sold anything, where about %s usually do: %s.", num(expected), name)
	case goneDay:
		a.Kind = Gone
		a.Reason = fmt.Sprintf("Only %s SKUs sold, where about %s usually do: where a SKU that sells on most such days sold nothing, the average of like days is used.", num(sold), num(expected))
	case missingDay:
		a.Kind, a.Value = Missing, 0
		a.Reason = fmt.Sprintf("No data for any of %s SKUs.", num(nodes))
	}
	c.Anomalies = append(c.Anomalies, a)
}

// holiday names an event of the whole shop that covers the days.
func (c *Calendar) holiday(from, to core.Day) string {
	var names []string
	for _, e := range c.shop.Events {
		if e.Kind == "holiday" && e.SKU == "" && e.Category == "" && e.From <= from && to <= e.To {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

func (c *Calendar) at(d core.Day) shopDay {
	if i := int(d - c.start); i >= 0 && i < len(c.state) {
		return c.state[i]
	}
	return normal
}
