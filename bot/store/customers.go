package store

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// pseudonymMark begins a customer id that was replaced before it was stored.
const pseudonymMark = "p:"

// Pseudonyms returns a function that replaces customer ids by salted hashes
// (HMAC-SHA256, 80 bits): the same id gives the same pseudonym, and nobody
// without the salt can tell or try out whose it is. What is a pseudonym already
// and the empty id stay.
func Pseudonyms(salt string) func(id string) string {
	return func(id string) string {
		if id == "" || strings.HasPrefix(id, pseudonymMark) {
			return id
		}
		return pseudonymMark + hashed([]byte(salt), id)
	}
}

func hashed(salt []byte, id string) string {
	m := hmac.New(sha256.New, salt)
	m.Write([]byte(id))
	return hex.EncodeToString(m.Sum(nil)[:10])
}

// Pseudonymize replaces the customer ids that were stored before pseudonyms were
// asked for, in one transaction, and returns how many there were.
func (s *Store) Pseudonymize(ctx context.Context, replace func(string) string) (n int, err error) {
	err = s.InTx(ctx, func(tx pgx.Tx) error {
		n = 0
		for _, table := range []string{"order_line", "browsing_day", "likely_customer", "joint_play_customer"} {
			rows, err := tx.Query(ctx, `select distinct customer_id from `+table+` where customer_id <> '' and not starts_with(customer_id, $1)`, pseudonymMark)
			if err != nil {
				return err
			}
			old, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				return err
			}
			fresh := make([]string, len(old))
			for i, id := range old {
				fresh[i] = replace(id)
			}
			if len(old) == 0 {
				continue
			}
			if table == "browsing_day" { // a day may be known under the pseudonym already: that one goes
				if _, err := tx.Exec(ctx, `delete from browsing_day t using unnest($1::text[], $2::text[]) as p (old, fresh)
					where t.customer_id = p.old and exists (select from browsing_day k where k.customer_id = p.fresh and k.day = t.day)`, old, fresh); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, `update `+table+` t set customer_id = p.fresh
				from unnest($1::text[], $2::text[]) as p (old, fresh) where t.customer_id = p.old`, old, fresh); err != nil {
				return err
			}
			n = max(n, len(old))
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("pseudonyms of customers: %w", err)
	}
	return n, nil
}

// Purchases reads the order lines of known customers up to a day, with values in
// the shop's currency at the rate of the day; without a rate a line has no value. The
// days on which they looked at the shop come with them.
func (s *Store) Purchases(ctx context.Context, currency core.Currency, until core.Day) (*repurchase.History, error) {
	h, err := s.purchases(ctx, currency, until)
	if err != nil {
		return nil, fmt.Errorf("read purchases: %w", err)
	}
	return h, nil
}

func (s *Store) purchases(ctx context.Context, currency core.Currency, until core.Day) (*repurchase.History, error) {
	rates := map[core.Currency][]core.FXRate{}
	var rate core.FXRate
	known, err := s.pool.Query(ctx, `select currency, day`+sinceEpoch+`, rate from fx_rate order by day`)
	if err != nil {
		return nil, err
	}
	if _, err := pgx.ForEachRow(known, []any{&rate.Currency, &rate.Day, &rate.Rate}, func() error {
		rates[rate.Currency] = append(rates[rate.Currency], rate)
		return nil
	}); err != nil {
		return nil, err
	}
	rows, err := s.pool.Query(ctx, `
		select customer_id, channel, sku, day`+sinceEpoch+`, quantity, unit_price, currency from order_line
		where customer_id <> '' and day <= $1 order by customer_id, day, channel`, date(until))
	if err != nil {
		return nil, err
	}
	var customers, products, channels []string
	var lines []repurchase.Line
	at := map[string]int32{}
	var customer, channel, sku string
	var day core.Day
	var qty int64
	price := core.Money{}
	_, err = pgx.ForEachRow(rows, []any{&customer, &channel, &sku, &day, &qty, &price.Minor, &price.Currency}, func() error {
		if len(customers) == 0 || customers[len(customers)-1] != customer {
			customers, channels = append(customers, customer), append(channels, channel)
		}
		p, ok := at[sku]
		if !ok {
			p = int32(len(products))
			products = append(products, sku)
			at[sku] = p
		}
		l := repurchase.Line{Customer: int32(len(customers) - 1), Product: p, Day: day, Qty: int32(min(max(qty, -1e9), 1e9))}
		l.Value = lineValue(price, qty, day, currency, rates[price.Currency])
		lines = append(lines, l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	h, err := repurchase.NewHistory(customers, products, lines)
	if err != nil {
		return nil, err
	}
	h.Channel = channels
	return h, s.browsing(ctx, h, until)
}

// browsing adds to a history the days on which its customers looked at the shop.
func (s *Store) browsing(ctx context.Context, h *repurchase.History, until core.Day) error {
	rows, err := s.pool.Query(ctx, `select customer_id, day`+sinceEpoch+` from browsing_day where day <= $1`, date(until))
	if err != nil {
		return err
	}
	days := map[string][]core.Day{}
	var customer string
	var day core.Day
	_, err = pgx.ForEachRow(rows, []any{&customer, &day}, func() error {
		days[customer] = append(days[customer], day)
		return nil
	})
	h.Browse(days)
	return err
}

// lineValue is the value of a line in the shop's currency, 0 where it is not known.
func lineValue(price core.Money, qty int64, day core.Day, shop core.Currency, rates []core.FXRate) int64 {
	total, err := price.Times(qty)
	if err == nil && price.Currency != shop {
		k, _ := slices.BinarySearchFunc(rates, day, func(r core.FXRate, d core.Day) int { return cmp.Compare(r.Day, d+1) })
		if k == 0 {
			return 0
		}
		total, err = total.Convert(shop, rates[k-1].Rate)
	}
	if err != nil {
		return 0
	}
	return total.Minor
}

// SaveCustomerReport replaces the last report with everything that hangs on it.
func (s *Store) SaveCustomerReport(ctx context.Context, r *repurchase.Report, lines int) error {
	err := s.InTx(ctx, func(tx pgx.Tx) error {
		head := *r
		head.Products, head.Links = nil, nil
		body, err := json.Marshal(head)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			insert into customer_report (as_of, lines, computed_at, body) values ($1, $2, now(), $3)
			on conflict (one) do update set as_of = excluded.as_of, lines = excluded.lines, computed_at = excluded.computed_at, body = excluded.body`,
			date(r.AsOf), lines, string(body)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into customer_salt (salt)
			values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')) on conflict (one) do nothing`); err != nil {
			return err
		}
		// delete, not truncate: a snapshot being read meanwhile keeps its links.
		for _, table := range []string{"product_outlook", "likely_customer", "learned_link"} {
			if _, err := tx.Exec(ctx, `delete from `+table); err != nil {
				return err
			}
		}
		var outlooks, likely, links [][]any
		for i, p := range r.Products {
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			outlooks = append(outlooks, []any{string(p.SKU), int32(i + 1), string(body)})
			for _, c := range p.Behind {
				likely = append(likely, []any{string(p.SKU), c.Customer, float32(c.Probability), date(c.Due), c.Again})
			}
		}
		for _, l := range r.Links {
			links = append(links, []any{string(l.From), string(l.To), l.Probability, l.Lo, l.Hi, int32(l.Days), int32(l.Support), l.Lift})
		}
		for _, c := range []struct {
			table   string
			columns []string
			rows    [][]any
		}{
			{"product_outlook", []string{"sku", "rank", "body"}, outlooks},
			{"likely_customer", []string{"sku", "customer_id", "probability", "due", "again"}, likely},
			{"learned_link", []string{"sku", "linked_sku", "probability", "lo", "hi", "days", "support", "lift"}, links},
		} {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{c.table}, c.columns, pgx.CopyFromRows(c.rows)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save customer report: %w", err)
	}
	return nil
}

// CustomerReport returns the last report with its products, without the customers
// behind them, and when it was made; ErrNotFound before the first.
func CustomerReport(ctx context.Context, db DB) (r repurchase.Report, made time.Time, err error) {
	var body []byte
	err = db.QueryRow(ctx, `select computed_at, body from customer_report`).Scan(&made, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, made, ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(body, &r)
	}
	if err != nil {
		return r, made, fmt.Errorf("read customer report: %w", err)
	}
	rows, err := db.Query(ctx, `select body from product_outlook order by rank`)
	if err != nil {
		return r, made, fmt.Errorf("read product outlooks: %w", err)
	}
	if r.Products, err = pgx.CollectRows(rows, fromJSON[repurchase.ProductRow]); err != nil {
		return r, made, fmt.Errorf("read product outlooks: %w", err)
	}
	return r, made, nil
}

// LikelyCustomers returns the customers behind a product by the pseudonyms that
// people see, likeliest first, at most limit, and how many there are.
func LikelyCustomers(ctx context.Context, db DB, sku string, limit int) (list []repurchase.LikelyCustomer, all int, err error) {
	var salt []byte
	if err := db.QueryRow(ctx, `select salt, (select count(*) from likely_customer where sku = $1) from customer_salt`, sku).Scan(&salt, &all); err != nil {
		return nil, 0, fmt.Errorf("customers of %s: %w", sku, err)
	}
	rows, err := db.Query(ctx, `select customer_id, probability, due`+sinceEpoch+`, again from likely_customer
		where sku = $1 order by probability desc, customer_id limit $2`, sku, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("customers of %s: %w", sku, err)
	}
	list, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (c repurchase.LikelyCustomer, err error) {
		var p float32
		err = r.Scan(&c.Customer, &p, &c.Due, &c.Again)
		c.Customer, c.Probability = pseudonym(salt, c.Customer), float64(p)
		return c, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("customers of %s: %w", sku, err)
	}
	return list, all, nil
}

// pseudonym is how a customer is called outside of the database.
func pseudonym(salt []byte, customer string) string { return "c-" + hashed(salt, customer)[:12] }

// learned adds the links learned from customers to those set by hand, which go
// first: a pair that somebody set is theirs.
func (l *snapshotLoader) learned(ctx context.Context) error {
	var found []core.Link
	err := collect(ctx, l.tx, &found, `
		select sku, linked_sku, probability, lo, hi, days, support, lift from learned_link k
		where `+wanted("sku")+` and `+wanted("linked_sku")+`
			and not exists (select from product_link p where p.sku = k.sku and p.linked_sku = k.linked_sku)
		order by sku collate "C", linked_sku collate "C"`,
		func(r pgx.CollectableRow, v *core.Link) error {
			return r.Scan(&v.From, &v.To, &v.Probability, &v.Lo, &v.Hi, &v.Days, &v.Support, &v.Lift)
		}, l.skus)
	l.snap.Links = append(l.snap.Links, found...)
	slices.SortStableFunc(l.snap.Links, func(a, b core.Link) int {
		return strings.Compare(string(a.From)+"\x00"+string(a.To), string(b.From)+"\x00"+string(b.To))
	})
	return err
}

// wanted reads what the known customers are expected to buy.
func (l *snapshotLoader) wanted(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Wanted, `
		select p.sku, r.as_of`+sinceEpoch+`, (r.body->>'days')::int,
			(p.body->>'again')::float8 + (p.body->>'first')::float8, (p.body->>'units')::float8,
			coalesce((p.body->>'lift')::float8, 0), coalesce((r.body->'demand'->>'days')::int, 0)
		from product_outlook p cross join customer_report r where `+wanted("p.sku")+` order by p.sku collate "C"`,
		func(r pgx.CollectableRow, v *core.CustomerDemand) error {
			return r.Scan(&v.SKU, &v.AsOf, &v.Days, &v.Customers, &v.Units, &v.Lift, &v.LiftDays)
		}, l.skus)
}

// cycles reads how buyers come back to a product. What is too little known to
// decide how to stock it is left out, and so is what may or may not be bought
// again by a tenth.
func (l *snapshotLoader) cycles(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Cycles, `
		select sku, coalesce((body->>'median')::float8, 0), (body->>'year')::float8, (body->>'buyers')::int from product_outlook
		where `+wanted("sku")+` and body->>'policy' <> $2 and ((body->>'year')::float8 < 0.1) = (body->>'policy' = $3) order by sku collate "C"`,
		func(r pgx.CollectableRow, v *core.Cycle) error {
			return r.Scan(&v.SKU, &v.Days, &v.Share, &v.Buyers)
		}, l.skus, string(repurchase.Unknown), string(repurchase.Durable))
}

// LastCoveredDay returns the last day up to limit for which orders are known.
func LastCoveredDay(ctx context.Context, db DB, limit core.Day) (day core.Day, err error) {
	err = db.QueryRow(ctx, `select coalesce(least($1, max(to_day)), $1)`+sinceEpoch+` from coverage`, date(limit)).Scan(&day)
	if err != nil {
		return 0, fmt.Errorf("last day of orders: %w", err)
	}
	return day, nil
}

// KnowsCustomers reports whether any order line names its customer.
func KnowsCustomers(ctx context.Context, db DB) (known bool, err error) {
	if err := db.QueryRow(ctx, `select exists (select from order_line where customer_id <> '')`).Scan(&known); err != nil {
		return false, fmt.Errorf("customers: %w", err)
	}
	return known, nil
}

// ProductNames returns the names of products; without codes, of all.
func ProductNames(ctx context.Context, db DB, of ...core.SKU) (map[core.SKU]string, error) {
	if len(of) > 0 {
		return names[core.SKU](ctx, db, `select sku, name from product where sku = any($1)`, of)
	}
	return names[core.SKU](ctx, db, `select sku, name from product`)
}

// SupplierNames returns what suppliers are called.
func SupplierNames(ctx context.Context, db DB) (core.SupplierNames, error) {
	rows, err := db.Query(ctx, `select supplier, name from supplier`)
	if err != nil {
		return nil, fmt.Errorf("names of suppliers: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s core.Supplier, err error) { return s, r.Scan(&s.ID, &s.Name) })
	return core.NamesOf(list), err
}

func names[K comparable](ctx context.Context, db DB, sql string, args ...any) (map[K]string, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	out := map[K]string{}
	var id K
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { out[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return out, nil
}
