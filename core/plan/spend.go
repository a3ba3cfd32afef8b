package plan

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// increments bounds how many pieces an order is taken apart into.
const increments = 60

// unaffordable stands for a sum that cannot be reckoned.
const unaffordable = math.MaxInt64 / 4

// order is what one supplier is asked for, as far as budgets may cut it.
type order struct {
	supplier     core.SupplierID
	terms        core.Terms
	units, goods int64 // so far; goods in minor units of the supplier's currency
	groups       []*group
	open         bool      // what it has so far is no less than the supplier takes
	least        [][]piece // that make it so, in the order in which they are tried
}

// group is the lines of one SKU and place, earliest way first: a budget cuts what
// arrives last.
type group struct {
	order  *order
	lines  []*Line
	purses []int // budgets that count it and are not enough for all they count
	total  int64 // units as ordered
	rate   core.Rate
	given  int64 // units granted
	full   bool  // no more of it fits, in the pass at hand
}

// piece raises a group to a number of units, or opens an order.
type piece struct {
	order  *order
	group  *group // nil: the order's least pieces
	to     int64
	worth  float64 // margin saved for one of money; no more than of an earlier piece
	cheaps float64 // units for one of money; the same
}

// spend cuts the orders to what is left of the budgets. Each order is taken apart
// into the least that the supplier takes and then pieces of whole packs; the pieces of
// all orders are granted in the order of the margin they are expected to save for their
// money (open to buy), until nothing fits any more. An order that cannot have its least
// gets nothing, so no money is kept for an order that waits.
func (e *evaluation) spend(lines map[core.SupplierID][]Line) (cut map[core.SupplierID][]string) {
	cut = map[core.SupplierID][]string{}
	purses := e.purses()
	if len(purses) == 0 {
		return cut
	}
	orders, groups := e.orders(lines, purses)
	left := make([]int64, len(purses))
	for i, p := range purses {
		left[i] = p.left
	}
	var pieces []piece
	for _, o := range orders {
		pieces = append(pieces, o.pieces()...)
	}
	sortPieces(pieces, func(p piece) float64 { return p.worth })
	for granted := true; granted; {
		granted = pass(groups, pieces, left)
	}
	for _, g := range groups {
		e.cut(g, purses, left, cut)
	}
	for id := range lines {
		lines[id] = slices.DeleteFunc(lines[id], func(l Line) bool { return l.Qty == 0 })
		if err := relate(lines[id]); err != nil {
			e.gap("amount", string(id))
		}
	}
	return cut
}

// pass grants the pieces that fit, the best first, and reports whether any did. A
// piece that does not fit is granted in part, in whole packs.
func pass(groups []*group, pieces []piece, left []int64) (granted bool) {
	for _, g := range groups {
		g.full = false
	}
	for _, p := range pieces {
		o, g := p.order, p.group
		switch {
		case g == nil:
			if !o.open && slices.ContainsFunc(o.least, func(way []piece) bool { return pay(left, way...) }) {
				o.open, granted = true, true
			}
		case !o.open || g.full || p.to <= g.given:
		case pay(left, p):
			granted = true
		default:
			g.full = true
			if n := g.fits(p.to, left); n > g.given {
				granted = pay(left, piece{order: o, group: g, to: n}) || granted
			}
		}
	}
	return granted
}

// pay grants pieces of one order and takes their cost from every budget that counts
// them. It does nothing and returns false when the money is not there, or when a price
// break would bring the order below the supplier's minimum.
func pay(left []int64, pieces ...piece) bool {
	cost := make([]int64, len(left))
	for _, p := range pieces {
		for _, i := range p.group.purses {
			cost[i] = min(cost[i]+p.group.cost(p.to)-p.group.cost(p.group.given), unaffordable)
		}
	}
	for i := range left {
		if cost[i] > left[i] {
			return false
		}
	}
	if o := pieces[0].order; o.open {
		p, met := pieces[0], o.met()
		was := p.group.given
		if p.group.give(p.to); met && !o.met() {
			p.group.give(was)
			return false
		}
	}
	for _, p := range pieces {
		p.group.give(p.to)
	}
	for i := range left {
		left[i] -= cost[i]
	}
	return true
}

// orders gathers the orders and lines that budgets count which are not enough for all
// of these.
func (e *evaluation) orders(lines map[core.SupplierID][]Line, purses []purse) (orders []*order, groups []*group) {
	month := e.today.String()[:7]
	asked := make([]int64, len(purses))
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		o, byNode := &order{supplier: id, terms: e.suppliers[id].Terms}, map[nodeKey]*group{}
		orders = append(orders, o)
		for i := range lines[id] {
			l := &lines[id][i]
			k := nodeKey{l.SKU, l.Location}
			g := byNode[k]
			if g == nil {
				g = &group{order: o, rate: e.rates[e.suppliers[id].Currency]}
				for n, p := range purses {
					if p.budget.Holds(month, id, e.category(l.SKU)) {
						g.purses = append(g.purses, n)
					}
				}
				byNode[k], groups = g, append(groups, g)
			}
			g.lines, g.total = append(g.lines, l), g.total+l.Qty
			if cost, ok := e.toShop(l.Cost); ok {
				for _, n := range g.purses {
					asked[n] = min(asked[n]+cost.Minor, math.MaxInt64/2)
				}
			}
		}
	}
	groups = slices.DeleteFunc(groups, func(g *group) bool {
		slices.SortStableFunc(g.lines, func(a, b *Line) int { return cmp.Compare(a.Arrival, b.Arrival) })
		g.purses = slices.DeleteFunc(g.purses, func(n int) bool { return asked[n] <= purses[n].left })
		if len(g.purses) == 0 {
			g.give(g.total)
			return true
		}
		g.order.groups = append(g.order.groups, g)
		return false
	})
	return orders, groups
}

// each puts n units onto the lines of a group, with their price at this quantity.
func (g *group) each(n int64, do func(l *Line, qty int64, price core.Money)) {
	rest := n
	for _, l := range g.lines {
		if qty := min(l.Qty, rest); qty > 0 {
			do(l, qty, core.SupplierItem{Price: l.Price, Breaks: l.Breaks}.UnitPrice(n))
			rest -= qty
		}
	}
}

// cost is what n units of a group cost in minor units of the shop's currency.
func (g *group) cost(n int64) (sum int64) {
	g.each(n, func(l *Line, qty int64, price core.Money) {
		unit, err := price.Add(l.Freight)
		if err == nil {
			unit, err = unit.Times(qty)
		}
		cost, ok := charged(unit, l.Margin.Currency, g.rate)
		if err != nil || !ok {
			cost = unaffordable
		}
		sum = min(sum+cost, unaffordable)
	})
	return sum
}

// charged is an amount in minor units of the shop's currency, one more where it is
// converted: a total may be rounded the other way than its parts.
func charged(m core.Money, shop core.Currency, r core.Rate) (int64, bool) {
	out, err := m.Convert(shop, r)
	if m.Currency != shop {
		out.Minor++
	}
	return out.Minor, err == nil
}

// give sets what is granted to a group.
func (g *group) give(n int64) {
	goods := func(n int64) (sum int64) {
		g.each(n, func(_ *Line, qty int64, price core.Money) { sum = min(sum+bounded(price.Minor, qty), unaffordable) })
		return sum
	}
	o := g.order
	o.units, o.goods = o.units+n-g.given, o.goods+goods(n)-goods(g.given)
	g.given = n
}

// met reports whether an order has what its supplier takes at least.
func (o *order) met() bool { return o.units >= o.terms.MinUnits && o.goods >= o.terms.MinAmount.Minor }

// minimum is the least order of a group, in whole packs.
func (g *group) minimum() int64 { return min(g.total, g.packs(max(1, g.lines[0].MOQ))) }

// packs rounds up to whole packs.
func (g *group) packs(n int64) int64 {
	pack := max(1, g.lines[0].Pack)
	return (n + pack - 1) / pack * pack
}

// stops are the quantities that a group is raised to one after another: its least
// order, some tens of steps, its price breaks, all of it. A larger one costs more than
// any before.
func (g *group) stops() []int64 {
	step, least := g.packs((g.total+increments-1)/increments), g.minimum()
	out := []int64{g.total}
	for at := least; at < g.total; at += step {
		out = append(out, at)
	}
	for _, b := range g.lines[0].Breaks {
		if at := g.packs(b.Min); at > least && at < g.total {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	var stops []int64
	for _, at := range slices.Backward(slices.Compact(out)) {
		if cost := g.cost(at); len(stops) == 0 || cost < g.cost(stops[len(stops)-1]) {
			stops = append(stops, at)
		}
	}
	slices.Reverse(stops)
	return stops
}

// saves is the margin that units beyond a, up to b, are expected to save, in minor
// units of the shop's currency.
func (g *group) saves(a, b int64) float64 {
	c := g.lines[0].Calc
	mean := c.DemandPerDay * c.CoverDays
	sd := replenish.SafetyStock(1, c.DemandPerDay, c.DemandSD, c.CoverDays, c.CoverSD)
	short := func(extra int64) float64 { return replenish.ExpectedShort(mean, sd, float64(c.Position.Net()+extra)) }
	return float64(g.lines[0].Margin.Minor) * (short(a) - short(b))
}

// fits is the most that a group can be raised to, on the way to a number of units
// that is too dear; what it has when there is no room for a pack, or for its least order.
func (g *group) fits(to int64, left []int64) int64 {
	room := int64(math.MaxInt64)
	for _, i := range g.purses {
		room = min(room, left[i])
	}
	from, pack := g.given, g.packs(1)
	if from == 0 { // the least order is the first step
		from = g.minimum() - pack
	}
	paid := g.cost(g.given)
	n := sort.Search(int((to-from)/pack), func(i int) bool { return g.cost(from+int64(i+1)*pack)-paid > room })
	if n == 0 {
		return g.given
	}
	return from + int64(n)*pack
}

// pieces takes an order apart.
func (o *order) pieces() []piece {
	var out []piece
	for _, g := range o.groups {
		at, paid := int64(0), int64(0)
		last := piece{worth: math.Inf(1), cheaps: math.Inf(1)}
		for _, to := range g.stops() {
			cost := g.cost(to)
			more := max(1, float64(cost-paid))
			last = piece{o, g, to, min(last.worth, g.saves(at, to)/more), min(last.cheaps, float64(to-at)/more)}
			out, at, paid = append(out, last), to, cost
		}
	}
	if o.open = o.met(); o.open || len(out) == 0 {
		return out
	}
	sortPieces(out, func(p piece) float64 { return p.worth })
	least, worth := o.reach(out)
	whole := make([]piece, len(o.groups))
	for i, g := range o.groups {
		whole[i] = piece{order: o, group: g, to: g.total}
	}
	for i := range out {
		out[i].worth = min(out[i].worth, worth)
	}
	cheap := slices.Clone(out)
	sortPieces(cheap, func(p piece) float64 { return p.cheaps })
	units, _ := o.reach(cheap)
	o.least = [][]piece{least, units, whole} // of some prices the whole costs less than a part
	return append(out, piece{order: o, worth: worth})
}

// reach returns what of the pieces, in their order, brings an order to what its
// supplier takes, all of them where that is never reached, and the margin they save for
// one of money.
func (o *order) reach(pieces []piece) (least []piece, worth float64) {
	for _, p := range pieces {
		if p.group.meet(p.to) {
			break
		}
	}
	saved, cost := 0.0, 0.0
	for _, g := range o.groups {
		if g.given > 0 {
			least = append(least, piece{order: o, group: g, to: g.given})
			saved, cost = saved+g.saves(0, g.given), cost+float64(g.cost(g.given))
			g.give(0)
		}
	}
	return least, saved / max(1, cost)
}

// meet raises a group as far as its order needs to be what the supplier takes, or to a
// number of units where that is not enough. Goods are worth less again from a price
// break on, so the last quantity below each is looked at.
func (g *group) meet(to int64) bool {
	o, from, pack := g.order, g.given, g.packs(1)
	if from == 0 {
		from = g.minimum() - pack
	}
	var ends []int64
	for _, b := range g.lines[0].Breaks {
		if at := (b.Min - 1) / pack * pack; at > from && at < to {
			ends = append(ends, at)
		}
	}
	for _, end := range append(ends, to) {
		if g.give(end); !o.met() {
			from = end
			continue
		}
		n := sort.Search(int((end-from)/pack), func(i int) bool { g.give(from + int64(i+1)*pack); return o.met() })
		enough := min(end, from+int64(n+1)*pack)
		if g.give(to); !o.met() || g.cost(enough) < g.cost(to) {
			g.give(enough)
		}
		return true
	}
	return false
}

// sortPieces puts pieces into the order of a rank, the highest first, what opens an
// order before its pieces, the pieces of a group as they follow each other.
func sortPieces(pieces []piece, rank func(piece) float64) {
	first := func(p piece) (core.SKU, core.LocationID) {
		if p.group == nil {
			return "", ""
		}
		return p.group.lines[0].SKU, p.group.lines[0].Location
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		sku, place := first(a)
		sku2, place2 := first(b)
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(sku, sku2), cmp.Compare(place, place2), cmp.Compare(a.to, b.to), cmp.Compare(a.order.supplier, b.order.supplier))
	})
}
