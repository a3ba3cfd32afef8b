package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// undo takes an approval back while the supplier's letter waits: the letter is
// withdrawn and the order cancelled in one transaction. The letter's row decides a
// race with its sending, so an order is either taken back or sent, never both.
func (s *Service) undo(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		answer, err = s.undoTx(ctx, tx, c, actor)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return "This order does not exist any more.", s.settle(ctx, c.Key, "no such order")
	}
	return answer, err
}

func (s *Service) undoTx(ctx context.Context, tx pgx.Tx, c Click, actor plan.Actor) (answer string, err error) {
	row, err := store.Proposal(ctx, tx, c.Proposal)
	if err != nil {
		return "", err
	}
	// Read without a lock first: whoever ends a letter locks its row and then the
	// order's, and so does this.
	o, err := store.OrderOfProposal(ctx, tx, c.Proposal)
	if err != nil {
		return "", err
	}
	now, err := store.Now(ctx, tx)
	if err != nil {
		return "", err
	}
	policy, err := s.rules(ctx, tx)
	if err != nil {
		return "", err
	}
	verdict := plan.DecideUndo(actor, row.Proposal, o, policy, now)
	if verdict.Outcome == plan.Allow {
		withdrawn, err := store.WithdrawEffect(ctx, tx, mailKey(o.Number), "taken back by "+actor.User)
		if err != nil {
			return "", err
		}
		if !withdrawn {
			verdict = plan.Verdict{Outcome: plan.Deny, Reason: fmt.Sprintf(
				"The letter of order %s is leaving or has left, so it was not taken back. What is outstanding can be cancelled; then the supplier must be told.", o.Number)}
		}
	}
	if err := store.AddDecision(ctx, tx, c.Key, actor, c.Action, row.Proposal, verdict); err != nil {
		return "", err
	}
	if verdict.Outcome == plan.Deny {
		return verdict.Reason, store.Audit(ctx, tx, actor.User, "denied undo", o.Number, verdict)
	}
	seen := o.Version
	if o, err = store.LockOrder(ctx, tx, c.Proposal); err != nil {
		return "", err
	}
	if o.Version != seen {
		return "", fmt.Errorf("take back order %s: %w", o.Number, store.ErrStale) // looked at again
	}
	next, faults := o.Apply(plan.OrderEvent{Action: plan.OrderCancel, Day: o.OrderedOn}, core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone))
	if len(faults) > 0 {
		return "", fmt.Errorf("take back order %s: %w", o.Number, faults[0])
	}
	next.UndoneBy, next.UndoneAt = actor.User, now
	if err := store.SaveOrder(ctx, tx, next); err != nil {
		return "", err
	}
	if err := s.touchDecided(ctx, tx, row.Proposal); err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s took the approval back. Order %s is cancelled and its letter never left. The next check asks again if the need is still there.", actor.Name, o.Number)
	if err := s.say(ctx, tx, restockKey(next.ProposalID), fmt.Sprintf("order-v%d", next.Version), line); err != nil {
		return "", err
	}
	if err := store.NextEpoch(ctx, tx); err != nil {
		return "", err
	}
	return "", store.Audit(ctx, tx, actor.User, string(plan.Undo), o.Number, map[string]any{
		"text": "took the approval back before the letter left", "from": o.State, "to": next.State, "version": next.Version})
}
