package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
)

// The parts of a snapshot that people maintain: products, places, suppliers,
// offers, rates, events, signals, and advertising.

func (l *snapshotLoader) products(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Products, `
		select p.sku, name, category, coalesce(g.price, p.price), coalesce(g.currency, p.currency),
			case when g.sku is null then coalesce(p.cost, 0) else coalesce(g.cost, 0) end,
			case when g.sku is null then coalesce(p.cost_currency, '') else coalesce(g.cost_currency, '') end,
			coalesce(g.active, p.active), a.channels, a.codes
		from product p left join good_product g on $2 and g.sku = p.sku left join lateral (
			select array_agg(channel order by channel collate "C", code collate "C") as channels,
				array_agg(code order by channel collate "C", code collate "C") as codes
			from product_alias a where a.sku = p.sku) a on true
		where `+wanted("p.sku")+` order by p.sku collate "C"`,
		func(r pgx.CollectableRow, v *core.Product) error {
			var channels, codes []string
			err := r.Scan(&v.SKU, &v.Name, &v.Category, &v.Price.Minor, &v.Price.Currency, &v.Cost.Minor, &v.Cost.Currency,
				&v.Active, &channels, &codes)
			for i := range codes {
				v.Aliases = append(v.Aliases, core.Alias{Channel: core.ChannelID(channels[i]), Code: codes[i]})
			}
			return err
		}, l.skus, l.doubt("products"))
}

func (l *snapshotLoader) locations(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Locations, `
		select location, name, country, channels, is_default from location order by location collate "C"`,
		func(r pgx.CollectableRow, v *core.Location) error {
			var channels []string
			err := r.Scan(&v.ID, &v.Name, &v.Country, &channels, &v.Default)
			for _, c := range channels {
				v.Channels = append(v.Channels, core.ChannelID(c))
			}
			return err
		})
}

func (l *snapshotLoader) suppliers(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Suppliers, `
		select supplier, name, email, contact, language, currency,
			array(select d`+sinceEpoch+` from unnest(closed_from) with ordinality as c (d, n) order by n),
			array(select d`+sinceEpoch+` from unnest(closed_to) with ordinality as c (d, n) order by n),
			min_amount, min_units, container_units, container_volume, reserved_units, agreement, tone
		from supplier order by supplier collate "C"`,
		func(r pgx.CollectableRow, v *core.Supplier) error {
			var from, to []int32
			t := &v.Terms
			err := r.Scan(&v.ID, &v.Name, &v.Email, &v.Contact, &v.Language, &v.Currency, &from, &to,
				&t.MinAmount.Minor, &t.MinUnits, &t.ContainerUnits, &t.ContainerVolume, &t.Reserved, &t.Agreement, &v.Tone)
			if t.MinAmount.Minor > 0 {
				t.MinAmount.Currency = v.Currency
			}
			for i := range from {
				v.Closed = append(v.Closed, core.DayRange{From: core.Day(from[i]), To: core.Day(to[i])})
			}
			return err
		})
}

// items reads the offers. Whom a person chose for a SKU is preferred, as long as he
// or she said; a choice of a quote comes with the quote.
func (l *snapshotLoader) items(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Items, `
		select i.supplier, sku, supplier_sku, price, currency, break_min, break_price, moq, pack, max,
			case when c.sku is null then preferred else c.supplier = i.supplier end,
			sea_days, sea_sd, sea_freight, air_days, air_sd, air_freight, rush_days, rush_sd, rush_freight, unit_volume, raw_material
		from supplier_item i left join (
			select sku, supplier from sourcing s where until >= $2 and not quoted
				and exists (select from supplier_item o where o.sku = s.sku and o.supplier = s.supplier)) c using (sku)
		where `+wanted("sku")+` order by sku collate "C", i.supplier collate "C"`,
		func(r pgx.CollectableRow, v *core.SupplierItem) error {
			var mins, prices []int64
			days, leads := make([]*float64, len(core.Modes)), make([]core.Lead, len(core.Modes))
			to := []any{&v.Supplier, &v.SKU, &v.SupplierSKU, &v.Price.Minor, &v.Price.Currency, &mins, &prices,
				&v.MOQ, &v.Pack, &v.Max, &v.Preferred}
			for i := range leads {
				to = append(to, &days[i], &leads[i].SD, &leads[i].Freight.Minor)
			}
			err := r.Scan(append(to, &v.Volume, &v.Raw)...)
			for i := range mins {
				v.Breaks = append(v.Breaks, core.PriceBreak{Min: mins[i], Price: core.Money{Minor: prices[i], Currency: v.Price.Currency}})
			}
			for i, m := range core.Modes {
				if days[i] != nil {
					leads[i].Mode, leads[i].Days, leads[i].Freight.Currency = m, *days[i], v.Price.Currency
					v.Lead = append(v.Lead, leads[i])
				}
			}
			return err
		}, l.skus, date(l.today))
}

// quotes reads the quotes that can be ordered today, and which of them was chosen.
func (l *snapshotLoader) quotes(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Quotes, `
		select q.supplier, q.sku, price, currency, moq, lead_days, quoted_on`+sinceEpoch+`, valid_until`+sinceEpoch+`, note,
			coalesce(c.quoted and c.until >= $2, false)
		from (`+currentQuotes("$2::date")+`) q left join sourcing c on c.sku = q.sku and c.supplier = q.supplier
		where `+wanted("q.sku")+` and valid_until >= $2 order by q.sku, q.supplier`,
		func(r pgx.CollectableRow, v *core.Quote) error {
			return r.Scan(&v.Supplier, &v.SKU, &v.Price.Minor, &v.Price.Currency, &v.MOQ, &v.LeadDays, &v.QuotedOn, &v.ValidUntil, &v.Note, &v.Chosen)
		}, l.skus, date(l.today))
}

func (l *snapshotLoader) rates(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Rates, `
		select currency, day`+sinceEpoch+`, rate from fx_rate order by currency collate "C", day`,
		func(r pgx.CollectableRow, v *core.FXRate) error { return r.Scan(&v.Currency, &v.Day, &v.Rate) })
}

func (l *snapshotLoader) events(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Events, `
		select from_day`+sinceEpoch+`, to_day`+sinceEpoch+`, name, kind, sku, category from event
		order by from_day, to_day, kind collate "C", name collate "C", sku collate "C", category collate "C"`,
		func(r pgx.CollectableRow, v *core.Event) error {
			return r.Scan(&v.From, &v.To, &v.Name, &v.Kind, &v.SKU, &v.Category)
		})
}

func (l *snapshotLoader) signals(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Signals, `
		select name, kind, size, starts, ends, half_life_seconds, sku, category, source from signal
		order by starts, kind collate "C", name collate "C", sku collate "C", category collate "C"`,
		func(r pgx.CollectableRow, v *core.Signal) error {
			var ends *time.Time
			var half int64
			err := r.Scan(&v.Name, &v.Kind, &v.Size, &v.Start, &ends, &half, &v.SKU, &v.Category, &v.Source)
			v.Start, v.HalfLife = v.Start.UTC(), time.Duration(half)*time.Second
			if ends != nil {
				v.End = ends.UTC()
			}
			return err
		})
}

func (l *snapshotLoader) ads(ctx context.Context) error {
	return collect(ctx, l.tx, &l.snap.Ads, `
		select day`+sinceEpoch+`, platform, campaign, sku, spend, currency, impressions, clicks, orders, revenue from ad_day
		where `+wanted("sku")+` order by day, platform collate "C", campaign collate "C", sku collate "C"`,
		func(r pgx.CollectableRow, v *core.AdDay) error {
			err := r.Scan(&v.Day, &v.Platform, &v.Campaign, &v.SKU, &v.Spend.Minor, &v.Spend.Currency,
				&v.Impressions, &v.Clicks, &v.Orders, &v.Revenue.Minor)
			v.Revenue.Currency = v.Spend.Currency
			return err
		}, l.skus)
}

// MainCurrency returns the currency in which most products are priced: the shop's
// own, where no settings say it. It is empty while there are no products.
func MainCurrency(ctx context.Context, db DB) (core.Currency, error) {
	var cur string
	err := db.QueryRow(ctx, `select currency from product group by currency order by count(*) desc, currency limit 1`).Scan(&cur)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the main currency: %w", err)
	}
	return core.Currency(cur), nil
}
