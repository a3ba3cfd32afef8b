package pgtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quartermaster/bot/pgembed"
	"quartermaster/bot/store"
)

// Instance is a server of one test's own, which the test may stop, crash and start.
// Commits survive a crash, as in production. Its methods end the test on failure,
// so they belong into the test's goroutine.
type Instance struct {
	t      testing.TB
	opts   pgembed.Options
	server *pgembed.Server
}

// Server starts a server with an empty, migrated database. It is removed at the end
// of the test.
func Server(t testing.TB) *Instance {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgtest-") // t.TempDir is long, and may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	i := &Instance{t: t, opts: pgembed.Options{
		DataDir:  filepath.Join(dir, "db"),
		Settings: map[string]string{"fsync": "off"}, // the machine does not crash
	}}
	t.Cleanup(func() {
		i.Stop()
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	i.Start()
	if err := store.Migrate(context.Background(), i.URL()); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return i
}

// URL is the address of the database. It stays the same over restarts.
func (i *Instance) URL() string { return i.server.URL() }

// Start starts the server and waits until it has recovered and takes connections.
func (i *Instance) Start() {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s, err := pgembed.Start(ctx, i.opts)
	if err != nil {
		i.t.Fatalf("pgtest: %v", err)
	}
	if i.server != nil { // crashed: give back the share in what is gone
		old := i.server
		defer func() { _ = old.Stop(ctx) }()
	}
	i.server = s
}

// Stop shuts the server down in order: what runs is rolled back.
func (i *Instance) Stop() {
	i.t.Helper()
	if i.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := i.server.Stop(ctx); err != nil {
		i.t.Errorf("pgtest: %v", err)
	}
}

// Crash kills the server as kill -9 does. Connections break; commits last.
func (i *Instance) Crash() {
	i.t.Helper()
	p, err := os.FindProcess(i.server.PID())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		i.t.Fatalf("pgtest: kill the server: %v", err)
	}
}
