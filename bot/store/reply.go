package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// AddReply keeps a supplier's answer and returns its id; isNew is false when the
// message is there already, and then nothing is written.
func AddReply(ctx context.Context, tx pgx.Tx, messageID string, a plan.Answer) (id int64, isNew bool, err error) {
	found, err := json.Marshal(a.Read)
	if err != nil {
		return 0, false, err
	}
	err = tx.QueryRow(ctx, `
		insert into supplier_reply (message_id, order_id, sender, pasted_by, stranger, subject, body, came_at, found, state)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (message_id) do nothing returning id`,
		messageID, a.Order, a.From, a.Pasted, a.Stranger, a.Subject, a.Text, a.At, found, a.State).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("keep an answer: %w", err)
	}
	return id, true, nil
}

// ReplyByID reads an answer and the order it is about.
func ReplyByID(ctx context.Context, db DB, id int64) (a plan.Answer, o plan.Order, err error) {
	var found []byte
	err = db.QueryRow(ctx, `
		select id, order_id, sender, pasted_by, stranger, subject, body, came_at, found, state, settled_by
		from supplier_reply where id = $1`, id).
		Scan(&a.ID, &a.Order, &a.From, &a.Pasted, &a.Stranger, &a.Subject, &a.Text, &a.At, &found, &a.State, &a.By)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("answer %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return a, o, err
	}
	if err := json.Unmarshal(found, &a.Read); err != nil {
		return a, o, err
	}
	o, err = oneOrder(ctx, db, `where id = $1`, a.Order)
	return a, o, err
}

// SettleReply ends the wait of an answer; ErrStale when somebody was faster.
func SettleReply(ctx context.Context, tx pgx.Tx, id int64, to plan.ReplyState, by string) error {
	tag, err := tx.Exec(ctx, `
		update supplier_reply set state = $2, settled_by = $3, settled_at = now() where id = $1 and state = 'open'`, id, to, by)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrStale
	}
	if err != nil {
		return fmt.Errorf("settle answer %d: %w", id, err)
	}
	return nil
}

// OpenReplies lists the answers about an order that wait for a person.
func OpenReplies(ctx context.Context, db DB, order int64) ([]int64, error) {
	rows, err := db.Query(ctx, `select id from supplier_reply where order_id = $1 and state = 'open' order by id`, order)
	if err != nil {
		return nil, fmt.Errorf("list answers: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// KnownReplies returns those of the Message-IDs that were kept before.
func KnownReplies(ctx context.Context, db DB, ids []string) ([]string, error) {
	rows, err := db.Query(ctx, `select message_id from supplier_reply where message_id = any($1)`, ids)
	if err != nil {
		return nil, fmt.Errorf("look for answers: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// LetterKeys returns the keys of the newest letters about orders, with the numbers
// of the orders: what an answer may refer to.
func LetterKeys(ctx context.Context, db DB, kinds []string, limit int) (map[string]string, error) {
	rows, err := db.Query(ctx, `
		select key, payload ->> 'order' from effect
		where kind = any($1) and payload ->> 'order' is not null order by created_at desc limit $2`, kinds, limit)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	out := map[string]string{}
	var key, number string
	_, err = pgx.ForEachRow(rows, []any{&key, &number}, func() error {
		out[key] = number
		return nil
	})
	return out, err
}
