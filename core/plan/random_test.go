package plan

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// anyShop is a random shop with everything that turns a need into an order: terms
// of suppliers, kits, links, overrides, cycles, seasons, budgets, categories.
func anyShop(seed uint64) (core.Snapshot, core.Policy) {
	rnd := rand.New(rand.NewPCG(seed, 2))
	some := func(n int) bool { return rnd.IntN(n) == 0 }
	s, p := made(seed, 1+rnd.IntN(8), 20+rnd.IntN(120)), byFormula()
	sku := func() core.SKU { return s.Products[rnd.IntN(len(s.Products))].SKU }
	for i := range s.Products {
		s.Products[i].Category = []string{"a", "b", ""}[rnd.IntN(3)]
	}
	s.Locations[0].Country, s.Locations[1].Country = "DE", []string{"US", "DE", ""}[rnd.IntN(3)]
	for i := range s.Suppliers {
		t := &s.Suppliers[i].Terms
		if some(3) {
			t.MinUnits = rnd.Int64N(2000)
		}
		if some(3) {
			t.MinAmount = core.Money{Minor: 1 + rnd.Int64N(1_000_000), Currency: s.Suppliers[i].Currency}
		}
		if some(3) {
			t.ContainerUnits, t.ContainerVolume = rnd.Int64N(3000), float64(rnd.IntN(30))
		}
		t.Agreement, t.Reserved = some(4), rnd.Int64N(500)
	}
	for i := range s.Items {
		s.Items[i].Volume = float64(rnd.IntN(50)) / 1000
		if some(5) {
			s.Items[i].Max = rnd.Int64N(400)
		}
	}
	for range rnd.IntN(4) {
		s.Links = append(s.Links, core.Link{From: sku(), To: sku(), Probability: rnd.Float64(), Days: 1 + rnd.IntN(90)})
	}
	if kit, part := sku(), sku(); kit != part {
		s.Kits = append(s.Kits, core.KitPart{Kit: kit, Part: part, Qty: 1 + rnd.Int64N(5)})
	}
	for range rnd.IntN(4) {
		f := core.OverrideFields[rnd.IntN(len(core.OverrideFields))]
		o := core.Override{SKU: sku(), Field: f, Reason: "x", By: "Jo", On: today - 1, Until: today + core.Day(rnd.IntN(5)-1)}
		lo, hi, whole, words := f.Bounds()
		switch {
		case len(words) > 0:
			o.Word = words[rnd.IntN(len(words))]
		case whole:
			o.Value = lo + float64(rnd.IntN(300))
		default:
			o.Value = lo + rnd.Float64()*(min(hi, 300)-lo)
		}
		s.Overrides = append(s.Overrides, o)
	}
	for range rnd.IntN(3) {
		s.Cycles = append(s.Cycles, core.Cycle{SKU: sku(), Days: rnd.Float64() * 200, Share: rnd.Float64() * 0.5, Buyers: rnd.IntN(60)})
		from := today + core.Day(rnd.IntN(200)-100)
		s.Events = append(s.Events, core.Event{From: from, To: from + core.Day(rnd.IntN(90)), Name: "Peak", Kind: "season", Category: []string{"", "a"}[rnd.IntN(2)]})
	}
	p.Target = []core.TargetRule{core.TargetNormal, core.TargetQuantile, core.TargetFill, core.TargetCost}[rnd.IntN(4)]
	q := &p.Quantity
	q.Substitution, q.HoldingRate, q.MaxCoverDays = rnd.Float64(), rnd.Float64(), 1+rnd.IntN(300)
	q.Transfers = []core.TransferRule{core.TransferSuggest, core.TransferFirst, core.TransferNever}[rnd.IntN(3)]
	q.ServiceLevels = map[core.Class]float64{"AX": 0.99, "CZ": 0.6}
	q.Categories = map[string]core.CategoryPolicy{"b": {MakeToOrder: some(4), Kind: core.CategoryKinds[rnd.IntN(5)]}}
	if some(3) {
		q.Budgets = append(q.Budgets, core.Budget{Category: []string{"", "a"}[rnd.IntN(2)], Amount: eur(rnd.Int64N(3_000_000))})
	}
	return s, p
}

// Whatever the shop holds, a report has no panic, no NaN and no order that the
// supplier does not sell, every sum can be done again, and what was ordered is not
// ordered again.
func TestRandomShops(t *testing.T) {
	rounds := 2_000
	if os.Getenv("QUARTERMASTER_CHAOS") != "" { // make chaos
		rounds = 100_000
	}
	again, rules := 0, map[string]int{}
	for seed := range uint64(rounds) {
		s, p := anyShop(seed)
		r, err := Evaluate(s, p, noon)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) { soundReport(t, r) }) {
			t.FailNow()
		}
		for _, o := range r.Proposals {
			for _, l := range o.Lines {
				for _, st := range l.Calc.Steps {
					rules[st.Rule]++
				}
				if seed%20 == 0 {
					redo(t, Explain(l))
				}
			}
		}
		if len(p.Quantity.Budgets) > 0 || p.Quantity.Transfers == core.TransferFirst {
			continue // what was cut is asked for again
		}
		placed := s
		for _, o := range r.Proposals {
			for _, l := range o.Lines {
				placed.Supply = append(placed.Supply, core.SupplyLine{Order: "new", Supplier: o.Supplier, SKU: l.SKU, Mode: l.Mode, OrderedOn: today, Qty: l.Qty, Due: l.Arrival})
				placed.Inbound = append(placed.Inbound, core.Inbound{Order: "new", Supplier: o.Supplier, SKU: l.SKU, Location: l.Location, Qty: l.Qty, Due: l.Arrival})
			}
		}
		second, err := Evaluate(placed, p, noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range second.Proposals {
			for _, l := range o.Lines {
				if was := sameProduct(r, l); len(was) > 0 && !slices.ContainsFunc(was, limited) {
					t.Fatalf("seed %d: %s by %s is ordered again, %d after %d: %+v", seed, l.SKU, l.Mode, l.Qty, total(was), l.Calc)
				}
				again++
			}
		}
	}
	t.Logf("rules that changed quantities: %v; %d lines beside them in the second round", rules, again)
	for _, rule := range []string{"MOQ", "pack", "price break", "maximum", "split", "override", "minimum run", replenish.CapRule, "make to order", "transfer", "joint order", ruleMinimum, ruleContainer, ruleBudget} {
		if rules[rule] == 0 {
			t.Errorf("no shop met the rule %q", rule)
		}
	}
}

// sameProduct are the lines of a report for the SKU and place of l.
func sameProduct(r Report, l Line) (out []Line) {
	for _, o := range r.Proposals {
		for _, was := range o.Lines {
			if was.SKU == l.SKU && was.Location == l.Location {
				out = append(out, was)
			}
		}
	}
	return out
}

// limited lines were ordered for less than their need, by a rule or by a person.
func limited(l Line) bool {
	byHand := slices.ContainsFunc(l.ByHand, func(s string) bool { return strings.Contains(s, "the quantity of an order") })
	return byHand || l.Max > 0 && l.Qty+l.With+l.Pack > l.Max || slices.ContainsFunc(l.Calc.Steps, func(s replenish.Step) bool {
		return slices.Contains([]string{"maximum", "override", "make to order"}, s.Rule) || strings.Contains(s.Note, "the largest order")
	})
}
