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

// AddOrder writes the purchase order of an approved proposal and returns it
// with id and number. A second order for the proposal fails: the column is
// unique.
func AddOrder(ctx context.Context, tx pgx.Tx, o plan.Order) (plan.Order, error) {
	if err := tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('purchase_order', 'id'))`).Scan(&o.ID); err != nil {
		return o, fmt.Errorf("number an order: %w", err)
	}
	o.Number = fmt.Sprintf("PO-%s-%04d", o.OrderedOn.String()[:4], o.ID)
	body, err := json.Marshal(o)
	if err != nil {
		return o, err
	}
	_, err = tx.Exec(ctx, `
		insert into purchase_order (id, number, proposal_id, supplier, state, body, ordered_on)
		values ($1, $2, $3, $4, $5, $6, $7::date)`,
		o.ID, o.Number, o.ProposalID, o.Supplier.ID, o.State, body, o.OrderedOn.String())
	if err != nil {
		return o, fmt.Errorf("add order for proposal %d: %w", o.ProposalID, err)
	}
	for i, l := range o.Lines {
		_, err = tx.Exec(ctx, `
			insert into purchase_order_line (order_id, line, sku, location, qty, mode, due)
			values ($1, $2, $3, $4, $5, $6, $7::date)`,
			o.ID, i+1, l.SKU, l.Location, l.Qty, l.Mode, l.Arrival.String())
		if err != nil {
			return o, fmt.Errorf("add line %d of order %s: %w", i+1, o.Number, err)
		}
	}
	return o, nil
}

// Order reads one order by number.
func Order(ctx context.Context, db DB, number string) (plan.Order, error) {
	return oneOrder(ctx, db, `where number = $1`, number)
}

// OrderOfProposal reads the order made from a proposal.
func OrderOfProposal(ctx context.Context, db DB, id int64) (plan.Order, error) {
	return oneOrder(ctx, db, `where proposal_id = $1`, id)
}

// Orders reads the newest orders, at most limit.
func Orders(ctx context.Context, db DB, limit int) ([]plan.Order, error) {
	return orders(ctx, db, `order by id desc limit $1`, limit)
}

func oneOrder(ctx context.Context, db DB, where string, arg any) (plan.Order, error) {
	list, err := orders(ctx, db, where, arg)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("order %v: %w", arg, ErrNotFound)
	}
	if err != nil {
		return plan.Order{}, err
	}
	return list[0], nil
}

func orders(ctx context.Context, db DB, where string, args ...any) ([]plan.Order, error) {
	// The newest progress of the lines is aggregated per order, because an order is
	// read whole or not at all.
	rows, err := db.Query(ctx, `
		select body, state, mail, version, unseen_from is not null, (
			select jsonb_agg(jsonb_build_object('received', received, 'damaged', damaged, 'cancelled', cancelled, 'due', due, 'shipped', shipped) order by line)
			from purchase_order_line l where l.order_id = o.id)
		from purchase_order o `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (o plan.Order, err error) {
		var body, mail, progress []byte
		var state plan.OrderState
		var version int
		var unseen bool
		if err := r.Scan(&body, &state, &mail, &version, &unseen, &progress); err != nil {
			return o, err
		}
		if err := json.Unmarshal(body, &o); err != nil {
			return o, err
		}
		o.Progress = nil
		if err := json.Unmarshal(progress, &o.Progress); err != nil {
			return o, err
		}
		o.State, o.Version, o.Unseen, o.Mail = state, version, unseen, nil
		if mail != nil {
			o.Mail = new(plan.Mail)
			err = json.Unmarshal(mail, o.Mail)
		}
		return o, err
	})
}

// KeepMail stores the letter of an order unless one is there already, and
// returns the one that counts: what is stored is what is sent.
func KeepMail(ctx context.Context, db DB, number string, m plan.Mail) (plan.Mail, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	var kept []byte
	err = db.QueryRow(ctx, `
		update purchase_order set mail = coalesce(mail, $2), updated_at = now() where number = $1 returning mail`,
		number, body).Scan(&kept)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, fmt.Errorf("order %s: %w", number, ErrNotFound)
	}
	if err != nil {
		return m, fmt.Errorf("keep the letter of %s: %w", number, err)
	}
	return m, json.Unmarshal(kept, &m)
}

// MoveOrder moves the order of a proposal from one state to another. ErrStale when
// it is not in from any more.
func MoveOrder(ctx context.Context, tx pgx.Tx, number string, from, to plan.OrderState) error {
	tag, err := tx.Exec(ctx, `update purchase_order set state = $3, updated_at = now() where number = $1 and state = $2`, number, from, to)
	if err != nil {
		return fmt.Errorf("move order %s to %s: %w", number, to, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("move order %s to %s: %w", number, to, ErrStale)
	}
	return nil
}

// SetMailState records how the letter of an order ended and returns the proposal.
// An order that has come further in the meantime stays where it is: what the
// supplier confirmed or delivered says more than the mail server.
func SetMailState(ctx context.Context, tx pgx.Tx, number string, state plan.OrderState) (proposal int64, err error) {
	err = tx.QueryRow(ctx, `
		update purchase_order set updated_at = now(), state = case
			when state in ('approved', 'sent', 'dry_run', 'send_unknown', 'send_failed') then $2 else state end
		where number = $1 returning proposal_id`,
		number, state).Scan(&proposal)
	if err != nil {
		return 0, fmt.Errorf("set order %s to %s: %w", number, state, err)
	}
	return proposal, nil
}

// Run is one finished check.
type Run struct {
	ID         string
	StartedAt  time.Time
	FinishedAt time.Time
	Summary    json.RawMessage
}

// LastRunField reads one field of the newest run's summary; nil when there is none.
func LastRunField(ctx context.Context, db DB, field string) (part json.RawMessage, err error) {
	err = db.QueryRow(ctx, `select summary->$1::text from check_run order by finished_at desc limit 1`, field).Scan(&part)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the last run: %w", err)
	}
	return part, nil
}

// LastRun reads the newest check run; zero before the first.
func LastRun(ctx context.Context, db DB) (r Run, err error) {
	err = db.QueryRow(ctx, `
		select id, started_at, finished_at, summary from check_run order by finished_at desc limit 1`).
		Scan(&r.ID, &r.StartedAt, &r.FinishedAt, &r.Summary)
	if errors.Is(err, pgx.ErrNoRows) {
		return Run{}, nil
	}
	return r, err
}
