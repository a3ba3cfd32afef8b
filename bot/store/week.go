package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// WeekItems returns the items of the last check with most money at risk, then by
// code, up to limit.
func WeekItems(ctx context.Context, db DB, limit int) ([]plan.Item, error) {
	return itemStates(ctx, db, `order by at_risk desc, sku, location limit $1`, limit)
}

// SaveWeek keeps what a weekly report found. The first one of a day stays.
func SaveWeek(ctx context.Context, tx pgx.Tx, f plan.WeekFacts) error {
	body, err := json.Marshal(f)
	if err == nil {
		_, err = tx.Exec(ctx, `insert into weekly (day, facts) values ($1, $2) on conflict do nothing`, f.Day.Time(time.UTC), body)
	}
	if err != nil {
		return fmt.Errorf("keep the facts of the week: %w", err)
	}
	return nil
}

// WeekBefore returns the newest report made on or before day; nil when there is none.
func WeekBefore(ctx context.Context, db DB, day core.Day) (*plan.WeekFacts, error) {
	var body []byte
	err := db.QueryRow(ctx, `select facts from weekly where day <= $1 order by day desc limit 1`, day.Time(time.UTC)).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	f := new(plan.WeekFacts)
	if err == nil {
		err = json.Unmarshal(body, f)
	}
	if err != nil {
		return nil, fmt.Errorf("read the last weekly report: %w", err)
	}
	return f, nil
}

// SoldDays returns the units of products by day, over all channels, from one day to
// another, the latter not included; unknown days are not there.
func SoldDays(ctx context.Context, db DB, skus []core.SKU, from, to core.Day) (map[core.SKU]map[core.Day]float64, error) {
	rows, err := db.Query(ctx, `
		select sku, day`+sinceEpoch+`, sum(qty)::float8 from sales_day
		where sku = any($1) and day >= $2 and day < $3 group by sku, day`, skus, from.Time(time.UTC), to.Time(time.UTC))
	if err != nil {
		return nil, fmt.Errorf("read what was sold: %w", err)
	}
	out := map[core.SKU]map[core.Day]float64{}
	var sku core.SKU
	var day int32
	var sold float64
	_, err = pgx.ForEachRow(rows, []any{&sku, &day, &sold}, func() error {
		if out[sku] == nil {
			out[sku] = map[core.Day]float64{}
		}
		out[sku][core.Day(day)] = sold
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was sold: %w", err)
	}
	return out, nil
}

// Prices returns the selling prices of products that are priced in a currency.
func Prices(ctx context.Context, db DB, skus []core.SKU, currency core.Currency) (map[core.SKU]core.Money, error) {
	rows, err := db.Query(ctx, `select sku, price from product where sku = any($1) and currency = $2`, skus, currency)
	if err != nil {
		return nil, fmt.Errorf("read prices: %w", err)
	}
	out := map[core.SKU]core.Money{}
	var sku core.SKU
	m := core.Money{Currency: currency}
	if _, err = pgx.ForEachRow(rows, []any{&sku, &m.Minor}, func() error { out[sku] = m; return nil }); err != nil {
		return nil, fmt.Errorf("read prices: %w", err)
	}
	return out, nil
}

// DecisionsSince returns what people decided about orders since an instant, newest
// first, up to limit; refused presses, views and first approvals of two, whose order still
// waits, are left out.
func DecisionsSince(ctx context.Context, db DB, since time.Time, limit int) ([]plan.WeekDecision, error) {
	rows, err := db.Query(ctx, `
		select d.at, d.usr, d.action, coalesce(p.body->>'supplier_name', p.supplier), d.amount_minor, d.currency, d.note
		from decision d join proposal p on p.id = d.proposal_id
		where d.at >= $1 and d.outcome = 'allow' and d.action in ('approve', 'reject', 'edit', 'undo')
		order by d.at desc, d.id desc limit $2`, since, limit)
	if err != nil {
		return nil, fmt.Errorf("read the decisions of the week: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d plan.WeekDecision, err error) {
		return d, r.Scan(&d.At, &d.By, &d.Action, &d.Supplier, &d.Amount.Minor, &d.Amount.Currency, &d.Note)
	})
}
