package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// rounds returns few in a normal run and many in "make chaos".
func rounds(few, many int) int {
	if os.Getenv("QUARTERMASTER_CHAOS") != "" {
		return many
	}
	return few
}

// A cap is not overrun however many approvals come at once: of twice as many as
// fit, exactly those that fit pass.
func TestCapHoldsUnderParallelApprovals(t *testing.T) {
	t.Parallel()
	n := rounds(60, 200)
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
	fault.Record(t, "twice as many approvals at once as a daily cap allows", 0, map[string]int{"approvals": n, "allowed by the cap": n / 2, "passed": s.number(`select count(*) from purchase_order`)})
}

// One approves, one rejects, one approves again and one snoozes, all at the same
// instant: there is one outcome, and an order only where it is an approval.
func TestOpposedDecisionsAtOnce(t *testing.T) {
	t.Parallel()
	n := rounds(50, 1000)
	s := open(t, n, func(c *jobs.Config) { c.Lease = 0 })
	for _, p := range s.check("one") {
		var all sync.WaitGroup
		for _, a := range []plan.Action{plan.Approve, plan.Reject, plan.Snooze} {
			for _, user := range []string{"UA", "UB"} {
				all.Go(func() { s.click(user, a, p) })
			}
		}
		// An edit is decided before Slack gets its answer and so nearly always first:
		// every third card is edited.
		all.Go(func() {
			if p.ID%3 > 0 {
				return
			}
			edit := jobs.EditRequest{Key: fmt.Sprintf("edit-%d", p.ID), User: "UB", Proposal: p.ID, Version: p.Version, Qty: map[int]int64{0: p.Lines[0].Qty + 5}}
			if _, err := s.svc.SubmitEdit(t.Context(), edit); err != nil && !strings.Contains(err.Error(), "changed") && !strings.Contains(err.Error(), "decided") {
				t.Errorf("edit: %v", err)
			}
		})
		all.Wait()
	}
	s.until("every click is acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
	for sql, want := range map[string]int{
		`select count(*) from purchase_order o join proposal p on p.id = o.proposal_id where p.state <> 'approved'`:                             0,
		`select count(*) from proposal p where state = 'approved' and not exists (select from purchase_order where proposal_id = p.id)`:         0,
		`select count(*) from (select proposal_id from decision where outcome = 'allow' and action <> 'edit' group by 1 having count(*) > 1) x`: 0,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if _, err := s.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	fault.Record(t, "approve, reject, snooze and edit the same card at the same instant", 0, map[string]int{
		"cards": n, "orders": s.number(`select count(*) from purchase_order`), "with two outcomes": 0})
}

// Postgres is killed again and again while people approve. Every click that was
// taken has its effect once; one that was refused can be pressed again.
func TestDatabaseKilledUnderApprovals(t *testing.T) {
	t.Parallel()
	kills := rounds(8, 200)
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
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
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
	fault.Record(t, "Postgres is killed while people approve", seed, map[string]int{"kills": kills, "clicks": len(list), "orders": s.number(`select count(*) from purchase_order`), "letters asked about": lost})
}
