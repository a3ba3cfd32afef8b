package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// Approval by rule. A check asks plan.AutoApprove about every proposal that waits. Where
// it says yes, the check's transaction puts a click of the rule into the inbox, which
// takes the way of a person's: recomputed on present data, asked again with the cap of
// the rule locked, the same order, letter and time to take it back. Where it says no the
// reason is kept for "Why?".

// ruleActor is the rule in the place of a person.
var ruleActor = plan.Actor{User: plan.ByRule, Name: plan.ByRule}

// actor looks up who clicked.
func (s *Service) actor(ctx context.Context, c Click) (plan.Actor, error) {
	if c.User == plan.ByRule {
		return ruleActor, nil
	}
	return s.notify.Person(ctx, c.Team, c.User)
}

// askRule asks about the proposals that wait after a check, those with most money at
// risk first, so that they are within the cap together. Nil when the rule is off.
func (s *Service) askRule(ctx context.Context, c Checked, snap *core.Snapshot, now time.Time) (map[core.SupplierID]plan.Verdict, error) {
	db := s.st.Pool()
	policy, err := s.rules(ctx, db)
	if err != nil || policy.Approval.AutoLimit.Minor <= 0 {
		return nil, err
	}
	var open []plan.Proposal
	for _, ch := range c.Changes {
		if ch.Proposal.State == plan.Proposed && ch.Kind != plan.ChangeHeld {
			open = append(open, ch.Proposal)
		}
	}
	slices.SortStableFunc(open, func(a, b plan.Proposal) int { return cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor) })
	f, err := s.autoFacts(ctx, db, open, snap, &c.Report, c.mode.Causes)
	if err != nil {
		return nil, err
	}
	if f.History, err = store.Past(ctx, db, plan.ByRule, plan.AutoWindow); err != nil {
		return nil, err
	}
	out := map[core.SupplierID]plan.Verdict{}
	for _, p := range open {
		v := plan.AutoApprove(p, f, policy, now)
		if out[p.Supplier] = v; v.Outcome == plan.Allow {
			f.History = append(f.History, plan.Past{Proposal: p.ID, User: plan.ByRule, Action: plan.Approve, Amount: p.TotalShop, At: now})
		}
	}
	return out, nil
}

// autoFacts reads what the rule looks at about proposals, without its own history.
func (s *Service) autoFacts(ctx context.Context, db store.DB, open []plan.Proposal, snap *core.Snapshot, r *plan.Report, causes []risk.Cause) (f plan.AutoFacts, err error) {
	f = plan.AutoFacts{Snapshot: snap, Report: r, Conservative: causes}
	var skus []core.SKU
	var ids []int64
	for _, p := range open {
		ids = append(ids, p.ID)
		for _, l := range p.Lines {
			skus = append(skus, l.SKU)
		}
	}
	if f.Words, err = store.Words(ctx, db, skus); err != nil {
		return f, err
	}
	if f.Touched, err = store.Touched(ctx, db, ids); err != nil {
		return f, err
	}
	f.Prepare()
	if f.Unseen, err = store.Switched(ctx, db, slackAway); err != nil {
		return f, err
	}
	f.Stopped, err = store.Stopped(ctx, db)
	return f, err
}

// offer carries out what the rule said about a proposal, in the transaction of the check.
// It returns why a person is asked; empty when none is.
func (s *Service) offer(ctx context.Context, tx pgx.Tx, p plan.Proposal, v plan.Verdict, run string) (why string, err error) {
	switch {
	case v.Outcome == "" || p.State != plan.Proposed:
		return "", nil
	case v.Outcome != plan.Allow:
		return v.Reason, nil
	}
	c := Click{Key: fmt.Sprintf("rule/%d/v%d/%s", p.ID, p.Version, run), Action: plan.Approve, User: plan.ByRule,
		Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
	isNew, err := store.Receive(ctx, tx, c.Key, inboxClick, c)
	if err != nil || !isNew {
		return "", err
	}
	return "", s.enqueue(ctx, tx, clickArgs{c.Key}, 0)
}

// ruleSays asks the rule once more, inside the transaction that approves: history was
// read with its cap locked.
func (s *Service) ruleSays(ctx context.Context, tx pgx.Tx, p plan.Proposal, history []plan.Past, fresh recomputed, policy core.Policy, now time.Time) (plan.Verdict, error) {
	f, err := s.autoFacts(ctx, tx, []plan.Proposal{p}, &fresh.snapshot, &fresh.report, fresh.conservative)
	if err != nil {
		return plan.Verdict{}, err
	}
	f.History = history
	v := plan.AutoApprove(p, f, policy, now)
	if v.Outcome == plan.Deny {
		err = store.AskWhy(ctx, tx, map[int64]string{p.ID: v.Reason})
	}
	return v, err
}

// ruleWeek is what reports say of the rule; nil while it is off.
func (s *Service) ruleWeek(ctx context.Context) (*plan.RuleWeek, error) {
	a := s.cfg().Policy.Approval
	if a.AutoLimit.Minor <= 0 {
		return nil, nil //nolint:nilnil // there is nothing to report
	}
	db, w := s.st.Pool(), plan.RuleWeek{Limit: a.WeeklyAutoCap()}
	var err error
	if w.Orders, err = store.OrdersSince(ctx, db, plan.AutoWindow); err != nil {
		return nil, err
	}
	now, err := store.Now(ctx, db)
	if err != nil {
		return nil, err
	}
	history, err := store.Past(ctx, db, plan.ByRule, plan.AutoWindow)
	if err != nil {
		return nil, err
	}
	w.ByRule, w.Spent, err = plan.AutoSpent(history, w.Limit.Currency, now)
	return &w, err
}
