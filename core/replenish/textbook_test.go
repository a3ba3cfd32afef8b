package replenish

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/window"
)

// evenly is a distribution as equally likely values of its quantiles.
func evenly(quantile func(u float64) float64) window.Dist {
	v := make([]float64, 100_000)
	for i := range v {
		v[i] = quantile((float64(i) + 0.5) / float64(len(v)))
	}
	return window.NewDist(v)
}

func normally(mean, sd float64) window.Dist {
	return evenly(func(u float64) float64 { return mean + sd*Z(u) })
}

// counted is a Poisson distribution.
func counted(mean float64) window.Dist {
	v, u := make([]float64, 100_000), make([]float64, 100_000)
	for i := range u {
		u[i] = (float64(i) + 0.5) / float64(len(u))
	}
	methods.NegBinQuantiles(v, u, mean, mean)
	return window.NewDist(v)
}

// newsvendor is the expected cost of q units against demand d.
func newsvendor(d window.Dist, q, over, under float64) float64 {
	return over*d.Left(q) + under*d.Shortage(q)
}

// Published examples:
//
//	Chopra   Chopra and Meindl, Supply Chain Management, the chapter on safety inventory
//	Nahmias  Production and Operations Analysis, 6th ed., chapters 4 and 5
//	SPT      Silver, Pyke and Thomas, Inventory and Production Management in
//	         Supply Chains, 4th ed.
//	Snyder   Snyder and Shen, Fundamentals of Supply Chain Theory, 2nd ed., with the
//	         digits of the authors' program stockpyl (its tests and docstrings)
//
// Books print rounded steps, so each case says how near is near.
func TestPublishedExamples(t *testing.T) {
	loss := func(z float64) float64 { return ExpectedShort(1000, 1, 1000+z) }

	// Nahmias, example 4.4, The Weighty Trash Bag Company: 600 bags a year, 8 dollars
	// an order, 20 % a year for holding; 0.30 each, 0.29 from 500, 0.28 from 1,000.
	yearly := func(demand, order, rate float64, price int64, q float64) float64 {
		h := Holding{DemandPerDay: demand / 365, Rate: rate}
		return demand*h.unit(core.Money{Minor: price, Currency: "USD"}, int64(q))/100 + order*demand/q
	}
	bags := func(price int64, q float64) float64 { return yearly(600, 8, 0.20, price, q) }

	// Nahmias, example 5.1, Mac's newsstand: demand 11.73 with deviation 4.74, bought
	// at 0.25, sold at 0.75, returned at 0.10. A copy too many loses 0.15, and the 0.65
	// between sale and return are at stake.
	mac := Choice{Margin: core.Money{Minor: 65, Currency: "USD"}, FastArrives: 0, NormalArrives: 1}

	// Snyder, example 4.3: demand 50 with deviation 8, 0.18 for a unit too many, 0.70
	// for one too few; 4.4: the same with a lead time of four periods.
	ratio := CriticalFractile(0.70, 0.18)
	apples := normally(50, 8)
	// Snyder, example 4.7: Poisson demand of 6, 1 too many, 4 too few.
	six, fifty := counted(6), counted(50)
	one := Lot{Least: 1, Pack: 1}
	// Snyder, problem 4.8(b): lognormal demand.
	lognormal := evenly(func(u float64) float64 { return math.Exp(6 + 0.3*Z(u)) })

	// Chopra, Lego bricks at Walmart: 2,500 a week with deviation 500, two weeks to
	// deliver, lots of 10,000. Tablets at Dell: as many a day.
	lego := normally(5000, 500*math.Sqrt2)
	// Chopra, printers at Sam's Club: 250 a week with deviation 150.
	printers := normally(500, 150*math.Sqrt2)

	for _, tt := range []struct {
		name           string
		got, want, eps float64
	}{
		{"SPT appendix II, G(0)", loss(0), 0.3989, 5e-5},
		{"SPT appendix II, G(0.5)", loss(0.5), 0.1978, 5e-5},
		{"SPT appendix II, G(1)", loss(1), 0.0833, 5e-5},
		{"SPT appendix II, G(2)", loss(2), 0.0085, 5e-5},
		{"Snyder, normal loss at 18.6 of (15, 3)", ExpectedShort(15, 3, 18.6), 0.1683073521514889, 1e-9},
		{"Snyder, the same from courses", normally(15, 3).Shortage(18.6), 0.1683073521514889, 1e-4},
		{"Snyder, left over of the same", normally(15, 3).Left(18.6), 3.7683073521514903, 1e-4},

		{"Nahmias 4.4, lots of 400 at 0.30", bags(30, 400), 204.00, 0.005},
		{"Nahmias 4.4, lots of 500 at 0.29", bags(29, 500), 198.10, 0.005},
		{"Nahmias 4.4, lots of 1,000 at 0.28", bags(28, 1000), 200.80, 0.005},
		{"Snyder, all-units discounts, lots of 500 at 450", yearly(1000, 200, 0.20, 45000, 500), 472900, 1e-6},

		{"Nahmias 5.1, order of copies", 11.73 + mac.safety(Calculation{DemandSD: 4.74, ServiceLevel: 0.99}, 15), 15.24, 0.05},
		{"Snyder 4.3, base stock by the formula", 50 + 8*Z(ratio), 56.60395592743389, 1e-6},
		{"Snyder 4.3, base stock from courses", apples.AtLeast(ratio), 56.60395592743389, 1e-3},
		{"Snyder 4.3, cost", newsvendor(apples, 56.60395592743389, 0.18, 0.70), 1.9976051931766445, 1e-4},
		{"Snyder 4.3, cost at 40", newsvendor(apples, 40, 0.18, 0.70), 7.356131552870388, 1e-4},
		{"Snyder 4.3, cost at 60", newsvendor(apples, 60, 0.18, 0.70), 2.156131552870387, 1e-4},
		{"Snyder 4.4, base stock over lead time and review", OrderUpTo(50, 5, SafetyStock(Z(ratio), 50, 8, 5, 0)), 264.7668943741548, 1e-6},
		{"Snyder 4.7, Poisson base stock", float64(CostTarget(six, six.AtLeast(0.8), 4, 1, one)), 8, 0},
		{"Snyder 4.7, its cost", newsvendor(six, 8, 1, 4), 3.570106945770946, 1e-3},
		{"Snyder 4.7, cost at 5", newsvendor(six, 5, 1, 4), 6.590296024616344, 1e-3},
		{"Snyder, Poisson of 50, base stock", float64(CostTarget(fifty, fifty.AtLeast(ratio), 0.70, 0.18, one)), 56, 0},
		{"Snyder, Poisson of 50, its cost", newsvendor(fifty, 56, 0.18, 0.70), 1.797235211809178, 1e-3},
		{"Snyder 4.8(b), lognormal base stock", lognormal.AtLeast(CriticalFractile(0.1765, 1)), 295.6266448071368, 0.01},
		{"Snyder 4.8(b), its cost", newsvendor(lognormal, 295.6266448071368, 1, 0.1765), 29.44254351324322, 0.01},

		{"Snyder, reorder point of (r,Q) by EOQ and safety stock", ReorderPoint(1300, 1.0/12, SafetyStock(Z(CriticalFractile(7.5, 0.225)), 1300, 150, 1.0/12, 0)), 190.3369965715624, 1e-6},
		{"Nahmias 5.5, reorder point for 98 % of cycles", ReorderPoint(100, 1, SafetyStock(Z(0.98), 100, 25, 1, 0)), 151, 0.5},
		{"Nahmias 5.5, units short a cycle for a fill rate of 98 %", ExpectedShort(100, 25, 125.5), 2, 0.02},
		{"Chopra, bricks, share of cycles without a shortage", lego.CDF(6000), 0.92, 0.005},
		{"Chopra, bricks, units short a cycle", lego.Shortage(6000), 25, 0.5},
		{"Chopra, bricks, fill rate", 1 - lego.Shortage(6000)/10_000, 0.9975, 5e-5},
		{"Chopra, bricks, safety stock for 90 % of cycles", SafetyStock(Z(0.90), 2500, 500, 2, 0), 906, 0.5},
		{"Chopra, bricks, safety stock for 70 % of cycles", SafetyStock(Z(0.70), 2500, 500, 2, 0), 371, 0.5},
		{"Chopra, bricks, safety stock for 95 % of cycles", SafetyStock(Z(0.95), 2500, 500, 2, 0), 1163, 0.5},
		{"Chopra, bricks, safety stock for a fill rate of 97.5 %", lego.ShortAtMost(0.025*10_000) - 5000, 67, 0.5},
		{"Nahmias 5.5, reorder point for a fill rate of 98 %", normally(100, 25).ShortAtMost(2), 125.5, 0.2},
		{"Chopra, tablets, safety stock with lead times of 7 ± 7 days", SafetyStock(Z(0.90), 2500, 500, 7, 7), 22_491, 1},
		{"Chopra, bricks, order-up-to level over 4 + 2 weeks", OrderUpTo(2500, 6, SafetyStock(Z(0.90), 2500, 500, 6, 0)), 16_570, 0.5},
		{"Chopra, printers, share of cycles without a shortage", printers.CDF(600), 0.68, 0.005},
		{"Chopra, printers, units short a cycle", printers.Shortage(600), 43.86, 0.02},
	} {
		if !(math.Abs(tt.got-tt.want) <= tt.eps) {
			t.Errorf("%s: %v, the book says %v", tt.name, tt.got, tt.want)
		}
	}
	// Snyder, example 3.1: 1,300 a year, 8 an order, 0.225 a year for holding: 304.05
	// at once cost least, 68.41 beside the goods.
	at := func(q float64) float64 { return yearly(1300, 8, 0.225, 100, q) - 1300 }
	if c := at(304); math.Abs(c-68.4105) > 0.001 || at(296) < c || at(312) < c {
		t.Errorf("economic order quantity: %v at 296, %v at 304, %v at 312", at(296), c, at(312))
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

	it := core.SupplierItem{Pack: 24, Lead: []core.Lead{{Mode: core.Sea, Days: 35}, {Mode: core.Air, Days: 9, Freight: core.Money{Minor: 100, Currency: "EUR"}}}}
	season := func(from, to core.Day) Season { return Season{Days: core.DayRange{From: today + from, To: today + to}} }
	for name, tt := range map[string]struct {
		gap  float64
		s    Season
		want []Arrive
	}{
		"in time":             {0, season(80, 170), []Arrive{{today + 35, today, 336, core.Sea}, {today + 50, today + 15, 336, core.Sea}, {today + 80, today + 45, 336, core.Sea}}},
		"one can be reached":  {0, season(20, 110), []Arrive{{today + 35, today, 1008, core.Sea}}},
		"sold before":         {100, season(20, 110), []Arrive{{today + 9, today, 120, core.Air}, {today + 35, today, 888, core.Sea}}},
		"too late by sea":     {100, season(20, 30), []Arrive{{today + 9, today, 672, core.Air}, {today + 20, today + 11, 336, core.Air}}},
		"too late by any way": {100, season(2, 8), nil},
	} {
		plan := SeasonPlan(1000, tt.gap, tt.s, today, it, nil)
		if diff := cmp.Diff(tt.want, plan); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if few := SeasonPlan(20, 0, season(80, 170), today, it, nil); len(few) != 1 || few[0].Qty != 24 {
		t.Errorf("a single pack: %+v", few)
	}
}
