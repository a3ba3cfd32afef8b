-- What suppliers answered about orders, as it came and as it was read. A message
-- counts once, by its Message-ID; what was pasted has the gesture's key for it.

-- +goose Up
create table supplier_reply (
    id         bigint generated always as identity primary key,
    message_id text not null unique,
    order_id   bigint not null references purchase_order on delete cascade,
    sender     text not null default '',        -- address; empty: pasted
    pasted_by  text not null default '',
    stranger   boolean not null default false,  -- not the supplier's address
    subject    text not null default '',
    body       text not null,
    came_at    timestamptz not null,
    found      jsonb not null,                  -- plan.Reply
    state      text not null check (state in ('open', 'taken', 'dropped', 'noted')),
    settled_by text not null default '',
    settled_at timestamptz
);
create index supplier_reply_order on supplier_reply (order_id);

-- +goose Down
drop table supplier_reply;
