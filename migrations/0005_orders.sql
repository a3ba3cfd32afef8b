-- The life of a purchase order after its approval: what came, what was given up,
-- and when the rest is expected.

-- +goose Up

-- version grows with every report about the order: a button shows which one it
-- was drawn for.
alter table purchase_order add column version int not null default 1 check (version > 0);
alter table purchase_order_line
    add column damaged   bigint not null default 0 check (damaged between 0 and received),
    add column cancelled bigint not null default 0 check (cancelled between 0 and qty);

-- One row per line and delivery; purchase_order_line.received is their sum. source
-- and ref make a delivery unique: the gesture of a person, or the delivery note of
-- a file. happened is the instant from which the goods are on the shelf: stock
-- data older than that does not hold them yet.
create table receipt (
    id       bigint generated always as identity primary key,
    order_id bigint not null references purchase_order on delete cascade,
    line     int not null,
    day      date not null,
    received bigint not null check (received >= 0),
    damaged  bigint not null check (damaged between 0 and received),
    source   text not null check (source in ('slack', 'file')),
    ref      text not null,
    note     text not null default '',
    by_whom  text not null,
    happened timestamptz not null,
    foreign key (order_id, line) references purchase_order_line (order_id, line) on delete cascade,
    unique (order_id, line, source, ref, day)
);

-- Since when a stock row says what it says. A file that is read again confirms its
-- rows (as_of moves on) without having been counted again.
alter table stock_level add column counted_at timestamptz;
update stock_level set counted_at = as_of;
alter table stock_level alter column counted_at set not null;
-- +goose StatementBegin
create function stock_counted() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.counted_at := coalesce(new.counted_at, new.as_of);
    elsif (new.on_hand, new.committed, new.backorders) is distinct from (old.on_hand, old.committed, old.backorders) then
        new.counted_at := new.as_of;
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger stock_counted before insert or update on stock_level
    for each row execute function stock_counted();

-- The history of one order is read from the audit log.
create index audit_subject on audit (subject, seq);

-- +goose Down
drop index audit_subject;
drop trigger stock_counted on stock_level;
drop function stock_counted;
alter table stock_level drop column counted_at;
drop table receipt;
alter table purchase_order_line drop column damaged, drop column cancelled;
alter table purchase_order drop column version;
