-- The data of the shop: what is sold, from where, by whom supplied, and what was
-- ordered. Codes are text as the shop writes them; amounts are integer minor
-- units beside their currency; days are business days in the shop's zone.
-- There are few foreign keys: an import checks references for the whole file at
-- once and says on which line one is wrong, which a constraint cannot. Text is
-- compared by bytes (collation C): order is then the same in every database, and
-- sorts and indexes compare memory instead of asking the locale.

-- +goose Up

-- One row per content of a file taken in; a file that was refused leaves none.
-- imported_at is when it last came, which is the age of the feed. read_at and
-- changed_at, by the database's clock, are when it was last read and last changed
-- anything; they tell whether reading it again can. zone and currency are the
-- shop's when it was read.
create table import_batch (
    id          bigint generated always as identity primary key,
    kind        text collate "C" not null,
    file        text collate "C" not null,
    sha256      bytea not null,
    rows        bigint not null,                    -- counts of the first import
    inserted    bigint not null,
    updated     bigint not null,
    removed     bigint not null,
    zone        text collate "C" not null,
    currency    text collate "C" not null,
    imported_at timestamptz not null,
    read_at     timestamptz not null,
    changed_at  timestamptz,
    unique (kind, sha256)
);

create table product (
    sku           text collate "C" primary key,
    name          text collate "C" not null,
    category      text collate "C" not null,
    price         bigint not null check (price >= 0),
    currency      text collate "C" not null,
    cost          bigint check (cost >= 0),         -- null: not known
    cost_currency text collate "C",
    active        boolean not null,
    check ((cost is null) = (cost_currency is null))
);

-- What channels call a product. The empty channel holds codes valid everywhere.
create table product_alias (
    channel text collate "C" not null,
    code    text collate "C" not null,
    sku     text collate "C" not null references product on delete cascade,
    primary key (channel, code)
);
create index product_alias_sku on product_alias (sku);

create table location (
    location   text collate "C" primary key,
    name       text collate "C" not null,
    country    text collate "C" not null,
    channels   text[] collate "C" not null,                     -- served from here
    is_default boolean not null                     -- exactly one; checked by the import
);

create table supplier (
    supplier    text collate "C" primary key,
    name        text collate "C" not null,
    email       text collate "C" not null,
    contact     text collate "C" not null,
    language    text collate "C" not null,
    currency    text collate "C" not null,
    closed_from date[] not null,                    -- n-th range of closed days:
    closed_to   date[] not null,                    -- closed_from[n] to closed_to[n]
    check (cardinality(closed_from) = cardinality(closed_to))
);

-- An offer. A mode of shipping that is not offered has null days; all amounts are
-- in currency, which is the supplier's.
create table supplier_item (
    supplier     text collate "C" not null references supplier,
    sku          text collate "C" not null references product,
    supplier_sku text collate "C" not null,
    price        bigint not null check (price >= 0),
    currency     text collate "C" not null,
    break_min    bigint[] not null,                 -- from break_min[n] units on
    break_price  bigint[] not null,                 -- the price is break_price[n]
    moq          bigint not null check (moq >= 1),
    pack         bigint not null check (pack >= 1),
    max          bigint not null check (max >= 0),  -- 0: no limit
    sea_days     double precision,
    sea_sd       double precision not null,
    sea_freight  bigint not null,
    air_days     double precision,
    air_sd       double precision not null,
    air_freight  bigint not null,
    rush_days    double precision,
    rush_sd      double precision not null,
    rush_freight bigint not null,
    preferred    boolean not null,
    primary key (supplier, sku),
    check (cardinality(break_min) = cardinality(break_price)),
    check (coalesce(sea_days, air_days, rush_days) is not null)
);
create index supplier_item_sku on supplier_item (sku);

create table stock_level (
    sku        text collate "C" not null references product,
    location   text collate "C" not null references location,
    on_hand    bigint not null,
    committed  bigint not null,
    backorders bigint not null,
    as_of      timestamptz not null,                -- older data never replaces newer
    primary key (sku, location)
);

-- Customers' orders, line by line, as they came: the truth behind sales_month.
-- quantity is negative for returns and 0 for cancelled lines. day is the business
-- day of ordered_at in the shop's zone at the time of import. sku is no foreign
-- key: the import has just looked it up, and a trigger per line would again.
create table order_line (
    channel     text collate "C" not null,
    order_id    text collate "C" not null,
    line_id     text collate "C" not null,
    sku         text collate "C" not null,
    ordered_at  timestamptz not null,
    day         date not null,
    customer_id text collate "C" not null,                      -- empty: not known
    quantity    bigint not null,
    unit_price  bigint not null,
    currency    text collate "C" not null,
    promotion   boolean not null,
    primary key (channel, order_id, line_id)
);
-- Sums are made again by SKU and month.
create index order_line_sku on order_line (sku, day);

-- For which days orders are known. One row per file: its first to its last day,
-- for one channel or, with the empty channel, for all. Inside, no sale is a zero;
-- outside, nothing is known.
create table coverage (
    sha256   bytea not null,
    channel  text collate "C" not null,
    from_day date not null,
    to_day   date not null,
    primary key (sha256, channel),
    check (from_day <= to_day)
);

-- Daily sales in one row per month: a forecast reads whole series, and arrays
-- make that 6 times faster and 3 times smaller than a row per day. qty[n] is the
-- quantity of the n-th day of the month, null where no data covers the day: not
-- zero. revenue[n] is in minor units of the shop's currency, null also where no
-- exchange rate is known. Months without any sale have no row.
create table sales_month (
    sku     text collate "C" not null,
    channel text collate "C" not null,
    month   date not null check (extract(day from month) = 1),
    qty     real[] not null,
    revenue bigint[] not null,
    promo   integer not null default 0,             -- bit n-1: a promotion sold on day n
    primary key (sku, channel, month)
);

-- The same for people: a row per day.
create view sales_day as
    select m.sku, m.channel, m.month + (d.n - 1)::int as day, d.qty, d.revenue,
           (m.promo >> (d.n - 1)::int) & 1 = 1 as promotion
    from sales_month m
    cross join lateral unnest(m.qty, m.revenue) with ordinality as d (qty, revenue, n)
    where d.qty is not null;

-- Orders at suppliers that were not made here. The file is the whole list: what
-- it no longer names has arrived or was cancelled.
create table open_order (
    supplier  text collate "C" not null references supplier,
    order_no  text collate "C" not null,
    sku       text collate "C" not null references product,
    location  text collate "C" not null references location,
    due       date not null,
    quantity  bigint not null check (quantity > 0),
    state     text collate "C" not null check (state in ('ordered', 'confirmed', 'shipped')),
    primary key (supplier, order_no, sku, location, due)
);
create index open_order_sku on open_order (sku);

-- Price of one unit of currency in the shop's currency, with 8 decimals as a
-- whole number; it holds until the next one.
create table fx_rate (
    currency text collate "C" not null,
    day      date not null,
    rate     bigint not null check (rate > 0),
    primary key (currency, day)
);

create table ad_day (
    day         date not null,
    platform    text collate "C" not null,
    campaign    text collate "C" not null,
    sku         text collate "C" not null,                      -- empty: no single product
    spend       bigint not null,
    revenue     bigint not null,
    currency    text collate "C" not null,
    impressions bigint not null,
    clicks      bigint not null,
    orders      bigint not null,
    primary key (day, platform, campaign, sku)
);

-- Dated happenings. The file is the whole list, as for open_order.
create table event (
    from_day date not null,
    to_day   date not null,
    kind     text collate "C" not null check (kind in ('holiday', 'promotion', 'outside')),
    name     text collate "C" not null,
    sku      text collate "C" not null,                         -- empty: all
    category text collate "C" not null,                         -- empty: all
    primary key (from_day, to_day, kind, name, sku, category),
    check (from_day <= to_day)
);

-- +goose Down
drop view sales_day;
drop table event, ad_day, fx_rate, open_order, sales_month, coverage, order_line, stock_level,
    supplier_item, supplier, location, product_alias, product, import_batch;
