package replenish

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core/forecast/window"
)

// The newsvendor: a unit short loses 5, a unit left costs 1 (any textbook; Silver,
// Pyke and Thomas, 4th ed., chapter 9: underage over underage and overage).
func TestCriticalFractile(t *testing.T) {
	for _, tt := range []struct{ margin, holding, want float64 }{
		{5, 1, 5.0 / 6}, {1, 0.2, 5.0 / 6}, {4, 0, 1}, {0, 1, 0}, {0, 0, 0}, {-3, 1, 0}, {2, -1, 1}, {math.Inf(1), 1, 1},
	} {
		if got := CriticalFractile(tt.margin, tt.holding); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("margin %v, holding %v: %v, want %v", tt.margin, tt.holding, got, tt.want)
		}
	}
}

func courses(past []float64, mean float64, periods int) *window.Paths {
	p := new(window.Paths)
	p.Reset(window.Input{Past: past, Mean: []float64{mean}, Year: 364, Week: 7}, periods)
	return p
}

// flat gives courses of exactly v a period.
func flat(v float64, periods int) *window.Paths {
	past := make([]float64, 100)
	for i := range past {
		past[i] = v
	}
	return courses(past, v, periods)
}

func TestNeedAtArrival(t *testing.T) {
	tests := []struct {
		name  string
		stock float64
		due   []float64
		want  float64
	}{
		{"nothing there: what was lost is not ordered again", 0, nil, 20},
		{"sold out before it arrives", 25, nil, 20},
		{"lasts", 35, nil, 15},
		{"more than enough", 80, nil, -30},
		{"due before that", 25, []float64{0, 0, 10}, 15},
		{"due on a day without stock", 0, []float64{0, 15}, 20},
		{"due when the order arrives", 0, []float64{0, 0, 0, 12}, 8},
		{"due while the order has to last", 0, []float64{0, 0, 0, 0, 12}, 8},
		{"owed", -10, nil, 30},
		{"owed, and delivered from what arrives", -10, []float64{25}, 20},
	}
	for _, tt := range tests {
		d, _, _ := NeedAtArrival(flat(10, 5), tt.stock, tt.due, 3, 2)
		if math.Abs(d.Mean()-tt.want) > 1e-9 || math.Abs(d.Quantile(0.9)-tt.want) > 1e-9 {
			t.Errorf("%s: need %v, want %v", tt.name, d.Mean(), tt.want)
		}
	}
}

// cheapest is CostTarget at the critical fractile.
func cheapest(need window.Dist, margin, holding float64, lot Lot) int64 {
	keep := KeepTimes * holding
	return CostTarget(need, need.AtLeast(CriticalFractile(margin, keep)), margin, keep, lot)
}

// A lot of 12 for a need of 1 pays when a unit short costs more than keeping twelve
// until the next review, and not before.
func TestCostTargetWaitsWithALargeLot(t *testing.T) {
	need := window.NewDist([]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) // one unit short in one case of ten
	for _, tt := range []struct {
		margin float64
		want   int64
	}{{100, 0}, {160, 0}, {170, 12}, {1000, 12}} { // 0.1*margin against 1.4*(12-0.1)
		if got := cheapest(need, tt.margin, 1, Lot{Least: 12, Pack: 12}); got != tt.want {
			t.Errorf("margin %v: %d, want %d", tt.margin, got, tt.want)
		}
	}
	if got := cheapest(need, 170, 1, Lot{Least: 12, Pack: 12, Most: 11}); got != 0 {
		t.Errorf("%d ordered where 11 is the most", got)
	}
}

// What is ordered costs least of all that may be ordered, found here by trying.
func TestCostTargetIsTheCheapest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		need := window.NewDist(rapid.SliceOfN(rapid.Float64Range(-20, 60), 1, 40).Draw(rt, "need"))
		margin, holding := rapid.Float64Range(0, 20).Draw(rt, "margin"), rapid.Float64Range(0.01, 5).Draw(rt, "holding")
		lot := Lot{Least: rapid.Int64Range(1, 30).Draw(rt, "least"), Pack: rapid.Int64Range(1, 8).Draw(rt, "pack"), Most: rapid.Int64Range(0, 90).Draw(rt, "most")}
		got := cheapest(need, margin, holding, lot)
		if got != 0 && (got < lot.Least || got%lot.Pack != 0 || lot.Most > 0 && got > lot.Most) {
			rt.Fatalf("%d breaks %+v", got, lot)
		}
		cost := func(q int64) float64 {
			return margin*need.Shortage(float64(q)) + holding*KeepTimes*need.Left(float64(q))
		}
		for q := range int64(91) {
			allowed := q == 0 || q >= lot.Least && q%lot.Pack == 0 && (lot.Most == 0 || q <= lot.Most)
			if allowed && cost(q) < cost(got)-1e-9 {
				rt.Fatalf("%d costs %v, %d only %v", got, cost(got), q, cost(q))
			}
		}
	})
}

func TestMoreStockNeverNeedsMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		past := rapid.SliceOfN(rapid.Float64Range(0, 20), 10, 120).Draw(rt, "past")
		lead, review := rapid.IntRange(0, 30).Draw(rt, "lead"), rapid.IntRange(1, 14).Draw(rt, "review")
		p := courses(past, 5, lead+review)
		lot := Lot{Least: rapid.Int64Range(1, 30).Draw(rt, "least"), Pack: rapid.Int64Range(1, 8).Draw(rt, "pack")}
		order := func(stock, due float64) int64 {
			need, _, _ := NeedAtArrival(p, stock, []float64{0, due}, lead, review)
			return cheapest(need, 4, 0.1, lot)
		}
		stock, due := rapid.Float64Range(-20, 300).Draw(rt, "stock"), rapid.Float64Range(0, 100).Draw(rt, "due")
		more := rapid.Float64Range(0, 50).Draw(rt, "more")
		q := order(stock, due)
		if a, b := order(stock+more, due), order(stock, due+more); a > q || b > q {
			rt.Fatalf("%d; with %v more in stock %d, with as many more on their way %d", q, more, a, b)
		}
	})
}
