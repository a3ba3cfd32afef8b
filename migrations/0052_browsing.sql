-- Days on which customers looked at the shop, bought or not. customer_id is as in
-- order_line.

-- +goose Up
create table browsing_day (
    customer_id text collate "C" not null check (customer_id <> ''),
    day         date not null,
    primary key (customer_id, day)
);

-- +goose Down
drop table browsing_day;
