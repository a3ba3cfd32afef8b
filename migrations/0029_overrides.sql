-- Numbers set by hand in chat beside those of the file, also for a supplier.

-- +goose Up
alter table manual_override drop constraint manual_override_pkey, drop constraint manual_override_sku_fkey;
alter table manual_override
    add source   text not null default 'file' check (source in ('file', 'slack')),
    add supplier text collate "C" not null default '', -- empty: of every supplier
    add primary key (source, sku, location, supplier, field),
    add check (sku <> '' or supplier <> '');          -- an empty sku: all that the supplier sells

-- Who did it, where a person did: the actor of the transaction.
alter table manual_override_history add actor text not null default '';
-- +goose StatementBegin
create or replace function manual_override_log() returns trigger language plpgsql as $$
declare r manual_override;
begin
    if tg_op = 'DELETE' then r := old; else r := new; end if;
    insert into manual_override_history (what, sku, location, field, body, actor)
    values (case tg_op when 'INSERT' then 'set' when 'UPDATE' then 'changed' else 'removed' end,
        r.sku, r.location, r.field, to_jsonb(r), coalesce(current_setting('quartermaster.actor', true), ''));
    return null;
end $$;
-- +goose StatementEnd

-- +goose Down
delete from manual_override where source = 'slack' or sku = '' or supplier <> '';
alter table manual_override drop constraint manual_override_pkey, drop source, drop supplier,
    add primary key (sku, location, field), add foreign key (sku) references product;
-- +goose StatementBegin
create or replace function manual_override_log() returns trigger language plpgsql as $$
declare r manual_override;
begin
    if tg_op = 'DELETE' then r := old; else r := new; end if;
    insert into manual_override_history (what, sku, location, field, body)
    values (case tg_op when 'INSERT' then 'set' when 'UPDATE' then 'changed' else 'removed' end,
        r.sku, r.location, r.field, to_jsonb(r));
    return null;
end $$;
-- +goose StatementEnd
alter table manual_override_history drop actor;
