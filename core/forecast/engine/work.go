package engine

import (
	"errors"
	"runtime"
	"sync"

	"quartermaster/core/forecast/methods"
)

// worker is the room of one goroutine, used again for every series.
type worker struct {
	s      methods.Scratch
	room   []float64
	own    methods.Profile
	view   view
	stream stream // of the pooled model, nil without
}

func newWorker(b *blend, m predictor) *worker {
	w := &worker{}
	if b.pooled && m != nil {
		w.stream = m.stream()
	}
	return w
}

// numbers returns n numbers that live until the next call.
func (w *worker) numbers(n int) []float64 {
	if cap(w.room) < n {
		w.room = make([]float64, n)
	}
	return w.room[:n]
}

// chunk is the number of series that a goroutine takes at once, fewer where there
// are not enough for all cores.
const chunk = 32

// eachChunk calls f for pieces of 0..n-1 on all cores, each goroutine with its own
// worker. f writes to places lo to hi-1 only, so that the result does not depend on
// who does it. The first error of each goroutine ends its work.
func eachChunk[W any](n int, start func() W, f func(lo, hi int, w W) error) error {
	cores := runtime.GOMAXPROCS(0)
	size := max(1, min(chunk, (n+cores-1)/cores))
	workers := min(cores, (n+size-1)/size)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for g := range workers {
		wg.Go(func() {
			w := start()
			for lo := g * size; lo < n && errs[g] == nil; lo += workers * size {
				errs[g] = f(lo, min(lo+size, n), w)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// each calls f for 0..n-1 on all cores, as eachChunk does.
func each(n int, f func(i int, w *worker)) {
	_ = eachChunk(n, func() *worker { return &worker{} }, func(lo, hi int, w *worker) error {
		for i := lo; i < hi; i++ {
			f(i, w)
		}
		return nil
	})
}
