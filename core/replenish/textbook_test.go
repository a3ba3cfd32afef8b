package replenish

import (
	"math"
	"testing"

	"quartermaster/core"
)

// Published examples. Nahmias: Production and Operations Analysis, 6th ed.; SPT:
// Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains,
// 4th ed. Books print rounded steps, so each case says how near is near.
func TestPublishedExamples(t *testing.T) {
	// The loss function of the standard normal, SPT appendix II: what is short on
	// average is the mean less what is sold.
	loss := func(z float64) float64 { return 1000 - ExpectedSales(1000, 1, 1000+z) }
	// Nahmias, example 4.4, The Weighty Trash Bag Company: 600 bags a year, 8 dollars
	// an order, 20 % a year for holding; 0.30 each, 0.29 from 500, 0.28 from 1,000.
	bags := Holding{DemandPerDay: 600.0 / 365, Rate: 0.20}
	year := func(price int64, q int64) float64 {
		return 600*bags.unit(core.Money{Minor: price, Currency: "USD"}, q)/100 + 8*600/float64(q)
	}
	// Nahmias, example 5.1, Mac's newsstand: demand 11.73 with deviation 4.74, bought
	// at 0.25, sold at 0.75, returned at 0.10. A copy too many loses 0.15, and the 0.65
	// between sale and return are at stake.
	mac := Choice{Margin: core.Money{Minor: 65, Currency: "USD"}, FastArrives: 0, NormalArrives: 1}
	// Nahmias, examples 5.4 and 5.5, Harvey's Specialty Shop: demand over the lead time
	// 100 with deviation 25, lots of 100.
	for _, tt := range []struct {
		name           string
		got, want, eps float64
	}{
		{"SPT appendix II, G(0)", loss(0), 0.3989, 5e-5},
		{"SPT appendix II, G(0.5)", loss(0.5), 0.1978, 5e-5},
		{"SPT appendix II, G(1)", loss(1), 0.0833, 5e-5},
		{"SPT appendix II, G(2)", loss(2), 0.0085, 5e-5},
		{"Nahmias 4.4, lots of 400 at 0.30", year(30, 400), 204.00, 0.005},
		{"Nahmias 4.4, lots of 500 at 0.29", year(29, 500), 198.10, 0.005},
		{"Nahmias 4.4, lots of 1,000 at 0.28", year(28, 1000), 200.80, 0.005},
		{"Nahmias 5.1, order of copies", 11.73 + mac.safety(Calculation{DemandSD: 4.74, ServiceLevel: 0.99}, 15), 15.24, 0.05},
		{"Nahmias 5.5, reorder point for 98 % of cycles", ReorderPoint(100, 1, SafetyStock(Z(0.98), 100, 25, 1, 0)), 151, 0.5},
		{"Nahmias 5.5, units short a cycle for a fill rate of 98 %", 100 - ExpectedSales(100, 25, 125.5), 2, 0.02},
	} {
		if !(math.Abs(tt.got-tt.want) <= tt.eps) {
			t.Errorf("%s: %v, the book says %v", tt.name, tt.got, tt.want)
		}
	}
}

// Without an order cost the trash bags are bought by the thousand, when three years
// of cover are allowed, else in the quantity needed.
func TestPriceBreakWeighsHolding(t *testing.T) {
	it := core.SupplierItem{Price: eur(30), Breaks: []core.PriceBreak{{Min: 500, Price: eur(29)}, {Min: 1000, Price: eur(28)}}}
	for _, tt := range []struct {
		name string
		h    Holding
		want int64
	}{
		// A bag costs 0.30 * (1 + 0.2*100/1200) = 0.305; at 500 0.29 * (1 + 0.2*500/1200) = 0.314.
		{"holding eats the saving", Holding{600.0 / 365, 0.20, 5000}, 100},
		{"holding is cheap", Holding{600.0 / 365, 0.02, 5000}, 1000},
		{"no further than allowed", Holding{600.0 / 365, 0.02, 999}, 500},
		{"not allowed at all", Holding{600.0 / 365, 0.02, 499}, 100},
	} {
		if got, _ := Round(100, it, core.Money{}, tt.h); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestSeason(t *testing.T) {
	start := core.DateDay(2023, 1, 1)
	today := core.DateDay(2026, 3, 10)
	sell := func(rate func(core.Day) float64) Daily {
		d := Daily{Start: start, Qty: make([]float64, today-start)}
		for i := range d.Qty {
			d.Qty[i] = rate(start + core.Day(i))
		}
		return d
	}
	summer := func(d core.Day) float64 {
		if m := d.MonthNumber(); m >= 6 && m <= 8 {
			return 40
		}
		return 10
	}
	s, ok := FindSeason(sell(summer), today, 1.5)
	if !ok || s.Days.From != core.DateDay(2026, 6, 1) || s.Days.To != core.DateDay(2026, 8, 31) || !near(s.Factor, 40/17.56, 0.02) {
		t.Errorf("found %+v, %v", s, ok)
	}
	if _, ok = FindSeason(sell(summer), today, 3); ok {
		t.Error("2.3 is not 3")
	}
	for name, rate := range map[string]func(core.Day) float64{
		"even":    func(core.Day) float64 { return 10 },
		"too few": func(d core.Day) float64 { return summer(d) / 100 },
		"nothing": func(core.Day) float64 { return 0 },
		"unknown": func(core.Day) float64 { return math.NaN() },
		"one year only": func(d core.Day) float64 {
			if d < core.DateDay(2025, 3, 1) {
				return 10
			}
			return summer(d)
		},
		"known too late": func(d core.Day) float64 {
			if d < core.DateDay(2025, 3, 1) {
				return math.NaN()
			}
			return summer(d)
		},
	} {
		if s, ok := FindSeason(sell(rate), today, 1.5); ok {
			t.Errorf("%s: %+v", name, s)
		}
	}
	winter := func(d core.Day) float64 {
		if m := d.MonthNumber(); m >= 11 || m <= 1 {
			return 40
		}
		return 10
	}
	if s, ok = FindSeason(sell(winter), core.DateDay(2026, 1, 15), 1.5); !ok || s.Days.From != core.DateDay(2025, 11, 1) || s.Days.To != core.DateDay(2026, 1, 31) {
		t.Errorf("a season over the turn of the year, seen from inside: %+v", s)
	}

	double := sell(func(d core.Day) float64 {
		if d >= today-364 {
			return 2 * summer(d)
		}
		return summer(d)
	})
	if units, proven := SeasonDemand(double, Season{Days: core.DayRange{From: core.DateDay(2026, 6, 1), To: core.DateDay(2026, 8, 31)}}, today, 10, 1.5); !proven || units != 2*2*3680 {
		t.Errorf("last year sold 7,360, twice the year before: %v", units)
	}
	if units, proven := SeasonDemand(Daily{Start: today}, Season{Days: core.DayRange{From: today + 10, To: today + 19}}, today, 10, 1.5); proven || units != 150 {
		t.Errorf("a season without a past: %v", units)
	}

	it := core.SupplierItem{Pack: 24, Lead: []core.Lead{{Mode: core.Sea, Days: 35}}}
	plan := SeasonPlan(1000, Season{Days: core.DayRange{From: today + 80}}, today, it, nil)
	if len(plan) != 3 || plan[0] != (Arrive{today + 35, today, 336}) || plan[1] != (Arrive{today + 50, today + 15, 336}) || plan[2] != (Arrive{today + 80, today + 45, 336}) {
		t.Errorf("plan %+v", plan)
	}
	if few := SeasonPlan(20, Season{Days: core.DayRange{From: today + 80}}, today, it, nil); len(few) != 1 || few[0].Qty != 24 {
		t.Errorf("a single pack: %+v", few)
	}
}
