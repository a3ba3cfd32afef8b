package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// NextProduct is the chance that a customer buys a product in the window.
type NextProduct struct {
	Customer    int // number in the history
	Product     int
	Probability float64
	Again       bool // bought before
}

// candidate is a pair the model is asked about.
type candidate struct {
	person  int // index into the scene's people
	product int32
	own     int     // index into the person's pairs, -1 when never bought
	near    float64 // sum of the cosines with what was bought
	nearest float64
}

const (
	popularCandidates = 40
	similarCandidates = 60
)

// candidates lists what a person may buy next: all he has bought, what is
// popular, and what is similar to what he has bought.
func (s *scene) candidates(i int, popular []int32, out []candidate) []candidate {
	p := &s.people[i]
	at := map[int32]int{}
	for k, q := range p.pairs {
		at[q.product] = len(out)
		out = append(out, candidate{person: i, product: q.product, own: k})
	}
	near := map[int32]candidate{}
	for _, q := range p.pairs {
		for _, n := range s.articles[q.product].similar {
			c := near[n.product]
			c.product = n.product
			c.near += n.cosine
			c.nearest = max(c.nearest, n.cosine)
			near[n.product] = c
		}
	}
	list := make([]candidate, 0, len(near))
	for b, c := range near {
		if k, ok := at[b]; ok {
			out[k].near, out[k].nearest = c.near, c.nearest
		} else {
			c.person, c.own = i, -1
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.near, a.near), cmp.Compare(a.product, b.product))
	})
	list = list[:min(len(list), similarCandidates)]
	for _, c := range list {
		at[c.product] = len(out)
		out = append(out, c)
	}
	for _, b := range popular {
		if _, ok := at[b]; !ok {
			c := near[b]
			out = append(out, candidate{person: i, product: b, own: -1, near: c.near, nearest: c.nearest})
		}
	}
	return out
}

// popular lists the products with the most customers lately.
func (s *scene) popular() []int32 {
	all := make([]int32, 0, len(s.articles))
	for b := range s.articles {
		if s.articles[b].recent > 0 {
			all = append(all, int32(b))
		}
	}
	slices.SortFunc(all, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.articles[b].recent, s.articles[a].recent), cmp.Compare(a, b))
	})
	return all[:min(len(all), popularCandidates)]
}

// features describes a candidate; own and new candidates have models of their own.
func (s *scene) features(c candidate, out []float64) []float64 {
	p, a := &s.people[c.person], &s.articles[c.product]
	n := float64(len(s.people))
	recent, older := math.Log((a.recent+0.5)/n), math.Log((a.older+0.5)/n)
	quiet := float64(s.day - p.last)
	repeat := math.Log((a.again + 0.5) / (a.buyers + 5))
	out = append(out,
		p.active, math.Log1p(quiet), math.Log1p(p.Age), math.Log1p(p.Lines), math.Log1p(float64(p.Frequency)),
		math.Log1p(float64(p.Half)), math.Log1p(float64(len(p.pairs))),
		recent, recent-older, repeat, math.Log1p(a.buyers), math.Log1p(float64(s.day-a.first)),
		math.Log1p(c.near), c.nearest, p.active*recent, math.Log1p(p.Lines)*p.active)
	if c.own < 0 {
		return out
	}
	q := &p.pairs[c.own]
	since := float64(s.day - q.last)
	gap := (a.days + 60) / (a.intervals + 1)
	if q.n > 1 {
		gap = (float64(q.last-q.first) + gap) / float64(q.n)
	}
	orderGap := (p.Recency + 60) / float64(p.Frequency+1)
	lastGap := gap
	if q.n > 1 {
		lastGap = float64(q.gap)
	}
	lastOrder := 0.0
	if q.last == p.last {
		lastOrder = 1
	}
	once := 0.0
	if q.n == 1 {
		once = 1
	}
	share := math.Log((float64(q.n) + 0.2) / float64(p.Orders+1))
	sinceFirst := float64(s.day - q.first)
	return append(out, math.Log(float64(q.n)), once, share, math.Log1p(since), math.Log1p(sinceFirst), math.Log(gap), min(since/gap, 5),
		lastOrder, math.Log1p(float64(q.units)), math.Log((float64(q.n)-0.5)/(sinceFirst+30)), share*recent, share*p.active,
		math.Log(orderGap), min(quiet/orderGap, 5), math.Log(gap/orderGap), math.Log(lastGap+1), min(2, max(-2, (gap-since)/float64(s.days))), min(2, max(-2, (orderGap-quiet)/float64(s.days))))
}

// What the product models learn from.
const (
	scenesBack    = 3    // earlier windows
	scenePeople   = 4000 // customers of each
	shortWindow   = 7    // days; a history too short for such a window teaches nothing
	fewestRows    = 200  // rows a regression needs
	productsRidge = 10
)

// Products returns for every customer the products he is most likely to buy in
// the days after the cut-off, at most top each, likeliest first. The candidates
// are what he has bought, what is similar to it, and what is popular. Two
// logistic regressions, one for what he has bought and one for the rest, learn
// the chances from earlier windows of the same length, so that they are
// probabilities and not scores. A history shorter than four windows is learned
// from in shorter ones; without any the rates of the past go on.
func Products(h *History, cutoff core.Day, days, top int) ([]NextProduct, error) {
	var results [][]NextProduct
	_, err := eachCustomer(h, cutoff, days, func(people int) { results = make([][]NextProduct, people) }, func(_, i int, out []NextProduct) {
		slices.SortFunc(out, func(a, b NextProduct) int {
			return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Product, b.Product))
		})
		results[i] = slices.Clone(out[:max(0, min(top, len(out)))])
	})
	return slices.Concat(results...), err
}

// eachCustomer calls start with the number of customers and then visit with the
// candidates of each, in some pieces at the same time; visit must not keep them.
func eachCustomer(h *History, cutoff core.Day, days int, start func(people int), visit func(part, i int, list []NextProduct)) (*scene, error) {
	days = max(days, 1)
	w := min(days, int(cutoff-h.First())/4)
	now := newScene(h, cutoff, max(w, 1))
	if len(now.people) == 0 {
		return nil, ErrEmpty
	}
	now.compare()
	var own, fresh table
	for k := 1; k <= scenesBack && w >= shortWindow; k++ {
		if day := cutoff - core.Day(k*w); int(day-h.First()) >= w {
			s := newScene(h, day, w)
			s.compare()
			s.teach(h, &own, &fresh)
		}
	}
	again, first := own.regression(productsRidge), fresh.regression(productsRidge)
	popular := now.popular()
	start(len(now.people))
	inParts(len(now.people), func(part, from, to int) {
		var x []float64
		var list []candidate
		var out []NextProduct
		for i := from; i < to; i++ {
			list = now.candidates(i, popular, list[:0])
			out = out[:0]
			for _, c := range list {
				r := again
				if c.own < 0 {
					r = first
				}
				p := now.rate(c)
				if r != nil {
					x = now.features(c, x[:0])
					p = logistic.mean(r.eta(x))
				}
				out = append(out, NextProduct{now.people[i].Customer, int(c.product), stretch(p, days, w), c.own >= 0})
			}
			visit(part, i, out)
		}
	})
	return now, nil
}

// teach adds what the people of an earlier day bought in the window after it.
func (s *scene) teach(h *History, own, fresh *table) {
	popular := s.popular()
	oneIn := 1 + (len(s.people)-1)/scenePeople
	var list []candidate
	for i := range s.people {
		if !h.drawn(s.people[i].Customer, oneIn) {
			continue
		}
		bought := map[int32]bool{}
		for _, l := range h.between(s.people[i].Customer, s.day, s.day+core.Day(s.days)) {
			if l.Qty > 0 {
				bought[l.Product] = true
			}
		}
		list = s.candidates(i, popular, list[:0])
		for _, c := range list {
			t := own
			if c.own < 0 {
				t = fresh
			}
			y := 0.0
			if bought[c.product] {
				y = 1
			}
			t.x = s.features(c, t.x)
			t.y = append(t.y, y)
		}
	}
}

// regression fits a logistic regression, nil where there are too few rows or
// only one outcome.
func (t *table) regression(lambda float64) *regression {
	yes := 0.0
	for _, y := range t.y {
		yes += y
	}
	if len(t.y) < fewestRows || yes == 0 || yes == float64(len(t.y)) {
		return nil
	}
	t.p = len(t.x) / len(t.y)
	return regress(logistic, t, lambda)
}

// rate is the chance of a purchase in the scene's window where nothing could be
// learned: the past rate of the pair, or of the product among all customers.
func (s *scene) rate(c candidate) float64 {
	if c.own < 0 {
		return -math.Expm1(-s.articles[c.product].recent / float64(len(s.people)) * float64(s.days) / recentDays)
	}
	return -math.Expm1(-s.perDay(c) * float64(s.days))
}

// perDay is the past rate of a pair: purchases a day since the first.
func (s *scene) perDay(c candidate) float64 {
	q := s.people[c.person].pairs[c.own]
	return (float64(q.n) - 0.5) / (float64(s.day-q.first) + recentDays)
}

// stretch turns a chance within w days into one within a longer window.
func stretch(p float64, days, w int) float64 {
	if w < days {
		p = -math.Expm1(math.Log1p(-min(p, 1-1e-9)) * float64(days) / float64(max(w, 1)))
	}
	return min(1, max(0, p))
}
