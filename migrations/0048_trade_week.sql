-- The calendar weeks of the shop in sums, of which the indicators are made. A check
-- writes the last half year anew; older weeks, and the stock that was seen on the days
-- of all of them, stay.

-- +goose Up
create table trade_week (
    monday date primary key,    -- in the shop's zone
    sums   jsonb not null       -- plan.TradeWeek
);

-- +goose Down
drop table trade_week;
