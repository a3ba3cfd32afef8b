//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// exited tells whether the child has ended, and how. It reaps it then.
func (ch *child) exited() (string, bool) {
	var ws syscall.WaitStatus
	pid, err := syscall.Wait4(ch.pid, &ws, syscall.WNOHANG, nil)
	switch {
	case errors.Is(err, syscall.ECHILD):
		return "gone", true
	case err != nil || pid != ch.pid:
		return "", false
	case ws.Signaled():
		return ws.Signal().String(), true
	}
	return fmt.Sprintf("exit status %d", ws.ExitStatus()), true
}

// reap ends the zombie of a server that was our child.
func reap(pid int) {
	var ws syscall.WaitStatus
	_, _ = syscall.Wait4(pid, &ws, syscall.WNOHANG, nil)
}

// fastShutdown asks the server to roll back what runs and end (pg_ctl stop -m fast).
func (c *cluster) fastShutdown(_ context.Context, pid int) error {
	return syscall.Kill(pid, syscall.SIGINT)
}

// syncDir makes a rename in dir last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
