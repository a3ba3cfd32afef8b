package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/connectors/csvfile"
	"quartermaster/core"
)

// createTouched makes the list of months to be summed again. A row may stand in
// it more than once.
const createTouched = `create temporary table import_touched (sku text collate "C", channel text collate "C", month date) on commit drop`

// mergeOrders finds the SKU of every code, writes the lines that say something
// new, extends the coverage and sums the months that changed: all of them when the
// shop's currency did.
func (im *importer) mergeOrders(ctx context.Context) error {
	if err := im.checkChannels(ctx); err != nil {
		return err
	}
	if err := im.resolveCodes(ctx); err != nil {
		return err
	}
	if err := im.refused.Err(); err != nil {
		return err
	}
	if err := im.cover(ctx); err != nil {
		return err
	}
	if err := im.exec(ctx, `
		insert into import_touched select sku, channel, month from sales_month
		where exists (select from import_batch where kind = 'orders' and sha256 = $1 and currency <> $2)`,
		im.sha, im.opts.Shop.Currency); err != nil {
		return err
	}
	// What is new or different, with the place it had. The comparison is no join
	// condition on purpose: without fresh statistics it lures the planner into
	// nested loops that take hours.
	for _, sql := range []string{
		`create temporary table import_change on commit drop as
		select s.*, c.sku, o.sku as old_sku, o.day as old_day
		from import_order_line s join import_code c using (channel, code)
		left join order_line o using (channel, order_id, line_id)
		where (o.sku, o.ordered_at, o.day, o.customer_id, o.quantity, o.unit_price, o.currency, o.promotion)
			is distinct from (c.sku, s.ordered_at, s.day, s.customer_id, s.quantity, s.unit_price, s.currency, s.promotion)`,
		`insert into import_touched
		select distinct sku, channel, date_trunc('month', day)::date from import_change
		union select distinct old_sku, channel, date_trunc('month', old_day)::date from import_change where old_sku is not null`,
	} {
		if err := im.exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := im.tx.QueryRow(ctx, `
		with done as (
			insert into order_line (channel, order_id, line_id, sku, ordered_at, day, customer_id, quantity, unit_price, currency, promotion)
			select channel, order_id, line_id, sku, ordered_at, day, customer_id, quantity, unit_price, currency, promotion
			from import_change
			on conflict (channel, order_id, line_id) do update set sku = excluded.sku, ordered_at = excluded.ordered_at,
				day = excluded.day, customer_id = excluded.customer_id, quantity = excluded.quantity,
				unit_price = excluded.unit_price, currency = excluded.currency, promotion = excluded.promotion
			returning xmax = 0 as fresh)
		select count(*) filter (where fresh), count(*) filter (where not fresh) from done`).
		Scan(&im.res.Inserted, &im.res.Updated); err != nil {
		return err
	}
	if im.res.Inserted+im.res.Updated > 10000 { // do not wait for autovacuum
		if err := im.exec(ctx, `analyze order_line`); err != nil {
			return err
		}
	}
	im.phase("sum")
	return im.sumSales(ctx)
}

// checkChannels refuses rows of channels the file does not speak for.
func (im *importer) checkChannels(ctx context.Context) error {
	if len(im.opts.Channels) == 0 {
		return nil
	}
	rows, err := im.tx.Query(ctx, `
		select line, channel, count(*) over () from import_order_line where channel <> all ($1) order by line limit $2`,
		texts(im.opts.Channels), csvfile.MaxErrors)
	if err != nil {
		return err
	}
	var line, total, listed int
	var channel string
	_, err = pgx.ForEachRow(rows, []any{&line, &channel, &total}, func() error {
		im.refuse(line, "channel", fmt.Sprintf("the file was said to hold other channels than %q", channel))
		listed++
		return nil
	})
	im.refused.More += total - listed
	return err
}

// resolveCodes makes import_code: the SKU of each code in each channel. The
// channel's own alias comes first, then the SKU itself, then the aliases valid
// everywhere.
func (im *importer) resolveCodes(ctx context.Context) error {
	if err := im.exec(ctx, `
		create temporary table import_code on commit drop as
		select c.channel, c.code, coalesce(own.sku, p.sku, every.sku) as sku
		from (select distinct channel, code from import_order_line) c
		left join product_alias own on own.channel = c.channel and own.code = c.code
		left join product p on p.sku = c.code
		left join product_alias every on every.channel = '' and every.code = c.code`); err != nil {
		return err
	}
	if err := im.exec(ctx, `analyze import_code`); err != nil {
		return err
	}
	return im.refuseUnknown(ctx, skuRef, fmt.Sprintf(`
		select s.line, s.code, count(*) over () from import_order_line s join import_code c using (channel, code)
		where c.sku is null order by s.line limit %d`, csvfile.MaxErrors))
}

// cover notes the days the file speaks for: from its first to its last order, but
// not the day of import or later, which is not over. A file read before covers
// what it did then: the same bytes hold no news. Months whose gaps it fills are
// summed again.
func (im *importer) cover(ctx context.Context) error {
	if err := im.exec(ctx, createTouched); err != nil {
		return err
	}
	channels := texts(im.opts.Channels)
	if len(channels) == 0 {
		channels = []string{""}
	}
	yesterday := core.DayOf(im.opts.Now, zoneOf(im.opts.Shop)) - 1
	tag, err := im.tx.Exec(ctx, `
		insert into coverage (sha256, channel, from_day, to_day)
		select $1, c.channel, d.first, least(d.last, $3)
		from unnest($2::text[]) as c (channel), (select min(day) as first, max(day) as last from import_order_line) d
		where d.first <= least(d.last, $3)
		on conflict do nothing`, im.sha, channels, date(yesterday))
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return im.exec(ctx, `
		insert into import_touched
		select distinct m.sku, m.channel, m.month from sales_month m
		join coverage c on c.sha256 = $1 and c.channel in ('', m.channel)
		where m.month between date_trunc('month', c.from_day) and c.to_day and array_position(m.qty, null) is not null`, im.sha)
}

// sumSales makes the rows of sales_month named by import_touched again from
// order_line. Returned goods lower neither quantity nor revenue. Revenue is
// converted per day and currency at the last rate on or before the day.
func (im *importer) sumSales(ctx context.Context) error {
	rates, err := im.tx.Query(ctx, `select distinct currency from fx_rate`)
	if err != nil {
		return err
	}
	currencies, err := pgx.CollectRows(rates, pgx.RowTo[string])
	if err != nil {
		return err
	}
	shop := im.opts.Shop.Currency
	shifts := make([]int32, len(currencies))
	for i, c := range currencies {
		shifts[i] = int32(shop.Decimals() - core.Currency(c).Decimals())
	}
	for _, sql := range []string{
		// Short ids instead of two texts and a date: sums sort by them.
		`create temporary table import_month on commit drop as
		select row_number() over ()::int as id, sku, channel, month from (select distinct sku, channel, month from import_touched) m`,
		`analyze import_month`,
		// Every day of every month touched, and whether data covers it.
		`create temporary table import_day on commit drop as
		select m.channel, m.month, n, m.month + n - 1 as day,
			exists (select from coverage c where c.channel in ('', m.channel) and m.month + n - 1 between c.from_day and c.to_day) as covered
		from (select distinct channel, month from import_month) m
		cross join lateral generate_series(1, extract(day from m.month + interval '1 month' - interval '1 day')::int) as n`,
		`analyze import_day`,
		`delete from sales_month t using import_month m
		where t.sku = m.sku and t.channel = m.channel and t.month = m.month
			and not exists (select from order_line l where l.sku = m.sku and l.channel = m.channel
				and l.day >= m.month and l.day < m.month + interval '1 month')`,
	} {
		if err := im.exec(ctx, sql); err != nil {
			return err
		}
	}
	return im.exec(ctx, `
		with sold as (
			select m.id, l.day, l.currency, sum(greatest(l.quantity, 0)) as qty,
				sum(greatest(l.quantity, 0) * l.unit_price) as amount, bool_or(l.promotion and l.quantity > 0) as promo
			from import_month m join order_line l on l.sku = m.sku and l.channel = m.channel
				and l.day >= m.month and l.day < m.month + interval '1 month'
			group by 1, 2, 3),
		daily as (
			select id, day, sum(qty) as qty, bool_or(promo) as promo,
				case when bool_and(amount = 0 or s.currency = $1 or r.rate is not null)
					then sum(case when s.currency = $1 then amount
						else coalesce(round(amount * r.rate * (10::numeric ^ f.shift) / 100000000), 0) end) end as revenue
			from sold s
			left join unnest($2::text[], $3::int[]) as f (currency, shift) on f.currency = s.currency and s.currency <> $1
			left join lateral (select rate from fx_rate x where x.currency = f.currency and x.day <= s.day
				order by x.day desc limit 1) r on true
			group by 1, 2),
		dense as (
			select m.id,
				array_agg(case when d.covered then coalesce(s.qty, 0)::real end order by d.n) as qty,
				array_agg(case when not d.covered then null when s.day is null then 0 else s.revenue::bigint end order by d.n) as revenue,
				coalesce(bit_or(case when d.covered and s.promo then 1 << (d.n - 1) end), 0) as promo
			from import_month m join import_day d using (channel, month)
			left join daily s on s.id = m.id and s.day = d.day
			group by 1 having count(s.day) > 0)
		insert into sales_month as t (sku, channel, month, qty, revenue, promo)
		select m.sku, m.channel, m.month, d.qty, d.revenue, d.promo from dense d join import_month m using (id)
		on conflict (sku, channel, month) do update set qty = excluded.qty, revenue = excluded.revenue, promo = excluded.promo
		where (t.qty, t.revenue, t.promo) is distinct from (excluded.qty, excluded.revenue, excluded.promo)`,
		shop, currencies, shifts)
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
