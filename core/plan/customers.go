package plan

import (
	"time"

	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// CustomersView answers "who buys again, what and when": the repurchase table, or
// one product of it.
type CustomersView struct {
	Shop   core.Shop
	MadeAt time.Time
	Report repurchase.Report // with the products asked about only
	Names  map[core.SKU]string
	SKU    core.SKU // the one product asked about; empty for the table
	// Behind is how many customers are likely to buy it; List names the likeliest by
	// pseudonym, for those who may see it and asked.
	Behind int
	List   []repurchase.LikelyCustomer
}
