package slackapp

import (
	"sync"
	"time"
)

// pacer hands out one slot per gap and key. It never sleeps: who comes too
// early is told how long to stay away.
type pacer struct {
	gap time.Duration
	now func() time.Time

	mu   sync.Mutex
	next map[string]time.Time
}

// take takes the slot of key and returns 0, or returns the time until there is
// one.
func (p *pacer) take(key string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if wait := p.next[key].Sub(now); wait > 0 {
		return wait
	}
	if len(p.next) > 1000 {
		for k, t := range p.next {
			if !t.After(now) {
				delete(p.next, k)
			}
		}
	}
	p.next[key] = now.Add(p.gap)
	return 0
}

// hold keeps key closed for d from now.
func (p *pacer) hold(key string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.now().Add(d); t.After(p.next[key]) {
		p.next[key] = t
	}
}
