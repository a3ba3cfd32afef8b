-- What turns a need into an order: what suppliers ask of a whole order, kits,
-- links between products, and numbers set by hand.

-- +goose Up

alter table supplier
    add min_amount       bigint not null default 0 check (min_amount >= 0),      -- in the supplier's currency; 0: none
    add min_units        bigint not null default 0 check (min_units >= 0),
    add container_units  bigint not null default 0 check (container_units >= 0),
    add container_volume double precision not null default 0 check (container_volume >= 0), -- cubic metres
    add reserved_units   bigint not null default 0 check (reserved_units >= 0),  -- a month
    add agreement        boolean not null default false;                         -- quarterly
alter table supplier_item
    add unit_volume      double precision not null default 0 check (unit_volume >= 0); -- cubic metres; 0: not known

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (kind in ('holiday', 'promotion', 'outside', 'season'));

-- One unit of kit is assembled from quantity units of component.
create table kit_part (
    kit       text collate "C" not null references product,
    component text collate "C" not null references product,
    quantity  bigint not null check (quantity > 0),
    primary key (kit, component),
    check (kit <> component)
);

-- Buyers of sku go on to buy linked_sku within days, set by hand.
create table product_link (
    sku         text collate "C" not null references product,
    linked_sku  text collate "C" not null references product,
    probability double precision not null check (probability between 0 and 1),
    days        int not null check (days > 0),
    primary key (sku, linked_sku)
);

-- A number set by a person in place of the computed one, until a day.
create table manual_override (
    sku      text collate "C" not null references product,
    location text collate "C" not null,                          -- empty: everywhere
    field    text collate "C" not null,
    value    double precision not null,
    class    text collate "C" not null,                          -- the value of field 'class'
    until    date not null,
    reason   text collate "C" not null,
    by_whom  text collate "C" not null,
    since    date not null,
    primary key (sku, location, field)
);

-- Every override that ever was, with when it came and went.
create table manual_override_history (
    id       bigint generated always as identity primary key,
    at       timestamptz not null default now(),
    what     text not null check (what in ('set', 'changed', 'removed')),
    sku      text collate "C" not null,
    location text collate "C" not null,
    field    text collate "C" not null,
    body     jsonb not null
);
create index manual_override_history_sku on manual_override_history (sku, at);
-- +goose StatementBegin
create function manual_override_log() returns trigger language plpgsql as $$
declare r manual_override;
begin
    if tg_op = 'DELETE' then r := old; else r := new; end if;
    insert into manual_override_history (what, sku, location, field, body)
    values (case tg_op when 'INSERT' then 'set' when 'UPDATE' then 'changed' else 'removed' end,
        r.sku, r.location, r.field, to_jsonb(r));
    return null;
end $$;
-- +goose StatementEnd
create trigger manual_override_log after insert or update or delete on manual_override
    for each row execute function manual_override_log();

-- +goose Down
drop table manual_override, manual_override_history, product_link, kit_part;
drop function manual_override_log;
delete from event where kind = 'season';
alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (kind in ('holiday', 'promotion', 'outside'));
alter table supplier_item drop unit_volume;
alter table supplier drop min_amount, drop min_units, drop container_units, drop container_volume,
    drop reserved_units, drop agreement;
