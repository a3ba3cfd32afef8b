// Package csvfile reads the data files of a shop: products, locations, stock,
// suppliers, supplier_items, orders, open_orders and the optional rates, browsing, ads,
// events, kits, links and overrides, as CSV or gzipped CSV. docs/data.md describes every column.
//
// Design: one scanner turns bytes into records, one table per kind of file names
// its columns, and one decoder per kind turns a record into a core type. Each
// reader is an iterator, so that a file of any length passes through a few
// hundred kilobytes of memory. Snapshot puts a whole folder together and checks
// what one file says about another; the store has readers and checks of its own
// on top of the same iterators.
//
// Guarantees:
//   - A value is understood in one way or refused. Nothing is guessed: no NaN, no
//     exponent, no group separator, no date outside 1970 to 2199, no second
//     encoding beside UTF-8.
//   - Every refusal is a *connectors.RowError with file, line, column and reason,
//     and what to do where that is known. A refused row never hides the ones
//     after it, unless the structure of the file is lost.
//   - Whoever reads must refuse the file whole when any row was refused; the
//     functions of this package that return values do.
//   - Memory is bounded by the limits below whatever the bytes are.
//
// Text is kept as it is, formula-like or not: escaping belongs to the output.
package csvfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"quartermaster/connectors"
	"quartermaster/core"
)

// Limits on what a file may hold. They keep one unclosed quote from eating the
// file, and memory small.
const (
	MaxField   = 64 << 10 // bytes of one value
	MaxRecord  = 1 << 20  // bytes of one record
	MaxLines   = 1000     // physical lines of one record
	MaxColumns = 200
	MaxQty     = 1_000_000_000 // units, and every other count
	MaxText    = 500           // characters of a name
	MaxCode    = 100           // characters of a code
	MaxErrors  = 20            // refusals listed per file, the others are counted
)

// Kind is a kind of file; its name is the file's name without ".csv".
type Kind string

// Kinds of files.
const (
	Products      Kind = "products"
	Locations     Kind = "locations"
	Suppliers     Kind = "suppliers"
	Rates         Kind = "rates"
	SupplierItems Kind = "supplier_items"
	Stock         Kind = "stock"
	Orders        Kind = "orders"
	OpenOrders    Kind = "open_orders"
	Browsing      Kind = "browsing"
	Ads           Kind = "ads"
	Events        Kind = "events"
	Signals       Kind = "signals"
	Kits          Kind = "kits"
	Links         Kind = "links"
	Overrides     Kind = "overrides"
	OrderUpdates  Kind = "order_updates"
	Receipts      Kind = "receipts"
	Deliveries    Kind = "deliveries"
	Quotes        Kind = "quotes"
)

// Kinds lists every kind in the order in which files can be imported: what
// others refer to comes first.
var Kinds = []Kind{Products, Locations, Suppliers, Rates, SupplierItems, Stock, Orders, OpenOrders, Browsing, Ads, Events, Signals, Kits, Links, Overrides, OrderUpdates, Receipts, Deliveries, Quotes}

// Optional reports whether a folder may lack the kind.
func (k Kind) Optional() bool {
	return slices.Contains([]Kind{Rates, Browsing, Ads, Events, Signals, Kits, Links, Overrides, OrderUpdates, Receipts, Deliveries, Quotes}, k)
}

// Env is what values are read against.
type Env struct {
	// Zone is where local times and dates are; nil means UTC.
	Zone *time.Location
	// Currency is the shop's own.
	Currency core.Currency
	// Now is the time of import: an empty as_of means it.
	Now time.Time
	// NotAfter refuses instants after it, which are typing errors. Zero means no
	// such check: a folder may be read as of a day in its past.
	NotAfter time.Time
	// Customer replaces customer ids, by pseudonyms say; nil leaves them.
	Customer func(id string) string
}

func (e Env) customer(id string) string {
	if e.Customer == nil {
		return id
	}
	return e.Customer(id)
}

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// Row is one record and the line on which it began; line 1 is the header.
type Row[T any] struct {
	Line  int
	Value T
}

// OrderLine is one line of a customer's order. Its key is channel, order and
// line. Qty is negative for goods returned and 0 for a cancelled line.
type OrderLine struct {
	Channel   core.ChannelID
	Order     string
	Line      string
	At        time.Time // UTC, whole microseconds
	Day       core.Day  // of At, in the shop's zone
	Customer  string    // empty when unknown
	Code      string    // SKU or alias
	Qty       int64
	UnitPrice core.Money
	Promotion bool
}

// BrowsingDay is a day on which a customer looked at the shop.
type BrowsingDay struct {
	Customer string
	Day      core.Day
}

// FileError is everything refused in one file, in the order of lines.
type FileError struct {
	File string
	Rows []*connectors.RowError // the first MaxErrors
	More int                    // further refusals, not listed
}

// Add records a refusal.
func (e *FileError) Add(r *connectors.RowError) {
	if len(e.Rows) < MaxErrors {
		e.Rows = append(e.Rows, r)
	} else {
		e.More++
	}
}

// Err returns e, or nil when nothing was refused.
func (e *FileError) Err() error {
	if len(e.Rows) == 0 {
		return nil
	}
	slices.SortStableFunc(e.Rows, func(a, b *connectors.RowError) int { return a.Line - b.Line })
	return e
}

// Error lists the refusals, one per line.
func (e *FileError) Error() string {
	var b strings.Builder
	for i, r := range e.Rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(r.Error())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n%s: and %d more", e.File, e.More)
	}
	return b.String()
}

// Unwrap returns the refusals, for errors.As.
func (e *FileError) Unwrap() []error {
	errs := make([]error, len(e.Rows))
	for i, r := range e.Rows {
		errs[i] = r
	}
	return errs
}
