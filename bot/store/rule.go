package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Words reads what people said last about products in the past year: what of orders that
// a person approved was not given up, what was taken back or cancelled, also in part, what
// was rejected or taken out of an order, and what somebody changed or approved as the
// first of two and then let lapse. What the rule approved is no word unless it was given
// up.
//
// The bodies of orders and proposals are large; only those that may hold a word are read.
func Words(ctx context.Context, db DB, skus []core.SKU) ([]plan.Word, error) {
	rows, err := db.Query(ctx, `
		with said as (
			select distinct on (o.supplier, l.sku, l.location, l.mode, given.up, d.usr)
				o.id, o.supplier, l.sku, l.location, l.mode, l.qty, l.line, not given.up as yes, d.usr,
				case when given.up then o.updated_at else o.created_at end as at
			from purchase_order_line l join purchase_order o on o.id = l.order_id
				cross join lateral (select o.state = 'cancelled' or l.cancelled > 0 as up) given
				cross join lateral (select usr from decision where proposal_id = o.proposal_id and action = 'approve' and outcome = 'allow' order by id desc limit 1) d
			where l.sku = any ($2) and (given.up or d.usr <> $1) and case when given.up then o.updated_at else o.created_at end > now() - interval '1 year'
			order by o.supplier, l.sku, l.location, l.mode, given.up, d.usr, at desc, o.id desc),
		refused as materialized (
			select distinct proposal_id from decision
			where at > now() - interval '1 year' and (action in ('reject', 'edit') and outcome <> 'deny' or action = 'approve' and outcome = 'need_second'))
		select s.supplier, s.sku, s.location, s.mode, s.yes, s.usr, s.at, coalesce(x.line->'unit_price', '{}'), coalesce(x.line->'freight', '{}'),
			s.qty + coalesce((x.line->>'with')::bigint, 0)
		from said s join purchase_order o using (id) cross join lateral (select o.body->'lines'->(s.line - 1) as line) x
		union all
		select p.supplier, l->>'sku', l->>'location', l->>'mode', false, '', coalesce((p.body->>'decided_at')::timestamptz, now()), '{}', '{}', 0
		from refused r join proposal p on p.id = r.proposal_id cross join lateral (
			select jsonb_array_elements(case when p.state <> 'approved' then p.body->'lines' else '[]' end) as l
			union all select jsonb_array_elements(coalesce(p.body->'taken_out', '[]'))) x
		where p.state in ('rejected', 'approved', 'expired', 'withdrawn') and l->>'sku' = any ($2)`,
		plan.ByRule, texts(skus))
	if err != nil {
		return nil, fmt.Errorf("read what people said about products: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (w plan.Word, err error) {
		return w, r.Scan(&w.Supplier, &w.SKU, &w.Location, &w.Mode, &w.Yes, &w.By, &w.At, &w.Unit, &w.Freight, &w.Units)
	})
}

// Touched returns which of some proposals a person has edited, snoozed or given a first
// approval to, whatever became of that.
func Touched(ctx context.Context, db DB, proposals []int64) ([]int64, error) {
	rows, err := db.Query(ctx, `select distinct proposal_id from decision where proposal_id = any ($1) and outcome <> 'deny' and usr <> $2`, proposals, plan.ByRule)
	if err != nil {
		return nil, fmt.Errorf("read which proposals people dealt with: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// AskWhy records why open proposals are left to a person, by id; their cards stay as they
// are.
func AskWhy(ctx context.Context, tx pgx.Tx, why map[int64]string) error {
	if len(why) == 0 {
		return nil
	}
	ids, reasons := slices.Sorted(maps.Keys(why)), make([]string, 0, len(why))
	for _, id := range ids {
		reasons = append(reasons, why[id])
	}
	_, err := tx.Exec(ctx, `
		update proposal p set asked_why = a.why from unnest($1::bigint[], $2::text[]) as a (id, why)
		where p.id = a.id and p.asked_why <> a.why`, ids, reasons)
	if err != nil {
		return fmt.Errorf("record why a person is asked: %w", err)
	}
	return nil
}

// OrdersSince counts the orders placed since a span ago, without those that were taken
// back.
func OrdersSince(ctx context.Context, db DB, span time.Duration) (orders int, err error) {
	err = db.QueryRow(ctx, `
		select count(*) from purchase_order o where created_at > now() - $1::interval
		  and not exists (select from decision u where u.proposal_id = o.proposal_id and u.action = 'undo' and u.outcome = 'allow')`, span).Scan(&orders)
	if err != nil {
		return 0, fmt.Errorf("count orders: %w", err)
	}
	return orders, nil
}

// Past reads the decisions of user that counted since a span ago, without those on
// orders that were taken back.
func Past(ctx context.Context, db DB, user string, span time.Duration) ([]plan.Past, error) {
	rows, err := db.Query(ctx, `
		select proposal_id, usr, action, amount_minor, currency, at from decision d
		where usr = $1 and outcome <> 'deny' and at > now() - $2::interval
		  and not exists (select from decision u where u.proposal_id = d.proposal_id and u.action = 'undo' and u.outcome = 'allow')
		order by id`, user, span)
	if err != nil {
		return nil, fmt.Errorf("read decisions of %s: %w", user, err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (h plan.Past, err error) {
		err = r.Scan(&h.Proposal, &h.User, &h.Action, &h.Amount.Minor, &h.Amount.Currency, &h.At)
		return h, err
	})
}
