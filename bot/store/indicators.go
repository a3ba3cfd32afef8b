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
	"quartermaster/core/repurchase"
)

// SaveTrade brings the weeks in sums up to date with those of a report.
func SaveTrade(ctx context.Context, tx pgx.Tx, fresh []plan.TradeWeek) error {
	if len(fresh) == 0 {
		return nil
	}
	kept, err := tradeWeeks(ctx, tx, fresh[0].Monday)
	if err != nil {
		return err
	}
	for _, w := range plan.MergeTrade(kept, fresh) {
		body, err := json.Marshal(w)
		if err == nil {
			_, err = tx.Exec(ctx, `insert into trade_week (monday, sums) values ($1, $2) on conflict (monday) do update set sums = excluded.sums`, date(w.Monday), body)
		}
		if err != nil {
			return fmt.Errorf("save the sums of the week of %s: %w", w.Monday, err)
		}
	}
	return nil
}

// tradeWeeks reads the weeks in sums from a Monday on.
func tradeWeeks(ctx context.Context, db DB, from core.Day) ([]plan.TradeWeek, error) {
	rows, err := db.Query(ctx, `select sums from trade_week where monday >= $1 order by monday`, date(from))
	if err != nil {
		return nil, fmt.Errorf("read the sums of weeks: %w", err)
	}
	return pgx.CollectRows(rows, fromJSON[plan.TradeWeek])
}

// Indicators reads what the indicators are made of, as of an instant. HoldingRate
// is left to the caller.
func Indicators(ctx context.Context, db DB, now time.Time, zone *time.Location) (in plan.IndicatorInput, err error) {
	in.Today = core.DayOf(now, zone)
	var first *time.Time
	err = db.QueryRow(ctx, `select started_at from check_run order by finished_at limit 1`).Scan(&first)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return in, fmt.Errorf("read the first check: %w", err)
	}
	from := in.Today.Monday()
	if first != nil {
		in.Since = core.DayOf(*first, zone)
		from = min(from, in.Since.Monday())
	}
	from -= plan.IndicatorDays
	if in.Trade, err = tradeWeeks(ctx, db, from); err != nil {
		return in, err
	}
	if in.Repeats, in.Customers, err = repeatWeeks(ctx, db); err != nil {
		return in, err
	}
	if in.Orders, err = orderWeeks(ctx, db, from); err != nil {
		return in, err
	}
	in.Forecasts, err = forecastWeeks(ctx, db, from)
	return in, err
}

// repeatWeeks are those of the last look at the customers; seen is false before it.
func repeatWeeks(ctx context.Context, db DB) (out []repurchase.RepeatWeek, seen bool, err error) {
	var body []byte
	err = db.QueryRow(ctx, `select coalesce(body->'repeats', '[]') from customer_report`).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &out)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the purchases by week: %w", err)
	}
	return out, true, nil
}

// orderWeeks counts orders at suppliers by the week they were placed in: those made
// here, unless they were cancelled, and those that the deliveries name.
func orderWeeks(ctx context.Context, db DB, from core.Day) ([]plan.OrderWeek, error) {
	rows, err := db.Query(ctx, `
		select date_trunc('week', day)::date`+sinceEpoch+`, count(*), count(*) filter (where proposed) from (
			select ordered_on as day, not exists (select from decision d
				where d.proposal_id = p.proposal_id and d.action = 'edit' and d.outcome <> 'deny') as proposed
			from purchase_order p where state <> 'cancelled'
			union all
			select distinct on (supplier, order_no) ordered_on, false from past_delivery) o
		where day >= $1 group by 1 order by 1`, date(from))
	if err != nil {
		return nil, fmt.Errorf("count the orders by week: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (w plan.OrderWeek, err error) {
		return w, r.Scan(&w.Monday, &w.Placed, &w.Proposed)
	})
}

// forecastWeeks are the errors of the forecast that weekly reports kept.
func forecastWeeks(ctx context.Context, db DB, from core.Day) ([]plan.WeekAccuracy, error) {
	rows, err := db.Query(ctx, `select facts->'accuracy' from weekly where facts ? 'accuracy' and day >= $1 order by day`, date(from))
	if err != nil {
		return nil, fmt.Errorf("read the errors of the forecast by week: %w", err)
	}
	return pgx.CollectRows(rows, fromJSON[plan.WeekAccuracy])
}

// CameBetween returns what came of orders made here since a day, newest first, with who
// approved them; damaged goods are not counted.
func CameBetween(ctx context.Context, db DB, span core.DayRange) ([]plan.WeekCame, error) {
	rows, err := db.Query(ctx, `
		select p.number, l.sku, l.location, max(r.day)`+sinceEpoch+`, sum(r.received - r.damaged)::bigint,
			coalesce((select d.usr from decision d where d.proposal_id = p.proposal_id and d.action = 'approve' and d.outcome = 'allow' order by d.at desc limit 1), '')
		from receipt r join purchase_order_line l using (order_id, line) join purchase_order p on p.id = r.order_id
		where r.day >= $1 and r.day <= $2 group by p.id, l.sku, l.location having sum(r.received - r.damaged) > 0
		order by max(r.day) desc, p.number, l.sku, l.location`, date(span.From), date(span.To))
	if err != nil {
		return nil, fmt.Errorf("read what came: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (c plan.WeekCame, err error) {
		return c, r.Scan(&c.Order, &c.SKU, &c.Location, &c.Day, &c.Units, &c.By)
	})
}
