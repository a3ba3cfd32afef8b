package plan

import (
	"slices"
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
	// Kits in stock are not assembled again: 180 of them last 60 of 120 days, and many
	// leave only what is sold alone.
	for onHand, want := range map[int64]float64{180: 23, 5000: 20} {
		s.Stock[1].OnHand = onHand
		r = evaluate(t, s)
		at := slices.IndexFunc(r.Items, func(it Item) bool { return it.SKU == "SOLAR-01" })
		if got := r.Items[at].Forecast.Mean[0]; got != want {
			t.Errorf("with %d kits in stock %v lamps a day, want %v", onHand, got, want)
		}
	}
	// A kit that a supplier offers is bought whole.
	s.Stock[1].OnHand = 0
	s.Items = append(s.Items, core.SupplierItem{Supplier: "ACME", SKU: "SET", Price: usd(1500), MOQ: 1, Pack: 1, Lead: s.Items[0].Lead})
	for _, it := range evaluate(t, s).Items {
		if want := map[core.SKU]float64{"SET": 3, "SOLAR-01": 20}[it.SKU]; it.Forecast.Mean[0] != want {
			t.Errorf("%s: %v a day, want %v", it.SKU, it.Forecast.Mean[0], want)
		}
	}
}
