//go:build unix

package pgembed

import (
	"errors"
	"os"
	"syscall"
)

const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// fileLock is a held flock(2). The kernel drops it when the process dies.
type fileLock struct{ f *os.File }

// tryLock takes the lock if it is free.
func tryLock(path string, how int) (*fileLock, bool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, false, nil
		}
		return nil, false, &os.PathError{Op: "flock", Path: path, Err: err}
	}
	return &fileLock{f}, true, nil
}

// unlock frees the lock at once. Closing alone would not: a process just forked off
// elsewhere in this program has the file open until its exec.
func (l *fileLock) unlock() {
	_ = syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN)
	_ = l.f.Close()
}

// inherited makes a child keep the lock when we are killed.
func (l *fileLock) inherited() []*os.File { return []*os.File{l.f} }
