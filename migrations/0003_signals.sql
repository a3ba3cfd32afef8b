-- What moves demand from outside: topics, ads, prices, competitors. The file is the
-- whole list, as for event.

-- +goose Up
create table signal (
    name              text collate "C" not null,
    kind              text collate "C" not null check (kind in ('topic', 'ad', 'price', 'competitor')),
    size              double precision not null check (size >= -1), -- fraction: 3 is +300 %
    starts            timestamptz not null,
    ends              timestamptz,                                  -- null: it only decays
    half_life_seconds bigint not null check (half_life_seconds >= 0), -- 0: it does not decay
    sku               text collate "C" not null,                    -- empty: all
    category          text collate "C" not null,                    -- empty: all
    source            text collate "C" not null,
    primary key (name, kind, sku, category, starts),
    check (ends > starts or ends is null and half_life_seconds > 0)
);

-- +goose Down
drop table signal;
