package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"quartermaster/bot/store"
)

// Jobs of the queue. Each only names a row.
type effectArgs struct {
	Key string `json:"key"`
}

// Kind names the job.
func (effectArgs) Kind() string { return "effect" }

// InsertOpts lets clicks go first.
func (effectArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Priority: 2} }

type clickArgs struct {
	Key string `json:"key"`
}

// Kind names the job.
func (clickArgs) Kind() string { return "click" }

// InsertOpts puts people before everything else.
func (clickArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Priority: 1} }

// clickWorker acts on clicks. A person waits for the outcome, so it is tried again
// soon.
type clickWorker struct {
	river.WorkerDefaults[clickArgs]
	s *Service
}

// Work carries one click out.
func (w *clickWorker) Work(ctx context.Context, j *river.Job[clickArgs]) error {
	return w.s.act(ctx, j.Args.Key, j.Attempt)
}

// NextRetry waits 1, 2, 4, 8 and then 15 seconds.
func (*clickWorker) NextRetry(j *river.Job[clickArgs]) time.Time {
	return time.Now().Add(min(time.Second<<min(j.Attempt-1, 4), 15*time.Second))
}

// clickAttempts is how often a click is tried before the person is told that it
// could not be carried out: some five minutes.
const clickAttempts = 24

type checkArgs struct {
	Schedule string    `json:"schedule"`
	Slot     time.Time `json:"slot"`
}

// Kind names the job.
func (checkArgs) Kind() string { return "check" }

// InsertOpts lets everything else go first.
func (checkArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Priority: 3, MaxAttempts: 5}
}

// checkWorker runs scheduled checks; they may take longer than other jobs.
type checkWorker struct {
	river.WorkerDefaults[checkArgs]
	s *Service
}

// Timeout allows a large shop its time.
func (*checkWorker) Timeout(*river.Job[checkArgs]) time.Duration { return 15 * time.Minute }

// Work runs the check and records how the slot ended.
func (w *checkWorker) Work(ctx context.Context, j *river.Job[checkArgs]) error {
	err := w.s.scheduled(ctx, j.Args.Schedule, fmt.Sprintf("%s-%s", j.Args.Schedule, j.Args.Slot.UTC().Format("20060102T150405Z")))
	return errors.Join(err, store.SlotDone(ctx, w.s.st.Pool(), j.Args.Schedule, j.Args.Slot, err))
}

// enqueue adds a job in the transaction that makes it necessary.
func (s *Service) enqueue(ctx context.Context, tx pgx.Tx, args river.JobArgs, wait time.Duration) error {
	var opts *river.InsertOpts
	if wait > 0 {
		opts = &river.InsertOpts{ScheduledAt: time.Now().Add(wait)}
	}
	if _, err := s.river.InsertTx(ctx, tx, args, opts); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// soon starts an effect by a timer of this process after a short wait. It only
// saves time: the row in the database is what makes it certain.
func (s *Service) soon(key string, wait time.Duration) {
	if wait > 10*time.Second {
		return
	}
	time.AfterFunc(wait+5*time.Millisecond, func() {
		s.aside("effect", func(ctx context.Context) error { return s.perform(ctx, key) })
	})
}

// aside runs f beside the queue, a few at once, until Run ends.
func (s *Service) aside(what string, f func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return
	}
	ctx, finish := s.ctx, s.finish
	s.beside.Go(func() {
		if s.nudges.Acquire(ctx, 1) != nil {
			return
		}
		defer s.nudges.Release(1)
		// What was begun is finished, as jobs of the queue are.
		if err := f(finish); err != nil {
			s.log.Warn("work beside the queue; it is tried again", "what", what, "error", err)
		}
	})
}
