// Package pgembed runs the private PostgreSQL of the embedded default: a real
// server, of this user alone, reached over a unix socket and with no open port.
//
// The directory Options.DataDir holds
//
//	data/         the cluster (PGDATA)
//	fresh-*/      a cluster in the making, moved to data when it is complete
//	s/            the socket, mode 0700; a short directory elsewhere when the path is too long
//	postgres.log  what the server says
//	start.lock    held while a process starts or stops the server
//	users.lock    held shared by every process that uses the server
//
// # Guarantees
//
// Any number of processes may Start on one directory: the first one starts the
// server, the others attach to it, and the last one out stops it. The locks are
// flocks, so a killed process lets go of them by itself. The server does not die
// with the program: after kill -9 the next Start attaches to the orphan in
// milliseconds. It runs in a session of its own, so Ctrl-C in the terminal does
// not reach it before Stop does.
//
// Every step of the set-up leaves either nothing or a finished result, so a kill
// between two steps costs nothing but time. A cluster is never wiped: a directory
// of another major version is a *VersionError, a directory with other content is
// refused.
//
// PostgreSQL refuses to run as root and needs a passwd entry. For such users the
// Linux version starts it in a user namespace in which the own uid is called
// nobody: files stay owned by the caller. Where namespaces are forbidden, as in
// Docker's default profile, root hands the directory to the user postgres or nobody, which
// needs a DataDir those can reach, such as one below /var/lib.
package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Options of a private server.
type Options struct {
	// DataDir is the directory of the server, made when missing. Required.
	DataDir string
	// BinDir holds initdb and postgres, version 14 or later. Defaults to
	// $PG_BINDIR; without it they are searched, and downloaded as a last resort.
	BinDir string
	// CacheDir keeps downloaded programs. Defaults to the user's cache directory,
	// for root on Linux to /var/cache/quartermaster.
	CacheDir string
	// Progress is told, in a few words each, about steps that take time. May be nil.
	Progress func(string)
	// Log receives what is worth keeping. Defaults to no log.
	Log *slog.Logger
	// Settings are added to the server's configuration. They count for the process
	// that starts the server; one that attaches takes the server as it is.
	Settings map[string]string

	noNamespace bool // test: as if user namespaces were forbidden
	noSystem    bool // test: as if no PostgreSQL were installed
}

// ErrNotRunning is returned by Attach when there is no server.
var ErrNotRunning = errors.New("the private database is not running")

// ErrInUse is returned by Shutdown when other processes use the server.
var ErrInUse = errors.New("the private database is in use by another process")

// Server is a running server that this process uses.
type Server struct {
	c     *cluster
	pm    postmaster
	bins  binaries
	begun bool

	mu    sync.Mutex
	users *fileLock // nil after Stop
}

// Start makes the cluster when there is none, starts its server when it does not
// run, waits until it takes connections (crash recovery included), and returns
// with a share in it. The share lasts until Stop, as long as the Server is kept. It
// may be called again after an error. Errors are a *VersionError, or tell what to do
// and hold the end of the server's log.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start private database in %s: %w", o.DataDir, err)
	}
	return s, nil
}

func start(ctx context.Context, o Options) (*Server, error) {
	c, err := openCluster(o, true)
	if err != nil {
		return nil, err
	}
	if c.lock, err = lockFile(ctx, c.path("start.lock"), exclusive); err != nil {
		return nil, err
	}
	defer c.lock.unlock()
	if err := c.check(); err != nil {
		return nil, err
	}
	// The start lock is ours, so nobody is stopping the server: this never waits.
	users, err := lockFile(ctx, c.path("users.lock"), shared)
	if err != nil {
		return nil, err
	}
	s := &Server{c: c, users: users}
	if s.pm, s.begun, err = c.ensure(ctx, &s.bins); err != nil {
		users.unlock()
		return nil, err
	}
	return s, nil
}

// Attach returns a share in the server of o.DataDir when it runs, and
// ErrNotRunning when it does not.
func Attach(ctx context.Context, o Options) (*Server, error) {
	c, err := openCluster(o, false)
	if err != nil {
		return nil, err
	}
	startLock, err := lockFile(ctx, c.path("start.lock"), exclusive)
	if err != nil {
		return nil, err
	}
	defer startLock.unlock()
	pm, ok := c.postmaster()
	if !ok || ping(ctx, pm) != nil {
		return nil, ErrNotRunning
	}
	users, err := lockFile(ctx, c.path("users.lock"), shared)
	if err != nil {
		return nil, err
	}
	return &Server{c: c, pm: pm, users: users}, nil
}

// Stop gives the share back, and stops the server when it was the last one. It
// waits until the server is down or ctx ends. Further calls do nothing.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == nil {
		return nil
	}
	s.users.unlock()
	s.users = nil
	if err := s.c.stopIfUnused(ctx); err != nil && !errors.Is(err, ErrInUse) {
		return fmt.Errorf("stop private database in %s: %w", s.c.dir, err)
	}
	return nil
}

// Shutdown stops the server of o.DataDir, also one that a killed process left
// behind. It returns ErrInUse, and does nothing, while a process uses it. No
// running server is no error.
func Shutdown(ctx context.Context, o Options) error {
	c, err := openCluster(o, false)
	if errors.Is(err, ErrNotRunning) {
		return nil
	}
	if err == nil {
		err = c.stopIfUnused(ctx)
	}
	if err != nil {
		return fmt.Errorf("stop private database in %s: %w", o.DataDir, err)
	}
	return nil
}

// URL is the libpq URL of the server, as user app in database postgres. It holds
// no secret: who may open the socket is in.
func (s *Server) URL() string { return s.pm.url() }

// PID is the process id of the server when it was started or attached to.
func (s *Server) PID() int { return s.pm.pid }

// Started tells that this call of Start began the server, rather than attached to it.
func (s *Server) Started() bool { return s.begun }

// Status describes a server that may or may not run.
type Status struct {
	Running bool
	PID     int    // 0 when not running
	URL     string // empty when not running
	Major   int    // major version of the cluster, 0 when there is none
	Log     string // path of the server's log
}

// Inspect tells how the server of dataDir is, without touching it.
func Inspect(ctx context.Context, dataDir string) (Status, error) {
	c, err := openCluster(Options{DataDir: dataDir}, false)
	if errors.Is(err, ErrNotRunning) {
		return Status{}, nil
	}
	if err != nil {
		return Status{}, err
	}
	st := Status{Log: c.path("postgres.log")}
	if st.Major, err = c.major(); err != nil {
		return Status{}, err
	}
	if pm, ok := c.postmaster(); ok && ping(ctx, pm) == nil {
		st.Running, st.PID, st.URL = true, pm.pid, pm.url()
	}
	return st, nil
}

// url is the address of the server in libpq's form.
func (pm postmaster) url() string {
	q := url.Values{"host": {pm.socketDir}, "port": {strconv.Itoa(pm.port)}}
	return "postgres://app@/postgres?" + strings.ReplaceAll(q.Encode(), "+", "%20") // libpq takes + as it is
}

// openCluster resolves the directory, and makes it when create says so.
func openCluster(o Options, create bool) (*cluster, error) {
	if o.DataDir == "" {
		return nil, errors.New("no data directory given")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return nil, err
	}
	if create {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(filepath.Join(dir, "start.lock")); errors.Is(err, os.ErrNotExist) {
		return nil, ErrNotRunning
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &cluster{Options: o, dir: dir, data: filepath.Join(dir, "data")}, nil
}
