package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// held is how long a letter waits whose order nobody has seen yet, unless it is released.
const held = "interval '100 years'"

// HoldUnseen has the letter of an order wait until the newest version of the card about
// it was shown. It is called in the transaction that writes the order.
func HoldUnseen(ctx context.Context, tx pgx.Tx, number, letter, card string) error {
	_, err := tx.Exec(ctx, `update purchase_order set unseen_from = (select version from card where key = $2) where number = $1`, number, card)
	if err == nil {
		_, err = tx.Exec(ctx, `update effect set not_before = now() + `+held+` where key = $1`, letter)
	}
	if err != nil {
		return fmt.Errorf("hold the letter of order %s: %w", number, err)
	}
	return nil
}

// Seen lists the orders whose letters wait although their cards were shown, or given up
// by a person. shows stands before a card's key in that of the effect that shows it.
func Seen(ctx context.Context, db DB, shows string) (numbers []string, err error) {
	rows, err := db.Query(ctx, `
		select o.number from purchase_order o join card c on c.kind = $1 and c.subject = o.proposal_id::text join effect e on e.key = $2 || c.key
		where o.unseen_from is not null and (c.shown >= o.unseen_from or e.state = 'done') order by o.id`, plan.RestockCard, shows)
	if err != nil {
		return nil, fmt.Errorf("look for orders that were seen: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// ReleaseSeen begins the time in which the approval of an order can be taken back; its
// letter may leave after it. It reports whether the letter waited until now.
func ReleaseSeen(ctx context.Context, tx pgx.Tx, number, letter string, undo time.Duration) (released bool, err error) {
	// The letter before its order, as whoever takes the approval back locks them.
	_, err = tx.Exec(ctx, `update effect set not_before = now() + $2 where key = $1 and state = 'pending'
		and exists (select from purchase_order where number = $3 and unseen_from is not null)`, letter, undo, number)
	if err != nil {
		return false, fmt.Errorf("release letter %s: %w", letter, err)
	}
	tag, err := tx.Exec(ctx, `
		update purchase_order set unseen_from = null, body = jsonb_set(body, '{undo_until}', to_jsonb(now() + $2::interval))
		where number = $1 and unseen_from is not null`, number, undo)
	if err != nil {
		return false, fmt.Errorf("order %s was seen: %w", number, err)
	}
	return tag.RowsAffected() == 1, nil
}
