-- Versions of the settings, so that a change takes effect at once in every
-- process, and that who changed what stays known. The newest one counts.

-- +goose Up
create table settings_version (
    version bigint generated always as identity primary key,
    at      timestamptz not null default now(),
    by_whom text not null,
    source  text not null check (source in ('file', 'slack', 'import')),
    reason  text not null default '',
    body    text not null               -- the whole settings file
);

-- +goose Down
drop table settings_version;
