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
)

// toneOf tells how letters speak to a supplier.
func (s *Service) toneOf(ctx context.Context, id core.SupplierID) (plan.ToneView, error) {
	file, set, err := store.Tone(ctx, s.st.Pool(), id)
	return plan.ToneOf(file, set, slices.Contains(s.cfg().PlainTone, id)), err
}

// write drafts a letter in the tone of its supplier.
func (s *Service) write(ctx context.Context, l plan.Letter) (plan.Mail, error) {
	tone, err := s.toneOf(ctx, l.To().ID)
	if err != nil {
		return plan.Mail{}, err
	}
	l.Plain = tone.Tone == core.Friendly
	return s.draft.Letter(ctx, l)
}

// setTone changes how letters speak to a supplier from now on; letters that were
// written stay as they are.
func (s *Service) setTone(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	subject := "supplier/" + string(c.Supplier)
	called, err := store.SupplierNames(ctx, s.st.Pool())
	if err != nil {
		return "", err
	}
	name := called.Of(c.Supplier)
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		policy, err := s.rules(ctx, tx)
		if err != nil {
			return err
		}
		if verdict := plan.DecideLetter(actor, policy); verdict.Outcome == plan.Deny {
			answer = verdict.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), subject, verdict)
		}
		if err := store.SetTone(ctx, tx, c.Supplier, c.Tone, actor.User); err != nil {
			return err
		}
		answer = fmt.Sprintf("Letters to %s are formal from now on.", name)
		if c.Tone == core.Friendly {
			answer = fmt.Sprintf("Letters to %s are friendly and direct from now on.", name)
		}
		return store.Audit(ctx, tx, actor.User, string(c.Action), subject, map[string]any{"tone": c.Tone})
	})
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Sprintf("There is no supplier %s any more; nothing was changed.", name), s.settle(ctx, c.Key, "no such supplier")
	}
	return answer, err
}
