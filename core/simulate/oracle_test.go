package simulate

import (
	"math"
	"testing"

	"quartermaster/core"
)

// tally is what the oracle counts.
type tally struct {
	demand, sold, orders  int64
	lostMargin, stockDays float64 // cents
}

// oracle replays one article day by day under the rules of the public benchmark
// inventory.py (its function sim_daily), written down from them and not from this
// package: plain floats, no classes, no snapshots, true demand shown.
func oracle(a article, history, days, warm int, need func(y []float64, pos, lead float64) float64) (t tally) {
	y := make([]float64, len(a.demand))
	for i, q := range a.demand {
		y[i] = float64(q)
	}
	sum := 0.0
	for _, v := range y[history-56 : history] {
		sum += v
	}
	stock := math.Ceil(sum / 56 * (a.lead + 14))
	due := map[int]float64{}
	for d := range days {
		if d%7 == 0 {
			pos := stock
			for _, q := range due {
				pos += q
			}
			q, moq := need(y[:history+d], pos, a.lead), float64(a.moq)
			switch {
			case q <= 0 || q <= 0.5 && moq == 1:
				q = 0
			case moq > 1:
				q = moq * math.Ceil(q/moq-1e-9)
			default:
				q = math.RoundToEven(q)
			}
			if q > 0 {
				due[d+int(a.lead)] += q
				if d >= warm {
					t.orders++
				}
			}
		}
		stock += due[d]
		delete(due, d)
		want := y[history+d]
		sold := min(stock, want)
		stock -= sold
		if d >= warm {
			t.demand += int64(want)
			t.sold += int64(sold)
			t.lostMargin += (want - sold) * float64(a.price-a.cost)
			t.stockDays += stock * float64(a.cost)
		}
	}
	return t
}

func tail(y []float64, n int) []float64 { return y[max(0, len(y)-n):] }

func moments(y []float64) (mean, sd float64) {
	for _, v := range y {
		mean += v
	}
	mean /= float64(len(y))
	for _, v := range y {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(y)-1))
}

// TestAgainstTheBenchmark replays a panel with every policy that inventory.py has
// too, and wants the very same units.
func TestAgainstTheBenchmark(t *testing.T) {
	cover := func(trigger, upTo, withLead float64) func(y []float64, pos, lead float64) float64 {
		return func(y []float64, pos, lead float64) float64 {
			rate, _ := moments(tail(y, 30))
			if pos < (withLead*lead+trigger)*rate {
				return (withLead*lead+upTo)*rate - pos
			}
			return 0
		}
	}
	normal := func(z float64) func(y []float64, pos, lead float64) float64 {
		return func(y []float64, pos, lead float64) float64 {
			mu, sd := moments(tail(y, 91))
			return mu*(lead+7) + z*sd*math.Sqrt(lead+7) - pos
		}
	}
	const history, days, warm = 200, 252, 49
	articles := panel(3, 60, history+days)
	s, err := New(shop(from-history, articles...), Config{From: from, To: from + days, WarmUp: warm, Reveal: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.Nodes() != len(articles) {
		t.Fatalf("%d of %d articles take part: %s", s.Nodes(), len(articles), s.LeftOutText())
	}
	for _, c := range []struct {
		policy Policy
		need   func(y []float64, pos, lead float64) float64
	}{
		{CoverTiers("cover_red", 7, 15, 45, false), cover(15, 45, 0)},
		{CoverTiers("cover_yellow", 7, 30, 45, false), cover(30, 45, 0)},
		{CoverTiers("cover_lead", 7, 30, 45, true), cover(30, 45, 1)},
		{RSNormal("normal1.645", 7, 1.645), normal(1.645)},
		{RSNormal("normal2.05", 7, 2.05), normal(2.05)},
	} {
		var want tally
		for _, a := range articles {
			got := oracle(a, history, days, warm, c.need)
			want.demand += got.demand
			want.sold += got.sold
			want.orders += got.orders
			want.lostMargin += got.lostMargin
			want.stockDays += got.stockDays
		}
		results, err := Run(t.Context(), s, []Policy{c.policy}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := results[0]
		if r.Demand != want.demand || r.Sold != want.sold || r.Orders != want.orders || r.Units == 0 {
			t.Errorf("%s: demand %d, sold %d in %d orders; the benchmark has %d, %d, %d", r.Policy, r.Demand, r.Sold, r.Orders, want.demand, want.sold, want.orders)
		}
		if got := float64(r.LostMargin.Minor); math.Abs(got-want.lostMargin) > 0.5+1e-6 {
			t.Errorf("%s: lost margin %v, the benchmark has %v", r.Policy, got, want.lostMargin)
		}
		if got := float64(r.AverageStockValue.Minor); math.Abs(got-want.stockDays/(days-warm)) > 0.5+1e-6 {
			t.Errorf("%s: stock %v, the benchmark has %v", r.Policy, got, want.stockDays/(days-warm))
		}
		if got := float64(r.HoldingCost.Minor); math.Abs(got-want.stockDays*0.25/365) > 0.5+1e-6 {
			t.Errorf("%s: holding %v, the benchmark has %v", r.Policy, got, want.stockDays*0.25/365)
		}
	}
}

// TestByHand follows one article for three weeks. Ten are sold a day for 90 days
// and wanted after. Lead time 5 days, opening stock (5+14)*10 = 190. Cover tiers
// 15/45: on day 0 the cover is 19, nothing is ordered. Day 7: 120 left, cover 12,
// order 450-120 = 330, which come on day 12. Day 12 begins with 70+330. Day 14:
// 400-20 = 380, cover 38, no order.
func TestByHand(t *testing.T) {
	demand := make([]float32, 90+21)
	for i := range demand {
		demand[i] = 10
	}
	s, err := New(shop(from-90, article{demand: demand, lead: 5, moq: 1, pack: 1, price: 1000, cost: 600}),
		Config{From: from, To: from + 21, WarmUp: 7, HoldingRate: 0.365})
	if err != nil {
		t.Fatal(err)
	}
	results, err := Run(t.Context(), s, []Policy{CoverTiers("tiers", 7, 15, 45, false)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Stock at the end of days 7 to 20: 110, 100, 90, 80, 70, then 390 down to 310.
	stock := int64(110+100+90+80+70) + (390+310)*9/2
	got := results[0].Totals
	want := Totals{
		Nodes: 1, Demand: 140, Sold: 140, FillRate: 1, ServiceLevel: 1, Orders: 1, Units: 330,
		AdSpend: usd(0), AdWaste: usd(0), AverageStockValue: usd(int64(math.Round(float64(stock) * 600 / 14))), PeakStockValue: usd(390 * 600),
		TurnoverDays: float64(stock) / 140, Freight: usd(0), LostMargin: usd(0), HoldingCost: usd(stock * 600 / 1000), PurchaseVariance: usd(0),
		TotalCost: usd(stock * 600 / 1000), CostShare: float64(stock) * 0.6 / 140_000,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestShopSeesSalesOnly: demand doubles on day 0, stock is gone on day 9 and the
// goods ordered on day 7 come on day 27. A policy must see what was sold and that
// the stock was out, nothing more.
func TestShopSeesSalesOnly(t *testing.T) {
	demand := make([]float32, 100+28)
	for i := range demand {
		demand[i] = 10
		if i >= 100 {
			demand[i] = 20
		}
	}
	a := article{demand: demand, lead: 5, moq: 1, pack: 1, price: 1000, cost: 600}
	s, err := New(shop(from-100, a), Config{From: from, To: from + 28, WarmUp: 1})
	if err != nil {
		t.Fatal(err)
	}
	spy := perNode("spy", "", 27, func(n *NodeView) float64 {
		for i, q := range n.Sold.Values() {
			day := i - 100
			want, flag := float32(10), core.DayFlag(0)
			switch {
			case day >= 0 && day < 9:
				want = 20
			case day == 9:
				want, flag = 10, core.StockOut
			case day > 9:
				want, flag = 0, core.StockOut
			}
			if q != want || n.Flags[i] != flag {
				t.Errorf("day %d: sees %v with flags %d, want %v with %d", day, q, n.Flags[i], want, flag)
			}
		}
		if n.Sold.Len() != 100 && n.Sold.Len() != 127 {
			t.Errorf("sees %d days", n.Sold.Len())
		}
		return 0
	})
	r, err := Run(t.Context(), s, []Policy{spy}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := r[0]; got.Demand != 27*20 || got.Sold != 190-20 || got.ServiceLevel != 0 {
		t.Errorf("demand %d, sold %d, service %v", got.Demand, got.Sold, got.ServiceLevel)
	}
}
