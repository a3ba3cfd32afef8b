-- Orders approved by rule whose card has not been shown yet: from which version on the
-- card tells of it. Their letters wait, so that somebody can take the approval back.

-- +goose Up
alter table purchase_order add column unseen_from int;
create index purchase_order_unseen on purchase_order (id) where unseen_from is not null;

-- +goose Down
alter table purchase_order drop unseen_from;
