package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Version is the number of the newest migration applied to the database, 0 for an
// empty one.
func Version(ctx context.Context, rawURL string) (int64, error) {
	cfg, err := poolConfig(rawURL)
	if err != nil {
		return 0, err
	}
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return 0, fmt.Errorf("schema version: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return gooseVersion(ctx, conn)
}
