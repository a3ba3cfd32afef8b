package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"quartermaster/migrations"
)

// NewerSchemaError says that a later release of the program has migrated the
// database; this one must not touch it.
type NewerSchemaError struct {
	Schema   string // "quartermaster" or "river"
	Database int64  // version found
	Binary   int64  // newest version this program knows
}

// Error tells both versions and what to do.
func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the database has %s schema version %d, this program knows versions up to %d: start the newer release, or restore a backup from before it",
		e.Schema, e.Database, e.Binary)
}

// Migrate brings the schema of the database at rawURL, and River's, up to date.
// Any number of processes may call it at once: one works, the others wait, under
// an advisory lock held by a session of its own. Hence rawURL must reach Postgres
// directly, not through a pooler in transaction mode. It fails with a
// *NewerSchemaError, and changes nothing, when the database is ahead of the program.
func Migrate(ctx context.Context, rawURL string) error {
	err := withMigrators(ctx, rawURL, func(m *migrators, conn *pgx.Conn) error {
		if err := m.refuseNewer(ctx, conn); err != nil {
			return err
		}
		if m.app != nil {
			if _, err := m.app.Up(ctx); err != nil {
				return err
			}
		}
		_, err := m.river.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

type migrators struct {
	app   *goose.Provider // nil when there are no migrations
	river *rivermigrate.Migrator[pgx.Tx]
}

// withMigrators calls f while this process alone may migrate.
func withMigrators(ctx context.Context, rawURL string, f func(*migrators, *pgx.Conn) error) error {
	cfg, err := poolConfig(rawURL)
	if err != nil {
		return err
	}
	cfg.MaxConns = 3 // the lock, goose, River
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		// A migration takes as long as it takes, and so does waiting for another's.
		_, err := c.Exec(ctx, `set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0`)
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	lock, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer lock.Release()
	if _, err := lock.Exec(ctx, `select pg_advisory_lock(hashtext('quartermaster:migrate'))`); err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	defer func() {
		// Closing the session frees it as well, should this fail.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, _ = lock.Exec(ctx, `select pg_advisory_unlock(hashtext('quartermaster:migrate'))`)
	}()

	db := stdlib.OpenDBFromPool(pool)
	defer func() { _ = db.Close() }()
	var m migrators
	// Migrations are written side by side: one may be released before another of a
	// smaller number, which is then made up for.
	m.app, err = goose.NewProvider(goose.DialectPostgres, db, migrations.FS, goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))
	if err != nil && !errors.Is(err, goose.ErrNoMigrations) {
		return err
	}
	m.river, err = rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return f(&m, lock.Conn())
}

// refuseNewer fails when a schema is ahead of this program. It asks the tables
// itself: goose and River only complain about gaps, in words of their own.
func (m *migrators) refuseNewer(ctx context.Context, conn *pgx.Conn) error {
	if m.app != nil {
		have, err := gooseVersion(ctx, conn)
		if err != nil {
			return err
		}
		all := m.app.ListSources() // sorted
		if newest := all[len(all)-1].Version; have > newest {
			return &NewerSchemaError{Schema: "quartermaster", Database: have, Binary: newest}
		}
	}
	have, err := newestIn(ctx, conn, "river_migration", `select coalesce(max(version), 0) from river_migration`)
	if err != nil {
		return err
	}
	byVersion := func(a, b rivermigrate.Migration) int { return cmp.Compare(a.Version, b.Version) }
	if newest := int64(slices.MaxFunc(m.river.AllVersions(), byVersion).Version); have > newest {
		return &NewerSchemaError{Schema: "river", Database: have, Binary: newest}
	}
	return nil
}

func gooseVersion(ctx context.Context, conn *pgx.Conn) (int64, error) {
	return newestIn(ctx, conn, "goose_db_version", `select coalesce(max(version_id), 0) from goose_db_version where is_applied`)
}

// newestIn runs query, which reads table, or returns 0 when there is no such table.
func newestIn(ctx context.Context, conn *pgx.Conn, table, query string) (v int64, err error) {
	var known bool
	if err = conn.QueryRow(ctx, `select to_regclass($1) is not null`, table).Scan(&known); err == nil && known {
		err = conn.QueryRow(ctx, query).Scan(&v)
	}
	if err != nil {
		return 0, fmt.Errorf("read version in %s: %w", table, err)
	}
	return v, nil
}
