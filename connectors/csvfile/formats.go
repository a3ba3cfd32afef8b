package csvfile

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"quartermaster/core"
)

// must and may declare columns.
func must(names ...string) []Column { return declare(true, names) }
func may(names ...string) []Column  { return declare(false, names) }

func declare(required bool, names []string) []Column {
	out := make([]Column, len(names))
	for i, n := range names {
		out[i] = Column{n, required}
	}
	return out
}

var productFormat = format[core.Product]{
	kind:    Products,
	columns: append(must("sku", "name", "price", "currency"), may("category", "cost", "cost_currency", "active", "aliases")...),
	key:     func(p core.Product) string { return string(p.SKU) },
	decode: func(r *row) core.Product {
		cur := r.currency("currency")
		costCur := cur
		if r.get("cost_currency") != "" {
			costCur = r.currency("cost_currency")
		}
		return core.Product{
			SKU: core.SKU(r.code("sku")), Name: r.text("name"), Category: r.text("category"),
			Price: r.money("price", cur), Cost: r.money("cost", costCur),
			Active: r.flag("active", true), Aliases: r.aliases("aliases"),
		}
	},
}

// aliases reads "CODE" and "channel:CODE" separated by "|", and sorts them.
func (r *row) aliases(col string) []core.Alias {
	var out []core.Alias
	for _, v := range r.list(col) {
		a := core.Alias{Code: v}
		if channel, code, ok := strings.Cut(v, ":"); ok {
			a = core.Alias{Channel: core.ChannelID(strings.TrimSpace(channel)), Code: strings.TrimSpace(code)}
		}
		if a.Code == "" {
			r.bad(col, "the alias %q has no code", clip(v))
		}
		if slices.Contains(out, a) {
			r.bad(col, "the list names %q twice", clip(v))
		}
		out = append(out, a)
	}
	slices.SortFunc(out, compareAlias)
	return out
}

var locationFormat = format[core.Location]{
	kind:    Locations,
	columns: append(must("location", "name"), may("country", "channels", "default")...),
	key:     func(l core.Location) string { return string(l.ID) },
	decode: func(r *row) core.Location {
		l := core.Location{
			ID: core.LocationID(r.code("location")), Name: r.text("name"),
			Country: r.get("country"), Default: r.flag("default", false),
		}
		if l.Country != "" {
			reg, err := language.ParseRegion(l.Country)
			if err != nil || len(l.Country) != 2 || strings.ToUpper(l.Country) != l.Country || !reg.IsCountry() {
				r.bad("country", "%q is not a country code of ISO 3166 such as DE", clip(l.Country))
			}
		}
		for _, c := range r.list("channels") {
			l.Channels = append(l.Channels, core.ChannelID(c))
		}
		return l
	},
}

var supplierFormat = format[core.Supplier]{
	kind: Suppliers,
	columns: append(must("supplier", "name", "currency"), may("email", "contact", "language", "closed",
		"min_amount", "min_units", "container_units", "container_volume", "reserved_units", "agreement", "tone")...),
	key: func(s core.Supplier) string { return string(s.ID) },
	decode: func(r *row) core.Supplier {
		s := core.Supplier{
			ID: core.SupplierID(r.code("supplier")), Name: r.text("name"), Email: r.email("email"),
			Contact: r.text("contact"), Language: r.oneOf("language", "en", "zh"),
			Currency: r.currency("currency"), Closed: r.ranges("closed"),
		}
		s.Terms = core.Terms{
			MinUnits:       r.whole("min_units", 0, MaxQty, 0),
			ContainerUnits: r.whole("container_units", 0, MaxQty, 0), ContainerVolume: r.upTo("container_volume", 1000),
			Reserved: r.whole("reserved_units", 0, MaxQty, 0), Agreement: r.flag("agreement", false),
		}
		if r.text("tone") != "" {
			s.Tone = core.Tone(r.oneOf("tone", string(core.Formal), string(core.Friendly)))
		}
		if m := r.money("min_amount", s.Currency); m.Minor > 0 {
			s.Terms.MinAmount = m
		}
		return s
	},
}

// ranges reads "2027-02-10..2027-02-24" separated by "|", ascending.
func (r *row) ranges(col string) []core.DayRange {
	var out []core.DayRange
	for _, v := range r.list(col) {
		from, to, ok := strings.Cut(v, "..")
		if !ok {
			to = from
		}
		a, err := core.ParseDay(strings.TrimSpace(from))
		if err != nil {
			r.bad(col, "%s", dayReason(from, err))
			continue
		}
		b, err := core.ParseDay(strings.TrimSpace(to))
		switch {
		case err != nil:
			r.bad(col, "%s", dayReason(to, err))
		case b < a:
			r.bad(col, "the range %s ends before it begins", v)
		default:
			out = append(out, core.DayRange{From: a, To: b})
		}
	}
	slices.SortFunc(out, func(a, b core.DayRange) int { return int(a.From - b.From) })
	for i := 1; i < len(out); i++ {
		if out[i].From <= out[i-1].To {
			r.bad(col, "two ranges hold the day %s", out[i].From)
		}
	}
	return out
}

var rateFormat = format[core.FXRate]{
	kind:    Rates,
	columns: must("currency", "day", "rate"),
	key:     func(x core.FXRate) string { return fmt.Sprintf("%s %s", x.Currency, x.Day) },
	decode: func(r *row) core.FXRate {
		x := core.FXRate{Currency: r.currency("currency"), Day: r.day("day")}
		if x.Currency != "" && x.Currency == r.env.Currency {
			r.bad("currency", "%s is the shop's own currency: its rate is always 1", x.Currency)
		}
		if v := r.decimal("rate", r.get("rate")); v != "" {
			rate, err := core.ParseRate(v)
			if err != nil {
				r.bad("rate", "%v", err)
			}
			x.Rate = rate
		}
		return x
	},
}

var itemFormat = format[core.SupplierItem]{
	kind: SupplierItems,
	columns: append(must("supplier", "sku", "price", "currency"), may("supplier_sku", "price_breaks", "moq", "pack", "max",
		"sea_days", "sea_sd", "sea_freight", "air_days", "air_sd", "air_freight", "rush_days", "rush_sd", "rush_freight", "preferred", "unit_volume", "raw_material")...),
	key: func(it core.SupplierItem) string { return fmt.Sprintf("supplier %s, sku %s", it.Supplier, it.SKU) },
	decode: func(r *row) core.SupplierItem {
		cur := r.currency("currency")
		it := core.SupplierItem{
			Supplier: core.SupplierID(r.code("supplier")), SKU: core.SKU(r.code("sku")), SupplierSKU: r.code("supplier_sku"),
			Price: r.money("price", cur), MOQ: r.whole("moq", 1, MaxQty, 0), Pack: r.whole("pack", 1, MaxQty, 1),
			Max: r.whole("max", 0, MaxQty, 0), Preferred: r.flag("preferred", false), Volume: r.upTo("unit_volume", 1000),
		}
		it.Breaks = r.breaks("price_breaks", it.Price, cur)
		for _, m := range core.Modes {
			days, sd, freight := string(m)+"_days", string(m)+"_sd", string(m)+"_freight"
			if r.get(days) == "" {
				if r.get(sd) != "" || r.get(freight) != "" {
					r.bad(days, "the value is empty, but %s or %s is given", sd, freight)
				}
				continue
			}
			l := core.Lead{Mode: m, Days: r.upTo(days, 730), SD: r.upTo(sd, 365), Freight: r.money(freight, cur)}
			if l.Freight == (core.Money{}) {
				l.Freight.Currency = cur
			}
			it.Lead = append(it.Lead, l)
		}
		if len(it.Lead) == 0 {
			r.bad("", "the row has no lead time: one of sea_days, air_days and rush_days is needed")
		}
		if r.get("raw_material") != "" {
			raw := r.whole("raw_material", 0, MaxQty, 0)
			it.Raw = &raw
		}
		if lowest := (max(1, it.MOQ) + it.Pack - 1) / it.Pack * it.Pack; it.Max > 0 && it.Max < lowest {
			r.bad("max", "%d is below the smallest order of %d (moq %d in packs of %d)", it.Max, lowest, max(1, it.MOQ), it.Pack)
		}
		return it
	},
}

// breaks reads "500:2.10|1000:1.95": ascending quantities, falling prices.
func (r *row) breaks(col string, price core.Money, cur core.Currency) []core.PriceBreak {
	var out []core.PriceBreak
	last := core.PriceBreak{Min: 1, Price: price}
	for _, v := range r.list(col) {
		qty, amount, ok := strings.Cut(v, ":")
		n, err := strconv.ParseInt(strings.TrimSpace(qty), 10, 64)
		if !ok || err != nil || !isDigits(strings.TrimSpace(qty)) || n > MaxQty {
			r.bad(col, "%q is not of the form 500:2.10", clip(v))
			return nil
		}
		before := len(r.errs)
		b := core.PriceBreak{Min: n, Price: r.amount(col, strings.TrimSpace(amount), cur)}
		if strings.TrimSpace(amount) == "" {
			r.bad(col, "%q is not of the form 500:2.10", clip(v))
		}
		if len(r.errs) > before {
			return nil
		}
		if b.Min <= last.Min || b.Price.Minor > last.Price.Minor && price.Currency != "" {
			r.bad(col, "at %q quantities must rise and prices must not", clip(v))
			return nil
		}
		out, last = append(out, b), b
	}
	return out
}

var stockFormat = format[core.StockLevel]{
	kind:    Stock,
	columns: append(must("sku", "location", "on_hand"), may("committed", "backorders", "as_of")...),
	key:     func(s core.StockLevel) string { return fmt.Sprintf("sku %s, location %s", s.SKU, s.Location) },
	decode: func(r *row) core.StockLevel {
		s := core.StockLevel{
			SKU: core.SKU(r.code("sku")), Location: core.LocationID(r.code("location")),
			Committed: r.whole("committed", 0, MaxQty, 0), Backorders: r.whole("backorders", 0, MaxQty, 0),
			AsOf: r.instant("as_of", r.env.Now),
		}
		if v := r.get("on_hand"); strings.HasPrefix(v, "-") && isDigits(v[1:]) {
			r.bad("on_hand", "%s is negative; goods owed to customers belong into backorders", clip(v))
		} else {
			s.OnHand = r.whole("on_hand", 0, MaxQty, 0)
		}
		return s
	},
}

var orderFormat = format[OrderLine]{
	kind: Orders,
	columns: append(must("order_id", "line_id", "ordered_at", "channel", "sku", "quantity", "unit_price", "currency"),
		may("customer_id", "promotion")...),
	decode: func(r *row) OrderLine {
		o := OrderLine{
			Order: r.code("order_id"), Line: r.code("line_id"), At: r.instant("ordered_at", r.env.Now),
			Channel: core.ChannelID(r.code("channel")), Customer: r.env.customer(r.code("customer_id")), Code: r.code("sku"),
			Qty: r.whole("quantity", -MaxQty, MaxQty, 0), UnitPrice: r.money("unit_price", r.currency("currency")),
			Promotion: r.flag("promotion", false),
		}
		o.Day = core.DayOf(o.At, r.env.zone())
		return o
	},
}

var openOrderFormat = format[core.Inbound]{
	kind:    OpenOrders,
	columns: append(must("order", "supplier", "sku", "location", "quantity", "due"), may("state")...),
	key: func(in core.Inbound) string {
		return fmt.Sprintf("order %s, supplier %s, sku %s, location %s, due %s", in.Order, in.Supplier, in.SKU, in.Location, in.Due)
	},
	decode: func(r *row) core.Inbound {
		return core.Inbound{
			Order: r.code("order"), Supplier: core.SupplierID(r.code("supplier")), SKU: core.SKU(r.code("sku")),
			Location: core.LocationID(r.code("location")), Qty: r.whole("quantity", 1, MaxQty, 0), Due: r.day("due"),
			State: core.InboundState(r.oneOf("state", string(core.InboundOrdered), string(core.InboundConfirmed), string(core.InboundShipped))),
		}
	},
}

var browsingFormat = format[BrowsingDay]{
	kind:    Browsing,
	columns: must("customer_id", "day"),
	decode: func(r *row) BrowsingDay {
		return BrowsingDay{Customer: r.env.customer(r.code("customer_id")), Day: r.day("day")}
	},
}

var adFormat = format[core.AdDay]{
	kind: Ads,
	columns: append(must("day", "platform", "campaign", "spend", "currency"),
		may("sku", "impressions", "clicks", "orders", "revenue")...),
	decode: func(r *row) core.AdDay {
		cur := r.currency("currency")
		a := core.AdDay{
			Day: r.day("day"), Platform: r.code("platform"), Campaign: r.text("campaign"), SKU: core.SKU(r.code("sku")),
			Spend: r.money("spend", cur), Revenue: r.money("revenue", cur),
			Impressions: r.whole("impressions", 0, 1e12, 0), Clicks: r.whole("clicks", 0, 1e12, 0), Orders: r.whole("orders", 0, MaxQty, 0),
		}
		if a.Revenue == (core.Money{}) {
			a.Revenue.Currency = cur
		}
		return a
	},
}

var eventFormat = format[core.Event]{
	kind:    Events,
	columns: append(must("from", "to", "name", "kind"), may("sku", "category")...),
	key: func(e core.Event) string {
		return fmt.Sprintf("%s to %s, %s %q, sku %q, category %q", e.From, e.To, e.Kind, e.Name, e.SKU, e.Category)
	},
	decode: func(r *row) core.Event {
		e := core.Event{
			From: r.day("from"), To: r.day("to"), Name: r.text("name"),
			Kind: r.oneOf("kind", "holiday", "promotion", "outside", "season"), SKU: core.SKU(r.code("sku")), Category: r.text("category"),
		}
		if e.To < e.From && len(r.errs) == 0 {
			r.bad("to", "%s lies before %s", e.To, e.From)
		}
		return e
	},
}

// ReadProducts yields the products of a file; see the package's guarantees.
func ReadProducts(r io.Reader, file string, env Env) iter.Seq2[Row[core.Product], error] {
	return productFormat.read(r, file, env)
}

// ReadLocations yields the locations of a file.
func ReadLocations(r io.Reader, file string, env Env) iter.Seq2[Row[core.Location], error] {
	return locationFormat.read(r, file, env)
}

// ReadSuppliers yields the suppliers of a file.
func ReadSuppliers(r io.Reader, file string, env Env) iter.Seq2[Row[core.Supplier], error] {
	return supplierFormat.read(r, file, env)
}

// ReadRates yields the exchange rates of a file.
func ReadRates(r io.Reader, file string, env Env) iter.Seq2[Row[core.FXRate], error] {
	return rateFormat.read(r, file, env)
}

// ReadSupplierItems yields the offers of suppliers in a file.
func ReadSupplierItems(r io.Reader, file string, env Env) iter.Seq2[Row[core.SupplierItem], error] {
	return itemFormat.read(r, file, env)
}

// ReadStock yields the stock levels of a file.
func ReadStock(r io.Reader, file string, env Env) iter.Seq2[Row[core.StockLevel], error] {
	return stockFormat.read(r, file, env)
}

// ReadOrders yields the order lines of a file. Lines of the same key are not
// found here: that takes memory that grows with the file.
func ReadOrders(r io.Reader, file string, env Env) iter.Seq2[Row[OrderLine], error] {
	return orderFormat.read(r, file, env)
}

// ReadOpenOrders yields the lines of open purchase orders of a file.
func ReadOpenOrders(r io.Reader, file string, env Env) iter.Seq2[Row[core.Inbound], error] {
	return openOrderFormat.read(r, file, env)
}

// ReadBrowsing yields the days on which customers looked at the shop. A customer and
// day that stand twice are not found here, as for ReadOrders.
func ReadBrowsing(r io.Reader, file string, env Env) iter.Seq2[Row[BrowsingDay], error] {
	return browsingFormat.read(r, file, env)
}

// ReadAds yields the advertising days of a file. Rows of the same key are not
// found here, as for ReadOrders.
func ReadAds(r io.Reader, file string, env Env) iter.Seq2[Row[core.AdDay], error] {
	return adFormat.read(r, file, env)
}

// ReadEvents yields the dated events of a file.
func ReadEvents(r io.Reader, file string, env Env) iter.Seq2[Row[core.Event], error] {
	return eventFormat.read(r, file, env)
}
