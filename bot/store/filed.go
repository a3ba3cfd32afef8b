package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
)

// FiledOrders reads the open orders of the file of orders that were not made here, the
// first due first; with a number only those that go by it, whatever its case.
func FiledOrders(ctx context.Context, db DB, number string) ([]plan.FiledOrder, error) {
	rows, err := db.Query(ctx, `
		select o.order_no, coalesce(nullif(s.name, ''), s.supplier), count(distinct o.sku), sum(o.quantity)::bigint, min(o.due)`+sinceEpoch+`,
			case when bool_or(o.state = 'ordered') then 'ordered' when bool_or(o.state = 'confirmed') then 'confirmed' else 'shipped' end
		from open_order o join supplier s using (supplier)
		where not exists (select from purchase_order p where p.number = o.order_no) and ($1 = '' or upper(o.order_no) = upper($1))
		group by o.order_no, s.supplier, s.name order by min(o.due), o.order_no limit $2`, number, maxFiled)
	if err != nil {
		return nil, fmt.Errorf("read the orders of the file: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (o plan.FiledOrder, err error) {
		return o, r.Scan(&o.Number, &o.Supplier, &o.Products, &o.Units, &o.Due, &o.State)
	})
}

// maxFiled is how many are read at most.
const maxFiled = 200
