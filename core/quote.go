package core

// Quote is what a supplier offered for one SKU when asked, until a day. A newer
// quote of the same supplier takes the place of an older one.
type Quote struct {
	Supplier   SupplierID `json:"supplier"`
	SKU        SKU        `json:"sku"`
	Price      Money      `json:"price"`     // of one unit, in the supplier's currency, from MOQ on
	MOQ        int64      `json:"moq"`       // in units, at least 1
	LeadDays   int        `json:"lead_days"` // order to shelf, in calendar days, at least 1
	QuotedOn   Day        `json:"quoted_on"`
	ValidUntil Day        `json:"valid_until"` // the last day on which it can be ordered
	Note       string     `json:"note,omitempty"`
	// Chosen says that a person chose to order at this quote.
	Chosen bool `json:"chosen,omitempty"`
}
