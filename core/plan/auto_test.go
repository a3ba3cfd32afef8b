package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// question is all that AutoApprove is asked with.
type question struct {
	s      core.Snapshot
	p      Proposal
	f      AutoFacts
	policy core.Policy
	now    time.Time
}

func (q *question) ask() Verdict { return AutoApprove(q.p, q.f, q.policy, q.now) }

// look evaluates the snapshot and takes its first proposal for the one that is stored.
func (q *question) look(t testing.TB) {
	t.Helper()
	r, err := Evaluate(q.s, q.policy, q.now)
	if err != nil {
		t.Fatal(err)
	}
	q.f.Snapshot, q.f.Report, q.f.Conservative = &q.s, &r, r.Conservative
	if len(r.Proposals) > 0 {
		q.p = r.Proposals[0]
		q.p.ID, q.p.Version, q.p.State, q.p.ExpiresAt = 7, 1, Proposed, q.now.Add(72*time.Hour)
	}
}

// routine is an order of 504 lamps by sea at 8.00 + 0.50 USD, EUR 3,855.60, that the rule
// may approve: a person approved the same a month ago.
func routine(t testing.TB) *question {
	q := &question{s: oneSKU(850), policy: byFormula(), now: noon}
	q.s.Items[0].Lead = q.s.Items[0].Lead[:1]
	q.policy.Approval.Approvers = []core.Approver{{User: "UANN", Limit: eur(10_000_000)}}
	q.policy.Approval.AutoLimit = eur(2_000_000)
	q.f.Words = []Word{{Supplier: "ACME", SKU: "SOLAR-01", Yes: true, By: "UANN", At: noon.AddDate(0, -1, 0), Location: "MAIN", Mode: core.Sea, Unit: usd(800), Freight: usd(50), Units: 504}}
	q.look(t)
	return q
}

func TestAutoApprove(t *testing.T) {
	ruled := func(minor int64, ago time.Duration) Past {
		return Past{Proposal: 1, User: ByRule, Action: Approve, Amount: eur(minor), At: noon.Add(-ago)}
	}
	yes := Word{Supplier: "ACME", SKU: "SOLAR-01", Yes: true, By: "UANN", At: noon.AddDate(0, -1, 0), Location: "MAIN", Mode: core.Sea, Unit: usd(800), Freight: usd(50), Units: 504}
	no := Word{Supplier: "OTHER", SKU: "SOLAR-01", At: noon.AddDate(0, 0, -1)}
	late := func(order string, days core.Day) core.SupplyLine {
		return core.SupplyLine{Order: order, Supplier: "ACME", SKU: "SOLAR-01", Mode: core.Sea, OrderedOn: today - 100, Due: today - 60, Qty: 10, Stated: 40,
			Arrivals: []core.Arrival{{Day: today - 60 + days, Qty: 10}}}
	}
	overdue := func(due core.Day) core.Inbound {
		return core.Inbound{Order: "PO-1", Supplier: "ACME", SKU: "SOLAR-01", Location: "MAIN", Qty: 1, Due: due, State: core.InboundOrdered}
	}
	doubt := func(kind history.Kind, sku core.SKU, day core.Day) func(*question) {
		return func(q *question) {
			q.f.Report.Anomalies = append(q.f.Report.Anomalies, history.Anomaly{Kind: kind, SKU: sku, From: day, To: day, Reason: "x"})
		}
	}
	tests := []struct {
		name string
		set  func(*question) // before the shop is looked at
		then func(*question) // after it
		says string          // empty: the rule approves
	}{
		{name: "routine"},
		{name: "off", set: func(q *question) { q.policy.Approval.AutoLimit = eur(0) }, says: "approving by rule is off (settings: approval.auto_limit)"},
		{name: "the default is off", set: func(q *question) { q.policy = core.DefaultPolicy() }, says: "approving by rule is off"},
		{name: "awaits a second person", then: func(q *question) { q.p.State = AwaitingSecond }, says: "it is awaiting_second"},
		{name: "snoozed", then: func(q *question) { q.p.State = Snoozed }, says: "it is snoozed"},
		{name: "approved", then: func(q *question) { q.p.State = Approved }, says: "it is approved"},
		{name: "at expiry", then: func(q *question) { q.p.ExpiresAt = noon }, says: "has expired"},
		{name: "stale data", set: func(q *question) { q.s.Feeds[0].AsOf = noon.Add(-2 * time.Hour) }, says: "conservative mode: stock data is 120 min old"},
		{name: "implausible data", then: func(q *question) {
			q.f.Conservative = []risk.Cause{{Kind: risk.BadData, Reason: "half of the products are gone"}}
		}, says: "conservative mode: half"},
		{name: "kill switch", then: func(q *question) { q.f.Stopped = true }, says: "the kill switch is on"},
		{name: "stale data that the caller does not name", set: func(q *question) { q.s.Feeds[0].AsOf = noon.Add(-2 * time.Hour) }, then: func(q *question) { q.f.Conservative = nil }, says: "conservative mode: stock data is 120 min old"},
		{name: "nobody sees it", then: func(q *question) { q.f.Unseen = true }, says: "Slack cannot be reached"},
		{name: "quiet hours", set: func(q *question) { q.policy.Quiet = core.QuietHours{From: 11 * 60, To: 13 * 60} }, says: "quiet hours until 13:00"},
		{name: "after quiet hours", set: func(q *question) { q.policy.Quiet = core.QuietHours{From: 22 * 60, To: 12 * 60} }},
		{name: "edited", then: func(q *question) { q.p.EditedBy = "UANN" }, says: "a person has dealt with it"},
		{name: "snoozed before", then: func(q *question) { q.f.Touched = []int64{3, 7} }, says: "a person has dealt with it"},
		{name: "another was snoozed", then: func(q *question) { q.f.Touched = []int64{3} }},

		{name: "exactly the limit", then: func(q *question) { q.policy.Approval.AutoLimit = q.p.TotalShop }},
		{name: "a cent above the limit", then: func(q *question) { q.policy.Approval.AutoLimit = eur(q.p.TotalShop.Minor - 1) },
			says: "EUR 3,855.60 is above the limit of EUR 3,855.59 for orders by rule"},
		{name: "amount unknown", then: func(q *question) { q.p.TotalShop = core.Money{} }, says: "its amount in EUR is not known"},
		{name: "limit in another currency", then: func(q *question) { q.policy.Approval.AutoLimit = usd(1_000_000) }, says: "its amount in USD is not known"},
		{name: "two people approve it", then: func(q *question) { q.policy.Approval.SecondAbove = eur(385_559) }, says: "above EUR 3,855.59 two people approve"},
		{name: "one person is enough", then: func(q *question) { q.policy.Approval.SecondAbove = eur(385_560) }},
		{name: "above the limit at the rate of now", then: func(q *question) {
			q.policy.Approval.AutoLimit = q.p.TotalShop
			q.f.Report.Proposals[0].Rate += core.RateOne / 10
		}, says: "is above the limit of EUR 3,855.60"},
		{name: "cheaper at the rate of now", then: func(q *question) {
			q.policy.Approval.AutoLimit = eur(q.p.TotalShop.Minor - 1)
			q.f.Report.Proposals[0].Rate /= 2
		}, says: "EUR 3,855.60 is above the limit"},
		{name: "an id in two teams", then: func(q *question) {
			q.policy.Approval.Approvers = append(q.policy.Approval.Approvers, core.Approver{User: "UANN", Team: "T2", Limit: eur(100)})
		}, says: "nobody who may approve EUR 3,855.60 has approved SOLAR-01"},
		{name: "nobody may approve it", then: func(q *question) { q.policy.Approval.Approvers[0].Limit = eur(385_559) }, says: "no approver may approve EUR 3,855.60"},
		{name: "nobody may approve at all", then: func(q *question) { q.policy.Approval.Approvers = nil }, says: "no approver may approve"},

		{name: "key supplier", then: func(q *question) { q.policy.Approval.KeySuppliers = []core.SupplierID{"ACME"} }, says: "Acme is a key supplier"},
		{name: "another is a key supplier", set: func(q *question) {
			q.s.Suppliers = append(q.s.Suppliers, core.Supplier{ID: "KEY", Currency: "EUR"})
			q.policy.Approval.KeySuppliers = []core.SupplierID{"KEY"}
		}},
		{name: "a key supplier that is not known", then: func(q *question) { q.policy.Approval.KeySuppliers = []core.SupplierID{"ACNE"} }, says: "name a key supplier ACNE"},
		{name: "supplier likely late", set: func(q *question) {
			q.s.Supply = []core.SupplyLine{late("A", 9), late("B", 9), late("C", 9), late("D", 9)}
		}, says: "Acme is likely to be late"},
		{name: "supplier on time", set: func(q *question) {
			q.s.Supply = []core.SupplyLine{late("A", -1), late("B", -1), late("C", -1), late("D", -1)}
		}},
		{name: "late by less than two deviations of the lead time", set: func(q *question) { q.s.Inbound = []core.Inbound{overdue(today - 11)} }},
		{name: "late by two deviations", set: func(q *question) { q.s.Inbound = []core.Inbound{overdue(today - 12)} }, says: "order PO-1 from Acme is 12 days late"},
		{name: "less than a week late, of a punctual supplier", set: func(q *question) {
			q.s.Items[0].Lead[0].SD, q.s.Stock[0].OnHand, q.s.Inbound = 0, 700, []core.Inbound{overdue(today - 6)}
		}},
		{name: "a week late, of a punctual supplier", set: func(q *question) {
			q.s.Items[0].Lead[0].SD, q.s.Stock[0].OnHand, q.s.Inbound = 0, 700, []core.Inbound{overdue(today - 7)}
		}, says: "order PO-1 from Acme is 7 days late"},

		{name: "rate a month old", set: func(q *question) { q.s.Rates[0].Day = today - 31 }},
		{name: "rate older", set: func(q *question) { q.s.Rates[0].Day = today - 32 }, says: "the exchange rate of USD is older than 31 days"},
		{name: "raised to the supplier's minimum", set: func(q *question) { q.s.Suppliers[0].Terms.MinUnits = 520 }, says: "raised from 504 to"},
		{name: "raised to fill a container", set: func(q *question) { q.s.Suppliers[0].Terms.ContainerUnits = 600 }, says: "the last container is"},
		{name: "more than the supplier reserves", set: func(q *question) { q.s.Suppliers[0].Terms.Reserved = 100 }, says: "more than the 100 a month"},
		{name: "cut by a budget", set: func(q *question) {
			q.s.Items[0].MOQ = 1
			q.policy.Quantity.Budgets = []core.Budget{{Amount: eur(100_000)}}
		}, says: "budget"},
		{name: "capped by what usually sells", set: func(q *question) { q.s.Items[0].MOQ, q.policy.Quantity.OrderCap = 1, 0.1 }, says: "is capped at"},
		{name: "not needed any more", then: func(q *question) { q.f.Report.Proposals = nil }, says: "today's numbers do not ask for it"},
		{name: "a line is not needed any more", then: func(q *question) {
			q.p.Lines = slices.Clone(q.p.Lines)
			q.p.Lines[0].SKU = "GONE"
		}, says: "today's numbers do not ask for GONE"},
		{name: "without lines", then: func(q *question) { q.p.Lines = nil }, says: "no lines"},

		{name: "a new product", set: func(q *question) {
			q.s.Stock = nil
			q.s.Demand[0].Start, q.s.Demand[0].Qty = today-20, core.Daily(slices.Repeat([]float32{20}, 20)...)
		}, says: "the first order of a new product is always a person's decision"},
		{name: "hardly bought again", set: func(q *question) {
			q.s.Cycles = []core.Cycle{{SKU: "SOLAR-01", Days: 400, Share: 0.05, Buyers: 100}}
		}, says: "SOLAR-01 needs a person: it is hardly bought again"},
		{name: "a number set by hand", set: func(q *question) {
			q.s.Overrides = []core.Override{{SKU: "SOLAR-01", Field: core.OverrideMOQ, Value: 600, Reason: "x", By: "UANN", On: today - 1, Until: today + 9}}
		}, says: "a number of SOLAR-01 is set by hand"},
		{name: "at a quote", set: func(q *question) {
			q.s.Quotes = []core.Quote{{Supplier: "ACME", SKU: "SOLAR-01", Price: usd(800), MOQ: 500, LeadDays: 35, QuotedOn: today - 1, ValidUntil: today + 30, Chosen: true}}
		}, says: "the price of SOLAR-01 is that of a quote"},
		{name: "a rush order", set: func(q *question) {
			q.s.Items[0].Lead = append(q.s.Items[0].Lead, core.Lead{Mode: core.Rush, Days: 8, SD: 2, Freight: usd(60)})
			q.s.Stock[0].OnHand = 100
		}, says: "SOLAR-01 is a rush order"},
		{name: "a part by air", set: func(q *question) {
			q.s.Items[0].Lead = append(q.s.Items[0].Lead, core.Lead{Mode: core.Air, Days: 8, SD: 2, Freight: usd(60)})
			q.s.Stock[0].OnHand = 100
		}, says: "has approved SOLAR-01 by air for MAIN"},
		{name: "a part by air, as approved before", set: func(q *question) {
			q.s.Items[0].Lead = append(q.s.Items[0].Lead, core.Lead{Mode: core.Air, Days: 8, SD: 2, Freight: usd(60)})
			q.s.Stock[0].OnHand = 100
			air := yes
			air.Mode, air.Freight = core.Air, usd(60)
			q.f.Words = append(q.f.Words, air)
		}},
		{name: "its cost cannot be weighed", set: func(q *question) {
			q.policy.Target = core.TargetCost
			q.s.Products[0].Price = core.Money{Currency: "EUR"}
		}, says: "what SOLAR-01 brings and costs cannot be weighed"},
		{name: "a joint order", then: func(q *question) {
			c := *q.f.Report.Proposals[0].Lines[0].Calc
			q.f.Report.Proposals[0].Lines = slices.Clone(q.f.Report.Proposals[0].Lines)
			c.Joint = &replenish.Joint{With: "RED-1"}
			q.f.Report.Proposals[0].Lines[0].Calc = &c
		}, says: "SOLAR-01 is ordered with RED-1, which is RED"},
		{name: "the forecast was off today", then: func(q *question) { q.f.Report.Items[0].PausedUntil = noon.Add(time.Minute) },
			says: "nothing is ordered automatically until 2026-11-21 12:01"},
		{name: "the forecast was off yesterday", then: func(q *question) { q.f.Report.Items[0].PausedUntil = noon }},
		{name: "implausible sales", then: doubt(history.Spike, "SOLAR-01", today-7), says: "sales of SOLAR-01 on 2026-11-14 can hardly be true: x"},
		{name: "half of the products gone", then: doubt(history.Gone, "", today-1), says: "can hardly be true"},
		{name: "implausible sales of another product", then: doubt(history.Spike, "OTHER", today-1)},
		{name: "implausible sales long ago", then: doubt(history.Spike, "SOLAR-01", today-8)},
		{name: "the shop was closed", then: doubt(history.Closed, "", today-1)},

		{name: "never approved by a person", then: func(q *question) { q.f.Words = nil }, says: "nobody who may approve EUR 3,855.60 has approved SOLAR-01 by sea for MAIN from this supplier yet"},
		{name: "approved by who may not approve as much", then: func(q *question) {
			q.f.Words[0].By = "UBEN"
			q.policy.Approval.Approvers = append(q.policy.Approval.Approvers, limit("UBEN", 385_559))
		}, says: "nobody who may approve EUR 3,855.60 has approved"},
		{name: "approved by who may approve just as much", then: func(q *question) {
			q.f.Words[0].By = "UBEN"
			q.policy.Approval.Approvers = append(q.policy.Approval.Approvers, limit("UBEN", 385_560))
		}},
		{name: "approved by who is no approver any more", then: func(q *question) { q.f.Words[0].By = "UOLD" }, says: "nobody who may approve"},
		{name: "a dearer word of who may not approve as much", then: func(q *question) {
			q.policy.Approval.Approvers = append(q.policy.Approval.Approvers, limit("UBEN", 100))
			dear := yes
			dear.By, dear.At, dear.Unit = "UBEN", noon, usd(9_000)
			q.f.Words = append(q.f.Words, dear)
		}},
		{name: "approved from another supplier", then: func(q *question) { q.f.Words[0].Supplier = "OTHER" }, says: "has approved SOLAR-01"},
		{name: "approved by another way", then: func(q *question) { q.f.Words[0].Mode = core.Air }, says: "has approved SOLAR-01"},
		{name: "approved for another place", then: func(q *question) { q.f.Words[0].Location = "US" }, says: "has approved SOLAR-01"},
		{name: "taken back since, whoever sold it", then: func(q *question) { q.f.Words = []Word{no, yes} }, says: "the last word of a person on SOLAR-01 was no, on 2026-11-20"},
		{name: "approved again since", then: func(q *question) {
			again := yes
			again.At = noon.Add(-time.Hour)
			q.f.Words = []Word{again, no, yes}
		}},
		{name: "yes and no at once", then: func(q *question) {
			both := no
			both.At = yes.At
			q.f.Words = append(q.f.Words, both)
		}, says: "was no"},
		{name: "5 % dearer", then: func(q *question) { q.f.Words[0].Unit = usd(760) }}, // 850 after 810 is 4.94 %
		{name: "more than 5 % dearer", then: func(q *question) { q.f.Words[0].Unit = usd(759) }, says: "a unit of SOLAR-01 costs USD 8.50 and cost USD 8.09"},
		{name: "more than 5 % cheaper", then: func(q *question) { q.f.Words[0].Unit = usd(846) }, says: "differs by more than 5 %"},
		{name: "freight counts", then: func(q *question) { q.f.Words[0].Freight = usd(200) }, says: "cost USD 10.00"},
		{name: "fewer units, at a dearer break", then: func(q *question) { q.f.Words[0].Unit, q.f.Words[0].Units = usd(700), 2016 }, says: "costs USD 8.50 and cost USD 7.50"},
		{name: "fewer units, at about the same", set: func(q *question) { q.s.Items[0].Breaks = []core.PriceBreak{{Min: 2016, Price: usd(770)}} }, then: func(q *question) { q.f.Words[0].Unit, q.f.Words[0].Units = usd(770), 2016 }},
		{name: "more units, at a break that is a slip", set: func(q *question) { q.s.Items[0].Breaks = []core.PriceBreak{{Min: 504, Price: usd(3900)}} }, then: func(q *question) { q.f.Words[0].Units = 100 }, says: "costs USD 39.50 and cost USD 8.50"},
		{name: "another currency", then: func(q *question) { q.f.Words[0].Unit, q.f.Words[0].Freight = eur(800), eur(50) }, says: "cost EUR 8.50"},

		{name: "exactly the limit of the week", then: func(q *question) { q.f.History = []Past{ruled(8_000_000-385_560, time.Hour)} }},
		{name: "a cent above the limit of the week", then: func(q *question) { q.f.History = []Past{ruled(8_000_001-385_560, 6*24*time.Hour)} },
			says: "EUR 76,144.41 were approved by rule in the last 7 days; with EUR 3,855.60 that is above the limit of EUR 80,000.00 a week"},
		{name: "seven days ago", then: func(q *question) { q.f.History = []Past{ruled(8_000_000, 7*24*time.Hour)} }},
		{name: "a limit of the week of its own", then: func(q *question) {
			q.policy.Approval.AutoCap = eur(400_000)
			q.f.History = []Past{ruled(20_000, time.Hour)}
		}, says: "above the limit of EUR 4,000.00 a week"},
		{name: "what people approved does not count", then: func(q *question) {
			past := ruled(8_000_000, time.Hour)
			past.User = "UANN"
			q.f.History = []Past{past}
		}},
		{name: "sums in another currency", then: func(q *question) {
			past := ruled(1, time.Hour)
			past.Amount = usd(1)
			q.f.History = []Past{past}
		}, says: "cannot be added up"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := routine(t)
			if tt.set != nil {
				tt.set(q)
				q.look(t)
			}
			if tt.then != nil {
				tt.then(q)
			}
			v := q.ask()
			if tt.says == "" && v.Outcome != Allow || tt.says != "" && (v.Outcome != Deny || !strings.Contains(v.Reason, tt.says)) {
				t.Errorf("%s: %s; want %q", v.Outcome, v.Reason, tt.says)
			}
		})
	}
	if got, want := routine(t).ask().Reason, "EUR 3,855.60 is within the limit of EUR 20,000.00, and with it EUR 3,855.60 of EUR 80,000.00 a week are approved by rule"; got != want {
		t.Errorf("approved because %q, want %q", got, want)
	}
}
