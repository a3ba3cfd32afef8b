package plan

import (
	"math"

	"quartermaster/core"
)

// Indicators say how well the shop is run, for comparison from week to week
// (requirement L1). A count of zero beside a share, or zero days, means not known.
type Indicators struct {
	// Accuracy of the forecast of the seven days before: 1 − Σ|sold − expected| ÷ Σ sold
	// over Products (1 − WAPE per product and week), at least 0.
	Accuracy float64 `json:"accuracy"`
	Products int     `json:"products"`
	// TurnoverDays is the stock on hand at cost, in days of the expected sales at cost.
	TurnoverDays float64 `json:"turnover_days"`
	// AsProposed of the Approved orders of 28 days were approved without an edit.
	AsProposed int `json:"as_proposed"`
	Approved   int `json:"approved"`
	// OnTime of the order lines Delivered whole in 90 days came by the day agreed.
	OnTime    int `json:"on_time"`
	Delivered int `json:"delivered"`
}

// accuracy adds up the errors of the last report's forecast.
type accuracy struct {
	off, sold float64
	products  int
}

func (a *accuracy) add(m WeekMiss) {
	if m.Days == 0 {
		return
	}
	a.off, a.sold, a.products = a.off+math.Abs(m.Sold-m.Expected), a.sold+m.Sold, a.products+1
}

// into writes the accuracy down; without sales there is none.
func (a *accuracy) into(in *Indicators) {
	if in != nil && a.sold > 0 {
		in.Accuracy, in.Products = max(0, 1-a.off/a.sold), a.products
	}
}

// IndicatorDay is what a weekly report kept.
type IndicatorDay struct {
	Day core.Day
	Indicators
}
