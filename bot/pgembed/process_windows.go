package pgembed

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Windows API, winnt.h and minwinbase.h.
const (
	queryLimitedInformation = 0x1000
	stillActive             = 259
)

// exitCode returns the exit code of a process, stillActive while it runs.
func exitCode(pid int) (uint32, error) {
	h, err := syscall.OpenProcess(queryLimitedInformation, false, uint32(pid))
	if err != nil {
		return 0, err
	}
	defer func() { _ = syscall.CloseHandle(h) }()
	var code uint32
	err = syscall.GetExitCodeProcess(h, &code)
	return code, err
}

// alive tells whether process pid may be a server of the cluster: it exists.
func alive(pid int, _ string) bool {
	code, err := exitCode(pid)
	return err == nil && code == stillActive
}

// exited tells whether the child has ended, and how.
func (ch *child) exited() (string, bool) {
	code, err := exitCode(ch.pid)
	if err != nil {
		return "gone", true
	}
	return fmt.Sprintf("exit status %d", code), code != stillActive
}

// deserted is never sure: nobody here knows whose process a pid is. The server
// removes stale lock files itself when their pid is free.
func deserted(string) bool { return false }

// fastShutdown asks the server to roll back what runs and end.
func (c *cluster) fastShutdown(ctx context.Context, _ int) error {
	major, err := c.major()
	if err != nil {
		return err
	}
	bins, err := c.findBinaries(ctx, major)
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(bins.dir, "pg_ctl.exe"), "stop", "-W", "-m", "fast", "-D", c.data).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pg_ctl stop: %w\n%s", err, tail(string(out)))
	}
	return nil
}

// identity is always ourselves: PostgreSQL runs for every user here but administrators.
type identity struct{}

func (c *cluster) identity(context.Context, binaries) (identity, error) { return identity{}, nil }

// attr keeps Ctrl-C of the console away from the server.
func (identity) attr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func (identity) foreign() bool { return false }

func (identity) own(string) error { return nil }

func (identity) checkPrivate(string) error { return nil }

// syncDir does nothing: directories cannot be flushed here.
func syncDir(string) error { return nil }
