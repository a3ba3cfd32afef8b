package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
)

// The parts of a snapshot that turn a need into an order: kits, links, numbers
// set by hand, and what was ordered this month.

// withKits widens a choice of SKUs by the kits that hold them: their demand is
// demand for the components.
func (l *snapshotLoader) withKits(ctx context.Context) error {
	if len(l.skus) == 0 {
		return nil
	}
	rows, err := l.tx.Query(ctx, `
		select distinct kit from kit_part where component = any ($1) and kit <> all ($1) order by kit`, l.skus)
	if err != nil {
		return err
	}
	kits, err := pgx.CollectRows(rows, pgx.RowTo[string])
	l.skus = append(l.skus, kits...)
	return err
}

func (l *snapshotLoader) kits(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Kits, `
		select kit, component, quantity from kit_part
		where `+wanted("kit")+` and `+wanted("component")+` order by kit collate "C", component collate "C"`,
		func(r pgx.CollectableRow, v *core.KitPart) error { return r.Scan(&v.Kit, &v.Part, &v.Qty) }, l.skus)
}

func (l *snapshotLoader) links(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Links, `
		select sku, linked_sku, probability, days from product_link
		where `+wanted("sku")+` and `+wanted("linked_sku")+` order by sku collate "C", linked_sku collate "C"`,
		func(r pgx.CollectableRow, v *core.Link) error {
			err := r.Scan(&v.From, &v.To, &v.Probability, &v.Days)
			v.Lo, v.Hi = v.Probability, v.Probability
			return err
		}, l.skus)
}

func (l *snapshotLoader) overrides(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Overrides, `
		select distinct on (sku, location, supplier, field) `+overrideColumns+` from manual_override
		where (`+wanted("sku")+` or sku = '') and until >= $2
		order by sku, location, supplier, field, source desc`, // what was set in chat comes before the file's
		scanOverride, l.skus, date(l.today))
}

// bought reads what orders of this month cost, line by line, of every SKU: a
// budget is for the whole shop.
func (l *snapshotLoader) bought(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Bought, `
		select line->>'sku', supplier, ordered_on`+sinceEpoch+`, (line->'cost'->>'minor')::bigint, line->'cost'->>'currency'
		from purchase_order, jsonb_array_elements(body->'lines') with ordinality as l (line, n)
		where ordered_on >= $1 and ordered_on <= $2 and state <> 'cancelled' order by id, n`,
		func(r pgx.CollectableRow, v *core.Bought) error {
			return r.Scan(&v.SKU, &v.Supplier, &v.Day, &v.Cost.Minor, &v.Cost.Currency)
		}, date(l.today.Month()), date(l.today))
}
