package plan

import (
	"math"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// unitCost is what the target "cost" weighs for an item: the margin of a unit and
// what it costs to keep one too many until the next order can be smaller by it. It is
// nil without both prices and where the landed cost leaves no margin: then the service
// level of the shop holds.
func (e *evaluation) unitCost(n *node, offer *core.SupplierItem) *replenish.UnitCost {
	if offer == nil {
		return nil
	}
	normal, _ := replenish.Ways(offer.Lead)
	landed, known := e.landed(offer, max(1, offer.MOQ), normal)
	sell, priced := e.toShop(n.product.Price)
	if !known || !priced || sell.Minor <= landed.Minor {
		return nil
	}
	value := float64(landed.Minor) / math.Pow10(landed.Currency.Decimals())
	keep := value * e.policy.Quantity.HoldingRate * float64(e.policy.ReviewDays) / 365 * replenish.KeepTimes
	return &replenish.UnitCost{
		Margin: core.Money{Minor: sell.Minor - landed.Minor, Currency: sell.Currency},
		Keep:   math.Round(keep*1e6) / 1e6,
	}
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }
