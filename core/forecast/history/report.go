package history

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quartermaster/core"
)

// Kind says what is wrong with a day.
type Kind string

// Kinds of anomalies. StockOut and Closed are labels rather than errors; they are
// listed when they were found and not given.
const (
	Spike    Kind = "spike"     // far beyond the tail of the SKU's own history
	Scale    Kind = "scale"     // about 1,000 or 100 times the usual
	Negative Kind = "negative"  // below zero or not a number
	Zeros    Kind = "zeros"     // sales stopped although there is stock
	StockOut Kind = "stock-out" // zeros that hardly happen, between two normal spans
	Missing  Kind = "missing"   // no data
	Gone     Kind = "gone"      // half of the SKUs sold nothing
	Closed   Kind = "closed"    // no SKU sold anything
	Currency Kind = "currency"  // price in another currency
	Given    Kind = "given"     // the source flagged it
)

// Label reports whether days of the kind are explained, and no error of the data.
func (k Kind) Label() bool { return k == StockOut || k == Closed || k == Given }

// Kinds lists every kind in the order of reports.
var Kinds = []Kind{Scale, Spike, Negative, Currency, Gone, Missing, Zeros, StockOut, Closed, Given}

// Anomaly is one finding of the report: a day, or a run of days with the same
// trouble. An empty SKU means the whole shop.
type Anomaly struct {
	SKU      core.SKU        `json:"sku,omitempty"`
	Location core.LocationID `json:"location,omitempty"`
	From     core.Day        `json:"from"`
	To       core.Day        `json:"to"` // the last day, included
	Kind     Kind            `json:"kind"`
	// Value is what was recorded, per day: units, or minor units of price for
	// Currency, or SKUs with sales for the whole shop. It is 0 for missing days.
	Value float64 `json:"value"`
	// Replacement is what the forecast learns from instead, per day, when Replaced;
	// else the day is unknown to it, or was kept (see Reason).
	Replacement float64 `json:"replacement"`
	Replaced    bool    `json:"replaced"`
	Reason      string  `json:"reason"` // one sentence with the numbers in it
}

// Days returns how many days the anomaly covers.
func (a Anomaly) Days() int { return int(a.To-a.From) + 1 }

// Sort orders anomalies by the last day, newest first, then the whole shop before
// a SKU, then by SKU, place and kind.
func Sort(list []Anomaly) {
	slices.SortStableFunc(list, func(a, b Anomaly) int {
		return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From))
	})
}

// Summary says in a sentence how many anomalies of each kind there are.
func Summary(list []Anomaly) string {
	if len(list) == 0 {
		return "No anomaly in the data."
	}
	n := map[Kind]int{}
	for _, a := range list {
		n[a.Kind]++
	}
	var parts []string
	for _, k := range Kinds {
		if n[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[k], k))
		}
	}
	word := "anomalies"
	if len(list) == 1 {
		word = "anomaly"
	}
	return fmt.Sprintf("%d %s in the data: %s.", len(list), word, strings.Join(parts, ", "))
}

// num prints a value with three significant digits.
func num(v float64) string {
	if v >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// chance prints a small probability.
func chance(p float64) string {
	switch {
	case p < 1e-9:
		return "under 1 in a billion"
	case p < 0.01:
		return fmt.Sprintf("1 in %s", num(1/p))
	}
	return fmt.Sprintf("%.2g", p)
}
