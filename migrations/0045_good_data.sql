-- The stock and product rows of the last check that found them plausible. While a
-- feed is doubted they stand in for what was delivered since.

-- +goose Up
create table good_feed (
    feed      text collate "C" primary key,
    delivered timestamptz not null,                 -- the delivery that was copied
    kept_at   timestamptz not null,                 -- the last check that found it plausible
    doubted   boolean not null default false
);
create table good_stock (like stock_level, primary key (sku, location));
create table good_product (
    sku           text collate "C" primary key,
    price         bigint not null,
    currency      text collate "C" not null,
    cost          bigint,
    cost_currency text collate "C",
    active        boolean not null
);

-- +goose Down
drop table good_product, good_stock, good_feed;
