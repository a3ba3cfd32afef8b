package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"quartermaster/core"
)

// LoadSnapshot reads the shop as it stands, in one transaction, so that an import
// or decision beside it is in the snapshot whole or not at all. Demand ends on the
// day before now in the shop's zone. With skus only those are loaded, with
// everything they need; a code that names nothing is left out.
//
// For the same files the result equals csvfile.Snapshot. In addition it holds our
// own orders: what was ordered and not yet received, from purchase_order. An order
// of the same number in the open_orders file is then left out, because a shop that
// exports our orders again would else count them twice.
//
// The feed "stock" is as old as the newest stock row, "orders" as the last import
// of orders; a feed that never came has the zero time.
//
// While a feed is doubted (Believe) the snapshot holds what was kept of it instead.
func (s *Store) LoadSnapshot(ctx context.Context, shop core.Shop, now time.Time, skus ...core.SKU) (core.Snapshot, error) {
	l := snapshotLoader{snap: &core.Snapshot{Shop: shop}, today: core.DayOf(now, zoneOf(shop)), skus: texts(skus)}
	return s.load(ctx, l)
}

// LoadDelivered is LoadSnapshot for a check, which judges the feeds itself: with every
// feed as it was delivered, but for those in doubted.
func (s *Store) LoadDelivered(ctx context.Context, shop core.Shop, now time.Time, doubted ...string) (core.Snapshot, error) {
	l := snapshotLoader{snap: &core.Snapshot{Shop: shop}, today: core.DayOf(now, zoneOf(shop)), skus: []string{}, doubted: append([]string{}, doubted...)}
	return s.load(ctx, l)
}

func (s *Store) load(ctx context.Context, l snapshotLoader) (core.Snapshot, error) {
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		l.tx = tx
		if err := l.withKits(ctx); err != nil {
			return err
		}
		for _, load := range []func(context.Context) error{
			l.doubts, l.products, l.locations, l.suppliers, l.items, l.quotes, l.stock, l.inbound, l.demand, l.rates, l.events, l.ads, l.feeds,
			l.signals, l.kits, l.links, l.learned, l.wanted, l.cycles, l.overrides, l.bought, l.supply,
		} {
			if err := load(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return core.Snapshot{}, fmt.Errorf("load snapshot: %w", err)
	}
	return *l.snap, nil
}

// snapshotLoader fills one snapshot. Lists are ordered by bytes, not by the
// database's locale, so that a snapshot is the same everywhere.
type snapshotLoader struct {
	tx    pgx.Tx
	snap  *core.Snapshot
	today core.Day
	skus  []string // empty: all
	// doubted feeds are read from what was kept of them; nil: those that the last
	// check doubted.
	doubted []string
}

func (l *snapshotLoader) doubts(ctx context.Context) error {
	if l.doubted != nil {
		return nil
	}
	return l.tx.QueryRow(ctx, `select coalesce(array_agg(feed), '{}') from good_feed where doubted`).Scan(&l.doubted)
}

func (l *snapshotLoader) doubt(feed string) bool { return slices.Contains(l.doubted, feed) }

// epoch turns a date column into a core.Day.
const sinceEpoch = ` - date '1970-01-01'`

// wanted is the condition on a column of SKUs; the list is always $1.
func wanted(column string) string {
	return `(cardinality($1::text[]) = 0 or ` + column + ` = any ($1))`
}

// collect reads rows into dst; scan reads one.
func collect[T any](ctx context.Context, tx DB, dst *[]T, sql string, scan func(pgx.CollectableRow, *T) error, args ...any) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	*dst, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (v T, err error) { return v, scan(r, &v) })
	return err
}

func (l *snapshotLoader) stock(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Stock, `
		select sku, location, on_hand, committed, backorders, as_of, coalesce(r.good, 0)
		from (select sku, location, on_hand, committed, backorders, as_of, counted_at from stock_level where not $2
			union all select sku, location, on_hand, committed, backorders, as_of, counted_at from good_stock where $2) s
			left join lateral (`+uncounted+`) r on true
		where `+wanted("sku")+` order by sku collate "C", location collate "C"`,
		func(r pgx.CollectableRow, v *core.StockLevel) error {
			defer func() { v.AsOf = v.AsOf.UTC() }()
			return r.Scan(&v.SKU, &v.Location, &v.OnHand, &v.Committed, &v.Backorders, &v.AsOf, &v.Received)
		}, l.skus, l.doubt("stock"))
}

// uncounted adds up the good units that arrived after the stock row s was counted:
// they have left the open orders and are not in the stock data yet, and without
// them the same shortage would be ordered twice. A row that is read again without
// a change is no new count, unless three days have passed: then as much was sold
// as had come.
const uncounted = `
	select sum(c.received - c.damaged)::bigint as good from purchase_order_line l join receipt c using (order_id, line)
	where l.sku = s.sku and l.location = s.location and c.happened >= s.counted_at
		and c.happened >= s.as_of - interval '3 days'`

// inbound reads both kinds of open orders.
func (l *snapshotLoader) inbound(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Inbound, `
		select order_no, supplier, sku, location, quantity, due`+sinceEpoch+`, state from (
			select o.order_no, o.supplier, o.sku, o.location, o.quantity, o.due, o.state from open_order o
			where not exists (select from purchase_order p where p.number = o.order_no)
			union all
			select p.number, p.supplier, l.sku, l.location, l.qty - l.received - l.cancelled, l.due,
				case when p.state in ('confirmed', 'in_production') then 'confirmed'
					when p.state in ('shipped', 'partly_received') then 'shipped' else 'ordered' end
			from purchase_order p join purchase_order_line l on l.order_id = p.id
			where l.qty > l.received + l.cancelled and p.state in ('approved', 'sent', 'dry_run', 'send_unknown', 'send_failed',
				'confirmed', 'in_production', 'shipped', 'partly_received')
		) o where `+wanted("sku")+`
		order by due, supplier collate "C", order_no collate "C", sku collate "C", location collate "C"`,
		func(r pgx.CollectableRow, v *core.Inbound) error {
			return r.Scan(&v.Order, &v.Supplier, &v.SKU, &v.Location, &v.Qty, &v.Due, &v.State)
		}, l.skus)
}

func (l *snapshotLoader) feeds(ctx context.Context) (err error) {
	l.snap.Feeds, err = FeedTimes(ctx, l.tx)
	return err
}

// FeedTimes returns when the data of each feed last came, zero for never, and how
// many rows of stock came last: rows that are missing from it keep what they said.
func FeedTimes(ctx context.Context, db DB) ([]core.Feed, error) {
	var orders, stock *time.Time
	var rows int
	if err := db.QueryRow(ctx, `
		select (select max(imported_at) from import_batch where kind = 'orders'), (select max(as_of) from stock_level),
		       coalesce((select rows from import_batch where kind = 'stock' order by read_at desc, id desc limit 1), 0)`).
		Scan(&orders, &stock, &rows); err != nil {
		return nil, err
	}
	feed := func(name string, at *time.Time, rows int) core.Feed {
		if at == nil {
			return core.Feed{Name: name}
		}
		return core.Feed{Name: name, AsOf: at.UTC(), Rows: rows}
	}
	return []core.Feed{feed("orders", orders, 0), feed("stock", stock, rows)}, nil
}

// demand builds the daily series from the monthly rows. They come ordered by SKU,
// so that beside the result only the months of one SKU are in memory.
func (l *snapshotLoader) demand(ctx context.Context) error {
	covered, err := l.coverage(ctx)
	if err != nil {
		return err
	}
	rows, err := l.tx.Query(ctx, `
		select sku, channel, month`+sinceEpoch+`, qty, revenue, promo from sales_month
		where `+wanted("sku")+` and month < $2 order by sku collate "C", channel collate "C", month`, l.skus, date(l.today))
	if err != nil {
		return err
	}
	var m salesMonth
	var qty pgtype.FlatArray[pgtype.Float4]
	var revenue pgtype.FlatArray[pgtype.Int8]
	var months []salesMonth // of one SKU
	_, err = pgx.ForEachRow(rows, []any{&m.sku, &m.channel, &m.month, &qty, &revenue, &m.promo}, func() error {
		if len(months) > 0 && months[0].sku != m.sku {
			l.snap.Demand = append(l.snap.Demand, series(months, l.today, covered)...)
			months = months[:0]
		}
		m.qty, m.revenue = qty, revenue
		months = append(months, m)
		return nil
	})
	l.snap.Demand = append(l.snap.Demand, series(months, l.today, covered)...)
	return err
}

// salesMonth is one row of sales_month.
type salesMonth struct {
	sku     core.SKU
	channel core.ChannelID
	month   core.Day
	qty     []pgtype.Float4
	revenue []pgtype.Int8
	promo   int32
}

// series turns the months of one SKU, ordered by channel, into its series. They
// all start on the first day the SKU was sold anywhere and end on the day before
// today. Months without a row had no sale: zero where covered.
func series(months []salesMonth, today core.Day, covered map[core.ChannelID][]core.DayRange) []core.Series {
	start := today
	sold := map[core.ChannelID]bool{}
	for _, m := range months {
		for i, q := range m.qty {
			if day := m.month + core.Day(i); q.Valid && q.Float32 > 0 && day < today {
				start = min(start, day)
				sold[m.channel] = true
			}
		}
	}
	var out []core.Series
	for _, m := range months {
		if !sold[m.channel] {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Channel != m.channel {
			out = append(out, blank(m.sku, m.channel, start, today, covered))
		}
		s := &out[len(out)-1]
		for i, q := range m.qty {
			at := int(m.month) + i - int(start)
			if at < 0 || at >= s.Qty.Len() || !q.Valid {
				continue
			}
			s.Qty.Set(at, q.Float32)
			if i < len(m.revenue) && m.revenue[i].Valid {
				s.AddPrice(s.Start+core.Day(at), m.revenue[i].Int64, int64(q.Float32))
			}
			if m.promo>>i&1 == 1 {
				if s.Flags == nil {
					s.Flags = make([]core.DayFlag, s.Qty.Len())
				}
				s.Flags[at] |= core.Promo
			}
		}
	}
	return out
}

// blank returns a series of zeros where data covers the days, else Missing.
func blank(sku core.SKU, channel core.ChannelID, start, today core.Day, covered map[core.ChannelID][]core.DayRange) core.Series {
	s := core.Series{SKU: sku, Channel: channel, Start: start, Qty: core.Zeros(int(today - start))}
	for i := range s.Qty.Len() {
		s.Qty.Set(i, core.Missing)
	}
	for _, c := range []core.ChannelID{"", channel} {
		for _, r := range covered[c] {
			for d := max(r.From, start); d <= min(r.To, today-1); d++ {
				s.Qty.Set(int(d-start), 0)
			}
		}
	}
	return s
}

// coverage reads the days covered per channel, merged; the empty channel stands
// for all.
func (l *snapshotLoader) coverage(ctx context.Context) (map[core.ChannelID][]core.DayRange, error) {
	rows, err := l.tx.Query(ctx, `
		select channel, lower(r)`+sinceEpoch+`, upper(r)`+sinceEpoch+` - 1 from (
			select channel, unnest(range_agg(daterange(from_day, to_day, '[]'))) as r from coverage group by channel) c`)
	if err != nil {
		return nil, err
	}
	out := map[core.ChannelID][]core.DayRange{}
	var channel core.ChannelID
	var r core.DayRange
	_, err = pgx.ForEachRow(rows, []any{&channel, &r.From, &r.To}, func() error {
		out[channel] = append(out[channel], r)
		return nil
	})
	return out, err
}
