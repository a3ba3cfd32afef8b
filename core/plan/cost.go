package plan

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// costLevel is the service level at which one unit more in stock costs as much to
// keep as the margin it saves (target "cost"): the critical fractile of the margin of
// a unit against its holding until the next review, within the bounds that a policy
// has. It reports false without both prices.
func (e *evaluation) costLevel(n *node, offer *core.SupplierItem) (level float64, why string, ok bool) {
	if offer == nil {
		return 0, "", false
	}
	normal, _ := replenish.Ways(offer.Lead)
	landed, known := e.landed(offer, max(1, offer.MOQ), normal)
	sell, priced := e.toShop(n.product.Price)
	if !known || !priced || sell.Minor <= landed.Minor {
		return 0, "", false
	}
	margin := core.Money{Minor: sell.Minor - landed.Minor, Currency: sell.Currency}
	major := func(m core.Money) float64 { return float64(m.Minor) / math.Pow10(m.Currency.Decimals()) }
	holding := round4(major(landed) * e.policy.Quantity.HoldingRate * float64(e.policy.ReviewDays) / 365 * replenish.KeepTimes)
	level = round4(replenish.CriticalFractile(major(margin), holding))
	if bound := min(max(level, 0.5), 0.999); bound != level {
		return bound, fmt.Sprintf("of the item's own costs, a margin of %s against %s to keep a unit too many, within 50 to 99.9 %%,", margin, replenish.Num(holding)), true
	}
	return level, fmt.Sprintf("of the item's own costs, margin %s ÷ (margin + %s to keep a unit too many),", margin, replenish.Num(holding)), true
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }
