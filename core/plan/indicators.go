package plan

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// IndicatorKind names an indicator (requirement L1).
type IndicatorKind string

// The indicators, in the order in which they are shown. Spans are whole calendar weeks.
//
//   - repurchase: repeat purchases ÷ purchases of known customers (repurchase.RepeatWeek).
//   - turnover: days' supply, average stock at cost ÷ cost of goods sold a day; 365 ÷ it
//     is the turns of a year (Silver, Pyke and Thomas, Inventory and Production
//     Management in Supply Chains, 4th edition, 2017, chapter 1).
//   - lost: margin not earned a week because stock had run out: on such days, what like
//     days within four weeks sold more, at price less cost (history.Lost). An estimate.
//     Weeks with checks also count the shelves that a check saw empty, so that Now is
//     rather too dark beside Before than too bright.
//   - storage: carrying charge ÷ revenue, the charge being average stock at cost ×
//     QuantityPolicy.HoldingRate × days ÷ 365 (the same book, chapter 1).
//   - roas: revenue that the platforms count ÷ money spent on advertising.
//   - promise: order lines that came whole by the day the supplier agreed to ÷ order lines
//     due. What the shop promises its customers is not in the data.
//   - accuracy: 1 − WAPE per product and week, Σ|sold − expected| ÷ Σ sold, not below 0
//     (Hyndman and Athanasopoulos, Forecasting, 3rd edition, 2021, 5.8). Before the bot
//     nothing was forecast; what stands there is what repeating the week before reached.
//   - automation: orders at suppliers approved as the bot proposed them ÷ orders placed.
const (
	Repurchase IndicatorKind = "repurchase"
	Turnover   IndicatorKind = "turnover"
	LostSales  IndicatorKind = "lost"
	Storage    IndicatorKind = "storage"
	ROAS       IndicatorKind = "roas"
	Promise    IndicatorKind = "promise"
	Accuracy   IndicatorKind = "accuracy"
	Automation IndicatorKind = "automation"
)

// Gap is why an indicator cannot be told.
type Gap string

// Gaps.
const (
	GapCustomers Gap = "customers" // no customer was looked at yet, or the orders name none
	GapPast      Gap = "past"      // orders do not reach back far enough
	GapSales     Gap = "sales"     // no known sales
	GapStock     Gap = "stock"     // no stock at a known cost was seen then
	GapDelivered Gap = "delivered" // nor do the deliveries on record account for the sales
	GapRate      Gap = "rate"      // the holding rate is 0
	GapAds       Gap = "ads"       // no ad data
	GapBrought   Gap = "brought"   // ad data without revenue
	GapDue       Gap = "due"       // no order line was due
	GapForecast  Gap = "forecast"  // no two weekly reports yet
	GapOrders    Gap = "orders"    // no order was placed
)

// Figure is the value of an indicator over a span.
type Figure struct {
	// Value is a share for repurchase, storage, promise, accuracy and automation; days
	// for turnover; minor units a week for lost; a ratio for roas.
	Value float64
	Gap   Gap // why there is none; empty when there is
	Weeks int // that have it
	N, Of int // a share of counted things: N of Of
}

// Known reports whether there is a value.
func (f Figure) Known() bool { return f.Gap == "" }

// Indicator is one figure now and before the bot.
type Indicator struct {
	Kind        IndicatorKind
	Now, Before Figure
	// Change is Now less Before: a difference for shares, a fraction of Before for the
	// others. Moved says whether it is more than one point or 3 %, and of counted things
	// at least fewest were there.
	Change float64
	Moved  bool
	Good   bool      // the direction in which it moved is the right one
	Course []float64 // week by week where known, oldest first, up to 12
}

// Share reports whether the values are shares of a whole.
func (k IndicatorKind) Share() bool { return k != Turnover && k != LostSales && k != ROAS }

// fewer is better.
func (k IndicatorKind) fewer() bool { return k == Turnover || k == LostSales || k == Storage }

// Indicators say how well the shop is run, now and before the bot.
type Indicators struct {
	Since core.Day // of the first check; 0 before it
	// Now and Before are whole weeks. After is set when the weeks of Now all lie after the
	// week of the first check; until then both spans are from before the bot.
	Now, Before core.DayRange
	After       bool
	List        []Indicator
}

// Spans of the comparison, in weeks, and how many of counted things a judgement needs.
const (
	nowWeeks    = 4
	beforeWeeks = 8
	courseWeeks = 12
	fewest      = 10
	leastDays   = 4 // known days of a week that counts
)

// IndicatorDays is how far before the week of the first check, or the present one, the
// weeks that Measure looks at reach back.
const IndicatorDays = 7 * (nowWeeks + beforeWeeks)

// OrderWeek counts the orders placed at suppliers in a calendar week, here and
// elsewhere. Proposed are those approved without an edit.
type OrderWeek struct {
	Monday           core.Day
	Placed, Proposed int
}

// IndicatorInput is what Measure makes the indicators of, week by week in any order.
type IndicatorInput struct {
	Today       core.Day
	Since       core.Day // of the first check; 0: none yet
	HoldingRate float64  // QuantityPolicy.HoldingRate
	Trade       []TradeWeek
	Repeats     []repurchase.RepeatWeek
	Customers   bool // somebody looked at the customers
	Orders      []OrderWeek
	Forecasts   []WeekAccuracy
}

// Measure computes the indicators of the last four whole weeks, and of the eight
// before the week of the first check. Weeks of the bot alone count as now, as soon as
// there is one.
func Measure(in IndicatorInput) Indicators {
	in.Trade = slices.SortedFunc(slices.Values(in.Trade), func(a, b TradeWeek) int { return cmp.Compare(a.Monday, b.Monday) })
	end := in.Today.Monday()
	out := Indicators{Since: in.Since, Now: weeksUpTo(end, nowWeeks)}
	start := in.Since.Monday()
	if out.After = in.Since != 0 && start+7 < end; out.After {
		out.Now.From = max(out.Now.From, start+7)
		out.Before = weeksUpTo(start, beforeWeeks)
	} else {
		out.Before = weeksUpTo(out.Now.From, beforeWeeks)
	}
	for _, k := range []IndicatorKind{Repurchase, Turnover, LostSales, Storage, ROAS, Promise, Accuracy, Automation} {
		x := Indicator{Kind: k, Now: in.figure(k, out.Now, true), Before: in.figure(k, out.Before, false)}
		if k == Accuracy {
			x.Before = in.naive(out.Before)
		}
		x.compare()
		for w := end - 7*courseWeeks; w < end; w += 7 {
			if f := in.figure(k, weeksUpTo(w+7, 1), false); f.Known() {
				x.Course = append(x.Course, f.Value)
			}
		}
		out.List = append(out.List, x)
	}
	return out
}

// weeksUpTo is the span of n weeks before a Monday.
func weeksUpTo(monday core.Day, n int) core.DayRange {
	return core.DayRange{From: monday - core.Day(7*n), To: monday - 1}
}

func (x *Indicator) compare() {
	a, b := x.Now, x.Before
	if !a.Known() || !b.Known() {
		return
	}
	x.Change = a.Value - b.Value
	least := 0.01
	if !x.Kind.Share() {
		if least = 0.03; b.Value == 0 {
			return
		}
		x.Change /= b.Value
	}
	few := a.Of > 0 && a.Of < fewest || b.Of > 0 && b.Of < fewest
	x.Moved = !few && math.Abs(x.Change) >= least
	x.Good = x.Moved && (x.Change < 0) == x.Kind.fewer()
}

// figure is the value of an indicator over a span; now lets the newest stock stand in
// for one that was not seen in the span.
func (in *IndicatorInput) figure(k IndicatorKind, span core.DayRange, now bool) Figure {
	switch k {
	case Repurchase:
		return in.repurchase(span)
	case Turnover, Storage:
		return in.stock(k, span, now)
	case LostSales:
		return in.lost(span)
	case ROAS:
		return in.roas(span)
	case Promise:
		return in.promise(span)
	case Accuracy:
		return in.accuracy(span)
	}
	return in.automation(span)
}

// trade are the weeks of a span on most days of which sales are known.
func (in *IndicatorInput) trade(span core.DayRange) (out []TradeWeek) {
	for _, w := range in.Trade {
		if span.Contains(w.Monday) && w.Days >= leastDays {
			out = append(out, w)
		}
	}
	return out
}

// counted adds up the weeks of a span in which something was counted: N of Of.
func counted[W any](span core.DayRange, weeks []W, count func(W) (monday core.Day, n, of int), gap Gap) Figure {
	f := Figure{Gap: gap}
	for _, w := range weeks {
		if monday, n, of := count(w); of > 0 && span.Contains(monday) {
			f.Weeks, f.N, f.Of = f.Weeks+1, f.N+n, f.Of+of
		}
	}
	if f.Of > 0 {
		f.Gap, f.Value = "", float64(f.N)/float64(f.Of)
	}
	return f
}

func (in *IndicatorInput) repurchase(span core.DayRange) Figure {
	gap := GapPast
	if !in.Customers {
		gap = GapCustomers
	}
	return counted(span, in.Repeats, func(w repurchase.RepeatWeek) (core.Day, int, int) { return w.Monday, w.Repeats, w.Purchases }, gap)
}

func (in *IndicatorInput) promise(span core.DayRange) Figure {
	return counted(span, in.Trade, func(w TradeWeek) (core.Day, int, int) { return w.Monday, w.Kept, w.Due }, GapDue)
}

func (in *IndicatorInput) automation(span core.DayRange) Figure {
	return counted(span, in.Orders, func(w OrderWeek) (core.Day, int, int) { return w.Monday, w.Proposed, w.Placed }, GapOrders)
}

// stock is turnover or storage: both need an average stock beside what was sold.
func (in *IndicatorInput) stock(k IndicatorKind, span core.DayRange, now bool) Figure {
	var cost, revenue, stock float64
	days, seen := 0, 0
	weeks := in.trade(span)
	for _, w := range weeks {
		days, cost, revenue = days+w.Days, cost+float64(w.Cost), revenue+float64(w.Revenue)
	}
	add := func(w TradeWeek) {
		for _, d := range w.Stock {
			stock, seen = stock+float64(d.Value), seen+1
		}
	}
	for _, w := range in.Trade {
		if span.Contains(w.Monday) {
			add(w)
		}
	}
	for i := len(in.Trade) - 1; now && seen == 0 && i >= 0; i-- {
		add(in.Trade[i])
	}
	switch {
	case seen == 0 && now:
		return Figure{Gap: GapStock}
	case seen == 0:
		return Figure{Gap: GapDelivered}
	case k == Turnover && cost <= 0, revenue <= 0:
		return Figure{Gap: GapSales}
	case k == Storage && in.HoldingRate == 0:
		return Figure{Gap: GapRate}
	}
	average := stock / float64(seen)
	if k == Turnover {
		return Figure{Value: average / (cost / float64(days)), Weeks: len(weeks)}
	}
	return Figure{Value: average * in.HoldingRate * float64(days) / 365 / revenue, Weeks: len(weeks)}
}

func (in *IndicatorInput) lost(span core.DayRange) Figure {
	f, days, sum := Figure{Gap: GapSales}, 0, 0.0
	for _, w := range in.trade(span) {
		f.Gap, f.Weeks, days, sum = "", f.Weeks+1, days+w.Days, sum+float64(w.Lost)
	}
	if days > 0 {
		f.Value = sum / float64(days) * 7
	}
	return f
}

func (in *IndicatorInput) roas(span core.DayRange) Figure {
	var spent, brought float64
	f := Figure{Gap: GapAds}
	for _, w := range in.Trade {
		if span.Contains(w.Monday) && w.AdRows > 0 {
			f.Weeks, spent, brought = f.Weeks+1, spent+float64(w.AdSpend), brought+float64(w.AdRevenue)
		}
	}
	switch {
	case spent <= 0:
	case brought <= 0:
		f.Gap = GapBrought
	default:
		f.Gap, f.Value = "", brought/spent
	}
	return f
}

func (in *IndicatorInput) accuracy(span core.DayRange) Figure {
	f, off, sold := Figure{Gap: GapForecast}, 0.0, 0.0
	for _, w := range in.Forecasts {
		if span.Contains(w.From.Monday()) {
			f.Weeks, off, sold = f.Weeks+1, off+w.Off, sold+w.Sold
		}
	}
	return f.right(off, sold)
}

// naive is the accuracy that a forecast reached which repeats the week before.
func (in *IndicatorInput) naive(span core.DayRange) Figure {
	f, off, sold := Figure{Gap: GapSales}, 0.0, 0.0
	for _, w := range in.trade(span) {
		f.Weeks, off, sold = f.Weeks+1, off+w.Off, sold+w.Sold
	}
	return f.right(off, sold)
}

func (f Figure) right(off, sold float64) Figure {
	if sold > 0 {
		f.Gap, f.Value = "", max(0, 1-off/sold)
	}
	return f
}
