package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// four is a shop of four products with margins of 10.00 a unit that sell 70, 20, 6
// and 4 units a day; the last sells every fourth week only.
func four() core.Snapshot {
	s := oneSKU(5000)
	base := s
	s.Products, s.Items, s.Stock, s.Demand = nil, nil, nil, nil
	for i, sell := range []float32{70, 20, 6, 4} {
		sku := core.SKU("P" + string(rune('1'+i)))
		product, item, stock := base.Products[0], base.Items[0], base.Stock[0]
		product.SKU, item.SKU, stock.SKU = sku, sku, sku
		qty := make([]float32, 364)
		for d := range qty {
			if sell > 4 {
				qty[d] = sell
			} else if d/7%4 == 0 {
				qty[d] = 4 * sell
			}
		}
		s.Products, s.Items, s.Stock = append(s.Products, product), append(s.Items, item), append(s.Stock, stock)
		s.Demand = append(s.Demand, core.Series{SKU: sku, Channel: "web", Start: today - 364, Qty: core.Daily(qty...)})
	}
	return s
}

func TestClasses(t *testing.T) {
	s := four()
	p := byFormula()
	p.Quantity.ServiceLevels = map[core.Class]float64{"AX": 0.98, "CZ": 0.9}
	r, err := Evaluate(s, p, noon)
	if err != nil {
		t.Fatal(err)
	}
	got, level := map[core.SKU]core.Class{}, map[core.SKU]float64{}
	for _, it := range r.Items {
		got[it.SKU], level[it.SKU] = it.Class, it.Calc.ServiceLevel
	}
	// 70 % of the margin; 20 % after 70; 6 % after 90; 4 % after 96, in one week of four.
	if diff := cmp.Diff(map[core.SKU]core.Class{"P1": "AX", "P2": "AX", "P3": "BX", "P4": "CZ"}, got); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[core.SKU]float64{"P1": 0.98, "P2": 0.98, "P3": 0.95, "P4": 0.9}, level); diff != "" {
		t.Errorf("service levels (-want +got):\n%s", diff)
	}
	for _, it := range r.Items {
		if it.SKU != "P4" {
			continue
		}
		text := strings.Join(ExplainItem(it), "\n")
		for _, want := range []string{"Class CZ: it brings 4 % of a year's margin, after products with 96 %; its weekly demand varies by 1.73 of its mean (52 weeks).", "A service level of 90 % of class CZ gives z = 1.2816."} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
	s.Classes = map[core.SKU]core.Class{"P4": "AX"}
	if r, _ = Evaluate(s, p, noon); r.Items[slicesIndex(r.Items, "P4")].Calc.ServiceLevel != 0.98 {
		t.Error("given classes are not used")
	}
}

func slicesIndex(items []Item, sku core.SKU) int {
	for i, it := range items {
		if it.SKU == sku {
			return i
		}
	}
	return -1
}

func TestOverrides(t *testing.T) {
	by := func(field core.OverrideField, value float64) core.Override {
		return core.Override{SKU: "SOLAR-01", Field: field, Value: value, Reason: "port strike", Until: today, By: "Jo", On: today - 3}
	}
	tests := []struct {
		name string
		o    core.Override
		want string   // a sentence of "Why?"
		qty  [4]int64 // of targets
	}{
		{"demand", by(core.OverrideDemand, 40), "Demand is set to 40 a day by Jo until 2026-11-21: port strike (otherwise 20).", [4]int64{1344, 1416, 1416, 1464}},
		{"lead time", by(core.OverrideLeadTime, 50), "Lead time is set to 50 days by Jo until 2026-11-21: port strike (otherwise 35 by sea).", [4]int64{624, 672, 648, 696}},
		{"safety stock", by(core.OverrideSafety, 500), "Safety stock is set to 500 units by Jo", [4]int64{768, 648, 648, 648}},
		{"quantity", by(core.OverrideQuantity, 600), "→ 600 (set by a person).", [4]int64{600, 600, 600, 600}},
		{"quantity as the supplier sells it", by(core.OverrideQuantity, 601), "Pack: 601 → 624 (624 is the next multiple of 24).", [4]int64{624, 624, 624, 624}},
		{"nothing", by(core.OverrideQuantity, 0), "", [4]int64{0, 0, 0, 0}},
		{"service level", by(core.OverrideService, 0.99), "service level of 99 % set by hand", [4]int64{504, 504, 504, 504}},
		{"class", core.Override{SKU: "SOLAR-01", Field: core.OverrideClass, Word: "CZ", Reason: "x", Until: today + 1, By: "Jo"}, "Class is set to CZ by Jo until 2026-11-22: x (otherwise AX).", [4]int64{504, 504, 504, 504}},
		{"factor", by(core.OverrideFactor, 2), "Demand is set to 2 times the forecast by Jo", [4]int64{1344, 1416, 1416, 1464}},
		{"minimum", by(core.OverrideMOQ, 2000), "Minimum order is set to 2,000 units by Jo until 2026-11-21: port strike (otherwise 500).", [4]int64{2016, 2016, 2016, 2016}},
		{"pack", by(core.OverridePack, 100), "Pack is set to 100 units by Jo until 2026-11-21: port strike (otherwise 24).", [4]int64{500, 500, 500, 500}},
		{"reorder point", by(core.OverrideReorder, 1200), "Reorder point is set to 1,200 units by Jo", [4]int64{768, 648, 648, 648}},
		{"reorder point below demand", by(core.OverrideReorder, 10), "expected to sell in the lead time; those count", [4]int64{504, 504, 504, 504}},
		{"category", core.Override{SKU: "SOLAR-01", Field: core.OverrideCategory, Word: "durable", Reason: "x", Until: today, By: "Jo"}, "Category is set to durable by Jo", [4]int64{504, 504, 504, 504}},
		{"all of a supplier", core.Override{Supplier: "ACME", Field: core.OverrideLeadTime, Value: 50, Reason: "Chinese New Year", Until: today, By: "Jo"}, "Lead time is set to 50 days by Jo until 2026-11-21: Chinese New Year (otherwise 35 by sea).", [4]int64{624, 672, 648, 696}},
		{"another supplier", core.Override{Supplier: "NEAR", Field: core.OverrideLeadTime, Value: 50, Reason: "x", Until: today, By: "Jo"}, "", [4]int64{504, 504, 504, 504}},
		{"over", func() core.Override { o := by(core.OverrideQuantity, 600); o.Until = today - 1; return o }(), "", [4]int64{504, 504, 504, 504}},
		{"not yet", func() core.Override { o := by(core.OverrideQuantity, 600); o.On = today + 1; return o }(), "", [4]int64{504, 504, 504, 504}},
		{"elsewhere", func() core.Override { o := by(core.OverrideQuantity, 600); o.Location = "US"; return o }(), "", [4]int64{504, 504, 504, 504}},
		{"here", func() core.Override { o := by(core.OverrideQuantity, 600); o.Location = "MAIN"; return o }(), "set by a person", [4]int64{600, 600, 600, 600}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [4]int64
			for i, target := range targets {
				s, p := oneSKU(700), byFormula()
				s.Items[0].Breaks, p.Target = nil, target
				s.Overrides = []core.Override{tt.o}
				r, err := Evaluate(s, p, noon)
				if err != nil {
					t.Fatal(err)
				}
				why := ExplainItem(r.Items[0])
				for _, p := range r.Proposals { // one at most
					got[i] = total(p.Lines)
					for _, l := range p.Lines {
						redo(t, Explain(l))
						why = append(why, Explain(l)...)
					}
				}
				if text := strings.Join(why, "\n"); !strings.Contains(text, tt.want) {
					t.Errorf("%s: %q is not in\n%s", target, tt.want, text)
				}
			}
			if got != tt.qty {
				t.Errorf("%v ordered, want %v", got, tt.qty)
			}
		})
	}
}

// What is said most precisely counts: the product before the place before the
// supplier.
func TestOverridePrecision(t *testing.T) {
	s := oneSKU(700)
	set := func(sku core.SKU, loc core.LocationID, supplier core.SupplierID, days float64) core.Override {
		return core.Override{SKU: sku, Location: loc, Supplier: supplier, Field: core.OverrideLeadTime, Value: days, Until: today, By: "Jo", Reason: "x"}
	}
	list := []core.Override{set("", "", "ACME", 41), set("", "MAIN", "ACME", 42), set("SOLAR-01", "", "", 43), set("SOLAR-01", "", "ACME", 44), set("SOLAR-01", "MAIN", "", 45)}
	for n := len(list); n > 0; n-- {
		s.Overrides = list[:n]
		if got := evaluate(t, s).Items[0].Calc.CoverDays - 7; got != list[n-1].Value {
			t.Errorf("%d overrides: %v days, want %v", n, got, list[n-1].Value)
		}
		slices.Reverse(s.Overrides)
		if got := evaluate(t, s).Items[0].Calc.CoverDays - 7; got != list[:n][0].Value {
			t.Errorf("%d overrides, reversed: %v days", n, got)
		}
		slices.Reverse(s.Overrides)
	}
}

func TestFirstOrderNeedsAPerson(t *testing.T) {
	s := oneSKU(0)
	s.Demand[0].Start, s.Demand[0].Qty = today-10, core.Daily(0, 0, 1, 0, 0, 0, 0, 1, 0, 0)
	s.Items[0].MOQ, s.Items[0].Pack, s.Items[0].Breaks = 1, 12, nil
	p := evaluate(t, s).Proposals[0]
	l := p.Lines[0]
	if total(p.Lines) != 60 || l.Human == "" || l.Calc.Steps[2].Rule != "minimum run" {
		t.Errorf("%d, %q by %+v; want the minimum run of 50 in packs of 12", total(p.Lines), l.Human, l.Calc.Steps)
	}
	if text := strings.Join(Explain(l), "\n"); !strings.Contains(text, "A person must decide: the first order of a new product") {
		t.Errorf("not said:\n%s", text)
	}
	redo(t, Explain(l))
	s.Inbound = []core.Inbound{{Order: "1", Supplier: "ACME", SKU: "SOLAR-01", Location: "MAIN", Qty: 1, Due: today + 1}}
	for _, p := range evaluate(t, s).Proposals {
		if p.Lines[0].Human != "" {
			t.Errorf("the second order: %q", p.Lines[0].Human)
		}
	}
}

func TestCategories(t *testing.T) {
	s := oneSKU(700)
	s.Products[0].Category = "lamps"
	kind := func(c core.Cycle) (core.CategoryKind, string) {
		s.Cycles = []core.Cycle{c}
		it := evaluate(t, s).Items[0]
		return it.Kind, it.KindWhy
	}
	for want, c := range map[core.CategoryKind]core.Cycle{
		core.Consumable: {SKU: "SOLAR-01", Days: 45, Share: 0.4, Buyers: 100},
		core.Upgrade:    {SKU: "SOLAR-01", Days: 127, Share: 0.3, Buyers: 100},
		core.Durable:    {SKU: "SOLAR-01", Days: 45, Share: 0.06, Buyers: 100},
		core.Regular:    {SKU: "SOLAR-01", Days: 45, Share: 0.4, Buyers: 19},
	} {
		if got, why := kind(c); got != want || (why == "") != (want == core.Regular) {
			t.Errorf("%+v: %s (%s), want %s", c, got, why, want)
		}
	}
	kind(core.Cycle{SKU: "SOLAR-01", Days: 45, Share: 0.06, Buyers: 100})
	if l := evaluate(t, s).Proposals[0].Lines[0]; !strings.Contains(l.Human, "6 % of 100 buyers buy it again") {
		t.Errorf("a durable: %q", l.Human)
	}
	p := byFormula()
	p.Quantity.Categories = map[string]core.CategoryPolicy{"lamps": {Kind: core.Durable, MakeToOrder: true, ServiceLevel: 0.9}}
	r, err := Evaluate(s, p, noon)
	if err != nil || len(r.Proposals) != 0 || r.Items[0].Calc.ServiceLevel != 0.9 {
		t.Errorf("made to order, nothing is owed: %+v, %v", r.Proposals, err)
	}
	s.Stock[0].OnHand, s.Stock[0].Backorders, s.Items[0].MOQ, s.Items[0].Pack = 0, 7, 1, 1
	r, err = Evaluate(s, p, noon)
	if err != nil || len(r.Proposals) != 1 || total(r.Proposals[0].Lines) != 7 {
		t.Fatalf("made to order, 7 are owed: %+v, %v", r.Proposals, err)
	}
	for _, l := range r.Proposals[0].Lines {
		redo(t, Explain(l))
	}
}

// Without any sale expected, too, customers who wait are told of, and a person decides
// whether to buy for them alone; of what is made to order that is decided already.
func TestOwedWithoutForecast(t *testing.T) {
	s := oneSKU(0)
	s.Stock[0].Backorders, s.Items[0].MOQ, s.Items[0].Pack = 14, 1, 1
	s.Products[0].Category = "lamps"
	s.Demand[0].Qty = core.Zeros(200)
	s.Demand[0].Qty.Set(0, 3)
	p := byFormula()
	for _, toOrder := range []bool{false, true} {
		p.Quantity.Categories = map[string]core.CategoryPolicy{"lamps": {MakeToOrder: toOrder}}
		r, err := Evaluate(s, p, noon)
		if err != nil || len(r.Proposals) != 1 || total(r.Proposals[0].Lines) != 14 {
			t.Fatalf("14 are owed: %+v, %v", r.Proposals, err)
		}
		if f := r.Findings[0]; f.Kind != risk.StockOut || f.Severity != risk.High || !strings.HasPrefix(f.Reason, "RED SOLAR-01: customers are owed 14 of it, and no other sales are expected; ") {
			t.Errorf("finding %+v", f)
		}
		l := r.Proposals[0].Lines[0]
		redo(t, Explain(l))
		if want := map[bool]string{false: "only what customers are owed asks for it"}[toOrder]; l.Human != want {
			t.Errorf("a person must decide: %q, want %q", l.Human, want)
		}
	}
	s.Items = nil
	if f := evaluate(t, s).Findings[0]; f.Kind != risk.NoSource || f.Severity != risk.High {
		t.Errorf("nobody offers it: %+v", f)
	}
}

func TestPriceClasses(t *testing.T) {
	s := oneSKU(700)
	s.Suppliers[0].Terms.Agreement = true
	l := evaluate(t, s).Proposals[0].Lines[0]
	if l.UnitPrice != usd(760) || l.PriceClass != "quarterly agreement, list price − 5 %" {
		t.Errorf("%s (%s), want USD 7.60", l.UnitPrice, l.PriceClass)
	}
	s.Suppliers[0].Terms.Agreement = false
	s.Items[0].Lead = append(s.Items[0].Lead[:1], core.Lead{Mode: core.Rush, Days: 5, Freight: usd(100)})
	s.Items[0].Breaks, s.Stock[0].OnHand = nil, 100
	p := evaluate(t, s).Proposals[0]
	if len(p.Lines) != 2 || p.Lines[0].Mode != core.Rush || p.Lines[0].UnitPrice != usd(920) || p.Lines[0].PriceClass != "urgent, + 15 %" || p.Lines[1].UnitPrice != usd(800) {
		t.Fatalf("lines %+v", p.Lines)
	}
	if text := strings.Join(Explain(p.Lines[0]), "\n"); !strings.Contains(text, "Price class: urgent, + 15 %.") || !strings.Contains(text, "(USD 10.20 − USD 8.50)") {
		t.Errorf("not said:\n%s", text)
	}
}

// Where a rush order is the only way, what is weighed holds the surcharge, too: what a
// unit short loses is the margin that the order shows. 0.9 * (8.00 * 1.15 + 1.00) = 9.18.
func TestOnlyRush(t *testing.T) {
	s := oneSKU(100)
	s.Items[0].Lead, s.Items[0].Breaks = []core.Lead{{Mode: core.Rush, Days: 5, Freight: usd(100)}}, nil
	p := byFormula()
	p.Target = core.TargetCost
	r, err := Evaluate(s, p, noon)
	if err != nil || len(r.Proposals) != 1 {
		t.Fatalf("%d proposals, %v", len(r.Proposals), err)
	}
	l := r.Proposals[0].Lines[0]
	if l.Landed != eur(918) || l.Calc.AtArrival.Margin != l.Margin {
		t.Errorf("weighed with a margin of %s; the order has %s over %s", l.Calc.AtArrival.Margin, l.Margin, l.Landed)
	}
	redo(t, Explain(l))
	// A cheaper list price does not make a rush order the cheaper one.
	s.Suppliers = append(s.Suppliers, core.Supplier{ID: "BETA", Currency: "USD"})
	s.Items = append(s.Items, core.SupplierItem{Supplier: "BETA", SKU: "SOLAR-01", Price: usd(850), MOQ: 500, Pack: 24, Lead: []core.Lead{{Mode: core.Air, Days: 5, Freight: usd(150)}}})
	if r := evaluate(t, s); r.Items[0].Supplier != "BETA" {
		t.Errorf("ordered from %s at USD 10.20 instead of USD 10.00", r.Items[0].Supplier)
	}
}

// What a person set goes before the supplier's largest order: else nothing could be
// ordered at all.
func TestMinimumByHandBeyondTheLargestOrder(t *testing.T) {
	for field, value := range map[core.OverrideField]float64{core.OverridePack: 1000, core.OverrideMOQ: 985} {
		s := oneSKU(700)
		s.Items[0].Max = 984
		s.Overrides = []core.Override{{SKU: "SOLAR-01", Field: field, Value: value, Reason: "x", Until: today, By: "Jo", On: today}}
		r := evaluate(t, s)
		if len(r.Proposals) != 1 || total(r.Proposals[0].Lines) < int64(value) || !strings.Contains(strings.Join(Explain(r.Proposals[0].Lines[0]), "\n"), "The supplier's largest order of 984 units is less than that and does not count.") {
			t.Errorf("%s: %+v, Why? %q", field, r.Proposals, ExplainItem(r.Items[0]))
		}
	}
}
