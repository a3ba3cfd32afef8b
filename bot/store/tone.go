package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// keptTones is how many changes of a supplier's tone are read.
const keptTones = 10

// Tone reads how letters speak to a supplier: what its file says, empty when it says
// nothing or the supplier is gone, and what people set, newest first.
func Tone(ctx context.Context, db DB, id core.SupplierID) (file core.Tone, set []plan.ToneChange, err error) {
	err = db.QueryRow(ctx, `select tone from supplier where supplier = $1`, id).Scan(&file)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", nil, fmt.Errorf("read the tone of %s: %w", id, err)
	}
	rows, err := db.Query(ctx, `select tone, by_whom, at from supplier_tone where supplier = $1 order by id desc limit $2`, id, keptTones)
	if err == nil {
		set, err = pgx.CollectRows(rows, pgx.RowToStructByPos[plan.ToneChange])
	}
	if err != nil {
		return "", nil, fmt.Errorf("read the tone of %s: %w", id, err)
	}
	return file, set, nil
}

// SetTone says how letters speak to a supplier from now on. ErrNotFound when there is
// no such supplier.
func SetTone(ctx context.Context, tx pgx.Tx, id core.SupplierID, tone core.Tone, who string) error {
	tag, err := tx.Exec(ctx, `insert into supplier_tone (supplier, tone, by_whom) select supplier, $2, $3 from supplier where supplier = $1`, id, tone, who)
	if err != nil {
		return fmt.Errorf("set the tone of %s: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("set the tone of %s: %w", id, ErrNotFound)
	}
	return nil
}
