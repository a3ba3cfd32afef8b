package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
)

// Spent returns the tokens that the language model took on a day of the shop.
func (s *Store) Spent(ctx context.Context, day core.Day) (tokens int, err error) {
	err = s.pool.QueryRow(ctx, `select tokens from model_tokens where day = $1::date`, day.String()).Scan(&tokens)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("read the tokens of %s: %w", day, err)
	}
	return tokens, nil
}

// Spend adds tokens to a day.
func (s *Store) Spend(ctx context.Context, day core.Day, tokens int) error {
	_, err := s.pool.Exec(ctx, `
		insert into model_tokens as t (day, tokens) values ($1::date, $2)
		on conflict (day) do update set tokens = t.tokens + excluded.tokens`, day.String(), tokens)
	if err != nil {
		return fmt.Errorf("book tokens of %s: %w", day, err)
	}
	return nil
}
