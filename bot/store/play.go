package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

// ErrNoCustomers says that nobody is behind a product, or that too few are to
// leave some without an offer.
var ErrNoCustomers = errors.New("no customers on both sides")

// StartPlay stores a play with the customers behind its product, some of whom get
// no offer, and returns it with those who do. What is at risk is what the open
// findings say.
func StartPlay(ctx context.Context, tx pgx.Tx, p plan.JointPlay) (plan.JointPlay, []string, error) {
	fail := func(err error) (plan.JointPlay, []string, error) {
		return p, nil, fmt.Errorf("start play on %s: %w", p.SKU, err)
	}
	rows, err := tx.Query(ctx, `select customer_id from likely_customer where sku = $1 order by probability desc, customer_id`, string(p.SKU))
	if err != nil {
		return fail(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fail(err)
	}
	var offered []string
	var members [][]any
	seed := uint64(p.Start)
	for _, c := range all {
		held := repurchase.HeldOut(seed, c)
		if !held {
			offered = append(offered, c)
		}
		members = append(members, []any{c, held})
	}
	p.Offered, p.Held = len(offered), len(all)-len(offered)
	if p.Offered == 0 || p.Held == 0 {
		return fail(ErrNoCustomers)
	}
	err = tx.QueryRow(ctx, `insert into joint_play (sku, linked_sku, started_on, until, discount, at_risk, currency, started_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
		string(p.SKU), string(p.Linked), date(p.Start), date(p.Until), p.Discount, p.AtRisk.Minor, string(p.AtRisk.Currency), p.By).Scan(&p.ID)
	if err != nil {
		return fail(err)
	}
	for i := range members {
		members[i] = append([]any{p.ID}, members[i]...)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"joint_play_customer"}, []string{"play", "customer_id", "holdout"}, pgx.CopyFromRows(members)); err != nil {
		return fail(err)
	}
	return p, offered, nil
}

// Plays returns all plays, newest first.
func Plays(ctx context.Context, db DB) ([]plan.JointPlay, error) {
	rows, err := db.Query(ctx, `select p.id, p.sku, p.linked_sku, p.started_on`+sinceEpoch+`, p.until`+sinceEpoch+`, p.discount, p.at_risk, p.currency, p.started_by,
			count(c.customer_id) filter (where not c.holdout), count(c.customer_id) filter (where c.holdout), coalesce(p.booked_on`+sinceEpoch+`, 0), p.result
		from joint_play p left join joint_play_customer c on c.play = p.id group by p.id order by p.id desc`)
	if err != nil {
		return nil, fmt.Errorf("read plays: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (p plan.JointPlay, err error) {
		var body []byte
		err = r.Scan(&p.ID, &p.SKU, &p.Linked, &p.Start, &p.Until, &p.Discount, &p.AtRisk.Minor, &p.AtRisk.Currency, &p.By, &p.Offered, &p.Held, &p.BookedOn, &body)
		if err == nil && body != nil {
			p.Result = new(repurchase.PlayResult)
			err = json.Unmarshal(body, p.Result)
		}
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("read plays: %w", err)
	}
	return out, nil
}

// Play returns a play with its customers as numbers of a history; ErrNotFound when
// there is none.
func Play(ctx context.Context, db DB, id int64, h *repurchase.History) (p plan.JointPlay, play repurchase.Play, err error) {
	list, err := Plays(ctx, db)
	if err != nil {
		return p, play, err
	}
	i := slices.IndexFunc(list, func(p plan.JointPlay) bool { return p.ID == id })
	if i < 0 {
		return p, play, ErrNotFound
	}
	p = list[i]
	play = repurchase.Play{SKU: p.SKU, Linked: p.Linked, Start: p.Start, Until: p.Until, Discount: p.Discount, AtRisk: p.AtRisk.Minor}
	number := make(map[string]int, len(h.Customers))
	for c, id := range h.Customers {
		number[id] = c
	}
	rows, err := db.Query(ctx, `select customer_id, holdout from joint_play_customer where play = $1 order by customer_id`, id)
	if err != nil {
		return p, play, fmt.Errorf("customers of play %d: %w", id, err)
	}
	var customer string
	var held bool
	_, err = pgx.ForEachRow(rows, []any{&customer, &held}, func() error {
		c, ok := number[customer]
		if !ok {
			return fmt.Errorf("customer of play %d is not in the orders any more", id)
		}
		if held {
			play.Held = append(play.Held, c)
		} else {
			play.Offered = append(play.Offered, c)
		}
		return nil
	})
	return p, play, err
}

// BookPlay stores what a play brought; booking again replaces it.
func BookPlay(ctx context.Context, tx pgx.Tx, id int64, on core.Day, r repurchase.PlayResult) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update joint_play set booked_on = $2, result = $3 where id = $1`, id, date(on), string(body)); err != nil {
		return fmt.Errorf("book play %d: %w", id, err)
	}
	return nil
}
