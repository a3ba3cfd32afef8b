-- Quotes that suppliers gave when asked, who was asked, and the choice of a quote.

-- +goose Up
create table quote (
    supplier    text collate "C" not null references supplier,
    sku         text collate "C" not null references product,
    quoted_on   date not null,
    price       bigint not null check (price > 0),
    currency    text collate "C" not null,
    moq         bigint not null check (moq > 0),
    lead_days   int not null check (lead_days between 1 and 730),
    valid_until date not null check (valid_until >= quoted_on),
    note        text not null default '',
    by_whom     text not null default 'file',
    primary key (supplier, sku, quoted_on)
);

-- The choice is of the supplier's quote, not of its list entry; it ends with it.
alter table sourcing add column quoted boolean not null default false;

-- Whom a quote was asked of. The letter itself is in the effect of the same key.
create table quote_request (
    sku      text collate "C" not null,
    asked_on date not null,
    supplier text collate "C" not null,
    qty      bigint not null check (qty > 0),
    asked_by text not null,
    primary key (sku, asked_on, supplier)
);

-- +goose Down
drop table quote_request;
alter table sourcing drop column quoted;
drop table quote;
