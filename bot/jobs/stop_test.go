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

// A card that is changed while its effect ends waits for that without holding what the
// end needs: the two cannot block each other.
func TestTouchWaitsForTheEnd(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	p := s.check("one")[0]
	s.idle()
	tx, err := s.st.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	hold := func(sql string) { // as the end of an effect does
		t.Helper()
		if tag, err := tx.Exec(t.Context(), sql); err != nil || tag.RowsAffected() != 1 {
			t.Fatalf("%s: %v, %v", sql, tag, err)
		}
	}
	hold(`select from effect where key = 'card/restock/1' for update`)
	edited := make(chan error, 1)
	go func() {
		_, err := s.svc.SubmitEdit(t.Context(), jobs.EditRequest{Key: "e1", User: "UA", Proposal: p.ID, Version: p.Version, Qty: map[int]int64{0: p.Lines[0].Qty * 2}})
		edited <- err
	}()
	s.until("the edit waits", func() bool {
		return s.number(`select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`) > 0
	})
	hold(`select from card where key = 'restock/1' for update nowait`)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-edited; err != nil {
		t.Error(err)
	}
}
