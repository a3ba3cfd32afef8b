package boost

import (
	"sync"
	"sync/atomic"
)

// crew is a fixed set of goroutines that share out numbered jobs. Which goroutine
// takes which job changes nothing in the result.
type crew struct {
	job   func(int)
	n     int64
	next  atomic.Int64
	start chan struct{}
	wg    sync.WaitGroup
	size  int
}

func newCrew(size int) *crew {
	c := &crew{size: size, start: make(chan struct{})}
	for range size - 1 {
		go func() {
			for range c.start {
				c.work()
				c.wg.Done()
			}
		}()
	}
	return c
}

// do runs job(0) to job(n-1) and returns when all are done.
func (c *crew) do(n int, job func(int)) {
	c.job, c.n = job, int64(n)
	c.next.Store(0)
	helpers := min(c.size, n) - 1
	if helpers > 0 {
		c.wg.Add(helpers)
		for range helpers {
			c.start <- struct{}{}
		}
	}
	c.work()
	c.wg.Wait()
}

func (c *crew) work() {
	for i := c.next.Add(1) - 1; i < c.n; i = c.next.Add(1) - 1 {
		c.job(int(i))
	}
}

func (c *crew) stop() { close(c.start) }
