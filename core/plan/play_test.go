package plan

import (
	"math"
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
)

// What the customers say moves the forecast on the days it was shown for, and only
// with the weight that was found.
func TestCustomersMoveTheForecast(t *testing.T) {
	forecast := func(w core.CustomerDemand) (mean []float64, sd float64, why string) {
		s := oneSKU(900)
		s.Wanted = []core.CustomerDemand{w}
		f := evaluate(t, s).Items[0].Forecast
		return f.Mean, f.SD, f.Why
	}
	w := core.CustomerDemand{SKU: "SOLAR-01", AsOf: today - 3, Days: 60, Customers: 240, Units: 300, LiftDays: 30}
	plain, sd, why := forecast(w)
	if strings.Contains(why, "Known customers") {
		t.Errorf("weight 0, and yet: %s", why)
	}
	w.Lift = 0.1
	lifted, more, why := forecast(w)
	for i := range plain {
		want := plain[i]
		if i < 28 { // the first two of the 30 days are over
			want *= 1.1
		}
		if math.Abs(lifted[i]-want) > 1e-3 {
			t.Fatalf("day %d: %.4f, want %.4f", i, lifted[i], want)
		}
	}
	if math.Abs(more/sd-1.1) > 1e-3 || !strings.Contains(why, "Known customers: +10 % on 28 days.") {
		t.Errorf("deviation %.4f of %.4f; %s", more, sd, why)
	}
}

// A stock-out names the customers it hits and what can be done for them.
func TestPlay(t *testing.T) {
	withCustomers := func(onHand int64) core.Snapshot {
		s := oneSKU(onHand)
		s.Wanted = []core.CustomerDemand{{SKU: "SOLAR-01", AsOf: today - 1, Days: 60, Customers: 240, Units: 300}}
		s.Products = append(s.Products, core.Product{SKU: "CHARGER-2", Name: "Charger", Price: eur(999), Cost: eur(400), Active: true},
			core.Product{SKU: "CASE-3", Name: "Case", Price: eur(999), Cost: eur(400), Active: true})
		s.Stock = append(s.Stock, core.StockLevel{SKU: "CHARGER-2", Location: "MAIN", OnHand: 700, Committed: 60, AsOf: noon})
		s.Links = []core.Link{
			{From: "SOLAR-01", To: "CASE-3", Probability: 0.5, Days: 60}, // more likely, but none in stock
			{From: "SOLAR-01", To: "CHARGER-2", Probability: 0.34, Days: 60}, {From: "CHARGER-2", To: "SOLAR-01", Probability: 0.9, Days: 60},
		}
		return s
	}
	// 100 units last to 26 November, air comes on 29 November: 240 customers in 60
	// days are 12 in the three between.
	f := evaluate(t, withCustomers(100)).Findings[0]
	for _, want := range []string{"about 12 known customers are expected to want it between 2026-11-26 and 2026-11-29", "come on 2026-11-29: offer these customers first pick then",
		"a bundle with CHARGER-2 at 10 % off (34 % of its buyers take CHARGER-2 within 60 days; 640 in stock)", "/stock repurchase SOLAR-01 customers"} {
		if !strings.Contains(f.Play, want) {
			t.Errorf("%q lacks %q", f.Play, want)
		}
	}
	// 900 units last seven weeks: sea still comes in time, and saves 2.50 a unit.
	items := evaluate(t, withCustomers(900)).Items
	it := items[slices.IndexFunc(items, func(i Item) bool { return i.SKU == "SOLAR-01" })]
	e := evaluation{index: newIndex(new(withCustomers(900)), today), crowd: crowdOf(new(withCustomers(900)))}
	offer, _ := e.offer(&it)
	if play := e.play(&it, offer); !strings.Contains(play, "Order by sea by 2026-11-25, before air is needed (it saves USD 2.50 of freight a unit), and offer them a bundle") ||
		!strings.Contains(play, "about 120 known customers") {
		t.Errorf("%s; stock-out %s", play, it.StockOut)
	}
	// Without customers, or with hardly any, nothing is proposed.
	s := withCustomers(100)
	s.Wanted[0].Customers = 10
	if f := evaluate(t, s).Findings[0]; f.Play != "" {
		t.Error(f.Play)
	}
	if f := evaluate(t, oneSKU(100)).Findings[0]; f.Play != "" {
		t.Error(f.Play)
	}
}
