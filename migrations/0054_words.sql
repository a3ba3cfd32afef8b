-- Approval by rule asks what people refused or changed in the past year.

-- +goose Up
create index decision_words on decision (at) where action in ('reject', 'edit') or outcome = 'need_second';

-- +goose Down
drop index decision_words;
