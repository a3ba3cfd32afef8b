package plan

import (
	"testing"

	"quartermaster/core"
)

// A set of two lamps sells 3 a day: 6 lamps a day beside the 20 sold alone.
func TestKits(t *testing.T) {
	s := oneSKU(700)
	s.Products = append(s.Products, core.Product{SKU: "SET", Name: "Set of two", Price: eur(3500), Active: true})
	qty := make([]float32, 200)
	for i := range qty {
		qty[i] = 3
	}
	s.Demand = append(s.Demand, core.Series{SKU: "SET", Channel: "web", Start: today - 200, Qty: core.Daily(qty...)})
	s.Kits = []core.KitPart{{Kit: "SET", Part: "SOLAR-01", Qty: 2}}
	r := evaluate(t, s)
	if len(r.Items) != 1 || r.Items[0].SKU != "SOLAR-01" || r.Items[0].Forecast.Mean[0] != 26 {
		t.Fatalf("items %+v", r.Items)
	}
	for _, f := range r.Findings {
		if f.SKU == "SET" { // nobody offers it, and nobody has to
			t.Errorf("finding %+v", f)
		}
	}
	s.Stock = append(s.Stock, core.StockLevel{SKU: "SET", Location: "MAIN", OnHand: 5})
	if r = evaluate(t, s); len(r.Items) != 2 {
		t.Errorf("a kit that lies in stock has no item: %+v", r.Items)
	}
}
