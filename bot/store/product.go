package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// CanonicalSKU returns the code of a product as the catalogue writes it; ErrNotFound
// when there is none.
func CanonicalSKU(ctx context.Context, db DB, code string) (sku core.SKU, err error) {
	err = db.QueryRow(ctx, `select sku from product where upper(sku) = upper($1) order by sku = $1 desc, sku limit 1`, code).Scan(&sku)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("product %s: %w", code, ErrNotFound)
	}
	return sku, err
}

// ProductsNamed lists active products whose name has all the words in it, shortest name
// first. A word also stands for its singular.
func ProductsNamed(ctx context.Context, db DB, words []string, limit int) ([]plan.Named, error) {
	var like []string
	for _, w := range words {
		w = strings.ToLower(w)
		if len(w) > 3 {
			w = strings.TrimSuffix(w, "s")
		}
		like = append(like, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(w)+"%")
	}
	if len(like) == 0 {
		return nil, nil
	}
	rows, err := db.Query(ctx, `select sku, name from product where active and lower(name) like all($1) order by length(name), sku limit $2`, like, limit)
	if err != nil {
		return nil, fmt.Errorf("look for products by name: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[plan.Named])
}

// ProductInText returns the active product whose whole name, of four characters or
// more, stands in a text, the longest such name; the zero Named when none does.
func ProductInText(ctx context.Context, db DB, text string) (n plan.Named, err error) {
	err = db.QueryRow(ctx, `select sku, name from product where active and length(name) >= 4 and position(lower(name) in $1) > 0
		order by length(name) desc, sku limit 1`, strings.ToLower(text)).Scan(&n.SKU, &n.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return plan.Named{}, nil
	}
	return n, err
}

// FillArrivals fills in what is left of each product that comes, how many known customers
// are likely to buy it, and what they most often take with it.
func FillArrivals(ctx context.Context, db DB, lines []plan.ArrivalLine) error {
	skus, places := make([]core.SKU, len(lines)), make([]core.LocationID, len(lines))
	for i, l := range lines {
		skus[i], places[i] = l.SKU, l.Location
	}
	rows, err := db.Query(ctx, `
		select q.n - 1, coalesce(i.body->'position', '{}'), c.likely, c.again, coalesce(k.linked_sku, ''), coalesce(k.probability, 0)
		from unnest($1::text[], $2::text[]) with ordinality as q (sku, location, n)
		left join item_state i on i.sku = q.sku and i.location = q.location
		cross join lateral (select count(*) as likely, count(*) filter (where again) as again from likely_customer where sku = q.sku) c
		left join lateral (select linked_sku, probability from learned_link where sku = q.sku order by probability desc, linked_sku limit 1) k on true`,
		skus, places)
	if err != nil {
		return fmt.Errorf("products that arrive: %w", err)
	}
	var n int
	var position replenish.Position
	var l plan.ArrivalLine
	_, err = pgx.ForEachRow(rows, []any{&n, &position, &l.Likely, &l.Again, &l.With, &l.Share}, func() error {
		to := &lines[n]
		to.Left, to.Owed = position.Available(), position.Backorders
		to.Likely, to.Again, to.With, to.Share = l.Likely, l.Again, l.With, l.Share
		position = replenish.Position{}
		return nil
	})
	if err != nil {
		return fmt.Errorf("products that arrive: %w", err)
	}
	return nil
}
