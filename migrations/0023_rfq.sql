-- Requests for quotation: what was asked of whom, and how it ended. The text of a
-- letter is in the effect rfq/<id>/<supplier>; an answer is a row of quote.

-- +goose Up
drop table quote_request; -- never written
create table rfq (
    id        bigint generated always as identity primary key,
    sku       text collate "C" not null references product,
    location  text collate "C" not null references location,
    qty       bigint not null check (qty > 0),
    need_by   date not null,
    answer_by date not null,
    asked_on  date not null,
    asked_by  text not null,
    state     text not null default 'waiting' check (state in ('waiting', 'compared', 'closed')),
    answered  int not null default 0,          -- answers that the card shows
    chosen    text collate "C" not null default '',
    closed_by text not null default ''
);
-- One request per product is under way at a time.
create unique index rfq_open on rfq (sku) where state <> 'closed';

create table rfq_letter (
    rfq      bigint not null references rfq on delete cascade,
    n        int not null,                     -- order on the card
    supplier text collate "C" not null references supplier,
    mail     text not null default 'approved' check (mail in ('approved', 'sent', 'dry_run', 'send_unknown', 'send_failed')),
    primary key (rfq, supplier)
);

-- +goose Down
drop table rfq_letter, rfq;
create table quote_request (
    sku      text collate "C" not null,
    asked_on date not null,
    supplier text collate "C" not null,
    qty      bigint not null check (qty > 0),
    asked_by text not null,
    primary key (sku, asked_on, supplier)
);
