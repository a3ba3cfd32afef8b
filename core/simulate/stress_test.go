package simulate

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

// steady sells 10 a day, 200 days long; onHand stands in stock, 40 of an order of
// ACME, not yet shipped, come in three days. Lead time 8 days, unit cost 6.00,
// price 10.00.
func steady(onHand int64) core.Snapshot {
	demand := make([]float32, 200)
	for i := range demand {
		demand[i] = 10
	}
	s := shop(from-200, article{demand: demand, lead: 8, moq: 1, pack: 1, price: 1000, cost: 600})
	s.Stock[0].OnHand = onHand
	s.Inbound = []core.Inbound{{Order: "PO-1", Supplier: "ACME", SKU: "A-000", Location: "MAIN", Qty: 40, Due: from + 3, State: core.InboundConfirmed}}
	return s
}

func stressed(t *testing.T, s core.Snapshot, shock Shock) Outcome {
	t.Helper()
	before := cmp.Diff(core.Snapshot{}, s, cmp.Comparer(func(a, b *time.Location) bool { return a == b }))
	out, err := Stress(s, policyOfTests(), from.Time(time.UTC), shock)
	if err != nil {
		t.Fatal(err)
	}
	if after := cmp.Diff(core.Snapshot{}, s, cmp.Comparer(func(a, b *time.Location) bool { return a == b })); after != before {
		t.Error("the snapshot was changed")
	}
	return out[0]
}

// TestStressSurge: 60 units and the 40 of day 3 last ten days. Extra orders take
// 50 today: the 10 left are gone after today, days 1 and 2 have none, the 40 last
// from day 3 to 6, and goods ordered today come on day 8. 30 units are missing.
func TestStressSurge(t *testing.T) {
	o := stressed(t, steady(60), Shock{Surge: 6})
	if o.Unserved != 0 || len(o.Breaks) != 1 {
		t.Fatalf("%d unserved, %d breaks", o.Unserved, len(o.Breaks))
	}
	b := o.Breaks[0]
	if b.RunsOut != from+1 || b.Planned != from+10 || b.Arrival != from+8 {
		t.Errorf("runs out on %s instead of %s, delivered on %s", b.RunsOut, b.Planned, b.Arrival)
	}
	if b.Short != 30 || b.More != 30 || b.AtRisk != usd(30*400) || o.After.AtRisk != b.AtRisk || o.Before.AtRisk.Minor != 0 {
		t.Errorf("short %v, more %v, at risk %s of %s", b.Short, b.More, b.AtRisk, o.After.AtRisk)
	}
	if more := o.After.PlanCost.Minor - o.Before.PlanCost.Minor; more < 20*600 || more > 35*600 {
		t.Errorf("the plan costs %v more; the 20 units at 6.00 that would have been left on arrival were to be expected", more)
	}
	if o := stressed(t, steady(30), Shock{Surge: 6}); o.Unserved != 20 {
		t.Errorf("30 in stock, 50 more wanted: %d unserved", o.Unserved)
	}
}

// TestStressSupplierGone: no offer, and the open order is void unless shipped.
func TestStressSupplierGone(t *testing.T) {
	for _, shock := range []Shock{{Gone: "ACME"}, {MainGone: true}} {
		o := stressed(t, steady(60), shock)
		if o.Gone != "ACME" || o.After.Orphans != 1 || o.After.PlanCost.Minor != 0 || o.Before.PlanCost.Minor == 0 {
			t.Errorf("%+v", o)
		}
		if len(o.Breaks) != 1 || o.Breaks[0].RunsOut != from+6 || o.Breaks[0].Supplier != "" || o.Breaks[0].Short != 220 {
			t.Errorf("60 units last 6 of 28 days: %+v", o.Breaks)
		}
	}
	s := steady(60)
	s.Inbound[0].State = core.InboundShipped
	if o := stressed(t, s, Shock{Gone: "ACME"}); len(o.Breaks) != 1 || o.Breaks[0].RunsOut != from+10 {
		t.Errorf("shipped goods still come: %+v", o.Breaks)
	}
}

func TestStressDemand(t *testing.T) {
	s := steady(60)
	o := stressed(t, s, Shock{Level: 0.5})
	if r := o.After.CoverDays / o.Before.CoverDays; math.Abs(r-2) > 0.01 || o.After.PlanCost.Minor >= o.Before.PlanCost.Minor {
		t.Errorf("half the demand: cover %v, then %v; plan %s, then %s", o.Before.CoverDays, o.After.CoverDays, o.Before.PlanCost, o.After.PlanCost)
	}
	if o := stressed(t, s, Shock{NoAds: true}); o.Note == "" || !cmp.Equal(o.Before, o.After) {
		t.Errorf("without ads nothing changes, and that is said: %+v", o)
	}
	s.Ads = []core.AdDay{{Day: from - 1, SKU: "A-000", Orders: 56}, {Day: from - 40, SKU: "A-000", Orders: 99}}
	if o := stressed(t, s, Shock{NoAds: true}); math.Abs(o.After.CoverDays*0.8-o.Before.CoverDays) > 0.05 {
		t.Errorf("56 of 280 units came by ads: cover %v, then %v", o.Before.CoverDays, o.After.CoverDays)
	}
}

func TestStressRefuses(t *testing.T) {
	for _, c := range []struct {
		shock Shock
		want  string
	}{
		{Shock{Name: "x", Gone: "NOBODY"}, `shock "x": there is no supplier "NOBODY"`},
		{Shock{Surge: 0.5}, "surge is 0.5, must be between 1 and 100"},
		{Shock{Surge: math.NaN()}, "surge is NaN"},
		{Shock{Level: -1}, "level is -1"},
	} {
		if _, err := Stress(steady(10), core.DefaultPolicy(), from.Time(time.UTC), c.shock); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.shock, err, c.want)
		}
	}
}
