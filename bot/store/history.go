package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// historyDays is how far back the past of orders is read.
const historyDays = 730

// LoadSupply reads suppliers and the past of their orders, and nothing else of the
// snapshot.
func (s *Store) LoadSupply(ctx context.Context, shop core.Shop, now time.Time) (core.Snapshot, error) {
	snap := core.Snapshot{Shop: shop}
	l := snapshotLoader{snap: &snap, today: core.DayOf(now, zoneOf(shop))}
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		l.tx = tx
		return errors.Join(l.suppliers(ctx), l.supply(ctx))
	})
	if err != nil {
		return core.Snapshot{}, fmt.Errorf("load the past of orders: %w", err)
	}
	return snap, nil
}

// OpenOrdersOf reads the orders of a supplier that are not closed, oldest first.
func OpenOrdersOf(ctx context.Context, db DB, id core.SupplierID) ([]plan.Order, error) {
	return orders(ctx, db, `where supplier = $1 and state not in ('received', 'cancelled') order by id`, id)
}

// OpenOrders reads every order of which something may still come, the oldest first.
func OpenOrders(ctx context.Context, db DB) ([]plan.Order, error) {
	return orders(ctx, db, `where state not in ('received', 'cancelled') order by id`)
}

// supply reads what came of the orders of the last two years, those made here and
// those of the deliveries file, of every SKU: a supplier is known by all of them.
func (l *snapshotLoader) supply(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Supply, `
		with line as (
			select p.number as order_no, p.supplier, l.sku, l.mode, p.ordered_on,
				(p.body->'lines'->(l.line - 1)->>'arrival')::date as due, l.qty as ordered, l.cancelled, a.days, a.received, a.damaged
			from purchase_order p join purchase_order_line l on l.order_id = p.id
			left join lateral (
				select array_agg(day order by day) as days, array_agg(received order by day) as received, array_agg(damaged order by day) as damaged
				from (select day, sum(received)::bigint as received, sum(damaged)::bigint as damaged from receipt r
					where r.order_id = l.order_id and r.line = l.line and r.day <= $2 group by day) d) a on true
			where p.ordered_on between $1 and $2
			union all
			select order_no, supplier, sku, mode, ordered_on, due, ordered,
				case when bool_or(closed) then greatest(0, ordered - sum(received)) else 0 end::bigint,
				array_agg(received_on order by received_on) filter (where received > 0),
				array_agg(received order by received_on) filter (where received > 0),
				array_agg(damaged order by received_on) filter (where received > 0)
			from past_delivery where ordered_on between $1 and $2 and received_on <= $2
			group by order_no, supplier, sku, mode, ordered_on, due, ordered)
		select order_no, l.supplier, l.sku, l.mode, ordered_on`+sinceEpoch+`, coalesce(due`+sinceEpoch+`, 0), ordered, cancelled,
			coalesce(case l.mode when 'sea' then i.sea_days when 'air' then i.air_days when 'rush' then i.rush_days end, 0),
			coalesce(days, '{}'), coalesce(received, '{}'), coalesce(damaged, '{}')
		from line l left join supplier_item i using (supplier, sku)
		order by ordered_on, l.supplier collate "C", order_no collate "C", l.sku collate "C", l.mode collate "C", due nulls first, ordered`,
		func(r pgx.CollectableRow, v *core.SupplyLine) error {
			var days []time.Time
			var received, damaged []int64
			err := r.Scan(&v.Order, &v.Supplier, &v.SKU, &v.Mode, &v.OrderedOn, &v.Due, &v.Qty, &v.Cancelled, &v.Stated, &days, &received, &damaged)
			for i := range days {
				v.Arrivals = append(v.Arrivals, core.Arrival{Day: day(&days[i]), Qty: received[i], Damaged: damaged[i]})
			}
			return err
		}, date(l.today-historyDays), date(l.today))
}

// LoadPlaces reads locations and suppliers, and nothing else of the snapshot.
func (s *Store) LoadPlaces(ctx context.Context, shop core.Shop, now time.Time) (core.Snapshot, error) {
	snap := core.Snapshot{Shop: shop}
	l := snapshotLoader{snap: &snap, today: core.DayOf(now, zoneOf(shop))}
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		l.tx = tx
		return errors.Join(l.suppliers(ctx), l.locations(ctx))
	})
	if err != nil {
		return core.Snapshot{}, fmt.Errorf("load places and suppliers: %w", err)
	}
	return snap, nil
}
