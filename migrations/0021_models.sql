-- Trained models of demand. The newest one is used; a few older ones are kept.

-- +goose Up
create table demand_model (
    id         bigint generated always as identity primary key,
    trained_at timestamptz not null default now(),
    through    date not null,           -- last day of the history it was trained on
    sha256     bytea not null,
    body       bytea not null
);

-- +goose Down
drop table demand_model;
