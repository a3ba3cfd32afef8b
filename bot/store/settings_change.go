package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// SettingsChange is a change of the approval rules with the settings file as it
// would be.
type SettingsChange struct {
	plan.SettingsChange
	Body string
}

// AddSettingsChange writes a change that waits for wait at most, with id and times
// filled in.
func AddSettingsChange(ctx context.Context, tx pgx.Tx, c SettingsChange, wait time.Duration) (SettingsChange, error) {
	c.State = plan.SettingsAsked
	err := tx.QueryRow(ctx, `
		insert into settings_change (base, body, changes, by_whom, expires_at)
		values ($1, $2, $3, $4, now() + make_interval(secs => $5)) returning id, at, expires_at`,
		c.Base, c.Body, c.Changes, c.By, wait.Seconds()).Scan(&c.ID, &c.At, &c.ExpiresAt)
	if err != nil {
		return c, fmt.Errorf("add a change of the settings: %w", err)
	}
	return c, nil
}

// ReadSettingsChange reads one change; with lock it is held until the transaction ends.
func ReadSettingsChange(ctx context.Context, db DB, id int64, lock bool) (c SettingsChange, err error) {
	sql := `select id, state, base, body, changes, by_whom, at, expires_at, decided_by, decided_at from settings_change where id = $1`
	if lock {
		sql += ` for update`
	}
	var decided *time.Time
	err = db.QueryRow(ctx, sql, id).Scan(&c.ID, &c.State, &c.Base, &c.Body, &c.Changes, &c.By, &c.At, &c.ExpiresAt, &c.DecidedBy, &decided)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, fmt.Errorf("change %d of the settings: %w", id, ErrNotFound)
	}
	if err != nil {
		return c, fmt.Errorf("read change %d of the settings: %w", id, err)
	}
	if decided != nil {
		c.DecidedAt = *decided
	}
	return c, nil
}

// EndSettingsChange ends an open change.
func EndSettingsChange(ctx context.Context, tx pgx.Tx, id int64, state plan.ChangeState, by string) error {
	tag, err := tx.Exec(ctx, `update settings_change set state = $2, decided_by = $3, decided_at = now() where id = $1 and state = 'open'`, id, state, by)
	if err != nil {
		return fmt.Errorf("end change %d of the settings: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("end change %d of the settings: %w", id, ErrStale)
	}
	return nil
}

// LapseSettingsChanges ends the open changes whose time is over, and those of other
// settings than the version in force, and returns their ids.
func LapseSettingsChanges(ctx context.Context, tx pgx.Tx) ([]int64, error) {
	rows, err := tx.Query(ctx, `
		update settings_change set decided_at = now(),
		    state = case when expires_at <= now() then 'expired' else 'overtaken' end
		where state = 'open' and (expires_at <= now() or base < (select max(version) from settings_version)) returning id`)
	if err != nil {
		return nil, fmt.Errorf("end changes of the settings: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
