-- Snoozes that end with an event, and products that are muted.

-- +goose Up
alter table incident add column snooze_event text not null default '',
                     add column snooze_mark  text not null default ''; -- what the event is told by, when the snooze began
create table mute (
    sku     text collate "C" primary key,
    by_whom text not null,
    at      timestamptz not null default now()
);

-- +goose Down
drop table mute;
alter table incident drop column snooze_mark, drop column snooze_event;
