package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// Offer puts a click of the rule on a proposal into the inbox, as a check does that
// finds it routine.
func (s *Service) Offer(ctx context.Context, p plan.Proposal, run string) error {
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		_, err := s.offer(ctx, tx, p, plan.Verdict{Outcome: plan.Allow}, run)
		return err
	})
}
