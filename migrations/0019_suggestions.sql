-- The suggestion box.

-- +goose Up
create table suggestion (
    key     text primary key,           -- of the gesture, so that a repeated delivery is kept once
    at      timestamptz not null default now(),
    by_whom text not null,
    text    text not null
);

-- +goose Down
drop table suggestion;
