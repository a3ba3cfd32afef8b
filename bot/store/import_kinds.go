package store

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"quartermaster/connectors/csvfile"
	"quartermaster/core"
)

// dataKind is how one kind of file gets into its table.
type dataKind struct {
	kind    csvfile.Kind
	table   string
	keys    []string
	columns []string // "name type", of the staging table after line, in the order of values
	read    func(io.Reader, string, csvfile.Env) (next func() ([]any, error, bool), stop func())
	refs    []reference
	// duplicates is set where the reader leaves finding them to the database;
	// keyText words the key.
	duplicates bool
	keyText    string
	before     []rule // must hold for the staged file
	after      []rule // must hold for the merged tables
	merge      func(*importer, context.Context) error
	ours       bool   // every row is about a purchase order made here
	whole      bool   // the file is the whole list: what it lacks is removed
	keep       string // of a whole list: rows t that are not the file's
}

// reference is a column that must name a row of a table, by its column of the
// name other or, where that is empty, of the same name.
type reference struct{ column, table, other string }

func (r reference) key() string { return cmp.Or(r.other, r.column) }

var (
	skuRef      = reference{column: "sku", table: "product"}
	locationRef = reference{column: "location", table: "location"}
	supplierRef = reference{column: "supplier", table: "supplier"}
)

func productRef(column string) reference { return reference{column, "product", "sku"} }

// rule finds rows that contradict others: sql selects line and text[] of the
// arguments of reason.
type rule struct{ column, reason, sql string }

// dataKinds are the kinds in the order of csvfile.Kinds.
var dataKinds = []dataKind{
	{
		kind: csvfile.Products, table: "product", keys: []string{"sku"},
		columns: []string{"sku text", "name text", "category text", "price bigint", "currency text", "cost bigint",
			"cost_currency text", "active boolean", "alias_channel text[]", "alias_code text[]"},
		read: pull(csvfile.ReadProducts, func(to []any, p core.Product) []any {
			channels, codes := make([]string, len(p.Aliases)), make([]string, len(p.Aliases))
			for i, a := range p.Aliases {
				channels[i], codes[i] = string(a.Channel), a.Code
			}
			var cost, costCurrency any
			if p.Cost.Currency != "" {
				cost, costCurrency = p.Cost.Minor, string(p.Cost.Currency)
			}
			return append(to, string(p.SKU), p.Name, p.Category, p.Price.Minor, string(p.Price.Currency), cost,
				costCurrency, p.Active, channels, codes)
		}),
		before: aliasRules, merge: (*importer).mergeProducts,
	},
	{
		kind: csvfile.Locations, table: "location", keys: []string{"location"},
		columns: []string{"location text", "name text", "country text", "channels text[]", "is_default boolean"},
		read: pull(csvfile.ReadLocations, func(to []any, l core.Location) []any {
			channels := make([]string, len(l.Channels))
			for i, c := range l.Channels {
				channels[i] = string(c)
			}
			return append(to, string(l.ID), l.Name, l.Country, channels, l.Default)
		}),
		merge: (*importer).mergeLocations, after: locationRules,
	},
	{
		kind: csvfile.Suppliers, table: "supplier", keys: []string{"supplier"},
		columns: []string{"supplier text", "name text", "email text", "contact text", "language text", "currency text",
			"closed_from date[]", "closed_to date[]", "min_amount bigint", "min_units bigint", "container_units bigint",
			"container_volume double precision", "reserved_units bigint", "agreement boolean", "tone text"},
		read: pull(csvfile.ReadSuppliers, func(to []any, s core.Supplier) []any {
			from, until := make([]time.Time, len(s.Closed)), make([]time.Time, len(s.Closed))
			for i, r := range s.Closed {
				from[i], until[i] = date(r.From), date(r.To)
			}
			return append(to, string(s.ID), s.Name, s.Email, s.Contact, s.Language, string(s.Currency), from, until,
				s.Terms.MinAmount.Minor, s.Terms.MinUnits, s.Terms.ContainerUnits, s.Terms.ContainerVolume, s.Terms.Reserved, s.Terms.Agreement, string(s.Tone))
		}),
	},
	{
		kind: csvfile.Rates, table: "fx_rate", keys: []string{"currency", "day"},
		columns: []string{"currency text", "day date", "rate bigint"},
		read: pull(csvfile.ReadRates, func(to []any, r core.FXRate) []any {
			return append(to, string(r.Currency), date(r.Day), int64(r.Rate))
		}),
		merge: (*importer).mergeRates,
	},
	{
		kind: csvfile.SupplierItems, table: "supplier_item", keys: []string{"supplier", "sku"},
		columns: []string{"supplier text", "sku text", "supplier_sku text", "price bigint", "currency text",
			"break_min bigint[]", "break_price bigint[]", "moq bigint", "pack bigint", "max bigint",
			"sea_days double precision", "sea_sd double precision", "sea_freight bigint",
			"air_days double precision", "air_sd double precision", "air_freight bigint",
			"rush_days double precision", "rush_sd double precision", "rush_freight bigint", "preferred boolean", "unit_volume double precision", "raw_material bigint"},
		read: pull(csvfile.ReadSupplierItems, func(to []any, it core.SupplierItem) []any {
			mins, prices := make([]int64, len(it.Breaks)), make([]int64, len(it.Breaks))
			for i, b := range it.Breaks {
				mins[i], prices[i] = b.Min, b.Price.Minor
			}
			to = append(to, string(it.Supplier), string(it.SKU), it.SupplierSKU, it.Price.Minor,
				string(it.Price.Currency), mins, prices, it.MOQ, it.Pack, it.Max)
			for _, m := range core.Modes {
				if l, ok := it.LeadOf(m); ok {
					to = append(to, l.Days, l.SD, l.Freight.Minor)
				} else {
					to = append(to, nil, 0.0, int64(0))
				}
			}
			return append(to, it.Preferred, it.Volume, it.Raw)
		}),
		refs: []reference{skuRef, supplierRef}, before: itemRules,
	},
	{
		kind: csvfile.Stock, table: "stock_level", keys: []string{"sku", "location"},
		columns: []string{"sku text", "location text", "on_hand bigint", "committed bigint", "backorders bigint", "as_of timestamptz"},
		read: pull(csvfile.ReadStock, func(to []any, s core.StockLevel) []any {
			return append(to, string(s.SKU), string(s.Location), s.OnHand, s.Committed, s.Backorders, s.AsOf)
		}),
		refs: []reference{skuRef, locationRef}, merge: (*importer).mergeStock,
	},
	{
		kind: csvfile.Orders, table: "order_line", keys: []string{"channel", "order_id", "line_id"},
		columns: []string{"channel text", "order_id text", "line_id text", "code text", "ordered_at timestamptz", "day date",
			"customer_id text", "quantity bigint", "unit_price bigint", "currency text", "promotion boolean"},
		read: pull(csvfile.ReadOrders, func(to []any, o csvfile.OrderLine) []any {
			return append(to, string(o.Channel), o.Order, o.Line, o.Code, o.At, date(o.Day), o.Customer, o.Qty,
				o.UnitPrice.Minor, string(o.UnitPrice.Currency), o.Promotion)
		}),
		duplicates: true, keyText: `'channel ' || channel || ', order ' || order_id || ', line ' || line_id`,
		merge: (*importer).mergeOrders,
	},
	{
		kind: csvfile.OpenOrders, table: "open_order", keys: []string{"supplier", "order_no", "sku", "location", "due"}, whole: true,
		columns: []string{"supplier text", "order_no text", "sku text", "location text", "due date", "quantity bigint", "state text"},
		read: pull(csvfile.ReadOpenOrders, func(to []any, in core.Inbound) []any {
			return append(to, string(in.Supplier), in.Order, string(in.SKU), string(in.Location), date(in.Due), in.Qty, string(in.State))
		}),
		refs: []reference{skuRef, locationRef, supplierRef},
	},
	{
		kind: csvfile.Browsing, table: "browsing_day", keys: []string{"customer_id", "day"},
		columns: []string{"customer_id text", "day date"},
		read: pull(csvfile.ReadBrowsing, func(to []any, b csvfile.BrowsingDay) []any {
			return append(to, b.Customer, date(b.Day))
		}),
		duplicates: true, keyText: `'customer ' || customer_id || ', ' || day`,
	},
	{
		kind: csvfile.Ads, table: "ad_day", keys: []string{"day", "platform", "campaign", "sku"},
		columns: []string{"day date", "platform text", "campaign text", "sku text", "spend bigint", "revenue bigint",
			"currency text", "impressions bigint", "clicks bigint", "orders bigint"},
		read: pull(csvfile.ReadAds, func(to []any, a core.AdDay) []any {
			return append(to, date(a.Day), a.Platform, a.Campaign, string(a.SKU), a.Spend.Minor, a.Revenue.Minor,
				string(a.Spend.Currency), a.Impressions, a.Clicks, a.Orders)
		}),
		duplicates: true, keyText: `day || ', platform ' || platform || ', campaign ' || campaign || ', sku ' || sku`,
		refs: []reference{skuRef},
	},
	{
		kind: csvfile.Events, table: "event", keys: []string{"from_day", "to_day", "kind", "name", "sku", "category"}, whole: true,
		columns: []string{"from_day date", "to_day date", "kind text", "name text", "sku text", "category text"},
		read: pull(csvfile.ReadEvents, func(to []any, e core.Event) []any {
			return append(to, date(e.From), date(e.To), e.Kind, e.Name, string(e.SKU), e.Category)
		}),
		refs: []reference{skuRef},
	},
	{
		kind: csvfile.Kits, table: "kit_part", keys: []string{"kit", "component"}, whole: true,
		columns: []string{"kit text", "component text", "quantity bigint"},
		read: pull(csvfile.ReadKits, func(to []any, k core.KitPart) []any {
			return append(to, string(k.Kit), string(k.Part), k.Qty)
		}),
		refs: []reference{productRef("kit"), productRef("component")}, before: kitRules,
	},
	{
		kind: csvfile.Signals, table: "signal", keys: []string{"name", "kind", "sku", "category", "starts"}, whole: true,
		columns: []string{"name text", "kind text", "size double precision", "starts timestamptz", "ends timestamptz",
			"half_life_seconds bigint", "sku text", "category text", "source text"},
		read: pull(csvfile.ReadSignals, func(to []any, s core.Signal) []any {
			var ends any
			if !s.End.IsZero() {
				ends = s.End
			}
			return append(to, s.Name, string(s.Kind), s.Size, s.Start, ends, int64(s.HalfLife/time.Second), string(s.SKU), s.Category, s.Source)
		}),
		refs: []reference{skuRef},
	},
	{
		kind: csvfile.Links, table: "product_link", keys: []string{"sku", "linked_sku"}, whole: true,
		columns: []string{"sku text", "linked_sku text", "probability double precision", "days int"},
		read: pull(csvfile.ReadLinks, func(to []any, l core.Link) []any {
			return append(to, string(l.From), string(l.To), l.Probability, int32(l.Days))
		}),
		refs: []reference{skuRef, productRef("linked_sku")},
	},
	{
		kind: csvfile.Overrides, table: "manual_override", keys: []string{"source", "sku", "location", "supplier", "field"}, whole: true,
		keep: "t.source = 'slack'",
		columns: []string{"source text", "sku text", "location text", "supplier text", "field text", "value double precision", "class text", "until date",
			"reason text", "by_whom text", "since date"},
		read: pull(csvfile.ReadOverrides, func(to []any, o core.Override) []any {
			return append(to, "file", string(o.SKU), string(o.Location), string(o.Supplier), string(o.Field), o.Value, o.Word, date(o.Until), o.Reason, o.By, date(o.On))
		}),
		refs: []reference{skuRef, locationRef, supplierRef},
	},
	{
		kind: csvfile.OrderUpdates, table: "order_update", ours: true,
		columns: []string{"order_no text", "state text", "day date", "eta date", "note text"},
		read: pull(csvfile.ReadOrderUpdates, func(to []any, u csvfile.OrderUpdate) []any {
			return append(to, u.Order, u.State, date(u.Day), dateOrNull(u.ETA), u.Note)
		}),
		merge: (*importer).mergeOrderUpdates,
	},
	{
		kind: csvfile.Receipts, table: "receipt", ours: true,
		columns: []string{"order_no text", "sku text", "location text", "day date", "received bigint", "damaged bigint", "ref text", "note text", "over boolean"},
		read: pull(csvfile.ReadReceipts, func(to []any, v csvfile.Receipt) []any {
			return append(to, v.Order, string(v.SKU), string(v.Location), date(v.Day), v.Qty, v.Damaged, v.Ref, v.Note, v.Over)
		}),
		merge: (*importer).mergeReceipts,
	},
	{
		kind: csvfile.Deliveries, table: "past_delivery", keys: []string{"supplier", "order_no", "sku", "received_on"},
		columns: []string{"supplier text", "order_no text", "sku text", "received_on date", "mode text", "ordered_on date", "due date",
			"ordered bigint", "received bigint", "damaged bigint", "closed boolean"},
		read: pull(csvfile.ReadDeliveries, func(to []any, v csvfile.PastDelivery) []any {
			came := v.ReceivedOn
			if came == 0 {
				came = v.OrderedOn
			}
			return append(to, string(v.Supplier), v.Order, string(v.SKU), date(came), string(v.Mode), date(v.OrderedOn), dateOrNull(v.Due),
				v.Ordered, v.Received, v.Damaged, v.Closed)
		}),
		refs: []reference{skuRef, supplierRef},
	},
	{
		kind: csvfile.Quotes, table: "quote", keys: []string{"supplier", "sku", "quoted_on"},
		columns: []string{"supplier text", "sku text", "quoted_on date", "price bigint", "currency text", "moq bigint", "lead_days int",
			"valid_until date", "note text"},
		read: pull(csvfile.ReadQuotes, func(to []any, q core.Quote) []any {
			return append(to, string(q.Supplier), string(q.SKU), date(q.QuotedOn), q.Price.Minor, string(q.Price.Currency), q.MOQ, int32(q.LeadDays),
				date(q.ValidUntil), q.Note)
		}),
		refs: []reference{skuRef, supplierRef}, before: []rule{currencyRule("import_quote")},
	},
}

// pull turns a reader of csvfile into one that CopyFrom can ask, row by row. The
// values of a row live until the next.
func pull[T any](read func(io.Reader, string, csvfile.Env) iter.Seq2[csvfile.Row[T], error], values func([]any, T) []any) func(io.Reader, string, csvfile.Env) (func() ([]any, error, bool), func()) {
	return func(r io.Reader, file string, env csvfile.Env) (func() ([]any, error, bool), func()) {
		next, stop := iter.Pull2(read(r, file, env))
		var buf []any
		return func() ([]any, error, bool) {
			row, err, ok := next()
			if err != nil || !ok {
				return nil, err, ok
			}
			buf = values(append(buf[:0], int32(row.Line)), row.Value)
			return buf, nil, true
		}, stop
	}
}

// date returns a day as the database wants it.
func date(d core.Day) time.Time { return d.Time(time.UTC) }

// dateOrNull is date, null for the zero day.
func dateOrNull(d core.Day) any {
	if d == 0 {
		return nil
	}
	return date(d)
}

func (k *dataKind) stageTable() string { return "import_" + k.table }

// stageDDL makes the staging table; its texts are compared as in the schema.
func (k *dataKind) stageDDL() string {
	var b strings.Builder
	for _, c := range k.columns {
		b.WriteString(", " + c)
		if strings.HasSuffix(c, " text") || strings.HasSuffix(c, " text[]") {
			b.WriteString(` collate "C"`)
		}
	}
	return fmt.Sprintf(`create temporary table %s (line int%s) on commit drop`, k.stageTable(), &b)
}

func (k *dataKind) stageColumns() []string {
	names := []string{"line"}
	for _, c := range k.columns {
		name, _, _ := strings.Cut(c, " ")
		names = append(names, name)
	}
	return names
}

// upsert writes the staged rows that say something new.
func (im *importer) upsert(ctx context.Context) error {
	return im.upsertColumns(ctx, im.data.stageColumns()[1:], "false")
}

// upsertColumns is upsert of some columns; rows for which force holds are written
// and counted even when those columns are the same.
func (im *importer) upsertColumns(ctx context.Context, columns []string, force string) error {
	d := im.data
	var set, old, fresh []string
	for _, c := range columns {
		isKey := false
		for _, k := range d.keys {
			isKey = isKey || k == c
		}
		if !isKey {
			set = append(set, c+" = excluded."+c)
			old, fresh = append(old, "t."+c), append(fresh, "excluded."+c)
		}
	}
	conflict := "nothing"
	if len(set) > 0 {
		conflict = fmt.Sprintf("update set %s where row(%s) is distinct from row(%s) or %s",
			strings.Join(set, ", "), strings.Join(old, ", "), strings.Join(fresh, ", "), force)
	}
	list, keys := strings.Join(columns, ", "), strings.Join(d.keys, ", ")
	if err := im.tx.QueryRow(ctx, fmt.Sprintf(`
		with done as (
			insert into %[1]s as t (%[2]s) select %[2]s from %[3]s
			on conflict (%[4]s) do %[5]s
			returning xmax = 0 as fresh)
		select count(*) filter (where fresh), count(*) filter (where not fresh) from done`,
		d.table, list, d.stageTable(), keys, conflict)).Scan(&im.res.Inserted, &im.res.Updated); err != nil {
		return err
	}
	if !d.whole {
		return nil
	}
	tag, err := im.tx.Exec(ctx, fmt.Sprintf(`
		delete from %[1]s t where not (%[5]s) and not exists (select from %[2]s s where row(%[3]s) = row(%[4]s))`,
		d.table, d.stageTable(), qualify("s", d.keys), qualify("t", d.keys), cmp.Or(d.keep, "false")))
	im.res.Removed = tag.RowsAffected()
	return err
}

func qualify(table string, columns []string) string {
	return table + "." + strings.Join(columns, ", "+table+".")
}
