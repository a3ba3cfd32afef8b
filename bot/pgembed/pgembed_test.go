//go:build unix

package pgembed

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStartStopAndKeepData(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	var steps []string
	o := Options{DataDir: dir, Progress: func(s string) { steps = append(steps, s) }, Settings: map[string]string{"work_mem": "5MB"}}
	s := startIn(t, o)
	if !s.Started() || s.PID() == 0 {
		t.Errorf("Started %v, PID %d", s.Started(), s.PID())
	}
	if len(steps) < 2 || !strings.HasPrefix(steps[0], "creating the database with PostgreSQL 1") || steps[1] != "starting the database" {
		t.Errorf("progress %q", steps)
	}
	got := query(t, s.URL(), `create table kept (v text)`, `insert into kept values ('Grüße')`,
		`select concat_ws(' ', current_user, current_database(), current_setting('listen_addresses'), current_setting('work_mem'),
			current_setting('data_checksums'), current_setting('server_encoding'), current_setting('timezone'), upper('ü'))`)
	if want := "app postgres  5MB on UTF8 UTC Ü"; got != want {
		t.Errorf("server has %q, want %q", got, want)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("second Stop: %v", err)
	}
	if isRunning(t, dir) {
		t.Error("the server runs after the last Stop")
	}
	if _, err := Attach(t.Context(), o); !errors.Is(err, ErrNotRunning) {
		t.Errorf("Attach after Stop: %v", err)
	}
	again := startIn(t, o)
	if got := query(t, again.URL(), `select v from kept`); got != "Grüße" {
		t.Errorf("after a restart the row is %q", got)
	}
}

func TestAttachAndShutdown(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	o := Options{DataDir: dir}
	if _, err := Attach(t.Context(), o); !errors.Is(err, ErrNotRunning) {
		t.Errorf("Attach to nothing: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Attach made the directory: %v", err)
	}
	first := startIn(t, o)
	second, err := Attach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if second.URL() != first.URL() || second.PID() != first.PID() || second.Started() {
		t.Errorf("attached to %s (%d), want %s (%d)", second.URL(), second.PID(), first.URL(), first.PID())
	}
	if st, err := Inspect(t.Context(), dir); err != nil || !st.Running || st.PID != first.PID() || st.URL != first.URL() || st.Major < minMajor {
		t.Errorf("Inspect: %+v, %v", st, err)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	query(t, second.URL(), `select 1::text`)
	if err := Shutdown(t.Context(), o); !errors.Is(err, ErrInUse) {
		t.Errorf("Shutdown of a server in use: %v", err)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if isRunning(t, dir) {
		t.Error("the server runs after the last Stop")
	}
}

// Every kind of user can run the server, and owns its files.
func TestUsers(t *testing.T) {
	t.Parallel()
	uids := []uint32{0}
	if os.Getuid() == 0 {
		uids = append(uids, 65534, 12345) // with a passwd entry, and without
	}
	for _, uid := range uids {
		t.Run(fmt.Sprint("uid ", uid), func(t *testing.T) {
			t.Parallel()
			home := openDir(t)
			if uid != 0 {
				if err := os.Chown(home, int(uid), int(uid)); err != nil {
					t.Fatal(err)
				}
			}
			dir := filepath.Join(home, "db")
			p := run(t, dir, uid)
			if got := query(t, p.URL, `select current_user::text`); got != "app" {
				t.Errorf("user %q", got)
			}
			var st syscall.Stat_t
			if err := syscall.Stat(filepath.Join(dir, "data", "PG_VERSION"), &st); err != nil || uid != 0 && st.Uid != uid {
				t.Errorf("the files belong to uid %d (%v)", st.Uid, err)
			}
			if fi, err := os.Stat(filepath.Join(dir, "s")); err != nil || fi.Mode().Perm() != 0o700 {
				t.Errorf("socket directory: %v, %v", fi.Mode(), err)
			}
			p.stop(t)
			if isRunning(t, dir) {
				t.Error("the server outlived its last user")
			}
		})
	}
}

// Without user namespaces root hands the directory over, and stays with that.
func TestRootWithoutNamespaces(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	if uid := os.Getuid(); uid != 0 {
		o := Options{DataDir: dir, noNamespace: true}
		if _, err := user.LookupId(strconv.Itoa(uid)); err != nil {
			_, err := Start(t.Context(), o)
			wantError(t, err, "uid "+strconv.Itoa(uid), "/etc/passwd", "no user namespaces")
			return
		}
		startIn(t, o) // makes no difference to an ordinary user
		return
	}
	s := startIn(t, Options{DataDir: dir, noNamespace: true})
	query(t, s.URL(), `select 1::text`)
	by, err := owner(filepath.Join(dir, "data"))
	if err != nil || by.uid == 0 {
		t.Errorf("the cluster belongs to uid %d, %v", by.uid, err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = startIn(t, Options{DataDir: dir})
	query(t, s.URL(), `select 1::text`)

	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(closed, "db")
	_, err = Start(t.Context(), Options{DataDir: dir, noNamespace: true})
	wantError(t, err, "as uid 0", "/var/lib/quartermaster", "permission denied")
	if by, err := owner(dir); err != nil || by.uid != 0 {
		t.Errorf("after the failure the directory belongs to uid %d, %v", by.uid, err)
	}
	s = startIn(t, Options{DataDir: dir})
	query(t, s.URL(), `select 1::text`)
}

// Root in the closed home of somebody else, as with sudo, makes a cluster of theirs.
func TestRootInAnotherHome(t *testing.T) {
	t.Parallel()
	home := openDir(t)
	want := os.Getuid()
	if want == 0 {
		want = 65534
		if err := os.Chown(home, want, want); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(home, "db")
	query(t, startIn(t, Options{DataDir: dir}).URL(), `select 1::text`)
	if by, err := owner(filepath.Join(dir, "data")); err != nil || by.uid != want {
		t.Errorf("the cluster belongs to uid %d, %v; want %d", by.uid, err, want)
	}
}

func TestFiveProcessesOneServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	var programs []*program
	var outs []*bufio.Reader
	for range 5 {
		p, out := begin(t, dir, 0)
		programs, outs = append(programs, p), append(outs, out)
	}
	started := 0
	for i, p := range programs {
		p.await(t, outs[i])
		if p.PID != programs[0].PID {
			t.Errorf("program %d uses server %d, the first one %d", i, p.PID, programs[0].PID)
		}
		if p.Started {
			started++
		}
	}
	if started != 1 {
		t.Errorf("%d of the programs began a server, want 1", started)
	}
	for i, p := range programs {
		if !isRunning(t, dir) {
			t.Errorf("the server is gone with %d users left", len(programs)-i)
		}
		p.stop(t)
	}
	if isRunning(t, dir) {
		t.Error("the server outlived its last user")
	}
}

func TestKilledProgramLeavesServerToTheNext(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := run(t, dir, 0)
	query(t, p.URL, `create table t (v text)`, `insert into t values ('committed')`, `select v from t`)
	// Ctrl-C goes to the whole group of the program, not to the server.
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.kill()
	if !isRunning(t, dir) {
		t.Fatal("the server died with the program")
	}
	next := run(t, dir, 0)
	if next.Started || next.PID != p.PID {
		t.Errorf("the next program uses server %d, began: %v; want the orphan %d", next.PID, next.Started, p.PID)
	}
	if got := query(t, next.URL, `select v from t`); got != "committed" {
		t.Errorf("row is %q", got)
	}
	next.stop(t)
	if isRunning(t, dir) {
		t.Error("the orphan outlived its last user")
	}
}

// A server killed with all its users restarts, recovers and has every committed row.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	for round := range 3 {
		p := run(t, dir, 0)
		query(t, p.URL, `create table if not exists t (v int)`, `insert into t values (1)`, `select 'ok'`)
		p.kill()
		if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		s := startIn(t, Options{DataDir: dir})
		if !s.Started() {
			t.Error("attached to a dead server")
		}
		if got := query(t, s.URL(), `select count(*)::text from t`); got != strconv.Itoa(round+1) {
			t.Errorf("%s rows after %d kills", got, round+1)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// The server dies while a program uses it: the next Start brings it back.
func TestServerDiesUnderItsUser(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := startIn(t, Options{DataDir: dir})
	if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	again := startIn(t, Options{DataDir: dir})
	if again.PID() == s.PID() || !again.Started() {
		t.Errorf("server %d after the death of %d", again.PID(), s.PID())
	}
	query(t, again.URL(), `select 1::text`)
}

// Whenever the very first start is killed, the next one succeeds.
func TestKilledDuringSetup(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	for delay := time.Duration(0); ; delay = delay*5/4 + 20*time.Millisecond {
		p, out := begin(t, dir, 0)
		ready := make(chan struct{})
		go func() {
			defer close(ready)
			_, _ = out.ReadString('\n')
		}()
		select { // the moment of the kill is the point, not a wait for something
		case <-time.After(delay):
		case <-ready:
		}
		p.kill()
		<-ready
		if isRunning(t, dir) {
			break // it got through
		}
		if delay > 20*time.Second {
			t.Fatal("the set-up never ended")
		}
	}
	s := startIn(t, Options{DataDir: dir})
	query(t, s.URL(), `select 1::text`)
	if left, _ := filepath.Glob(filepath.Join(dir, freshPrefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestLongAndStrangePath(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("long/", 30) + "db", `it's "a", $HOME \ dir`} {
		dir := filepath.Join(openDir(t), name)
		s := startIn(t, Options{DataDir: dir})
		query(t, s.URL(), `select 1::text`)
		if len(s.pm.socketDir) > maxSocketPath {
			t.Errorf("socket directory %s is too long", s.pm.socketDir)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(s.pm.socketDir); err == nil && !strings.HasPrefix(s.pm.socketDir, dir) {
			t.Errorf("socket directory %s is left behind", s.pm.socketDir)
		}
	}
}

func TestOtherMajorVersion(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := startIn(t, Options{DataDir: dir})
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(dir, "data", "PG_VERSION")
	text, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(version, []byte("12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{DataDir: dir}, {DataDir: dir, BinDir: s.bins.dir}} {
		_, err = Start(t.Context(), o)
		var wrong *VersionError
		if !errors.As(err, &wrong) || wrong.Data != 12 {
			t.Fatalf("error %v, want a *VersionError", err)
		}
		wantError(t, err, "PostgreSQL 12", s.bins.version, "pg_dump", "PG_BINDIR")
	}
	if err := os.WriteFile(version, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s = startIn(t, Options{DataDir: dir}) // nothing was harmed
	query(t, s.URL(), `select 1::text`)
}

func TestForeignDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, want string }{
		"another cluster":  {"PG_VERSION", "of another program"},
		"photos":           {"holiday.jpg", "holds other files (holiday.jpg)"},
		"data of others":   {"data/cash.csv", "something else"},
		"cluster in data":  {"data/PG_VERSION", "something else"},
		"file called data": {"data", "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, test.file)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Start(t.Context(), Options{DataDir: dir})
			wantError(t, err, dir, test.want)
			if text, err := os.ReadFile(file); err != nil || string(text) != "precious" {
				t.Errorf("the file is now %q, %v", text, err)
			}
		})
	}
	_, err := Start(t.Context(), Options{})
	wantError(t, err, "no data directory")
}

func TestBadConfigurationShowsTheLog(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	_, err := Start(t.Context(), Options{DataDir: dir, Settings: map[string]string{"shared_buffers": "lots"}})
	wantError(t, err, "postgres ended", "shared_buffers", "lots")
	s := startIn(t, Options{DataDir: dir}) // the error has no after-effect
	query(t, s.URL(), `select 1::text`)
}

func TestCancelledStart(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Start(ctx, Options{DataDir: dir, Progress: func(string) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	s := startIn(t, Options{DataDir: dir})
	query(t, s.URL(), `select 1::text`)
}
