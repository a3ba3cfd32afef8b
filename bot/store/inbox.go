package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// Receive writes a gesture to the inbox and reports whether it is new. A gesture
// delivered again is not.
func Receive(ctx context.Context, tx pgx.Tx, key, kind string, body any) (isNew bool, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `insert into inbox (key, kind, body) values ($1, $2, $3) on conflict do nothing`, key, kind, text)
	if err != nil {
		return false, fmt.Errorf("receive %s: %w", kind, err)
	}
	return tag.RowsAffected() == 1, nil
}

// Waiting reads the body of a gesture that was not acted on yet; ErrNotFound
// when it is done or unknown.
func Waiting(ctx context.Context, db DB, key string) (body json.RawMessage, err error) {
	err = db.QueryRow(ctx, `select body from inbox where key = $1 and done_at is null`, key).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("gesture: %w", ErrNotFound)
	}
	return body, err
}

// Settle marks a gesture as acted on, in the transaction that does. ErrStale
// when another transaction did so first.
func Settle(ctx context.Context, tx pgx.Tx, key, outcome string) error {
	tag, err := tx.Exec(ctx, `update inbox set done_at = now(), outcome = $2 where key = $1 and done_at is null`, key, outcome)
	if err != nil {
		return fmt.Errorf("settle gesture: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("settle gesture: %w", ErrStale)
	}
	return nil
}

// WaitingClicks lists gestures of a kind older than age that nobody acted on:
// what the sweeper hands to a worker again.
func WaitingClicks(ctx context.Context, db DB, kind string, age time.Duration, limit int) ([]string, error) {
	rows, err := db.Query(ctx, `
		select key from inbox where done_at is null and kind = $1 and received_at < now() - $2::interval
		order by received_at limit $3`, kind, age, limit)
	if err != nil {
		return nil, fmt.Errorf("list waiting gestures: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Pressed reads what became of the proposals of the clicks that one press on a list made,
// by supplier, and how many of those were not acted on yet.
func Pressed(ctx context.Context, db DB, clicks []string) (done []plan.Pressed, left int, err error) {
	rows, err := db.Query(ctx, `
		select i.done_at is null, coalesce(nullif(p.body->>'supplier_name', ''), p.supplier), coalesce(d.outcome, 'deny'),
			coalesce(case when d.outcome = 'allow' then o.number end, ''), coalesce((o.body->>'undo_until')::timestamptz, '0001-01-01 00:00:00Z')
		from inbox i join proposal p on p.id = (i.body->>'proposal')::bigint
		left join decision d on d.inbox_key = i.key left join purchase_order o on o.proposal_id = p.id
		where i.key = any($1) order by 2, i.key`, clicks)
	if err != nil {
		return nil, 0, fmt.Errorf("read what became of a press: %w", err)
	}
	var p plan.Pressed
	var open bool
	_, err = pgx.ForEachRow(rows, []any{&open, &p.Supplier, &p.Outcome, &p.Order, &p.Undo}, func() error {
		if open {
			left++
		}
		done = append(done, p)
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read what became of a press: %w", err)
	}
	return done, left, nil
}
