package replenish

import (
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
)

// weighed is an item that sells ten a day without fail, whose goods take lead days:
// every course of demand is the same, so each cost can be reckoned by hand. A unit
// short loses EUR 4.00, one too many costs EUR 0.01 until the next order.
func weighed(lead float64, moq, stock int64) Input {
	return Input{
		Today: 1000, Past: slices.Repeat([]float64{10}, 400), Mean: steady(120, 10), Position: Position{OnHand: stock},
		Item:      &core.SupplierItem{Price: eur(500), MOQ: moq, Lead: []core.Lead{{Mode: core.Sea, Days: lead}}},
		Economics: Economics{Sell: eur(900), Rate: core.RateOne}, Cost: &UnitCost{Margin: eur(400), Keep: 0.01},
	}
}

func byCost(line float64) core.Policy {
	p := core.DefaultPolicy()
	p.MinSafetyDays, p.Quantity.LineCost = 0, line
	return p
}

// Goods ordered today come on day 10, those of the next review on day 17. Of 165 units
// 65 are left on day 10, 70 are asked for until day 17: 5 are needed.
func TestLineCost(t *testing.T) {
	for _, tt := range []struct {
		name string
		moq  int64
		line float64
		want int64
		why  string
	}{
		{"costs nothing to handle", 1, 0, 5, ""},
		{"saves 5 × 4.00, which is more", 1, 19, 5, ""},
		{"which is less", 1, 21, 0, "5 units are expected to save EUR 20.00 − EUR 0.00 = EUR 20.00 until the next review, less than EUR 21.00 to handle the line; it waits"},
		// 140 units keep 135 too many, EUR 1.35, and last two reviews.
		{"an order for two weeks waits half as dearly", 140, 37, 140, ""},
		{"but no longer", 140, 38, 0, "140 units are expected to save EUR 20.00 − EUR 1.35 = EUR 18.65 until the next review, less than EUR 38.00 × 7 days of review ÷ 14 days that they last = EUR 19.00 to handle the line; it waits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Assess(weighed(10, tt.moq, 165), byCost(tt.line)).Calc
			if c.Need != 5 || c.Qty != tt.want {
				t.Errorf("need %v, order %d, want %d: %+v", c.Need, c.Qty, tt.want, c.Steps)
			}
			if tt.why != "" && (len(c.Steps) != 1 || c.Steps[0] != (Step{Rule: LineCostRule, From: 5, To: 0, Note: tt.why})) {
				t.Errorf("%+v", c.Steps)
			}
		})
	}
	in := weighed(10, 1, 165) // a service level or a safety stock set by a person is not weighed again
	in.Cost.Level = 0.95
	if c := Assess(in, byCost(1000)).Calc; c.Qty != 5 {
		t.Errorf("with a service level set: %d, %+v", c.Qty, c.Steps)
	}
	in = weighed(10, 1, 165)
	in.Safety = new(float64)
	if c := Assess(in, byCost(1000)).Calc; c.Qty != 5 {
		t.Errorf("with a safety stock set: %d, %+v", c.Qty, c.Steps)
	}
	in = weighed(10, 1, -20) // customers who wait are served
	if c := Assess(in, byCost(1e6)).Calc; c.Qty < 20 {
		t.Errorf("20 are owed, %d ordered: %+v", c.Qty, c.Steps)
	}
}

// What the target "cost" orders is YELLOW at least, because GREEN means a pause.
func TestDueIsYellow(t *testing.T) {
	p := byCost(0)
	res := Assess(weighed(35, 1, 400), p) // on day 35 50 are left, and 70 asked for until day 42
	if want := "40 days of cover, but an order now is expected to save EUR 80.00 until the next review"; res.Tier != Yellow || res.TierWhy != want || res.Qty() != 20 {
		t.Errorf("%s (%s), order %d", res.Tier, res.TierWhy, res.Qty())
	}
	if res = Assess(weighed(35, 1, 420), p); res.Tier != Green || res.Qty() != 0 {
		t.Errorf("%s, order %d with enough stock", res.Tier, res.Qty())
	}
	if res = Assess(weighed(35, 1, 400), byCost(100)); res.Tier != Green || res.Qty() != 0 {
		t.Errorf("%s, order %d where the line is not worth it", res.Tier, res.Qty())
	}
	p.Tiers = core.Strict
	if res = Assess(weighed(35, 1, 400), p); res.Tier != Green || res.Qty() != 20 {
		t.Errorf("strict: %s, order %d", res.Tier, res.Qty())
	}
}

// One huge sale a year is no reason to buy where stock lasts for months.
func TestEnoughStock(t *testing.T) {
	in := weighed(10, 1, 200)
	in.Past, in.Mean = slices.Repeat([]float64{1}, 364), steady(120, 1)
	for i := range in.Past {
		if i == 200 {
			in.Past[i] = 600
		}
	}
	p := byCost(0)
	c := Assess(in, p).Calc
	if c.Need <= 0 || c.Qty != 0 || len(c.Steps) != 1 || c.Steps[0].Rule != CoverRule ||
		!strings.HasPrefix(c.Steps[0].Note, "the position of 200 lasts ") || !strings.HasSuffix(c.Steps[0].Note, "days at the expected demand, more than 120") {
		t.Errorf("need %v, order %d, %+v", c.Need, c.Qty, c.Steps)
	}
	p.Quantity.MaxCoverDays = 730
	if c := Assess(in, p).Calc; c.Qty == 0 {
		t.Errorf("no order although two years of sales may be in stock: %+v", c.Steps)
	}
}
