package pgembed

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// Flags of LockFileEx (Windows API, fileapi.h).
const (
	shared    = 0
	exclusive = 2 // LOCKFILE_EXCLUSIVE_LOCK

	failImmediately                  = 1
	errorLockViolation syscall.Errno = 33
	errorIOPending     syscall.Errno = 997
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// fileLock is a held lock of LockFileEx. The system drops it when the process dies.
type fileLock struct{ f *os.File }

// tryLock takes the lock if it is free.
func tryLock(path string, how int) (*fileLock, bool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	var at syscall.Overlapped
	ok, _, err := lockFileEx.Call(f.Fd(), uintptr(how|failImmediately), 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	if ok != 0 {
		return &fileLock{f}, true, nil
	}
	_ = f.Close()
	if errors.Is(err, errorLockViolation) || errors.Is(err, errorIOPending) {
		return nil, false, nil
	}
	return nil, false, &os.PathError{Op: "LockFileEx", Path: path, Err: err}
}

func (l *fileLock) unlock() { _ = l.f.Close() }

// inherited is nothing: locks belong to a process here.
func (l *fileLock) inherited() []*os.File { return nil }
