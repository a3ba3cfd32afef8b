package jobs_test

import (
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
)

// jumpy is a clock that can be set, and that counts how often it was looked at.
type jumpy struct{ ahead, looks atomic.Int64 }

func (j *jumpy) now() time.Time {
	j.looks.Add(1)
	return time.Now().Add(time.Duration(j.ahead.Load()))
}

func (j *jumpy) set(to time.Time) { j.ahead.Store(int64(time.Until(to))) }

// watched waits until the processes have looked at the clock so many times more, to
// have found what is due.
func (j *jumpy) watched(s *shop, times int64) {
	s.t.Helper()
	from := j.looks.Load()
	s.until("the clock is looked at", func() bool { return j.looks.Load() >= from+times })
}

// The clock of the machine jumps: two hours back, two days forward, back again and
// a little to and fro, while two processes look for what is due. Each daily slot
// runs once, what was slept through is caught up once and marked, and a slot never
// comes again.
func TestClockJumpsUnderTwoLeaders(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "the clock jumps back and forward under two processes that keep the schedules", 0)
	var clock jumpy
	set := func(c *jobs.Config) {
		c.Now, c.Schedules, c.Lease = clock.now, map[string]string{"check": "0 * * * *"}, 200*time.Millisecond
	}
	s := open(t, 1, set)
	reopen(t, s, set)
	runs := func() int { return s.number(`select count(*) from schedule_run`) }
	hour := time.Now().UTC().Truncate(time.Hour)
	jump := func(to time.Time, want int) {
		t.Helper()
		before := runs()
		clock.set(to)
		if want > 0 {
			s.until("the slot is taken", func() bool { return runs() >= before+want })
		}
		s.until("the runs have ended", func() bool { return s.number(`select count(*) from schedule_run where done_at is null`) == 0 })
		clock.watched(s, 8)
		if got := runs() - before; got != want {
			t.Errorf("the clock went to %s: %d runs, want %d", to.Format("2 Jan 15:04:05"), got, want)
		}
		tally.Add("jumps", 1)
	}
	jump(hour.Add(time.Hour+time.Second), 1)       // the next slot
	jump(hour.Add(-time.Hour), 0)                  // two hours back: nothing comes again
	jump(hour.Add(time.Hour+time.Minute), 0)       // and back to where it was
	jump(hour.Add(49*time.Hour+20*time.Minute), 1) // two days forward: the newest, once
	jump(hour.Add(48*time.Hour), 0)                // NTP thinks otherwise
	jump(hour.Add(49*time.Hour+time.Second), 0)
	jump(hour.Add(50*time.Hour+time.Second), 1) // the next in time
	jump(hour.AddDate(30, 0, 0), 1)             // a broken clock
	jump(hour.Add(50*time.Hour+time.Minute), 0) // mended
	jump(hour.Add(51*time.Hour+time.Second), 1) // goes on as if nothing had been
	if n := s.number(`select count(*) from schedule_run where late and skipped = 47`); n != 1 {
		t.Errorf("%d runs are marked as late for 47 others, want 1", n)
	}
	if n := s.number(`select count(*) from schedule_run where not late`); n != 4 {
		t.Errorf("%d runs are marked as in time, want 4", n)
	}
	const want = 5
	checks := s.number(`select count(*) from audit where action = 'check'`)
	if checks != want || runs() != want {
		t.Errorf("%d checks in %d runs, want %d", checks, runs(), want)
	}
	tally.Add("runs", checks)
	tally.Add("missed", max(want-checks, 0))
	tally.Add("doubled", max(checks-want, 0))
}

// Slots come due one after the other while three processes look: each runs
// once.
func TestLeadersShareNoSlot(t *testing.T) {
	t.Parallel()
	slots := fault.Rounds(40, 500)
	tally := fault.Count(t, "slots come due while three processes look for them", 0)
	var clock jumpy
	set := func(c *jobs.Config) {
		c.Now, c.Schedules, c.Lease = clock.now, map[string]string{"check": "* * * * *"}, 100*time.Millisecond
	}
	s := open(t, 1, set)
	reopen(t, s, set)
	reopen(t, s, set)
	start := time.Now().UTC().Truncate(time.Minute).Add(time.Minute)
	for i := range slots {
		clock.set(start.Add(time.Duration(i)*time.Minute + time.Second))
		s.until("the run has ended", func() bool { return s.number(`select count(*) from schedule_run where done_at is not null`) > i })
	}
	clock.watched(s, 8)
	if n := s.number(`select count(*) from schedule_run`); n != slots {
		t.Errorf("%d runs for %d slots", n, slots)
	}
	if n := s.number(`select count(*) from audit where action = 'check'`); n != slots {
		t.Errorf("%d checks for %d slots", n, slots)
	}
	checks := s.number(`select count(*) from audit where action = 'check'`)
	tally.Add("slots", slots)
	tally.Add("missed", max(slots-checks, 0))
	tally.Add("doubled", max(checks-slots, 0))
}
