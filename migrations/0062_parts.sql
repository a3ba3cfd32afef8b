-- What of an order goes by further ways was one part once and is a list now. What older
-- versions wrote would not be read any more.

-- +goose Up
update item_state set body = jsonb_set(body, '{rest}', jsonb_build_array(body -> 'rest'))
where jsonb_typeof(body -> 'rest') = 'object';
update incident set body = jsonb_set(body, '{item,rest}', jsonb_build_array(body #> '{item,rest}'))
where jsonb_typeof(body #> '{item,rest}') = 'object';
update card set body = jsonb_set(body, '{item,rest}', jsonb_build_array(body #> '{item,rest}'))
where jsonb_typeof(body #> '{item,rest}') = 'object';

-- +goose Down
select 1;
