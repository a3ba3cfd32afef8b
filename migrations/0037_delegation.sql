-- Approvers who hand their rights over for a while.

-- +goose Up
create table delegation (
    from_user text primary key,
    to_user   text not null check (to_user <> from_user),
    until     timestamptz not null,     -- ends then
    at        timestamptz not null default now()
);

-- +goose Down
drop table delegation;
