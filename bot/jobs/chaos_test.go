package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// A cap is not overrun however many approvals come at once: of twice as many as
// fit, exactly those that fit pass.
func TestCapHoldsUnderParallelApprovals(t *testing.T) {
	t.Parallel()
	n := fault.Rounds(200, 200)
	tally := fault.Count(t, "twice as many approvals at once as a daily cap allows", 0)
	var limit core.Money
	s := open(t, n, func(c *jobs.Config) {
		c.Policy.Approval.DailyCap = core.Money{Minor: 1, Currency: "EUR"} // set below, when the amount is known
		limit = c.Policy.Approval.DailyCap
	})
	list := s.check("one")
	amount := list[0].TotalShop
	for _, p := range list {
		if p.TotalShop != amount {
			t.Fatalf("amounts differ: %s and %s", p.TotalShop, amount)
		}
	}
	s.stop()
	limit.Minor = amount.Minor * int64(n/2)
	s = reopen(t, s, func(c *jobs.Config) { c.Policy.Approval.DailyCap = limit })
	var all sync.WaitGroup
	for _, p := range list {
		all.Go(func() { s.click("UA", plan.Approve, p) })
	}
	all.Wait()
	s.idle()
	if got := s.number(`select count(*) from purchase_order`); got != n/2 {
		t.Errorf("%d approvals of %s passed a cap of %s, want %d", got, amount, limit, n/2)
	}
	if got := s.number(`select count(*) from decision where outcome = 'deny'`); got != n-n/2 {
		t.Errorf("%d were denied, want %d", got, n-n/2)
	}
	passed := len(s.box.letters)
	if passed != n/2 {
		t.Errorf("%d letters left, want %d", passed, n/2)
	}
	for name, n := range map[string]int{"approvals": n, "allowed by the cap": n / 2, "letters that left": passed} {
		tally.Add(name, n)
	}
}

// Two people approve, and reject, snooze and edit the same card a moment later or at
// the same instant, each at one of three processes: there is one outcome, and a letter
// only where it is an approval. Each of them wins sometimes.
func TestOpposedDecisionsAtOnce(t *testing.T) {
	t.Parallel()
	n := 100
	if fault.Long() {
		n = 1000
	}
	seed := fault.Seed(t)
	tally := fault.Count(t, "approve, reject, snooze and edit the same card at nearly the same instant", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	set := func(c *jobs.Config) { c.Lease, c.Workers = 0, 8 }
	s := open(t, n, set)
	three := replicas(t, s, set)
	list := s.check("one")
	var batch sync.WaitGroup
	// An approval takes longest to decide, by how much depends on the machine: its
	// opponents come within the time in which it wins now and then.
	scale, wins := 128*time.Millisecond, 0
	for i, p := range list {
		if i > 0 && i%4 == 0 { // four cards at once
			batch.Wait()
			s.until("every click is acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
			kinds := s.number(`select count(distinct action) from decision where outcome = 'allow'`)
			if i >= 20 && kinds == 4 && !fault.Long() {
				list = list[:i]
				break
			}
			won := s.number(`select count(*) from decision where action = 'approve' and outcome = 'allow'`)
			switch won - wins {
			case 0:
				scale *= 2
			case 2, 3, 4:
				scale /= 2
			}
			wins = won
		}
		press := func(wait time.Duration, f func(at *shop)) {
			at := three[rng.IntN(len(three))]
			batch.Go(func() { time.Sleep(wait); f(at) })
		}
		later := func() time.Duration { return time.Duration(rng.Int64N(int64(scale))) }
		press(0, func(at *shop) { at.click("UA", plan.Approve, p) })
		press(0, func(at *shop) { at.click("UB", plan.Approve, p) })
		press(later(), func(at *shop) { at.click("UA", plan.Reject, p) })
		press(later(), func(at *shop) { at.click("UB", plan.Snooze, p) })
		if p.ID%3 == 0 {
			press(later(), func(at *shop) {
				edit := jobs.EditRequest{Key: fmt.Sprintf("edit-%d", p.ID), User: "UB", Proposal: p.ID, Version: p.Version, Qty: map[int]int64{0: p.Lines[0].Qty + 5}}
				if _, err := at.svc.SubmitEdit(t.Context(), edit); err != nil && !strings.Contains(err.Error(), "changed") && !strings.Contains(err.Error(), "decided") {
					t.Errorf("edit: %v", err)
				}
			})
		}
	}
	batch.Wait()
	s.idle()

	twoOutcomes, mismatched := 0, 0
	left := s.lettersByProposal()
	for _, p := range list {
		won := map[string]int{} // what was allowed; an edit leaves the card open
		rows, err := s.st.Pool().Query(t.Context(), `select action from decision where proposal_id = $1 and outcome = 'allow'`, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		actions, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range actions {
			tally.Add("won by "+a, 1)
			if a != string(plan.Edit) {
				won[a]++
			}
		}
		if len(won) > 1 || won[string(plan.Approve)] > 1 {
			t.Errorf("proposal %d has the outcomes %v", p.ID, won)
			twoOutcomes++
		}
		if left[p.ID] != won[string(plan.Approve)] {
			t.Errorf("proposal %d has the outcomes %v and %d letters left", p.ID, won, left[p.ID])
			mismatched++
		}
	}
	for _, a := range []plan.Action{plan.Approve, plan.Reject, plan.Snooze, plan.Edit} {
		if tally.Of("won by "+string(a)) == 0 {
			t.Errorf("%s never won: nothing was opposed", a)
		}
	}
	if _, err := s.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	for name, n := range map[string]int{"cards": len(list), "letters": len(left), "with two outcomes": twoOutcomes, "letter without approval or approval without letter": mismatched} {
		tally.Add(name, n)
	}
}

// lettersByProposal counts the letters that reached the mail server.
func (s *shop) lettersByProposal() map[int64]int {
	s.t.Helper()
	rows, err := s.st.Pool().Query(s.t.Context(), `select 'mail/' || number, proposal_id from purchase_order`)
	if err != nil {
		s.t.Fatal(err)
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	count := map[int64]int{}
	var key string
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&key, &id}, func() error {
		if n := s.box.letters[key]; n > 0 {
			count[id] += n
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return count
}

// Postgres is killed again and again while people approve. Every click that was
// taken has its effect once; one that was refused can be pressed again.
func TestDatabaseKilledUnderApprovals(t *testing.T) {
	t.Parallel()
	kills := fault.Rounds(8, 200)
	seed := fault.Seed(t)
	tally := fault.Count(t, "Postgres is killed while people approve", seed)
	db := pgtest.Server(t)
	s := openAt(t, db.URL(), 10*kills, nil)
	list := s.check("one")
	pressed := make(chan struct{})
	go func() {
		defer close(pressed)
		for _, p := range list {
			c := jobs.Click{Key: fmt.Sprintf("click-%d", p.ID), Action: plan.Approve, User: "UA", Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
			for s.svc.Click(t.Context(), c) != nil { // Slack said that it failed: press again
				time.Sleep(20 * time.Millisecond)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range kills {
		time.Sleep(time.Duration(50+rng.IntN(300)) * time.Millisecond)
		db.Crash()
		db.Start()
	}
	<-pressed
	s.idle()
	if got := s.number(`select count(*) from purchase_order`); got != len(list) {
		t.Errorf("%d orders, want %d", got, len(list))
	}
	lost := s.eachOnce(len(list))
	for name, n := range map[string]int{"kills": kills, "clicks": len(list), "letters": s.letters(), "letters asked about": lost} {
		tally.Add(name, n)
	}
}
