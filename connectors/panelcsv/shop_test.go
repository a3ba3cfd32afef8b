package panelcsv

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

const shopPanel = `series_id,date,value,price,unit_cost,lead_days,moq,promo
A,2026-01-01,3,9.99,5.5,12,6,0
A,2026-01-02,,9.99,5.5,12,6,1
A,2026-01-04,4,8.49,5.5,20,6,0
B,2026-01-02,1,20,,,,
`

func shopOf(t *testing.T, text string, terms Terms) (core.Snapshot, error) {
	t.Helper()
	p, err := Read(strings.NewReader(text), nil, Options{Freq: pool.Daily, Season: 7, Horizon: 1, HistoryName: "panel.csv"})
	if err != nil {
		t.Fatal(err)
	}
	return Shop(&p, terms)
}

// TestShop: a row before At speaks, a later one only where none does; what the
// panel leaves open comes from the terms.
func TestShop(t *testing.T) {
	at := core.DateDay(2026, 1, 3)
	s, err := shopOf(t, shopPanel, Terms{At: at, Currency: "USD", Margin: 0.25, LeadDays: 7, LeadSD: 2, MOQ: 1})
	if err != nil {
		t.Fatal(err)
	}
	usd := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "USD"} }
	lead := func(days float64) []core.Lead {
		return []core.Lead{{Mode: core.Sea, Days: days, SD: 2, Freight: usd(0)}}
	}
	wantItems := []core.SupplierItem{
		{Supplier: Supplier, SKU: "A", Price: usd(550), MOQ: 6, Pack: 6, Lead: lead(12)},
		{Supplier: Supplier, SKU: "B", Price: usd(1500), MOQ: 1, Pack: 1, Lead: lead(7)},
	}
	if diff := cmp.Diff(wantItems, s.Items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if got := s.Products[0].Price; got != usd(999) {
		t.Errorf("the price of A on %s is %s, want 9.99", at, got)
	}
	wantDemand := []core.Series{
		{SKU: "A", Channel: "panel", Start: core.DateDay(2026, 1, 1), Qty: core.Daily(3, core.Missing, core.Missing, 4), Flags: []core.DayFlag{0, core.Promo, 0, 0}},
		{SKU: "B", Channel: "panel", Start: core.DateDay(2026, 1, 2), Qty: core.Daily(1), Flags: []core.DayFlag{0}},
	}
	if diff := cmp.Diff(wantDemand, s.Demand); diff != "" {
		t.Errorf("demand (-want +got):\n%s", diff)
	}
	late, err := shopOf(t, shopPanel, Terms{At: core.MaxDay, Currency: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	if got := late.Products[0].Price; got != usd(849) {
		t.Errorf("the last price of A is %s, want 8.49", got)
	}
}

func TestShopRefuses(t *testing.T) {
	_, err := shopOf(t, "series_id,date,value,lead_days\nA,2026-01-01,3,900\n", Terms{Currency: "USD", LeadDays: 7})
	if err == nil || !strings.Contains(err.Error(), `series "A": lead_days is 900, must be between 0 and 730`) {
		t.Errorf("got %v", err)
	}
}
