package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// value runs a query of one value.
func value[T any](t *testing.T, url, sql string, args ...any) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func TestNewIsMigratedAndAlone(t *testing.T) {
	a, b := New(t), New(t)
	if err := run(t.Context(), a, `create table mine ()`); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]bool{a: true, b: false} {
		if n := value[int](t, url, `select count(*) from river_job`); n != 0 {
			t.Errorf("river_job has %d rows", n)
		}
		if n := value[int](t, url, `select count(*) from goose_db_version where version_id > 0`); n == 0 {
			t.Error("no migration was applied")
		}
		if got := value[bool](t, url, `select to_regclass('mine') is not null`); got != want {
			t.Errorf("table mine is there: %v, want %v", got, want)
		}
	}
}

func TestDatabaseIsDroppedAtTheEnd(t *testing.T) {
	var url string
	t.Run("user", func(t *testing.T) {
		url = New(t)
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		// A connection that is still open then does not matter.
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
	})
	server, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	if value[bool](t, server, `select exists (select from pg_database where datname = $1)`, cfg.Database) {
		t.Errorf("database %s is still there", cfg.Database)
	}
}

// On a server named by the environment several programs at once make one template,
// and leave nothing else.
func TestOtherServer(t *testing.T) {
	if os.Getenv("DATABASE_TEST_URL") != "" {
		t.Log("the server is given already: only the other tests apply")
		return
	}
	own := Server(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.Command(exe, "-test.run=^TestNewIsMigratedAndAlone$", "-test.count=2")
			cmd.Env = append(os.Environ(), "DATABASE_TEST_URL="+own.URL())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	hash, err := schemaHash()
	if err != nil {
		t.Fatal(err)
	}
	got := value[string](t, own.URL(), `select string_agg(datname, ' ' order by datname) from pg_database where datname like 'qm%'`)
	if want := templatePrefix + hash; got != want {
		t.Errorf("databases %q, want %q", got, want)
	}
}

func TestDropLeftovers(t *testing.T) {
	own := Server(t)
	now := time.Now().Unix()
	keep := []string{fmt.Sprintf("qm_test_%d_1_a", now-60), "qm_template_new", "somebody_elses"}
	for _, name := range append([]string{fmt.Sprintf("qm_test_%d_1_b", now-4000), "qm_template_old"}, keep...) {
		if err := run(t.Context(), own.URL(), `create database `+name); err != nil {
			t.Fatal(err)
		}
	}
	for name, at := range map[string]int64{"qm_template_new": now - 3600, "qm_template_old": now - 90000} {
		if err := run(t.Context(), own.URL(), fmt.Sprintf(`comment on database %s is '%d'`, name, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := dropLeftovers(t.Context(), own.URL()); err != nil {
		t.Fatal(err)
	}
	for _, name := range keep {
		if !value[bool](t, own.URL(), `select exists (select from pg_database where datname = $1)`, name) {
			t.Errorf("%s was dropped", name)
		}
	}
	if n := value[int](t, own.URL(), `select count(*) from pg_database`); n != 3+len(keep) {
		t.Errorf("%d databases are left, want %d", n, 3+len(keep))
	}
}

func TestServerSurvivesCrash(t *testing.T) {
	own := Server(t)
	if err := run(t.Context(), own.URL(), `create table t as select 7 as v`); err != nil {
		t.Fatal(err)
	}
	url := own.URL()
	own.Crash()
	own.Start()
	if own.URL() != url {
		t.Errorf("the address changed from %s to %s", url, own.URL())
	}
	if v := value[int](t, url, `select v from t`); v != 7 {
		t.Errorf("row is %d", v)
	}
	own.Stop()
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Error("the server takes connections after Stop")
	}
	own.Start()
	if v := value[int](t, url, `select v from t`); v != 7 {
		t.Errorf("row is %d", v)
	}
}
