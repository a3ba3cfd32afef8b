package pgembed

import (
	"context"
	"time"
)

// lockFile waits for the lock on path, shared or exclusive. It asks again and again
// rather than block in the kernel, so that ctx can end the wait.
func lockFile(ctx context.Context, path string, how int) (*fileLock, error) {
	for {
		l, ok, err := tryLock(path, how)
		if ok || err != nil {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(poll):
		}
	}
}

// TryLock takes the file at path, made where it is missing, for this process alone.
// It is not free while another process has it. The kernel frees it when the process
// dies.
func TryLock(path string) (release func(), free bool, err error) {
	l, free, err := tryLock(path, exclusive)
	if err != nil || !free {
		return nil, false, err
	}
	return l.unlock, true, nil
}
