-- Approval by rule: why the last check left an open proposal to a person.

-- +goose Up
alter table proposal add column asked_why text not null default ''; -- empty: the rule is off, or has not looked

-- +goose Down
alter table proposal drop asked_why;
