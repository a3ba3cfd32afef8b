// Package pgtest gives tests real PostgreSQL databases.
//
// New clones a migrated template database, which takes some 50 ms, and drops the
// clone when the test ends. All test programs of a user share one private server
// in the temporary directory; it runs without fsync, so nothing in it lasts, and
// on Linux it ends by itself some seconds after the last program that used it.
// $DATABASE_TEST_URL names another server to use, with the right to create databases.
//
// The template's name holds a hash of the migrations and of River's, so a
// change of either makes a new one. Databases left behind by killed tests are
// dropped after an hour.
//
// Server gives a test that crashes the database a server of its own.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"quartermaster/bot/pgembed"
	"quartermaster/bot/store"
	"quartermaster/migrations"
)

const (
	templatePrefix = "qm_template_"
	clonePrefix    = "qm_test_"
)

// New returns the URL of a fresh, migrated database of the test's own. It is
// dropped, with force, at the end of the test.
func New(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	server, err := sharedServer()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name, err := clone(ctx, server)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := run(ctx, server, `drop database if exists `+name+` with (force)`); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return withDatabase(server, name)
}

// sharedServer returns the URL of the server of all tests, which is found or started
// once per program.
func sharedServer() (string, error) {
	url, err := startShared()
	if err != nil {
		return "", err
	}
	return url(), nil
}

var startShared = sync.OnceValues(func() (func() string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if u := os.Getenv("DATABASE_TEST_URL"); u != "" {
		return func() string { return u }, dropLeftovers(ctx, u)
	}
	dir := filepath.Join(os.TempDir(), "quartermaster-test-"+strconv.Itoa(os.Getuid()))
	s, err := pgembed.Start(ctx, pgembed.Options{DataDir: dir, Settings: map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
	}})
	if err != nil {
		return nil, err
	}
	if s.Started() {
		stopWhenUnused(dir, s.PID())
	}
	// The method value keeps s, and with it the share, until the program ends.
	return s.URL, dropLeftovers(ctx, s.URL())
})

// clone makes a database from the template, and the template when there is none.
func clone(ctx context.Context, server string) (string, error) {
	hash, err := schemaHash()
	if err != nil {
		return "", err
	}
	template := templatePrefix + hash
	name := cloneName()
	create := `create database ` + name + ` template ` + template
	err = run(ctx, server, create)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "3D000" { // invalid_catalog_name: no template
		return name, err
	}
	if err := makeTemplate(ctx, server, template); err != nil {
		return "", fmt.Errorf("make template database: %w", err)
	}
	return name, run(ctx, server, create)
}

// cloneName makes a name that tells the age.
func cloneName() string {
	return fmt.Sprintf("%s%d_%d_%s", clonePrefix, time.Now().Unix(), os.Getpid(), strings.ToLower(rand.Text()[:8]))
}

// makeTemplate migrates a database under another name and renames it when it is
// complete. One program does it, the others wait for it.
func makeTemplate(ctx context.Context, server, template string) (err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtext('quartermaster:pgtest'))`); err != nil {
		return err
	}
	var done bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, template).Scan(&done); err != nil || done {
		return err
	}
	building := cloneName() // if we are killed, it is a leftover like others
	defer func() {
		if err != nil {
			_, _ = conn.Exec(ctx, `drop database if exists `+building+` with (force)`)
		}
	}()
	if _, err := conn.Exec(ctx, `create database `+building); err != nil {
		return err
	}
	if err := store.Migrate(ctx, withDatabase(server, building)); err != nil {
		return err
	}
	for _, sql := range []string{
		// A template that nobody can connect to can always be copied.
		`alter database ` + building + ` with allow_connections false`,
		fmt.Sprintf(`comment on database %s is '%d'`, building, time.Now().Unix()),
		`alter database ` + building + ` rename to ` + template,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// dropLeftovers drops test databases older than an hour and templates older than a
// day, unless somebody is connected to them.
func dropLeftovers(ctx context.Context, server string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `
		select datname from pg_database d
		where (datname ~ '^qm_test_[0-9]+_' and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - 3600
		    or datname ~ '^qm_template_' and coalesce(shobj_description(oid, 'pg_database'), '0')::bigint < extract(epoch from now()) - 86400)
		  and not exists (select from pg_stat_activity a where a.datname = d.datname)`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		// Another program may be quicker, or have connected by now.
		_, _ = conn.Exec(ctx, `drop database if exists `+pgx.Identifier{name}.Sanitize())
	}
	return nil
}

// schemaHash names the schema that Migrate makes.
func schemaHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.FS.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", err
	}
	river, err := rivermigrate.New(riverpgxv5.New(nil), nil)
	if err != nil {
		return "", err
	}
	for _, m := range river.AllVersions() {
		fmt.Fprintf(h, "river %d %s %s", m.Version, m.Name, m.SQLUp)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func run(ctx context.Context, server, sql string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// withDatabase returns the server's URL with another database.
func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // an unusual DATABASE_TEST_URL: the connection will tell
	}
	u.Path = "/" + name
	return u.String()
}
