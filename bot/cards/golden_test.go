package cards

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"quartermaster/bot/workspace"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/repurchase"
	"quartermaster/core/risk"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares v as JSON with testdata/name.json.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "%!") {
		t.Errorf("%s has a sentence without its words:\n%s", name, &b)
	}
	path := filepath.Join("testdata", name+".json")
	if shop.Language != "en" {
		path = filepath.Join("testdata", shop.Language, name+".json")
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if this is meant:\n%s", path, diff)
	}
}

// strict is a policy whose tiers go by days of cover alone.
func strict(p core.Policy) core.Policy {
	p.Tiers = core.Strict
	return p
}

type shown struct {
	Text     string               `json:"text"`
	Blocks   []slack.Block        `json:"blocks"`
	Metadata *slack.SlackMetadata `json:"metadata,omitempty"`
}

// accept checks a message by our own rules and by the local workspace's, which
// read the same documentation independently.
func accept(t testing.TB, m Message) {
	t.Helper()
	if err := Check(m); err != nil {
		t.Errorf("Check: %v", err)
	}
	lint(t, workspace.OnMessage, m.Blocks)
}

func acceptView(t testing.TB, v slack.ModalViewRequest) {
	t.Helper()
	if err := CheckView(v); err != nil {
		t.Errorf("CheckView: %v", err)
	}
	lint(t, workspace.OnModal, v.Blocks.BlockSet)
}

func lint(t testing.TB, on workspace.Surface, blocks []slack.Block) {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range workspace.LintBlocks(on, raw) {
		t.Errorf("lint: %s", p)
	}
}

// inBoth runs a test in English and in Chinese; the golden files of the latter are in
// a folder of their own.
func inBoth(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	defer func(was string) { shop.Language = was }(shop.Language)
	for _, shop.Language = range []string{"en", "zh"} {
		t.Run(shop.Language, test)
	}
}

func TestGoldenMessages(t *testing.T) { inBoth(t, goldenMessages) }

func goldenMessages(t *testing.T) {
	decided := func(state plan.State, change func(*plan.RestockView)) plan.Card {
		return restock(func(c *plan.Card) {
			p := &c.Restock.Proposal
			p.State, p.DecidedBy, p.DecidedAt = state, "U0ANNA", now.Add(2*time.Minute)
			if change != nil {
				change(c.Restock)
			}
		})
	}
	cards := map[string]plan.Card{
		"restock_one_line": restock(nil),
		"restock_no_confirm": restock(func(c *plan.Card) {
			c.Restock.ConfirmAbove, c.Restock.Approvers = core.Money{}, nil
			c.Restock.Proposal.OrderBy = today - 10
			c.Restock.Proposal.Lines[0].HasStockOut = false
		}),
		"restock_many_lines": restock(func(c *plan.Card) {
			second := worked()
			second.SKU, second.Name, second.Location, second.Mode, second.Qty = "LAMP-2", "Desk lamp, brass", "ROTTERDAM", core.Air, 96
			second.StockOut, second.Cost, second.Tier = today+19, eur(45120), replenish.Yellow
			c.Restock.Proposal = proposal(worked(), second)
			c.Restock.Proposal.Total, c.Restock.Proposal.TotalShop = eur(237144), gbp(203944)
			for i := range 14 {
				l := second
				l.SKU, l.HasStockOut = core.SKU("EXTRA-"+string(rune('A'+i))), false
				c.Restock.Proposal.Lines = append(c.Restock.Proposal.Lines, l)
			}
		}),
		"restock_split": restock(func(c *plan.Card) {
			weighed := &replenish.Choice{Normal: core.Sea, Fast: core.Air, Known: true, Qty: 96}
			fast, rest := worked(), worked()
			fast.Mode, fast.Qty, fast.With, fast.Cost, fast.Freight, fast.Arrival = core.Air, 96, 408, eur(56256), eur(245), today+8
			fast.Calc.Choice, fast.Calc.ModeWhy = weighed, "waiting for sea loses GBP 1,240.00, air for 96 units costs GBP 310.00 more"
			rest.Qty, rest.With, rest.Cost, rest.MoneyAtRisk = 408, 96, eur(155448), gbp(0)
			rest.Calc.Choice, rest.Calc.ModeWhy = weighed, fast.Calc.ModeWhy
			fast.Human = "the first order of a new product is always a person's decision"
			c.Restock.Proposal = proposal(fast, rest)
			c.Restock.Proposal.Total, c.Restock.Proposal.TotalShop = eur(211704), gbp(182065)
			c.Restock.Proposal.Notes = []string{"raised from 480 to 504 units, the supplier's minimum order"}
		}),
		"restock_chart":        restock(func(c *plan.Card) { c.Picture = picture }),
		"restock_native":       restock(func(c *plan.Card) { c.Picture = drawn(shop.Language) }),
		"restock_conservative": restock(func(c *plan.Card) { c.Conservative = stale }),
		"restock_edited": restock(func(c *plan.Card) {
			c.Restock.Proposal.EditedBy, c.Restock.Note = "U0BEN", "edited: SOLAR-01 from 528 to 504"
		}),
		"restock_awaiting_second": restock(func(c *plan.Card) {
			c.Restock.Proposal.State, c.Restock.Proposal.FirstBy = plan.AwaitingSecond, "U0ANNA"
			c.Restock.SecondAbove = gbp(100000)
		}),
		"restock_approved": decided(plan.Approved, func(v *plan.RestockView) { v.Order = order(plan.OrderSent) }),
		"restock_undo": decided(plan.Approved, func(v *plan.RestockView) {
			v.Order = order(plan.OrderApproved)
			v.Order.UndoUntil = now.Add(5 * time.Minute)
		}),
		"restock_rule": decided(plan.Approved, func(v *plan.RestockView) {
			v.Order = order(plan.OrderApproved)
			v.Order.UndoUntil, v.Order.ApprovedBy, v.Proposal.DecidedBy = now.Add(5*time.Minute), plan.ByRule, plan.ByRule
			v.Proposal.DecidedWhy = "GBP 1,651.41 is within the limit of GBP 2,000.00, and with it GBP 3,651.41 of GBP 8,000.00 a week are approved by rule"
		}),
		"restock_undone": decided(plan.Approved, func(v *plan.RestockView) {
			v.Order = order(plan.OrderCancelled)
			v.Order.UndoUntil, v.Order.UndoneBy, v.Order.UndoneAt = now.Add(5*time.Minute), "U0ANNA", now.Add(time.Minute)
			v.Order.Version, v.Order.Progress = 2, []plan.Progress{{Cancelled: 504, Due: today + 35}}
		}),
		"restock_dry_run":         decided(plan.Approved, func(v *plan.RestockView) { v.Order = order(plan.OrderDryRun); v.Proposal.FirstBy = "U0BEN" }),
		"restock_mail_unknown":    decided(plan.Approved, func(v *plan.RestockView) { v.Order = order(plan.OrderSendUnknown) }),
		"restock_mail_failed":     decided(plan.Approved, func(v *plan.RestockView) { v.Order = order(plan.OrderSendFailed) }),
		"restock_rejected":        decided(plan.Rejected, func(v *plan.RestockView) { v.Proposal.DecidedWhy, v.RestsUntil = "we drop this line", today+7 }),
		"restock_rejected_silent": decided(plan.Rejected, func(v *plan.RestockView) { v.Proposal.DecidedBy = "U0GONE" }),
		"restock_snoozed":         decided(plan.Snoozed, func(v *plan.RestockView) { v.Proposal.SnoozedUntil = now.AddDate(0, 0, 7) }),
		"restock_expired":         decided(plan.Expired, nil),
		"restock_withdrawn":       decided(plan.Withdrawn, func(v *plan.RestockView) { v.Proposal.DecidedWhy = "stock of 900 arrived" }),
		"risk_high":               riskCard(nil),
		"risk_play": riskCard(func(v *plan.RiskView) {
			v.Finding.Play = "about 12 known customers are expected to want it between 2026-11-26 and 2026-11-29, when it would be out. Offer them a bundle with <!here> CHARGER-2 at 10 % off."
		}),
		"risk_chart": func() plan.Card {
			c := riskCard(nil)
			c.Picture = picture
			return c
		}(),
		"risk_resolved": riskCard(func(v *plan.RiskView) { v.Resolved, v.ResolvedWhy = true, "the last check finds no such risk any more" }),
		"risk_snoozed":  riskCard(func(v *plan.RiskView) { v.SnoozedUntil, v.SnoozedBy = now.AddDate(0, 0, 1), "U0BEN" }),
		"risk_snoozed_event": riskCard(func(v *plan.RiskView) {
			v.SnoozedUntil, v.SnoozedBy, v.SnoozeEvent = now.AddDate(0, 0, 90), "U0BEN", plan.UntilReceived
		}),
		"risk_second": riskCard(func(v *plan.RiskView) { v.Standing.State = plan.AwaitingSecond }),
		"risk_later":  riskCard(func(v *plan.RiskView) { v.Standing.State, v.Standing.Day = plan.Snoozed, today+3 }),
		"risk_ordered": riskCard(func(v *plan.RiskView) {
			v.Standing = plan.Standing{State: plan.Approved, Supplier: "Acme Lighting", Order: "PO-2026-0001", Day: today + 35}
		}),
		"risk_refused":  riskCard(func(v *plan.RiskView) { v.Standing.State, v.Standing.Day = plan.Rejected, today-1 }),
		"risk_no_order": riskCard(func(v *plan.RiskView) { v.Standing = plan.Standing{} }),
		"risk_stale_feed": riskCard(func(v *plan.RiskView) {
			*v = plan.RiskView{Finding: risk.Finding{Key: "stale-feed//stock", Kind: risk.StaleFeed, Severity: risk.High, Name: "stock", Reason: stale[0].Reason}}
		}),
		"digest": {Key: "digest/2026-11-21", Kind: plan.DigestCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Digest: &plan.DigestView{
			Day: core.DayOf(now, time.UTC), Red: 9, Yellow: 11, MoneyAtRisk: gbp(1234550), New: 2, Over: 1, MoreWaiting: 1, More: 18, OrderBy: core.DayOf(now, time.UTC) - 2,
			Prose: "9 products RED and 11 YELLOW, GBP 12,345.50 at risk. <!here>", ProseSource: "template",
			Rule:    &plan.RuleWeek{Orders: 4, ByRule: 3, Spent: gbp(124000), Limit: gbp(200000)},
			Waiting: []plan.DigestOrder{{Name: "Acme <!channel> Ltd", Amount: gbp(428400), OrderBy: core.DayOf(now, time.UTC) - 2}},
			Worst: []plan.DigestItem{{SKU: "SOLAR-01", Name: "Solar lamp", Location: "LEEDS", Tier: replenish.Red, StockOut: core.DayOf(now, time.UTC) + 6, HasStockOut: true, MoneyAtRisk: gbp(99900)},
				{SKU: "MUG-2", Name: "Mug", Location: "LEEDS", Tier: replenish.Yellow, MoneyAtRisk: gbp(0)}}}},
		"away": {Key: "away/1", Kind: plan.AwayCard, Version: 1, Shop: shop, AsOf: now, Away: &plan.AwayView{From: now.Add(-17 * time.Hour), To: now,
			Cards: 41, Lines: 12, Orders: 2, Expired: 3, Cause: "chat.postMessage: connection refused"}},
		"dead": {Key: "dead-letters", Kind: plan.DeadCard, Version: 1, Shop: shop, AsOf: now, Dead: &plan.DeadView{More: 3, Letters: []plan.DeadLetter{
			{Key: "card/restock/12", Reason: "chat.postMessage: invalid_blocks <!channel>", At: now}}}},
		"dead_letter": {Key: "trouble/letter/9", Kind: plan.DeadCard, Version: 1, Shop: shop, AsOf: now, Dead: &plan.DeadView{Effect: "letter/9", Letters: []plan.DeadLetter{
			{Key: "sales@acme.example: Chasing order PO-2026-0004 <!channel>", Reason: "550 no such user", At: now}}}},
		"dead_letter_doubt": {Key: "trouble/letter/9", Kind: plan.DeadCard, Version: 1, Shop: shop, AsOf: now, Dead: &plan.DeadView{Effect: "letter/9", Doubt: true, Letters: []plan.DeadLetter{
			{Key: "sales@acme.example: Chasing order PO-2026-0004", Reason: "answer lost", At: now}}}},
		"dead_settled": {Key: "dead-letters", Kind: plan.DeadCard, Version: 2, Shop: shop, AsOf: now, Dead: &plan.DeadView{Settled: "4 messages sent again by boss."}},
		"overview":     {Key: "overview", Kind: plan.OverviewCard, Version: 2, Shop: shop, AsOf: now, Run: "check-20261121", Overview: &plan.OverviewView{Red: 9, Yellow: 11, Green: 126, Idle: 4, MoneyAtRisk: gbp(1234550), More: 7, OpenProposals: 4, Warnings: []string{"no rate for USD after 1 Nov 2026"}}},
		"restock_hostile_names": restock(func(c *plan.Card) {
			hostile := worked()
			hostile.SKU, hostile.Name, hostile.Location, hostile.Mode = evil, evil, evil, evil
			c.Restock.Proposal.Lines = []plan.Line{hostile, worked()}
			c.Restock.Proposal.SupplierName, c.Restock.Proposal.Reason, c.Restock.Note, c.Run = evil, evil, evil, evil
			c.Restock.Approvers = []string{"U0ANNA", "<!here>"}
			c.Conservative = []risk.Cause{{Reason: evil}}
		}),
		"risk_hostile_names": riskCard(func(v *plan.RiskView) {
			v.Finding.SKU, v.Finding.Name, v.Finding.Reason, v.Finding.Supplier, v.SupplierName = evil, evil, evil, evil, evil
			v.Standing.Supplier = evil
		}),
	}
	play := plan.JointPlay{ID: 3, SKU: "SOLAR-01", Linked: "CHARGER-2", Start: today - 61, Until: today - 1, Discount: 0.1, AtRisk: gbp(189000), By: "anna <!here>", Offered: 96, Held: 24}
	for name, result := range map[string]*repurchase.PlayResult{
		"play_running": nil,
		"play_booked": {Offered: 96, OfferedBought: 31, Held: 24, HeldBought: 2, Lift: 0.2396, Low: 0.0497, High: 0.3584, Sales: 46500, Extra: 34500, ExtraLow: 7157, ExtraHigh: 51610,
			Avoided: 156000, Why: "The offer brought more than chance explains."},
		"play_nobody": {Offered: 96, Held: 24, Low: -0.1380, High: 0.0385, Why: "The difference may be chance: no effect is shown."},
	} {
		play.Result = result
		cards[name] = plan.Card{Key: "play/3", Kind: plan.PlayCard, Version: 1, Shop: shop, AsOf: now, Play: &plan.PlayView{JointPlay: play, Name: "Solar <!here> lamp", LinkedName: "Charger"}}
	}
	for name, change := range map[string]func(v *plan.ArrivalView){
		"arrival_open": func(*plan.ArrivalView) {},
		"arrival_late": func(v *plan.ArrivalView) { v.Order.Progress[0].Due, v.Lines[0].Due = today-2, today-2 },
		"arrival_done": func(v *plan.ArrivalView) {
			v.Order.State, v.Order.Progress[0].Received = plan.OrderReceived, v.Order.Lines[0].Qty
		},
		"arrival_cancelled": func(v *plan.ArrivalView) {
			v.Order.State, v.Order.Progress[0].Cancelled = plan.OrderCancelled, v.Order.Lines[0].Qty
		},
	} {
		v := plan.ArrivalView{Order: *order(plan.OrderShipped), Today: today}
		v.Order.Version, v.Order.Progress = 3, []plan.Progress{{Due: today + 6}}
		v.Lines = v.Order.Arriving()
		v.Lines[0].Left, v.Lines[0].Owed, v.Lines[0].Likely, v.Lines[0].Again, v.Lines[0].With, v.Lines[0].Share = 12, 3, 38, 21, "CHARGER-2", 0.34
		change(&v)
		cards[name] = plan.Card{Key: "arrival/PO-2026-0001", Kind: plan.ArrivalCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Arrival: &v}
	}
	lateFinding := risk.LateOrders([]risk.LateLine{{Order: "PO-2026-0001", Supplier: "ACME", From: "Acme Lighting", SKU: "SOLAR-01", Location: "LEEDS", Name: "Solar lamp", Qty: 304, Due: today - 2,
		StockOut: today + 4, HasStockOut: true, Short: 120, AtRisk: gbp(84050)}}, today)[0]
	cards["risk_late_order"] = plan.Card{Key: "risk/" + lateFinding.Key, Kind: plan.RiskCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121",
		Risk: &plan.RiskView{Finding: lateFinding, Item: item(), Card: true, SupplierName: "Acme Lighting"}}
	filed := *cards["risk_late_order"].Risk
	filed.Filed = true
	cards["risk_late_filed"] = plan.Card{Key: "risk/" + lateFinding.Key, Kind: plan.RiskCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121", Risk: &filed}
	lateSupplier := risk.LateSuppliers([]risk.Punctuality{{Supplier: "ACME", Name: "Acme Lighting", Late: 6, Settled: 8, Risk: 0.57, Products: []risk.Dependence{{SKU: "SOLAR-01", AtRisk: gbp(84050), Backup: true}}}})[0]
	cards["risk_late_supplier"] = plan.Card{Key: "risk/" + lateSupplier.Key, Kind: plan.RiskCard, Version: 1, Shop: shop, AsOf: now, Run: "check-20261121",
		Risk: &plan.RiskView{Finding: lateSupplier, Card: true, SupplierName: "Acme Lighting"}}
	cards["restock_partly_received"] = decided(plan.Approved, func(v *plan.RestockView) { o := partly().Order; v.Order = &o })
	for name, change := range map[string]plan.SettingsChange{
		"settings_open":      {State: plan.SettingsAsked},
		"settings_confirmed": {State: plan.SettingsConfirmed, DecidedBy: "U0BEN", DecidedAt: now.Add(time.Hour)},
		"settings_overtaken": {State: plan.SettingsOvertaken, DecidedAt: now.Add(time.Hour)},
	} {
		change.ID, change.Base, change.By, change.At, change.ExpiresAt, change.Confirm = 7, 3, "U0ANNA", now, now.Add(24*time.Hour), []string{"U0BEN"}
		change.Changes = []string{"approval.second_above: 5000.00 → 8000.00", "approval.approver.U0<!here>.limit: — → 50", "approval.expiry: 72h (default) → 24h"}
		cards[name] = plan.Card{Key: "settings/7", Kind: plan.ChangeCard, Version: 1, Shop: shop, AsOf: now, Change: &change}
	}
	for name, c := range cards {
		t.Run(name, func(t *testing.T) {
			c.Names = names
			m := Render(c)
			accept(t, m)
			inert(t, m)
			golden(t, name, shown{m.Text, m.Blocks, &m.Metadata})
		})
	}

	idle := plan.Item{SKU: "OLD-1", Location: "LEEDS", Name: "Old clock", Tier: replenish.Idle, TierWhy: "no sales are expected"}
	ahead := item()
	ahead.Forecast.Mean = slices.Repeat([]float64{20.4}, 28)
	routine := core.DefaultPolicy()
	routine.Approval.RoutineLimit = gbp(200000)
	answers := map[string]Message{
		"answer_status": StatusAnswer(plan.StatusView{Shop: shop, CheckedAt: now, Run: "check-20261121", Red: 9, Yellow: 11, Green: 126, Idle: 4,
			Worst: []plan.Item{item(), idle}, MoneyAtRisk: gbp(1234550), Open: 4, Conservative: []string{stale[0].Reason}, Warnings: []string{"no rate for USD"}}),
		"answer_status_never": StatusAnswer(plan.StatusView{Shop: shop}),
		"answer_asked": AskedAnswer(shop.Language, plan.Asked{Command: "sku", About: "SOLAR-01", Model: true, Facts: []plan.Fact{plan.FactOut, plan.FactTier, plan.FactStock}},
			[]plan.Item{item(), idle}, nil, ItemAnswer(shop.Language, []plan.Item{item(), idle})),
		"answer_asked_shop": AskedAnswer(shop.Language, plan.Asked{Command: "status", Facts: []plan.Fact{plan.FactShort, plan.FactRisk, plan.FactWaiting}}, nil,
			&plan.StatusView{Shop: shop, Red: 9, Yellow: 11, MoneyAtRisk: gbp(84050), Open: 3}, StatusAnswer(plan.StatusView{Shop: shop})),
		"answer_asked_which": WhichAnswer(shop.Language, plan.Asked{About: "<!here> lamp", Which: []plan.Named{{SKU: "SOLAR-01", Name: "Solar lamp"}, {SKU: "LAMP-02", Name: "<@U1> lamp"}}}),
		"answer_sku":         ItemAnswer(shop.Language, []plan.Item{item(), idle}),
		"answer_why":         WhyAnswer(shop.Language, []plan.Item{item(), idle}, kept(shop, "SOLAR-01")),
		"answer_quiet":       QuietAnswer(kept(shop, "")),
		"answer_quiet_sku":   QuietAnswer(kept(shop, "SOLAR-01")),
		"answer_quiet_none":  QuietAnswer(plan.QuietView{Shop: shop, CheckedAt: now}),
		"answer_orders":      OrdersAnswer(shop.Language, plan.OrdersView{Open: []plan.Proposal{proposal(worked())}, Orders: []plan.Order{*order(plan.OrderSent), *order(plan.OrderSendUnknown)}}),
		"answer_order":       OrderAnswer(partly()),
		"answer_order_unseen": OrderAnswer(func() plan.OrderView {
			o := *order(plan.OrderApproved)
			o.ApprovedBy, o.Unseen, o.UndoUntil = plan.ByRule, true, now.Add(5*time.Minute)
			return plan.OrderView{Order: o, Shop: shop, Today: today, History: []plan.OrderEntry{{At: now, Actor: plan.ByRule, Action: "approve"}}}
		}()),
		"answer_compare":      SourcesAnswer(compared()),
		"answer_supplier":     SupplierAnswer(scored()),
		"answer_supplier_new": SupplierAnswer(plan.SupplierView{Supplier: scored().Supplier, Shop: shop, Today: today, Tone: plan.ToneOf("", nil, false)}),
		"answer_orders_filed": OrdersAnswer(shop.Language, plan.OrdersView{Filed: []plan.FiledOrder{{Number: "HP-1041 <!here>", Supplier: "Hill & Park", Products: 3, Units: 480, Due: today - 6, State: core.InboundOrdered}}}),
		"answer_orders_none":  OrdersAnswer(shop.Language, plan.OrdersView{}),
		"answer_help":         HelpAnswer(shop.Language, "", ""),
		"answer_approve":      ApproveAnswer(nil, []plan.Proposal{proposal(worked())}, nil, core.DefaultPolicy(), shop, now),
		"answer_approve_pressed": ApproveAnswer([]plan.Pressed{{Supplier: "Acme <!here>", Outcome: plan.Allow, Order: "PO-2026-0001", Undo: now.Add(5 * time.Minute)}, {Supplier: "Bolt Co", Outcome: plan.Allow, Order: "PO-2026-0002"},
			{Supplier: "Clay Ltd", Outcome: plan.NeedSecond}, {Supplier: "Dyers", Outcome: plan.Deny}}, []plan.Proposal{proposal(worked())}, nil, core.DefaultPolicy(), shop, now),
		"answer_approve_routine": ApproveAnswer(nil, []plan.Proposal{proposal(worked())}, nil, routine, shop, now),
		"answer_approve_held":    ApproveAnswer(nil, []plan.Proposal{proposal(worked())}, []string{stale[0].Reason}, core.DefaultPolicy(), shop, now),
		"answer_forecast":        ForecastAnswer(shop.Language, []plan.Item{ahead, idle}),
		"answer_schedule": ScheduleAnswer([]plan.RunView{{Name: "check", Spec: "0 8 * * *", Next: now.Add(12 * time.Hour)},
			{Name: "watch", Spec: "30 * * * *", Next: now.Add(20 * time.Hour), Last: now, Late: true, Error: "the data folder is gone"}}, shop),
		"answer_settings": SettingsAnswer(plan.SettingsView{Version: 3, Standing: []plan.Delegation{{From: "U2ANNA", To: "U0BEN", Until: now.Add(50 * time.Hour)}}, At: now, By: "settings file", Source: "file", Shop: shop, Suppliers: core.SupplierNames{"ACME": "Acme Lighting"},
			Policy: core.Policy{ServiceLevel: 0.95, ReviewDays: 7, RedDays: 15, YellowDays: 30, Tiers: core.Aware, Quiet: core.QuietHours{From: 22 * 60, To: 7 * 60},
				Approval: core.ApprovalPolicy{Approvers: []core.Approver{{User: "U2ANNA", Limit: gbp(1000000)}}, SecondAbove: gbp(500000), DailyCap: gbp(2000000), AutoLimit: gbp(50000), KeySuppliers: []core.SupplierID{"ACME"}}}}),
		"answer_settings_cost": SettingsAnswer(plan.SettingsView{Version: 4, By: "U0BEN", Source: "slack", At: now, Shop: shop, Policy: strict(core.DefaultPolicy())}),
		"answer_unknown":       HelpAnswer(shop.Language, "<!here> statsu", "status"),
		"note":                 Note(shop.Language, "✅ Suppliers' answers are fetched again since 2026-11-21 20:57.\nThere is no SKU \"<Acme> *b*\". Did you mean ACME-1?"),
	}
	answers["answer_order_ways"] = OrderAnswer(byWays())
	for name, m := range answers {
		t.Run(name, func(t *testing.T) {
			accept(t, m)
			inert(t, m)
			golden(t, name, shown{Text: m.Text, Blocks: m.Blocks})
		})
	}
}

func TestGoldenModals(t *testing.T) { inBoth(t, goldenModals) }

func goldenModals(t *testing.T) {
	unshipped := byWays()
	unshipped.Order.State, unshipped.Order.Progress[0].Shipped = plan.OrderConfirmed, false
	many := proposal()
	for range 60 {
		many.Lines = append(many.Lines, worked())
	}
	decided := proposal(worked())
	decided.State = plan.Approved
	paged := proposal(worked())
	for len(paged.Lines) < maxInputs+2 {
		l := worked()
		l.SKU = core.SKU(fmt.Sprintf("LAMP-%02d", len(paged.Lines)))
		paged.Lines = append(paged.Lines, l)
	}
	priced := proposal(worked())
	priced.Lines[0].Price, priced.Lines[0].Breaks, priced.Rate = eur(341), []core.PriceBreak{{Min: 1000, Price: eur(330)}}, 86_000_000
	air, sea := worked(), worked()
	air.Mode, air.Qty, air.With, air.Arrival, air.Cost = core.Air, 96, 408, today+8, eur(36576)
	sea.Qty, sea.With, sea.Cost = 408, 96, eur(155448)
	split := proposal(air, sea)
	byPerson := proposal(worked())
	byPerson.State, byPerson.AskedWhy = plan.Proposed, "the last word of a person on SOLAR-01 was no, on 2026-11-19"
	long := partly() // SOLAR-01 is outstanding and 41 more: two pages
	for len(long.Order.Lines) < maxInputs+2 {
		l := worked()
		l.SKU = core.SKU(fmt.Sprintf("LAMP-%02d", len(long.Order.Lines)))
		long.Order.Lines = append(long.Order.Lines, l)
	}
	for name, v := range map[string]slack.ModalViewRequest{
		"modal_loading":      Loading(shop.Language, EditTitle),
		"modal_edit":         EditModal(shop.Language, proposal(worked()), nil, nil, 1),
		"modal_edit_split":   EditModal(shop.Language, split, nil, nil, 1),
		"modal_edit_closed":  EditModal(shop.Language, decided, nil, nil, 1),
		"modal_waiting":      WaitingModal([]plan.Proposal{proposal(worked())}, shop.Language, now),
		"modal_edit_page":    EditModal(shop.Language, paged, map[int]int64{1: 600}, nil, 2),
		"modal_edit_typed":   EditModal(shop.Language, priced, map[int]int64{0: 1200}, nil, 1),
		"modal_edit_refused": EditModal(shop.Language, priced, map[int]int64{0: 510}, nil, 1),
		"modal_import":       ImportModal(shop.Language, "", "", plan.SettingsPreview{}),
		"modal_import_shown": ImportModal(shop.Language, "[policy]\nred_days = 10\n", "", plan.SettingsPreview{Version: 3, Digest: strings.Repeat("a", 64), Changes: []string{"policy.red_days: 15 → 10", "approval.second_above: 5000 → <!here>"},
			Second: "It changes who may approve what."}),
		"modal_import_file": ImportModal(shop.Language, "", "F0SETTINGS", plan.SettingsPreview{Version: 3, Digest: strings.Repeat("a", 64), Changes: []string{"policy.red_days: 15 → 10"}}),
		"modal_settings":    SettingsModal(ruled(shop)),
		"modal_delegate":    DelegateModal(today, shop.Language),
		"modal_snooze":      SnoozeModal(SnoozeMeta(Ref{}, "stock-out/SOLAR-01/LEEDS", "C0STOCK"), today, shop.Language),
		"modal_approval":    ApprovalModal(ruled(shop), func(string) string { return "Anna <!here>" }),
		"modal_schedules":   SchedulesModal(ruled(shop)),
		"modal_reject":      RejectModal(shop.Language, Ref{12, 3, "0f3a9b1c2d4e5f60"}, "C0STOCK"),
		"modal_quote": QuoteModal(shop.Language, plan.QuoteView{SKU: "SOLAR-01", Name: "Solar <!here> lamp", Today: today,
			Suppliers: []core.Supplier{{ID: "POT", Name: "Potter & Son <@U1>", Currency: "GBP"}, {ID: "FAR", Name: "远灯有限公司", Currency: "CNY"}}}),
		"modal_receive":      ReceiveModal(partly(), "receive", 1, plan.OrderEvent{}, nil),
		"modal_receive_page": ReceiveModal(long, "receive", 2, plan.OrderEvent{}, nil),
		"modal_ship":         ShipModal(partly()),
		"modal_ship_ways":    ShipModal(unshipped),
		"modal_receive_ways": ReceiveModal(byWays(), "receive", 1, plan.OrderEvent{}, nil),
		"modal_why":          WhyModal(shop.Language, proposal(worked())),
		"modal_why_asked":    WhyModal(shop.Language, byPerson),
		"modal_why_risk":     RiskWhyModal(shop.Language, plan.RiskView{Finding: finding(), Item: item()}),
		"modal_sorry":        Sorry(shop.Language, WhyTitle, "This proposal does not exist any more."),
	} {
		t.Run(name, func(t *testing.T) {
			acceptView(t, v)
			golden(t, name, v)
		})
	}
	t.Run("home", func(t *testing.T) {
		history := []plan.DayFigure{{Day: today - 2, Red: 3, MoneyAtRisk: gbp(40000)}, {Day: today - 1, Red: 9, MoneyAtRisk: gbp(1234550)}, {Day: today, Red: 6, MoneyAtRisk: gbp(700000)}}
		v := Home(plan.HomeView{Status: plan.StatusView{Shop: shop, CheckedAt: now, Red: 9, Yellow: 11, MoneyAtRisk: gbp(1234550), Worst: []plan.Item{item()}, Conservative: []string{"stock data is 61 min old <!here>"}},
			Waiting: []plan.Proposal{proposal(worked())}, History: history, Indicators: measured(), Kept: kept(shop, ""),
			Again: plan.CustomersView{Shop: shop, MadeAt: now, Names: map[core.SKU]string{"SOLAR-01": "Solar <!here> lamp"},
				Report: repurchase.Report{Days: 60, Products: []repurchase.ProductRow{{SKU: "SOLAR-01", Units: 12.4, Due: today + 20, Probability: 0.34}}}},
			Feeds: []plan.FeedAge{{Name: "orders", AsOf: now, Limit: time.Hour}, {Name: "stock", Limit: time.Hour, Stale: true}},
			Runs:  []plan.RunView{{Name: "check", Spec: "0 8 * * *", Next: now.Add(12 * time.Hour)}}}, now)
		if err := CheckHome(v); err != nil {
			t.Error(err)
		}
		golden(t, "home", v)
	})
	many.Lines = many.Lines[:60]
	var waiting []plan.Proposal
	for range 40 {
		waiting = append(waiting, many)
	}
	acceptPages(t, ApproveAnswer(nil, waiting, nil, core.DefaultPolicy(), shop, now))
	if err := CheckHome(Home(plan.HomeView{Waiting: waiting}, now)); err != nil {
		t.Error(err)
	}
	empty := partly().Order
	empty.Lines = nil
	large := partly()
	for range 60 {
		large.Order.Lines = append(large.Order.Lines, worked())
	}
	for _, v := range []slack.ModalViewRequest{EditModal(shop.Language, many, nil, nil, 1), PagedView(shop.Language, WhyModal(shop.Language, many), "why 1", 2), ReceiveModal(large, "receive", 1, plan.OrderEvent{}, nil), ReceiveModal(large, "receive", 2, plan.OrderEvent{}, nil), ReceiveModal(plan.OrderView{}, "receive", 1, plan.OrderEvent{}, nil), ReceiveModal(plan.OrderView{Order: empty}, "receive", 1, plan.OrderEvent{}, nil), ShipModal(plan.OrderView{})} {
		acceptView(t, v)
	}
}
