package plan

import (
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// Few units of a product that runs short: its ads, its supplier and the storefront are
// told what to do, and a day of arrival comes from an order only (requirement D9).
func TestLowStock(t *testing.T) {
	ad := func(day core.Day, campaign string) core.AdDay {
		return core.AdDay{Day: day, Platform: "TikTok", Campaign: campaign, SKU: "SOLAR-01", Spend: eur(500), Impressions: 1200}
	}
	due := core.Inbound{Order: "PO-7", Supplier: "ACME", SKU: "SOLAR-01", Location: "MAIN", Qty: 96, Due: today + 9, State: core.InboundConfirmed}
	late := due
	late.Due = today - 2
	for name, tt := range map[string]struct {
		stock    int64
		ads      []core.AdDay
		inbound  []core.Inbound
		limit    int64
		want     []string
		severity risk.Severity
	}{
		"enough":      {stock: 20, limit: 20},
		"never":       {stock: 3, limit: 0},
		"few":         {stock: 12, limit: 20, want: []string{"12 units of SOLAR-01 left in MAIN, fewer than 20", "Supplier: nothing is due; the restock card of Acme orders it", "Storefront: only 12 left"}, severity: risk.Low},
		"one":         {stock: 1, limit: 20, want: []string{"1 unit of SOLAR-01 left in MAIN, fewer than 20", "Supplier: nothing is due; the restock card of Acme orders it", "Storefront: only 1 left"}, severity: risk.Low},
		"on its way":  {stock: 12, limit: 20, inbound: []core.Inbound{due}, want: []string{"12 units of SOLAR-01 left in MAIN, fewer than 20", "Supplier: 96 units of order PO-7 are due on 2026-11-30; ask Acme for an earlier day", "Storefront: only 12 left, more on 2026-11-30"}, severity: risk.Low},
		"overdue":     {stock: 0, limit: 20, inbound: []core.Inbound{late}, want: []string{"0 units of SOLAR-01 left in MAIN, fewer than 20", "Supplier: 96 units of order PO-7 were due on 2026-11-19; ask Acme when they come", "Storefront: sold out"}, severity: risk.Low},
		"ads":         {stock: 12, limit: 20, ads: []core.AdDay{ad(today-1, "lamp"), ad(today-7, "lamp"), ad(today-8, "old"), ad(today, "new")}, want: []string{"12 units of SOLAR-01 left in MAIN, fewer than 20", "Ads: halve the impressions of campaign lamp (TikTok) until goods are there (2,400 in the last 7 days, EUR 10.00 spent)", "Supplier: nothing is due; the restock card of Acme orders it", "Storefront: only 12 left"}, severity: risk.Medium},
		"several ads": {stock: 0, limit: 20, ads: []core.AdDay{ad(today-1, "b"), ad(today-1, "a"), ad(today-2, "c")}, want: []string{"0 units of SOLAR-01 left in MAIN, fewer than 20", "Ads: halve the impressions of campaign a (TikTok) and 2 other ads until goods are there (3,600 in the last 7 days, EUR 15.00 spent)", "Supplier: nothing is due; the restock card of Acme orders it", "Storefront: sold out"}, severity: risk.Medium},
		"old ads":     {stock: 12, limit: 20, ads: []core.AdDay{ad(today-8, "lamp")}, want: []string{"12 units of SOLAR-01 left in MAIN, fewer than 20", "Supplier: nothing is due; the restock card of Acme orders it", "Storefront: only 12 left"}, severity: risk.Low},
	} {
		t.Run(name, func(t *testing.T) {
			s := oneSKU(tt.stock)
			s.Ads, s.Inbound = tt.ads, tt.inbound
			p := byFormula()
			p.Quantity.LowUnits = tt.limit
			r, err := Evaluate(s, p, noon)
			if err != nil {
				t.Fatal(err)
			}
			var found []risk.Finding
			for _, f := range r.Findings {
				if f.Kind == risk.LowStock {
					found = append(found, f)
				}
			}
			if tt.want == nil {
				if len(found) > 0 {
					t.Fatalf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Severity != tt.severity || found[0].Reason != strings.Join(tt.want, ". ")+"." {
				t.Fatalf("found %+v", found)
			}
			told := strings.Contains(strings.Join(r.Proposals[0].Remarks(), " "), "ads for it still run with fewer than 20 left")
			if told != (tt.severity == risk.Medium) {
				t.Errorf("remarks %q", r.Proposals[0].Remarks())
			}
		})
	}
}

// Plenty of cover is no matter, however few units that are.
func TestFewUnitsThatLast(t *testing.T) {
	s := oneSKU(15)
	for i := range s.Demand {
		n := s.Demand[i].Qty.Len()
		s.Demand[i].Qty = core.Zeros(n)
		s.Demand[i].Qty.Set(n-5, 1)
	}
	r := evaluate(t, s)
	for _, f := range r.Findings {
		if f.Kind == risk.LowStock {
			t.Errorf("told of %d units that last %v days: %+v", 15, r.Items[0].Cover, f)
		}
	}
}
