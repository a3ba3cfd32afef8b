-- What the customers are expected to do: the last report, the customers behind
-- its products, the links learned from them, and joint plays. All but the plays
-- is computed anew from order_line and replaced whole.

-- +goose Up

-- The last report; at most one row.
create table customer_report (
    one         boolean primary key default true check (one),
    as_of       date not null,                      -- the last day that was known
    lines       bigint not null,                    -- order lines behind it
    computed_at timestamptz not null,
    body        jsonb not null                      -- repurchase.Report without its products
);

-- The repurchase table, a row per product; rank 1 has most expected units.
create table product_outlook (
    sku  text collate "C" primary key,
    rank int not null,
    body jsonb not null                             -- repurchase.ProductRow
);

-- The customers behind a product. customer_id is as in order_line; it leaves the
-- database only as a pseudonym made with customer_salt.
create table likely_customer (
    sku         text collate "C" not null,
    customer_id text collate "C" not null,
    probability real not null,
    due         date not null,
    again       boolean not null,                   -- bought it before
    primary key (sku, customer_id)
);

create table learned_link (
    sku         text collate "C" not null,
    linked_sku  text collate "C" not null,
    probability double precision not null,
    lo          double precision not null,
    hi          double precision not null,
    days        int not null,
    support     int not null,
    lift        double precision not null,
    primary key (sku, linked_sku)
);

-- The salt of the pseudonyms that people see; at most one row, random, never shown.
-- It is made with the first report.
create table customer_salt (
    one  boolean primary key default true check (one),
    salt bytea not null
);

-- A joint play: an early order and an offer of a bundle to the customers a
-- shortage would hit. A part of them, drawn by the seed, gets no offer: they are
-- the measure of what it brought.
create table joint_play (
    id         bigint generated always as identity primary key,
    sku        text collate "C" not null,
    linked_sku text collate "C" not null,
    started_on date not null,
    until      date not null,                       -- last day that counts
    discount   double precision not null check (discount >= 0 and discount < 1),
    at_risk    bigint not null,                     -- margin that would have been lost, minor units
    currency   text collate "C" not null,
    started_by text collate "C" not null,
    booked_on  date,
    result     jsonb                                -- repurchase.PlayResult, once booked
);
create table joint_play_customer (
    play        bigint not null references joint_play on delete cascade,
    customer_id text collate "C" not null,
    holdout     boolean not null,
    primary key (play, customer_id)
);

-- +goose Down
drop table joint_play_customer, joint_play, customer_salt, learned_link, likely_customer, product_outlook, customer_report;
