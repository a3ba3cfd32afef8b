package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
)

// errSettled says that another worker has acted on the gesture.
var errSettled = errors.New("the gesture was acted on already")

// once acts on a stored gesture in the transaction that settles it. errSettled when
// that has happened before; then f is not called.
func (s *Service) once(ctx context.Context, key, outcome string, f func(pgx.Tx) error) error {
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		err := store.Settle(ctx, tx, key, outcome)
		if errors.Is(err, store.ErrStale) {
			return errSettled
		}
		if err != nil {
			return err
		}
		return f(tx)
	})
}

// settle ends a gesture on which nothing is to be done.
func (s *Service) settle(ctx context.Context, key, outcome string) error {
	return s.once(ctx, key, outcome, func(pgx.Tx) error { return nil })
}

// submit receives a form and acts on it in one transaction. A form that was
// submitted before is nothing new: f is not called and the error is nil. When f
// fails the form does not count as received, so it can come again, corrected.
func (s *Service) submit(ctx context.Context, key, kind, outcome string, form any, f func(pgx.Tx) error) error {
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		isNew, err := store.Receive(ctx, tx, key, kind, form)
		if err != nil || !isNew {
			return err
		}
		if err := store.Settle(ctx, tx, key, outcome); err != nil {
			return err
		}
		return f(tx)
	})
}
