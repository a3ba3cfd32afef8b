-- What files report about orders made here, and the past of those made elsewhere.

-- +goose Up

-- Reports that were taken in: the same one again changes nothing.
create table order_update (
    order_id bigint not null references purchase_order on delete cascade,
    state    text collate "C" not null,
    day      date not null,
    eta      date,
    note     text not null,
    primary key (order_id, state, day)
);

-- What came of orders that were not made here. received_on is the day of the order
-- where nothing has come yet (received 0).
create table past_delivery (
    supplier    text collate "C" not null references supplier,
    order_no    text collate "C" not null,
    sku         text collate "C" not null references product,
    received_on date not null,
    mode        text collate "C" not null,
    ordered_on  date not null,
    due         date,
    ordered     bigint not null check (ordered > 0),
    received    bigint not null check (received >= 0),
    damaged     bigint not null check (damaged between 0 and received),
    closed      boolean not null,
    primary key (supplier, order_no, sku, received_on)
);

-- +goose Down
drop table past_delivery, order_update;
