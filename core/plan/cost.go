package plan

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// unitCost is what the target "cost" weighs for an item: the margin of a unit that is
// lost, less what buyers spend on another product instead, and what it costs to keep
// one too many until the next order can be smaller by it. It is nil, with the reason,
// without both prices and where the landed cost leaves no margin: then the service
// level of the shop holds.
func (e *evaluation) unitCost(n *node, offer *core.SupplierItem) (cost *replenish.UnitCost, why string) {
	if offer == nil {
		return nil, ""
	}
	normal, _ := replenish.Ways(offer.Lead)
	landed, known := e.landed(offer, max(1, offer.MOQ), normal)
	sell, priced := e.valued(n.product.Price)
	switch {
	case !known:
		return nil, "the exchange rate of the supplier's price is not known"
	case n.product.Price.Currency == "":
		return nil, "the selling price is not known"
	case !priced:
		return nil, "the exchange rate of the selling price is not known"
	case sell.Minor <= landed.Minor:
		return nil, fmt.Sprintf("the selling price of %s leaves no margin over the landed cost of %s", sell, landed)
	}
	margin, err := core.Money{Minor: sell.Minor - landed.Minor, Currency: sell.Currency}.Scale(1 - e.policy.Quantity.Substitution)
	if err != nil || margin.Minor <= 0 {
		return nil, "every buyer takes another product when it is out of stock, so nothing is lost"
	}
	value := float64(landed.Minor) / math.Pow10(landed.Currency.Decimals())
	keep := value * e.policy.Quantity.HoldingRate * float64(e.policy.ReviewDays) / 365 * replenish.KeepTimes
	return &replenish.UnitCost{Margin: margin, Keep: core.Round(keep, 6)}, ""
}

func round4(v float64) float64 { return core.Round(v, 4) }
