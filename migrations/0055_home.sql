-- What the home tab and /stock ask for at every look: the list of what runs short, a
-- tenth of the items of a large shop, and a product however its code is written.

-- +goose Up
create index item_state_short on item_state (at_risk desc, tier, sku, location) where tier in ('RED', 'YELLOW');
create index product_upper on product (upper(sku));

-- +goose Down
drop index item_state_short;
drop index product_upper;
