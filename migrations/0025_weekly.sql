-- What a weekly report found, for the one of the next week to compare with.

-- +goose Up
create table weekly (
    day   date primary key,     -- of the report, in the shop's zone
    facts jsonb not null,       -- plan.WeekFacts
    at    timestamptz not null default now()
);

-- +goose Down
drop table weekly;
