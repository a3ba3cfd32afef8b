package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// DayFigures returns how each of the last days with a check ended, oldest first: RED
// items and money at risk of its last check. Each day is one step back in the index of
// the runs, of which there may be years.
func DayFigures(ctx context.Context, db DB, zone string, days int) ([]plan.DayFigure, error) {
	rows, err := db.Query(ctx, `
		with recursive day (n, id, at) as (
			(select 1, id, finished_at from check_run order by finished_at desc limit 1)
			union all
			select n + 1, before.id, before.finished_at from day cross join lateral (
				select id, finished_at from check_run
				where finished_at < date_trunc('day', day.at at time zone $1) at time zone $1
				order by finished_at desc limit 1) before
			where n < $2)
		select (day.at at time zone $1)::date, coalesce(r.summary->'overview', '{}')
		from day join check_run r using (id) order by day.at`, zone, days)
	if err != nil {
		return nil, fmt.Errorf("read the figures of the last days: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f plan.DayFigure, err error) {
		var day time.Time
		var overview []byte
		if err := r.Scan(&day, &overview); err != nil {
			return f, err
		}
		var v plan.OverviewView
		err = json.Unmarshal(overview, &v)
		return plan.DayFigure{Day: core.DayOf(day, time.UTC), Red: v.Red, MoneyAtRisk: v.MoneyAtRisk}, err
	})
}

// LastSlots returns the newest run of every schedule, by name.
func LastSlots(ctx context.Context, db DB) (map[string]plan.RunView, error) {
	rows, err := db.Query(ctx, `
		select r.* from schedule s cross join lateral (
			select schedule, slot, late, error from schedule_run where schedule = s.name order by slot desc limit 1) r`)
	if err != nil {
		return nil, fmt.Errorf("read the last runs: %w", err)
	}
	out := map[string]plan.RunView{}
	var v plan.RunView
	_, err = pgx.ForEachRow(rows, []any{&v.Name, &v.Last, &v.Late, &v.Error}, func() error {
		out[v.Name] = v
		return nil
	})
	return out, err
}

// AddSuggestion keeps what a person suggests. The same gesture twice is kept once.
func AddSuggestion(ctx context.Context, tx pgx.Tx, key, user, text string) error {
	_, err := tx.Exec(ctx, `insert into suggestion (key, by_whom, text) values ($1, $2, $3) on conflict (key) do nothing`, key, user, text)
	if err != nil {
		return fmt.Errorf("keep a suggestion: %w", err)
	}
	return nil
}

// SuggestionsSince returns what was put into the box since an instant, newest first, up
// to limit.
func SuggestionsSince(ctx context.Context, db DB, since time.Time, limit int) ([]plan.Suggestion, error) {
	rows, err := db.Query(ctx, `select at, by_whom, text from suggestion where at >= $1 order by at desc, key limit $2`, since, limit)
	if err != nil {
		return nil, fmt.Errorf("read the suggestions: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[plan.Suggestion])
}

// FindingsOf lists the keys of the incidents of a SKU that are not resolved.
func FindingsOf(ctx context.Context, db DB, sku string) ([]string, error) {
	rows, err := db.Query(ctx, `
		select key from incident where resolved_at is null and upper(coalesce(body->'finding'->>'sku', '')) = upper($1) order by key`, sku)
	if err != nil {
		return nil, fmt.Errorf("look for findings of %s: %w", sku, err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
