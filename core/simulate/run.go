package simulate

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"quartermaster/core"
)

// Run replays the scenario under each policy and returns their results in the
// same order. Policies run at once, on as many goroutines as there are
// processors. Progress, when not nil, is told how many of all reviews are done;
// its calls do not overlap. The first error of the first failing policy ends the
// run, as does the end of ctx.
func Run(ctx context.Context, s *Scenario, policies []Policy, progress func(done, total int)) ([]Result, error) {
	total := 0
	for _, p := range policies {
		if p.ReviewDays < 1 {
			return nil, fmt.Errorf("policy %s: review days are %d, must be at least 1", p.Name, p.ReviewDays)
		}
		total += (int(s.To-s.From) + p.ReviewDays - 1) / p.ReviewDays
	}
	var mu sync.Mutex
	done := 0
	tick := func() {
		if progress == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		progress(done, total)
	}
	results, errs := make([]Result, len(policies)), make([]error, len(policies))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, p := range policies {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if results[i], errs[i] = s.run(ctx, p, tick); errs[i] != nil {
				errs[i] = fmt.Errorf("policy %s: %w", p.Name, errs[i])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// run replays one policy.
func (s *Scenario) run(ctx context.Context, p Policy, tick func()) (Result, error) {
	w, decide := s.newWorld(), p.Start()
	for d := s.From; d < s.To; d++ {
		if int(d-s.From)%p.ReviewDays == 0 {
			if err := ctx.Err(); err != nil {
				return Result{}, err
			}
			if err := w.review(decide, d); err != nil {
				return Result{}, fmt.Errorf("review on %s: %w", d, err)
			}
			tick()
		}
		w.day(d)
	}
	if err := w.finish(); err != nil {
		return Result{}, err
	}
	return w.result(p)
}

func (w *world) review(decide Decide, d core.Day) error {
	orders, err := decide(w.look(d))
	if err != nil {
		return err
	}
	return w.place(orders, d)
}
