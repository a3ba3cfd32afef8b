package plan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// sold is a product that sells some units a day, of which onHand are left; it is bought
// for 4.00 and 0.20 of freight from a supplier of its own.
func (s *spending) sold(sku core.SKU, daily float32, onHand, moq, minAmount int64) {
	id := core.SupplierID("S-" + sku)
	s.shop.Products = append(s.shop.Products, core.Product{SKU: sku, Name: string(sku), Price: eur(1000), Cost: eur(400), Active: true})
	s.shop.Suppliers = append(s.shop.Suppliers, core.Supplier{ID: id, Name: string(id), Currency: "EUR", Terms: core.Terms{MinAmount: eur(minAmount)}})
	s.shop.Items = append(s.shop.Items, core.SupplierItem{Supplier: id, SKU: sku, Price: eur(400), MOQ: moq, Pack: 1, Lead: []core.Lead{{Mode: core.Sea, Days: 30, SD: 5, Freight: eur(20)}}})
	s.shop.Stock = append(s.shop.Stock, core.StockLevel{SKU: sku, Location: "MAIN", OnHand: onHand, AsOf: noon})
	qty := make([]float32, 400)
	for i := range qty {
		qty[i] = daily + float32(i%3) - 1
	}
	s.shop.Demand = append(s.shop.Demand, core.Series{SKU: sku, Channel: "web", Start: today - 400, Qty: core.Daily(qty...)})
}

// spending is a shop with a budget for all.
type spending struct{ shop core.Snapshot }

func (s *spending) evaluate(t *testing.T, amount int64) (Report, map[core.SKU]int64) {
	t.Helper()
	p := core.DefaultPolicy()
	if amount >= 0 {
		p.Quantity.Budgets = []core.Budget{{Amount: eur(amount)}}
	}
	r, err := Evaluate(s.shop, p, noon)
	if err != nil {
		t.Fatal(err)
	}
	got := map[core.SKU]int64{}
	for _, o := range r.Proposals {
		for _, l := range o.Lines {
			got[l.SKU] += l.Qty
			redo(t, Explain(l))
		}
	}
	return r, got
}

func newSpending() *spending {
	s := &spending{oneSKU(0)}
	s.shop.Products, s.shop.Suppliers, s.shop.Items, s.shop.Stock, s.shop.Demand = nil, nil, nil, nil, nil
	return s
}

// A budget that misses an order by some cents costs it the units that these cents
// buy, and no more.
func TestBudgetCutsNoMoreThanItMust(t *testing.T) {
	for _, moq := range []int64{1, 12, 50} {
		s := newSpending()
		s.sold("A", 8, 5, moq, 0)
		_, all := s.evaluate(t, -1)
		whole := all["A"] * 420
		for _, less := range []int64{0, 1, 60, 420, 421, 5000} {
			r, got := s.evaluate(t, whole-less)
			want := (whole - less) / 420
			if got["A"] != want {
				t.Errorf("MOQ %d: %d cents short of %d units buys %d, not %d", moq, less, all["A"], got["A"], want)
			}
			if want < all["A"] && !strings.Contains(strings.Join(Explain(r.Proposals[0].Lines[0]), "\n"), "were left, which pay for no more of it") {
				t.Errorf("not explained: %q", Explain(r.Proposals[0].Lines[0]))
			}
		}
	}
}

// Money goes to no order that waits for its supplier's minimum: others have it.
func TestBudgetSkipsWhatWaits(t *testing.T) {
	s := newSpending()
	s.sold("A", 6, 5, 1, 150000)
	s.sold("B", 5, 5, 79, 0)
	_, all := s.evaluate(t, -1)
	if all["A"]*400 < 150000 || all["B"] < 79 {
		t.Fatalf("%v", all)
	}
	for _, amount := range []int64{70000, 80000, 130000} {
		r, got := s.evaluate(t, amount)
		if got["B"] != all["B"] || len(r.Waiting) != 1 || r.Waiting[0].Supplier != "S-A" || !strings.HasPrefix(r.Waiting[0].Reason, "what the budget leaves is under the supplier's minimum order; A: ") {
			t.Errorf("%d: %v, waiting %+v", amount, got, r.Waiting)
		}
	}
	// Enough for both orders as small as their suppliers take them.
	least := int64((375 + 79) * 420)
	if r, got := s.evaluate(t, least); got["A"] != 375 || got["B"] != 79 || len(r.Waiting) != 0 {
		t.Errorf("%v, waiting %+v", got, r.Waiting)
	}
	// 1,000 units are cheaper than 900, and less than the minimum in money: 850 are not.
	s = newSpending()
	s.sold("A", 20, 5, 1, 95000)
	s.shop.Items[0].Price = eur(112)
	s.shop.Items[0].Breaks = []core.PriceBreak{{Min: 1000, Price: eur(87)}}
	s.shop.Overrides = []core.Override{{SKU: "A", Field: core.OverrideQuantity, Value: 1100, Reason: "x", By: "Jo", On: today, Until: today}}
	if _, got := s.evaluate(t, 850*(112+20)); got["A"] != 850 {
		t.Errorf("849 units are the least in money, and 850 can be paid: %v", got)
	}
	// What customers are owed saves its whole margin, so it comes before stock.
	s = newSpending()
	s.sold("A", 6, 235, 1, 0)
	s.sold("B", 1, 0, 1, 0)
	s.shop.Stock[1].Backorders = 40
	_, all = s.evaluate(t, -1)
	if _, got := s.evaluate(t, 40*420); all["A"] == 0 || got["B"] < 40 {
		t.Errorf("owed to customers, and not bought: %v of %v", got, all)
	}
}

// With a budget the money left buys nothing more of what is needed, and none is held
// for an order that waits: no order that could be paid is left out, RED or not.
func TestNoBudgetIsLeftUnspent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := made(rapid.Uint64Range(0, 500).Draw(rt, "shop"), 12, 120)
		for i := range s.Products {
			s.Products[i].Category = []string{"a", "b", ""}[i%3]
		}
		for i := range s.Suppliers {
			t := &s.Suppliers[i].Terms
			t.MinUnits = max(0, rapid.Int64Range(-1000, 1000).Draw(rt, "units"))
			t.MinAmount = core.Money{Minor: max(0, rapid.Int64Range(-500_000, 500_000).Draw(rt, "amount")), Currency: s.Suppliers[i].Currency}
		}
		p := byFormula()
		p.Target = rapid.SampledFrom([]core.TargetRule{core.TargetNormal, core.TargetCost}).Draw(rt, "target")
		whole, err := Evaluate(s, p, noon)
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(rt, "budgets") {
			b := core.Budget{Category: rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(rt, "category"), Supplier: rapid.SampledFrom([]core.SupplierID{"", "", "S-CN", "S-EU"}).Draw(rt, "supplier")}
			for _, o := range whole.Proposals {
				if b.Supplier == "" || b.Supplier == o.Supplier {
					b.Amount.Minor += o.TotalShop.Minor
				}
			}
			b.Amount = eur(b.Amount.Minor * rapid.Int64Range(0, 110).Draw(rt, "percent") / 100)
			p.Quantity.Budgets = append(p.Quantity.Budgets, b)
		}
		r, err := Evaluate(s, p, noon)
		if err != nil {
			rt.Fatal(err)
		}
		u := newUnspent(rt, s, p, whole, r)
		for _, o := range whole.Proposals {
			u.check(rt, o)
		}
		for _, o := range r.Proposals {
			if len(p.Quantity.Budgets) == 1 && o.Terms.MinUnits == 0 && o.Terms.MinAmount.Minor == 0 { // with a minimum the products cut altogether had a say
				recomputed(rt, s, p, o)
			}
		}
	})
}

// recomputed fails when the approval of an order that a budget cut finds another one:
// its money is not shared out again.
func recomputed(rt *rapid.T, s core.Snapshot, p core.Policy, o Proposal) {
	asked := map[lineKey]int64{}
	for _, l := range o.Lines {
		asked[keyOf(l)] = l.Qty
	}
	s.Items = slices.DeleteFunc(slices.Clone(s.Items), func(it core.SupplierItem) bool {
		return !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.SKU == it.SKU })
	})
	again, err := Evaluate(s, o.Within(p, &s, today), noon)
	if err != nil {
		rt.Fatal(err)
	}
	found := 0
	for _, other := range again.Proposals {
		for _, l := range other.Lines {
			if other.Supplier == o.Supplier {
				found++
				if asked[keyOf(l)] != l.Qty {
					rt.Fatalf("%s is %d at approval, %d before", l.SKU, l.Qty, asked[keyOf(l)])
				}
			}
		}
	}
	if found != len(o.Lines) {
		rt.Fatalf("%d lines at approval, %d before", found, len(o.Lines))
	}
}

// unspent is what budgets have left beside a report.
type unspent struct {
	budgets  []core.Budget
	left     []int64
	category map[core.SKU]string
	ordered  map[core.SupplierID]map[nodeKey]int64
}

func newUnspent(rt *rapid.T, s core.Snapshot, p core.Policy, whole, r Report) *unspent {
	u := &unspent{budgets: p.Quantity.Budgets, category: map[core.SKU]string{}, ordered: map[core.SupplierID]map[nodeKey]int64{}}
	for _, product := range s.Products {
		u.category[product.SKU] = product.Category
	}
	for _, o := range r.Proposals {
		u.ordered[o.Supplier] = map[nodeKey]int64{}
		for _, l := range o.Lines {
			u.ordered[o.Supplier][nodeKey{l.SKU, l.Location}] += l.Qty
		}
	}
	for _, b := range u.budgets {
		left := b.Amount.Minor
		for _, o := range r.Proposals {
			for _, l := range o.Lines {
				if b.Holds("2026-11", o.Supplier, u.category[l.SKU]) {
					left -= inEUR(rt, l.Cost, o.Rate)
				}
			}
		}
		u.left = append(u.left, left)
	}
	return u
}

// inEUR is an amount in cents, with one for the rounding of a rate, as budgets count.
func inEUR(rt *rapid.T, m core.Money, rate core.Rate) int64 {
	out, err := m.Convert("EUR", rate)
	if err != nil {
		rt.Fatal(err)
	}
	if m.Currency != "EUR" {
		out.Minor++
	}
	return out.Minor
}

// lineCosts is what n units of a product cost, earliest way first, and the goods alone
// in the supplier's currency.
func lineCosts(rt *rapid.T, lines []Line, rate core.Rate, n int64) (cost, goods int64) {
	rest := n
	for _, l := range lines {
		qty := min(l.Qty, rest)
		rest -= qty
		if qty == 0 {
			continue
		}
		price := core.SupplierItem{Price: l.Price, Breaks: l.Breaks}.UnitPrice(n)
		unit, err := price.Add(l.Freight)
		if err != nil {
			rt.Fatal(err)
		}
		unit.Minor *= qty
		cost, goods = cost+inEUR(rt, unit, rate), goods+price.Minor*qty
	}
	return cost, goods
}

// fits reports whether the budgets could pay more for products of a supplier.
func (u *unspent) fits(supplier core.SupplierID, more map[core.SKU]int64) bool {
	for i, b := range u.budgets {
		sum := int64(0)
		for sku, cost := range more {
			if b.Holds("2026-11", supplier, u.category[sku]) {
				sum += cost
			}
		}
		if sum > 0 && sum > u.left[i] {
			return false
		}
	}
	return true
}

// check fails when the money left would have bought a further piece of an order.
func (u *unspent) check(rt *rapid.T, o Proposal) {
	byNode := map[nodeKey][]Line{}
	for _, l := range o.Lines { // by arrival within a product
		k := nodeKey{l.SKU, l.Location}
		at := len(byNode[k])
		for at > 0 && byNode[k][at-1].Arrival > l.Arrival {
			at--
		}
		byNode[k] = append(byNode[k][:at:at], append([]Line{l}, byNode[k][at:]...)...)
	}
	given, open := u.ordered[o.Supplier]
	all := map[core.SKU]int64{}
	for k, lines := range byNode {
		asked, l, has := total(lines), lines[0], given[k]
		if has > asked {
			rt.Fatalf("a budget raises %s from %d to %d", k.sku, asked, has)
		}
		paid, _ := lineCosts(rt, lines, o.Rate, has)
		full, goods := lineCosts(rt, lines, o.Rate, asked)
		all[k.sku] += full - paid
		next := has + l.Pack
		if has == 0 {
			next = (l.MOQ + l.Pack - 1) / l.Pack * l.Pack
		}
		if !open { // alone it must be what the supplier takes
			for next < asked {
				if _, goods = lineCosts(rt, lines, o.Rate, next); next >= o.Terms.MinUnits && goods >= o.Terms.MinAmount.Minor {
					break
				}
				next += l.Pack
			}
			if next = min(next, asked); next < o.Terms.MinUnits || goods < o.Terms.MinAmount.Minor || len(byNode) > 1 && o.Terms.MinUnits+o.Terms.MinAmount.Minor > 0 {
				continue
			}
		}
		if open && o.Terms.MinAmount.Minor > 0 && len(l.Breaks) > 0 {
			continue // a cheaper price may bring the order under its minimum
		}
		cost, _ := lineCosts(rt, lines, o.Rate, min(next, asked))
		if has < asked && u.fits(o.Supplier, map[core.SKU]int64{k.sku: cost - paid}) {
			rt.Fatalf("%s (%s) has %d of %d, and %d for %d would fit into what is left: %v", k.sku, l.Tier, has, asked, next, cost-paid, u.left)
		}
	}
	if !open && u.fits(o.Supplier, all) {
		red := ""
		for _, l := range o.Lines {
			if l.Tier == replenish.Red {
				red = ", RED"
			}
		}
		rt.Fatalf("the order to %s waits%s, and could be paid whole: %v of %v", o.Supplier, red, all, u.left)
	}
}
