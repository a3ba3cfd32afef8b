package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// Moved carries out what a file reports about an order: it writes the order as it
// is after the event, the receipt, and what the caller wants to follow.
type Moved func(ctx context.Context, tx pgx.Tx, old, next plan.Order, e plan.OrderEvent, d Delivery) error

// fileRow is one row of order_updates or receipts.
type fileRow struct {
	line         int
	order        string
	sku          core.SKU
	location     core.LocationID
	day          core.Day
	eta          core.Day
	state        string
	qty, damaged int64
	ref, note    string
	over         bool
}

func day(t *time.Time) core.Day {
	if t == nil {
		return 0
	}
	return core.DayOf(*t, time.UTC)
}

// stagedRows reads the staged file in the order of days, then lines.
func (im *importer) stagedRows(ctx context.Context, columns string) ([]fileRow, error) {
	rows, err := im.tx.Query(ctx, fmt.Sprintf(`select line, order_no, day, %s from %s order by day, line`, columns, im.data.stageTable()))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f fileRow, err error) {
		var on time.Time
		if im.data.kind == csvfile.Receipts {
			err = r.Scan(&f.line, &f.order, &on, &f.sku, &f.location, &f.qty, &f.damaged, &f.ref, &f.note, &f.over)
		} else {
			var eta *time.Time
			err = r.Scan(&f.line, &f.order, &on, &f.state, &eta, &f.note)
			f.eta = day(eta)
		}
		f.day = day(&on)
		return f, err
	})
}

// checkOrders refuses numbers of orders that were not made here.
func (im *importer) checkOrders(ctx context.Context) error {
	return im.refuseUnknown(ctx, reference{column: "order", table: "purchase_order", other: "number"}, fmt.Sprintf(`
		select s.line, s.order_no, count(*) over () from %s s
		where not exists (select from purchase_order p where p.number = s.order_no) order by s.line limit %d`,
		im.data.stageTable(), csvfile.MaxErrors))
}

// ordersOf locks the orders that the rows name, by number.
func (im *importer) ordersOf(ctx context.Context, rows []fileRow) (map[string]plan.Order, error) {
	numbers := map[string]plan.Order{}
	for _, r := range rows {
		numbers[r.order] = plan.Order{}
	}
	list := make([]string, 0, len(numbers))
	for n := range numbers {
		list = append(list, n)
	}
	if _, err := im.tx.Exec(ctx, `select from purchase_order where number = any ($1) order by id for update`, list); err != nil {
		return nil, err
	}
	found, err := orders(ctx, im.tx, `where number = any ($1)`, list)
	for _, o := range found {
		numbers[o.Number] = o
	}
	return numbers, err
}

// today is the day of the import.
func (im *importer) today() core.Day { return core.DayOf(im.opts.Now, zoneOf(im.opts.Shop)) }

// move applies one event; faults are refused at the line of their row.
func (im *importer) move(ctx context.Context, o plan.Order, e plan.OrderEvent, ref string, line func(*plan.OrderFault) int) (plan.Order, error) {
	next, faults := o.Apply(e, im.today())
	for _, f := range faults {
		column := map[plan.Field]string{plan.FieldReceived: "qty", plan.FieldDamaged: "damaged", plan.FieldDay: "date", plan.FieldETA: "eta"}[f.Field]
		reason := f.Reason
		if f.Over {
			reason += " If that is right, set over to 1."
		}
		im.refuse(line(f), column, reason)
	}
	if len(faults) > 0 {
		return o, nil
	}
	d := Delivery{Source: ReceiptFile, Ref: ref, By: im.opts.File}
	if im.opts.Moved != nil {
		return next, im.opts.Moved(ctx, im.tx, o, next, e, d)
	}
	if err := SaveOrder(ctx, im.tx, next); err != nil || e.Action != plan.OrderReceive {
		return next, err
	}
	d.Happened = Happened(e.Day, zoneOf(im.opts.Shop), im.opts.Now)
	return next, AddReceipt(ctx, im.tx, next.ID, e, d)
}

// mergeOrderUpdates reports what is new. A state that the order has reached or
// passed by itself changes nothing but the day of arrival.
func (im *importer) mergeOrderUpdates(ctx context.Context) error {
	rows, err := im.stagedRows(ctx, `state, eta, note`)
	if err != nil {
		return err
	}
	list, err := im.ordersOf(ctx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		o := list[r.order]
		var was struct {
			eta  *time.Time
			note string
		}
		err := im.tx.QueryRow(ctx, `select eta, note from order_update where order_id = $1 and state = $2 and day = $3`,
			o.ID, r.state, date(r.day)).Scan(&was.eta, &was.note)
		known := err == nil
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if known && day(was.eta) == r.eta && was.note == r.note {
			continue
		}
		var eta *time.Time
		if r.eta != 0 {
			at := date(r.eta)
			eta = &at
		}
		if err := im.exec(ctx, `
			insert into order_update (order_id, state, day, eta, note) values ($1, $2, $3, $4, $5)
			on conflict (order_id, state, day) do update set eta = excluded.eta, note = excluded.note`,
			o.ID, r.state, date(r.day), eta, r.note); err != nil {
			return err
		}
		if known {
			im.res.Updated++
		} else {
			im.res.Inserted++
		}
		e := plan.OrderEvent{Action: updateAction[r.state], Day: r.day, ETA: r.eta, Note: r.note}
		if o.State.Closed() {
			continue
		}
		if e.Action != plan.OrderShip && o.State.Reached(e.Action) {
			if r.eta == 0 {
				continue
			}
			e.Action = plan.OrderShip // moves the arrival; the state stays if it is past that
			if !o.State.Reached(plan.OrderShip) {
				continue
			}
		}
		if list[r.order], err = im.move(ctx, o, e, "", func(*plan.OrderFault) int { return r.line }); err != nil {
			return err
		}
	}
	return nil
}

var updateAction = map[string]plan.Action{
	"confirmed": plan.OrderConfirm, "in_production": plan.OrderProduce, "shipped": plan.OrderShip, "cancelled": plan.OrderCancel,
}

// mergeReceipts takes in the deliveries that are new, those of one order, day and
// ref together. One that is known with other numbers is refused: what came is
// never taken back, and which of the two is right is a person's question.
func (im *importer) mergeReceipts(ctx context.Context) error {
	rows, err := im.stagedRows(ctx, `sku, location, received, damaged, ref, note, over`)
	if err != nil {
		return err
	}
	list, err := im.ordersOf(ctx, rows)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b fileRow) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.order, b.order), cmp.Compare(a.ref, b.ref))
	})
	same := func(a, b fileRow) bool { return a.order == b.order && a.day == b.day && a.ref == b.ref }
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && same(rows[0], rows[n]) {
			n++
		}
		o := list[rows[0].order]
		e, lines, err := im.delivery(ctx, o, rows[:n])
		if err != nil {
			return err
		}
		if len(e.Lines) > 0 {
			first := rows[0].line
			list[o.Number], err = im.move(ctx, o, e, rows[0].ref, func(f *plan.OrderFault) int {
				if f.Field == plan.FieldReceived || f.Field == plan.FieldDamaged {
					return lines[f.Line]
				}
				return first
			})
			if err != nil {
				return err
			}
			im.res.Inserted += int64(len(e.Lines))
		}
		rows = rows[n:]
	}
	return nil
}

// delivery makes one event of the rows that are new, with the line in the file of
// each line of the order.
func (im *importer) delivery(ctx context.Context, o plan.Order, rows []fileRow) (plan.OrderEvent, map[int]int, error) {
	e := plan.OrderEvent{Action: plan.OrderReceive, Day: rows[0].day, Note: rows[0].note}
	lines := map[int]int{}
	for _, r := range rows {
		at, why := lineOf(o, r)
		if why != "" {
			im.refuse(r.line, "sku", why)
			continue
		}
		var got, damaged int64
		err := im.tx.QueryRow(ctx, `
			select received, damaged from receipt where order_id = $1 and line = $2 and source = $3 and ref = $4 and day = $5`,
			o.ID, at+1, ReceiptFile, r.ref, date(r.day)).Scan(&got, &damaged)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			e.Lines, lines[at], e.Over = append(e.Lines, plan.Arrived{Line: at, Received: r.qty, Damaged: r.damaged}), r.line, e.Over || r.over
		case err != nil:
			return e, nil, err
		case got != r.qty || damaged != r.damaged:
			im.refuse(r.line, "qty", fmt.Sprintf("this delivery is known with %d units, %d of them damaged; another one of that day needs a ref of its own", got, damaged))
		}
	}
	return e, lines, nil
}

// lineOf finds the line of an order that a row is about.
func lineOf(o plan.Order, r fileRow) (at int, why string) {
	at = -1
	for i, l := range o.Lines {
		if l.SKU != r.sku || r.location != "" && l.Location != r.location {
			continue
		}
		if at >= 0 && o.Lines[at].Location == l.Location {
			return 0, fmt.Sprintf("order %s has %s by several ways, which a file cannot tell apart; record it in Slack: /stock receive %s", o.Number, r.sku, o.Number)
		}
		if at >= 0 {
			return 0, fmt.Sprintf("order %s has %s for several locations; name one", o.Number, r.sku)
		}
		at = i
	}
	if at < 0 {
		return 0, fmt.Sprintf("order %s has no line of %s%s", o.Number, r.sku, atPlace(r.location))
	}
	return at, ""
}

func atPlace(l core.LocationID) string {
	if l == "" {
		return ""
	}
	return " for " + string(l)
}
