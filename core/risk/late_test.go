package risk

import (
	"strings"
	"testing"

	"quartermaster/core"
)

func TestLateOrders(t *testing.T) {
	const today = core.Day(20778)
	eur := func(n int64) core.Money { return core.Money{Minor: n, Currency: "EUR"} }
	line := func(order string, sku core.SKU, qty int64, late core.Day, short float64, risk int64) LateLine {
		return LateLine{Order: order, Supplier: "ACME", From: "Acme Ltd", SKU: sku, Location: "MAIN", Qty: qty, Due: today - late, StockOut: today + 4, HasStockOut: true, Short: short, AtRisk: eur(risk)}
	}
	got := LateOrders([]LateLine{
		line("PO-3", "C", 5, 1, 0, 0), line("PO-1", "B", 30, 2, 0, 0), line("PO-1", "A", 40, 1, 12, 9000), line("PO-2", "A", 10, 7, 0, 0), line("PO/4", "A", 1, 6, 0, 0),
	}, today)
	for i, want := range []struct {
		key      string
		severity Severity
		late     int
		risk     int64
		reason   string
	}{
		{"late-order/ACME/PO-1", High, 2, 9000, "Order PO-1 from Acme Ltd is 2 days late (due on 2026-11-19); 70 units are outstanding. If they do not come before goods ordered today, A runs out on 2026-11-25 (in 4 days) and 12 units more are short (EUR 90.00 at risk)."},
		{"late-order/ACME/PO-2", High, 7, 0, "Order PO-2 from Acme Ltd is 7 days late (due on 2026-11-14); 10 units are outstanding; until goods ordered today would come, stock lasts without them."},
		{"late-order/ACME/PO%2F4", Medium, 6, 0, "6 days late"},
		{"late-order/ACME/PO-3", Medium, 1, 0, "1 day late"},
	} {
		if i >= len(got) {
			t.Fatalf("%d findings", len(got))
		}
		f := got[i]
		if f.Key != want.key || f.Severity != want.severity || f.DaysLate != want.late || f.MoneyAtRisk != eur(want.risk) || !strings.Contains(f.Reason, want.reason) {
			t.Errorf("finding %d: %+v", i, f)
		}
	}
	if len(got) != 4 || len(LateOrders(nil, today)) != 0 {
		t.Errorf("%d findings", len(got))
	}
}
