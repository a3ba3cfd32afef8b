-- What the last check found beside what is on cards: too much stock, dead stock,
-- transfers, season plans, orders that wait.

-- +goose Up
create table advice (
    n    int primary key, -- most urgent first
    kind text collate "C" not null,
    sku  text collate "C" not null,
    body jsonb not null
);

-- +goose Down
drop table advice;
