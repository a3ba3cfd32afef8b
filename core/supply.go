package core

// Terms are what a supplier asks of a whole order and what was agreed with it.
// A zero term does not exist.
type Terms struct {
	MinAmount Money `json:"min_amount,omitzero"` // least value of the goods of an order, supplier's currency
	MinUnits  int64 `json:"min_units,omitempty"` // least units of an order
	// What fills one container by sea: a number of units, a volume in cubic metres
	// (with SupplierItem.Volume), or both.
	ContainerUnits  int64   `json:"container_units,omitempty"`
	ContainerVolume float64 `json:"container_volume,omitempty"`
	// Reserved is the production the supplier keeps free for the shop, in units a
	// month. More takes longer or has to be asked for.
	Reserved int64 `json:"reserved_units,omitempty"`
	// Agreement says that a quarterly agreement is in force: prices are the list
	// prices less QuantityPolicy.AgreementDiscount.
	Agreement bool `json:"agreement,omitempty"`
}

// KitPart says that one unit of Kit is assembled from Qty units of Part.
type KitPart struct {
	Kit  SKU   `json:"kit"`
	Part SKU   `json:"part"`
	Qty  int64 `json:"qty"`
}

// Bought is what was ordered from a supplier for one SKU on a day; budgets count
// it. Cost is goods and freight in the supplier's currency.
type Bought struct {
	SKU      SKU        `json:"sku"`
	Supplier SupplierID `json:"supplier"`
	Day      Day        `json:"day"`
	Cost     Money      `json:"cost"`
}

// Cycle is how buyers come back to a product, learned from their orders.
type Cycle struct {
	SKU    SKU     `json:"sku"`
	Days   float64 `json:"days"`   // median days between two purchases of one customer
	Share  float64 `json:"share"`  // of buyers who buy it again within a year
	Buyers int     `json:"buyers"` // customers behind it
}

// Class is a class of a product: A, B or C by the margin it brings, and X, Y or
// Z by how regular its weekly demand is. The empty Class is not classed.
type Class string

// Classes lists every class.
var Classes = []Class{"AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"}

// Scaled returns the offer with all prices of goods times factor; freight stays.
// A price too large stays as it is.
func (it SupplierItem) Scaled(factor float64) SupplierItem {
	scale := func(m Money) Money {
		if out, err := m.Scale(factor); err == nil {
			return out
		}
		return m
	}
	it.Price = scale(it.Price)
	breaks := make([]PriceBreak, len(it.Breaks))
	for i, b := range it.Breaks {
		breaks[i] = PriceBreak{b.Min, scale(b.Price)}
	}
	if it.Breaks = breaks; len(breaks) == 0 {
		it.Breaks = nil
	}
	return it
}
