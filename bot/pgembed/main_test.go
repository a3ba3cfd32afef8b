//go:build unix

package pgembed

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

// helperEnv makes the test binary a program that uses the private server: it starts
// it on the Options in the variable, prints what it got, and stops it when its input ends.
const helperEnv = "PGEMBED_TEST_HELPER"

func TestMain(m *testing.M) {
	if spec := os.Getenv(helperEnv); spec != "" {
		if err := helper(spec); err != nil {
			fmt.Println("error: " + err.Error())
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

type helperResult struct {
	URL     string
	PID     int
	Started bool
}

func helper(spec string) error {
	signal.Ignore(syscall.SIGINT)
	var o Options
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(helperResult{s.URL(), s.PID(), s.Started()}); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return s.Stop(ctx)
}

// program is a running helper.
type program struct {
	helperResult
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

// begin starts a helper as the user (0: the one of the test), and does not wait for its server.
func begin(t *testing.T, dir string, uid uint32) (*program, *bufio.Reader) {
	t.Helper()
	spec, err := json.Marshal(map[string]any{"DataDir": dir, "Settings": map[string]string{"fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if uid != 0 {
		// The go command's own directory is closed to others.
		cmd.Path = filepath.Join(openDir(t), "helper")
		copyFile(t, exe, cmd.Path)
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
		cmd.Dir = "/"
	}
	cmd.Env = append(os.Environ(), helperEnv+"="+string(spec), "HOME="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: cmd, stdin: stdin}
	t.Cleanup(func() { p.kill() })
	return p, bufio.NewReader(stdout)
}

// run starts a helper and waits until it has its server.
func run(t *testing.T, dir string, uid uint32) *program {
	t.Helper()
	p, out := begin(t, dir, uid)
	p.await(t, out)
	return p
}

func (p *program) await(t *testing.T, out *bufio.Reader) {
	t.Helper()
	line, err := out.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &p.helperResult)
	}
	if err != nil {
		rest, _ := io.ReadAll(out)
		t.Fatalf("helper: %s%s (%v)", line, rest, err)
	}
}

// kill is kill -9.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop ends the program in order.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if err := errors.Join(p.stdin.Close(), p.cmd.Wait()); err != nil {
		t.Errorf("helper: %v", err)
	}
}

// openDir is a temporary directory that other users can enter.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pgembed-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// newDir is a data directory whose server is stopped at the end of the test, even
// when nobody uses it any more.
func newDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(openDir(t), "db")
	t.Cleanup(func() {
		if err := Shutdown(context.Background(), Options{DataDir: dir}); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// startIn starts the server in this process and stops it at the end of the test.
func startIn(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Settings == nil {
		o.Settings = map[string]string{"fsync": "off"}
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// query runs statements on the server and returns the first column of the last one.
func query(t *testing.T, url string, sql ...string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, s := range sql[:len(sql)-1] {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	var v string
	if err := conn.QueryRow(t.Context(), sql[len(sql)-1]).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql[len(sql)-1], err)
	}
	return v
}

func isRunning(t *testing.T, dir string) bool {
	t.Helper()
	st, err := Inspect(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return st.Running
}

func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q lacks %q", err, w)
		}
	}
}
