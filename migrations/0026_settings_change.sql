-- Changes of the approval rules wait for a second person.

-- +goose Up
create table settings_change (
    id         bigint generated always as identity primary key,
    state      text not null default 'open' check (state in ('open', 'confirmed', 'refused', 'expired', 'overtaken')),
    base       bigint not null references settings_version (version), -- what it changes
    body       text not null,           -- the whole settings file as it would be
    changes    text[] not null,         -- for people: name: old → new
    by_whom    text not null,
    at         timestamptz not null default now(),
    expires_at timestamptz not null,
    decided_by text not null default '',
    decided_at timestamptz
);
create index settings_change_open on settings_change (expires_at) where state = 'open';

-- +goose Down
drop table settings_change;
