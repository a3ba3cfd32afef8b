package risk

import (
	"strings"
	"testing"

	"quartermaster/core"
)

func TestImplausible(t *testing.T) {
	good := Vitals{Products: 100, Rows: 120, Stocked: 110, OnHand: 9000, Currency: "GBP", MedianPrice: 295}
	with := func(set func(*Vitals)) Vitals {
		v := good
		set(&v)
		return v
	}
	for name, c := range map[string]struct {
		now  Vitals
		want string // part of the reason; empty: plausible
	}{
		"the same":              {good, ""},
		"a busy day":            {with(func(v *Vitals) { v.OnHand, v.Stocked = 4000, 80 }), ""},
		"a big delivery":        {with(func(v *Vitals) { v.OnHand = 60_000 }), ""},
		"all zeros":             {with(func(v *Vitals) { v.OnHand, v.Stocked = 0, 0 }), "nothing is on hand"},
		"half the rows gone":    {with(func(v *Vitals) { v.Rows = 60 }), "60 rows, it were 120"},
		"a bit less than half":  {with(func(v *Vitals) { v.Rows = 61 }), ""},
		"a thousandfold":        {with(func(v *Vitals) { v.OnHand *= 1000 }), "9000000 units"},
		"a thousandth":          {with(func(v *Vitals) { v.OnHand /= 1000 }), "9 units"},
		"half the products":     {with(func(v *Vitals) { v.Products = 50 }), "50 products"},
		"the currency switched": {with(func(v *Vitals) { v.Currency = "EUR" }), "EUR, it was GBP"},
		"prices in pence":       {with(func(v *Vitals) { v.MedianPrice *= 100 }), "typical price"},
		"prices of zero":        {with(func(v *Vitals) { v.MedianPrice = 0 }), "typical price"},
	} {
		causes := Implausible(good, c.now)
		switch {
		case c.want == "" && len(causes) > 0:
			t.Errorf("%s: %+v", name, causes)
		case c.want != "" && (len(causes) != 1 || !strings.Contains(causes[0].Reason, c.want) || causes[0].Kind != BadData):
			t.Errorf("%s: %+v, want %q", name, causes, c.want)
		}
	}
	small := Vitals{Products: 2, Rows: 2, Stocked: 2, OnHand: 10, Currency: "EUR", MedianPrice: 100}
	if causes := Implausible(small, Vitals{Products: 1, Rows: 1, Currency: "USD"}); len(causes) > 0 {
		t.Errorf("a shop of two rows was judged: %+v", causes)
	}
}

func TestVitals(t *testing.T) {
	gbp := func(n int64) core.Money { return core.Money{Minor: n, Currency: "GBP"} }
	got := VitalsOf(core.Snapshot{
		Products: []core.Product{{SKU: "A", Price: gbp(100), Active: true}, {SKU: "B", Price: gbp(300), Active: true}, {SKU: "C", Price: gbp(200), Active: true},
			{SKU: "D", Price: core.Money{Minor: 9, Currency: "EUR"}, Active: true}, {SKU: "E", Price: gbp(1)}},
		Stock: []core.StockLevel{{SKU: "A", OnHand: 5}, {SKU: "B"}},
		Feeds: []core.Feed{{Name: "orders", Rows: 9}, {Name: "stock", Rows: 1}},
	})
	if want := (Vitals{Products: 4, Rows: 1, Stocked: 1, OnHand: 5, Currency: "GBP", MedianPrice: 200}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestModeEndsAfterTwoGoodChecks(t *testing.T) {
	bad := []Cause{{Kind: BadData, Feed: "stock", Reason: "all zeros"}}
	m := Mode{}.Next(nil)
	if len(m.Causes) != 0 {
		t.Fatalf("normal became %+v", m)
	}
	m = m.Next(bad)
	if first := m.Next(nil); len(first.Causes) != 1 || first.Good != 1 || !strings.Contains(first.Causes[0].Reason, "1 of 2") {
		t.Errorf("after one good check: %+v", first)
	} else if again := first.Next(bad); again.Good != 0 || again.Causes[0].Reason != "all zeros" {
		t.Errorf("a cause in between: %+v", again)
	} else if second := first.Next(nil); len(second.Causes) != 0 {
		t.Errorf("after two good checks: %+v", second)
	}
	if !InDoubt(bad) || InDoubt([]Cause{{Feed: "stock"}}) {
		t.Error("old data is not wrong data, and the other way round")
	}
}
