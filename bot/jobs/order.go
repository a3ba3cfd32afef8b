package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// recomputed is what the numbers say at the moment of approval.
type recomputed struct {
	instead string // names of those the person stands in for

	change       *plan.Change // nil when the proposal still holds
	snapshot     core.Snapshot
	report       plan.Report
	conservative []risk.Cause
}

// recompute evaluates the proposal's SKUs on present data, without the proposal.
func (s *Service) recompute(ctx context.Context, p plan.Proposal) (r recomputed, err error) {
	skus := make([]core.SKU, 0, len(p.Lines))
	for _, l := range p.Lines {
		skus = append(skus, l.SKU)
	}
	now := s.cfg().Now()
	if r.snapshot, err = s.st.LoadSnapshot(ctx, s.cfg().Shop, now, skus...); err != nil {
		return r, err
	}
	policy := p.Within(s.cfg().Policy, &r.snapshot, core.DayOf(now, s.cfg().Shop.Zone))
	planner := s.planner(ctx)
	if planner.Days, err = s.days(ctx); err != nil {
		return r, err
	}
	if r.report, err = planner.Evaluate(r.snapshot, policy, now); err != nil {
		return r, err
	}
	// What the last check found wrong with the data counts too: one supplier's part
	// of it does not show that.
	mode, err := s.mode(ctx)
	if err != nil {
		return r, err
	}
	lock, err := s.lock(ctx)
	if err != nil {
		return r, err
	}
	r.conservative = slices.Concat(r.report.Conservative, mode.Causes, lock)
	r.report.Hold(r.conservative)
	rejected, err := s.rejections(ctx, now)
	if err != nil {
		return r, err
	}
	for _, ch := range plan.Reconcile(r.report, plan.Memory{Open: []plan.Proposal{p}, Rejected: rejected}, policy) {
		if ch.Proposal.ID == p.ID && (ch.Kind == plan.ChangeRevised || ch.Kind == plan.ChangeWithdrawn) {
			r.change = &ch
		}
	}
	return r, nil
}

// order writes the purchase order and asks for its letter. It returns the order and the
// line for the thread.
func (s *Service) order(ctx context.Context, tx pgx.Tx, p plan.Proposal, actor plan.Actor, verdict plan.Verdict, fresh recomputed) (o plan.Order, line string, err error) {
	o = plan.Order{ProposalID: p.ID, Shop: s.cfg().Shop.Name, Lines: withArrivals(p.Lines, fresh.report), Total: p.Total,
		State: plan.OrderApproved, OrderedOn: fresh.report.Today, ApprovedBy: actor.User, ApprovedAt: p.DecidedAt}
	if undo := s.cfg().Policy.Approval.Undo; undo > 0 {
		o.UndoUntil = p.DecidedAt.Add(undo)
	}
	for _, sup := range fresh.snapshot.Suppliers {
		if sup.ID == p.Supplier {
			o.Supplier = sup
		}
	}
	if o.Supplier.ID == "" {
		return o, "", fmt.Errorf("supplier %s of proposal %d is gone from the data", p.Supplier, p.ID)
	}
	for _, l := range p.Lines {
		for _, loc := range fresh.snapshot.Locations {
			if loc.ID == l.Location && !slices.ContainsFunc(o.Locations, func(l core.Location) bool { return l.ID == loc.ID }) {
				o.Locations = append(o.Locations, loc)
			}
		}
	}
	if o, err = store.AddOrder(ctx, tx, o); err != nil {
		return o, "", err
	}
	if err := s.arm(ctx, tx, store.Effect{Key: mailKey(o.Number), Kind: kindMail, Class: s.mail.Class(), NotBefore: o.UndoUntil}, mailPayload{o.Number}, false); err != nil {
		return o, "", err
	}
	line = fmt.Sprintf("%s approved. Order %s to %s over %s is written.", actor.Name, o.Number, o.Supplier.Name, o.Total)
	if actor.User == plan.ByRule {
		line = fmt.Sprintf("Approved by rule: %s. Order %s to %s over %s is written.", verdict.Reason, o.Number, o.Supplier.Name, o.Total)
	}
	switch {
	case o.UndoUntil.IsZero():
	case actor.User == plan.ByRule:
		line += fmt.Sprintf(" Its letter leaves %s after this was shown; until then the approval can be taken back.", plan.DurationText(s.cfg().Policy.Approval.Undo))
	default:
		line += fmt.Sprintf(" Its letter leaves at %s; until then the approval can be taken back.", o.UndoUntil.In(s.cfg().Shop.Zone).Format("15:04"))
	}
	return o, line, nil
}

func mailKey(number string) string { return "mail/" + number }

// settleMail carries out what a person says about a letter in doubt: the supplier
// has it, or it is to be sent again, which nothing else ever does.
func (s *Service) settleMail(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		row, err := store.Proposal(ctx, tx, c.Proposal)
		if err != nil {
			return err
		}
		o, err := store.OrderOfProposal(ctx, tx, c.Proposal)
		if err != nil {
			return err
		}
		policy, err := s.rules(ctx, tx)
		if err != nil {
			return err
		}
		v := plan.DecideMail(actor, o.State, policy)
		if err := store.AddDecision(ctx, tx, c.Key, actor, c.Action, row.Proposal, v); err != nil {
			return err
		}
		if v.Outcome == plan.Deny {
			answer = v.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), o.Number, v)
		}
		to, line := plan.OrderSent, actor.Name+" says that the supplier has the e-mail."
		if c.Action == plan.MailAgain {
			to, line = plan.OrderApproved, actor.Name+" has the e-mail sent again."
			err = s.arm(ctx, tx, store.Effect{Key: mailKey(o.Number), Kind: kindMail, Class: s.mail.Class()}, mailPayload{o.Number}, true)
		} else {
			err = store.SettleEffect(ctx, tx, mailKey(o.Number))
		}
		if err != nil {
			return err
		}
		if err := store.MoveOrder(ctx, tx, o.Number, o.State, to); err != nil {
			return err
		}
		if err := s.touchRestock(ctx, tx, c.Proposal); err != nil {
			return err
		}
		if err := s.say(ctx, tx, restockKey(c.Proposal), c.Key, line); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, string(c.Action), o.Number, map[string]any{"from": o.State, "to": to})
	})
	if errors.Is(err, store.ErrNotFound) {
		return "This order does not exist any more.", s.settle(ctx, c.Key, "no such order")
	}
	return answer, err
}

// withArrivals moves the expected arrivals to what they are when ordered today.
func withArrivals(lines []plan.Line, r plan.Report) []plan.Line {
	out := slices.Clone(lines)
	for i := range out {
		for _, p := range r.Proposals {
			for _, l := range p.Lines {
				if l.SKU == out[i].SKU && l.Location == out[i].Location && l.Mode == out[i].Mode {
					out[i].Arrival = l.Arrival
				}
			}
		}
	}
	return out
}

// askAgain rewrites a proposal whose need moved since it was shown.
func (s *Service) askAgain(ctx context.Context, tx pgx.Tx, old plan.Proposal, ch plan.Change) (string, error) {
	next := ch.Proposal
	if next.State.Open() {
		now, err := store.Now(ctx, tx)
		if err != nil {
			return "", err
		}
		next.ExpiresAt = now.Add(s.cfg().Policy.Approval.Expiry)
	}
	if err := store.SaveProposal(ctx, tx, next, ch.Reason, ""); err != nil {
		return "", err
	}
	if err := s.touchRestock(ctx, tx, old.ID); err != nil {
		return "", err
	}
	if err := s.say(ctx, tx, restockKey(old.ID), fmt.Sprintf("v%d", next.Version), "Rewritten: "+ch.Reason); err != nil {
		return "", err
	}
	if err := store.NextEpoch(ctx, tx); err != nil {
		return "", err
	}
	if err := store.Audit(ctx, tx, "quartermaster", "revise", restockKey(old.ID), map[string]any{"version": next.Version, "reason": ch.Reason}); err != nil {
		return "", err
	}
	return "The numbers moved since this card was written, so nothing was ordered: " + ch.Reason + ". Please look at the new card.", nil
}
