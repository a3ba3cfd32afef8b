package plan

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quartermaster/core"
)

// TestDecidePrice: an order that becomes dearer is approved like one of its new total.
func TestDecidePrice(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	eur := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "EUR"} }
	cny := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "CNY"} }
	p := Proposal{ID: 7, State: Approved, Total: cny(800_000), TotalShop: eur(100_000), DecidedBy: "ANN"}
	for name, c := range map[string]struct {
		user    string
		by      string // who approved it; empty: ANN
		next    int64  // CNY
		policy  func(*core.ApprovalPolicy)
		history []Past
		want    Outcome
		why     string
		extra   int64
	}{
		"within the limit":        {user: "BEN", next: 880_000, want: Allow, extra: 10_000},
		"cheaper":                 {user: "BEN", next: 700_000, want: Allow, why: "no dearer", extra: -12_500},
		"rounded up":              {user: "BEN", next: 800_001, want: Allow, extra: 1},
		"above the limit":         {user: "BEN", next: 960_008, want: Deny, why: "EUR 1,200.01 is above your limit of EUR 1,200.00", extra: 20_001},
		"cheaper, whatever limit": {user: "CAT", next: 700_000, want: Allow, why: "no dearer", extra: -12_500},
		"a small limit":           {user: "CAT", next: 800_008, want: Deny, why: "above your limit", extra: 1},
		"no approver":             {user: "EVE", next: 880_000, want: Deny, why: "not on the list"},
		"above the cap with what was approved today": {user: "BEN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.DailyCap = eur(50_000) },
			history: []Past{{Proposal: 3, User: "BEN", Action: Approve, Amount: eur(40_001), At: noon.Add(-time.Hour)}}, want: Deny, why: "daily cap", extra: 10_000},
		"other prices count too": {user: "BEN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.DailyCap = eur(50_000) },
			history: []Past{{Proposal: 7, User: "BEN", Action: TakeReply, Amount: eur(40_001), At: noon.Add(-time.Hour)}}, want: Deny, why: "daily cap", extra: 10_000},
		"only what is more counts": {user: "BEN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.DailyCap = eur(50_000) },
			history: []Past{{Proposal: 3, User: "BEN", Action: Approve, Amount: eur(40_000), At: noon.Add(-time.Hour)}}, want: Allow, extra: 10_000},
		"two people, the same":       {user: "ANN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.SecondAbove = eur(105_000) }, want: Deny, why: "a different person", extra: 10_000},
		"two people, another":        {user: "BEN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.SecondAbove = eur(105_000) }, want: Allow, extra: 10_000},
		"two people, the rule":       {user: "BEN", by: ByRule, next: 880_000, policy: func(a *core.ApprovalPolicy) { a.SecondAbove = eur(105_000) }, want: Deny, why: "was approved by rule; above EUR 1,050.00 two people must agree", extra: 10_000},
		"one is enough, of the rule": {user: "BEN", by: ByRule, next: 880_000, policy: func(a *core.ApprovalPolicy) { a.SecondAbove = eur(110_000) }, want: Allow, extra: 10_000},
		"one is enough so far":       {user: "ANN", next: 880_000, policy: func(a *core.ApprovalPolicy) { a.SecondAbove = eur(110_000) }, want: Allow, extra: 10_000},
		"total beyond all sums":      {user: "BEN", next: core.MaxMinor, want: Deny, why: "cannot be put into", extra: 0},
	} {
		policy := core.Policy{Approval: core.ApprovalPolicy{Approvers: []core.Approver{{User: "ANN", Limit: eur(120_000)}, {User: "BEN", Limit: eur(120_000)}, {User: "CAT", Limit: eur(100)}}}}
		if c.policy != nil {
			c.policy(&policy.Approval)
		}
		o := Order{Number: "PO-1", Total: cny(800_000), ApprovedBy: cmp.Or(c.by, "ANN")}
		next := o
		next.Total = cny(c.next)
		if name == "total beyond all sums" {
			p := p
			p.TotalShop = eur(core.MaxMinor)
			if v, _ := DecidePrice(Actor{User: c.user}, o, next, p, nil, policy, noon); v.Outcome != Deny || !strings.Contains(v.Reason, c.why) {
				t.Errorf("%s: %+v", name, v)
			}
			continue
		}
		v, extra := DecidePrice(Actor{User: c.user}, o, next, p, c.history, policy, noon)
		if v.Outcome != c.want || !strings.Contains(v.Reason, c.why) || extra.Minor != c.extra {
			t.Errorf("%s: %+v, %s dearer, want %s, %q, %d", name, v, extra, c.want, c.why, c.extra)
		}
	}
}

// TestReprice: whatever an answer names, the sums of the order still add up, and an
// order that is not repriced is the same as before.
func TestReprice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const today = core.Day(1000)
		o := Order{Number: "PO-2026-0001", State: OrderSent, OrderedOn: today - 5}
		n := rapid.IntRange(1, 4).Draw(t, "lines")
		var r Reply
		for i := range n {
			l := Line{SKU: core.SKU(rune('A' + i)), Qty: rapid.Int64Range(1, 9999).Draw(t, "qty"), Arrival: today + 20,
				UnitPrice: core.Money{Minor: rapid.Int64Range(1, 99_999).Draw(t, "price"), Currency: "CNY"}}
			if rapid.Bool().Draw(t, "freight") {
				l.Freight = core.Money{Minor: rapid.Int64Range(1, 999).Draw(t, "freight"), Currency: "CNY"}
			}
			l.Cost = core.Money{Minor: l.Qty * (l.UnitPrice.Minor + l.Freight.Minor), Currency: "CNY"}
			o.Total = core.Money{Minor: o.Total.Minor + l.Cost.Minor, Currency: "CNY"}
			o.Lines = append(o.Lines, l)
			if rapid.Bool().Draw(t, "named") {
				r.Prices = append(r.Prices, ReplyPrice{Line: i, Amount: core.Money{Minor: rapid.Int64Range(1, 300_000).Draw(t, "asked"), Currency: rapid.SampledFrom([]core.Currency{"CNY", "CNY", "USD"}).Draw(t, "currency")}})
			}
		}
		before := o.Lines[0].UnitPrice
		e := r.Event(o, today)
		if e == nil {
			return
		}
		next, faults := o.Apply(*e, today)
		if len(faults) > 0 {
			t.Fatal(faults[0].Reason)
		}
		sum := int64(0)
		for i, l := range next.Lines {
			sum += l.Cost.Minor
			if l.Cost.Minor != l.Qty*(l.UnitPrice.Minor+l.Freight.Minor) {
				t.Fatalf("line %d costs %s", i, l.Cost)
			}
			if was := o.Lines[i].UnitPrice.Minor; l.UnitPrice.Minor > 2*was+1 || 2*l.UnitPrice.Minor < was {
				t.Fatalf("%d became %d", was, l.UnitPrice.Minor)
			}
		}
		if sum != next.Total.Minor {
			t.Fatalf("lines of %d, a total of %s", sum, next.Total)
		}
		if o.Lines[0].UnitPrice != before {
			t.Fatal("the order itself was changed")
		}
	})
	o := Order{Number: "PO-2026-0001", State: OrderSent, Lines: []Line{{SKU: "A", Qty: 2, UnitPrice: core.Money{Minor: 100, Currency: "CNY"}, Arrival: 20}}}
	for _, bad := range []Repriced{{-1, core.Money{Minor: 100, Currency: "CNY"}}, {1, core.Money{Minor: 100, Currency: "CNY"}}, {0, core.Money{Currency: "CNY"}}, {0, core.Money{Minor: -5, Currency: "CNY"}},
		{0, core.Money{Minor: 100, Currency: "USD"}}, {0, core.Money{Minor: core.MaxMinor, Currency: "CNY"}}} {
		if _, faults := o.Apply(OrderEvent{Action: OrderConfirm, Day: 10, Prices: []Repriced{bad}}, 10); len(faults) == 0 {
			t.Errorf("%+v was taken", bad)
		}
	}
}
