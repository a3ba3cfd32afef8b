package plan

import (
	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Node is one active SKU at one place, with what a snapshot says about it.
type Node struct {
	Product  core.Product
	Location core.LocationID
	Stock    *core.StockLevel // nil when no row says so
	Inbound  []core.Inbound
	Series   []core.Series      // demand that this place serves, by channel
	Offer    *core.SupplierItem // that orders would go to; nil when nobody sells
	Supplier *core.Supplier     // of the offer
	// Price and Landed are of one unit in the shop's currency. Landed is price and
	// freight of a minimum order by the normal way, or the product's own cost
	// without an offer. Rated is false when one of them or its exchange rate is not known.
	Price, Landed core.Money
	Rated         bool
}

// Nodes lists what Evaluate looks at, by SKU and location. The error is that of
// a snapshot that contradicts itself (*SnapshotError).
func Nodes(s core.Snapshot, today core.Day) ([]Node, error) {
	if err := validate(&s); err != nil {
		return nil, err
	}
	x := newIndex(&s, today)
	nodes := x.sorted()
	out := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		v := Node{Product: *n.product, Location: n.location, Stock: n.stock, Inbound: n.inbound, Series: n.series}
		var priced, costed bool
		v.Price, priced = x.valued(n.product.Price)
		v.Landed, costed = x.valued(n.product.Cost)
		if offers := x.offers[n.product.SKU]; len(offers) > 0 {
			v.Offer, v.Supplier = offers[0], x.suppliers[offers[0].Supplier]
			normal, _ := replenish.Ways(v.Offer.Lead)
			if c, ok := x.landed(v.Offer, max(1, v.Offer.MOQ), normal); ok {
				v.Landed, costed = c, true
			}
		}
		v.Rated = priced && costed
		out = append(out, v)
	}
	return out, nil
}
