-- Whom a person chose to order a product from, until when, in place of the
-- preferred supplier of the data.

-- +goose Up
create table sourcing (
    sku       text collate "C" primary key,
    supplier  text collate "C" not null,
    until     date not null,
    by_whom   text not null,
    chosen_at timestamptz not null default now()
);

-- +goose Down
drop table sourcing;
