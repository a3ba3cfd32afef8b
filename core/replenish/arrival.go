package replenish

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast/window"
)

// UnitCost is what a unit too few and a unit too many cost, in the major unit of
// Margin's currency: what the target "cost" weighs.
type UnitCost struct {
	Margin core.Money // lost with each unit short
	Keep   float64    // of each unit left over, until the next order can be smaller by it
	// Level, when not 0, is a service level that somebody set; it then stands for
	// Keep, as that of which it is the critical fractile.
	Level float64
}

// fractile returns the chance of having enough that is aimed at, and the cost of a
// unit left over that belongs to it.
func (u *UnitCost) fractile() (level, margin, keep float64) {
	margin = u.margin()
	if u.Level > 0 {
		return u.Level, margin, margin * (1 - u.Level) / u.Level
	}
	return round6(CriticalFractile(margin, u.Keep)), margin, u.Keep
}

// AtLeast sets a service level where that of the costs is lower, and reports whether it
// did.
func (u *UnitCost) AtLeast(level float64) bool {
	if now, _, _ := u.fractile(); now >= level {
		return false
	}
	u.Level = level
	return true
}

func (u *UnitCost) margin() float64 {
	return float64(u.Margin.Minor) / math.Pow10(u.Margin.Currency.Decimals())
}

// AtArrival is how the target "cost" finds what is needed: course by course of
// demand, what is asked for from the arrival of goods ordered now until that of the
// next order, less what is left when they arrive and what comes meanwhile. Units and
// days; the first three figures are averages over the courses.
//
//	Average = Asked - Left - Due
//	Need    = max(quantile of the courses at Level, Average + Floor)
//	        = Average + the safety stock that a person set
type AtArrival struct {
	Arrives int        `json:"arrives"` // days from today, by the normal way
	Until   int        `json:"until"`   // days from today until the next order comes, one deviation late
	Left    float64    `json:"left"`
	Asked   float64    `json:"asked"`
	Due     float64    `json:"due"`
	Ahead   int64      `json:"ahead,omitempty"` // units of the same order that come by a faster way, counted as there
	Average float64    `json:"average"`
	Margin  core.Money `json:"margin"`
	Keep    float64    `json:"keep"` // see UnitCost
	Level   float64    `json:"level"`
	Spread  float64    `json:"spread"` // of the courses, see window.Paths.Widen; 1 when none
	Floor   float64    `json:"floor"`  // least safety stock in units
	Safety  *float64   `json:"safety,omitempty"`
	// Need is negative when more is there than is needed.
	Need float64 `json:"need"`
	// Waiting and Ordering are the expected costs until the next order comes: without
	// an order, and with Best units, the cheapest quantity that the supplier sells. All
	// are zero when nothing can be ordered.
	Best     int64      `json:"best,omitempty"`
	Waiting  core.Money `json:"waiting,omitzero"`
	Ordering core.Money `json:"ordering,omitzero"`
}

// Saves is what ordering Best units now is expected to save until the next order comes.
func (a *AtArrival) Saves() core.Money {
	return core.Money{Minor: a.Waiting.Minor - a.Ordering.Minor, Currency: a.Waiting.Currency}
}

// arrival is an AtArrival at work. It points to it, because the calculation that
// keeps the figures must not keep the courses.
type arrival struct {
	*AtArrival
	paths        *window.Paths
	dist         window.Dist // of the need
	margin, keep float64     // major units
	line         float64     // QuantityPolicy.LineCost, 0 where a person's word counts
	enough       float64     // days of sales from which nothing is ordered
	lasts, daily float64     // as asked with, not rounded, for another look
}

// atArrival looks at the arrival of goods ordered now by the normal way; nil where
// the target is another one, or the costs or a price is not known. courses are those of
// an earlier look; nil makes them.
func (in *Input) atArrival(p core.Policy, normal core.Lead, lasts, daily float64, courses *window.Paths) *arrival {
	if p.Target != core.TargetCost || in.Cost == nil || in.Economics.Rate <= 0 || in.Economics.Sell.Minor <= 0 {
		return nil
	}
	a := &arrival{AtArrival: &AtArrival{Margin: in.Cost.Margin, Spread: round4(max(in.Spread, 1)), Floor: round2(p.MinSafetyDays * daily), Safety: in.Safety}}
	a.lasts, a.daily = lasts, daily
	a.Arrives = min(int(Arrival(in.Today, normal, in.Closed)-in.Today), maxWindow)
	a.Until = min(max(int(math.Ceil(lasts+normal.SD-1e-9)), a.Arrives+1), maxWindow+p.ReviewDays)
	a.Level, a.margin, a.keep = in.Cost.fractile()
	a.Keep = round6(a.keep)
	if a.paths = courses; courses == nil {
		a.paths = in.paths(a.Until)
	}
	due := in.due(a.Until)
	need, left, asked := NeedAtArrival(a.paths, float64(in.Position.Available()), due, a.Arrives, a.Until-a.Arrives)
	a.Left, a.Asked = round2(left), round2(asked)
	for _, d := range due[a.Arrives:] {
		a.Due += d
	}
	a.Average = round2(a.Asked - a.Left - a.Due)
	a.Need = round2(need.AtLeast(a.Level))
	switch least := round2(a.Average + a.Floor); {
	case a.Safety != nil:
		least = round2(a.Average + *a.Safety)
		fallthrough
	case a.Need < least:
		by := least - a.Need
		a.Need, need = least, need.Map(func(v float64) float64 { return v + by })
	}
	a.dist = need
	a.enough = max(float64(p.Quantity.MaxCoverDays), 2*lasts)
	if in.Cost.Level == 0 && in.Safety == nil {
		a.line = p.Quantity.LineCost
	}
	return a
}

// due is what comes on each of the first n days.
func (in *Input) due(n int) []float64 {
	due := make([]float64, n)
	for _, d := range in.Inbound {
		k := int(d.Due - in.Today)
		if k < 0 {
			k = 1 // what is late counts as coming tomorrow, as in Project
		}
		if k < len(due) {
			due[k] += float64(d.Qty)
		}
	}
	return due
}

// paths are courses of demand of so many days, signals and all.
func (in *Input) paths(days int) *window.Paths {
	week := cmp.Or(in.Week, 7)
	p := in.Room
	if p == nil {
		p = new(window.Paths)
	}
	p.Reset(window.Input{Past: in.Past, Mean: in.base(), Totals: in.Totals, Levels: in.Levels, Year: 52 * week, Week: week, Whole: in.Whole}, days)
	if in.Factor != nil {
		p.Scale(in.Factor)
	}
	if in.Spread > 1 {
		p.Widen(in.Spread)
	}
	return p
}

// base is the expected demand without what signals do.
func (in *Input) base() []float64 {
	if in.Factor == nil {
		return in.Mean
	}
	out := slices.Clone(in.Mean)
	for i := range out {
		if i < len(in.Factor) && in.Factor[i] > 0 {
			out[i] /= in.Factor[i]
		}
	}
	return out
}

// levels puts the need into the calculation: an order is due at every review at
// which something is needed.
func (a *arrival) levels(c *Calculation) {
	c.AtArrival = a.AtArrival
	c.OrderUpTo = round2(float64(c.Position.Net()) + a.Need)
	c.SafetyStockLong = round2(a.Need - a.Average)
}

// cost is the expected cost of an order of q units: margin lost until the next one
// arrives and what it costs to keep the rest.
func (a *arrival) cost(q int64) float64 {
	return a.margin*a.dist.Shortage(float64(q)) + a.keep*a.dist.Left(float64(q))
}

// quantity is the cheapest quantity that may be ordered, with the steps to it.
func (a *arrival) quantity(c *Calculation, it core.SupplierItem, freight core.Money, h Holding) (int64, []Step) {
	lot := Lot{Least: max(1, it.MOQ), Pack: max(1, it.Pack), Most: it.Max}
	qty := CostTarget(a.dist, a.Need, a.margin, a.keep, lot)
	if a.Need > float64(MaxQty) || qty < -c.Position.Net() { // what customers are owed does not wait
		return Round(a.Need, it, freight, h)
	}
	net := float64(c.Position.Net())
	if most := a.enough * c.DemandPerDay; qty > 0 && c.DemandPerDay > 0 && net > most && a.Safety == nil {
		return 0, []Step{{Rule: CoverRule, From: a.Need, To: 0, Note: fmt.Sprintf("the position of %s lasts %s days at the expected demand, more than %s", Num(net), Num(math.Round(net/c.DemandPerDay)), Num(a.enough))}}
	}
	if qty > 0 {
		a.Best, a.Waiting, a.Ordering = qty, a.money(a.cost(0)), a.money(a.cost(qty))
		if share := a.handling(c, qty); net >= 0 && float64(a.Saves().Minor) < share*a.minor() {
			return 0, []Step{{Rule: LineCostRule, From: a.Need, To: 0, Note: a.notWorth(c, qty, share)}}
		}
	}
	var steps []Step
	if float64(qty) != a.Need {
		steps = append(steps, a.step(qty, lot))
	}
	if to, why := buyUp(qty, lot.Pack, it, freight, h); qty > 0 && to > qty {
		steps = append(steps, Step{Rule: "price break", From: float64(qty), To: to, Note: why})
		qty = to
	}
	return qty, steps
}

// step says why the cheapest quantity is not the need itself.
func (a *arrival) step(qty int64, lot Lot) Step {
	s := Step{From: a.Need, To: qty}
	least := upTo(lot.Least, lot.Pack)
	switch {
	case qty == 0 && lot.Most > 0 && least > lot.Most:
		s.Rule, s.Note = "maximum", fmt.Sprintf("no multiple of %d lies between the minimum order of %d and the largest of %d", lot.Pack, lot.Least, lot.Most)
	case qty == 0 && a.Need < 1 && least == 1:
		s.Rule, s.Note = "whole units", fmt.Sprintf("a unit is expected to cost %s, none %s", a.money(a.cost(1)), a.money(a.cost(0)))
	case qty == 0:
		s.Rule, s.Note = "MOQ", fmt.Sprintf("the least order of %s is expected to cost %s until the next review, waiting for it %s", Num(float64(least)), a.money(a.cost(least)), a.money(a.cost(0)))
	case lot.Most > 0 && float64(qty)+float64(lot.Pack) > float64(lot.Most) && float64(qty) < a.Need:
		s.Rule, s.Note = "maximum", fmt.Sprintf("the largest order is %s", Num(float64(lot.Most)))
	case qty == least && a.Need < float64(least):
		s.Rule, s.Note = "MOQ", fmt.Sprintf("the least order is %s; it is expected to cost %s, waiting for the next review %s", Num(float64(least)), a.money(a.cost(qty)), a.money(a.cost(0)))
	default:
		s.Rule, s.Note = "whole units", "the cheaper of the two next to it"
		if lot.Pack > 1 {
			s.Rule, s.Note = "pack", fmt.Sprintf("packs of %s, the cheaper of the two quantities next to it", Num(float64(lot.Pack)))
		}
	}
	return s
}

// LineCostRule names the step of an order that is not worth its handling yet.
const LineCostRule = "order line"

// CoverRule names the step of an order that is not made, because there is stock for
// QuantityPolicy.MaxCoverDays, or for twice the time an order must last where that is
// longer. What is still needed then is needed for a demand far beyond the expected.
const CoverRule = "enough stock"

// handling is what an order of qty units now costs more to handle than the same order
// at the next review: waiting puts off all later orders as well, so it saves a review's
// share of the time that one order lasts, and all of it where that is shorter (the
// cost of a renewal cycle; Silver, Pyke and Thomas, 4th ed., section 4.1).
func (a *arrival) handling(c *Calculation, qty int64) float64 {
	return a.line * min(1, float64(c.ReviewDays)*c.DemandPerDay/float64(qty))
}

// notWorth says why an order of qty units waits.
func (a *arrival) notWorth(c *Calculation, qty int64, share float64) string {
	handling := fmt.Sprintf("%s to handle the line", a.money(a.line))
	if share < a.line && c.DemandPerDay > 0 {
		handling = fmt.Sprintf("%s × %d days of review ÷ %s days that they last = %s to handle the line", a.money(a.line), c.ReviewDays, Num(round2(float64(qty)/c.DemandPerDay)), a.money(share))
	}
	return fmt.Sprintf("%s units are expected to save %s − %s = %s until the next review, less than %s; it waits", Num(float64(qty)), a.Waiting, a.Ordering, a.Saves(), handling)
}

// minor is how many minor units a major unit of the shop's currency has.
func (a *arrival) minor() float64 { return math.Pow10(a.Margin.Currency.Decimals()) }

// money rounds an expected cost to an amount.
func (a *arrival) money(v float64) core.Money {
	return scaled(core.Money{Minor: 1, Currency: a.Margin.Currency}, v*a.minor())
}

func round6(v float64) float64 { return core.Round(v, 6) }
