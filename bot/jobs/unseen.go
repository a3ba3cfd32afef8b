package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// What the rule approves is always shown, and can be taken back after that: the letter of
// such an order waits for its card, and the time to take it back begins when the card was
// shown. While Slack is away both wait.

// holdUnseen has the letter of an order wait that the rule approved. The card about it was
// touched before.
func (s *Service) holdUnseen(ctx context.Context, tx pgx.Tx, o plan.Order) error {
	if o.ApprovedBy != plan.ByRule || o.UndoUntil.IsZero() {
		return nil
	}
	return store.HoldUnseen(ctx, tx, o.Number, mailKey(o.Number), restockKey(o.ProposalID))
}

// releaseSeen begins the time to take back what was shown since the last tick.
func (s *Service) releaseSeen(ctx context.Context) error {
	list, err := store.Seen(ctx, s.st.Pool(), cardEffect)
	if err != nil {
		return err
	}
	undo := s.cfg().Policy.Approval.Undo
	for _, number := range list {
		err := s.st.InTx(ctx, func(tx pgx.Tx) error {
			released, err := store.ReleaseSeen(ctx, tx, number, mailKey(number), undo)
			if err != nil || !released {
				return err
			}
			return s.enqueue(ctx, tx, effectArgs{Key: mailKey(number)}, undo)
		})
		if err != nil {
			return fmt.Errorf("begin the time to take order %s back: %w", number, err)
		}
	}
	return nil
}
