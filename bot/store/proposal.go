package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// DB is what a query needs: a pool or a transaction.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// ErrStale is returned by a compare-and-set that found another version or
// state: somebody was faster.
var ErrStale = errors.New("changed by somebody else in the meantime")

// ErrNotFound is returned when the row asked for does not exist.
var ErrNotFound = errors.New("not found")

// Now returns the database's clock, the only one that decides about expiry.
func Now(ctx context.Context, db DB) (now time.Time, err error) {
	err = db.QueryRow(ctx, `select now()`).Scan(&now)
	return now.UTC(), err
}

// AddProposal writes a new open proposal that expires after expiry, and returns
// it with id, version and times filled in. A second open proposal of the same
// supplier fails with ErrStale.
func AddProposal(ctx context.Context, tx pgx.Tx, p plan.Proposal, expiry time.Duration, note, run string) (plan.Proposal, error) {
	now, err := Now(ctx, tx)
	if err != nil {
		return p, err
	}
	if err := tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('proposal', 'id'))`).Scan(&p.ID); err != nil {
		return p, fmt.Errorf("number a proposal: %w", err)
	}
	p.Version, p.State, p.CreatedAt, p.ExpiresAt = 1, plan.Proposed, now, now.Add(expiry)
	body, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	tag, err := tx.Exec(ctx, `
		insert into proposal (id, supplier, state, version, digest, body, amount_minor, currency, note, run, expires_at, created_at)
		overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (supplier) where state in ('proposed', 'awaiting_second', 'snoozed') do nothing`,
		p.ID, p.Supplier, p.State, p.Version, plan.Digest(p), body, p.TotalShop.Minor, p.TotalShop.Currency, note, run, p.ExpiresAt, now)
	if err != nil {
		return p, fmt.Errorf("add proposal for %s: %w", p.Supplier, err)
	}
	if tag.RowsAffected() == 0 {
		return p, fmt.Errorf("add proposal for %s: %w", p.Supplier, ErrStale)
	}
	return p, nil
}

// SaveProposal replaces the open proposal that is one version behind p. ErrStale
// when it is no longer there: somebody was faster.
func SaveProposal(ctx context.Context, tx pgx.Tx, p plan.Proposal, note, run string) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		update proposal set state = $3, version = $2, digest = $4, body = $5, amount_minor = $6, currency = $7,
		       note = $8, run = case when $9 = '' then run else $9 end, expires_at = $10, snoozed_until = $11, updated_at = now()
		where id = $1 and version = $2 - 1 and state in ('proposed', 'awaiting_second', 'snoozed')`,
		p.ID, p.Version, p.State, plan.Digest(p), body, p.TotalShop.Minor, p.TotalShop.Currency,
		note, run, p.ExpiresAt, nullTime(p.SnoozedUntil))
	if err != nil {
		return fmt.Errorf("save proposal %d: %w", p.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("save proposal %d: %w", p.ID, ErrStale)
	}
	return nil
}

// ProposalRow is a proposal with what stands beside it.
type ProposalRow struct {
	plan.Proposal
	Note string // why it was last rewritten
	Run  string // check run that last wrote it
}

// Proposal reads one proposal.
func Proposal(ctx context.Context, db DB, id int64) (ProposalRow, error) {
	rows, err := proposals(ctx, db, `where id = $1`, id)
	if err != nil {
		return ProposalRow{}, err
	}
	if len(rows) == 0 {
		return ProposalRow{}, fmt.Errorf("proposal %d: %w", id, ErrNotFound)
	}
	return rows[0], nil
}

// OpenProposals reads every proposal that can still be decided, oldest first.
func OpenProposals(ctx context.Context, db DB) ([]plan.Proposal, error) {
	rows, err := proposals(ctx, db, `where state in ('proposed', 'awaiting_second', 'snoozed') order by id`)
	out := make([]plan.Proposal, len(rows))
	for i := range rows {
		out[i] = rows[i].Proposal
	}
	return out, err
}

// Standing reads the proposals with a product at a place that are open or were rejected
// since then, and the orders by which it is still to come, each the newest first.
func Standing(ctx context.Context, db DB, sku core.SKU, loc core.LocationID, since time.Time) ([]plan.Proposal, []plan.Order, error) {
	rows, err := proposals(ctx, db, `where (state in ('proposed', 'awaiting_second', 'snoozed') or state = 'rejected' and updated_at >= $3)
		and body->'lines' @> jsonb_build_array(jsonb_build_object('sku', $1::text, 'location', $2::text)) order by id desc`, sku, loc, since)
	if err != nil {
		return nil, nil, err
	}
	list := make([]plan.Proposal, len(rows))
	for i := range rows {
		list[i] = rows[i].Proposal
	}
	coming, err := orders(ctx, db, `where state not in ('received', 'cancelled')
		and id in (select order_id from purchase_order_line where sku = $1 and location = $2 and received + cancelled < qty) order by id desc`, sku, loc)
	return list, coming, err
}

// Rejections reads the lines that people did not want since then: those of
// rejected proposals, and those taken out of approved ones.
func Rejections(ctx context.Context, db DB, zone *time.Location, since time.Time) ([]plan.Rejection, error) {
	rows, err := proposals(ctx, db, `where (state = 'rejected' or state = 'approved' and body ? 'taken_out') and updated_at >= $1 order by id`, since)
	if err != nil {
		return nil, err
	}
	var out []plan.Rejection
	for _, p := range rows {
		lines := p.TakenOut
		if p.State == plan.Rejected {
			lines = append(lines, p.Lines...)
		}
		for _, l := range lines {
			out = append(out, plan.Rejection{SKU: l.SKU, Location: l.Location, Mode: l.Mode, Qty: l.Qty, Day: core.DayOf(p.DecidedAt, zone)})
		}
	}
	return out, nil
}

func proposals(ctx context.Context, db DB, where string, args ...any) ([]ProposalRow, error) {
	rows, err := db.Query(ctx, `select body, note, run, asked_why from proposal `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (p ProposalRow, err error) {
		var body []byte
		if err := r.Scan(&body, &p.Note, &p.Run, &p.AskedWhy); err != nil {
			return p, err
		}
		return p, json.Unmarshal(body, &p.Proposal)
	})
}

// AddDecision records what a person decided, or was refused.
func AddDecision(ctx context.Context, tx pgx.Tx, key string, a plan.Actor, act plan.Action, p plan.Proposal, v plan.Verdict) error {
	return AddNotedDecision(ctx, tx, key, a, act, p, v, "")
}

// AddNotedDecision is AddDecision with what the person wrote about it.
func AddNotedDecision(ctx context.Context, tx pgx.Tx, key string, a plan.Actor, act plan.Action, p plan.Proposal, v plan.Verdict, note string) error {
	_, err := tx.Exec(ctx, `
		insert into decision (proposal_id, version, team, usr, action, outcome, reason, amount_minor, currency, inbox_key, note)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.Version, a.Team, a.User, act, v.Outcome, v.Reason, p.TotalShop.Minor, p.TotalShop.Currency, key, note)
	if err != nil {
		return fmt.Errorf("record decision on proposal %d: %w", p.ID, err)
	}
	return nil
}

// History reads the decisions of user that counted in the last 24 hours, those of the
// rule in plan.AutoWindow, without those on orders that were taken back, and holds the
// user's cap until the transaction ends: two approvals of the same person, or of the
// rule, wait for each other here, so that a cap cannot be overrun.
func History(ctx context.Context, tx pgx.Tx, user string) ([]plan.Past, error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('cap:' || $1))`, user); err != nil {
		return nil, fmt.Errorf("lock the cap of %s: %w", user, err)
	}
	span := 24 * time.Hour
	if user == plan.ByRule {
		span = plan.AutoWindow
	}
	return Past(ctx, tx, user, span)
}

func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// DecidedBetween reads what became of the proposals that were decided, or ran out, from
// one instant to another, the latter not included. What was asked for is what stood there
// before the first edit. An approval that was taken back is none; one by the rule was
// rejected with that.
func DecidedBetween(ctx context.Context, db DB, from, to time.Time) ([]plan.Decided, error) {
	rows, err := db.Query(ctx, `
		select coalesce(nullif(p.body->>'supplier_name', ''), p.supplier), case when o.undone then 'rejected' else p.state end,
			coalesce(p.body->>'decided_by' = $3, false), p.amount_minor, p.currency,
			coalesce((select d.amount_minor from decision d where d.proposal_id = p.id and d.action = 'edit' and d.outcome <> 'deny' order by d.id limit 1), p.amount_minor)
		from proposal p cross join lateral (select exists (select from purchase_order o where o.proposal_id = p.id and o.body ? 'undone_by') as undone) o
		where p.state in ('approved', 'rejected', 'expired') and p.updated_at >= $1 and p.updated_at < $2
			and (not o.undone or p.body->>'decided_by' = $3) order by p.id`, from, to, plan.ByRule)
	if err != nil {
		return nil, fmt.Errorf("read what was decided: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d plan.Decided, err error) {
		err = r.Scan(&d.Supplier, &d.State, &d.ByRule, &d.Amount.Minor, &d.Amount.Currency, &d.Asked.Minor)
		d.Asked.Currency = d.Amount.Currency
		return d, err
	})
}
