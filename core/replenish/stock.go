package replenish

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/forecast/window"
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

// levels fills in the calculation from its inputs, rounding as it goes. With courses
// of demand, safety stock is their quantile less the expected demand; of the days that
// are covered only those under way, lead and normal, are uncertain, closed days and the
// review are not. The level that is ordered up to may come from elsewhere.
func (c *Calculation) levels(courses *window.Paths, lead, normal core.Lead, upTo bool) {
	c.DemandPerDay, c.DemandSD, c.Z = round4(c.DemandPerDay), round4(c.DemandSD), round4(c.Z)
	c.LeadDays, c.LeadSD = round4(c.LeadDays), round4(c.LeadSD)
	c.CoverDays, c.CoverSD = round4(c.CoverDays), round4(c.CoverSD)
	floor := round2(c.FloorDays * c.DemandPerDay)
	if c.FillRate > 0 {
		c.MayShort = round4((1 - c.FillRate) * c.DemandPerDay * float64(c.ReviewDays))
	}
	safety := func(days, sd float64, way core.Lead) float64 {
		if courses != nil {
			sold := courses.Until(window.Lead{Mean: way.Days, SD: sd}, max(days-way.Days, 0))
			q := sold.Quantile(c.ServiceLevel)
			if c.FillRate > 0 {
				q = sold.ShortAtMost(c.MayShort)
			}
			return max(round2(round2(q)-round2(c.DemandPerDay*days)), floor)
		}
		return max(round2(SafetyStock(c.Z, c.DemandPerDay, c.DemandSD, days, sd)), floor)
	}
	if courses != nil {
		c.Courses = courses.Len()
		if courses.Windows == 0 {
			c.CoursesFrom = NoPast
		}
	}
	c.SafetyStock = safety(c.LeadDays, c.LeadSD, lead)
	c.ReorderPoint = round2(ReorderPoint(c.DemandPerDay, c.LeadDays, c.SafetyStock))
	if upTo {
		c.SafetyStockLong = safety(c.CoverDays, c.CoverSD, normal)
		c.OrderUpTo = round2(OrderUpTo(c.DemandPerDay, c.CoverDays, c.SafetyStockLong))
	}
}

// MaxQty bounds a computed order, in units. More is bad data, not demand.
const MaxQty int64 = 1_000_000_000

// Round turns a need into what the supplier sells: whole units, the minimum
// order, the pack, a price break when a unit costs less on average with what it
// costs to hold it (see Holding), the largest order. Each rule that changed the quantity is a
// Step. The result is 0 when nothing is needed or nothing fits.
func Round(need float64, it core.SupplierItem, freight core.Money, h Holding) (int64, []Step) {
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
	step(upTo(qty, pack), float64(qty), "pack", "%s is the next multiple of %d", Num(float64(upTo(qty, pack))), pack)
	if to, why := buyUp(qty, pack, it, freight, h); to > qty {
		step(to, float64(qty), "price break", "%s", why)
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

// lot is the least order of at least need.
func lot(need float64, it core.SupplierItem) int64 {
	return upTo(max(int64(math.Ceil(need-1e-6)), it.MOQ), max(1, it.Pack))
}

// upTo rounds qty up to a multiple of pack.
func upTo(qty, pack int64) int64 { return (qty + pack - 1) / pack * pack }

// buyUp looks for a price break above qty at which a unit costs less: on average
// with its holding where demand is known, else the whole order in total. What is
// compared does not depend on qty, so that more need never orders less.
func buyUp(qty, pack int64, it core.SupplierItem, freight core.Money, h Holding) (to int64, why string) {
	first, _, ok := orderCost(it, freight, qty)
	if !ok {
		return qty, ""
	}
	value := func(landed, total core.Money, q int64) float64 {
		if h.DemandPerDay > 0 {
			return h.unit(landed, q)
		}
		return float64(total.Minor)
	}
	_, sum, _ := orderCost(it, freight, qty)
	to, least := qty, value(first, sum, qty)
	for _, b := range it.Breaks {
		q := upTo(min(b.Min, MaxQty), pack)
		if b.Min <= qty || b.Min > MaxQty || it.Max > 0 && q > it.Max || h.DemandPerDay > 0 && float64(q) > h.Most {
			continue
		}
		if landed, total, fits := orderCost(it, freight, q); fits && value(landed, total, q) < least {
			to, least = q, value(landed, total, q)
		}
	}
	if to == qty {
		return qty, ""
	}
	landed, total, _ := orderCost(it, freight, to)
	if h.DemandPerDay <= 0 {
		return to, fmt.Sprintf("at %s each the larger order costs %s less", it.UnitPrice(to), core.Money{Minor: sum.Minor - total.Minor, Currency: total.Currency})
	}
	minor := func(v float64) core.Money { return core.Money{Minor: int64(math.Round(v)), Currency: landed.Currency} }
	return to, fmt.Sprintf("at %s each, landed and with %s %% a year for holding, a unit costs %s on average instead of %s",
		it.UnitPrice(to), Num(100*h.Rate), minor(h.unit(landed, to)), minor(h.unit(first, qty)))
}

// orderCost returns the landed cost of a unit and of the order.
func orderCost(it core.SupplierItem, freight core.Money, qty int64) (unit, total core.Money, ok bool) {
	unit, err := it.UnitPrice(qty).Add(freight)
	if err != nil {
		return unit, total, false
	}
	total, err = unit.Times(qty)
	return unit, total, err == nil
}

// setSafety puts a safety stock set by a person in place of the computed ones.
func (c *Calculation) setSafety(units float64) {
	c.SafetyStock, c.SafetyStockLong, c.SafetySet = round2(units), round2(units), true
	c.ReorderPoint = round2(ReorderPoint(c.DemandPerDay, c.LeadDays, c.SafetyStock))
	c.OrderUpTo = round2(OrderUpTo(c.DemandPerDay, c.CoverDays, c.SafetyStockLong))
}

// setReorder puts a reorder point set by a person, that of the normal way, and the
// safety stock it holds in place of the computed ones.
func (c *Calculation) setReorder(units, safety float64, normal bool) {
	c.SafetyStock, c.ReorderSet = safety, true
	c.ReorderPoint = round2(ReorderPoint(c.DemandPerDay, c.LeadDays, safety))
	if normal {
		c.ReorderPoint = units
	}
}

func round4(v float64) float64 { return core.Round(v, 4) }
func round2(v float64) float64 { return core.Round(v, 2) }
