// Package store holds all SQL of the program, hand-written beside the one function
// that uses it, on pgx.
//
// The database is the truth: what must happen together is in one transaction of
// InTx, with the effects and the jobs that follow from it, and no network call
// inside. Functions that take a pgx.Tx are parts of such a transaction; methods of
// Store are whole ones.
package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store is the shop's database. All SQL of the program is in this package. It is
// safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
}

// Options are limits of a Store. The zero value is a good default; pgx's own
// parameters in the URL (pool_max_conns, connect_timeout, ...) come before it.
type Options struct {
	// MaxConns is the greatest number of open connections, River's included.
	// Defaults to 10.
	MaxConns int32
	// ConnectTimeout bounds one attempt to connect. Defaults to 5 seconds.
	ConnectTimeout time.Duration
}

// Open connects to the database at rawURL, a libpq URL or key=value string, and
// fails when it does not answer. No error or log line of it holds the password.
func Open(ctx context.Context, rawURL string, opts Options) (*Store, error) {
	cfg, err := poolConfig(rawURL)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(rawURL, "pool_max_conns") {
		cfg.MaxConns = cmp.Or(opts.MaxConns, 10)
	}
	if opts.ConnectTimeout != 0 {
		cfg.ConnConfig.ConnectTimeout = opts.ConnectTimeout
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &Store{pool: pool}, nil
}

// Close waits until the connections in use are given back, and closes all.
func (s *Store) Close() { s.pool.Close() }

// Pool is the connection pool, for River and for LISTEN.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// txAttempts is how often InTx runs its function: once, and three times again.
const txAttempts = 4

// InTx runs f in a transaction and commits it. An error or panic of f rolls
// back; the error is returned as it is. When the database asks for a repeat
// (serialization failure 40001, deadlock 40P01), at the commit too, f runs again,
// up to three times: f must have no effect but through tx. Any other error of the
// commit is returned, and then whether it took place is not known.
func (s *Store) InTx(ctx context.Context, f func(tx pgx.Tx) error) error {
	return again(ctx, func() error { return pgx.BeginFunc(ctx, s.pool, f) })
}

// again runs a transaction, and runs it again when the database asks for that.
func again(ctx context.Context, transaction func() error) error {
	for attempt := 1; ; attempt++ {
		err := transaction()
		if err == nil || attempt == txAttempts || !repeatable(err) {
			return err
		}
		// Two that met once should not meet again.
		pause := time.Duration(attempt)*5*time.Millisecond + rand.N(10*time.Millisecond)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// repeatable tells that the database rolled the transaction back and that the
// same work may succeed now.
func repeatable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// poolConfig parses rawURL and sets what holds for every connection of ours.
func poolConfig(rawURL string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(rawURL)
	if err != nil {
		return nil, parseError(rawURL)
	}
	if _, ok := cfg.ConnConfig.RuntimeParams["application_name"]; !ok {
		cfg.ConnConfig.RuntimeParams["application_name"] = "quartermaster"
	}
	if cfg.ConnConfig.ConnectTimeout == 0 || !strings.Contains(rawURL, "connect_timeout") {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	return cfg, nil
}

// parseError says why rawURL cannot be parsed. The parser's own words may quote a
// part of a badly escaped password, so the redacted URL is parsed in its place.
func parseError(rawURL string) error {
	safe := Redact(rawURL)
	if _, err := pgxpool.ParseConfig(safe); err != nil {
		return errors.New("database URL: " + err.Error()) // not wrapped: the error keeps its input
	}
	return fmt.Errorf("database URL %s: the password holds characters that must be percent-encoded", safe)
}

var (
	passwordPair = regexp.MustCompile(`(?is)((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'?|(?:[^\s&\\]|\\.)*)`)
	userInfo     = regexp.MustCompile(`(?is)^((?:[a-z]+:(?://)?)?[^:/@]*):.*@`)
)

// Redact returns a connection string with its passwords replaced by xxxxx. Of a
// malformed URL it hides rather too much than too little.
func Redact(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err == nil && strings.HasPrefix(u.Scheme, "postgres") && !strings.Contains(u.Opaque+u.Path+u.RawQuery+u.Fragment, "@") {
		u.RawQuery = redactQuery(u.RawQuery)
		return u.Redacted()
	}
	rawURL = userInfo.ReplaceAllString(rawURL, "${1}:xxxxx@")
	return passwordPair.ReplaceAllString(rawURL, "${1}xxxxx")
}

// redactQuery replaces the passwords among a URL's parameters, also those with an
// escaped name.
func redactQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err != nil || strings.Contains(strings.ToLower(plain), "password") {
			pairs[i] = name + "=xxxxx"
		}
	}
	return strings.Join(pairs, "&")
}
