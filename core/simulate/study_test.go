package simulate

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

func TestParseShocks(t *testing.T) {
	for asked, want := range map[string]Shock{
		"surge 300":    {Name: "orders of one day +300 %", Surge: 4},
		"SURGE +50 %":  {Name: "orders of one day +50 %", Surge: 1.5},
		"demand -50":   {Name: "demand -50 %", Level: 0.5},
		" gone  Acme ": {Name: "supplier Acme gone", Gone: "Acme"},
	} {
		if got, err := ParseShocks(asked); err != nil || !cmp.Equal(got, []Shock{want}) {
			t.Errorf("%q: %+v, %v", asked, got, err)
		}
	}
	if got, err := ParseShocks(" "); err != nil || !cmp.Equal(got, Shocks()) {
		t.Errorf("nothing: %+v, %v", got, err)
	}
	for _, asked := range []string{"surge", "surge -1", "surge NaN", "demand -100", "demand 1e9", "demand x", "gone", "ads"} {
		if got, err := ParseShocks(asked); !errors.Is(err, ErrShock) {
			t.Errorf("%q: %+v, %v", asked, got, err)
		}
	}
}

// Of many products those of most margin are replayed.
func TestReplay(t *testing.T) {
	const days = 300
	demand := make([]float32, days)
	for i := range demand {
		demand[i] = float32(2 + i%3)
	}
	s := shop(from-days, article{demand: demand, lead: 20, sd: 3, price: 900, cost: 500}, article{demand: demand, lead: 20, sd: 3, price: 9000, cost: 500})
	v, err := Replay(t.Context(), s, core.DefaultPolicy(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if v.Places != 1 || v.Beyond != 1 || v.From != from-days+182 || v.To != from || len(v.Results) != 4 || v.Results[0].Policy != Ours {
		t.Errorf("%+v", v)
	}
	both, err := Replay(t.Context(), s, core.DefaultPolicy(), 2)
	if err != nil || both.Places != 2 || both.Beyond != 0 {
		t.Fatalf("%+v, %v", both, err)
	}
	year, err := New(s, Config{From: v.From, To: v.To, Most: 1})
	if err != nil || len(year.nodes) != 1 || year.nodes[0].sku != "A-001" {
		t.Errorf("not the dear one: %+v, %v", year.nodes, err)
	}
	for i := range s.Demand {
		s.Demand[i].Start = from - 182
		s.Demand[i].Qty = core.Daily(demand[:182]...)
	}
	if _, err := Replay(t.Context(), s, core.DefaultPolicy(), 2); !errors.Is(err, ErrShort) {
		t.Errorf("182 days: %v", err)
	}
}
