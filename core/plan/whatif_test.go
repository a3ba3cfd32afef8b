package plan

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/forecast/signal"
)

func whatIf(t testing.TB, s core.Snapshot, text string) WhatIfResult {
	t.Helper()
	c, err := signal.ParseChange(text)
	if err != nil {
		t.Fatal(err)
	}
	w, err := WhatIf(s, byFormula(), noon, "SOLAR-01", c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TikTok has three quarters of the money: +70 % of it is +52.5 % of all, which by
// the published elasticity of 0.12 is 1.525^0.12-1 = 5.19 % more demand.
func TestWhatIfAds(t *testing.T) {
	s := oneSKU(900)
	for d := range core.Day(20) {
		s.Ads = append(s.Ads,
			core.AdDay{Day: today - 1 - d, Platform: "tiktok", Campaign: "a", SKU: "SOLAR-01", Spend: eur(3000)},
			core.AdDay{Day: today - 1 - d, Platform: "google", Campaign: "b", SKU: "SOLAR-01", Spend: eur(1000)},
			core.AdDay{Day: today - 1 - d, Platform: "tiktok", Campaign: "b", Spend: eur(9000)})
	}
	was := s
	w := whatIf(t, s, "tiktok +70% 2026-12-01..2026-12-14")
	// The money changed in 20 of 200 days only and demand did not follow: the
	// published figure is weighted with what was seen here.
	if !(w.Effect > 0 && w.Effect < 0.0519) || !strings.HasPrefix(w.Assumption[0], "tiktok had 75 % of the money for ads of the last 56 days.") ||
		!strings.Contains(w.Assumption[1], "Estimated: ") {
		t.Errorf("effect %v: %q", w.Effect, w.Assumption)
	}
	p := w.Places[0]
	if got := p.After.Demand/p.Before.Demand - 1; math.Abs(got-w.Effect) > 2e-3 || p.Before.Demand != 280 || p.From.String() != "2026-12-01" || p.To.String() != "2026-12-14" {
		t.Errorf("demand %v to %v on %s to %s", p.Before.Demand, p.After.Demand, p.From, p.To)
	}
	if !reflect.DeepEqual(was, s) {
		t.Error("the snapshot was changed")
	}

	s.Ads = s.Ads[:6] // too few to estimate
	w = whatIf(t, s, "tiktok +70% 2026-12-01..2026-12-14")
	if math.Abs(w.Effect-0.0519) > 1e-4 || !strings.Contains(w.Assumption[1], "Assumed: 0.12") {
		t.Errorf("effect %v: %q", w.Effect, w.Assumption)
	}
	if w := whatIf(t, s, "pinterest +70%"); w.Effect != 0 || w.Places[0].Before != w.Places[0].After {
		t.Errorf("a platform without money: %+v", w)
	}
	if w := whatIf(t, s, "ads stop"); math.Abs(w.Effect-(math.Pow(0.05, 0.12)-1)) > 1e-9 || len(w.Assumption) != 2 {
		t.Errorf("stop: %v, %q", w.Effect, w.Assumption)
	}
}

// A topic brings the stock-out forward and raises the order; a dearer price does
// the opposite.
func TestWhatIfTopicAndPrice(t *testing.T) {
	s := oneSKU(900)
	up := whatIf(t, s, "topic +100% 2026-11-25").Places[0]
	if up.After.StockOut >= up.Before.StockOut || up.After.Order <= up.Before.Order || up.After.Demand <= 1.9*up.Before.Demand {
		t.Errorf("topic: %+v", up)
	}
	w := whatIf(t, s, "price 24.00")
	down := w.Places[0]
	if down.After.StockOut <= down.Before.StockOut || down.After.Order > down.Before.Order || down.After.Demand >= down.Before.Demand {
		t.Errorf("price: %+v", down)
	}
	if !strings.HasPrefix(w.Assumption[0], "The price changes by +20 % from EUR 19.99.") || !strings.Contains(w.Assumption[1], "Assumed: -2.62") {
		t.Errorf("%q", w.Assumption)
	}
	if w := whatIf(t, s, "topic +900% 2026-11-25"); len(w.Bounded) != 1 || !strings.Contains(w.Bounded[0], "+300 %") {
		t.Errorf("bounded: %q", w.Bounded)
	}
}

func TestWhatIfErrors(t *testing.T) {
	s := oneSKU(900)
	for text, sku := range map[string]core.SKU{"topic +10%": "NOPE", "topic +10% 2026-11-20": "SOLAR-01"} {
		c, err := signal.ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		if w, err := WhatIf(s, byFormula(), noon, sku, c); err == nil {
			t.Errorf("%s of %s: %+v", text, sku, w)
		}
	}
	s.Products[0].Active = false
	if _, err := WhatIf(s, byFormula(), noon, "SOLAR-01", signal.Change{Subject: "topic", Size: 1}); err == nil || !strings.Contains(err.Error(), "not active") {
		t.Errorf("got %v", err)
	}
}

// More of a topic never means less demand, a later stock-out or a smaller order.
func TestWhatIfIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := oneSKU(rapid.Int64Range(0, 3000).Draw(t, "stock"))
		a := rapid.Float64Range(-0.9, 3).Draw(t, "a")
		b := rapid.Float64Range(a, 4).Draw(t, "b")
		ask := func(size float64) WhatIfState {
			w, err := WhatIf(s, byFormula(), noon, "SOLAR-01", signal.Change{Subject: "topic", Size: size, From: today + 3, HalfLife: 72 * time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			return w.Places[0].After
		}
		less, more := ask(a), ask(b)
		if more.Demand < less.Demand-0.1 || less.HasStockOut && (!more.HasStockOut || more.StockOut > less.StockOut) {
			t.Fatalf("%v: %+v\n%v: %+v", a, less, b, more)
		}
	})
}
