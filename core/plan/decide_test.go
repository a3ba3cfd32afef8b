package plan

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/risk"
)

func approvers(list ...core.Approver) core.Policy {
	p := byFormula()
	p.Approval.Approvers = list
	return p
}

func limit(user string, minor int64) core.Approver {
	return core.Approver{User: user, Limit: eur(minor)}
}

// waiting is a proposal over EUR 1,000.00 that can be decided until tomorrow.
func waiting() Proposal {
	return Proposal{ID: 7, State: Proposed, Total: usd(111_111), TotalShop: eur(100_000), ExpiresAt: noon.Add(24 * time.Hour)}
}

func TestDecide(t *testing.T) {
	ann := Actor{Team: "T1", User: "ANN"}
	listed := approvers(limit("ANN", 100_000), limit("BOB", 500_000))
	two := approvers(limit("ANN", 100_000), limit("BOB", 500_000))
	two.Approval.SecondAbove = eur(50_000)
	solo := two
	solo.Approval.Solo = true
	capped := approvers(limit("ANN", 100_000))
	capped.Approval.DailyCap = eur(150_000)
	past := func(user string, action Action, minor int64, ago time.Duration, id int64) Past {
		return Past{Proposal: id, User: user, Action: action, Amount: eur(minor), At: noon.Add(-ago)}
	}
	stale := []risk.Cause{{Feed: "stock", Reason: "stock data is 61 min old, limit 60 min"}}

	type given struct {
		actor   Actor
		action  Action
		p       Proposal
		history []Past
		policy  core.Policy
		stale   []risk.Cause
	}
	base := given{actor: ann, action: Approve, p: waiting(), policy: listed}
	tests := []struct {
		name string
		set  func(*given)
		want Outcome
		says string
	}{
		{"listed, within the limit", func(*given) {}, Allow, "within your limit"},
		{"nobody is listed", func(g *given) { g.policy = approvers() }, Deny, "You are not on the list of approvers (settings: approval.approver)."},
		{"somebody else is listed", func(g *given) { g.actor.User = "EVE" }, Deny, "not on the list"},
		{"no user", func(g *given) { g.actor.User = ""; g.policy = approvers(limit("", 100_000)) }, Deny, "Nobody is named"},
		{"a bot", func(g *given) { g.actor.Bot = true }, Deny, "Bots"},
		{"a guest", func(g *given) { g.actor.Guest = true }, Deny, "Guests"},
		{"deactivated", func(g *given) { g.actor.Deactivated = true }, Deny, "deactivated"},
		{"from outside", func(g *given) { g.actor.Foreign = true }, Deny, "other organisations"},
		{"right team", func(g *given) {
			g.policy = approvers(core.Approver{User: "ANN", Team: "T1", Limit: eur(100_000)})
		}, Allow, ""},
		{"wrong team", func(g *given) {
			g.policy = approvers(core.Approver{User: "ANN", Team: "T2", Limit: eur(100_000)})
		}, Deny, "not on the list"},
		{"the entry of the team wins", func(g *given) {
			g.policy = approvers(core.Approver{User: "ANN", Team: "T1", Limit: eur(1)}, limit("ANN", 100_000))
		}, Deny, "above your limit of EUR 0.01"},

		{"approved already", func(g *given) { g.p.State = Approved }, Deny, "approved already"},
		{"withdrawn", func(g *given) { g.p.State = Withdrawn }, Deny, "withdrawn already"},
		{"never stored", func(g *given) { g.p.State = "" }, Deny, "not stored"},
		{"snoozed", func(g *given) { g.p.State = Snoozed; g.p.SnoozedUntil = noon.Add(time.Hour) }, Deny, "snoozed until 2026-11-21 13:00 UTC"},
		{"a second before expiry", func(g *given) { g.p.ExpiresAt = noon.Add(time.Second) }, Allow, ""},
		{"at expiry", func(g *given) { g.p.ExpiresAt = noon }, Deny, "expired"},
		{"a second after", func(g *given) { g.p.ExpiresAt = noon.Add(-time.Second) }, Deny, "expired"},
		{"no expiry", func(g *given) { g.p.ExpiresAt = time.Time{} }, Deny, "expired"},
		{"reject after expiry", func(g *given) { g.action = Reject; g.p.ExpiresAt = noon }, Deny, "expired"},

		{"a cent above the limit", func(g *given) { g.p.TotalShop = eur(100_001) }, Deny, "EUR 1,000.01 is above your limit of EUR 1,000.00"},
		{"amount unknown", func(g *given) { g.p.TotalShop = core.Money{} }, Deny, "an exchange rate for USD would help"},
		{"amount of zero", func(g *given) { g.p.TotalShop = eur(0) }, Deny, "not known"},
		{"negative amount", func(g *given) { g.p.TotalShop = eur(-5) }, Deny, "not known"},
		{"amount in another currency", func(g *given) { g.p.TotalShop = usd(5) }, Deny, "Your limit is in EUR"},
		{"edit above the limit", func(g *given) { g.action = Edit; g.p.TotalShop = eur(900_000) }, Allow, ""},
		{"snooze above the limit", func(g *given) { g.action = Snooze; g.p.TotalShop = eur(900_000) }, Allow, ""},
		{"reject above the limit", func(g *given) { g.action = Reject; g.p.TotalShop = eur(900_000) }, Allow, ""},
		{"reject by a stranger", func(g *given) { g.action = Reject; g.actor.User = "EVE" }, Deny, "not on the list"},
		{"unknown action", func(g *given) { g.action = "delete" }, Deny, `"delete" is not known`},

		{"stale data", func(g *given) { g.stale = stale }, Deny, "stock data is 61 min old, limit 60 min"},
		{"reject on stale data", func(g *given) { g.stale = stale; g.action = Reject }, Allow, ""},

		{"under the daily cap", func(g *given) {
			g.policy = capped
			g.history = []Past{past("ANN", Approve, 50_000, time.Hour, 1)}
		}, Allow, ""},
		{"a cent over the daily cap", func(g *given) {
			g.policy = capped
			g.history = []Past{past("ANN", Approve, 50_001, time.Hour, 1)}
		}, Deny, "You approved EUR 500.01 in the last 24 hours; with EUR 1,000.00 that is above the daily cap of EUR 1,500.00"},
		{"exactly 24 hours ago", func(g *given) {
			g.policy = capped
			g.history = []Past{past("ANN", Approve, 90_000, 24*time.Hour, 1)}
		}, Allow, ""},
		{"just under 24 hours ago", func(g *given) {
			g.policy = capped
			g.history = []Past{past("ANN", Approve, 90_000, 24*time.Hour-time.Nanosecond, 1)}
		}, Deny, "daily cap"},
		{"others and other actions do not count", func(g *given) {
			g.policy = capped
			g.history = []Past{past("BOB", Approve, 90_000, time.Hour, 1), past("ANN", Reject, 90_000, time.Hour, 2)}
		}, Allow, ""},
		{"the void approval of this one does not count", func(g *given) {
			g.policy = capped
			g.history = []Past{past("ANN", Approve, 90_000, time.Hour, 7)}
		}, Allow, ""},
		{"history in another currency", func(g *given) {
			g.policy = capped
			g.history = []Past{{User: "ANN", Action: Approve, Amount: usd(1), At: noon}}
		}, Deny, "cannot be added up"},
		{"cap in another currency", func(g *given) { g.policy = capped; g.policy.Approval.DailyCap = usd(1) }, Deny, "daily cap is in USD"},

		{"own edit", func(g *given) { g.p.EditedBy = "ANN" }, Deny, "You edited this proposal"},
		{"own edit in a shop of one", func(g *given) { g.p.EditedBy = "ANN"; g.policy.Approval.Solo = true }, Allow, ""},
		{"edit of another", func(g *given) { g.p.EditedBy = "BOB" }, Allow, ""},
		{"edit again", func(g *given) { g.p.EditedBy = "ANN"; g.action = Edit }, Allow, ""},

		{"first of two", func(g *given) { g.policy = two }, NeedSecond, "above EUR 500.00 a second person must approve too"},
		{"at the amount one is enough", func(g *given) { g.policy = two; g.p.TotalShop = eur(50_000) }, Allow, ""},
		{"second of two", func(g *given) { g.policy = two; g.p.State = AwaitingSecond; g.p.FirstBy = "BOB" }, Allow, "second approval"},
		{"first again", func(g *given) { g.policy = two; g.p.State = AwaitingSecond; g.p.FirstBy = "ANN" }, Deny, "a different person"},
		{"first again, shop of one", func(g *given) { g.policy = solo; g.p.State = AwaitingSecond; g.p.FirstBy = "ANN" }, Deny, "a different person"},
		{"editor as first", func(g *given) { g.policy = two; g.p.EditedBy = "ANN" }, Deny, "You edited"},
		{"editor as second", func(g *given) {
			g.policy = two
			g.p.State, g.p.FirstBy, g.p.EditedBy = AwaitingSecond, "BOB", "ANN"
		}, Deny, "You edited"},
		{"editor as second in a shop of one", func(g *given) {
			g.policy = solo
			g.p.State, g.p.FirstBy, g.p.EditedBy = AwaitingSecond, "BOB", "ANN"
		}, Allow, "second approval"},
		{"the first was struck off the list", func(g *given) { g.policy = two; g.p.State = AwaitingSecond; g.p.FirstBy = "OLD" }, NeedSecond, ""},
		{"a first approval left on a rewritten proposal", func(g *given) { g.policy = two; g.p.FirstBy = "BOB" }, NeedSecond, ""},
		{"second amount in another currency", func(g *given) { g.policy = two; g.policy.Approval.SecondAbove = usd(1) }, Deny, "two people approve is in USD"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := base
			tt.set(&g)
			v := Decide(g.actor, g.action, g.p, g.history, g.policy, g.stale, noon)
			if v.Outcome != tt.want || !strings.Contains(v.Reason, tt.says) || !strings.HasSuffix(v.Reason, ".") {
				t.Errorf("%s: %q, want %s: %q", v.Outcome, v.Reason, tt.want, tt.says)
			}
		})
	}
}

// oracle says the same as Decide in the plainest words: a list of things that
// must all hold.
func oracle(a Actor, action Action, p Proposal, history []Past, policy core.ApprovalPolicy, stale bool, now time.Time) Outcome {
	var lim int64 = -1
	for _, ap := range policy.Approvers {
		if ap.User == a.User && ap.Team == "" {
			lim = ap.Limit.Minor
		}
	}
	for _, ap := range policy.Approvers {
		if ap.User == a.User && ap.Team == a.Team && ap.Team != "" {
			lim = ap.Limit.Minor
		}
	}
	person := a.User != "" && !a.Bot && !a.Guest && !a.Deactivated && !a.Foreign && lim >= 0
	live := (p.State == Proposed || p.State == AwaitingSecond) && p.ExpiresAt.After(now)
	if !person || !live {
		return Deny
	}
	if action == Edit || action == Snooze || action == Reject {
		return Allow
	}
	var spent int64
	for _, h := range history {
		if h.User == a.User && h.Action == Approve && now.Sub(h.At) < 24*time.Hour && h.Proposal != p.ID {
			spent += h.Amount.Minor
		}
	}
	amount := p.TotalShop.Minor
	ok := action == Approve && !stale &&
		amount > 0 && p.TotalShop.Currency == "EUR" && amount <= lim &&
		(policy.DailyCap.Minor == 0 || spent+amount <= policy.DailyCap.Minor) &&
		(policy.Solo || p.EditedBy != a.User)
	if !ok {
		return Deny
	}
	if policy.SecondAbove.Minor == 0 || amount <= policy.SecondAbove.Minor {
		return Allow
	}
	firstCounts := false
	for _, ap := range policy.Approvers {
		firstCounts = firstCounts || p.State == AwaitingSecond && p.FirstBy == ap.User && ap.User != ""
	}
	switch {
	case !firstCounts:
		return NeedSecond
	case p.FirstBy == a.User:
		return Deny
	}
	return Allow
}

// Two hundred thousand random clicks. Uniform on purpose: small values would make
// nearly all of them denials.
func TestDecideAgainstOracle(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	seldom := func() bool { return rnd.IntN(20) == 0 }
	user := func() string { return one(rnd, "ANN", "ANN", "BOB", "BOB", "EVE", "") }
	amount := func() int64 { return one[int64](rnd, 0, 1, 999, 1000, 1000, 1001, 5000, 9000) }
	seen := map[Outcome]int{}
	for range 200_000 {
		a := Actor{Team: one(rnd, "T1", "T2"), User: user(), Guest: seldom(), Deactivated: seldom(), Foreign: seldom(), Bot: seldom()}
		action := one[Action](rnd, Approve, Approve, Approve, Approve, Edit, Snooze, Reject, "other")
		p := Proposal{
			ID: 7, State: one(rnd, Proposed, Proposed, Proposed, AwaitingSecond, AwaitingSecond, AwaitingSecond, Snoozed, Approved, Rejected, Expired, Withdrawn, ""),
			TotalShop: core.Money{Minor: amount(), Currency: one[core.Currency](rnd, "EUR", "EUR", "EUR", "EUR", "EUR", "USD", "")},
			ExpiresAt: noon.Add(time.Duration(rnd.IntN(12)-1) * time.Second),
			EditedBy:  user(), FirstBy: user(),
		}
		policy := byFormula()
		policy.Approval.Solo = rnd.IntN(2) == 0
		policy.Approval.SecondAbove = eur(one[int64](rnd, 0, 998, 999))
		policy.Approval.DailyCap = eur(one[int64](rnd, 0, 0, 1000, 15_000))
		for _, u := range []string{"ANN", "BOB", "EVE"} {
			for _, team := range []string{"", "T1", "T2"} {
				if rnd.IntN(3) > 0 {
					policy.Approval.Approvers = append(policy.Approval.Approvers, core.Approver{User: u, Team: team, Limit: eur(one[int64](rnd, 1, 1000, 9000, 9000))})
				}
			}
		}
		rnd.Shuffle(len(policy.Approval.Approvers), func(i, j int) {
			l := policy.Approval.Approvers
			l[i], l[j] = l[j], l[i]
		})
		var history []Past
		for range rnd.IntN(4) {
			history = append(history, Past{Proposal: 5 + rnd.Int64N(4), User: user(), Action: one(rnd, Approve, Approve, Reject),
				Amount: eur(amount()), At: noon.Add(-time.Duration(rnd.IntN(49)) * time.Hour)})
		}
		var stale []risk.Cause
		if seldom() {
			stale = []risk.Cause{{Reason: "old"}}
		}
		want := oracle(a, action, p, history, policy.Approval, len(stale) > 0, noon)
		got := Decide(a, action, p, history, policy, stale, noon)
		if got.Outcome != want || got.Reason == "" {
			t.Fatalf("%s (%q), the oracle says %s\n%+v %s\n%+v\n%+v\n%+v", got.Outcome, got.Reason, want, a, action, p, history, policy.Approval)
		}
		seen[want]++
	}
	for _, o := range []Outcome{Allow, NeedSecond, Deny} {
		if seen[o] < 1000 {
			t.Errorf("only %d of the clicks end in %s: the test is too tame", seen[o], o)
		}
	}
}

func one[T any](rnd *rand.Rand, of ...T) T { return of[rnd.IntN(len(of))] }
