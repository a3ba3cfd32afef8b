package plan

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// Whatever limits, approvers and history there are: what the rule approves is within all
// of them, more money never turns a no into a yes, and there is always a reason.
func TestAutoApproveKeepsLimits(t *testing.T) {
	base := routine(t)
	base.f.Report.Proposals[0].Rate = 0 // amounts are drawn, and not converted again
	rapid.Check(t, func(rt *rapid.T) {
		minor := func(name string) int64 { return rapid.Int64Range(0, 2000).Draw(rt, name) }
		q := *base
		a := &q.policy.Approval
		a.AutoLimit, a.AutoCap, a.SecondAbove = eur(minor("limit")), eur(minor("cap")), eur(minor("second"))
		a.Approvers = []core.Approver{{User: "UANN", Limit: eur(minor("ann"))}, {User: "UBEN", Limit: eur(minor("ben"))}}
		spent := int64(0)
		for i := range rapid.IntRange(0, 4).Draw(rt, "approvals") {
			past := Past{Proposal: int64(i), User: rapid.SampledFrom([]string{ByRule, ByRule, "UANN"}).Draw(rt, "who"), Action: Approve, Amount: eur(minor("spent")),
				At: noon.Add(-time.Duration(rapid.IntRange(0, 8*24).Draw(rt, "hours")) * time.Hour)}
			q.f.History = append(q.f.History, past)
			if past.User == ByRule && past.At.After(noon.Add(-AutoWindow)) {
				spent += past.Amount.Minor
			}
		}
		q.p.TotalShop = eur(minor("total"))
		v, total := q.ask(), q.p.TotalShop.Minor
		if v.Reason == "" {
			rt.Fatal("no reason")
		}
		most := a.AutoCap.Minor
		if most == 0 {
			most = 4 * a.AutoLimit.Minor
		}
		within := total > 0 && total <= a.AutoLimit.Minor && total+spent <= most && (a.SecondAbove.Minor == 0 || total <= a.SecondAbove.Minor) &&
			total <= a.Approvers[0].Limit.Minor // of whose word it was
		if (v.Outcome == Allow) != within {
			rt.Fatalf("%s: %s", v.Outcome, v.Reason)
		}
		more := q
		more.p.TotalShop = eur(total + 1 + minor("more"))
		if v.Outcome == Deny && more.ask().Outcome == Allow && total > 0 {
			rt.Fatalf("%s is refused (%s) and %s is not", q.p.TotalShop, v.Reason, more.p.TotalShop)
		}
	})
}

// autoDoubts are changes of a routine order of which each one alone asks for a person.
var autoDoubts = []func(*question, *Line){
	func(q *question, _ *Line) { q.p.State = AwaitingSecond },
	func(q *question, _ *Line) { q.p.EditedBy = "UANN" },
	func(q *question, _ *Line) { q.p.ExpiresAt = q.now },
	func(q *question, _ *Line) { q.p.Notes = []string{"raised"} },
	func(q *question, _ *Line) { q.f.Conservative = []risk.Cause{{Reason: "old"}} },
	func(q *question, _ *Line) { q.f.Stopped = true },
	func(q *question, _ *Line) { q.f.Words = nil },
	func(q *question, _ *Line) {
		q.f.Words = append(slices.Clone(q.f.Words), Word{SKU: "SOLAR-01", At: noon})
	},
	func(q *question, _ *Line) { q.policy.Approval.KeySuppliers = []core.SupplierID{"ACME"} },
	func(q *question, _ *Line) { q.policy.Approval.Approvers = nil },
	func(q *question, _ *Line) { q.policy.Quiet = core.QuietHours{From: 1, To: 0} },
	func(_ *question, l *Line) { l.Human = "ask" },
	func(_ *question, l *Line) { l.ByHand = []string{"minimum"} },
	func(_ *question, l *Line) { l.Quoted = today },
	func(_ *question, l *Line) { l.Mode = core.Rush },
	func(_ *question, l *Line) { l.Price.Minor *= 2 },
	func(_ *question, l *Line) { l.UnitPrice.Minor = 0 },
	func(_ *question, l *Line) { c := *l.Calc; c.CostWhy = "no price"; l.Calc = &c },
}

// One thing out of the ordinary is enough, on the stored proposal or on that of now, and
// more of them never make it routine again.
func TestAutoApproveLeavesDoubtToPeople(t *testing.T) {
	base := routine(t)
	if v := base.ask(); v.Outcome != Allow {
		t.Fatal(v.Reason)
	}
	rapid.Check(t, func(rt *rapid.T) {
		q, r := *base, *base.f.Report
		q.p.Lines = slices.Clone(q.p.Lines)
		r.Proposals = slices.Clone(r.Proposals)
		r.Proposals[0].Lines = slices.Clone(r.Proposals[0].Lines)
		q.f.Report = &r
		for range rapid.IntRange(1, 3).Draw(rt, "doubts") {
			l := &q.p.Lines[0]
			if rapid.Bool().Draw(rt, "now") {
				l = &r.Proposals[0].Lines[0]
			}
			rapid.SampledFrom(autoDoubts).Draw(rt, "doubt")(&q, l)
		}
		if v := q.ask(); v.Outcome != Deny || v.Reason == "" {
			rt.Fatalf("%s: %s", v.Outcome, v.Reason)
		}
	})
}

// In random shops, where people have said yes to everything, what the rule approves has
// nothing about it that would ask for a person.
func TestAutoApproveInRandomShops(t *testing.T) {
	approved, asked, doubted := 0, 0, 0
	for seed := range uint64(600) {
		s, p := anyShop(seed)
		p.Approval.AutoLimit = core.Money{Minor: core.MaxMinor, Currency: "EUR"}
		p.Approval.Approvers = []core.Approver{{User: "UANN", Limit: p.Approval.AutoLimit}}
		for i := range s.Feeds {
			if seed%7 == 0 {
				s.Feeds[i].AsOf = noon.AddDate(0, -2, 0)
			}
		}
		r, err := Evaluate(s, p, noon)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Conservative) > 0 {
			doubted++
		}
		for _, o := range r.Proposals {
			o.State, o.ExpiresAt = Proposed, noon.Add(time.Hour)
			f := AutoFacts{Snapshot: &s, Report: &r}
			for _, l := range o.Lines {
				f.Words = append(f.Words, Word{Supplier: o.Supplier, SKU: l.SKU, Yes: true, By: "UANN", At: noon, Location: l.Location, Mode: l.Mode, Unit: l.UnitPrice, Freight: l.Freight, Units: l.Qty + l.With})
			}
			if AutoApprove(o, f, p, noon).Outcome != Allow {
				asked++
				continue
			}
			approved++
			if len(o.Notes) > 0 || len(r.Conservative) > 0 || o.TotalShop.Minor <= 0 {
				t.Errorf("seed %d: %s was approved with %q", seed, o.Supplier, o.Notes)
			}
			for _, l := range o.Lines {
				if l.Human != "" || len(l.ByHand) > 0 || l.Mode == core.Rush && l.Calc.NormalMode != core.Rush || l.Calc.Joint != nil || hasRule(l, "override") {
					t.Errorf("seed %d: %s was approved with %+v", seed, o.Supplier, l)
				}
			}
		}
	}
	if approved < 10 || asked < 100 || doubted < 10 {
		t.Errorf("%d approved, %d left to people, %d shops in doubt: of each there should be more", approved, asked, doubted)
	}
}
