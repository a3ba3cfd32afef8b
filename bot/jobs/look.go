package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
)

// lookForCards looks, once and a while after it was posted, whether a card stands in
// the channel. One that does not is posted anew: its buttons may be waited for.
func (s *Service) lookForCards(ctx context.Context) error {
	list, err := store.CardsToLookFor(ctx, s.st.Pool(), s.cfg().LookAfter, 20)
	if err != nil || len(list) == 0 || !s.looking.CompareAndSwap(false, true) {
		return err
	}
	s.aside("look for cards", func(ctx context.Context) error {
		defer s.looking.Store(false)
		for _, row := range list {
			if err := s.lookFor(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	return nil
}

func (s *Service) lookFor(ctx context.Context, row store.CardRow) error {
	cctx, cancel := context.WithTimeout(ctx, s.cfg().Lease/2)
	defer cancel()
	stands, err := s.notify.Stands(cctx, MessageRef{row.Channel, row.TS})
	switch {
	case stands, errors.Is(err, ErrCannotSearch):
		return store.CardSeen(ctx, s.st.Pool(), row.Key, row.TS)
	case err != nil:
		return err
	}
	s.log.Warn("a card is gone from the channel; it is posted anew", "key", row.Key)
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := s.arm(ctx, tx, s.slackEffect(cardEffect+row.Key, kindCard), cardPayload{row.Key}, true); err != nil {
			return err
		}
		if err := store.CardGone(ctx, tx, row.Key, row.TS); err != nil {
			return err
		}
		return store.Audit(ctx, tx, "quartermaster", "card lost", row.Key, map[string]string{"ts": row.TS})
	})
}
