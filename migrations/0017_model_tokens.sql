-- What the language model has cost: its budget is of a day, for all processes.

-- +goose Up

create table model_tokens (
    day    date primary key,
    tokens bigint not null check (tokens >= 0)
);

-- +goose Down

drop table model_tokens;
