package cards

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

func customersView() plan.CustomersView {
	link := core.Link{From: "SOLAR-01", To: "CHARGER-2", Probability: 0.34, Lo: 0.29, Hi: 0.39, Days: 60, Support: 412, Lift: 2.1}
	seg := func(s repurchase.Segment, n int, e, worth float64) repurchase.SegmentRow {
		return repurchase.SegmentRow{Segment: s, WorthRow: repurchase.WorthRow{Group: string(s), Customers: n, Expected: e, Mean: worth, Low: 0.9 * worth, High: 1.1 * worth}}
	}
	return plan.CustomersView{
		Shop: core.Shop{Name: "Moor & Co", Zone: time.UTC, Currency: "EUR", Language: shop.Language},
		Report: repurchase.Report{
			AsOf: core.DateDay(2026, 11, 15), Days: 60, Customers: 1700, Expected: 812.4, Active: 519.6, Horizon: 365, Money: true,
			Why: "Checked on 3 windows of 60 days: what the models missed of each customer is put right, and the level (chances x 1.05, numbers x 0.99); numbers by Pareto/NBD; season 1.40 of the retail year. The channel of a customer's first order counts too. How often a customer browsed of late counts too.",
			Segments: []repurchase.SegmentRow{
				seg(repurchase.HighPotential, 312, 402.2, 51240), seg(repurchase.Regular, 250, 180.1, 20500), seg(repurchase.Nurture, 90, 20, 9000),
				seg(repurchase.Settling, 120, 18.3, 8100), seg(repurchase.Dormant, 0, 0, 0), seg(repurchase.Lapsed, 928, 191.8, 2100)},
			Products: []repurchase.ProductRow{
				{SKU: "SOLAR-01", Buyers: 412, Probability: 0.121, Again: 49.9, First: 12.2, Units: 75.4, Due: core.DateDay(2026, 12, 12),
					Within: []float64{0.04, 0.09, 0.16, 0.31}, Median: 74, Policy: repurchase.Consumable, PolicyWhy: "31 % buy again, half of them within 74 days", Link: &link,
					Classes: []repurchase.ClassRow{{Class: "amazon <!here>", Buyers: 300, Half: repurchase.CyclePoint{Days: 180, Share: 0.27, Low: 0.22, High: 0.32}, Median: 81},
						{Class: "shop", Buyers: 112, Half: repurchase.CyclePoint{Days: 180, Share: 0.41, Low: 0.31, High: 0.51}, Median: 58}}},
				{SKU: "MUG-07", Buyers: 80, Probability: 0.004, Again: 0.3, First: 2, Units: 2.4, Within: []float64{0, 0, 0, 0.01}, Policy: repurchase.Durable, PolicyWhy: "1 % buy again within 180 days (at most 5 %)"},
			},
		},
		Names: map[core.SKU]string{"SOLAR-01": "Solar lamp", "MUG-07": `Mug "Moor", blue`},
	}
}

func TestCustomersAnswer(t *testing.T) { inBoth(t, goldenCustomers) }

func goldenCustomers(t *testing.T) {
	v := customersView()
	one := v
	one.SKU, one.Behind = "SOLAR-01", 143
	one.Report.Products = v.Report.Products[:1]
	listed := one
	listed.List = []repurchase.LikelyCustomer{
		{Customer: "c-0123456789ab", Probability: 0.81, Due: core.DateDay(2026, 11, 29), Again: true},
		{Customer: "c-ba9876543210", Probability: 0.12, Due: core.DateDay(2026, 12, 20)}}
	young := v
	young.Report.Products, young.Report.Money = nil, false
	young.Report.Demand = &repurchase.DemandNote{Days: 30, Weight: 0.2, Error: 0.74, With: 0.71, Windows: 4}
	v.Report.Demand = &repurchase.DemandNote{Days: 30, Error: 0.74, With: 0.74, Windows: 4}
	for name, v := range map[string]plan.CustomersView{"answer_repurchase": v, "answer_repurchase_one": one, "answer_repurchase_list": listed, "answer_repurchase_none": young} {
		m := CustomersAnswer(v)
		accept(t, m)
		golden(t, name, shown{Text: m.Text, Blocks: m.Blocks})
	}
	// Many products and hostile names stay within Slack's limits.
	for i := range 500 {
		v.Report.Products = append(v.Report.Products, repurchase.ProductRow{SKU: core.SKU(fmt.Sprintf("<!channel>-%d", i)), Buyers: 1})
		v.Names[core.SKU(fmt.Sprintf("<!channel>-%d", i))] = strings.Repeat("<@U123> *x* ", 50)
	}
	acceptPages(t, CustomersAnswer(v))
	for i := range 500 {
		listed.List = append(listed.List, repurchase.LikelyCustomer{Customer: fmt.Sprint("c-", i)})
	}
	acceptPages(t, CustomersAnswer(listed))
}
