// Package risk finds what a person should know, each with a severity and a
// reason of one sentence that holds the numbers.
//
// Findings looks at the items of one check: stock that ends before goods can
// arrive, demand without a supplier, stock far beyond need. Conservative looks
// at the age of the data feeds; while it returns a cause nothing is raised and
// nothing may be approved (design invariant 10), and each cause is a finding of
// its own (FeedFindings). The key of a finding is the same from run to run while
// the matter is the same: one incident, one card.
package risk

import (
	"time"

	"quartermaster/core"
)

// Severity orders findings.
type Severity int

// Severities. High asks for a person today, Medium this week, Low is recorded.
const (
	Low Severity = iota + 1
	Medium
	High
)

// String returns the severity word printed on cards.
func (s Severity) String() string {
	switch s {
	case High:
		return "HIGH"
	case Medium:
		return "MEDIUM"
	case Low:
		return "LOW"
	}
	return "NONE"
}

// MarshalText writes the severity word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity word.
func (s *Severity) UnmarshalText(b []byte) error {
	switch string(b) {
	case "HIGH":
		*s = High
	case "MEDIUM":
		*s = Medium
	case "LOW":
		*s = Low
	default:
		*s = 0
	}
	return nil
}

// Kind says what a finding is about.
type Kind string

// Kinds of findings.
const (
	StockOut   Kind = "stock-out"   // stock ends before goods can arrive, or an order is due
	NoSource   Kind = "no-source"   // demand, but no supplier to order from
	Overstock  Kind = "overstock"   // cover far beyond need
	DeadStock  Kind = "dead-stock"  // stock that nobody buys
	LowStock   Kind = "low-stock"   // few units left: ads, supplier and storefront should know
	Transfer   Kind = "transfer"    // another place has more than it needs
	SeasonPlan Kind = "season-plan" // what a season asks for: arrivals, a batch by air, a bundle
	Waiting    Kind = "waiting"     // an order that is due and not made yet
	StaleFeed  Kind = "stale-feed"  // a data feed is too old
	LateOrder  Kind = "late-order"  // goods on order did not come on their day
	BadData    Kind = "bad-data"    // a data feed says what hardly can be
	// LateSupplier: its next order is more likely late than not.
	LateSupplier Kind = "late-supplier"
	// ForecastOff: sales were far from what had been forecast.
	ForecastOff Kind = "forecast-off"
	Anomaly     Kind = "anomaly"  // implausible values in the demand data
	Restored    Kind = "restored" // the database comes from a backup that nobody has reconciled
)

// OfData reports whether the kind is about the data itself and not about stock.
func (k Kind) OfData() bool { return k == StaleFeed || k == BadData || k == Restored }

// Finding is something a person should know, with the reason in words. Its Key
// is the same from run to run while the matter is the same: one incident, one
// card.
type Finding struct {
	Key      string          `json:"key"` // kind/sku/location
	Kind     Kind            `json:"kind"`
	Severity Severity        `json:"severity"`
	SKU      core.SKU        `json:"sku,omitempty"`
	Location core.LocationID `json:"location,omitempty"`
	Name     string          `json:"name,omitempty"` // product name, untrusted text
	Reason   string          `json:"reason"`         // one sentence with the numbers in it
	// Ask are products of it that others sell too, most at risk first: the prepared
	// plan is to ask those for quotes.
	Ask []core.SKU `json:"ask,omitempty"`
	// Play proposes what else to do for the customers a stock-out hits; may be empty.
	Play string `json:"play,omitempty"`
	// StockOut is the first day on which projected stock does not cover demand;
	// HasStockOut is false when that lies beyond the horizon.
	StockOut    core.Day `json:"stock_out,omitzero"`
	HasStockOut bool     `json:"has_stock_out"`
	// OrderBy is the last day on which an order still arrives in time.
	OrderBy core.Day `json:"order_by,omitzero"`
	// Short is the units short until goods ordered today arrive, and MoneyAtRisk
	// the margin lost with them, in the shop's currency.
	Short       float64         `json:"short"`
	MoneyAtRisk core.Money      `json:"money_at_risk"`
	Supplier    core.SupplierID `json:"supplier,omitempty"` // whose restock card answers it
	// Order is the number of the purchase order a LateOrder is about, DaysLate how
	// late its first goods are.
	Order    string `json:"order,omitempty"`
	DaysLate int    `json:"days_late,omitempty"`
}

// Cause is a reason for conservative mode: nothing is raised while one holds.
type Cause struct {
	Kind   Kind          `json:"kind,omitempty"` // BadData, Restored, or empty for StaleFeed
	Feed   string        `json:"feed"`
	Age    time.Duration `json:"age"`
	Limit  time.Duration `json:"limit"`
	Reason string        `json:"reason"`
	// Instead is when the data that stands in for the wrong data was last found
	// plausible; zero when nothing stands in. Found is then the reason without it.
	Instead time.Time `json:"instead,omitzero"`
	Found   string    `json:"found,omitempty"`
}
