//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// need fails with what to do when a program is not there, and returns its path.
func need(t testing.TB, hint string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("%s is needed and was not found on PATH: %s", strings.Join(names, " or "), hint)
	return ""
}

// try runs a program to its end and returns what it printed.
func try(dir, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // also after the test
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// command is try that must go well.
func command(t testing.TB, dir, name string, args ...string) {
	t.Helper()
	if out, err := try(dir, name, args...); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// program builds quartermaster and returns where it is.
func program(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "quartermaster")
	command(t, "../..", "go", "build", "-o", path, "./bot/cmd/quartermaster")
	return path
}

// background starts a program that is asked to end with the test. Its output is
// shown when the test fails.
func background(t testing.TB, dir string, env []string, name string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), env...), &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("%s ended with %v", filepath.Base(name), err)
			}
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			t.Errorf("%s did not end within 30 s: %v", filepath.Base(name), <-ended)
		}
		if t.Failed() {
			t.Logf("output of %s:\n%s", filepath.Base(name), out.String())
		}
	})
}
