package plan

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"quartermaster/core"
)

// noon is the instant of most tests; today its day in the shop's zone.
var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	today = core.DayOf(noon, time.UTC)
)

func eur(minor int64) core.Money { return core.Money{Minor: minor, Currency: "EUR"} }
func usd(minor int64) core.Money { return core.Money{Minor: minor, Currency: "USD"} }

// oneSKU is a shop that sells 20 SOLAR-01 a day and buys them by sea or air.
func oneSKU(onHand int64) core.Snapshot {
	qty := make([]float32, 200)
	for i := range qty {
		qty[i] = []float32{12, 28}[i/7%2]
	}
	return core.Snapshot{
		Shop:      core.Shop{Name: "Lamps", Zone: time.UTC, Currency: "EUR"},
		Products:  []core.Product{{SKU: "SOLAR-01", Name: "Solar lamp", Price: eur(1999), Cost: eur(900), Active: true}},
		Locations: []core.Location{{ID: "MAIN", Default: true, Channels: []core.ChannelID{"web"}}},
		Suppliers: []core.Supplier{{ID: "ACME", Name: "Acme", Currency: "USD"}},
		Items: []core.SupplierItem{{
			Supplier: "ACME", SKU: "SOLAR-01", Price: usd(800), MOQ: 500, Pack: 24,
			Breaks: []core.PriceBreak{{Min: 2000, Price: usd(700)}},
			Lead: []core.Lead{
				{Mode: core.Sea, Days: 35, SD: 6, Freight: usd(50)},
				{Mode: core.Air, Days: 8, SD: 2, Freight: usd(300)},
			},
		}},
		Stock:  []core.StockLevel{{SKU: "SOLAR-01", Location: "MAIN", OnHand: onHand, AsOf: noon.Add(-10 * time.Minute)}},
		Demand: []core.Series{{SKU: "SOLAR-01", Channel: "web", Start: today - 200, Qty: core.Daily(qty...)}},
		Rates:  []core.FXRate{{Currency: "USD", Day: today - 30, Rate: 90_000_000}},
		Feeds:  []core.Feed{{Name: "stock", AsOf: noon.Add(-10 * time.Minute)}},
	}
}

func evaluate(t testing.TB, s core.Snapshot) Report {
	t.Helper()
	r, err := Evaluate(s, byFormula(), noon)
	if err != nil {
		t.Fatalf("Evaluate: %v", err)
	}
	return r
}

// made is a random shop of n SKUs with days of history, the same for a seed. It
// holds what real shops hold: gaps, dead items, several suppliers and places,
// late orders, closed days, huge and tiny prices.
func made(seed uint64, n, days int) core.Snapshot {
	rnd := rand.New(rand.NewPCG(seed, 1))
	pick := func(lo, hi int64) int64 { return lo + rnd.Int64N(hi-lo+1) }
	s := core.Snapshot{
		Shop: core.Shop{Zone: time.UTC, Currency: "EUR"},
		Locations: []core.Location{
			{ID: "EU", Default: true, Channels: []core.ChannelID{"web"}},
			{ID: "US", Channels: []core.ChannelID{"market"}},
		},
		Suppliers: []core.Supplier{
			{ID: "S-CN", Name: "China", Currency: "CNY", Closed: []core.DayRange{{From: today + core.Day(pick(0, 60)), To: today + 75}}},
			{ID: "S-EU", Name: "Europe", Currency: "EUR"},
			{ID: "S-US", Name: "America", Currency: "USD", Closed: []core.DayRange{{From: today - 2, To: today + 3}, {From: today + 2, To: today + 5}}},
			{ID: "S-XX", Name: "No rate", Currency: "GBP"},
		},
		Rates: []core.FXRate{
			{Currency: "USD", Day: today - 10, Rate: 92_000_000}, {Currency: "CNY", Day: today - 3, Rate: 12_800_000},
			{Currency: "CNY", Day: today + 3, Rate: 99_000_000},
		},
		Feeds: []core.Feed{{Name: "stock", AsOf: noon}, {Name: "orders", AsOf: noon}},
	}
	for i := range n {
		sku := core.SKU(fmt.Sprintf("SKU-%05d", i))
		price := pick(0, 10_000)
		s.Products = append(s.Products, core.Product{SKU: sku, Name: string(sku), Price: eur(price), Cost: eur(price / 2), Active: pick(0, 19) > 0})
		rate := rnd.ExpFloat64() * 5
		for _, ch := range []core.ChannelID{"web", "market", "stall"}[:pick(0, 3)] {
			length := int(pick(0, int64(days)))
			series := core.Series{SKU: sku, Channel: ch, Start: today - core.Day(length) - core.Day(pick(0, 3)), Qty: core.Zeros(length)}
			if pick(0, 4) == 0 {
				series.Flags = make([]core.DayFlag, length)
			}
			dead := pick(0, 9) == 0
			for d := range series.Qty.Len() {
				switch q := rnd.Float64(); {
				case q < 0.02:
					series.Qty.Set(d, core.Missing)
				case dead && d > length/2:
				default:
					series.Qty.Set(d, float32(int(rnd.ExpFloat64()*rate)))
				}
				if series.Flags != nil && rnd.Float64() < 0.05 {
					series.Flags[d] = core.DayFlag(rnd.IntN(16))
				}
			}
			s.Demand = append(s.Demand, series)
		}
		for _, loc := range []core.LocationID{"EU", "US"}[:pick(0, 2)] {
			s.Stock = append(s.Stock, core.StockLevel{SKU: sku, Location: loc, OnHand: int64(rate * float64(pick(0, 90))), Committed: pick(0, 5), Backorders: pick(0, 3) / 3, AsOf: noon.Add(-time.Duration(pick(0, 50)) * time.Minute)})
		}
		for _, sup := range s.Suppliers[:pick(0, 4)] {
			cost := core.Money{Minor: pick(1, 5_000), Currency: sup.Currency}
			it := core.SupplierItem{Supplier: sup.ID, SKU: sku, Price: cost, MOQ: pick(0, 200), Pack: pick(1, 48), Preferred: pick(0, 5) == 0}
			if pick(0, 2) == 0 {
				it.Breaks = []core.PriceBreak{{Min: 100, Price: core.Money{Minor: cost.Minor * 9 / 10, Currency: sup.Currency}}, {Min: 1000, Price: core.Money{Minor: cost.Minor * 7 / 10, Currency: sup.Currency}}}
			}
			for _, m := range core.Modes[:pick(1, 3)] {
				it.Lead = append(it.Lead, core.Lead{Mode: m, Days: float64(pick(0, 60)), SD: float64(pick(0, 10)), Freight: core.Money{Minor: pick(0, 300), Currency: sup.Currency}})
			}
			s.Items = append(s.Items, it)
			if pick(0, 3) == 0 {
				s.Inbound = append(s.Inbound, core.Inbound{Order: fmt.Sprintf("PO-%d", i), Supplier: sup.ID, SKU: sku, Location: "EU", Qty: pick(0, 300), Due: today + core.Day(pick(-10, 40)), State: core.InboundOrdered})
			}
		}
	}
	return s
}

// byFormula is the default policy with the normal formula: what tests of other rules
// and worked examples reckon with.
func byFormula() core.Policy {
	p := core.DefaultPolicy()
	p.Target, p.Quantity.OrderCap = core.TargetNormal, 5
	return p
}
