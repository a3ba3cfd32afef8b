package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
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
