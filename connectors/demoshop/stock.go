package demoshop

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"quartermaster/core"
)

// state is what an item shall look like on the first check.
type state int

const (
	healthy   state = iota
	critical        // RED, a best seller with 3 to 9 days of stock
	red             // RED, 5 to 10 days
	soldOut         // RED, nothing left and customers waiting
	yellow          // under the reorder point of the ordinary way, over that of the fast one
	overstock       // most of a year
	late            // RED, with an order that should have come six days ago
)

// inLeeds gives the state of products by their rank in revenue of the last
// eight weeks; the rest is healthy.
var inLeeds = map[int]state{
	1: critical, 3: critical,
	8: red, 15: red, 34: red, 47: red, 64: red, 59: soldOut, 66: late,
	18: yellow, 31: yellow, 33: yellow, 35: yellow, 40: yellow, 52: yellow, 63: yellow, 74: yellow, 97: yellow,
	104: overstock, 113: overstock, 121: overstock, 130: overstock,
}

// inRotterdam does the same by rank among the products held there.
var inRotterdam = map[int]state{9: red, 13: yellow, 20: yellow}

// need is demand and control limits of one SKU at one place, in units.
type need struct {
	perDay, sd float64
	fast, sea  float64 // reorder points of the fastest and the ordinary way
	upTo       float64 // order-up-to level of the ordinary way
}

const (
	z95        = 1.645 // standard normal quantile of 95 %
	reviewDays = 7
)

// newNeed computes the reorder points by the formula of core/replenish.Calculation,
// and the order-up-to level as the target "cost" would see it: prepared for the most
// that ever sold in the time an order must last, one deviation late. Demand is taken on
// the high side, the larger of the last eight weeks and the whole time, because the
// limits are what healthy stock must exceed.
func newNeed(demand []int64, s *supplier) need {
	mean, sd := moments(demand)
	lately, latelySD := moments(demand[len(demand)-recentDays:])
	n := need{perDay: max(mean, lately), sd: max(sd, latelySD)}
	level := func(days, sd float64) float64 {
		return n.perDay*days + z95*math.Sqrt(days*n.sd*n.sd+n.perDay*n.perDay*sd*sd)
	}
	sea, fast := s.leads[0], s.leads[len(s.leads)-1]
	n.sea, n.fast = level(float64(sea.days), sea.sdDays), level(float64(fast.days), fast.sdDays)
	n.upTo = max(level(float64(sea.days+reviewDays), sea.sdDays),
		largest(demand, sea.days+reviewDays+int(math.Ceil(sea.sdDays)))*min(n.perDay/max(mean, 1e-9), 1.6))
	return n
}

// largest is the most that was sold on so many days in a row.
func largest(demand []int64, days int) float64 {
	var sum, most int64
	for i, v := range demand {
		sum += v
		if i >= days {
			sum -= demand[i-days]
		}
		most = max(most, sum)
	}
	return float64(most)
}

// moments returns the mean and the sample standard deviation.
func moments(x []int64) (mean, sd float64) {
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		sd += (float64(v) - mean) * (float64(v) - mean) / float64(len(x)-1)
	}
	return mean, math.Sqrt(sd)
}

// holding is the stock of one item and what is on its way.
type holding struct {
	onHand, committed, backorders int64
	onOrder                       int64
	dueIn                         core.Day // days from today; negative is overdue
	orderState                    core.InboundState
}

// hold draws the stock of an item in the given state.
func hold(rng *rand.Rand, st state, n need, o offer) holding {
	days := func(lo, hi float64) int64 { return int64(math.Ceil(n.perDay * (lo + rng.Float64()*(hi-lo)))) }
	var h holding
	switch st {
	case critical:
		h.onHand = days(3, 9)
	case red:
		h.onHand = days(5, 10)
	case soldOut:
		h.backorders = days(0.5, 1.5)
	case late:
		h.onHand = days(5, 9)
		h.onOrder, h.dueIn, h.orderState = o.moq, -6, core.InboundConfirmed
	case yellow:
		lo, hi := max(1.15*n.fast, 16*n.perDay), max(0.9*n.sea, 24*n.perDay)
		h.onHand = int64(math.Ceil(lo + rng.Float64()*0.7*max(0, hi-lo)))
	case overstock:
		h.onHand = days(230, 330)
	case healthy:
		// Above the order-up-to level, and never under 36 days of sales, so that the
		// item stays GREEN for some weeks.
		position := max(n.upTo*(1+0.2*rng.Float64()), 36*n.perDay, 24)
		h.onHand = int64(math.Ceil(position))
		if sea := o.supplier.leads[0]; rng.IntN(4) == 0 && position > 75*n.perDay {
			// Part of it is on the way.
			h.dueIn = core.Day(3 + rng.IntN(sea.days-5))
			h.onOrder = roundUp(h.onHand*2/5, o.pack)
			h.onHand -= h.onOrder * 9 / 10
			h.orderState = core.InboundShipped
			if float64(h.dueIn) > 0.6*float64(sea.days) {
				h.orderState = core.InboundConfirmed
			}
		}
	}
	h.committed = min(h.onHand/20, int64(rng.Float64()*0.6*n.perDay))
	return h
}

func roundUp(n, pack int64) int64 { return (n + pack - 1) / pack * pack }

// levels makes the rows of stock.csv and open_orders.csv.
func (w *world) levels(offers []offer) (stock, open [][]string) {
	stock = [][]string{{"sku", "location", "on_hand", "committed", "backorders", "as_of"}}
	open = [][]string{{"order", "supplier", "sku", "location", "quantity", "due", "state"}}
	demand := demandOf(w.sales)
	add := func(loc core.LocationID, p product, st state, units []int64, rng *rand.Rand) {
		i := slices.IndexFunc(offers, func(o offer) bool { return o.sku == p.sku && o.preferred })
		o := offers[i]
		h := hold(rng, st, newNeed(units, o.supplier), o)
		count := func(n int64) string { return strconv.FormatInt(n, 10) }
		stock = append(stock, []string{string(p.sku), string(loc), count(h.onHand), count(h.committed), count(h.backorders), ""})
		if h.onOrder > 0 {
			open = append(open, []string{"", o.supplier.id, string(p.sku), string(loc), count(h.onOrder), (w.today + h.dueIn).String(), string(h.orderState)})
		}
	}
	abroad := 0
	for rank, p := range w.products {
		rng := draw(w.seed+2, p.sku)
		uk, intl := demand[p.sku][channelUK], demand[p.sku][channelIntl]
		if !w.eu[p.sku] { // sold abroad from Leeds
			both := make([]int64, len(uk))
			for i := range both {
				both[i] = uk[i] + intl[i]
			}
			add(leeds, p, inLeeds[rank], both, rng)
			continue
		}
		add(leeds, p, inLeeds[rank], uk, rng)
		add(rotterdam, p, inRotterdam[abroad], intl, rng)
		abroad++
	}
	byColumns := func(cols ...int) func(a, b []string) int {
		return func(a, b []string) int {
			for _, c := range cols {
				if d := cmp.Compare(a[c], b[c]); d != 0 {
					return d
				}
			}
			return 0
		}
	}
	slices.SortFunc(stock[1:], byColumns(0, 1))
	// One order per due day, supplier and place, numbered by due day.
	slices.SortFunc(open[1:], byColumns(5, 1, 3, 2))
	number := 1040
	for i, r := range open[1:] {
		if i == 0 || byColumns(5, 1, 3)(r, open[i]) != 0 {
			number++
		}
		r[0] = "HP-" + strconv.Itoa(number)
	}
	return stock, open
}
