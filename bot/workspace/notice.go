package workspace

import (
	"context"
	"fmt"
)

// notice tells open pages what to fetch again.
type notice struct {
	Kind    string `json:"kind"` // message, view, home, channels, toast, panels
	Channel string `json:"channel,omitempty"`
	User    string `json:"-"` // only pages acting as this user; empty for all
	Text    string `json:"text,omitempty"`
}

// announce wakes all waiters, tells the pages and marks the state dirty. The
// caller holds w.mu.
func (w *Workspace) announce(n notice) {
	close(w.changed)
	w.changed = make(chan struct{})
	for stream, user := range w.streams {
		if n.User != "" && n.User != user {
			continue
		}
		select {
		case stream <- n:
		default: // a page that slow reloads all when it reads again
		}
	}
	select {
	case w.dirty <- struct{}{}:
	default:
	}
}

// wait runs check under the lock, now and after every change, until it returns
// true or ctx ends.
func (w *Workspace) wait(ctx context.Context, what string, check func() bool) error {
	for {
		w.mu.Lock()
		ok, changed := check(), w.changed
		w.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		case <-w.ctx.Done():
			return fmt.Errorf("waiting for %s: workspace closed", what)
		}
	}
}
