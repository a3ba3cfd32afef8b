package cards

import (
	"time"

	"quartermaster/bot/chart"
	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
	"quartermaster/core/supply"
)

// now is the instant of the data on every card of the tests: a Saturday evening.
var now = time.Date(2026, time.November, 21, 20, 57, 0, 0, time.UTC)

var shop = core.Shop{Name: "Harbour & Pine", Zone: time.UTC, Currency: "GBP", Language: "en"}

// ruled are settings in force with approval rules and schedules.
func ruled(s core.Shop) plan.SettingsView {
	v := plan.SettingsView{Version: 3, At: now, By: "U0ANNA", Source: "slack", Shop: s, Channel: "C0STOCK", Policy: core.DefaultPolicy(),
		Schedules: map[string]string{"check": "0 8 * * *", "digest": "0 9 * * 1-5", "ours": "@daily"}}
	v.Policy.Approval.Approvers = []core.Approver{{User: "U0ANNA", Limit: gbp(1000000)}}
	v.Policy.Approval.AutoLimit, v.Policy.Approval.KeySuppliers = gbp(50000), []core.SupplierID{"ACME", "<!here>"}
	v.Suppliers = core.SupplierNames{"ACME": "Acme Lighting"}
	v.Proposed = map[string]string{"approval.auto_limit": "480.00"}
	v.Policy.Approval.SecondAbove, v.Policy.Approval.Fallback = gbp(500000), []string{"U0ANNA"}
	return v
}

// kept is what a check did not tell.
func kept(in core.Shop, sku core.SKU) plan.QuietView {
	v := plan.QuietView{Shop: in, CheckedAt: now, SKU: sku, Silent: []plan.QuietLine{{What: "stock-out/SOLAR-01/LEEDS", Reason: "snoozed until 2026-11-24 08:00 UTC"}}}
	if sku == "" {
		v.Silent = append(v.Silent, plan.QuietLine{What: "stock-out/MUG-2/LEEDS", Reason: "nothing changed"}, plan.QuietLine{What: "stock-out/<!here>/LEEDS", Reason: "nothing changed"})
		v.Reminders = []plan.QuietLine{{What: "Acme Lights Ltd", Reason: "it waits for less than 24 h"}, {What: "<!here>", Reason: "reminded now: nobody decided for 25 h (limit 24 h)"}}
		v.Arrivals = []plan.QuietLine{{What: "PO-2026-0001", Reason: "announced now: comes on 2026-11-26"}, {What: "PO-2026-0002", Reason: "comes on 2026-12-20, in more than 7 days"}}
		v.Orders = []plan.QuietLine{{What: "unchanged Acme Lights Ltd", Reason: "quantities moved by 2 % at most"}}
		v.Muted = []plan.Mute{{SKU: "OLD-1", By: "U0BEN", At: now}}
	}
	return v
}

// names are what the people of the tests are called.
var names = map[string]string{"U0ANNA": "Anna <!here>", "U0BEN": "Ben"}

const today = core.Day(20778) // 21 Nov 2026

func eur(minor int64) core.Money { return core.Money{Minor: minor, Currency: "EUR"} }
func gbp(minor int64) core.Money { return core.Money{Minor: minor, Currency: "GBP"} }

// worked is the line of the worked example.
func worked() plan.Line {
	return plan.Line{
		SKU: "SOLAR-01", Location: "LEEDS", Name: "Solar lamp", Mode: core.Sea, Qty: 504,
		UnitPrice: eur(341), Freight: eur(40), Cost: eur(192024), Arrival: today + 35,
		StockOut: today + 6, HasStockOut: true, OrderBy: today + 4, MoneyAtRisk: gbp(84050),
		Tier: replenish.Red, MOQ: 500, Pack: 24, Max: 4800,
		Calc: &replenish.Calculation{
			DemandPerDay: 20, DemandSD: 8, LeadDays: 35, LeadSD: 6, ReviewDays: 7, ServiceLevel: 0.95, Z: 1.6449,
			CoverDays: 42, CoverSD: 6, NormalMode: core.Sea, ModeWhy: "it costs least", Basis: "The last 28 and 56 known days average 20 a day; weekday factors 0.80 to 1.20.",
			SafetyStock: 212.19, SafetyStockLong: 215.02, ReorderPoint: 912.19, OrderUpTo: 1055.02, Trigger: 912.19, TriggerWhy: "the reorder point",
			Position: replenish.Position{OnHand: 120, OnOrder: 580}, Need: 355.02, Qty: 504,
			Steps: []replenish.Step{
				{Rule: "round up", From: 355.02, To: 356, Note: "whole units"},
				{Rule: "MOQ", From: 356, To: 500, Note: "minimum order 500"},
				{Rule: "pack", From: 500, To: 504, Note: "packs of 24"},
			},
		},
	}
}

func proposal(lines ...plan.Line) plan.Proposal {
	return plan.Proposal{
		ID: 12, Version: 3, State: plan.Proposed, Supplier: "ACME", SupplierName: "Acme Lighting", Lines: lines,
		Total: eur(192024), TotalShop: gbp(165141), OrderBy: today + 4, MoneyAtRisk: gbp(84050),
		Reason: "SOLAR-01 is RED and runs out on 2026-11-27; order by 2026-11-25.",
		AsOf:   now, CreatedAt: now, ExpiresAt: now.Add(72 * time.Hour),
	}
}

func restock(change func(*plan.Card)) plan.Card {
	c := plan.Card{
		Key: "restock/12", Kind: plan.RestockCard, Version: 3, Shop: shop, AsOf: now, Run: "check-20261121",
		Restock: &plan.RestockView{
			Proposal: proposal(worked()), Digest: "0f3a9b1c2d4e5f60",
			ConfirmAbove: gbp(100000), SecondAbove: gbp(500000), Approvers: []string{"U0ANNA", "U0BEN"},
		},
	}
	if change != nil {
		change(&c)
	}
	return c
}

func order(state plan.OrderState) *plan.Order {
	return &plan.Order{
		ID: 1, Number: "PO-2026-0001", ProposalID: 12, Supplier: core.Supplier{ID: "ACME", Name: "Acme Lighting"},
		Lines: []plan.Line{worked()}, Total: eur(192024), State: state, OrderedOn: today, ApprovedBy: "U0ANNA", ApprovedAt: now,
	}
}

func item() plan.Item {
	l := worked()
	return plan.Item{
		SKU: l.SKU, Location: l.Location, Name: l.Name, Tier: replenish.Red, TierWhy: "6 days of cover, under 15",
		Cover: 6, Position: l.Calc.Position, Supplier: "ACME", Calc: l.Calc, Mode: core.Sea,
		StockOut: l.StockOut, HasStockOut: true, OrderBy: l.OrderBy, Short: 580, MoneyAtRisk: gbp(84050),
		Forecast: forecast.Forecast{
			Start: today, Mean: []float64{20, 20}, SD: 8, Method: "weekday profile",
			Why: "56 days of sales", Confidence: 72, Reasons: []string{"short history"},
		},
	}
}

func finding() risk.Finding {
	return risk.Finding{
		Key: "stock-out/SOLAR-01/LEEDS", Kind: risk.StockOut, Severity: risk.High, SKU: "SOLAR-01", Location: "LEEDS", Name: "Solar lamp",
		Reason:   "RED SOLAR-01: 6 days of cover, under 15; stock lasts until 2026-11-27 (in 6 days), goods ordered today arrive by sea on 2026-12-26, 580 units short (GBP 840.50 at risk).",
		StockOut: today + 6, HasStockOut: true, OrderBy: today + 4, Short: 580, MoneyAtRisk: gbp(84050), Supplier: "ACME",
	}
}

func riskCard(change func(*plan.RiskView)) plan.Card {
	v := plan.RiskView{Finding: finding(), Item: item(), SupplierName: "Acme Lighting", Standing: plan.Standing{State: plan.Proposed, Supplier: "Acme Lighting"}}
	if change != nil {
		change(&v)
	}
	return plan.Card{Key: "risk/" + v.Finding.Key, Kind: plan.RiskCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Risk: &v}
}

var stale = []risk.Cause{{Feed: "stock", Age: 61 * time.Minute, Limit: time.Hour, Reason: "stock data is 61 min old, limit 60 min"}}

// picture is a chart as the chat system holds it.
var picture = &plan.Picture{File: "F0123456789", Alt: "SOLAR-01 · LEEDS: stock is expected to run out on 27 November 2026; order by 25 November 2026. 120 units are left at the end of 21 November 2026. Reorder point: 912 units."}

// drawn is a chart that the chat system draws.
func drawn(language string) *plan.Picture {
	g, alt, err := chart.StockData{Title: "SOLAR-01 · LEEDS", Today: today, Language: language, ReorderPoint: 912,
		Stock: []float64{120, 62, 4.5, 0}, Lo: []float64{112, 40, 0, 0}, Hi: []float64{128, 84, 31, 0}, WithOrder: []float64{120, 62, 4.5, 480}}.Graph()
	if err != nil {
		panic(err)
	}
	return &plan.Picture{Alt: alt, Graph: g}
}

// evil is a name that tries everything.
const evil = "<!channel> <@U0ANNA> *b* _i_ ~s~ `c` & <https://evil.example|click> http://evil.example WWW.evil.example " +
	"a@evil.example :tada: #general\r\n\u202egnp.exe\u200b\u2066\ufeff\U000e0041\x00\x1b[31m"

// partly is an order of which a part came, late.
func partly() plan.OrderView {
	o := *order(plan.OrderPartlyReceived)
	o.OrderedOn = today - 40
	o.Version, o.Progress = 4, []plan.Progress{{Received: 200, Damaged: 3, Due: today - 2}}
	o.Mail = &plan.Mail{To: "orders@acme.example", Subject: "Purchase order " + o.Number, Body: "Dear <!here> Sales,\n\nPlease find below our order."}
	return plan.OrderView{Order: o, Shop: shop, Today: today, History: []plan.OrderEntry{
		{At: now.Add(-40 * 24 * time.Hour), Actor: "U0ANNA", Action: "approve"},
		{At: now.Add(-40 * 24 * time.Hour), Actor: "quartermaster", Action: "effect done"},
		{At: now.Add(-2 * time.Hour), Actor: "U0CAT", Action: "denied order_ship"},
		{At: now.Add(-time.Hour), Actor: "U0BEN", Action: "order_receive", Text: "received 200 units of order <!channel> on 2026-11-21, 3 of them damaged; 304 outstanding"},
	}}
}

// byWays is an order of which a part goes by air, shipped already, and a part by sea, of
// each product and in two places.
func byWays() plan.OrderView {
	v := partly()
	o := &v.Order
	first := o.Lines[0]
	o.State, o.OrderedOn, o.Lines, o.Progress = plan.OrderShipped, today-10, nil, nil
	for i, place := range []core.LocationID{"LEEDS", "LEEDS", "LON"} {
		l, p := first, plan.Progress{Due: today + 44}
		l.Location, l.Qty, l.Mode, l.Arrival = place, 480, core.Sea, today+44
		if i == 0 {
			l.Qty, l.Mode, l.Arrival, p = 96, core.Air, today+12, plan.Progress{Due: today + 12, Shipped: true}
		}
		o.Lines, o.Progress = append(o.Lines, l), append(o.Progress, p)
	}
	return v
}

// scored is a supplier that is somewhat late.
func scored() plan.SupplierView {
	score := supply.Score{Supplier: "ACME", Orders: 9, Settled: 8, Late: 3, Open: 1, Ordered: 4032, Received: 3900, FillRate: 0.96, OnTimeRate: 0.71, DamageRate: 0.012,
		LateRisk: 0.32, Modes: []supply.ModeLead{{Mode: core.Sea, Multiple: 1.18, SD: 0.16, Orders: 8, Deliveries: 11}}}
	return plan.SupplierView{Supplier: core.Supplier{ID: "ACME", Name: "Acme <!here> Lighting"}, Shop: shop, Today: today, Score: score,
		Years: []plan.YearScore{{Year: 2026, Score: score}, {Year: 2025, Score: supply.Score{Orders: 1}}}, Open: []plan.Order{partly().Order},
		Tone: plan.ToneView{Tone: core.Friendly, Source: plan.ToneByPerson, History: []plan.ToneChange{{Tone: core.Friendly, By: "U0BEN", At: now}}}}
}

// compared is a product with two suppliers: the present one is cheaper and late.
func compared() plan.SourcesView {
	return plan.SourcesView{Shop: shop, SKU: "SOLAR-01", Name: "Solar lamp", Places: []plan.SourcesAt{{Location: "LEEDS", Sources: []plan.Source{
		{Supplier: "POT", Name: "Potter", Mode: core.Sea, Qty: 510, Unit: gbp(360), MOQ: 100, LeadDays: 9, LeadSD: 2, Arrival: today + 9, Short: 30, Shortage: gbp(10800), Total: gbp(194400)},
		{Supplier: "ACME <!here>", Name: "Acme", Now: true, Mode: core.Sea, Qty: 504, Unit: gbp(327), MOQ: 500, LeadDays: 43.4, LeadSD: 7.1, Arrival: today + 44, Short: 580, Shortage: gbp(84050),
			Total: gbp(248858), Score: scored().Score},
		{Supplier: "POT", Name: "Potter", Quote: &core.Quote{Supplier: "POT", SKU: "SOLAR-01", ValidUntil: today + 30}, Mode: core.Sea, Qty: 504, Unit: gbp(400),
			MOQ: 60, LeadDays: 7, LeadSD: 1.4, Arrival: today + 7, Total: gbp(201600)},
	}}, {Location: "LON"}}}
}
