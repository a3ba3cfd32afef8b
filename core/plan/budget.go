package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// increments bounds how finely an order is cut by a budget.
const increments = 60

// purse is what is left of a budget, in minor units of the shop's currency.
type purse struct {
	budget core.Budget
	spent  int64
	left   int64
	name   string
}

// purses says what is left of each budget of this month after what was bought.
func (e *evaluation) purses() []purse {
	var out []purse
	month := e.today.String()[:7]
	for _, b := range e.policy.Quantity.Budgets {
		if b.Month != "" && b.Month != month {
			continue
		}
		p := purse{budget: b, name: "the budget"}
		if b.Category != "" {
			p.name += " for " + b.Category
		}
		if b.Supplier != "" {
			p.name += " at " + string(b.Supplier)
		}
		p.name += " in " + month
		for _, was := range e.s.Bought {
			if was.Day.Month() != e.today.Month() || !b.Holds(month, was.Supplier, e.category(was.SKU)) {
				continue
			}
			if cost, ok := e.toShop(was.Cost); ok {
				p.spent += cost.Minor
			}
		}
		p.left = max(0, b.Amount.Minor-p.spent)
		out = append(out, p)
	}
	return out
}

func (e *evaluation) category(sku core.SKU) string {
	if p := e.products[sku]; p != nil {
		return p.Category
	}
	return ""
}

// group is the lines of one SKU and place, earliest way first: a budget cuts what
// arrives last.
type group struct {
	supplier core.SupplierID
	lines    []*Line
	purses   []int
	total    int64      // units as ordered
	cost     int64      // of all of them, shop's currency
	unit     core.Money // of one unit at its dearest: cut orders lose their price breaks
	rate     core.Rate
	given    int64
}

// chunk is a part of an order that a budget grants or not.
type chunk struct {
	group *group
	n     int // in the order of the group
	qty   int64
	cost  int64   // minor units of the shop's currency
	ratio float64 // margin saved for one of money
}

// spend cuts the orders to what is left of the budgets. Each order is taken apart
// into its minimum and then pieces of whole packs; the pieces of all orders are
// granted in the order of the margin they are expected to save for their money
// (open to buy).
func (e *evaluation) spend(lines map[core.SupplierID][]Line) (cut map[core.SupplierID][]string) {
	cut = map[core.SupplierID][]string{}
	purses := e.purses()
	if len(purses) == 0 {
		return cut
	}
	groups := e.groups(lines, purses)
	left, over := make([]int64, len(purses)), false
	for i, p := range purses {
		left[i] = p.left
	}
	asked := make([]int64, len(purses))
	for _, g := range groups {
		for _, i := range g.purses {
			asked[i] = min(asked[i]+g.cost, math.MaxInt64/2)
			over = over || asked[i] > left[i]
		}
	}
	if !over {
		return cut
	}
	var chunks []chunk
	for _, g := range groups {
		chunks = append(chunks, g.chunks()...)
	}
	slices.SortStableFunc(chunks, func(a, b chunk) int {
		return cmp.Or(cmp.Compare(b.ratio, a.ratio), cmp.Compare(a.group.lines[0].SKU, b.group.lines[0].SKU),
			cmp.Compare(a.group.lines[0].Location, b.group.lines[0].Location), cmp.Compare(a.n, b.n))
	})
	next := map[*group]int{}
	for _, c := range chunks {
		g := c.group
		if next[g] != c.n || slices.ContainsFunc(g.purses, func(i int) bool { return left[i] < c.cost }) {
			continue // no room, or no room for an earlier piece of it
		}
		for _, i := range g.purses {
			left[i] -= c.cost
		}
		g.given += c.qty
		next[g]++
	}
	for _, g := range groups {
		e.cut(g, purses, cut)
	}
	for id := range lines {
		lines[id] = slices.DeleteFunc(lines[id], func(l Line) bool { return l.Qty == 0 })
	}
	return cut
}

// groups gathers the lines that a budget counts.
func (e *evaluation) groups(lines map[core.SupplierID][]Line, purses []purse) []*group {
	var out []*group
	month := e.today.String()[:7]
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		byNode := map[nodeKey]*group{}
		for i := range lines[id] {
			l := &lines[id][i]
			k := nodeKey{l.SKU, l.Location}
			g := byNode[k]
			if g == nil {
				g = &group{supplier: id, rate: e.rates[e.suppliers[id].Currency]}
				for n, p := range purses {
					if p.budget.Holds(month, id, e.category(l.SKU)) {
						g.purses = append(g.purses, n)
					}
				}
				if len(g.purses) == 0 {
					continue
				}
				byNode[k] = g
				out = append(out, g)
			}
			g.lines = append(g.lines, l)
			g.total += l.Qty
			if unit, err := l.Price.Add(l.Freight); err == nil && unit.Minor >= g.unit.Minor {
				g.unit = unit
			}
			if cost, ok := e.toShop(l.Cost); ok {
				g.cost += cost.Minor
			}
		}
	}
	for _, g := range out {
		slices.SortStableFunc(g.lines, func(a, b *Line) int { return cmp.Compare(a.Arrival, b.Arrival) })
	}
	return out
}

// chunks takes an order apart: its least order, then whole packs.
func (g *group) chunks() []chunk {
	l := g.lines[0]
	c, pack := l.Calc, max(1, l.Pack)
	least := min(g.total, (max(1, l.MOQ)+pack-1)/pack*pack)
	step := max(pack, (g.total/increments+pack-1)/pack*pack)
	mean := c.DemandPerDay * c.CoverDays
	sd := replenish.SafetyStock(1, c.DemandPerDay, c.DemandSD, c.CoverDays, c.CoverSD)
	sold := func(extra int64) float64 { return replenish.ExpectedSales(mean, sd, float64(c.Position.Net()+extra)) }
	shop := l.Margin.Currency
	cost := func(n int64) int64 { // with room for the rounding of each line
		sum, err := g.unit.Times(n)
		if err == nil {
			sum, err = sum.Convert(shop, g.rate)
		}
		if err != nil {
			return math.MaxInt64 / 4
		}
		return sum.Minor + int64(len(g.lines))
	}
	var out []chunk
	paid := int64(0)
	for at := int64(0); at < g.total; {
		q := min(step, g.total-at)
		if at == 0 {
			q = least
		}
		saved := float64(l.Margin.Minor) * (sold(at+q) - sold(at))
		price := cost(at+q) - paid
		paid += price
		out = append(out, chunk{g, len(out), q, price, saved / max(1, float64(price))})
		at += q
	}
	return out
}

// cut writes what the budget granted onto the lines of a group.
func (e *evaluation) cut(g *group, purses []purse, cut map[core.SupplierID][]string) {
	if g.given == g.total {
		return
	}
	tight := purses[g.purses[0]]
	for _, i := range g.purses {
		if purses[i].left < tight.left {
			tight = purses[i]
		}
	}
	money := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: e.s.Shop.Currency} }
	note := fmt.Sprintf("of %s of %s %s were left, which orders that save more margin for their money need", tight.budget.Amount, tight.name, money(tight.left))
	cut[g.supplier] = append(cut[g.supplier], fmt.Sprintf("%s: %s of %s units are cut; of %s of %s %s were left",
		g.lines[0].SKU, count(g.total-g.given), count(g.total), tight.budget.Amount, tight.name, money(tight.left)))
	left := g.given
	for _, l := range g.lines {
		to := min(l.Qty, left)
		left -= to
		setQty(l, to, ruleBudget, note)
	}
}

// Within returns the policy under which an approval recomputes the proposal: what
// a budget left it when it was made among all others is not shared out again.
// What was bought since still counts against every budget.
//
// The snapshot holds the SKUs of the proposal only; it is given the classes that
// these have among all products.
func (p Proposal) Within(policy core.Policy, s *core.Snapshot, today core.Day) core.Policy {
	s.Classes = map[core.SKU]core.Class{}
	for _, l := range slices.Concat(p.Lines, p.TakenOut) {
		s.Classes[l.SKU] = l.Class
	}
	if !slices.ContainsFunc(p.Lines, budgeted) {
		return policy
	}
	mine := core.Budget{Supplier: p.Supplier, Amount: core.Money{Currency: s.Shop.Currency}}
	dearest := map[nodeKey]core.Money{} // of a unit by any of its ways, as spend reckons
	for _, l := range p.Lines {
		k := nodeKey{l.SKU, l.Location}
		if unit, err := l.Price.Add(l.Freight); err == nil && unit.Minor >= dearest[k].Minor {
			dearest[k] = unit
		}
	}
	for _, l := range p.Lines {
		cost, err := dearest[nodeKey{l.SKU, l.Location}].Times(l.Qty)
		if err == nil {
			cost, err = cost.Convert(s.Shop.Currency, p.Rate)
		}
		if err != nil {
			return policy
		}
		mine.Amount.Minor += cost.Minor + 2
	}
	for _, was := range s.Bought {
		if cost, ok := s.ToShop(was.Cost, today); ok && was.Supplier == p.Supplier && was.Day.Month() == today.Month() {
			mine.Amount.Minor += cost.Minor
		}
	}
	policy.Quantity.Budgets = append(slices.Clone(policy.Quantity.Budgets), mine)
	return policy
}

// bounded is a * b, at most the largest number.
func bounded(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/4/a {
		return math.MaxInt64 / 4
	}
	return a * b
}
