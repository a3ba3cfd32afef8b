package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quartermaster/core"
)

// maxListRows bounds a list that leaves as a file.
const maxListRows = 100_000

// lists are what can leave as a file, by name. A column that ends in _minor is an amount
// in the currency of the column "currency" and leaves as a decimal.
var lists = map[string]string{
	"stock": `
		select sku, location, body->>'name' as name, tier, body->>'class' as class,
		       (body->'position'->>'on_hand')::bigint as on_hand, (body->'position'->>'committed')::bigint as committed,
		       (body->'position'->>'backorders')::bigint as backorders, (body->'position'->>'on_order')::bigint as on_order,
		       (body->>'cover_days')::float8 as cover_days, case when (body->>'has_stock_out')::boolean then body->>'stock_out' end as runs_out,
		       case when (body->>'has_stock_out')::boolean then body->>'order_by' end as order_by, body->>'supplier' as supplier,
		       at_risk as money_at_risk_minor, body->'money_at_risk'->>'currency' as currency, body->>'tier_why' as why
		from item_state order by at_risk desc, sku, location`,
	"orders": `
		select o.number, o.supplier, o.state, o.ordered_on, l.line + 1 as line, l.sku, l.location, l.mode, l.qty, l.received, l.due
		from purchase_order o join purchase_order_line l on l.order_id = o.id order by o.id desc, l.line`,
	"approvals": `
		select d.at, d.usr as user, d.action, d.outcome, d.reason, d.note, d.proposal_id as proposal, p.supplier, d.amount_minor, d.currency
		from decision d join proposal p on p.id = d.proposal_id order by d.id desc`,
	"proposals": `
		select id, supplier, state, amount_minor, currency, note, created_at, expires_at, snoozed_until from proposal order by id desc`,
	"suppliers": `
		select s.supplier, s.name, s.email, s.contact, s.language, s.currency, count(i.sku) as products,
		       coalesce((select t.tone from supplier_tone t where t.supplier = s.supplier order by t.id desc limit 1), s.tone) as tone
		from supplier s left join supplier_item i using (supplier) group by s.supplier order by s.supplier`,
	"prices": `
		select supplier, sku, supplier_sku, price as price_minor, currency, moq, pack, sea_days, air_days, rush_days, preferred
		from supplier_item order by sku, supplier`,
	"findings": `
		select key, severity, body->'finding'->>'sku' as sku, body->'finding'->>'location' as location, body->'finding'->>'reason' as reason,
		       (body->'finding'->'money_at_risk'->>'minor')::bigint as money_at_risk_minor, body->'finding'->'money_at_risk'->>'currency' as currency,
		       first_seen, last_seen, resolved_at, snoozed_until, snoozed_by
		from incident order by resolved_at nulls first, severity, key`,
	"advice": `
		select kind, sku, body->>'location' as location, body->>'name' as name, body->>'reason' as reason,
		       (body->'money_at_risk'->>'minor')::bigint as money_at_risk_minor, body->'money_at_risk'->>'currency' as currency
		from advice order by kind, n`,
	"refused": `
		select updated_at as at, key as message, kind, last_error as reason from effect where state = 'failed' order by updated_at desc, key`,
	"repurchase": `
		select sku, (body->>'buyers')::bigint as buyers, (body->>'again')::float8 as again, (body->>'probability')::float8 as probability,
		       body->>'due' as expected_by, (body->>'first')::float8 as first, (body->>'units')::float8 as units,
		       (body->>'median')::float8 as median_days, body->>'policy' as policy, body->'link'->>'to' as linked_product,
		       (body->'link'->>'probability')::float8 as linked_probability, (body->'link'->>'lo')::float8 as low,
		       (body->'link'->>'hi')::float8 as high, (select count(*) from likely_customer l where l.sku = p.sku) as customers
		from product_outlook p order by rank`,
	"suggestions": `select at, by_whom as user, text from suggestion order by at desc`,
	"customers": `
		select sku, customer_id, probability, due, again from likely_customer order by sku, probability desc, customer_id`,
}

// ListNames are the names of the lists, sorted.
func ListNames() []string { return slices.Sorted(maps.Keys(lists)) }

// List reads a list by its name: names of columns, and a value for each. Amounts are
// core.Money, customers go by their pseudonyms. More says that there were more than are returned.
func List(ctx context.Context, db DB, name string) (head []string, rows [][]any, more bool, err error) {
	var salt []byte
	if err = db.QueryRow(ctx, `select salt from customer_salt union all select null limit 1`).Scan(&salt); err != nil {
		return nil, nil, false, fmt.Errorf("read the salt of pseudonyms: %w", err)
	}
	q, err := db.Query(ctx, lists[name]+fmt.Sprintf(" limit %d", maxListRows+1))
	if err != nil {
		return nil, nil, false, fmt.Errorf("read the list of %s: %w", name, err)
	}
	defer q.Close()
	currency := -1
	for i, f := range q.FieldDescriptions() {
		head = append(head, strings.TrimSuffix(f.Name, "_minor"))
		if f.Name == "currency" {
			currency = i
		}
	}
	minor := func(i int) bool { return strings.HasSuffix(q.FieldDescriptions()[i].Name, "_minor") }
	for q.Next() {
		row, err := q.Values()
		if err != nil {
			return nil, nil, false, fmt.Errorf("read the list of %s: %w", name, err)
		}
		for i, v := range row {
			if id, ok := v.(string); ok && head[i] == "customer_id" {
				row[i] = pseudonym(salt, id)
			}
			if n, ok := v.(int64); ok && currency >= 0 && minor(i) {
				code, _ := row[currency].(string)
				row[i] = core.Money{Minor: n, Currency: core.Currency(code)}
			}
		}
		rows = append(rows, row)
	}
	if len(rows) > maxListRows {
		rows, more = rows[:maxListRows], true
	}
	return head, rows, more, q.Err()
}
