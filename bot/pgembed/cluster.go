package pgembed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// confName is the file of our settings, included from postgresql.conf. It also
	// marks a cluster as made here.
	confName = "quartermaster.conf"
	// freshPrefix begins the name of a cluster that initdb still works on.
	freshPrefix = "fresh-"
	// port only names the socket: socketName.
	port = 5432
	// socketName is the file that clients connect to, in the socket directory.
	socketName = ".s.PGSQL.5432"
	// maxSocketPath is the shortest limit of sun_path among the systems (macOS).
	maxSocketPath = 103
	// poll is the pause between two looks at a server that changes its state.
	poll = 10 * time.Millisecond
	// conflictTime is how long a start is repeated when traces of a dead server are
	// in the way: its last children, or a zombie that init has not reaped.
	conflictTime = 20 * time.Second
	// silentTime is how long a live server may not answer at all.
	silentTime = 60 * time.Second
)

// cluster is a data directory and how to run it.
type cluster struct {
	Options
	dir  string    // DataDir, absolute, no symbolic links
	data string    // dir/data
	lock *fileLock // start.lock, while it is held to start
}

func (c *cluster) path(name string) string { return filepath.Join(c.dir, name) }

// postmaster returns the process that postmaster.pid names.
func (c *cluster) postmaster() (postmaster, bool) { return readPostmaster(c.data) }

// major returns the major version of the cluster, 0 when there is none yet.
func (c *cluster) major() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION: not a version: %q", c.data, text)
	}
	return major, nil
}

// check refuses a directory that is neither ours nor empty.
func (c *cluster) check() error {
	if _, err := os.Stat(c.path("PG_VERSION")); err == nil {
		return errors.New("the directory is itself a PostgreSQL cluster, of another program: choose another one")
	}
	entries, err := os.ReadDir(c.data)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	case len(entries) == 0:
		// Left by an administrator who prepared it; initdb's result takes its place.
	default:
		conf, err := os.ReadFile(filepath.Join(c.data, "postgresql.conf"))
		if err != nil || !bytes.Contains(conf, []byte(confName)) {
			return fmt.Errorf("%s holds something else than a cluster of this program: choose another directory", c.data)
		}
		return nil
	}
	entries, err = os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case slices.Contains([]string{"data", "s", "start.lock", "users.lock", "postgres.log", "postgres.log.1"}, name):
		case strings.HasPrefix(name, freshPrefix):
		default:
			return fmt.Errorf("the directory holds other files (%s): choose an empty one", name)
		}
	}
	return nil
}

// ensure returns the running server, and whether this call began it. The start
// lock is held.
func (c *cluster) ensure(ctx context.Context, bins *binaries) (pm postmaster, begun bool, err error) {
	began := time.Now()
	var child *child
	defer func() {
		if err != nil && child != nil {
			c.abandon(child)
		}
	}()
	said, pause := false, poll
	for {
		pm, known := c.postmaster()
		var silence error
		if known {
			if silence = ping(ctx, pm); silence == nil {
				return pm, begun, nil
			}
			if !errors.Is(silence, errNotReady) && !errors.Is(silence, errNotListening) {
				return pm, false, silence
			}
			if !said && errors.Is(silence, errNotReady) && time.Since(began) > time.Second {
				said = true
				c.Progress("waiting for the database to recover")
			}
		}
		switch {
		case child != nil:
			if state, exited := child.exited(); exited {
				text := child.log()
				if !conflict(text) || time.Since(began) > conflictTime {
					return pm, false, fmt.Errorf("postgres ended (%s); the end of its log:\n%s", state, tail(text))
				}
				child = nil
				c.Progress("waiting for an older server process to end")
			}
		case known && alive(pm.pid, c.data):
			if errors.Is(silence, errNotListening) && time.Since(began) > silentTime {
				return pm, false, fmt.Errorf("process %d is named in postmaster.pid but does not answer; if it is not postgres, remove %s: %w",
					pm.pid, filepath.Join(c.data, "postmaster.pid"), silence)
			}
		default:
			if child, err = c.launch(ctx, bins); err != nil {
				return pm, false, err
			}
			begun = true
		}
		select {
		case <-ctx.Done():
			return pm, false, ctx.Err()
		case <-time.After(pause):
		}
		pause = min(pause*3/2, 200*time.Millisecond) // the server logs each ping it refuses
	}
}

// abandon ends a server that did not come up in time, so that none runs unused.
func (c *cluster) abandon(ch *child) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.fastShutdown(ctx, ch.pid); err != nil {
		return
	}
	for ctx.Err() == nil {
		if _, exited := ch.exited(); exited {
			return
		}
		time.Sleep(poll)
	}
}

// conflict tells from the server's log that another one, dead or dying, is in the way.
func conflict(log string) bool {
	return strings.Contains(log, `lock file "`) || strings.Contains(log, "pre-existing shared memory block")
}

// tail returns the last lines of a log.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}

// launch makes what is missing and starts the server process.
func (c *cluster) launch(ctx context.Context, bins *binaries) (*child, error) {
	major, err := c.major()
	if err != nil {
		return nil, err
	}
	if *bins, err = c.findBinaries(ctx, major); err != nil {
		return nil, err
	}
	as, err := c.identity(ctx, *bins)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		if err := c.initdb(ctx, *bins, as); err != nil {
			return nil, err
		}
	}
	socket, err := c.configure(as)
	if err != nil {
		return nil, err
	}
	c.clearStale(socket)
	log, err := c.openLog(as)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	from, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	c.Progress("starting the database")
	process, err := os.StartProcess(bins.postgres(), []string{bins.postgres(), "-D", c.data}, &os.ProcAttr{
		Dir: c.dir, Env: cleanEnv(), Files: []*os.File{null, log, log}, Sys: as.attr(),
	})
	if err != nil {
		return nil, err
	}
	ch := &child{pid: process.Pid, logPath: log.Name(), from: from}
	c.Log.Info("private database started", "dir", c.dir, "pid", ch.pid, "version", bins.version)
	return ch, process.Release() // exited and reap wait for it
}

// clearStale removes the lock files of a server that died. The new one does that
// itself when their pid is free, but not when it was given to another process since,
// as in a restarted container, or when init has not reaped the dead one.
func (c *cluster) clearStale(socket string) {
	if !deserted(c.data) {
		return
	}
	_ = os.Remove(filepath.Join(c.data, "postmaster.pid"))
	_ = os.Remove(filepath.Join(socket, socketName+".lock"))
}

// child is a server process this process began.
type child struct {
	pid     int
	logPath string
	from    int64
}

// log returns what the child wrote.
func (ch *child) log() string {
	f, err := os.Open(ch.logPath)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.NewSectionReader(f, ch.from, 1<<20))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stopIfUnused stops the server unless another process uses it (ErrInUse).
func (c *cluster) stopIfUnused(ctx context.Context) error {
	startLock, err := lockFile(ctx, c.path("start.lock"), exclusive)
	if err != nil {
		return err
	}
	defer startLock.unlock()
	users, ok, err := tryLock(c.path("users.lock"), exclusive)
	if err != nil {
		return err
	}
	if !ok {
		return ErrInUse
	}
	defer users.unlock()
	pm, known := c.postmaster()
	if !known || !alive(pm.pid, c.data) {
		return nil
	}
	if err := c.fastShutdown(ctx, pm.pid); err != nil {
		return err
	}
	for alive(pm.pid, c.data) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server (process %d) is still shutting down: %w", pm.pid, ctx.Err())
		case <-time.After(poll):
		}
	}
	if pm.socketDir != c.path("s") {
		_ = os.Remove(pm.socketDir) // the short one elsewhere; it is empty now
	}
	c.Log.Info("private database stopped", "dir", c.dir, "pid", pm.pid)
	return nil
}
