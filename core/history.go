package core

// SupplyLine is one line of a purchase order, open or closed, with what came of
// it: what lead times, fill rates and punctuality are learned from.
type SupplyLine struct {
	Order     string     `json:"order"`
	Supplier  SupplierID `json:"supplier"`
	SKU       SKU        `json:"sku"`
	Mode      Mode       `json:"mode"`
	OrderedOn Day        `json:"ordered_on"`
	Due       Day        `json:"due,omitzero"` // arrival as agreed when it was ordered; zero: not known
	Qty       int64      `json:"qty"`          // ordered
	Cancelled int64      `json:"cancelled,omitempty"`
	// Stated is the lead time that the supplier offers for the SKU by this mode, in
	// days; 0 when it is offered no more.
	Stated   float64   `json:"stated"`
	Arrivals []Arrival `json:"arrivals,omitempty"` // ascending by day, each day once
}

// Arrival is what came of an order line on one day.
type Arrival struct {
	Day     Day   `json:"day"`
	Qty     int64 `json:"qty"`     // units, damaged ones among them
	Damaged int64 `json:"damaged"` // cannot be sold
}
