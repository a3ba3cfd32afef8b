package simulate

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

// drawShop is a small random shop with spread in its lead times, simulated for
// two to ten weeks after 100 days of history.
func drawShop(t *rapid.T) (core.Snapshot, Config) {
	days := rapid.IntRange(14, 70).Draw(t, "days")
	articles := panel(rapid.Uint64().Draw(t, "panel"), rapid.IntRange(1, 6).Draw(t, "articles"), 100+days)
	for i := range articles {
		articles[i].sd = articles[i].lead * rapid.Float64Range(0, 0.6).Draw(t, "spread")
	}
	return shop(from-100, articles...), Config{
		From: from, To: from + core.Day(days), Seed: rapid.Uint64().Draw(t, "seed"), LeadCV: DataLeads, MinUnits: -1,
	}
}

func scenario(t interface{ Fatal(...any) }, s core.Snapshot, c Config) *Scenario {
	sc, err := New(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// policyOfTests is the policy of ours.
func policyOfTests() core.Policy {
	p := core.DefaultPolicy()
	p.Target = core.TargetCost
	return p
}

func policies() []Policy {
	var out []Policy
	for _, f := range Families(policyOfTests(), Training{}) {
		out = append(out, f.Policy())
	}
	return out
}

func run(t interface{ Fatal(...any) }, s *Scenario, p ...Policy) []Result {
	r, err := Run(context.Background(), s, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestConservation: Run proves that no unit is lost or made; here the sums it
// returns must agree with each other too, and be numbers.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawShop(t)
		for _, r := range run(t, scenario(t, s, c), policies()...) {
			if r.Sold > r.Demand || r.Sold < 0 || r.FillRate < 0 || r.FillRate > 1 || r.ServiceLevel < 0 || r.ServiceLevel > 1 {
				t.Fatalf("%s: sold %d of %d, fill %v, service %v", r.Policy, r.Sold, r.Demand, r.FillRate, r.ServiceLevel)
			}
			for _, v := range []float64{r.FillRate, r.ServiceLevel, r.TurnoverDays, r.CostShare} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%s: %+v", r.Policy, r)
				}
			}
			if r.PeakStockValue.Minor < r.AverageStockValue.Minor-1 {
				t.Fatalf("%s: peak %v is under the average %v", r.Policy, r.PeakStockValue, r.AverageStockValue)
			}
			var sold, orders, lost int64
			for _, c := range r.Classes {
				sold, orders, lost = sold+c.Sold, orders+c.Orders, lost+c.LostMargin.Minor
			}
			if sold != r.Sold || orders != r.Orders || lost != r.LostMargin.Minor {
				t.Fatalf("%s: classes add up to %d sold, %d orders, %d lost margin; the whole is %+v", r.Policy, sold, orders, lost, r.Totals)
			}
		}
	})
}

// TestSameSeedSameResult: whatever the number of processors and the order of the
// policies.
func TestSameSeedSameResult(t *testing.T) {
	old := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(old)
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawShop(t)
		runtime.GOMAXPROCS(1)
		want := run(t, scenario(t, s, c), policies()...)
		runtime.GOMAXPROCS(4)
		p := policies()
		slices.Reverse(p)
		got := run(t, scenario(t, s, c), p...)
		slices.Reverse(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("another order of policies changed the result (-want +got):\n%s", diff)
		}
	})
}

// TestMoreOpeningStockLosesNoMore: with the same orders on the same days.
func TestMoreOpeningStockLosesNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawShop(t)
		script := rapid.SliceOfN(rapid.Int64Range(0, 60), 10, 10).Draw(t, "orders")
		fixed := Policy{Name: "script", ReviewDays: 7, Start: func() Decide {
			week := 0
			return func(v *View) ([]Order, error) {
				q := script[week%len(script)]
				week++
				var out []Order
				for _, n := range v.Nodes {
					if q > 0 {
						out = append(out, Order{n.SKU, n.Location, n.Offer.Supplier, n.Lead.Mode, q})
					}
				}
				return out, nil
			}
		}}
		c.OpeningDays = rapid.IntRange(1, 40).Draw(t, "opening")
		less := run(t, scenario(t, s, c), fixed)[0]
		c.OpeningDays += rapid.IntRange(0, 40).Draw(t, "more")
		more := run(t, scenario(t, s, c), fixed)[0]
		if more.Demand != less.Demand || more.Sold < less.Sold || more.AverageStockValue.Minor < less.AverageStockValue.Minor {
			t.Fatalf("more opening stock: sold %d instead of %d, stock %v instead of %v", more.Sold, less.Sold, more.AverageStockValue, less.AverageStockValue)
		}
	})
}

// TestNoDemandNoOrder: what never sells is never bought, by any policy.
func TestNoDemandNoOrder(t *testing.T) {
	articles := panel(1, 5, 300)
	for i := range articles {
		clear(articles[i].demand)
	}
	s := scenario(t, shop(from-100, articles...), Config{From: from, To: from + 200, MinUnits: -1, LeadCV: 0.3})
	for _, r := range run(t, s, policies()...) {
		if r.Orders != 0 || r.Units != 0 || r.FillRate != 1 || r.TotalCost.Minor != 0 {
			t.Errorf("%s: %+v", r.Policy, r.Totals)
		}
	}
}

// TestDeadArticlesStop: what stops selling is not bought for long.
func TestDeadArticlesStop(t *testing.T) {
	articles := panel(1, 5, 500)
	for i := range articles {
		clear(articles[i].demand[100:])
	}
	s := scenario(t, shop(from-100, articles...), Config{From: from, To: from + 400, WarmUp: 200, MinUnits: -1})
	for _, r := range run(t, s, policies()...) {
		if r.Orders != 0 {
			t.Errorf("%s still made %d orders more than 200 days after the last sale", r.Policy, r.Orders)
		}
	}
}

// TestLeadTimesAreDrawnOnce: the mean and the deviation of the draws are those
// asked for, and the draw depends on node and day only.
func TestLeadTimesAreDrawnOnce(t *testing.T) {
	s := scenario(t, shop(from-100, panel(5, 3, 130)...), Config{From: from, To: from + 30, MinUnits: -1, Seed: 9})
	n := &s.nodes[0]
	lead := core.Lead{Mode: core.Sea, Days: 30, SD: 6}
	const draws = 20_000
	sum, squares := 0.0, 0.0
	for d := range core.Day(draws) {
		got := float64(s.arrival(n, d, lead, nil) - d)
		if again := float64(s.arrival(n, d, lead, nil) - d); again != got {
			t.Fatalf("day %d: %v, then %v", d, got, again)
		}
		sum += got
		squares += got * got
	}
	mean := sum / draws
	if sd := math.Sqrt(squares/draws - mean*mean); math.Abs(mean-30) > 0.2 || math.Abs(sd-6) > 0.15 {
		t.Errorf("mean %v, deviation %v; want 30 and 6", mean, sd)
	}
	fixed := core.Lead{Mode: core.Sea, Days: 12.5}
	if got := s.arrival(n, 100, fixed, nil); got != 113 {
		t.Errorf("a fixed lead time of 12.5 days from day 100 ends on day %d, want 113", got)
	}
}
