package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/connectors"
)

// EffectState is the state of an outside effect.
type EffectState string

// States of effects. Sending means the request may have left this process; after
// a crash in that state the class decides what is allowed.
const (
	EffectPending EffectState = "pending"
	EffectSending EffectState = "sending"
	EffectDone    EffectState = "done"
	EffectUnknown EffectState = "unknown" // may have happened; a person must look
	EffectFailed  EffectState = "failed"  // given up
	// EffectWithdrawn never left: a person took it back before it was due.
	EffectWithdrawn EffectState = "withdrawn"
)

// Effect is something that must happen outside, once.
type Effect struct {
	Key       string
	Kind      string
	Lane      string
	Class     connectors.Class
	State     EffectState
	Payload   json.RawMessage
	Attempts  int
	Rounds    int // how often it was armed again after its end
	NotBefore time.Time
	RemoteRef string
	LastError string
	Created   time.Time
	token     string // fences a late writer out
}

// AddEffect asks for an effect: its key, kind, lane, class and payload, not to be
// taken before NotBefore where that is set. When the
// key is there already it is armed again only if rearm is set (cards: show the
// newest version), else left alone.
func AddEffect(ctx context.Context, tx pgx.Tx, e Effect, payload any, rearm bool) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	// A row in state 'sending' keeps it: whether that request arrived must be
	// found out first. The one who finishes it sees the newer version and goes on.
	// A row that was done goes to the end of its lane.
	_, err = tx.Exec(ctx, `
		insert into effect (key, kind, lane, class, payload, not_before) values ($1, $2, $3, $4, $5, coalesce($7, now()))
		on conflict (key) do update
		set state = case when effect.state = 'sending' then 'sending' else 'pending' end,
		    seq = case when effect.state in ('pending', 'sending') then effect.seq
		               else nextval(pg_get_serial_sequence('effect', 'seq')) end,
		    rounds = effect.rounds + case when effect.state in ('pending', 'sending') then 0 else 1 end,
		    attempts = 0, lane = excluded.lane, payload = excluded.payload, updated_at = now()
		where $6`, e.Key, e.Kind, e.Lane, e.Class, body, rearm, nullTime(e.NotBefore))
	if err != nil {
		return fmt.Errorf("add effect %s: %w", e.Key, err)
	}
	return nil
}

// ErrNotDue is returned by ClaimEffect when there is nothing to do now: done,
// not yet due, held by another process, behind another one in its lane, or
// stopped by the kill switch.
var ErrNotDue = errors.New("effect is not due")

// ClaimEffect takes an effect that is due, for the length of lease, and returns
// it as it was found. Nobody else can take it until the lease ends.
func ClaimEffect(ctx context.Context, db DB, key string, lease time.Duration) (e Effect, err error) {
	e.token = rand.Text()
	err = db.QueryRow(ctx, `
		update effect set lease_until = now() + $2, lease_token = $3, attempts = attempts + 1, updated_at = now()
		where key = $1 and state in ('pending', 'sending') and not_before <= now()
		  and (lease_until is null or lease_until < now())
		  and not exists (select from switch where name = 'kill')
		  and (lane = '' or not exists (select from effect ahead where ahead.lane = effect.lane and ahead.seq < effect.seq
		                                and ahead.state in ('pending', 'sending')))
		returning key, kind, lane, class, state, payload, attempts, rounds, not_before, remote_ref, last_error, created_at`,
		key, lease, e.token).
		Scan(&e.Key, &e.Kind, &e.Lane, &e.Class, &e.State, &e.Payload, &e.Attempts, &e.Rounds, &e.NotBefore, &e.RemoteRef, &e.LastError, &e.Created)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, ErrNotDue
	}
	if err != nil {
		return e, fmt.Errorf("claim effect %s: %w", key, err)
	}
	return e, nil
}

// MarkSending writes down, before the request leaves, that it may leave. ErrStale
// when the lease was lost.
func MarkSending(ctx context.Context, db DB, e Effect) error {
	return setEffect(ctx, db, e, EffectSending, e.RemoteRef, "", 0, true)
}

// FinishEffect ends an effect as done, unknown or failed and gives the lease back.
func FinishEffect(ctx context.Context, tx pgx.Tx, e Effect, state EffectState, ref, lastError string) error {
	return setEffect(ctx, tx, e, state, ref, lastError, 0, false)
}

// RetryEffect puts an effect back, not to be taken before wait has passed. state
// is Sending when the request may have arrived, else Pending. A wait that the
// receiver asked for does not count as an attempt.
func RetryEffect(ctx context.Context, tx pgx.Tx, e Effect, state EffectState, lastError string, wait time.Duration, counts bool) error {
	if err := setEffect(ctx, tx, e, state, e.RemoteRef, lastError, wait, false); err != nil || counts {
		return err
	}
	_, err := tx.Exec(ctx, `update effect set attempts = greatest(attempts - 1, 0) where key = $1`, e.Key)
	return err
}

func setEffect(ctx context.Context, db DB, e Effect, state EffectState, ref, lastError string, wait time.Duration, keepLease bool) error {
	tag, err := db.Exec(ctx, `
		update effect set state = $3, remote_ref = $4, last_error = $5, not_before = now() + $6,
		       lease_until = case when $7 then lease_until end, lease_token = case when $7 then lease_token end, updated_at = now()
		where key = $1 and lease_token = $2`,
		e.Key, e.token, state, ref, lastError, wait, keepLease)
	if err != nil {
		return fmt.Errorf("set effect %s to %s: %w", e.Key, state, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("set effect %s to %s: %w", e.Key, state, ErrStale)
	}
	return nil
}

// WaitingEffects lists effects that could be claimed now, oldest first: what the
// sweeper hands to a worker again.
func WaitingEffects(ctx context.Context, db DB, limit int) ([]string, error) {
	rows, err := db.Query(ctx, `
		select key from effect
		where state in ('pending', 'sending') and not_before <= now() and (lease_until is null or lease_until < now())
		  and (lane = '' or not exists (select from effect ahead where ahead.lane = effect.lane and ahead.seq < effect.seq
		                                and ahead.state in ('pending', 'sending')))
		order by not_before limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list waiting effects: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// WithdrawEffect ends an effect that is not due yet and that nobody has taken, and
// reports whether it did. Its row decides between this and ClaimEffect: whichever
// commits first leaves nothing to the other.
func WithdrawEffect(ctx context.Context, tx pgx.Tx, key, why string) (withdrawn bool, err error) {
	tag, err := tx.Exec(ctx, `
		update effect set state = 'withdrawn', last_error = $2, updated_at = now()
		where key = $1 and state = 'pending' and attempts = 0 and not_before > now()`, key, why)
	if err != nil {
		return false, fmt.Errorf("withdraw effect %s: %w", key, err)
	}
	return tag.RowsAffected() == 1, nil
}

// LeaveLane lets the effects behind this one pass.
func LeaveLane(ctx context.Context, tx pgx.Tx, key string) error {
	if _, err := tx.Exec(ctx, `update effect set lane = '' where key = $1`, key); err != nil {
		return fmt.Errorf("take effect %s out of its lane: %w", key, err)
	}
	return nil
}

// SettleEffect ends an effect that a person has looked into: it did happen.
func SettleEffect(ctx context.Context, tx pgx.Tx, key string) error {
	_, err := tx.Exec(ctx, `update effect set state = 'done', updated_at = now() where key = $1 and state in ('unknown', 'failed')`, key)
	if err != nil {
		return fmt.Errorf("settle effect %s: %w", key, err)
	}
	return nil
}

// NextInLane returns the first waiting effect of a lane and how long until it is
// due; empty when none waits.
func NextInLane(ctx context.Context, db DB, lane string) (key string, wait time.Duration, err error) {
	err = db.QueryRow(ctx, `
		select key, greatest(not_before, coalesce(lease_until, not_before)) - now() from effect
		where lane = $1 and state in ('pending', 'sending') order by seq limit 1`, lane).Scan(&key, &wait)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("look for the next effect in %s: %w", lane, err)
	}
	return key, max(wait, 0), nil
}

// KnownEffects says which of the effects were ever asked for.
func KnownEffects(ctx context.Context, db DB, keys []string) (map[string]bool, error) {
	rows, err := db.Query(ctx, `select key from effect where key = any($1)`, keys)
	if err != nil {
		return nil, fmt.Errorf("look for %d effects: %w", len(keys), err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	known := make(map[string]bool, len(list))
	for _, key := range list {
		known[key] = true
	}
	return known, err
}
