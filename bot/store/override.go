package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

const overrideColumns = `sku, location, supplier, field, value, class, until` + sinceEpoch + `, reason, by_whom, since` + sinceEpoch

func scanOverride(r pgx.CollectableRow, v *core.Override) error {
	return r.Scan(&v.SKU, &v.Location, &v.Supplier, &v.Field, &v.Value, &v.Word, &v.Until, &v.Reason, &v.By, &v.On)
}

// actAs names the person in whose name the rest of the transaction is done, for what
// is logged by the database itself.
func actAs(ctx context.Context, tx pgx.Tx, who string) error {
	_, err := tx.Exec(ctx, `select set_config('quartermaster.actor', $1, true)`, who)
	return err
}

// SetOverride stores a number set in chat; one of the same kind about the same
// product, place and supplier is replaced.
func SetOverride(ctx context.Context, tx pgx.Tx, o core.Override, who string) error {
	err := actAs(ctx, tx, who)
	if err == nil {
		_, err = tx.Exec(ctx, `
			insert into manual_override (source, sku, location, supplier, field, value, class, until, reason, by_whom, since)
			values ('slack', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			on conflict (source, sku, location, supplier, field) do update set value = excluded.value, class = excluded.class, until = excluded.until,
				reason = excluded.reason, by_whom = excluded.by_whom, since = excluded.since`,
			o.SKU, o.Location, o.Supplier, o.Field, o.Value, o.Word, date(o.Until), o.Reason, o.By, date(o.On))
	}
	if err != nil {
		return fmt.Errorf("set %s of %s%s: %w", o.Field, o.SKU, o.Supplier, err)
	}
	return nil
}

// Overrides lists the numbers set by hand that hold on or after a day: of one SKU, or
// all when it is empty.
func Overrides(ctx context.Context, db DB, sku core.SKU, today core.Day) (out []plan.OverrideLine, err error) {
	rows, err := db.Query(ctx, `select `+overrideColumns+`, source = 'file' from manual_override
		where until >= $1 and ($2 = '' or sku = $2) order by sku, location, supplier, field, source desc`, date(today), sku)
	if err == nil {
		out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (v plan.OverrideLine, err error) {
			err = r.Scan(&v.SKU, &v.Location, &v.Supplier, &v.Field, &v.Value, &v.Word, &v.Until, &v.Reason, &v.By, &v.On, &v.File)
			return v, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("list overrides: %w", err)
	}
	return out, nil
}

// RemoveOverride takes back a number set in chat. ErrNotFound when it is gone or
// something else was set meanwhile.
func RemoveOverride(ctx context.Context, tx pgx.Tx, key plan.OverrideKey, who string) (o core.Override, err error) {
	if err := actAs(ctx, tx, who); err != nil {
		return o, fmt.Errorf("take back an override: %w", err)
	}
	rows, err := tx.Query(ctx, `select `+overrideColumns+` from manual_override
		where source = 'slack' and sku = $1 and location = $2 and supplier = $3 and field = $4 for update`, key.SKU, key.Location, key.Supplier, key.Field)
	if err == nil {
		o, err = pgx.CollectExactlyOneRow(rows, func(r pgx.CollectableRow) (v core.Override, err error) {
			err = scanOverride(r, &v)
			return v, err
		})
	}
	if errors.Is(err, pgx.ErrNoRows) || err == nil && plan.KeyOf(o) != key {
		return o, fmt.Errorf("take back an override: %w", ErrNotFound)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `delete from manual_override where source = 'slack' and sku = $1 and location = $2 and supplier = $3 and field = $4`,
			key.SKU, key.Location, key.Supplier, key.Field)
	}
	if err != nil {
		return o, fmt.Errorf("take back an override: %w", err)
	}
	return o, nil
}

// OverrideHistory lists what was set, changed and taken back, newest first: of one
// SKU, or all when it is empty.
func OverrideHistory(ctx context.Context, db DB, sku core.SKU, limit int) (out []plan.OverrideChange, err error) {
	rows, err := db.Query(ctx, `
		select h.at, h.what, h.actor, b.sku, b.location, coalesce(b.supplier, ''), b.field, b.value, b.class, b.until`+sinceEpoch+`, b.reason, b.by_whom, b.since`+sinceEpoch+`
		from manual_override_history h,
			jsonb_to_record(h.body) as b (sku text, location text, supplier text, field text, value double precision, class text, until date, reason text, by_whom text, since date)
		where $1 = '' or h.sku = $1 order by h.id desc limit $2`, sku, limit)
	if err == nil {
		out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (v plan.OverrideChange, err error) {
			err = r.Scan(&v.At, &v.What, &v.Actor, &v.SKU, &v.Location, &v.Supplier, &v.Field, &v.Value, &v.Word, &v.Until, &v.Reason, &v.By, &v.On)
			return v, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("history of overrides: %w", err)
	}
	return out, nil
}
