-- What a supplier can make from the raw material it has, and minimum orders that nobody
-- knows.

-- +goose Up
alter table supplier_item
    add raw_material bigint check (raw_material >= 0), -- units of the product; null: not known
    drop constraint supplier_item_moq_check,
    add constraint supplier_item_moq_check check (moq >= 0); -- 0: not known

-- +goose Down
update supplier_item set moq = 1 where moq = 0;
alter table supplier_item
    drop raw_material,
    drop constraint supplier_item_moq_check,
    add constraint supplier_item_moq_check check (moq >= 1);
