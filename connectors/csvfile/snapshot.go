package csvfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"quartermaster/connectors"
	"quartermaster/core"
)

// Snapshot reads the folder dir as the shop stood in the morning of day asOf:
// demand is known through the day before, later orders are left out. Times that
// the files leave open are the first instant of asOf. The whole folder is refused
// when one row is; the error joins a *FileError per bad file.
//
// Demand starts, for every channel of a SKU, on the first day the SKU was sold
// anywhere, and ends on the day before asOf. The days from the first to the last
// order of the file are covered: there, no sale is zero. Later days are Missing.
// Returned and cancelled lines do not lower demand.
func Snapshot(dir string, shop core.Shop, asOf core.Day) (core.Snapshot, error) {
	folder, err := OpenFolder(dir)
	if err != nil {
		return core.Snapshot{}, err
	}
	if err := folder.missing(); err != nil {
		return core.Snapshot{}, err
	}
	env := Env{Zone: shop.Zone, Currency: shop.Currency}
	env.Now = asOf.Time(env.zone()).UTC()
	l := loader{folder: folder, env: env, refused: map[Kind]*FileError{}}

	products := load(&l, productFormat)
	locations := load(&l, locationFormat)
	suppliers := load(&l, supplierFormat)
	rates := load(&l, rateFormat)
	items := load(&l, itemFormat)
	stock := load(&l, stockFormat)
	inbound := load(&l, openOrderFormat)
	ads := load(&l, adFormat)
	events := load(&l, eventFormat)
	signals := load(&l, signalFormat)
	kits := load(&l, kitFormat)
	links := load(&l, linkFormat)
	overrides := load(&l, overrideFormat)
	past := load(&l, deliveryFormat)
	quotes := load(&l, quoteFormat)
	load(&l, orderUpdateFormat) // about orders in the database: here only their form is looked at
	load(&l, receiptFormat)
	if err := l.err(); err != nil {
		return core.Snapshot{}, err
	}

	if len(products) == 0 { // else every row that names one would be blamed for it
		l.refuse(Products, 1, "", "the file names no product")
		return core.Snapshot{}, l.err()
	}
	c := check{loader: &l, skus: index(products, func(p core.Product) core.SKU { return p.SKU })}
	c.locations = index(locations, func(v core.Location) core.LocationID { return v.ID })
	c.suppliers = index(suppliers, func(v core.Supplier) core.SupplierID { return v.ID })
	c.aliasesOf(products)
	c.locationRules(locations)
	c.itemRules(items, suppliers)
	for _, r := range stock {
		c.sku(Stock, r.Line, r.Value.SKU)
		c.location(Stock, r.Line, r.Value.Location)
	}
	for _, r := range inbound {
		c.sku(OpenOrders, r.Line, r.Value.SKU)
		c.location(OpenOrders, r.Line, r.Value.Location)
		c.supplier(OpenOrders, r.Line, r.Value.Supplier)
	}
	seen := newKeys()
	for _, r := range ads {
		if r.Value.SKU != "" {
			c.sku(Ads, r.Line, r.Value.SKU)
		}
		key := fmt.Sprintf("%s, platform %s, campaign %s, sku %s", r.Value.Day, r.Value.Platform, r.Value.Campaign, r.Value.SKU)
		if first, dup := seen.add(key, r.Line); dup {
			l.refuse(Ads, r.Line, "", "the same row stands in line %d already (%s)", first, key)
		}
	}
	for _, r := range events {
		if r.Value.SKU != "" {
			c.sku(Events, r.Line, r.Value.SKU)
		}
	}
	for _, r := range signals {
		if r.Value.SKU != "" {
			c.sku(Signals, r.Line, r.Value.SKU)
		}
	}
	c.supplyRules(kits, links, overrides)
	for _, r := range past {
		c.sku(Deliveries, r.Line, r.Value.SKU)
		c.supplier(Deliveries, r.Line, r.Value.Supplier)
	}
	c.quoteRules(quotes, suppliers)
	demand := c.demand(asOf, rates)
	if err := l.err(); err != nil {
		return core.Snapshot{}, err
	}

	s := core.Snapshot{
		Shop: shop, Products: values(products), Locations: values(locations), Suppliers: values(suppliers),
		Items: values(items), Stock: values(stock), Inbound: values(inbound), Demand: demand,
		Rates: values(rates), Events: values(events), Ads: values(ads), Signals: values(signals),
		Kits: values(kits), Links: values(links), Overrides: values(overrides), Quotes: inForce(values(quotes), asOf),
		Supply: supplyLines(past, values(items), asOf),
	}
	if len(s.Locations) == 1 {
		s.Locations[0].Default = true
	}
	var newest time.Time
	for _, v := range s.Stock {
		if v.AsOf.After(newest) {
			newest = v.AsOf
		}
	}
	s.Feeds = []core.Feed{{Name: "orders", AsOf: env.Now}, {Name: "stock", AsOf: newest, Rows: len(s.Stock)}}
	sortAll(&s)
	return s, nil
}

// sortAll puts every list in the order in which the store loads it.
func sortAll(s *core.Snapshot) {
	slices.SortFunc(s.Products, func(a, b core.Product) int { return cmp.Compare(a.SKU, b.SKU) })
	slices.SortFunc(s.Locations, func(a, b core.Location) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Suppliers, func(a, b core.Supplier) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Items, func(a, b core.SupplierItem) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Supplier, b.Supplier))
	})
	slices.SortFunc(s.Stock, func(a, b core.StockLevel) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	slices.SortFunc(s.Inbound, func(a, b core.Inbound) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Order, b.Order),
			cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	slices.SortFunc(s.Demand, func(a, b core.Series) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Channel, b.Channel))
	})
	slices.SortFunc(s.Rates, func(a, b core.FXRate) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Day, b.Day))
	})
	slices.SortFunc(s.Events, func(a, b core.Event) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Category, b.Category))
	})
	sortSupply(s)
	slices.SortFunc(s.Signals, func(a, b core.Signal) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Category, b.Category))
	})
	slices.SortFunc(s.Ads, func(a, b core.AdDay) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Platform, b.Platform),
			cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.SKU, b.SKU))
	})
}

func compareAlias(a, b core.Alias) int {
	return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Code, b.Code))
}

// loader reads the files of a folder and gathers what is refused in each.
type loader struct {
	folder  Folder
	env     Env
	refused map[Kind]*FileError
	failed  []error // files that could not be read to the end
}

func (l *loader) file(k Kind) *FileError {
	if l.refused[k] == nil {
		l.refused[k] = &FileError{File: l.folder.Files[k]}
	}
	return l.refused[k]
}

func (l *loader) refuse(k Kind, line int, col, format string, args ...any) {
	e := l.file(k)
	e.Add(&connectors.RowError{File: e.File, Line: line, Column: col, Reason: fmt.Sprintf(format, args...)})
}

// err joins what is wrong, in the order of import.
func (l *loader) err() error {
	errs := slices.Clone(l.failed)
	for _, k := range Kinds {
		if e := l.refused[k]; e != nil {
			errs = append(errs, e.Err())
		}
	}
	return errors.Join(errs...)
}

// rows yields the good records of a file; the rest goes to l.
func rows[T any](l *loader, f format[T]) iter.Seq[Row[T]] {
	return func(yield func(Row[T]) bool) {
		if _, ok := l.folder.Files[f.kind]; !ok {
			return // optional, or reported by missing
		}
		src, err := l.folder.Open(f.kind)
		if err != nil {
			l.failed = append(l.failed, err)
			return
		}
		defer func(c io.Closer) { _ = c.Close() }(src)
		for r, err := range f.read(src, l.folder.Files[f.kind], l.env) {
			var bad *connectors.RowError
			switch {
			case errors.As(err, &bad):
				l.file(f.kind).Add(bad)
			case err != nil:
				l.failed = append(l.failed, err)
				return
			case !yield(r):
				return
			}
		}
	}
}

func load[T any](l *loader, f format[T]) []Row[T] { return slices.Collect(rows(l, f)) }

func values[T any](rows []Row[T]) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = r.Value
	}
	return out
}

func index[T any, K comparable](rows []Row[T], key func(T) K) map[K]int {
	m := make(map[K]int, len(rows))
	for _, r := range rows {
		m[key(r.Value)] = r.Line
	}
	return m
}

// check looks at what one row says about another. The maps lead from an id to
// the line it is declared on.
type check struct {
	*loader
	skus      map[core.SKU]int
	locations map[core.LocationID]int
	suppliers map[core.SupplierID]int
	aliases   map[core.Alias]core.SKU
}

func (c *check) sku(k Kind, line int, v core.SKU) { known(c.loader, k, line, "sku", v, c.skus) }
func (c *check) location(k Kind, line int, v core.LocationID) {
	known(c.loader, k, line, "location", v, c.locations)
}
func (c *check) supplier(k Kind, line int, v core.SupplierID) {
	known(c.loader, k, line, "supplier", v, c.suppliers)
}

func known[K ~string](l *loader, k Kind, line int, col string, v K, all map[K]int) {
	if _, ok := all[v]; ok {
		return
	}
	if e := l.file(k); len(e.Rows) >= MaxErrors {
		e.More++ // not listed, so the nearest code is not looked for
	} else {
		l.refuse(k, line, col, "%s", UnknownReason(col, string(v), names(slices.Sorted(maps.Keys(all)))))
	}
}

// UnknownReason words the refusal of a code that names nothing: noun is "sku",
// "location" or "supplier". It names the nearest code when one is close.
func UnknownReason(noun, code string, all iter.Seq[string]) string {
	near := core.Nearest(clip(code), all, 1)
	if len(near) == 0 {
		return fmt.Sprintf("%s %q is unknown", noun, clip(code))
	}
	return fmt.Sprintf("%s %q is unknown; the nearest is %q", noun, clip(code), near[0])
}

// aliasesOf gathers the aliases. One code may mean only one SKU in a channel; an
// alias for every channel may not be the SKU of another product.
func (c *check) aliasesOf(products []Row[core.Product]) {
	c.aliases = map[core.Alias]core.SKU{}
	for _, r := range products {
		for _, a := range r.Value.Aliases {
			if other, ok := c.aliases[a]; ok {
				c.refuse(Products, r.Line, "aliases", "alias %q belongs to sku %q already", aliasText(a), other)
			}
			if _, ok := c.skus[core.SKU(a.Code)]; ok && a.Channel == "" && core.SKU(a.Code) != r.Value.SKU {
				c.refuse(Products, r.Line, "aliases", "alias %q is the sku of another product", a.Code)
			}
			c.aliases[a] = r.Value.SKU
		}
	}
}

func aliasText(a core.Alias) string {
	if a.Channel == "" {
		return a.Code
	}
	return string(a.Channel) + ":" + a.Code
}

// resolve finds the SKU of a code in a channel: the channel's own alias first,
// then the SKU itself, then the aliases of every channel.
func (c *check) resolve(channel core.ChannelID, code string) (core.SKU, bool) {
	if s, ok := c.aliases[core.Alias{Channel: channel, Code: code}]; ok && channel != "" {
		return s, true
	}
	if _, ok := c.skus[core.SKU(code)]; ok {
		return core.SKU(code), true
	}
	s, ok := c.aliases[core.Alias{Code: code}]
	return s, ok
}

// locationRules: one default, and no channel served from two places.
func (c *check) locationRules(locations []Row[core.Location]) {
	hasDefault, first, served := false, core.LocationID(""), map[core.ChannelID]core.LocationID{}
	for _, r := range locations {
		switch {
		case r.Value.Default && hasDefault:
			c.refuse(Locations, r.Line, "default", "location %q is the default already", first)
		case r.Value.Default:
			hasDefault, first = true, r.Value.ID
		}
		for _, ch := range r.Value.Channels {
			if other, ok := served[ch]; ok {
				c.refuse(Locations, r.Line, "channels", "channel %q is served from location %q already", ch, other)
			}
			served[ch] = r.Value.ID
		}
	}
	switch {
	case len(locations) == 0:
		c.refuse(Locations, 1, "", "the file names no location")
	case !hasDefault && len(locations) > 1:
		c.refuse(Locations, 1, "default", "no location is the default; set default to 1 in one row")
	}
}

// itemRules: known SKU and supplier, the supplier's currency, and one preferred
// supplier for a SKU at most.
func (c *check) itemRules(items []Row[core.SupplierItem], suppliers []Row[core.Supplier]) {
	currency := map[core.SupplierID]core.Currency{}
	for _, r := range suppliers {
		currency[r.Value.ID] = r.Value.Currency
	}
	preferred := map[core.SKU]core.SupplierID{}
	for _, r := range items {
		it := r.Value
		c.sku(SupplierItems, r.Line, it.SKU)
		c.supplier(SupplierItems, r.Line, it.Supplier)
		if want, ok := currency[it.Supplier]; ok && want != it.Price.Currency {
			c.refuse(SupplierItems, r.Line, "currency", "%s is not the currency of supplier %q, which is %s", it.Price.Currency, it.Supplier, want)
		}
		if other, ok := preferred[it.SKU]; ok && it.Preferred {
			c.refuse(SupplierItems, r.Line, "preferred", "sku %q has the preferred supplier %q already", it.SKU, other)
		}
		if it.Preferred {
			preferred[it.SKU] = it.Supplier
		}
	}
}
