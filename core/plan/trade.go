package plan

import (
	"math"
	"reflect"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/supply"
)

// tradeWeeks is how many complete calendar weeks a report adds up: the span in which
// late orders, receipts and corrections still change them.
const tradeWeeks = 26

// TradeWeek holds the sums of one calendar week, Monday to Sunday in the shop's zone,
// that the indicators are made of. Money is in minor units of the shop's currency.
type TradeWeek struct {
	Monday core.Day `json:"monday"`
	// Days of the week on which sales are known, up to 7.
	Days int `json:"days"`
	// Revenue is what was sold at the price paid, or the product's where that is not
	// known; Cost is the same units at the product's cost.
	Revenue int64 `json:"revenue"`
	Cost    int64 `json:"cost"`
	// Lost is the margin of what was not sold on days on which stock had run out
	// (history.Lost).
	Lost int64 `json:"lost"`
	// Sold are the units of products and places whose sales are known in full for the
	// week and the one before; Off adds up how far the two weeks differ, product by
	// product: the error of a forecast that repeats the last week.
	Sold float64 `json:"sold"`
	Off  float64 `json:"off"`
	// AdSpend and AdRevenue are what advertising cost and, by the platforms' count,
	// brought. AdRows is how many rows say so.
	AdSpend   int64 `json:"ad_spend"`
	AdRevenue int64 `json:"ad_revenue"`
	AdRows    int   `json:"ad_rows"`
	// Kept of the order lines at suppliers Due this week came whole by then
	// (supply.Promise).
	Due  int `json:"due"`
	Kept int `json:"kept"`
	// Stock on hand at cost, on the days on which it was seen; Back says that it was
	// reckoned back from a later stock instead.
	Stock []StockDay `json:"stock,omitempty"`
	Back  bool       `json:"back,omitempty"`
}

// StockDay is the stock on hand of a day at cost, minor units of the shop's currency.
type StockDay struct {
	Day   core.Day `json:"day"`
	Value int64    `json:"value"`
}

// trade adds up the weeks of one Evaluate, the present one last. Sums are floats until
// they are written down, so that nothing overflows.
type trade struct {
	first core.Day // Monday of the first week
	weeks [tradeWeeks + 1]tradeSums
}

type tradeSums struct {
	revenue, cost, lost, sold, off, spend, brought float64
	days, ads, due, kept                           int
}

func newTrade(today core.Day) trade { return trade{first: today.Monday() - 7*tradeWeeks} }

// at returns the sums of a day's week; nil when it is too old, or to come.
func (t *trade) at(d core.Day) *tradeSums {
	if i := int(d-t.first) / 7; d >= t.first && i < len(t.weeks) {
		return &t.weeks[i]
	}
	return nil
}

// node adds what one product at one place missed, and how far its weeks differ.
func (t *trade) node(h *history.History, margin core.Money) {
	for _, l := range h.Lost {
		if w := t.at(l.Day); w != nil {
			w.lost += l.Units * float64(margin.Minor)
		}
	}
	week := func(monday core.Day) float64 { // NaN unless known in full
		sum := 0.0
		for d := monday; d < monday+7; d++ {
			i := int(d - h.Start)
			if i < 0 || i >= len(h.Y) || h.Flags[i]&core.Anomaly != 0 { // replaced is not known
				return math.NaN()
			}
			sum += h.Y[i]
		}
		return sum
	}
	before := week(t.first - 7)
	for i := range tradeWeeks {
		now := week(t.first + core.Day(7*i))
		if off := math.Abs(now - before); !math.IsNaN(off) {
			t.weeks[i].sold, t.weeks[i].off = t.weeks[i].sold+now, t.weeks[i].off+off
		}
		before = now
	}
}

// soldOn returns what was sold on a day of a series, where that is known.
func soldOn(s core.Series, d core.Day) (qty float64, ok bool) {
	qty = float64(s.Qty.At(int(d - s.Start)))
	return qty, qty >= 0 && !math.IsInf(qty, 0)
}

// sales adds what was sold. Demand that kits pass on to their parts is not in the
// snapshot, so nothing counts twice.
func (e *evaluation) sales(t *trade) {
	known := make([]bool, 7*len(t.weeks))
	for _, s := range e.s.Demand {
		p := e.products[s.SKU]
		if p == nil {
			continue
		}
		cost, _ := e.toShop(p.Cost)
		price, _ := e.toShop(p.Price)
		paid, next := price.Minor, 0
		for d := max(t.first, s.Start); d < min(s.End(), e.today); d++ {
			qty, ok := soldOn(s, d)
			if !ok {
				continue
			}
			for ; next < len(s.Prices) && s.Prices[next].Day <= d; next++ {
				paid = s.Prices[next].Minor
			}
			known[d-t.first] = true
			w := t.at(d)
			w.revenue, w.cost = w.revenue+qty*float64(paid), w.cost+qty*float64(cost.Minor)
		}
	}
	for i, k := range known {
		if k {
			t.weeks[i/7].days++
		}
	}
}

// spending adds what was advertised, at the rates of the days.
func (e *evaluation) spending(t *trade) {
	for _, a := range e.s.Ads {
		w := t.at(a.Day)
		if w == nil || a.Day >= e.today { // before the rates are searched
			continue
		}
		spend, ok := e.s.ToShop(a.Spend, a.Day)
		brought, too := e.s.ToShop(a.Revenue, a.Day)
		if !ok || !too {
			continue
		}
		w.spend, w.brought, w.ads = w.spend+float64(spend.Minor), w.brought+float64(brought.Minor), w.ads+1
	}
}

// promises adds what suppliers had promised, and how much of it they kept.
func (e *evaluation) promises(t *trade) {
	for _, l := range e.s.Supply {
		due, kept := supply.Promise(l)
		w := t.at(due)
		if w == nil || due >= e.today || l.Qty <= l.Cancelled {
			continue
		}
		if w.due++; kept {
			w.kept++
		}
	}
}

// tradeOf returns the weeks of the report.
func (e *evaluation) tradeOf(nodes []*node) []TradeWeek {
	t := &e.trade
	e.sales(t)
	e.spending(t)
	e.promises(t)
	out := make([]TradeWeek, len(t.weeks))
	for i, s := range t.weeks {
		out[i] = TradeWeek{Monday: t.first + core.Day(7*i), Days: s.days, Revenue: minor(s.revenue), Cost: minor(s.cost), Lost: minor(s.lost),
			Sold: round4(s.sold), Off: round4(s.off), AdSpend: minor(s.spend), AdRevenue: minor(s.brought), AdRows: s.ads, Due: s.due, Kept: s.kept}
	}
	e.stockBack(out, nodes)
	return out
}

// minor rounds a sum to minor units; one that is none is 0.
func minor(v float64) int64 {
	if math.IsNaN(v) {
		return 0
	}
	return int64(math.Round(min(max(v, -float64(core.MaxMinor)), float64(core.MaxMinor))))
}

// Least share of the goods sold that deliveries on record must account for before a
// stock is reckoned back from them, and the largest part of it that may come out below
// zero: else deliveries are missing.
const (
	leastDelivered = 0.5
	mostNegative   = 0.1
)

// stockBack writes down the stock of today and, where the deliveries on record account
// for what was sold, reckons back that of the ends of earlier weeks: what is on hand,
// plus what was sold since, less what came since (the roll-back of stock-taking).
func (e *evaluation) stockBack(weeks []TradeWeek, nodes []*node) {
	n := len(weeks) - 1 // of complete weeks
	first := weeks[0].Monday
	came := map[core.SKU][]float64{}
	for _, l := range e.s.Supply {
		for _, a := range l.Arrivals {
			if i := int(a.Day-first) / 7; a.Day >= first && i <= n {
				if came[l.SKU] == nil {
					came[l.SKU] = make([]float64, n+1)
				}
				came[l.SKU][i] += float64(a.Qty - a.Damaged)
			}
		}
	}
	value, below := make([]float64, n), make([]float64, n)
	now, sold, delivered := 0.0, 0.0, 0.0
	for from := 0; from < len(nodes); { // the places of a product together: deliveries name none
		p, to := nodes[from].product, from
		left := make([]float64, n+1)
		onHand, stocked := 0.0, false
		for ; to < len(nodes) && nodes[to].product == p; to++ {
			if st := nodes[to].stock; st != nil {
				onHand, stocked = onHand+float64(max(0, st.OnHand+st.Received)), true
			}
			for _, s := range nodes[to].series {
				for d := max(first, s.Start); d < min(s.End(), e.today); d++ {
					if qty, ok := soldOn(s, d); ok {
						left[int(d-first)/7] += qty
					}
				}
			}
		}
		from = to
		cost, ok := e.toShop(p.Cost)
		if !stocked || !ok || cost.Minor == 0 {
			continue
		}
		unit := float64(cost.Minor)
		now += onHand * unit
		for i := n; i >= 1; i-- { // to the end of the week before
			in := 0.0
			if c := came[p.SKU]; c != nil {
				in = c[i]
			}
			onHand += left[i] - in
			sold, delivered = sold+left[i]*unit, delivered+in*unit
			value[i-1] += max(0, onHand) * unit
			below[i-1] += max(0, -onHand) * unit
		}
	}
	if now > 0 {
		weeks[n].Stock = []StockDay{{e.today, minor(now)}}
	}
	if delivered < leastDelivered*sold || sold == 0 {
		return
	}
	for i := n - 1; i >= 0 && below[i] <= mostNegative*value[i] && weeks[i].Days > 0; i-- {
		weeks[i].Stock, weeks[i].Back = []StockDay{{weeks[i].Monday + 6, minor(value[i])}}, true
	}
}

// MergeTrade brings what was kept of earlier weeks up to date with the weeks of a
// report. The stock that was seen stays, and goes before one that was reckoned back; so
// does what was lost to shelves that a check saw empty, of which the sales alone may
// tell no more. All else is as the report has it. It returns the weeks to be written.
func MergeTrade(kept, fresh []TradeWeek) (changed []TradeWeek) {
	was := make(map[core.Day]TradeWeek, len(kept))
	for _, w := range kept {
		was[w.Monday] = w
	}
	for _, w := range fresh {
		old, known := was[w.Monday]
		if known && len(old.Stock) > 0 && !old.Back {
			seen := old.Stock
			if !w.Back {
				for _, d := range w.Stock {
					seen = slices.DeleteFunc(slices.Clone(seen), func(s StockDay) bool { return s.Day == d.Day })
					seen = append(seen, d)
				}
			}
			w.Stock, w.Back = seen, false
		}
		w.Lost = max(w.Lost, old.Lost)
		if !known || !reflect.DeepEqual(old, w) {
			changed = append(changed, w)
		}
	}
	return changed
}
