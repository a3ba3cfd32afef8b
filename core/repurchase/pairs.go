package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// pair is what one customer bought of one product up to a day.
type pair struct {
	product     int32
	n           int // days it was bought on
	first, last core.Day
	units       int64
	gap         core.Day // the last interval between purchases, 0 when bought once
}

// person is a customer as the product models see one on a day.
type person struct {
	Summary
	first, last core.Day // orders
	active      float64  // log odds of an order in the window, by the customer models
	pairs       []pair   // by product
}

// article is a product as the product models see one on a day.
type article struct {
	first           core.Day // first sale; 0 when never sold
	recent          float64  // customers in the last recentDays
	older           float64  // customers in the recentDays before those
	buyers          float64  // customers ever
	again           float64  // customers who bought on two or more days
	similar         []neighbour
	intervals, days float64 // completed intervals between purchases, and their days
}

// neighbour is a product bought by the same customers.
type neighbour struct {
	product int32
	cosine  float64
}

// The windows and limits of the features.
const (
	recentDays    = 60
	maxBasket     = 150 // products of a customer that count for similarity, the most bought ones
	maxNeighbours = 30
	minBuyers     = 5 // of a product that can be similar to another
)

// scene is the shop as it stood at the end of a day.
type scene struct {
	day      core.Day
	days     int // length of the window asked about
	people   []person
	articles []article
}

// newScene looks at the shop at the end of a day, for a window of so many days.
func newScene(h *History, day core.Day, days int) *scene {
	all := h.Summaries(day)
	v := newView(all, float64(days), BGNBD)
	s := &scene{day: day, days: days, people: make([]person, len(v.all)), articles: make([]article, len(h.Products))}
	inParts(len(v.all), func(_, from, to int) {
		for i := from; i < to; i++ {
			s.people[i] = newPerson(h, v.all[i], day)
			s.people[i].active = logit(v.mean[i].Active)
		}
	})
	for i := range s.people {
		p := &s.people[i]
		for _, q := range p.pairs {
			a := &s.articles[q.product]
			if a.first == 0 || q.first < a.first {
				a.first = q.first
			}
			a.buyers++
			if q.n > 1 {
				a.again++
				a.intervals += float64(q.n - 1)
				a.days += float64(q.last - q.first)
			}
		}
		seen := map[int32]int{}
		for _, l := range h.between(p.Customer, day-2*recentDays, day) {
			if l.Qty <= 0 || l.Product < 0 {
				continue
			}
			bit := 1
			if l.Day <= day-recentDays {
				bit = 2
			}
			if seen[l.Product]&bit == 0 {
				seen[l.Product] |= bit
				if bit == 1 {
					s.articles[l.Product].recent++
				} else {
					s.articles[l.Product].older++
				}
			}
		}
	}
	return s
}

func newPerson(h *History, sum Summary, day core.Day) person {
	p := person{Summary: sum, first: day - core.Day(sum.Age), last: day - core.Day(sum.Age-sum.Recency)}
	lines := h.until(sum.Customer, day)
	order := make([]int, 0, len(lines))
	for i, l := range lines {
		if l.Qty > 0 && l.Product >= 0 {
			order = append(order, i)
		}
	}
	// Lines are ordered by day; a stable sort by product keeps that within one.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lines[a].Product, lines[b].Product) })
	for _, i := range order {
		l := lines[i]
		if n := len(p.pairs); n == 0 || p.pairs[n-1].product != l.Product {
			p.pairs = append(p.pairs, pair{product: l.Product, n: 1, first: l.Day, last: l.Day, units: int64(l.Qty)})
			continue
		}
		q := &p.pairs[len(p.pairs)-1]
		if l.Day != q.last {
			q.n++
			q.gap = l.Day - q.last
			q.last = l.Day
		}
		q.units += int64(l.Qty)
	}
	return p
}

// compare finds for every product the ones bought by the same customers: the
// cosine of their customer sets (item-to-item, Linden, Smith and York 2003).
func (s *scene) compare() {
	baskets := make([][]int32, len(s.people))
	holders := make([][]int32, len(s.articles))
	for i := range s.people {
		ps := s.people[i].pairs
		if len(ps) > maxBasket {
			ps = slices.Clone(ps)
			slices.SortStableFunc(ps, func(a, b pair) int { return cmp.Compare(b.n, a.n) })
			ps = ps[:maxBasket]
		}
		for _, q := range ps {
			if s.articles[q.product].buyers >= minBuyers {
				baskets[i] = append(baskets[i], q.product)
				holders[q.product] = append(holders[q.product], int32(i))
			}
		}
	}
	inParts(len(s.articles), func(_, from, to int) {
		count := make([]float64, len(s.articles))
		var touched []int32
		for a := from; a < to; a++ {
			for _, c := range holders[a] {
				for _, b := range baskets[c] {
					if count[b] == 0 {
						touched = append(touched, b)
					}
					count[b]++
				}
			}
			var near []neighbour
			for _, b := range touched {
				if int(b) != a && count[b] > 1 {
					near = append(near, neighbour{b, count[b] / math.Sqrt(s.articles[a].buyers*s.articles[b].buyers)})
				}
				count[b] = 0
			}
			touched = touched[:0]
			slices.SortFunc(near, func(x, y neighbour) int {
				return cmp.Or(cmp.Compare(y.cosine, x.cosine), cmp.Compare(x.product, y.product))
			})
			s.articles[a].similar = near[:min(len(near), maxNeighbours)]
		}
	})
}
