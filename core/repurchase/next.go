package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// Due is when a customer is expected to buy a product again.
type Due struct {
	Customer int // number in the history
	Product  int
	// Days from the cut-off to the next purchase, if there is one in the window:
	// the median of pairs of the same probability.
	Days        float64
	Probability float64 // of a purchase in the window
	Bought      int     // days it was bought on up to the cut-off
}

// How the due dates are learned.
const (
	dueRidge  = 30.0
	waitRidge = 3.0
	waitBins  = 10
	// waitWeight is the part of the expected wait in the ranking; the rest is
	// the chance of a purchase at all. Chosen on windows inside the history.
	waitWeight = 0.3
)

// DueDates forecasts, for every customer and product bought on two or more
// days, the next purchase within the days after the cut-off.
//
// A pair long overdue is mostly dead, so "last purchase plus usual gap" ranks
// the wrong pairs first. Instead a logistic regression learns the chance of a
// purchase from four earlier windows, another one the wait of those who
// bought; both together rank the pairs, and the median wait of each tenth of
// that ranking, made to rise, is the date: its mean with the median wait of purchases
// at random (see atRandom), which is all there is where nothing could be learned.
func DueDates(h *History, cutoff core.Day, days int) ([]Due, error) {
	days = max(days, 1)
	w := max(holdout(h, cutoff, days), 1)
	now := newScene(h, cutoff, w)
	if len(now.people) == 0 {
		return nil, ErrEmpty
	}
	var chance, wait table
	for back := 0; back <= 3*w/7 && w >= shortWindow; back += max(w/7, 1) {
		if day := cutoff - core.Day(w+back); int(day-h.First()) >= w/2 {
			newScene(h, day, w).teachWait(h, &chance, &wait)
		}
	}
	clock := newClock(&chance, &wait)
	var out []Due
	var x []float64
	for i := range now.people {
		p := &now.people[i]
		for k, q := range p.pairs {
			if q.n < 2 {
				continue
			}
			c := candidate{person: i, product: q.product, own: k}
			d := Due{Customer: p.Customer, Product: int(q.product), Bought: q.n, Days: now.atRandom(c, float64(days)), Probability: now.rate(c)}
			if clock != nil {
				x = now.features(c, x[:0])
				d.Days = (d.Days + clock.wait(x)*float64(days)) / 2
				d.Probability = logistic.mean(clock.chance.eta(x))
			}
			d.Probability = stretch(d.Probability, days, w)
			out = append(out, d)
		}
	}
	return out, nil
}

// atRandom is the median wait in days of a pair that is bought at random at its past
// rate, given that it is bought within so many days: that of an exponential cut off
// there.
func (s *scene) atRandom(c candidate, days float64) float64 {
	rate := s.perDay(c)
	return 0.5 - math.Log1p(math.Expm1(-rate*days)/2)/rate
}

// teachWait adds the pairs of an earlier day: whether they were bought in the
// window after it, and after which part of it.
func (s *scene) teachWait(h *History, chance, wait *table) {
	oneIn := 1 + (len(s.people)-1)/scenePeople
	for i := range s.people {
		if !h.drawn(s.people[i].Customer, oneIn) {
			continue
		}
		next := map[int32]core.Day{}
		for _, l := range h.between(s.people[i].Customer, s.day, s.day+core.Day(s.days)) {
			if _, ok := next[l.Product]; !ok && l.Qty > 0 {
				next[l.Product] = l.Day
			}
		}
		for k, q := range s.people[i].pairs {
			if q.n < 2 {
				continue
			}
			start, y := len(chance.x), 0.0
			chance.x = s.features(candidate{person: i, product: q.product, own: k}, chance.x)
			if day, ok := next[q.product]; ok {
				y = 1
				wait.x = append(wait.x, chance.x[start:]...)
				wait.y = append(wait.y, float64(day-s.day)/float64(s.days))
			}
			chance.y = append(chance.y, y)
		}
	}
}

// clock tells how long the wait for a purchase is, as a part of the window.
type clock struct {
	chance *regression // of a purchase in the window
	length *regression // expected wait given one
	score  []float64   // mean score of a bin, falling
	median []float64   // median wait of a bin, rising
}

// newClock learns from pairs; nil when there are too few.
func newClock(chance, wait *table) *clock {
	c := &clock{chance: chance.regression(dueRidge)}
	if c.chance == nil || len(wait.y) < fewestRows {
		return nil
	}
	wait.p = chance.p
	c.length = regress(poisson, wait, waitRidge)
	type point struct{ score, wait float64 }
	points := make([]point, wait.rows())
	for i := range points {
		points[i] = point{c.rank(wait.row(i)), wait.y[i]}
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.wait, b.wait)) })
	for b := range waitBins {
		bin := points[b*len(points)/waitBins : (b+1)*len(points)/waitBins]
		sum, waits := 0.0, make([]float64, len(bin))
		for i, p := range bin {
			sum += p.score
			waits[i] = p.wait
		}
		slices.Sort(waits)
		median := waits[len(waits)/2]
		if b > 0 { // a hair apart, so that the order of the pairs is kept
			median = max(median, c.median[b-1]+0.005)
		}
		c.score, c.median = append(c.score, sum/float64(len(bin))), append(c.median, median)
	}
	return c
}

// rank is higher the sooner a purchase is due.
func (c *clock) rank(x []float64) float64 {
	return (1-waitWeight)*c.chance.eta(x) - 4*waitWeight*c.length.eta(x)
}

// wait interpolates the median wait for a row of features. It goes on falling
// above the first bin and rising below the last one.
func (c *clock) wait(x []float64) float64 {
	s := c.rank(x)
	if s >= c.score[0] {
		return c.median[0] * (0.9 + 0.1/(1+s-c.score[0]))
	}
	for b := 1; b < len(c.score); b++ {
		if s >= c.score[b] {
			part := (s - c.score[b]) / max(c.score[b-1]-c.score[b], 1e-12)
			return c.median[b] + part*(c.median[b-1]-c.median[b])
		}
	}
	return c.median[len(c.median)-1] + 0.02*math.Log1p(c.score[len(c.score)-1]-s)
}
