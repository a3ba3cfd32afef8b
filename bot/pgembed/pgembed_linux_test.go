package pgembed

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// As in a restarted container: the server was killed, and the pid in its lock files
// now is another process's. Only /proc can tell.
func TestReusedPID(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := run(t, dir, 0)
	p.kill()
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !deserted(filepath.Join(dir, "data")); time.Sleep(poll) {
		if time.Now().After(deadline) {
			t.Fatal("the killed server's children do not end")
		}
	}
	for _, name := range []string{"data/postmaster.pid", "s/" + socketName + ".lock"} {
		file := filepath.Join(dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stale := strings.Replace(string(text), strconv.Itoa(p.PID), strconv.Itoa(os.Getpid()), 1)
		if err := os.WriteFile(file, []byte(stale), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if isRunning(t, dir) {
		t.Error("this test is taken for a server")
	}
	if err := Shutdown(t.Context(), Options{DataDir: dir}); err != nil { // must not hit us
		t.Error(err)
	}
	began := time.Now()
	s := startIn(t, Options{DataDir: dir, Progress: func(step string) {
		if strings.HasPrefix(step, "waiting for an older") {
			t.Errorf("%s, %s after the start", step, time.Since(began))
		}
	}})
	query(t, s.URL(), `select 1::text`)
}
