package replenish

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// Z returns the standard normal quantile of probability p: sqrt(2)*erfinv(2p-1).
func Z(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// SafetyStock returns z * sqrt(days*sd² + demand²*daysSD²) in units: demand and
// sd are of one day, days and daysSD the mean and deviation of the time covered.
func SafetyStock(z, demand, sd, days, daysSD float64) float64 {
	return z * math.Sqrt(days*sd*sd+demand*demand*daysSD*daysSD)
}

// ReorderPoint returns the expected demand over the lead time plus the safety
// stock for it, in units.
func ReorderPoint(demand, leadDays, safety float64) float64 { return demand*leadDays + safety }

// OrderUpTo returns the level an order fills the position up to, in units: the
// expected demand over the time the order must last plus the safety stock.
func OrderUpTo(demand, coverDays, safety float64) float64 { return demand*coverDays + safety }

// levels fills in the calculation from its inputs, rounding as it goes.
func (c *Calculation) levels() {
	c.DemandPerDay, c.DemandSD, c.Z = round4(c.DemandPerDay), round4(c.DemandSD), round4(c.Z)
	c.LeadDays, c.LeadSD = round4(c.LeadDays), round4(c.LeadSD)
	c.CoverDays, c.CoverSD = round4(c.CoverDays), round4(c.CoverSD)
	floor := round2(c.FloorDays * c.DemandPerDay)
	safety := func(days, sd float64) float64 {
		return max(round2(SafetyStock(c.Z, c.DemandPerDay, c.DemandSD, days, sd)), floor)
	}
	c.SafetyStock = safety(c.LeadDays, c.LeadSD)
	c.SafetyStockLong = safety(c.CoverDays, c.CoverSD)
	c.ReorderPoint = round2(ReorderPoint(c.DemandPerDay, c.LeadDays, c.SafetyStock))
	c.OrderUpTo = round2(OrderUpTo(c.DemandPerDay, c.CoverDays, c.SafetyStockLong))
}

// MaxQty bounds a computed order, in units. More is bad data, not demand.
const MaxQty int64 = 1_000_000_000

// Round turns a need into what the supplier sells: whole units, the minimum
// order, the pack, a price break when the larger order costs less in total (with
// freight per unit), the largest order. Each rule that changed the quantity is a
// Step. The result is 0 when nothing is needed or nothing fits.
func Round(need float64, it core.SupplierItem, freight core.Money) (int64, []Step) {
	if !(need > 0) {
		return 0, nil
	}
	if need > float64(MaxQty) {
		return 0, []Step{{Rule: "maximum", From: need, To: 0,
			Note: fmt.Sprintf("more than %d units: check the data", MaxQty)}}
	}
	pack := max(1, it.Pack)
	var steps []Step
	qty := int64(math.Ceil(need - 1e-6))
	step := func(to int64, from float64, rule, format string, args ...any) {
		if float64(to) != from {
			steps = append(steps, Step{Rule: rule, From: from, To: to, Note: fmt.Sprintf(format, args...)})
		}
		qty = to
	}
	step(qty, need, "round up", "whole units")
	step(max(qty, it.MOQ), float64(qty), "MOQ", "the minimum order is %d", it.MOQ)
	step(upTo(qty, pack), float64(qty), "pack", "%d is the next multiple of %d", upTo(qty, pack), pack)
	if to, saved, ok := cheaper(qty, pack, it, freight); ok {
		step(to, float64(qty), "price break", "at %s each the larger order costs %s less", it.UnitPrice(to), saved)
	}
	if it.Max > 0 && qty > it.Max {
		to := it.Max / pack * pack
		if to < max(1, it.MOQ) {
			step(0, float64(qty), "maximum", "no multiple of %d lies between the minimum order of %d and the largest of %d", pack, it.MOQ, it.Max)
		} else {
			step(to, float64(qty), "maximum", "the largest order is %d", it.Max)
		}
	}
	return qty, steps
}

// upTo rounds qty up to a multiple of pack.
func upTo(qty, pack int64) int64 { return (qty + pack - 1) / pack * pack }

// cheaper looks for a price break above qty whose whole order costs less.
func cheaper(qty, pack int64, it core.SupplierItem, freight core.Money) (to int64, saved core.Money, ok bool) {
	cost := func(q int64) (core.Money, bool) {
		unit, err := it.UnitPrice(q).Add(freight)
		if err != nil {
			return core.Money{}, false
		}
		sum, err := unit.Times(q)
		return sum, err == nil
	}
	best, valid := cost(qty)
	first := best
	for _, b := range it.Breaks {
		if !valid || b.Min <= qty || b.Min > MaxQty {
			continue
		}
		q := upTo(b.Min, pack)
		if it.Max > 0 && q > it.Max {
			continue
		}
		if c, fits := cost(q); fits && c.Minor < best.Minor {
			best, to, ok = c, q, true
		}
	}
	return to, core.Money{Minor: first.Minor - best.Minor, Currency: best.Currency}, ok
}

func round4(v float64) float64 { return roundTo(v, 1e4) }
func round2(v float64) float64 { return roundTo(v, 1e2) }

func roundTo(v, scale float64) float64 {
	if math.Abs(v) > 1e11 { // has no decimals worth keeping
		return v
	}
	return math.Round(v*scale) / scale
}
