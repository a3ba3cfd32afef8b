//go:build unix

package plan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
)

// large is a shop of n products at two places with two years of daily sales; half
// the demand is regular, half comes seldom.
func large(n int) core.Snapshot {
	const days = 730
	s := core.Snapshot{
		Shop:      core.Shop{Name: "Large", Currency: "EUR", Zone: noon.Location()},
		Locations: []core.Location{{ID: "MAIN", Default: true, Channels: []core.ChannelID{"web"}}, {ID: "EAST", Channels: []core.ChannelID{"east"}}},
		Feeds:     []core.Feed{{Name: "stock", AsOf: noon}},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range max(1, n/100) {
		s.Suppliers = append(s.Suppliers, core.Supplier{ID: core.SupplierID("S" + strconv.Itoa(i)), Name: "Supplier " + strconv.Itoa(i), Currency: "EUR"})
	}
	for i := range n {
		sku := core.SKU(fmt.Sprintf("P%06d", i))
		s.Products = append(s.Products, core.Product{SKU: sku, Name: "Product " + string(sku), Category: "C" + strconv.Itoa(i%20), Price: eur(2000), Cost: eur(1000), Active: true})
		s.Items = append(s.Items, core.SupplierItem{Supplier: s.Suppliers[i%len(s.Suppliers)].ID, SKU: sku, Price: eur(900), MOQ: 10, Pack: 5,
			Lead: []core.Lead{{Mode: core.Sea, Days: 30, SD: 5, Freight: eur(50)}, {Mode: core.Air, Days: 8, SD: 2, Freight: eur(300)}}})
		for _, at := range []struct {
			loc core.LocationID
			ch  core.ChannelID
		}{{"MAIN", "web"}, {"EAST", "east"}} {
			rate := 0.05 + 4*rng.Float64()*float64(i%2)
			q := make([]float32, days)
			for d := range q {
				if rng.Float64() < min(1, rate) {
					q[d] = float32(1 + rng.IntN(1+int(2*rate)))
				}
			}
			s.Demand = append(s.Demand, core.Series{SKU: sku, Channel: at.ch, Start: today - days, Qty: core.Daily(q...)})
			s.Stock = append(s.Stock, core.StockLevel{SKU: sku, Location: at.loc, OnHand: int64(rng.IntN(1 + int(60*rate))), AsOf: noon})
		}
	}
	return s
}

// BenchmarkPlanner evaluates a shop of PLAN_SKUS products (1,000 without it) at two
// places with a trained model, under the target PLAN_TARGET (the default policy's
// without it):
//
//	PLAN_SKUS=100000 go test -run xxx -bench 'Planner$' -benchtime 1x -timeout 60m ./core/plan
//
// cpu-µs/node is processor time, which other work on the machine hardly changes.
// The two peaks are of resident memory: while the model is trained, and after that.
func BenchmarkPlanner(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("PLAN_SKUS"))
	if err != nil {
		n = 1000
	}
	s := large(n)
	p := core.DefaultPolicy()
	if t := os.Getenv("PLAN_TARGET"); t != "" {
		p.Target = core.TargetRule(t)
	}
	m, err := Train(s, p, noon, engine.Config{Seed: 1, Trials: 1})
	if err != nil {
		b.Fatal(err)
	}
	trained := peak()
	runtime.GC()
	resetPeak()
	b.ReportAllocs()
	b.ResetTimer()
	start := processorTime(b)
	for range b.N {
		r, err := Planner{Model: m}.Evaluate(s, p, noon)
		if err != nil || len(r.Items) != 2*n {
			b.Fatalf("%d items, %v", len(r.Items), err)
		}
	}
	nodes := float64(b.N) * float64(2*n)
	b.ReportMetric(float64(b.Elapsed().Microseconds())/nodes, "µs/node")
	b.ReportMetric(float64((processorTime(b)-start).Microseconds())/nodes, "cpu-µs/node")
	b.ReportMetric(trained, "MB-train")
	b.ReportMetric(peak(), "MB-evaluate")
}

// BenchmarkPlannerOne evaluates one SKU with a trained model, as an approval does,
// under each target.
func BenchmarkPlannerOne(b *testing.B) {
	s := large(300)
	one := s
	one.Products, one.Items, one.Demand, one.Stock = s.Products[1:2], s.Items[1:2], s.Demand[2:4], s.Stock[2:4]
	for _, target := range []core.TargetRule{core.TargetNormal, core.TargetCost} {
		p := core.DefaultPolicy()
		p.Target = target
		m, err := Train(s, p, noon, engine.Config{Seed: 1, Trials: 1})
		if err != nil {
			b.Fatal(err)
		}
		for places, from := range []int{1, 0} {
			one := one
			one.Demand, one.Stock = one.Demand[from:], one.Stock[from:]
			b.Run(fmt.Sprintf("%s,places=%d", target, places+1), func(b *testing.B) {
				b.ReportAllocs()
				start := processorTime(b)
				for range b.N {
					if _, err := (Planner{Model: m}).Evaluate(one, p, noon); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((processorTime(b)-start).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the largest resident memory since resetPeak, in MB; 0 where the system
// does not tell.
func peak() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseFloat(kb, 64)
	return n / 1024
}

func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
