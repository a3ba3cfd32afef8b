package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"quartermaster/core"
)

func usd(minor int64) core.Money { return core.Money{Minor: minor, Currency: "USD"} }

// from is the first simulated day of most tests.
var from = core.DateDay(2026, time.March, 2)

// article is one SKU of a test shop: its demand begins history days before from.
type article struct {
	demand      []float32
	lead, sd    float64
	moq, pack   int64
	price, cost int64 // US cents
}

// shop makes a snapshot of articles that all begin on start.
func shop(start core.Day, articles ...article) core.Snapshot {
	s := core.Snapshot{
		Shop:      core.Shop{Name: "Test", Zone: time.UTC, Currency: "USD"},
		Locations: []core.Location{{ID: "MAIN", Default: true}},
		Suppliers: []core.Supplier{{ID: "ACME", Name: "Acme", Currency: "USD"}},
	}
	for i, a := range articles {
		sku := core.SKU(fmt.Sprintf("A-%03d", i))
		s.Products = append(s.Products, core.Product{SKU: sku, Name: string(sku), Price: usd(a.price), Cost: usd(a.cost), Active: true})
		s.Items = append(s.Items, core.SupplierItem{Supplier: "ACME", SKU: sku, Price: usd(a.cost), MOQ: a.moq, Pack: a.pack,
			Lead: []core.Lead{{Mode: core.Sea, Days: a.lead, SD: a.sd}}})
		s.Stock = append(s.Stock, core.StockLevel{SKU: sku, Location: "MAIN"})
		s.Demand = append(s.Demand, core.Series{SKU: sku, Channel: "web", Start: start, Qty: core.Daily(a.demand...)})
	}
	return s
}

// panel makes n articles with days of demand of many kinds: smooth, weekly,
// rare, growing, dying.
func panel(seed uint64, n, days int) []article {
	rnd := rand.New(rand.NewPCG(seed, 7))
	out := make([]article, n)
	for i := range out {
		a := &out[i]
		rate := 0.2 + rnd.ExpFloat64()*6
		kind := rnd.IntN(5)
		for d := range days {
			r := rate
			switch kind {
			case 1:
				r *= 1 + 0.6*math.Sin(2*math.Pi*float64(d)/7)
			case 2:
				r = 0
				if rnd.IntN(8) == 0 {
					r = 6 * rate
				}
			case 3:
				r *= 0.5 + 1.5*float64(d)/float64(days)
			case 4:
				r *= 1.6 - float64(d)/float64(days)
			}
			a.demand = append(a.demand, float32(poisson(rnd, r)))
		}
		a.lead = []float64{5, 10, 20, 30, 45}[rnd.IntN(5)]
		a.pack = []int64{1, 1, 6, 12}[rnd.IntN(4)]
		a.moq, a.price = a.pack, 500+rnd.Int64N(3000)
		a.cost = a.price * 6 / 10
	}
	return out
}

// poisson draws by Knuth's method; rates are small here.
func poisson(rnd *rand.Rand, rate float64) int {
	limit, p, k := math.Exp(-rate), 1.0, 0
	for p *= rnd.Float64(); p > limit; p *= rnd.Float64() {
		k++
	}
	return k
}
