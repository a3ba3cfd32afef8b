package csvfile

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"

	"quartermaster/core"
)

var quoteFormat = format[core.Quote]{
	kind:    Quotes,
	columns: append(must("supplier", "sku", "price", "currency", "lead_days", "quoted_on", "valid_until"), may("moq", "note")...),
	key: func(q core.Quote) string {
		return fmt.Sprintf("supplier %s, sku %s, quoted_on %s", q.Supplier, q.SKU, q.QuotedOn)
	},
	decode: func(r *row) core.Quote {
		q := core.Quote{Supplier: core.SupplierID(r.code("supplier")), SKU: core.SKU(r.code("sku")), Price: r.money("price", r.currency("currency")),
			MOQ: r.whole("moq", 1, MaxQty, 1), LeadDays: int(r.whole("lead_days", 1, 730, 0)),
			QuotedOn: r.day("quoted_on"), ValidUntil: r.day("valid_until"), Note: r.text("note")}
		if len(r.errs) > 0 {
			return q
		}
		switch {
		case q.Price.Minor <= 0:
			r.bad("price", "a quote needs a price above zero")
		case q.ValidUntil < q.QuotedOn:
			r.bad("valid_until", "%s lies before the quote of %s", q.ValidUntil, q.QuotedOn)
		}
		return q
	},
}

// ReadQuotes yields the quotes of suppliers in a file.
func ReadQuotes(r io.Reader, file string, env Env) iter.Seq2[Row[core.Quote], error] {
	return quoteFormat.read(r, file, env)
}

// quoteRules: known SKU and supplier, in the supplier's currency.
func (c *check) quoteRules(quotes []Row[core.Quote], suppliers []Row[core.Supplier]) {
	currency := map[core.SupplierID]core.Currency{}
	for _, r := range suppliers {
		currency[r.Value.ID] = r.Value.Currency
	}
	for _, r := range quotes {
		c.sku(Quotes, r.Line, r.Value.SKU)
		c.supplier(Quotes, r.Line, r.Value.Supplier)
		if want, ok := currency[r.Value.Supplier]; ok && want != r.Value.Price.Currency {
			c.refuse(Quotes, r.Line, "currency", "%s is not the currency of supplier %q, which is %s", r.Value.Price.Currency, r.Value.Supplier, want)
		}
	}
}

// inForce keeps the newest quote of each supplier and SKU, where it can be ordered
// on a day, as the store does.
func inForce(quotes []core.Quote, day core.Day) []core.Quote {
	quotes = slices.DeleteFunc(quotes, func(q core.Quote) bool { return q.QuotedOn > day })
	same := func(a, b core.Quote) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Supplier, b.Supplier))
	}
	slices.SortFunc(quotes, func(a, b core.Quote) int { return cmp.Or(same(a, b), cmp.Compare(b.QuotedOn, a.QuotedOn)) })
	quotes = slices.CompactFunc(quotes, func(a, b core.Quote) bool { return same(a, b) == 0 })
	return slices.DeleteFunc(quotes, func(q core.Quote) bool { return q.ValidUntil < day })
}
