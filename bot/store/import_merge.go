package store

import (
	"context"
)

// staged aliases, one a row.
const stagedAlias = `(select s.line, s.sku, a.channel, a.code from import_product s
	cross join lateral unnest(s.alias_channel, s.alias_code) as a (channel, code))`

const aliasWords = `case a.channel when '' then a.code else a.channel || ':' || a.code end`

// aliasRules: there is a product; one code means one SKU in a channel, and an alias for every channel
// is not the SKU of another product. Stored rows count unless the file replaces
// them.
var aliasRules = []rule{
	// Else the next file that names one would be blamed for it.
	{"", "the file names no product", `
		select 1, '{}'::text[] where not exists (select from import_product)`},
	{"aliases", "alias %q belongs to sku %q already", `
		select a.line, array[` + aliasWords + `, min(b.sku collate "C")] from ` + stagedAlias + ` a
		join (select line, sku, channel, code from ` + stagedAlias + ` x
			union all select 0, p.sku, p.channel, p.code from product_alias p
			where not exists (select from import_product s where s.sku = p.sku)) b
			on b.channel = a.channel and b.code = a.code and b.line < a.line and b.sku <> a.sku
		group by a.line, a.channel, a.code order by a.line`},
	{"aliases", "alias %q is the sku of another product", `
		select a.line, array[a.code] from ` + stagedAlias + ` a
		where a.channel = '' and a.code <> a.sku and (exists (select from product p where p.sku = a.code)
			or exists (select from import_product s where s.sku = a.code)) order by a.line`},
	{"sku", "sku %q is an alias of sku %q", `
		select s.line, array[s.sku, a.sku] from import_product s
		join product_alias a on a.channel = '' and a.code = s.sku and a.sku <> s.sku
		where not exists (select from import_product o where o.sku = a.sku) order by s.line`},
}

// mergeProducts writes products and then their aliases; a product of which only
// the aliases changed counts as updated.
func (im *importer) mergeProducts(ctx context.Context) error {
	if err := im.exec(ctx, `
		create temporary table import_alias_changed on commit drop as
		select s.sku from import_product s
		left join lateral (
			select array_agg(channel order by channel collate "C", code collate "C") as channels,
				array_agg(code order by channel collate "C", code collate "C") as codes
			from product_alias a where a.sku = s.sku) a on true
		where coalesce(a.channels, '{}') <> s.alias_channel or coalesce(a.codes, '{}') <> s.alias_code`); err != nil {
		return err
	}
	columns := im.data.stageColumns()
	err := im.upsertColumns(ctx, columns[1:len(columns)-2], `t.sku in (select sku from import_alias_changed)`)
	if err != nil {
		return err
	}
	if err := im.exec(ctx, `delete from product_alias where sku in (select sku from import_alias_changed)`); err != nil {
		return err
	}
	return im.exec(ctx, `
		insert into product_alias (channel, code, sku)
		select channel, code, sku from `+stagedAlias+` a where sku in (select sku from import_alias_changed)`)
}

// locationRules: one default, and no channel served from two places.
var locationRules = []rule{
	{"default", "location %q is the default already", `
		select s.line, array[min(o.location collate "C")] from import_location s
		join location o on o.is_default and o.location <> s.location
		left join import_location os on os.location = o.location
		where s.is_default and coalesce(os.line, 0) < s.line group by s.line order by s.line`},
	{"channels", "channel %q is served from location %q already", `
		select s.line, array[c.channel, min(o.location collate "C")] from import_location s
		cross join lateral unnest(s.channels) as c (channel)
		join location o on o.location <> s.location and c.channel = any (o.channels)
		left join import_location os on os.location = o.location
		where coalesce(os.line, 0) < s.line group by s.line, c.channel order by s.line`},
	{"default", "no location is the default; set default to 1 in one row", `
		select 1, '{}'::text[] where exists (select from location) and not exists (select from location where is_default)`},
	{"", "the file names no location", `
		select 1, '{}'::text[] where not exists (select from location)`},
}

// mergeLocations makes an only location the default.
func (im *importer) mergeLocations(ctx context.Context) error {
	if err := im.exec(ctx, `
		update import_location s set is_default = true
		where (select count(*) from import_location) = 1
			and not exists (select from location o where o.location <> s.location)`); err != nil {
		return err
	}
	return im.upsert(ctx)
}

// currencyRule: prices are in the supplier's currency.
func currencyRule(stage string) rule {
	return rule{"currency", "%s is not the currency of supplier %q, which is %s", `
		select s.line, array[s.currency, s.supplier, p.currency] from ` + stage + ` s
		join supplier p using (supplier) where p.currency <> s.currency order by s.line`}
}

// itemRules: the supplier's currency, and one preferred supplier for a SKU.
var itemRules = []rule{
	currencyRule("import_supplier_item"),
	{"preferred", "sku %q has the preferred supplier %q already", `
		select s.line, array[s.sku, min(o.supplier collate "C")] from import_supplier_item s
		join (select line, supplier, sku from import_supplier_item where preferred
			union all select 0, t.supplier, t.sku from supplier_item t where t.preferred and not exists (
				select from import_supplier_item x where x.supplier = t.supplier and x.sku = t.sku)) o
			on o.sku = s.sku and o.supplier <> s.supplier and o.line < s.line
		where s.preferred group by s.line, s.sku order by s.line`},
}

// kitRules: no kit within a kit.
var kitRules = []rule{{"component", "%q is a kit; a kit of kits is written with its components", `
	select s.line, array[s.component] from import_kit_part s
	where exists (select from import_kit_part k where k.kit = s.component) order by s.line`}}

// mergeStock never goes back in time. A row that only confirms the quantities
// moves as_of and counts as unchanged.
func (im *importer) mergeStock(ctx context.Context) error {
	if err := im.tx.QueryRow(ctx, `
		select count(*) from import_stock_level s join stock_level t using (sku, location) where s.as_of < t.as_of`).
		Scan(&im.res.Older); err != nil {
		return err
	}
	if err := im.exec(ctx, `
		delete from import_stock_level s using stock_level t
		where t.sku = s.sku and t.location = s.location and s.as_of < t.as_of`); err != nil {
		return err
	}
	if err := im.exec(ctx, `
		update stock_level t set as_of = s.as_of from import_stock_level s
		where t.sku = s.sku and t.location = s.location and s.as_of > t.as_of
			and (t.on_hand, t.committed, t.backorders) = (s.on_hand, s.committed, s.backorders)`); err != nil {
		return err
	}
	return im.upsert(ctx)
}

// mergeRates also makes the revenue again that was converted at other rates.
func (im *importer) mergeRates(ctx context.Context) error {
	if err := im.exec(ctx, createTouched); err != nil {
		return err
	}
	if err := im.exec(ctx, `
		insert into import_touched
		select distinct l.sku, l.channel, date_trunc('month', l.day)::date
		from (select s.currency, min(s.day) as day from import_fx_rate s
			left join fx_rate r using (currency, day) where r.rate is distinct from s.rate group by s.currency) c
		join order_line l on l.currency = c.currency and l.day >= c.day`); err != nil {
		return err
	}
	if err := im.upsert(ctx); err != nil {
		return err
	}
	return im.sumSales(ctx)
}
