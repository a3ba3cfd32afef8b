package csvfile

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"

	"quartermaster/core"
)

// What becomes of purchase orders: reports about those made here (order_updates
// and receipts), and the past of those made elsewhere (deliveries).

// OrderUpdate is a report about an order made here. Its key is order, state and
// day.
type OrderUpdate struct {
	Order string
	State string // "confirmed", "in_production", "shipped" or "cancelled"
	Day   core.Day
	ETA   core.Day // zero: not said
	Note  string
}

// Receipt is what came of one line of an order made here. Its key is order, SKU,
// location, day and ref.
type Receipt struct {
	Order    string
	SKU      core.SKU
	Location core.LocationID // empty: the only one of the SKU on the order
	Day      core.Day
	Qty      int64 // units, damaged ones among them
	Damaged  int64
	Ref      string // delivery note; tells two deliveries of one day apart
	Note     string
	Over     bool // more than is outstanding is right
}

// PastDelivery is what came of a line of an order that was not made here. Its key
// is supplier, order, SKU and ReceivedOn.
type PastDelivery struct {
	Order      string
	Supplier   core.SupplierID
	SKU        core.SKU
	Mode       core.Mode
	OrderedOn  core.Day
	Due        core.Day // zero: not known
	Ordered    int64
	ReceivedOn core.Day // zero: nothing has come
	Received   int64    // units, damaged ones among them
	Damaged    int64
	Closed     bool // nothing more is waited for
}

var orderUpdateFormat = format[OrderUpdate]{
	kind:    OrderUpdates,
	columns: append(must("order", "state", "date"), may("eta", "note")...),
	key:     func(u OrderUpdate) string { return fmt.Sprintf("order %s, state %s, date %s", u.Order, u.State, u.Day) },
	decode: func(r *row) OrderUpdate {
		return OrderUpdate{Order: r.code("order"), State: r.oneOf("state", "confirmed", "in_production", "shipped", "cancelled"),
			Day: r.day("date"), ETA: r.day("eta"), Note: r.text("note")}
	},
}

var receiptFormat = format[Receipt]{
	kind:    Receipts,
	columns: append(must("order", "sku", "qty", "date"), may("location", "damaged", "ref", "note", "over")...),
	key: func(v Receipt) string {
		return fmt.Sprintf("order %s, sku %s, location %q, date %s, ref %q", v.Order, v.SKU, v.Location, v.Day, v.Ref)
	},
	decode: func(r *row) Receipt {
		v := Receipt{Order: r.code("order"), SKU: core.SKU(r.code("sku")), Location: core.LocationID(r.code("location")), Day: r.day("date"),
			Qty: r.whole("qty", 1, MaxQty, 1), Damaged: r.whole("damaged", 0, MaxQty, 0), Ref: r.code("ref"), Note: r.text("note"), Over: r.flag("over", false)}
		if v.Damaged > v.Qty && len(r.errs) == 0 {
			r.bad("damaged", "%d damaged are more than the %d that came", v.Damaged, v.Qty)
		}
		return v
	},
}

var deliveryFormat = format[PastDelivery]{
	kind: Deliveries,
	columns: append(must("order", "supplier", "sku", "mode", "ordered_on", "ordered"),
		may("due", "received_on", "received", "damaged", "closed")...),
	key: func(v PastDelivery) string {
		return fmt.Sprintf("order %s, supplier %s, sku %s, received_on %s", v.Order, v.Supplier, v.SKU, v.ReceivedOn)
	},
	decode: func(r *row) PastDelivery {
		modes := make([]string, len(core.Modes))
		for i, m := range core.Modes {
			modes[i] = string(m)
		}
		v := PastDelivery{Order: r.code("order"), Supplier: core.SupplierID(r.code("supplier")), SKU: core.SKU(r.code("sku")),
			Mode: core.Mode(r.oneOf("mode", modes...)), OrderedOn: r.day("ordered_on"), Due: r.day("due"), Ordered: r.whole("ordered", 1, MaxQty, 1),
			ReceivedOn: r.day("received_on"), Received: r.whole("received", 0, MaxQty, 0), Damaged: r.whole("damaged", 0, MaxQty, 0), Closed: r.flag("closed", false)}
		if len(r.errs) > 0 {
			return v
		}
		switch {
		case v.Damaged > v.Received:
			r.bad("damaged", "%d damaged are more than the %d that came", v.Damaged, v.Received)
		case (v.ReceivedOn == 0) != (v.Received == 0):
			r.bad("received", "received and received_on are given together or not at all")
		case v.ReceivedOn != 0 && v.ReceivedOn < v.OrderedOn:
			r.bad("received_on", "%s lies before the order of %s", v.ReceivedOn, v.OrderedOn)
		case v.Due != 0 && v.Due < v.OrderedOn:
			r.bad("due", "%s lies before the order of %s", v.Due, v.OrderedOn)
		}
		return v
	},
}

// ReadOrderUpdates yields the reports about orders in a file.
func ReadOrderUpdates(r io.Reader, file string, env Env) iter.Seq2[Row[OrderUpdate], error] {
	return orderUpdateFormat.read(r, file, env)
}

// ReadReceipts yields the receipts of a file.
func ReadReceipts(r io.Reader, file string, env Env) iter.Seq2[Row[Receipt], error] {
	return receiptFormat.read(r, file, env)
}

// ReadDeliveries yields the past deliveries of a file.
func ReadDeliveries(r io.Reader, file string, env Env) iter.Seq2[Row[PastDelivery], error] {
	return deliveryFormat.read(r, file, env)
}

// historyDays is how far back deliveries tell about a supplier.
const historyDays = 730

// supplyLines puts past deliveries together into order lines, ordered as the store
// loads them.
func supplyLines(rows []Row[PastDelivery], items []core.SupplierItem, asOf core.Day) []core.SupplyLine {
	type offer struct {
		supplier core.SupplierID
		sku      core.SKU
		mode     core.Mode
	}
	stated := map[offer]float64{}
	for _, it := range items {
		for _, l := range it.Lead {
			stated[offer{it.Supplier, it.SKU, l.Mode}] = l.Days
		}
	}
	type key struct {
		order string
		offer
		on, due core.Day
		qty     int64
	}
	lines := map[key]*core.SupplyLine{}
	for _, r := range rows {
		v := r.Value
		if v.OrderedOn < asOf-historyDays || v.OrderedOn > asOf || v.ReceivedOn > asOf {
			continue
		}
		k := key{v.Order, offer{v.Supplier, v.SKU, v.Mode}, v.OrderedOn, v.Due, v.Ordered}
		l := lines[k]
		if l == nil {
			l = &core.SupplyLine{Order: v.Order, Supplier: v.Supplier, SKU: v.SKU, Mode: v.Mode, OrderedOn: v.OrderedOn, Due: v.Due, Qty: v.Ordered, Stated: stated[k.offer]}
			lines[k] = l
		}
		if v.Received > 0 {
			l.Arrivals = append(l.Arrivals, core.Arrival{Day: v.ReceivedOn, Qty: v.Received, Damaged: v.Damaged})
		}
		if v.Closed {
			l.Cancelled = l.Qty // what is left of it, set below
		}
	}
	var out []core.SupplyLine
	for _, l := range lines {
		slices.SortFunc(l.Arrivals, func(a, b core.Arrival) int { return cmp.Compare(a.Day, b.Day) })
		if l.Cancelled > 0 {
			for _, a := range l.Arrivals {
				l.Cancelled -= a.Qty
			}
			l.Cancelled = max(0, l.Cancelled)
		}
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b core.SupplyLine) int {
		return cmp.Or(cmp.Compare(a.OrderedOn, b.OrderedOn), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Order, b.Order),
			cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Qty, b.Qty))
	})
	return out
}
