-- How letters speak to a supplier: as the file says, and as people set it in chat.

-- +goose Up
alter table supplier
    add tone text not null default '' check (tone in ('', 'formal', 'friendly')); -- empty: not said
create table supplier_tone (
    id       bigint generated always as identity primary key,
    supplier text collate "C" not null,
    tone     text not null check (tone in ('formal', 'friendly')), -- the newest counts, before the file's
    by_whom  text not null,
    at       timestamptz not null default now()
);
create index on supplier_tone (supplier, id desc);

-- +goose Down
drop table supplier_tone;
alter table supplier drop tone;
