package plan

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"quartermaster/core"
)

// unitsCut is what every note of a cut says.
var unitsCut = regexp.MustCompile(" units are cut; of ")

// underMinimum begins what is said of an order that a budget makes wait.
const underMinimum = "what the budget leaves is under the supplier's minimum order; "

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

// cut writes what the budgets granted onto the lines of a group; left is what
// remains of each.
func (e *evaluation) cut(g *group, purses []purse, left []int64, cut map[core.SupplierID][]string) {
	if g.given == g.total {
		return
	}
	tight := g.purses[0]
	for _, i := range g.purses {
		if left[i] < left[tight] {
			tight = i
		}
	}
	p := purses[tight]
	had := core.Money{Minor: p.left, Currency: e.s.Shop.Currency}
	note := fmt.Sprintf("of %s of %s %s were left, which pay for no more of it", p.budget.Amount, p.name, had)
	if p.left-left[tight] > g.cost(g.given) { // others share it
		note = fmt.Sprintf("of %s of %s %s were left, which orders that save more margin for their money need", p.budget.Amount, p.name, had)
	}
	text := fmt.Sprintf("%s: %s of %s units are cut; of %s of %s %s were left",
		g.lines[0].SKU, count(g.total-g.given), count(g.total), p.budget.Amount, p.name, had)
	cut[g.order.supplier] = append(cut[g.order.supplier], text)
	if !g.order.open {
		text = underMinimum + text
	}
	e.hold(*g.lines[0], text)
	rest := g.given
	for _, l := range g.lines {
		to := min(l.Qty, rest)
		rest -= to
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
	if !slices.ContainsFunc(p.Notes, unitsCut.MatchString) {
		return policy // a line may be cut altogether, so the lines do not tell
	}
	month, category := today.String()[:7], map[core.SKU]string{}
	for _, product := range s.Products {
		category[product.SKU] = product.Category
	}
	budgets := slices.Clone(policy.Quantity.Budgets)
	for _, b := range policy.Quantity.Budgets {
		if !b.Holds(month, p.Supplier, b.Category) {
			continue
		}
		b.Supplier, b.Amount.Minor = p.Supplier, 0
		for _, l := range p.Lines {
			cost, ok := charged(l.Cost, s.Shop.Currency, p.Rate)
			if !ok {
				return policy
			}
			if b.Holds(month, p.Supplier, category[l.SKU]) {
				b.Amount.Minor += cost
			}
		}
		for _, was := range s.Bought {
			if cost, ok := s.ToShop(was.Cost, today); ok && was.Day.Month() == today.Month() && b.Holds(month, was.Supplier, category[was.SKU]) {
				b.Amount.Minor += cost.Minor
			}
		}
		budgets = append(budgets, b)
	}
	policy.Quantity.Budgets = budgets
	return policy
}

// bounded is a * b, at most the largest number.
func bounded(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/4/a {
		return math.MaxInt64 / 4
	}
	return a * b
}
