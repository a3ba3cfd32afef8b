package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// LockOrder reads the order of a proposal and holds it until the transaction ends:
// reports about one order come one after the other.
func LockOrder(ctx context.Context, tx pgx.Tx, proposal int64) (plan.Order, error) {
	if _, err := tx.Exec(ctx, `select from purchase_order where proposal_id = $1 for update`, proposal); err != nil {
		return plan.Order{}, fmt.Errorf("lock the order of proposal %d: %w", proposal, err)
	}
	return OrderOfProposal(ctx, tx, proposal)
}

// SaveOrder writes state and progress of an order that is one version behind next.
// ErrStale when it is no longer there.
func SaveOrder(ctx context.Context, tx pgx.Tx, next plan.Order) error {
	tag, err := tx.Exec(ctx, `
		update purchase_order set state = $3, version = $2, updated_at = now(),
		       body = case when $4 = '' then body else body || jsonb_build_object('undone_by', $4::text, 'undone_at', $5::text) end
		where number = $1 and version = $2 - 1`,
		next.Number, next.Version, next.State, next.UndoneBy, next.UndoneAt.Format(time.RFC3339Nano))
	if err != nil {
		return fmt.Errorf("save order %s: %w", next.Number, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("save order %s: %w", next.Number, ErrStale)
	}
	for i, p := range next.Progress {
		if _, err := tx.Exec(ctx, `
			update purchase_order_line set received = $3, damaged = $4, cancelled = $5, due = $6::date, shipped = $7 where order_id = $1 and line = $2`,
			next.ID, i+1, p.Received, p.Damaged, p.Cancelled, p.Due.String(), p.Shipped); err != nil {
			return fmt.Errorf("save line %d of order %s: %w", i+1, next.Number, err)
		}
	}
	return nil
}

// SavePrices writes the lines and the total of an order whose prices have changed. It
// follows SaveOrder in its transaction.
func SavePrices(ctx context.Context, tx pgx.Tx, next plan.Order) error {
	part, err := json.Marshal(map[string]any{"lines": next.Lines, "total": next.Total})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update purchase_order set body = body || $2::jsonb where number = $1`, next.Number, part); err != nil {
		return fmt.Errorf("save the prices of order %s: %w", next.Number, err)
	}
	return nil
}

// Where a receipt came from.
const (
	ReceiptSlack = "slack"
	ReceiptFile  = "file"
)

// Delivery says where a receipt came from: Source and Ref make it unique, By is
// who reported it, Happened the instant from which the goods are on the shelf.
type Delivery struct {
	Source, Ref, By string
	Happened        time.Time
}

// AddReceipt writes what came of an order. It is the caller's part to have applied
// the event to the order in the same transaction.
func AddReceipt(ctx context.Context, tx pgx.Tx, order int64, e plan.OrderEvent, d Delivery) error {
	for _, a := range e.Lines {
		if a.Received == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `
			insert into receipt (order_id, line, day, received, damaged, source, ref, note, by_whom, happened)
			values ($1, $2, $3::date, $4, $5, $6, $7, $8, $9, $10)`,
			order, a.Line+1, e.Day.String(), a.Received, a.Damaged, d.Source, d.Ref, e.Note, d.By, d.Happened); err != nil {
			return fmt.Errorf("add a receipt: %w", err)
		}
	}
	return nil
}

// Happened returns the instant from which goods reported now as having come on day
// are on the shelf: now, or the end of that day when it is over.
func Happened(day core.Day, zone *time.Location, now time.Time) time.Time {
	if end := (day + 1).Time(zone); end.Before(now) {
		return end
	}
	return now
}

// FindOrder reads an order by its number, or by the digits at its end. ErrNotFound
// when there is none.
func FindOrder(ctx context.Context, db DB, text string) (plan.Order, error) {
	o, err := oneOrder(ctx, db, `where upper(number) = upper($1)`, text)
	if id, bad := strconv.ParseInt(text, 10, 64); bad == nil && errors.Is(err, ErrNotFound) {
		return oneOrder(ctx, db, `where id = $1`, id)
	}
	return o, err
}

// OrderHistory reads what the audit log says about an order, oldest first.
func OrderHistory(ctx context.Context, db DB, o plan.Order) ([]plan.OrderEntry, error) {
	rows, err := db.Query(ctx, `
		select at, actor, case when action = 'effect done' and body::jsonb->>'ref' like 'dry-run:%' then 'effect dry_run' else action end, coalesce(body::jsonb->>'text', body::jsonb->>'error', '') from audit
		where subject in ($1, 'mail/' || $1) or subject = $2 and action = 'approve' order by seq`,
		o.Number, fmt.Sprintf("restock/%d", o.ProposalID))
	if err != nil {
		return nil, fmt.Errorf("history of order %s: %w", o.Number, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[plan.OrderEntry])
}
