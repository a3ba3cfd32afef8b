package jobs_test

import (
	"context"
	"testing"
	"time"

	"quartermaster/bot/draft"
	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/core/plan"
)

// A program that is stopped while a model thinks about a letter gives the letter back:
// the next one takes it at once instead of waiting for the lease, and it leaves once,
// with the attempt not counted.
func TestStopGivesLettersBack(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 9)
	model := fault.NewModel(t, "", func() fault.Name {
		asked <- struct{}{}
		return fault.Hang
	})
	slow, err := draft.New(draft.Config{BaseURL: model.URL, Model: "fake", Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	long := func(c *jobs.Config) { c.Lease, c.Grace = time.Hour, time.Millisecond }
	s := &shop{t: t, url: pgtest.New(t), desk: newDesk(), box: &postbox{letters: map[string]int{}}, dir: manySuppliers(t, 1), draft: slow}
	s.start(long, true)
	s.click("UA", plan.Approve, s.check("one")[0])
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-asked:
	case <-ctx.Done():
		t.Fatal("the model was not asked")
	}
	s.stop()
	s = reopen(t, s, long)
	s.until("the letter has left", func() bool {
		return s.number(`select count(*) from effect where kind = 'mail.order' and state = 'done'`) == 1
	})
	if n := s.number(`select attempts from effect where kind = 'mail.order'`); n != 1 || len(s.box.letters) != 1 {
		t.Errorf("%d attempts, letters %v", n, s.box.letters)
	}
}
