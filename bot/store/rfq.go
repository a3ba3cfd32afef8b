package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// AddRFQ stores a request for quotation and returns its id. ErrStale when another
// one about the product is under way.
func AddRFQ(ctx context.Context, tx pgx.Tx, r plan.RFQ) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		insert into rfq (sku, location, qty, need_by, answer_by, asked_on, asked_by) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (sku) where state <> 'closed' do nothing returning id`,
		r.SKU, r.Location, r.Qty, date(r.NeedBy), date(r.AnswerBy), date(r.AskedOn), r.AskedBy).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrStale
	}
	for i, s := range r.Suppliers {
		if err == nil {
			_, err = tx.Exec(ctx, `insert into rfq_letter (rfq, n, supplier) values ($1, $2, $3)`, id, i, s)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("add a request for quotation of %s: %w", r.SKU, err)
	}
	return id, nil
}

// RFQByID reads one request with its answers.
func RFQByID(ctx context.Context, db DB, id int64) (plan.RFQ, error) {
	list, err := rfqs(ctx, db, `where r.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("request for quotation %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return plan.RFQ{}, err
	}
	return list[0], nil
}

// OpenRFQs reads the requests that are not closed: about one SKU, or all of them
// when it is empty.
func OpenRFQs(ctx context.Context, db DB, sku core.SKU) ([]plan.RFQ, error) {
	return rfqs(ctx, db, `where r.state <> 'closed' and ($1 = '' or r.sku = $1)`, sku)
}

// LockRFQs holds the requests that OpenRFQs would read until the end of the
// transaction, so that what is read after it is final.
func LockRFQs(ctx context.Context, tx pgx.Tx, sku core.SKU) error {
	if _, err := tx.Exec(ctx, `select from rfq where state <> 'closed' and ($1 = '' or sku = $1) order by id for update`, sku); err != nil {
		return fmt.Errorf("lock the requests for quotation: %w", err)
	}
	return nil
}

// rfqs reads requests. The answer of a supplier is its newest quote from the day on
// which it was asked.
func rfqs(ctx context.Context, db DB, where string, arg any) (out []plan.RFQ, err error) {
	rows, err := db.Query(ctx, `
		select r.id, r.sku, p.name, r.location, r.qty, r.need_by`+sinceEpoch+`, r.answer_by`+sinceEpoch+`, r.asked_on`+sinceEpoch+`, r.asked_by,
			r.state, r.answered, r.chosen, r.closed_by, l.mail, s.supplier, s.name, s.email, s.language, s.currency,
			q.price, q.moq, q.lead_days, q.quoted_on`+sinceEpoch+`, q.valid_until`+sinceEpoch+`, q.note
		from rfq r join product p using (sku) join rfq_letter l on l.rfq = r.id join supplier s on s.supplier = l.supplier
		left join lateral (select * from quote q where q.sku = r.sku and q.supplier = l.supplier and q.quoted_on >= r.asked_on
			order by q.quoted_on desc limit 1) q on true
		`+where+` order by r.id, l.n`, arg)
	if err != nil {
		return nil, fmt.Errorf("read requests for quotation: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r plan.RFQ
		var a plan.RFQAsked
		var price, moq *int64
		var lead *int
		var on, until *core.Day
		var note *string
		if err := rows.Scan(&r.ID, &r.SKU, &r.Name, &r.Location, &r.Qty, &r.NeedBy, &r.AnswerBy, &r.AskedOn, &r.AskedBy,
			&r.State, &r.Answered, &r.Chosen, &r.ClosedBy, &a.Mail, &a.Supplier.ID, &a.Supplier.Name, &a.Supplier.Email, &a.Supplier.Language, &a.Supplier.Currency,
			&price, &moq, &lead, &on, &until, &note); err != nil {
			return nil, fmt.Errorf("read requests for quotation: %w", err)
		}
		if price != nil {
			a.Quote = &core.Quote{Supplier: a.Supplier.ID, SKU: r.SKU, Price: core.Money{Minor: *price, Currency: a.Supplier.Currency}, MOQ: *moq,
				LeadDays: *lead, QuotedOn: *on, ValidUntil: *until, Note: *note}
		}
		if n := len(out); n == 0 || out[n-1].ID != r.ID {
			out = append(out, r)
		}
		last := &out[len(out)-1]
		last.Suppliers, last.Letters = append(last.Suppliers, a.Supplier.ID), append(last.Letters, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read requests for quotation: %w", err)
	}
	return out, nil
}

// MoveRFQ writes a step of a request that is in state from. ErrStale when somebody
// was faster.
func MoveRFQ(ctx context.Context, tx pgx.Tx, id int64, from plan.RFQState, to plan.RFQStep) error {
	tag, err := tx.Exec(ctx, `update rfq set state = $3, answered = $4 where id = $1 and state = $2`, id, from, to.State, to.Answered)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrStale
	}
	if err != nil {
		return fmt.Errorf("move request for quotation %d: %w", id, err)
	}
	return nil
}

// CloseRFQ closes the request about a product that is under way, if there is one,
// and returns its id. chosen is empty when another request takes its place.
func CloseRFQ(ctx context.Context, tx pgx.Tx, sku core.SKU, chosen core.SupplierID, by string) (id int64, err error) {
	err = tx.QueryRow(ctx, `update rfq set state = 'closed', chosen = $2, closed_by = $3 where sku = $1 and state <> 'closed' returning id`,
		sku, chosen, by).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("close the request for quotation of %s: %w", sku, err)
	}
	return id, nil
}

// RFQMail records how the letter of a request to one supplier fared.
func RFQMail(ctx context.Context, tx pgx.Tx, id int64, supplier core.SupplierID, state plan.OrderState) error {
	if _, err := tx.Exec(ctx, `update rfq_letter set mail = $3 where rfq = $1 and supplier = $2`, id, supplier, state); err != nil {
		return fmt.Errorf("record the letter of request %d to %s: %w", id, supplier, err)
	}
	return nil
}
