package jobs

import (
	"context"
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
	now := s.cfg.Now()
	if r.snapshot, err = s.st.LoadSnapshot(ctx, s.cfg.Shop, now, skus...); err != nil {
		return r, err
	}
	if r.report, err = plan.Evaluate(r.snapshot, s.cfg.Policy, now); err != nil {
		return r, err
	}
	r.conservative = r.report.Conservative
	rejected, err := s.rejections(ctx, now)
	if err != nil {
		return r, err
	}
	for _, ch := range plan.Reconcile(r.report, plan.Memory{Open: []plan.Proposal{p}, Rejected: rejected}, s.cfg.Policy) {
		if ch.Proposal.ID == p.ID && (ch.Kind == plan.ChangeRevised || ch.Kind == plan.ChangeWithdrawn) {
			r.change = &ch
		}
	}
	return r, nil
}

// order writes the purchase order and asks for its letter.
func (s *Service) order(ctx context.Context, tx pgx.Tx, p plan.Proposal, actor plan.Actor, fresh recomputed) (string, error) {
	o := plan.Order{ProposalID: p.ID, Shop: s.cfg.Shop.Name, Lines: withArrivals(p.Lines, fresh.report), Total: p.Total,
		State: plan.OrderApproved, OrderedOn: fresh.report.Today, ApprovedBy: actor.User, ApprovedAt: p.DecidedAt}
	for _, sup := range fresh.snapshot.Suppliers {
		if sup.ID == p.Supplier {
			o.Supplier = sup
		}
	}
	if o.Supplier.ID == "" {
		return "", fmt.Errorf("supplier %s of proposal %d is gone from the data", p.Supplier, p.ID)
	}
	for _, l := range p.Lines {
		for _, loc := range fresh.snapshot.Locations {
			if loc.ID == l.Location && !slices.ContainsFunc(o.Locations, func(l core.Location) bool { return l.ID == loc.ID }) {
				o.Locations = append(o.Locations, loc)
			}
		}
	}
	o, err := store.AddOrder(ctx, tx, o)
	if err != nil {
		return "", err
	}
	if err := s.arm(ctx, tx, store.Effect{Key: "mail/" + o.Number, Kind: kindMail, Class: s.mail.Class()}, mailPayload{o.Number}, false); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s approved. Order %s to %s over %s is written.", actor.Name, o.Number, o.Supplier.Name, o.Total), nil
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
		next.ExpiresAt = now.Add(s.cfg.Policy.Approval.Expiry)
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
