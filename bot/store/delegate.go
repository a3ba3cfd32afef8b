package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// Delegations reads who stands in for whom at this moment.
func Delegations(ctx context.Context, db DB) ([]plan.Delegation, error) {
	rows, err := db.Query(ctx, `select from_user, to_user, until, at from delegation where until > now() order by from_user`)
	if err != nil {
		return nil, fmt.Errorf("read delegations: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[plan.Delegation])
}

// SetDelegation replaces what an approver handed over.
func SetDelegation(ctx context.Context, tx pgx.Tx, d plan.Delegation) error {
	_, err := tx.Exec(ctx, `
		insert into delegation (from_user, to_user, until) values ($1, $2, $3)
		on conflict (from_user) do update set to_user = excluded.to_user, until = excluded.until, at = now()`, d.From, d.To, d.Until)
	if err != nil {
		return fmt.Errorf("keep a delegation: %w", err)
	}
	return nil
}

// EndDelegation takes back what an approver handed over, and returns who stood in;
// empty when nobody did.
func EndDelegation(ctx context.Context, tx pgx.Tx, from string) (to string, err error) {
	err = tx.QueryRow(ctx, `delete from delegation where from_user = $1 and until > now() returning to_user`, from).Scan(&to)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("end a delegation: %w", err)
	}
	return to, nil
}
