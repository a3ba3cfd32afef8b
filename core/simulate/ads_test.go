package simulate

import (
	"testing"

	"quartermaster/core"
)

// A shop that orders nothing has 190 units, 10 a day: on days 19 and 20 the shelf is
// empty, and what is spent on ads then is wasted. Days before the scored ones, other
// products and other currencies without a rate count nowhere.
func TestAdWaste(t *testing.T) {
	demand := make([]float32, 90+21)
	for i := range demand {
		demand[i] = 10
	}
	snap := shop(from-90, article{demand: demand, lead: 5, moq: 1, pack: 1, price: 1000, cost: 600})
	for d := from - 3; d < from+25; d++ {
		snap.Ads = append(snap.Ads,
			core.AdDay{Day: d, Platform: "TikTok", Campaign: "a", SKU: "A-000", Spend: usd(100)},
			core.AdDay{Day: d, Platform: "TikTok", Campaign: "b", SKU: "OTHER", Spend: usd(700)},
			core.AdDay{Day: d, Platform: "Meta", Campaign: "c", SKU: "A-000", Spend: core.Money{Minor: 900, Currency: "CHF"}})
	}
	s, err := New(snap, Config{From: from, To: from + 21, WarmUp: 7})
	if err != nil {
		t.Fatal(err)
	}
	never := Policy{Name: "never", ReviewDays: 7, Start: func() Decide { return func(*View) ([]Order, error) { return nil, nil } }}
	results, err := Run(t.Context(), s, []Policy{never}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := results[0]; r.AdSpend != usd(1400) || r.AdWaste != usd(200) {
		t.Errorf("spent %v, wasted %v, want 14.00 and 2.00", r.AdSpend, r.AdWaste)
	}
}

func TestWasted(t *testing.T) {
	for _, tt := range []struct{ spent, want, sold, left, wasted int64 }{
		{100, 10, 10, 5, 0}, {100, 10, 6, 0, 40}, {100, 10, 0, 0, 100}, {100, 0, 0, 0, 100}, {100, 0, 0, 3, 0}, {0, 10, 0, 0, 0},
	} {
		if got := wasted(tt.spent, tt.want, tt.sold, tt.left); got != tt.wasted {
			t.Errorf("of %d spent, %d of %d sold, %d left: %d wasted, want %d", tt.spent, tt.sold, tt.want, tt.left, got, tt.wasted)
		}
	}
}
