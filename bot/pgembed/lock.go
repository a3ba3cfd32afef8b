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
