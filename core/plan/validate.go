package plan

import (
	"fmt"
	"math"
	"strings"

	"quartermaster/core"
)

// SnapshotError lists what is wrong with a snapshot. Nothing is decided on one.
type SnapshotError struct {
	Problems []string // the first twenty
	More     int      // not listed
}

// Error joins the problems.
func (e *SnapshotError) Error() string {
	text := "snapshot: " + strings.Join(e.Problems, "; ")
	if e.More > 0 {
		text += fmt.Sprintf("; and %d more", e.More)
	}
	return text
}

// maxUnits bounds every quantity of a snapshot.
const maxUnits = 1_000_000_000_000

// checker collects problems and the names seen.
type checker struct {
	err       SnapshotError
	products  map[core.SKU]bool
	locations map[core.LocationID]bool
	suppliers map[core.SupplierID]core.Currency
}

func (c *checker) want(ok bool, format string, args ...any) {
	switch {
	case ok:
	case len(c.err.Problems) < 20:
		c.err.Problems = append(c.err.Problems, fmt.Sprintf(format, args...))
	default:
		c.err.More++
	}
}

// validate refuses duplicates, unknown references and impossible numbers.
func validate(s *core.Snapshot) error {
	c := &checker{
		products:  make(map[core.SKU]bool, len(s.Products)),
		locations: map[core.LocationID]bool{},
		suppliers: map[core.SupplierID]core.Currency{},
	}
	c.want(s.Shop.Zone != nil, "the shop has no time zone")
	c.want(s.Shop.Currency.Valid(), "the shop's currency %q is not an ISO code", string(s.Shop.Currency))
	c.catalog(s)
	for i := range s.Items {
		c.item(&s.Items[i])
	}
	for i := range s.Quotes {
		c.quote(&s.Quotes[i])
	}
	offered := make(map[[2]string]bool, len(s.Items))
	for _, it := range s.Items {
		k := [2]string{string(it.Supplier), string(it.SKU)}
		c.want(!offered[k], "supplier %s offers %s twice", it.Supplier, it.SKU)
		offered[k] = true
	}
	c.flows(s)
	if len(c.err.Problems) > 0 {
		return &c.err
	}
	return nil
}

// quote checks a quote as it would be used.
func (c *checker) quote(q *core.Quote) {
	name := fmt.Sprintf("the quote for %s by %s", q.SKU, q.Supplier)
	currency, known := c.suppliers[q.Supplier]
	c.want(known, "%s: unknown supplier", name)
	c.want(c.products[q.SKU], "%s: unknown SKU", name)
	c.want(!known || q.Price.Minor > 0 && q.Price.Currency == currency, "%s: the price %s is not above zero in the supplier's currency %s", name, q.Price, currency)
	c.want(q.MOQ >= 1 && sane(q.MOQ), "%s: the minimum must be between 1 and %d", name, int64(maxUnits))
	c.want(q.LeadDays >= 1 && q.LeadDays <= 730, "%s: the lead time must be 1 to 730 days", name)
	c.want(q.QuotedOn <= q.ValidUntil, "%s: it ends on %s, before it was made", name, q.ValidUntil)
}

// catalog checks products, locations and suppliers.
func (c *checker) catalog(s *core.Snapshot) {
	for _, p := range s.Products {
		c.want(p.SKU != "", "a product has no SKU")
		c.want(!c.products[p.SKU], "product %s is listed twice", p.SKU)
		c.want(p.Price.Minor >= 0 && p.Cost.Minor >= 0, "product %s has a negative price or cost", p.SKU)
		c.products[p.SKU] = true
	}
	defaults, serves := 0, map[core.ChannelID]core.LocationID{}
	for _, l := range s.Locations {
		c.want(l.ID != "", "a location has no id")
		c.want(!c.locations[l.ID], "location %s is listed twice", l.ID)
		c.locations[l.ID] = true
		if l.Default {
			defaults++
		}
		for _, ch := range l.Channels {
			other, taken := serves[ch]
			c.want(!taken, "channel %s is served by %s and by %s", ch, other, l.ID)
			serves[ch] = l.ID
		}
	}
	c.want(defaults == 1, "exactly one location must be the default, %d are", defaults)
	for _, sup := range s.Suppliers {
		_, twice := c.suppliers[sup.ID]
		c.want(sup.ID != "", "a supplier has no id")
		c.want(!twice, "supplier %s is listed twice", sup.ID)
		c.want(sup.Currency.Valid(), "supplier %s has currency %q, which is not an ISO code", sup.ID, string(sup.Currency))
		for _, r := range sup.Closed {
			c.want(r.From <= r.To, "supplier %s is closed from %s to %s, which is backwards", sup.ID, r.From, r.To)
		}
		c.suppliers[sup.ID] = sup.Currency
	}
	for _, r := range s.Rates {
		c.want(r.Rate > 0, "the rate of %s on %s is not positive", r.Currency, r.Day)
	}
}

// item checks one offer.
func (c *checker) item(it *core.SupplierItem) {
	name := fmt.Sprintf("the offer of %s by %s", it.SKU, it.Supplier)
	currency, known := c.suppliers[it.Supplier]
	c.want(known, "%s: unknown supplier", name)
	c.want(c.products[it.SKU], "%s: unknown SKU", name)
	c.want(it.Raw == nil || sane(*it.Raw), "%s: raw material must be between 0 and %d units", name, int64(maxUnits))
	c.want(sane(it.MOQ) && sane(it.Pack) && sane(it.Max), "%s: minimum, pack and maximum must be between 0 and %d", name, int64(maxUnits))
	inCurrency := func(m core.Money) bool {
		return m.Minor >= 0 && (m.Currency == currency || m == core.Money{})
	}
	c.want(!known || inCurrency(it.Price), "%s: the price %s is negative or not in the supplier's currency %s", name, it.Price, currency)
	last := int64(0)
	for _, b := range it.Breaks {
		c.want(b.Min > last, "%s: price breaks must ascend, %d follows %d", name, b.Min, last)
		c.want(!known || inCurrency(b.Price), "%s: the price %s from %d on is negative or not in the supplier's currency %s", name, b.Price, b.Min, currency)
		last = b.Min
	}
	c.want(len(it.Lead) > 0, "%s: no lead time", name)
	seen := map[core.Mode]bool{}
	for _, l := range it.Lead {
		c.want(!seen[l.Mode], "%s: two lead times by %s", name, l.Mode)
		seen[l.Mode] = true
		c.want(within(l.Days, 730) && within(l.SD, 365), "%s: lead time by %s must be 0 to 730 days with a deviation of 0 to 365", name, l.Mode)
		c.want(!known || inCurrency(l.Freight), "%s: the freight %s by %s is negative or not in the supplier's currency %s", name, l.Freight, l.Mode, currency)
	}
}

// flows checks stock, inbound goods and demand.
func (c *checker) flows(s *core.Snapshot) {
	stock := make(map[nodeKey]bool, len(s.Stock))
	for _, st := range s.Stock {
		k := nodeKey{st.SKU, st.Location}
		c.want(c.products[st.SKU], "stock of unknown SKU %s", st.SKU)
		c.want(c.locations[st.Location], "stock of %s at unknown location %s", st.SKU, st.Location)
		c.want(!stock[k], "stock of %s at %s is listed twice", st.SKU, st.Location)
		c.want(sane(st.OnHand) && sane(st.Committed) && sane(st.Backorders) && sane(st.Received), "stock of %s at %s: numbers must be between 0 and %d", st.SKU, st.Location, int64(maxUnits))
		stock[k] = true
	}
	for _, in := range s.Inbound {
		_, known := c.suppliers[in.Supplier]
		c.want(c.products[in.SKU], "order %s holds unknown SKU %s", in.Order, in.SKU)
		c.want(c.locations[in.Location], "order %s goes to unknown location %s", in.Order, in.Location)
		c.want(known, "order %s is from unknown supplier %s", in.Order, in.Supplier)
		c.want(sane(in.Qty), "order %s: the quantity of %s must be between 0 and %d", in.Order, in.SKU, int64(maxUnits))
	}
	for _, l := range s.Supply {
		ok := sane(l.Qty) && sane(l.Cancelled) && within(l.Stated, 730)
		for _, a := range l.Arrivals {
			ok = ok && sane(a.Qty) && 0 <= a.Damaged && a.Damaged <= a.Qty && a.Day >= l.OrderedOn
		}
		c.want(ok, "the past of order %s (%s): quantities, days or the stated lead time are out of bounds", l.Order, l.SKU)
	}
	type line struct {
		sku core.SKU
		ch  core.ChannelID
	}
	sold := make(map[line]bool, len(s.Demand))
	for _, d := range s.Demand {
		k := line{d.SKU, d.Channel}
		c.want(c.products[d.SKU], "demand of unknown SKU %s", d.SKU)
		c.want(!sold[k], "demand of %s in channel %q is listed twice", d.SKU, string(d.Channel))
		c.want(d.Flags == nil || len(d.Flags) == d.Qty.Len(), "demand of %s in channel %q: %d flags for %d days", d.SKU, string(d.Channel), len(d.Flags), d.Qty.Len())
		sold[k] = true
	}
}

func sane(n int64) bool { return 0 <= n && n <= maxUnits }

func within(v, hi float64) bool { return !math.IsNaN(v) && 0 <= v && v <= hi }
