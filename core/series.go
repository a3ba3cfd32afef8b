package core

import (
	"cmp"
	"slices"
)

// Missing marks a day of a Series for which no data arrived. It is not zero
// demand: such days are left out of every average.
const Missing float32 = -1

// Series is the daily demand of one SKU in one channel, in units. Qty.At(i) is
// the demand of Start+i; Missing marks days without data.
type Series struct {
	SKU     SKU        `json:"sku"`
	Channel ChannelID  `json:"channel"`
	Start   Day        `json:"start"`
	Qty     Quantities `json:"qty"`
	// Flags labels days; nil when none is labelled, else as long as Qty.
	Flags []DayFlag `json:"flags,omitempty"`
	// Prices is what a unit was sold for, ascending by day; nil when not known.
	Prices []PricePoint `json:"prices,omitempty"`
}

// PricePoint is the average selling price of one unit from Day on until the next
// point, in minor units of the shop's currency. It changes on days with sales only.
type PricePoint struct {
	Day   Day   `json:"day"`
	Minor int64 `json:"minor"`
}

// End returns the day after the last one.
func (s Series) End() Day { return s.Start + Day(s.Qty.Len()) }

// AddPrice appends the average price of qty units that brought revenue on day, in
// minor units of the shop's currency, when it differs from the last one. Days must
// ascend; days without a price above zero are passed over.
func (s *Series) AddPrice(day Day, revenue, qty int64) {
	if revenue <= 0 || qty <= 0 {
		return
	}
	p := (revenue + qty/2) / qty
	if n := len(s.Prices); p > 0 && (n == 0 || s.Prices[n-1].Minor != p) {
		s.Prices = append(s.Prices, PricePoint{Day: day, Minor: p})
	}
}

// DayFlag is a set of labels of one day.
type DayFlag uint8

// Labels of a day.
const (
	StockOut DayFlag = 1 << iota // sales were limited by stock: demand was at least this
	Promo                        // a promotion ran
	Anomaly                      // the value was found implausible
	Closed                       // the shop was closed
)

// ByChannel returns the series in one order, whatever the order in which they come:
// sums of floating-point numbers depend on it.
func ByChannel(series []Series) []Series {
	order := func(a, b Series) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Qty.Len(), b.Qty.Len()))
	}
	if slices.IsSortedFunc(series, order) {
		return series
	}
	series = slices.Clone(series)
	slices.SortStableFunc(series, order)
	return series
}
