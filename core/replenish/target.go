package replenish

import (
	"math"

	"quartermaster/core/forecast/window"
)

// KeepTimes is how many reviews a unit that was too many stays on the shelf before
// the next order can be smaller by it. One would be right if demand never changed
// its level; the forecast of slow and lumpy items falls after quiet weeks, and then
// nothing is ordered for a while. Measured on real demand, see docs/replenishment.md.
const KeepTimes = 1.4

// CriticalFractile returns the probability of not running short at which one unit
// more costs as much as it brings: margin/(margin+holding), with the margin lost per
// unit short and the cost of one unit left over until the next order (the newsvendor
// solution; Silver, Pyke and Thomas, 4th ed., chapter 9). It is 0 without a margin
// and 1 when holding costs nothing.
func CriticalFractile(margin, holding float64) float64 {
	margin, holding = max(margin, 0), max(holding, 0)
	switch {
	case margin == 0:
		return 0
	case math.IsInf(margin, 1):
		return 1
	}
	return margin / (margin + holding)
}

// NeedAtArrival returns the distribution of what an order placed now should bring,
// with the averages of the two figures it is the difference of: the demand between its arrival, lead periods from now, and that of the next order,
// review periods later, less the stock that is left when it arrives. Negative values
// are stock that is too much anyway.
//
// Each course of demand is played through: due[k] arrives before the demand of
// period k, sales that find no stock are lost and come back to nobody, so stock is
// never below zero. That is what tells this need from order-up-to level less
// position: what will be sold out before the goods arrive need not be ordered again
// (projected inventory level policy, van Jaarsveld and Arts 2024). What is due in the
// periods that the order is for counts as there. Backorders are negative stock.
func NeedAtArrival(p *window.Paths, stock float64, due []float64, lead, review int) (need window.Dist, left, asked float64) {
	lead = max(lead, 0)
	end := min(lead+max(review, 1), p.Periods())
	later := 0.0
	for k := lead; k < min(end, len(due)); k++ {
		later += due[k]
	}
	values := make([]float64, p.Len())
	n := float64(max(1, len(values)))
	for j := range values {
		path, s := p.Path(j), stock
		for k := range min(lead, end) {
			if k < len(due) {
				s += due[k]
			}
			s -= min(path[k], max(s, 0))
		}
		demand := 0.0
		for _, d := range path[min(lead, end):end] {
			demand += d
		}
		left, asked = left+s/n, asked+demand/n
		values[j] = demand - s - later
	}
	return window.NewDist(values), left, asked
}

// Lot is what may be ordered at once: nothing, or at least Least units in multiples
// of Pack, both at least 1, and at most Most when that is not 0.
type Lot struct{ Least, Pack, Most int64 }

// CostTarget returns the quantity that is expected to cost least: margin lost for
// each unit short, keep for each unit left over, until the next order can be smaller
// by it (KeepTimes its holding until the next review). need is that of NeedAtArrival,
// best its critical fractile, which is the answer where any amount may be ordered.
// With lots, one pack more is ordered as long as that saves more than it costs, and a
// least order is placed only when it costs less than waiting for the next review.
func CostTarget(need window.Dist, best, margin, keep float64, lot Lot) int64 {
	if !(best > 0) {
		return 0
	}
	cost := func(q int64) float64 {
		return margin*need.Shortage(float64(q)) + keep*need.Left(float64(q))
	}
	least, pack := max(lot.Least, 1), max(lot.Pack, 1)
	most := MaxQty
	if lot.Most > 0 {
		most = min(most, lot.Most)
	}
	n := int64(min(math.Floor(best/float64(pack)), float64(most/pack))) * pack
	q := n
	if up := n + pack; up <= most && cost(up) < cost(n) {
		q = up
	}
	if q < least {
		if q = (least + pack - 1) / pack * pack; q > most || cost(q) >= cost(0) {
			return 0
		}
	}
	return q
}
