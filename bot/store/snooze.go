package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// SnoozeMark is what an event about some products is told by: while it stays the same
// the event has not come.
func SnoozeMark(ctx context.Context, db DB, event plan.SnoozeEvent, skus []core.SKU) (mark string, err error) {
	sql := map[plan.SnoozeEvent]string{
		plan.UntilReceived: `
			select coalesce((select sum(received) from purchase_order_line where sku = any($1)), 0)::text || '/' ||
			       coalesce((select sum(received) from past_delivery where sku = any($1)), 0)::text`,
		plan.UntilPrice: `
			select md5(coalesce(string_agg(line, ',' order by line), '')) from (
			    select sku || ' ' || price || currency as line from product where sku = any($1)
			    union all select supplier || ' ' || sku || ' ' || price || currency || break_min::text || break_price::text from supplier_item where sku = any($1)
			    union all select supplier || ' ' || sku || ' ' || price || currency || quoted_on from quote where sku = any($1)) as lines`,
	}[event]
	if sql == "" {
		return "", nil
	}
	if err = db.QueryRow(ctx, sql, skus).Scan(&mark); err != nil {
		return "", fmt.Errorf("look for the event of a snooze: %w", err)
	}
	return mark, nil
}

// Snooze is how long something is silent.
type Snooze struct {
	Until time.Time // at the latest
	Event plan.SnoozeEvent
	Mark  string
	By    string
}

// SnoozeIncident silences an incident.
func SnoozeIncident(ctx context.Context, tx pgx.Tx, key string, s Snooze) error {
	tag, err := tx.Exec(ctx, `
		update incident set snoozed_until = $2, snoozed_by = $3, snooze_event = $4, snooze_mark = $5
		where key = $1 and resolved_at is null`, key, s.Until, s.By, s.Event, s.Mark)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("snooze incident %s: %w", key, err)
	}
	return nil
}

// SetMute silences a product, or lets it be told of again; changed is false when it was
// so before.
func SetMute(ctx context.Context, tx pgx.Tx, sku core.SKU, by string, on bool) (changed bool, err error) {
	sql, args := `delete from mute where sku = $1`, []any{sku}
	if on {
		sql, args = `insert into mute (sku, by_whom) values ($1, $2) on conflict (sku) do nothing`, []any{sku, by}
	}
	tag, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return false, fmt.Errorf("mute %s: %w", sku, err)
	}
	return tag.RowsAffected() > 0, nil
}

// Mutes reads the muted products, by code.
func Mutes(ctx context.Context, db DB) ([]plan.Mute, error) {
	rows, err := db.Query(ctx, `select sku, by_whom, at from mute order by sku`)
	if err != nil {
		return nil, fmt.Errorf("read mutes: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[plan.Mute])
}
