package risk

import (
	"strings"
	"testing"

	"quartermaster/core"
)

func TestLateSuppliers(t *testing.T) {
	eur := func(n int64) core.Money { return core.Money{Minor: n, Currency: "EUR"} }
	products := []Dependence{{"A", eur(100), false}, {"B", eur(900), true}}
	got := LateSuppliers([]Punctuality{
		{"SOON", "Soon", 2, 9, 0.21, products}, {"FEW", "Few", 2, 2, 0.6, products}, {"UNUSED", "Unused", 9, 9, 0.9, nil},
		{"ACME", "Acme Ltd", 6, 8, 0.57, products}, {"ONLY", "Only", 6, 8, 0.57, products[:1]},
	})
	if len(got) != 2 {
		t.Fatalf("%d findings: %+v", len(got), got)
	}
	f := got[0]
	want := "Acme Ltd was late with 6 of 8 orders, so the next one is late with a probability of 57 %; products ordered there: 2. Others sell B: /stock compare CODE puts them side by side."
	if f.Key != "late-supplier/ACME" || f.Severity != High || f.MoneyAtRisk != eur(1000) || f.Reason != want {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(got[1].Reason, "Nobody else sells them") {
		t.Errorf("%+v", got[1])
	}
}
