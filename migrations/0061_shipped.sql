-- An order that goes by several ways ships in parts: each line says whether it is on its
-- way. Until now a report of shipment was about all that was outstanding.

-- +goose Up
alter table purchase_order_line add column shipped boolean not null default false;
update purchase_order_line l set shipped = true
from purchase_order o where o.id = l.order_id and (o.state = 'shipped' or o.state = 'partly_received' and l.received > 0);

-- +goose Down
alter table purchase_order_line drop column shipped;
