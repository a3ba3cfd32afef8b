package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
)

// openStore opens a fresh database.
func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), pgtest.New(t), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestOpen(t *testing.T) {
	base := pgtest.New(t)
	for name, test := range map[string]struct {
		params   string
		opts     store.Options
		maxConns int32
		app      string
	}{
		"defaults":       {"", store.Options{}, 10, "quartermaster"},
		"options":        {"", store.Options{MaxConns: 3, ConnectTimeout: time.Second}, 3, "quartermaster"},
		"URL goes first": {"&pool_max_conns=7&application_name=other", store.Options{MaxConns: 3}, 7, "other"},
		"pooler":         {"&default_query_exec_mode=exec", store.Options{}, 10, "quartermaster"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), base+test.params, test.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if got := s.Pool().Config().MaxConns; got != test.maxConns {
				t.Errorf("MaxConns %d, want %d", got, test.maxConns)
			}
			var app string
			if err := s.Pool().QueryRow(t.Context(), `show application_name`).Scan(&app); err != nil || app != test.app {
				t.Errorf("application_name %q, %v; want %q", app, err, test.app)
			}
		})
	}
}

func TestOpenFailsAtOnce(t *testing.T) {
	for name, dsn := range map[string]string{
		"nobody listens":  "postgres://u:hunter2@127.0.0.1:1/db",
		"no socket":       "postgres://u:hunter2@/db?host=/nonexistent",
		"no database":     withDatabase(t, pgtest.New(t), "not_there"),
		"not a URL":       "postgres://u:hunter2@[/db",
		"unknown sslmode": "postgres://u:hunter2@host/db?sslmode=maybe",
		"bad escape":      "postgres://u:hunter2%zz@host/db",
		"key value":       "user=u password=hunter2 host=127.0.0.1 port=1",
		"bad key value":   "user=u password='hunter2 host",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), dsn, store.Options{ConnectTimeout: 5 * time.Second})
			if err == nil {
				s.Close()
				t.Fatal("no error")
			}
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "hunter2") {
				t.Errorf("the error holds the password: %v", err)
			}
			if name == "bad escape" && !strings.Contains(err.Error(), "percent-encoded") {
				t.Errorf("the error does not tell the cause: %v", err)
			}
			if name == "unknown sslmode" && !strings.Contains(err.Error(), "sslmode") {
				t.Errorf("the error does not tell the cause: %v", err)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://u:secret@host:5432/db?sslmode=verify-full": "postgres://u:xxxxx@host:5432/db?sslmode=verify-full",
		"postgres://u@host/db":                                 "postgres://u@host/db",
		"postgres://app@/postgres?host=%2Ftmp%2Fa%40b":         "postgres://app@/postgres?host=%2Ftmp%2Fa%40b",
		"postgres://host/db?user=u&password=secret&x=1":        "postgres://host/db?user=u&password=xxxxx&x=1",
		"postgres://host/db?sslpassword=secret":                "postgres://host/db?sslpassword=xxxxx",
		"postgres://host/db?pass%77ord=secret":                 "postgres://host/db?pass%77ord=xxxxx",
		"postgres://u:se/cr#et@host/db":                        "postgres://u:xxxxx@host/db",
		"postgres://u:1/secret@host/db":                        "postgres://u:xxxxx@host/db",
		"postgres://u:se@cr/et@host/db":                        "postgres://u:xxxxx@host/db",
		"postgres://u:%zz@host/db":                             "postgres://u:xxxxx@host/db",
		"host=h password=secret user=u":                        "host=h password=xxxxx user=u",
		`host=h password = 'se\'cr et' user=u`:                 "host=h password = xxxxx user=u",
		`password='unclosed secret`:                            "password=xxxxx",
		`password=se\ cret user=u`:                             "password=xxxxx user=u",
		"postgres:u:secret@host/db":                            "postgres:u:xxxxx@host/db",
		"u:secret@host/db":                                     "u:xxxxx@host/db",
		"postgres://u:sec\nret@host/db":                        "postgres://u:xxxxx@host/db",
		"POSTGRES://u:se/cret@host/db":                         "POSTGRES://u:xxxxx@host/db",
		"PASSWORD=secret":                                      "PASSWORD=xxxxx",
		"":                                                     "",
	} {
		if got := store.Redact(dsn); got != want {
			t.Errorf("Redact(%q) = %q, want %q", dsn, got, want)
		}
	}
}

// Whatever the password, and however badly it is written into the URL, neither
// Redact nor an error of Open shows it.
func TestPasswordNeverShows(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // only the parser runs
	rapid.Check(t, func(t *rapid.T) {
		// A marker that nothing else can produce, among characters that break URLs.
		odd := rapid.StringMatching(`[:/@?#%\[\] \n'\\&=a]{0,4}`)
		password := odd.Draw(t, "before") + "QQSECRETQQ" + odd.Draw(t, "after")
		form := rapid.SampledFrom([]func(string) string{
			func(p string) string { return "postgres://u:" + p + "@host:5432/db?sslmode=disable" },
			func(p string) string { return "postgres://u:" + url.QueryEscape(p) + "@host/db" },
			func(p string) string { return "postgres:u:" + p + "@host/db" },
			func(p string) string { return "postgresql://u:" + p + "@/db?host=/tmp" },
			func(p string) string { return "postgres://host/db?password=" + url.QueryEscape(p) },
			func(p string) string {
				return "host=h password='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(p) + "' user=u"
			},
		}).Draw(t, "form")
		dsn := form(password)
		if got := store.Redact(dsn); strings.Contains(got, "SECRET") {
			t.Fatalf("Redact(%q) = %q", dsn, got)
		}
		s, err := store.Open(ctx, dsn, store.Options{})
		if err == nil {
			s.Close()
			t.Fatal("Open with a cancelled context succeeded")
		}
		if strings.Contains(fmt.Sprintf("%v %#v", err, err), "SECRET") {
			t.Fatalf("Open(%q): %v", dsn, err)
		}
	})
}

var errMine = errors.New("mine")

func TestInTx(t *testing.T) {
	s := openStore(t)
	ctx := t.Context()
	if _, err := s.Pool().Exec(ctx, `create table t (v int primary key deferrable initially deferred)`); err != nil {
		t.Fatal(err)
	}
	insert := func(tx pgx.Tx, v int) error {
		_, err := tx.Exec(ctx, `insert into t values ($1)`, v)
		return err
	}
	count := func() (n int) {
		if err := s.Pool().QueryRow(ctx, `select count(*) from t`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := s.InTx(ctx, func(tx pgx.Tx) error { return insert(tx, 1) }); err != nil || count() != 1 {
		t.Errorf("commit: %v, %d rows", err, count())
	}
	err := s.InTx(ctx, func(tx pgx.Tx) error { return errors.Join(insert(tx, 2), errMine) })
	if !errors.Is(err, errMine) || count() != 1 {
		t.Errorf("error of the function: %v, %d rows", err, count())
	}
	func() {
		defer func() {
			if r := recover(); r != "mine" {
				t.Errorf("recovered %v", r)
			}
		}()
		_ = s.InTx(ctx, func(tx pgx.Tx) error { _ = insert(tx, 2); panic("mine") })
	}()
	if count() != 1 {
		t.Errorf("%d rows after a panic", count())
	}
	var pg *pgconn.PgError
	if err := s.InTx(ctx, func(tx pgx.Tx) error { return insert(tx, 1) }); !errors.As(err, &pg) || pg.Code != "23505" {
		t.Errorf("a commit that fails: %v, want 23505 (unique_violation)", err)
	}
	// A statement failed and the function hides it: the commit is a rollback.
	err = s.InTx(ctx, func(tx pgx.Tx) error {
		_, _ = tx.Exec(ctx, `select 1/0`)
		return nil
	})
	if !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Errorf("a commit that rolled back: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	err = s.InTx(cancelled, func(tx pgx.Tx) error { cancel(); return insert(tx, 3) })
	if err != nil && !errors.Is(err, context.Canceled) || err == nil || count() != 1 {
		t.Errorf("cancelled: %v, %d rows", err, count())
	}
	// The pool throws the connection of a cancelled statement away beside its caller.
	used := s.Pool().Stat().AcquiredConns()
	for deadline := time.Now().Add(10 * time.Second); used != 0 && time.Now().Before(deadline); used = s.Pool().Stat().AcquiredConns() {
		time.Sleep(time.Millisecond)
	}
	if used != 0 {
		t.Errorf("%d connections were not given back", used)
	}
}

func TestInTxRepeats(t *testing.T) {
	s := openStore(t)
	ctx := t.Context()
	for code, want := range map[string]int{"40001": 4, "40P01": 4, "23505": 1, "57014": 1} {
		runs := 0
		err := s.InTx(ctx, func(tx pgx.Tx) error {
			runs++
			_, err := tx.Exec(ctx, fmt.Sprintf(`do $$ begin raise exception 'no' using errcode = '%s'; end $$`, code))
			return fmt.Errorf("wrapped: %w", err)
		})
		var pg *pgconn.PgError
		if runs != want || !errors.As(err, &pg) || pg.Code != code {
			t.Errorf("%s: %d runs, want %d; error %v", code, runs, want, err)
		}
	}
	runs := 0
	err := s.InTx(ctx, func(pgx.Tx) error {
		if runs++; runs == 1 {
			return &pgconn.PgError{Code: "40001"}
		}
		return nil
	})
	if err != nil || runs != 2 {
		t.Errorf("a repeat that succeeds: %d runs, %v", runs, err)
	}
}

// Two transactions that lock the same rows in opposite order both succeed.
func TestInTxDeadlock(t *testing.T) {
	s := openStore(t)
	ctx := t.Context()
	if _, err := s.Pool().Exec(ctx, `create table account (id int primary key, v int not null); insert into account values (1, 0), (2, 0)`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var both sync.WaitGroup // each holds its first row before either asks for the second
	both.Add(2)
	for _, order := range [][2]int{{1, 2}, {2, 1}} {
		wg.Go(func() {
			first := true
			err := s.InTx(ctx, func(tx pgx.Tx) error {
				for i, id := range order {
					if _, err := tx.Exec(ctx, `update account set v = v + 1 where id = $1`, id); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var sum int
	if err := s.Pool().QueryRow(ctx, `select sum(v) from account`).Scan(&sum); err != nil || sum != 4 {
		t.Errorf("sum %d, %v; want 4", sum, err)
	}
}
