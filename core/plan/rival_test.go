package plan

import (
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// twoSuppliers sells oneSKU from FAR for 8.00, closed for two months, and from NEAR for
// 8.01 in five days.
func twoSuppliers(onHand int64) core.Snapshot {
	s := oneSKU(onHand)
	s.Items[0].Supplier, s.Items[0].Breaks, s.Items[0].MOQ, s.Items[0].Pack = "FAR", nil, 1, 1
	s.Items[0].Lead = s.Items[0].Lead[:1]
	near := s.Items[0]
	near.Supplier, near.Price, near.Lead = "NEAR", usd(801), []core.Lead{{Mode: core.Sea, Days: 5, SD: 1, Freight: usd(50)}}
	s.Items = append(s.Items, near)
	s.Suppliers = []core.Supplier{{ID: "FAR", Name: "Far", Currency: "USD", Closed: []core.DayRange{{From: today - 5, To: today + 55}}}, {ID: "NEAR", Name: "Near", Currency: "USD"}}
	return s
}

func TestSupplierByMoney(t *testing.T) {
	tests := []struct {
		name  string
		stock int64
		set   func(*core.Snapshot)
		want  core.SupplierID
		why   string // of the choice; empty: nothing was weighed
		card  string // remark; empty: none
	}{
		{"a cent less does not pay for months without goods", 50, nil, "NEAR", "the lower sum counts", ""},
		{"where both are in time the price counts", 800, func(s *core.Snapshot) { s.Suppliers[0].Closed = nil }, "FAR", "the lower sum counts", ""},
		{"a preferred one is taken though it is dearer and late", 50, func(s *core.Snapshot) {
			s.Suppliers[0].Closed, s.Items[0].Preferred, s.Items[0].Price = nil, true, usd(900)
		}, "FAR", "Far is preferred", ""},
		{"closed, but in time all the same", 3000, func(s *core.Snapshot) { s.Items[0].Preferred = true }, "FAR", "", ""},
		{"preferred, but closed", 50, func(s *core.Snapshot) { s.Items[0].Preferred = true }, "NEAR", "the lower sum counts",
			"SOLAR-01: Far is preferred, but closed: its goods would come on 2027-02-20, after the stock-out on 2026-11-23, so it is ordered here."},
		{"preferred and closed, but worth waiting for", 50, func(s *core.Snapshot) {
			s.Items[0].Preferred, s.Items[1].Price = true, usd(15000)
		}, "FAR", "the lower sum counts", ""},
		{"without a price the one that is in time", 150, func(s *core.Snapshot) {
			s.Items[0].Preferred, s.Products[0].Price = true, core.Money{}
		}, "NEAR", "it comes in time", "SOLAR-01: Far is preferred, but closed: its goods would come on 2027-02-20, after the stock-out on 2026-11-28, so it is ordered here."},
		{"without a price and a preferred one the order of prices", 150, func(s *core.Snapshot) { s.Products[0].Price = core.Money{} }, "FAR", "", ""},
		{"one that has no rate is not weighed", 50, func(s *core.Snapshot) {
			s.Suppliers[1].Currency, s.Items[1].Price, s.Items[1].Lead[0].Freight = "GBP", core.Money{Minor: 1, Currency: "GBP"}, core.Money{Currency: "GBP"}
		}, "FAR", "", ""},
		{"only one", 50, func(s *core.Snapshot) { s.Items = s.Items[:1] }, "FAR", "", ""},
	}
	for _, target := range []core.TargetRule{core.TargetCost, core.TargetNormal} {
		for _, tt := range tests {
			t.Run(string(target)+"/"+tt.name, func(t *testing.T) {
				s, p := twoSuppliers(tt.stock), byFormula()
				if p.Target = target; tt.set != nil {
					tt.set(&s)
				}
				r, err := Evaluate(s, p, noon)
				if err != nil {
					t.Fatal(err)
				}
				it := r.Items[0]
				if it.Supplier != tt.want || (it.Rival == nil) != (tt.why == "") || it.Rival != nil && it.Rival.Why != tt.why {
					t.Fatalf("from %s: %+v", it.Supplier, it.Rival)
				}
				text := strings.Join(ExplainItem(it), "\n")
				redo(t, ExplainItem(it))
				if b := it.Rival; b != nil && b.Units > 0 {
					if b.Here.Supplier != tt.want || b.There.Supplier == tt.want || !strings.Contains(text, b.There.Total().String()) ||
						tt.why == "the lower sum counts" && b.Here.Total().Minor > b.There.Total().Minor {
						t.Errorf("%+v:\n%s", b, text)
					}
				}
				if !strings.Contains(text, tt.why) {
					t.Errorf("no %q in\n%s", tt.why, text)
				}
				for _, o := range r.Proposals {
					redo(t, Explain(o.Lines[0]))
					if found := slices.Contains(o.Remarks(), tt.card); o.Supplier != tt.want || found != (tt.card != "") {
						t.Errorf("%s: %q", o.Supplier, o.Remarks())
					}
				}
			})
		}
	}
}

// Once a supplier was ordered from, the other is not asked as well before the next
// review; then money decides again.
func TestSupplierHoldsForAReview(t *testing.T) {
	for _, preferred := range []bool{false, true} {
		s, p := twoSuppliers(50), byFormula()
		s.Items[0].Preferred = preferred
		l := evaluate(t, s).Proposals[0].Lines[0]
		s.Inbound = []core.Inbound{{Order: "PO-1", Supplier: "NEAR", SKU: l.SKU, Location: l.Location, Qty: l.Qty, Due: l.Arrival}}
		s.Supply = []core.SupplyLine{{Order: "PO-1", Supplier: "NEAR", SKU: l.SKU, Mode: l.Mode, OrderedOn: today, Qty: l.Qty, Due: l.Arrival, Stated: 5}}
		for day := range p.ReviewDays {
			r, err := Evaluate(s, p, noon.AddDate(0, 0, day))
			if err != nil || r.Items[0].Supplier != "NEAR" || day == 0 && len(r.Proposals) > 0 {
				t.Fatalf("%d days later (preferred: %v): from %s, %+v, %v", day, preferred, r.Items[0].Supplier, r.Proposals, err)
			}
		}
	}
	// Open again, the preferred one is asked for what is needed until its goods come.
	s := twoSuppliers(50)
	s.Items[0].Preferred, s.Suppliers[0].Closed = true, nil
	s.Inbound = []core.Inbound{{Order: "PO-1", Supplier: "NEAR", SKU: "SOLAR-01", Location: "MAIN", Qty: 200, Due: today + 5}}
	s.Supply = []core.SupplyLine{{Order: "PO-1", Supplier: "NEAR", SKU: "SOLAR-01", Mode: core.Sea, OrderedOn: today, Qty: 200, Due: today + 5, Stated: 5}}
	if r := evaluate(t, s); r.Items[0].Supplier != "FAR" || r.Items[0].Tier != replenish.Red || len(r.Proposals) != 1 {
		t.Errorf("from %s, %+v", r.Items[0].Supplier, r.Proposals)
	}
}
