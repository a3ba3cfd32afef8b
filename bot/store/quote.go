package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
)

// currentQuotes selects the newest quote of each supplier and SKU as of a day: it
// takes the place of an older one, also when it ends sooner.
func currentQuotes(day string) string {
	return `select distinct on (sku, supplier) * from quote where quoted_on <= ` + day + ` order by sku, supplier, quoted_on desc`
}

// ChooseSource prefers a supplier for a SKU through until, whatever the data says:
// its list entry or, when quoted, its quote in force on today, and then no longer
// than that is valid. It returns the last day. ErrNotFound when there is no such
// offer.
func ChooseSource(ctx context.Context, tx pgx.Tx, sku core.SKU, supplier core.SupplierID, quoted bool, today, until core.Day, by string) (last core.Day, err error) {
	offer := `select sku, supplier, $3::date from supplier_item where sku = $1 and supplier = $2 and $5::date is not null`
	if quoted {
		offer = `select sku, supplier, least($3::date, valid_until) from (` + currentQuotes("$5::date") + `) q
			where sku = $1 and supplier = $2 and valid_until >= $5`
	}
	err = tx.QueryRow(ctx, `
		insert into sourcing as s (sku, supplier, until, by_whom, quoted)
		select o.*, $4, $6 from (`+offer+`) o
		on conflict (sku) do update set supplier = excluded.supplier, until = excluded.until, by_whom = excluded.by_whom,
			quoted = excluded.quoted, chosen_at = now()
		returning until`+sinceEpoch, sku, supplier, date(until), by, date(today), quoted).Scan(&last)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("choose %s for %s: %w", supplier, sku, err)
	}
	return last, nil
}

// AddQuote stores a quote; a second one of the same day takes the place of the
// first. chosen says that the supplier's quote is what is ordered at now.
func AddQuote(ctx context.Context, tx pgx.Tx, q core.Quote, by string) (chosen bool, err error) {
	err = tx.QueryRow(ctx, `
		insert into quote (supplier, sku, quoted_on, price, currency, moq, lead_days, valid_until, note, by_whom)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (supplier, sku, quoted_on) do update set price = excluded.price, currency = excluded.currency, moq = excluded.moq,
			lead_days = excluded.lead_days, valid_until = excluded.valid_until, note = excluded.note, by_whom = excluded.by_whom
		returning exists (select from sourcing s where s.sku = $2 and s.supplier = $1 and quoted and until >= $3)`,
		q.Supplier, q.SKU, date(q.QuotedOn), q.Price.Minor, q.Price.Currency, q.MOQ, q.LeadDays, date(q.ValidUntil), q.Note, by).Scan(&chosen)
	if err != nil {
		return false, fmt.Errorf("add the quote for %s by %s: %w", q.SKU, q.Supplier, err)
	}
	return chosen, nil
}
