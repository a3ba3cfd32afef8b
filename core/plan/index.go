package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// node is a place of demand and stock: one SKU at one location.
type node struct {
	product  *core.Product
	location core.LocationID
	stock    *core.StockLevel // nil when no row says so: 0 is assumed
	inbound  []core.Inbound
	series   []core.Series
}

type nodeKey struct {
	sku core.SKU
	loc core.LocationID
}

// index gives quick access to a valid snapshot.
type index struct {
	s         *core.Snapshot
	today     core.Day
	products  map[core.SKU]*core.Product
	suppliers map[core.SupplierID]*core.Supplier
	called    core.SupplierNames
	offers    map[core.SKU][]*core.SupplierItem
	byChannel map[core.ChannelID]core.LocationID
	fallback  core.LocationID // the default location
	rates     map[core.Currency]core.Rate
	nodes     map[nodeKey]*node
	countries map[core.LocationID]string
	prices    core.QuantityPolicy // discount of quarterly agreements, surcharge of rush orders
	unstocked int                 // nodes with demand but no stock row
}

// newIndex indexes a snapshot that validate has passed.
func newIndex(s *core.Snapshot, today core.Day) *index {
	return newPricedIndex(s, today, core.QuantityPolicy{})
}

// newPricedIndex is newIndex with the discount of quarterly agreements taken off
// the prices of the suppliers that have one, and landed costs with the surcharge of
// rush orders.
func newPricedIndex(s *core.Snapshot, today core.Day, q core.QuantityPolicy) *index {
	x := &index{
		s: s, today: today, prices: q,
		products:  make(map[core.SKU]*core.Product, len(s.Products)),
		suppliers: make(map[core.SupplierID]*core.Supplier, len(s.Suppliers)),
		called:    core.NamesOf(s.Suppliers),
		offers:    make(map[core.SKU][]*core.SupplierItem, len(s.Products)),
		byChannel: map[core.ChannelID]core.LocationID{}, countries: map[core.LocationID]string{},
		rates: map[core.Currency]core.Rate{s.Shop.Currency: core.RateOne},
		nodes: make(map[nodeKey]*node, len(s.Stock)),
	}
	for i := range s.Products {
		x.products[s.Products[i].SKU] = &s.Products[i]
	}
	for i := range s.Suppliers {
		x.suppliers[s.Suppliers[i].ID] = &s.Suppliers[i]
	}
	for _, l := range s.Locations {
		x.countries[l.ID] = l.Country
		if l.Default {
			x.fallback = l.ID
		}
		for _, c := range l.Channels {
			x.byChannel[c] = l.ID
		}
	}
	x.indexRates()
	for i := range s.Items {
		it := &s.Items[i]
		if q.AgreementDiscount > 0 && it.Quoted == 0 && x.suppliers[it.Supplier].Terms.Agreement { // a quote is a final price
			priced := it.Scaled(1 - q.AgreementDiscount)
			it = &priced
		}
		x.offers[it.SKU] = append(x.offers[it.SKU], it)
	}
	for _, offers := range x.offers {
		x.rank(offers)
	}
	x.indexNodes()
	return x
}

// indexRates keeps the last rate on or before today of each currency.
func (x *index) indexRates() {
	latest := map[core.Currency]core.Day{}
	for _, r := range x.s.Rates {
		if d, ok := latest[r.Currency]; r.Day > x.today || ok && r.Day <= d || r.Currency == x.s.Shop.Currency {
			continue
		}
		latest[r.Currency], x.rates[r.Currency] = r.Day, r.Rate
	}
}

// indexNodes spreads stock, inbound goods and demand over the nodes. Demand of a
// channel belongs to the location that serves it when the SKU is stocked there,
// else to the default location. An active product with none of them gets a node
// there too.
func (x *index) indexNodes() {
	at := func(sku core.SKU, loc core.LocationID) *node {
		k := nodeKey{sku, loc}
		n := x.nodes[k]
		if n == nil {
			n = &node{product: x.products[sku], location: loc}
			x.nodes[k] = n
		}
		return n
	}
	seen := make(map[core.SKU]bool, len(x.products))
	active := func(sku core.SKU) bool {
		if !x.products[sku].Active {
			return false
		}
		seen[sku] = true
		return true
	}
	for i := range x.s.Stock {
		if st := &x.s.Stock[i]; active(st.SKU) {
			at(st.SKU, st.Location).stock = st
		}
	}
	for _, s := range x.s.Demand {
		if !active(s.SKU) {
			continue
		}
		loc, ok := x.byChannel[s.Channel]
		if n := x.nodes[nodeKey{s.SKU, loc}]; !ok || n == nil || n.stock == nil {
			loc = x.fallback
		}
		n := at(s.SKU, loc)
		if n.stock == nil && n.series == nil {
			x.unstocked++
		}
		n.series = append(n.series, s)
	}
	x.kits(at, active)
	for _, in := range x.s.Inbound {
		if active(in.SKU) {
			n := at(in.SKU, in.Location)
			n.inbound = append(n.inbound, in)
		}
	}
	for i := range x.s.Products {
		if p := &x.s.Products[i]; p.Active && !seen[p.SKU] {
			at(p.SKU, x.fallback)
		}
	}
}

// sorted returns the nodes by SKU and location, each with its rows in an order
// that does not depend on the order of the snapshot.
func (x *index) sorted() []*node {
	nodes := slices.SortedFunc(maps.Values(x.nodes), func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.product.SKU, b.product.SKU), cmp.Compare(a.location, b.location))
	})
	for _, n := range nodes {
		slices.SortFunc(n.series, func(a, b core.Series) int { return cmp.Compare(a.Channel, b.Channel) })
		slices.SortFunc(n.inbound, func(a, b core.Inbound) int {
			return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Qty, b.Qty), cmp.Compare(a.Supplier, b.Supplier))
		})
	}
	return nodes
}

// rank sorts the offers of one SKU: those with a known exchange rate first, then
// preferred ones, then the lowest landed cost of a unit, then the supplier's id.
func (x *index) rank(offers []*core.SupplierItem) {
	if len(offers) < 2 {
		return
	}
	type rated struct {
		known bool
		cost  int64
	}
	of := func(it *core.SupplierItem) rated {
		normal, _ := replenish.Ways(it.Lead)
		cost, ok := x.landed(it, max(1, it.MOQ), normal)
		if !ok {
			return rated{cost: math.MaxInt64}
		}
		return rated{true, cost.Minor}
	}
	slices.SortFunc(offers, func(a, b *core.SupplierItem) int {
		ra, rb := of(a), of(b)
		return cmp.Or(-compareBool(ra.known, rb.known), -compareBool(a.Preferred, b.Preferred),
			cmp.Compare(ra.cost, rb.cost), strings.Compare(string(a.Supplier), string(b.Supplier)))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// landed returns price and freight of one unit by a way, in the shop's currency. It
// reports false when there is no exchange rate.
func (x *index) landed(it *core.SupplierItem, qty int64, lead core.Lead) (core.Money, bool) {
	unit, err := x.byWay(it, lead.Mode).UnitPrice(qty).Add(lead.Freight)
	if err != nil {
		return core.Money{}, false
	}
	return x.toShop(unit)
}

// valued is toShop for a price or a cost: an empty one is not known.
func (x *index) valued(m core.Money) (core.Money, bool) {
	if m.Currency == "" {
		return core.Money{}, false
	}
	return x.toShop(m)
}

// toShop converts at today's rate; it reports false when there is none.
func (x *index) toShop(m core.Money) (core.Money, bool) {
	if m == (core.Money{}) {
		return core.Money{Currency: x.s.Shop.Currency}, true
	}
	rate, ok := x.rates[m.Currency]
	if !ok {
		return core.Money{}, false
	}
	out, err := m.Convert(x.s.Shop.Currency, rate)
	return out, err == nil
}

// warnings says what the snapshot lacks.
func (x *index) warnings() []string {
	if x.unstocked == 0 {
		return nil
	}
	are := "SKUs are"
	if x.unstocked == 1 {
		are = "SKU is"
	}
	return []string{fmt.Sprintf("%d %s sold from location %s without a stock row there: stock 0 is assumed.", x.unstocked, are, x.fallback)}
}
