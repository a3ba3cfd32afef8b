package plan

import (
	"strings"
	"testing"

	"quartermaster/core"
)

// pair is a shop with a RED product A and a linked product B that sells 2 a day and
// is not due.
func pair() core.Snapshot {
	s := oneSKU(100)
	s.Items[0].Breaks = nil
	product, item, stock, demand := s.Products[0], s.Items[0], s.Stock[0], s.Demand[0]
	product.SKU, item.SKU, stock.SKU, demand.SKU = "CHARGER", "CHARGER", "CHARGER", "CHARGER"
	item.MOQ, item.Pack, stock.OnHand = 1, 10, 150
	qty := make([]float32, 200)
	for i := range qty {
		qty[i] = 2
	}
	demand.Qty = core.Daily(qty...)
	s.Products, s.Items, s.Stock, s.Demand = append(s.Products, product), append(s.Items, item), append(s.Stock, stock), append(s.Demand, demand)
	s.Links = []core.Link{{From: "SOLAR-01", To: "CHARGER", Probability: 0.34, Days: 60}}
	return s
}

func chargers(t *testing.T, s core.Snapshot) (lines []Line) {
	t.Helper()
	for _, p := range evaluate(t, s).Proposals {
		for _, l := range p.Lines {
			if l.SKU == "CHARGER" {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// A sells 20 a day: 0.34 * 20 * 42 = 285.6 in the 42 days an order lasts, 84 of
// them are in B's own forecast.
func TestJointOrder(t *testing.T) {
	lines := chargers(t, pair())
	if len(lines) != 1 {
		t.Fatalf("lines %+v", lines)
	}
	l := lines[0]
	if j := l.Calc.Joint; j == nil || j.Expected != 285.6 || j.Own != 84 || j.Extra != 201.6 || l.Mode != core.Sea {
		t.Fatalf("joint %+v by %s", l.Calc.Joint, l.Mode)
	}
	why := Explain(l)
	redo(t, why)
	text := strings.Join(why, "\n")
	for _, want := range []string{
		"Joint order: SOLAR-01 is RED, and 34 % of its buyers buy this too: 0.34 × 20 a day × 42 days = 285.6; the own forecast holds 84 of them, so 201.6 come on top.",
		"Ordered with SOLAR-01, which is RED: 34 % of its buyers buy this within 60 days.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for name, set := range map[string]func(*core.Snapshot){
		"no link":              func(s *core.Snapshot) { s.Links = nil },
		"the other way round":  func(s *core.Snapshot) { s.Links[0].From, s.Links[0].To = "CHARGER", "SOLAR-01" },
		"the first is not RED": func(s *core.Snapshot) { s.Stock[0].OnHand = 700 },
		"enough of the second": func(s *core.Snapshot) { s.Stock[1].OnHand = 2000 },
		"another supplier": func(s *core.Snapshot) {
			s.Suppliers = append(s.Suppliers, core.Supplier{ID: "B", Currency: "USD"})
			s.Items[1].Supplier = "B"
		},
		"the least order is too large": func(s *core.Snapshot) { s.Items[1].MOQ = 5000 },
	} {
		s := pair()
		set(&s)
		if lines := chargers(t, s); len(lines) != 0 {
			t.Errorf("%s: %+v", name, lines)
		}
	}

	// What is due anyway is raised to the same level.
	s := pair()
	s.Stock[1].OnHand = 60
	raised := chargers(t, s)
	s.Links = nil
	if plain, all := total(chargers(t, s)), total(raised); plain != 50 || all != 260 { // 48.84 and 48.84 + 201.6
		t.Errorf("raised to %d from %d", all, plain)
	}
	for _, l := range raised {
		redo(t, Explain(l))
	}

	// Once it is ordered, it is not ordered again.
	s = pair()
	for _, p := range evaluate(t, s).Proposals {
		for _, l := range p.Lines {
			s.Inbound = append(s.Inbound, core.Inbound{Order: "1", Supplier: "ACME", SKU: l.SKU, Location: "MAIN", Qty: l.Qty, Due: l.Arrival})
		}
	}
	if r := evaluate(t, s); len(r.Proposals) != 0 {
		t.Errorf("ordered twice: %+v", r.Proposals)
	}
}
