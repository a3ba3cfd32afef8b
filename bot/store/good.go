package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// copies are the statements that keep a feed: rows that are gone, and rows that are
// new or changed.
var copies = map[string][2]string{
	"stock": {`
		delete from good_stock g where not exists (select from stock_level s where (s.sku, s.location) = (g.sku, g.location))`, `
		insert into good_stock as g (sku, location, on_hand, committed, backorders, as_of, counted_at)
			select sku, location, on_hand, committed, backorders, as_of, counted_at from stock_level
		on conflict (sku, location) do update set on_hand = excluded.on_hand, committed = excluded.committed,
			backorders = excluded.backorders, as_of = excluded.as_of, counted_at = excluded.counted_at
		where (g.*) is distinct from (excluded.*)`},
	"products": {`
		delete from good_product g where not exists (select from product p where p.sku = g.sku)`, `
		insert into good_product as g (sku, price, currency, cost, cost_currency, active)
			select sku, price, currency, cost, cost_currency, active from product
		on conflict (sku) do update set price = excluded.price, currency = excluded.currency,
			cost = excluded.cost, cost_currency = excluded.cost_currency, active = excluded.active
		where (g.*) is distinct from (excluded.*)`},
}

// Delivered returns when each feed that can be kept last came, by the database's
// clock; feeds that never came are not in it.
func Delivered(ctx context.Context, db DB) (map[string]time.Time, error) {
	return byFeed(ctx, db, `
		select kind, max(greatest(imported_at, read_at, changed_at)) from import_batch where kind = any ($1) group by kind`,
		slices.Collect(maps.Keys(copies)))
}

// Believe records what a check makes of the feeds: the doubted ones are replaced by
// what was kept of them, from now on and for every reader; the others are kept.
// delivered is what Delivered returned before the check read the data: a feed that
// came again since was not looked at, and is left to the next check.
func Believe(ctx context.Context, tx pgx.Tx, delivered map[string]time.Time, doubted []string) error {
	if _, err := tx.Exec(ctx, `update good_feed set doubted = feed = any ($1)`, append([]string{}, doubted...)); err != nil {
		return fmt.Errorf("doubt feeds: %w", err)
	}
	now, err := Delivered(ctx, tx)
	if err != nil {
		return err
	}
	for feed, statements := range copies {
		at, came := delivered[feed]
		if !came || !at.Equal(now[feed]) || slices.Contains(doubted, feed) {
			continue
		}
		var fresh bool
		err := tx.QueryRow(ctx, `
			insert into good_feed as g (feed, delivered, kept_at) values ($1, $2, now())
			on conflict (feed) do update set delivered = excluded.delivered, kept_at = excluded.kept_at
			returning (select b.delivered from good_feed b where b.feed = $1) is distinct from $2`, feed, at).Scan(&fresh)
		if err != nil {
			return fmt.Errorf("keep %s: %w", feed, err)
		}
		if !fresh {
			continue
		}
		for _, sql := range statements {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return fmt.Errorf("keep %s: %w", feed, err)
			}
		}
	}
	return nil
}

// Kept returns when each feed was last kept.
func Kept(ctx context.Context, db DB) (map[string]time.Time, error) {
	return byFeed(ctx, db, `select feed, kept_at from good_feed`)
}

func byFeed(ctx context.Context, db DB, sql string, args ...any) (map[string]time.Time, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read the times of feeds: %w", err)
	}
	out := map[string]time.Time{}
	var feed string
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&feed, &at}, func() error {
		out[feed] = at
		return nil
	})
	return out, err
}
