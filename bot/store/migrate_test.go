package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
	"quartermaster/migrations"
)

func withDatabase(t *testing.T, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// execute runs statements on the database and returns the first column of the last.
func execute(t *testing.T, dsn string, sql ...string) (v string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for i, s := range sql {
		if i == len(sql)-1 && strings.HasPrefix(s, "select") {
			err = conn.QueryRow(ctx, s).Scan(&v)
		} else {
			_, err = conn.Exec(ctx, s)
		}
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return v
}

// emptyDatabase is a database that nothing has migrated.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	server := pgtest.New(t)
	name := "qm_test_" + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(t.Name())
	execute(t, server, `create database `+name)
	t.Cleanup(func() { execute(t, server, `drop database `+name+` with (force)`) })
	return withDatabase(t, server, name)
}

const schemaState = `select concat_ws(' ', (select max(version_id) from goose_db_version), (select count(*) from goose_db_version),
	(select max(version) from river_migration), (select count(*) from river_migration))`

// migrateEnv makes the test binary a program that migrates the database it names.
const migrateEnv = "STORE_TEST_MIGRATE"

func TestMigrateHelper(t *testing.T) {
	dsn := os.Getenv(migrateEnv)
	if dsn == "" {
		dsn = pgtest.New(t) // run by hand: migrating what is migrated does nothing
	}
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
}

// Many processes, and many goroutines in each, migrate an empty database once.
func TestMigrateAtOnce(t *testing.T) {
	dsn := emptyDatabase(t)
	if v, err := store.Version(t.Context(), dsn); err != nil || v != 0 {
		t.Errorf("version of an empty database: %d, %v", v, err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cmd := exec.Command(exe, "-test.run=^TestMigrateHelper$")
			cmd.Env = append(os.Environ(), migrateEnv+"="+dsn)
			if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("PASS")) {
				t.Errorf("process: %v\n%s", err, out)
			}
		})
		wg.Go(func() {
			if err := store.Migrate(t.Context(), dsn); err != nil {
				t.Errorf("goroutine: %v", err)
			}
		})
	}
	wg.Wait()
	if got, want := execute(t, dsn, schemaState), execute(t, pgtest.New(t), schemaState); got != want {
		t.Errorf("versions %s, want %s as after one migration", got, want)
	}
	files, err := migrations.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var last int64 // numbers may have gaps
	for _, f := range files {
		if n, err := strconv.ParseInt(strings.SplitN(f.Name(), "_", 2)[0], 10, 64); err == nil {
			last = max(last, n)
		}
	}
	if v, err := store.Version(t.Context(), dsn); err != nil || v != last {
		t.Errorf("version %d, %v; the last migration is %d", v, err, last)
	}
}

// A database that got a later migration first gets the earlier one too.
func TestMigrateMakesUpForAGap(t *testing.T) {
	dsn := pgtest.New(t)
	execute(t, dsn, `drop table signal`, `delete from goose_db_version where version_id = 3`, schemaState)
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	if n := execute(t, dsn, `select count(*)::text from signal`); n != "0" {
		t.Errorf("signal holds %s rows", n)
	}
}

// What an older version wrote of an order by two ways is read after the migration.
func TestMigrateReadsOneFurtherPart(t *testing.T) {
	dsn := pgtest.New(t)
	const item = `{"sku": "A", "location": "MAIN", "rest": {"lead": {"mode": "sea"}}}`
	execute(t, dsn, `delete from goose_db_version where version_id = 62`,
		`insert into item_state (sku, location, at_risk, tier, body) values ('A', 'MAIN', 0, 'RED', '`+item+`')`,
		`insert into incident (key, severity, body) values ('stock-out/A/MAIN', 'HIGH', '{"item": `+item+`}')`)
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	if got := execute(t, dsn, `select concat_ws(' ', i.body #>> '{rest,0,lead,mode}', n.body #>> '{item,rest,0,lead,mode}') from item_state i, incident n`); got != "sea sea" {
		t.Errorf("read %q", got)
	}
}

func TestMigrateRefusesNewer(t *testing.T) {
	for schema, sql := range map[string]string{
		"quartermaster": `insert into goose_db_version (version_id, is_applied) values (9999, true)`,
		"river":         `insert into river_migration (line, version) values ('main', 9999)`,
	} {
		t.Run(schema, func(t *testing.T) {
			dsn := pgtest.New(t)
			before := execute(t, dsn, sql, schemaState)
			err := store.Migrate(t.Context(), dsn)
			var newer *store.NewerSchemaError
			if !errors.As(err, &newer) || newer.Schema != schema || newer.Database != 9999 || newer.Binary < 1 || newer.Binary > 99 {
				t.Errorf("error %v (%+v)", err, newer)
			}
			if after := execute(t, dsn, schemaState); after != before {
				t.Errorf("versions were %s and are %s", before, after)
			}
		})
	}
}

// A process that waits for another's migration can be told to give up, and the
// lock does not outlive who holds it.
func TestMigrateWaits(t *testing.T) {
	dsn := pgtest.New(t)
	other, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), `select pg_advisory_lock(hashtext('quartermaster:migrate'))`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Migrate(ctx, dsn) }()
	const waiting = `select count(*)::text from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`
	for deadline := time.Now().Add(20 * time.Second); execute(t, dsn, waiting) != "1"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("Migrate does not wait for the lock")
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while waiting: %v", err)
	}
	go func() { done <- store.Migrate(context.WithoutCancel(ctx), dsn) }()
	if err := other.Close(t.Context()); err != nil { // as when its process dies
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("after the other's end: %v", err)
	}
}

func TestMigrateHidesThePassword(t *testing.T) {
	for _, dsn := range []string{"postgres://u:hunter2@127.0.0.1:1/db", "postgres://u:hunter2%zz@h/db"} {
		if err := store.Migrate(t.Context(), dsn); err == nil || strings.Contains(fmt.Sprintf("%v %#v", err, err), "hunter2") {
			t.Errorf("error is %v", err)
		}
	}
}
