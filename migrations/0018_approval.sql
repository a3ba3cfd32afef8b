-- Approvals that can be taken back while the letter waits, and why people refuse.

-- +goose Up

-- What the person wrote about a decision.
alter table decision add column note text not null default '';

-- withdrawn: never left, because a person took it back before it was due.
alter table effect drop constraint effect_state_check;
alter table effect add constraint effect_state_check
    check (state in ('pending', 'sending', 'done', 'unknown', 'failed', 'withdrawn'));

-- +goose Down
update effect set state = 'done' where state = 'withdrawn';
alter table effect drop constraint effect_state_check;
alter table effect add constraint effect_state_check
    check (state in ('pending', 'sending', 'done', 'unknown', 'failed'));
alter table decision drop column note;
