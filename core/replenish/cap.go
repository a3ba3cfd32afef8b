package replenish

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

const (
	usualWeeks = 13 // weeks that the usual sales are the median of
	leastWeeks = 4  // with fewer known weeks nothing is usual
	lookBack   = 52 // weeks that are searched for known ones
	knownDays  = 4  // known days that make a week known
	errorWeeks = 4  // weeks in a row that may all be wrong
)

// Usual is what an item usually sells in a week, from its raw sales alone: neither
// the cleaning of the data nor a forecast has a part in it, so that it holds when
// they fail.
type Usual struct {
	Weekly float64   // units; the median, or what is more of half the mean and the last weeks
	Weeks  int       // known weeks it comes from, the last 13 at most
	Mean   bool      // it is half the mean
	Busy   float64   // units of a week with sales: their lower median, 0 with a single one
	Last   bool      // it is what each of the last four known weeks sold at least
	past   []float64 // units of each of the last 52 weeks, the newest first; 0 where not known
}

// UsualOf looks at the daily sales of all channels before today. A day is unknown
// when a channel has no data or is labelled out of stock or an anomaly, and a week
// with less than four known days. With empty shelves the days without a sale up to
// today are unknown too. In the mean a week counts as no more than three times the
// lower median of the weeks with sales, and a single one not at all, so that a few
// wrong days cannot raise it. What each of the last four known weeks sold at least is
// usual too: a product that came back, or took off, is no error. It is nil with less than four known weeks within a year.
func UsualOf(series []core.Series, today core.Day, empty bool) *Usual {
	if empty {
		for first := today - 7*lookBack; today > first; today-- {
			if sold, known := soldOn(series, today-1); known && sold > 0 {
				break
			}
		}
	}
	weeks, past := make([]float64, 0, usualWeeks), make([]float64, lookBack)
	for w := range core.Day(lookBack) {
		sum, days := 0.0, 0
		for d := today - 7*w - 7; d < today-7*w; d++ {
			if sold, known := soldOn(series, d); known {
				sum += sold
				days++
			}
		}
		past[w] = sum
		if days >= knownDays && len(weeks) < usualWeeks {
			weeks = append(weeks, sum/float64(days)*7)
		}
	}
	n := len(weeks)
	if n < leastWeeks {
		return nil
	}
	last := slices.Min(weeks[:leastWeeks])
	slices.Sort(weeks)
	u := Usual{Weekly: (weeks[(n-1)/2] + weeks[n/2]) / 2, Weeks: n, past: past}
	u.Busy = busy(weeks)
	if mean := boundedMean(weeks, u.Busy); mean/2 > u.Weekly {
		u.Weekly, u.Mean = mean/2, true
	}
	if last > u.Weekly {
		u.Weekly, u.Mean, u.Last = last, false, true
	}
	u.Weekly = round4(u.Weekly)
	return &u
}

// Again returns what sold in the second-best of so many weeks in a row of the past
// year: what happened once can be an error of the data or a customer who never comes
// back, what happened twice can happen again. The two lie apart by more weeks than an
// error may last.
func (u *Usual) Again(weeks int) (units float64) {
	sum := func(at int) (s float64) {
		for _, v := range u.past[at : at+weeks] {
			s += v
		}
		return s
	}
	best := 0
	for at := 1; at+weeks <= len(u.past); at++ {
		if sum(at) > sum(best) {
			best = at
		}
	}
	for at := 0; at+weeks <= len(u.past); at++ {
		if apart := max(at-best, best-at); apart >= weeks+errorWeeks-1 {
			units = max(units, sum(at))
		}
	}
	return round4(units)
}

// busy is the lower median of the weeks with sales, 0 when there is one at most;
// weeks are ascending.
func busy(weeks []float64) float64 {
	n := len(weeks)
	first := slices.IndexFunc(weeks, func(v float64) bool { return v > 0 })
	if first < 0 || first == n-1 {
		return 0
	}
	return round4(weeks[first+(n-1-first)/2])
}

// boundedMean is the mean that UsualOf speaks of.
func boundedMean(weeks []float64, busy float64) (mean float64) {
	for _, v := range weeks {
		mean += min(v, 3*busy) / float64(len(weeks))
	}
	return mean
}

// soldOn sums up the sales of a day over the channels that have it.
func soldOn(series []core.Series, d core.Day) (sold float64, known bool) {
	for _, s := range series {
		i := int(d - s.Start)
		if i < 0 || i >= s.Qty.Len() {
			continue
		}
		q := float64(s.Qty.At(i))
		if !(q >= 0) || math.IsInf(q, 0) || i < len(s.Flags) && s.Flags[i]&(core.StockOut|core.Anomaly) != 0 {
			return 0, false
		}
		sold, known = sold+q, true
	}
	return sold, known
}

// Cap bounds an order by what usually sells, whatever the forecast says:
//
//	Limit = Times * max(Weekly/7 * Days, Busy, Again) + Owed - OnOrder
//	Most  = Limit in whole packs, and the minimum order when nothing is on order
//
// What is on order counts, so that a forecast gone mad is not followed in several
// orders either.
type Cap struct {
	Times   float64 `json:"times"`  // QuantityPolicy.OrderCap
	Weekly  float64 `json:"weekly"` // see Usual
	Weeks   int     `json:"weeks"`
	Mean    bool    `json:"mean,omitempty"`
	Last    bool    `json:"last,omitempty"`
	Busy    float64 `json:"busy,omitempty"`
	Again   float64 `json:"again,omitempty"`    // see Usual, in Span weeks
	Span    int     `json:"span,omitempty"`     // Days in whole weeks
	Days    float64 `json:"days"`               // that the order must last
	Owed    int64   `json:"owed,omitempty"`     // to customers beyond stock: sold, whatever is usual
	OnOrder int64   `json:"on_order,omitempty"` // by open orders
	Limit   float64 `json:"limit"`
	Most    int64   `json:"most"` // units
	Pack    int64   `json:"pack"`
}

// cap returns the bound of an order; nil without one.
func (in Input) cap(c Calculation, p core.Policy) *Cap {
	if p.Quantity.OrderCap == 0 || in.Usual == nil {
		return nil
	}
	o := Cap{Times: p.Quantity.OrderCap, Weekly: in.Usual.Weekly, Weeks: in.Usual.Weeks, Mean: in.Usual.Mean, Last: in.Usual.Last, Busy: in.Usual.Busy, Days: round4(c.CoverDays),
		Owed: max(0, -in.Position.Available()), OnOrder: in.Position.OnOrder, Pack: max(1, in.Item.Pack)}
	o.Span = min(max(1, int(math.Ceil(o.Days/7-1e-9))), lookBack)
	if len(in.Usual.past) > 0 {
		o.Again = in.Usual.Again(o.Span)
	}
	o.Limit = round2(o.Times*max(o.Weekly/7*o.Days, o.Busy, o.Again) + float64(o.Owed-o.OnOrder))
	o.Most = int64(math.Floor(min(max(0, o.Limit), float64(MaxQty)))) / o.Pack * o.Pack
	if least := upTo(max(1, in.Item.MOQ), o.Pack); o.OnOrder == 0 {
		o.Most = max(o.Most, least)
	} else if o.Most < least {
		o.Most = 0
	}
	return &o
}

// less is the cap on what is ordered beside qty units.
func (o *Cap) less(qty int64) *Cap {
	if o == nil {
		return nil
	}
	rest := *o
	rest.Most = max(0, o.Most-qty)
	return &rest
}

// Apply cuts qty to the cap and adds the step that says so.
func (o *Cap) Apply(qty int64, steps []Step) (int64, []Step) {
	if o == nil || qty <= o.Most {
		return qty, steps
	}
	return o.Most, append(steps, Step{Rule: CapRule, From: float64(qty), To: o.Most, Note: o.why()})
}

// CapRule names the step of an order that was cut to its cap.
const CapRule = "order cap"

func (o *Cap) why() string {
	usual := o.Weekly / 7 * o.Days
	var sum, what string
	switch {
	case o.Again > max(usual, o.Busy):
		sum = fmt.Sprintf("%s × %s", Num(o.Times), Num(o.Again))
		what = fmt.Sprintf("so many sold in the second-best time of %d weeks of the past year", o.Span)
	case o.Busy > usual:
		sum = fmt.Sprintf("%s × %s of a week with sales", Num(o.Times), Num(o.Busy))
		what = fmt.Sprintf("a week is the lower median of those with sales among the last %d known ones", o.Weeks)
	default:
		sum = fmt.Sprintf("%s × %s a week ÷ 7 × %s days", Num(o.Times), Num(o.Weekly), Num(o.Days))
		what = fmt.Sprintf("a week is the median of the last %d known ones", o.Weeks)
		if o.Mean {
			what = fmt.Sprintf("a week is half the mean of the last %d known ones", o.Weeks)
		} else if o.Last {
			what = "a week is the least of the last four known ones"
		}
	}
	if o.Owed > 0 {
		sum += fmt.Sprintf(" + %s owed to customers", Num(float64(o.Owed)))
	}
	if o.OnOrder > 0 {
		sum += fmt.Sprintf(" − %s on order", Num(float64(o.OnOrder)))
	}
	packs := "whole units"
	if o.Pack > 1 {
		packs = fmt.Sprintf("packs of %s", Num(float64(o.Pack)))
	}
	if float64(o.Most) > o.Limit {
		packs = "at least the minimum order"
	} else if o.Most == 0 {
		packs += " or the minimum order, none"
	}
	return fmt.Sprintf("capped at %s times the usual: %s = %s, %s; %s", Num(o.Times), sum, Num(o.Limit), packs, what)
}
