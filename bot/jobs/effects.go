package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// Timing of effects. The lease (Config.Lease) is twice the time one call may
// take, so that a second worker never starts while the first may still be sending.
const (
	maxAttempts   = 12
	blindDelay    = 30 * time.Second // before posting again what the bot may not look for
	maxRetryDelay = 5 * time.Minute
	giveBackTime  = 3 * time.Second // of a program that stops
)

// deed is one kind of outside effect. The engine below calls it in an order that
// keeps the effect's class: prepare may be repeated freely, the call it returns
// may not.
type deed interface {
	// prepare does everything that can be done again without harm, and returns the
	// one call that acts outside. A nil call means there is nothing left to do.
	prepare(ctx context.Context, e store.Effect) (call func(context.Context) (ref string, err error), err error)
	// find looks for the trace of an earlier call whose answer was lost.
	find(ctx context.Context, e store.Effect) (ref string, found bool, err error)
	// finish records the outcome in the transaction that ends the effect.
	finish(ctx context.Context, tx pgx.Tx, e store.Effect, state store.EffectState, ref string, cause error) error
}

// perform takes one effect as far as it can go now. It returns an error only
// when the database failed; then the lease runs out and the sweeper tries again.
func (s *Service) perform(ctx context.Context, key string) error {
	e, err := store.ClaimEffect(ctx, s.st.Pool(), key, s.cfg().Lease)
	if errors.Is(err, store.ErrNotDue) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.nextInLane(ctx, e.Lane)
	s.killPoint("effect.claimed")
	d, ok := s.deeds[e.Kind]
	if !ok {
		return s.end(ctx, nil, e, store.EffectFailed, "", fmt.Errorf("no handler for effects of kind %q", e.Kind))
	}
	if e.State == store.EffectSending {
		settled, err := s.recoverLost(ctx, d, e)
		if settled || err != nil {
			return err
		}
	}
	cctx, cancel := context.WithTimeout(ctx, s.cfg().Lease/2)
	defer cancel()
	call, err := d.prepare(cctx, e)
	switch {
	case err != nil && ctx.Err() != nil:
		return s.giveBack(ctx, e)
	case err != nil:
		return s.stuck(ctx, d, e, err)
	case call == nil:
		return s.end(ctx, d, e, store.EffectDone, e.RemoteRef, nil)
	}
	if err := store.MarkSending(ctx, s.st.Pool(), e); err != nil {
		if ctx.Err() != nil { // nothing has left
			return s.giveBack(ctx, e)
		}
		return err
	}
	s.killPoint("effect.sending")
	ref, err := call(cctx)
	s.killPoint("effect.sent")
	// What came of it is written down even when the program was told to stop meanwhile.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), s.cfg().Lease/2)
	defer done()
	var wait *RetryAfter
	switch {
	case err == nil:
		return s.end(ctx, d, e, store.EffectDone, ref, nil)
	case errors.As(err, &wait):
		return s.retry(ctx, d, e, store.EffectPending, err)
	case errors.Is(err, connectors.ErrPermanent):
		return s.end(ctx, d, e, store.EffectFailed, "", err)
	case !errors.Is(err, connectors.ErrUncertain), e.Class == connectors.Keyed:
		return s.retry(ctx, d, e, store.EffectPending, err)
	case e.Class == connectors.Unconfirmable:
		return s.end(ctx, d, e, store.EffectUnknown, "", err)
	}
	return s.retry(ctx, d, e, store.EffectSending, err)
}

// giveBack ends the claim on an effect that was not sent because the program stops, so
// that whoever runs next need not wait for the lease. The attempt does not count.
func (s *Service) giveBack(ctx context.Context, e store.Effect) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTime)
	defer cancel()
	return s.putBack(ctx, e, store.EffectPending, errors.New("the program was stopped before it left"), 0, false)
}

// recoverLost deals with an effect found in state sending: an earlier process
// or call ended between leaving and the answer. It reports whether the matter is
// settled; otherwise the effect may be sent again.
func (s *Service) recoverLost(ctx context.Context, d deed, e store.Effect) (settled bool, err error) {
	switch e.Class {
	case connectors.Keyed:
		return false, nil
	case connectors.Unconfirmable:
		cause := fmt.Errorf("interrupted while sending: %w", connectors.ErrUncertain)
		return true, s.end(ctx, d, e, store.EffectUnknown, "", cause)
	}
	ref, found, err := d.find(ctx, e)
	var wait *RetryAfter
	switch {
	case errors.Is(err, ErrCannotSearch):
		// Without the right to look there is one delayed retry. A stray copy of a
		// card does no harm: a click on either acts once.
		if time.Since(e.Created) < blindDelay {
			return true, s.putBack(ctx, e, store.EffectSending, err, blindDelay, false)
		}
		return false, nil
	case errors.As(err, &wait):
		return true, s.putBack(ctx, e, store.EffectSending, err, wait.After, false)
	case err != nil:
		return true, s.retry(ctx, d, e, store.EffectSending, err)
	case found:
		return true, s.end(ctx, d, e, store.EffectDone, ref, nil)
	}
	return false, nil
}

// end finishes an effect and records the outcome with it.
func (s *Service) end(ctx context.Context, d deed, e store.Effect, state store.EffectState, ref string, cause error) error {
	text := ""
	if cause != nil {
		text = cause.Error()
	}
	level := slog.LevelInfo
	if state != store.EffectDone {
		level = slog.LevelError
	}
	s.log.Log(ctx, level, "effect ended", "key", e.Key, "state", string(state), "attempts", e.Attempts, "error", text)
	defer s.killPoint("effect.stored")
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := store.FinishEffect(ctx, tx, e, state, ref, text); err != nil {
			return err
		}
		if d != nil {
			if err := d.finish(ctx, tx, e, state, ref, cause); err != nil {
				return err
			}
		}
		if strings.HasPrefix(e.Kind, slackKinds) {
			var err error
			switch state {
			case store.EffectDone:
				if ref != "" && ref != e.RemoteRef { // something did get through
					err = s.back(ctx, tx, e)
				}
			case store.EffectFailed:
				err = s.buried(ctx, tx, e, cause)
			}
			if err != nil {
				return err
			}
		}
		if asksForLetter(e, state) {
			if err := s.touch(ctx, tx, "trouble/"+e.Key, plan.DeadCard, e.Key, struct{}{}); err != nil {
				return err
			}
		}
		return store.Audit(ctx, tx, "quartermaster", "effect "+string(state), e.Key, map[string]any{"kind": e.Kind, "ref": ref, "error": text})
	})
}

// retry puts an effect back with a growing delay. What can be found out or sent
// again is tried for as long as it takes: Slack may be away for a day. A letter
// that certainly did not leave is given up after maxAttempts, so that it does not
// leave days later unnoticed.
func (s *Service) retry(ctx context.Context, d deed, e store.Effect, state store.EffectState, cause error) error {
	if wait, ok := errors.AsType[*RetryAfter](cause); ok {
		return s.putBack(ctx, e, state, cause, wait.After, false)
	}
	if strings.HasPrefix(e.Kind, slackKinds) && !errors.Is(cause, errNoCardYet) && !errors.Is(cause, ErrMessageGone) {
		s.away(ctx, cause)
	}
	if errors.Is(cause, ErrClosed) {
		return s.putBack(ctx, e, state, cause, s.cfg().closedDelay(), false)
	}
	if e.Attempts >= maxAttempts && e.Class == connectors.Unconfirmable {
		return s.end(ctx, d, e, store.EffectFailed, "", cause)
	}
	delay := s.delay(e.Attempts)
	if state == store.EffectSending {
		delay = max(delay, s.delay(1))
	}
	s.log.Warn("effect will be tried again", "key", e.Key, "attempt", e.Attempts, "in", delay, "error", cause)
	return s.putBack(ctx, e, state, cause, delay, true)
}

// closedDelay is the time between two tries while the chat system refuses the bot.
func (c Config) closedDelay() time.Duration { return min(c.Backoff<<8, maxRetryDelay) }

// stuck deals with an effect that could not even be prepared: the fault is here
// and not at the receiver, so it soon stops holding up the others in its lane, and
// is given up after maxAttempts.
func (s *Service) stuck(ctx context.Context, d deed, e store.Effect, cause error) error {
	if e.Attempts >= maxAttempts {
		return s.end(ctx, d, e, store.EffectFailed, "", cause)
	}
	if e.Attempts >= 3 && e.Lane != "" {
		s.log.Error("effect cannot be prepared; the ones behind it pass", "key", e.Key, "error", cause)
		if err := s.st.InTx(ctx, func(tx pgx.Tx) error { return store.LeaveLane(ctx, tx, e.Key) }); err != nil {
			return err
		}
		e.Lane = ""
	}
	return s.putBack(ctx, e, store.EffectPending, cause, s.delay(e.Attempts), true)
}

// delay grows with the attempts from two steps of Config.Backoff to five minutes.
func (s *Service) delay(attempts int) time.Duration {
	return min(s.cfg().Backoff<<min(attempts, 16), maxRetryDelay)
}

func (s *Service) putBack(ctx context.Context, e store.Effect, state store.EffectState, cause error, wait time.Duration, counts bool) error {
	err := s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := store.RetryEffect(ctx, tx, e, state, cause.Error(), wait, counts); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, effectArgs{Key: e.Key}, wait)
	})
	if err == nil && e.Lane == "" {
		s.soon(e.Key, wait)
	}
	return err
}

// nextInLane starts the effect behind the one that ended, so that a lane moves on
// without waiting for the sweeper.
func (s *Service) nextInLane(ctx context.Context, lane string) {
	if lane == "" || ctx.Err() != nil {
		return
	}
	key, wait, err := store.NextInLane(ctx, s.st.Pool(), lane)
	if err != nil {
		s.log.Warn("next effect", "error", err)
	}
	if key != "" {
		s.soon(key, wait)
	}
}

// arm asks for an effect and its job in one transaction; the job waits as the
// effect does. Where the clocks of process and database differ the sweeper finds it.
func (s *Service) arm(ctx context.Context, tx pgx.Tx, e store.Effect, payload any, rearm bool) error {
	if err := store.AddEffect(ctx, tx, e, payload, rearm); err != nil {
		return err
	}
	wait := time.Duration(0)
	if !e.NotBefore.IsZero() {
		wait = time.Until(e.NotBefore)
	}
	return s.enqueue(ctx, tx, effectArgs{Key: e.Key}, wait)
}
