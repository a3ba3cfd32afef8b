package jobs_test

import (
	"slices"
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

// An approval can be taken back by who gave it until its letter is due: the letter
// never leaves, the units are free, the cap is given back, and the next check asks
// again. Others cannot, and nobody can once it left.
func TestUndo(t *testing.T) {
	t.Parallel()
	undo := time.Hour
	s := open(t, 2, func(c *jobs.Config) { c.Policy.Approval.Undo = undo })
	list := s.check("one")
	if len(list) != 2 {
		t.Fatalf("%d proposals", len(list))
	}
	s.click("UA", plan.Approve, list[0])
	s.until("the order is written", func() bool { return s.number(`select count(*) from purchase_order`) == 1 })
	approved := list[0]
	approved.Version++
	if got := s.answer(s.click("UB", plan.Undo, approved)); !strings.Contains(got, "Only who approved") {
		t.Errorf("another approver was told %q", got)
	}
	if got := s.answer(s.click("UX", plan.Undo, approved)); !strings.Contains(got, "list of approvers") {
		t.Errorf("somebody without rights was told %q", got)
	}
	s.click("UA", plan.Undo, approved)
	s.until("it is taken back", func() bool {
		return s.number(`select count(*) from purchase_order where state = 'cancelled' and body->>'undone_by' = 'UA'`) == 1
	})
	if got := s.answer(s.click("UA", plan.Undo, approved)); !strings.Contains(got, "already") {
		t.Errorf("the second undo was told %q", got)
	}
	for sql, want := range map[string]int{
		`select count(*) from effect where kind = 'mail.order' and state = 'withdrawn' and attempts = 0`: 1,
		`select sum(cancelled) - sum(qty) from purchase_order_line`:                                      0,
		`select count(*) from decision where action = 'undo' and outcome = 'allow'`:                      1,
		`select count(*) from audit where action = 'undo'`:                                               1,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if again := s.check("two"); len(again) != 2 {
		t.Errorf("%d proposals wait after the next check, want both", len(again))
	}
	// A cap of one order lets the same person approve another one now.
	s.stop()
	s = reopen(t, s, func(c *jobs.Config) { c.Policy.Approval.Undo, c.Policy.Approval.DailyCap = 0, list[1].TotalShop })
	s.click("UA", plan.Approve, list[1])
	s.idle()
	if n := s.number(`select count(*) from purchase_order where state = 'sent'`); n != 1 {
		t.Errorf("%d orders were sent", n)
	}
	sent := list[1]
	sent.Version++
	if got := s.answer(s.click("UA", plan.Undo, sent)); !strings.Contains(got, "too late") {
		t.Errorf("an undo after the letter was told %q", got)
	}
	s.eachOnce(1)
}

// Undo against send, two hundred times at the instant at which the letter is due:
// every order is either sent or taken back, never both and never neither.
func TestUndoAgainstSend(t *testing.T) {
	t.Parallel()
	n := fault.Rounds(200, 2000)
	tally := fault.Count(t, "an approval is taken back at the instant at which its letter is due", 0)
	untilRace(t, func(undo time.Duration) bool {
		s := open(t, n, func(c *jobs.Config) { c.Policy.Approval.Undo = undo })
		return raceUndo(t, s, tally, s.byUA(), s.check("one"), 200*time.Millisecond, func() {})
	})
}

// The same where the rule approved: of its orders, too, each is sent or taken back.
func TestUndoAgainstSendByRule(t *testing.T) {
	t.Parallel()
	n := fault.Rounds(30, 1000)
	tally := fault.Count(t, "an approval of the rule is taken back at the instant at which its letter is due", 0)
	untilRace(t, func(undo time.Duration) bool {
		s := again(t, n, nil) // people's letters leave at once
		s.idle()
		list := s.check("two")
		s.stop()
		s = reopen(t, s, func(c *jobs.Config) { ruled(c); c.Policy.Approval.Undo = undo })
		return raceUndo(t, s, tally, func(p plan.Proposal) {
			if err := s.svc.Offer(t.Context(), p, "race"); err != nil {
				t.Fatal(err)
			}
		}, list, 200*time.Millisecond, func() {})
	})
}

// The same while Postgres is killed.
func TestUndoAgainstSendAndCrash(t *testing.T) {
	t.Parallel()
	n := fault.Rounds(60, 500)
	tally := fault.Count(t, "an approval is taken back at the instant at which its letter is due, while Postgres is killed", 0)
	untilRace(t, func(undo time.Duration) bool {
		db := pgtest.Server(t)
		s := openAt(t, db.URL(), n, func(c *jobs.Config) { c.Policy.Approval.Undo = undo })
		return raceUndo(t, s, tally, s.byUA(), s.check("one"), time.Second, func() {
			for range 3 {
				db.Crash()
				db.Start()
				tally.Add("kills", 1)
				time.Sleep(150 * time.Millisecond)
			}
			s.st.Pool().Reset() // the test's own questions meet no dead connection
		})
	})
}

// untilRace gives the letters more time, as long as the machine is too slow for a race:
// then all letters are due before anybody can press.
func untilRace(t *testing.T, race func(undo time.Duration) bool) {
	t.Helper()
	for undo := 2 * time.Second; !race(undo); undo *= 3 {
		if undo > time.Minute {
			t.Fatal("no race between taking back and sending, however long letters wait")
		}
	}
}

// byUA approves by a press of UA.
func (s *shop) byUA() func(plan.Proposal) {
	return func(p plan.Proposal) { s.click("UA", plan.Approve, p) }
}

// raceUndo approves some at a time, presses Undo on each around the instant its
// letter is due, from early before to 40 ms after, and counts how they ended. Some
// at a time, because all must be ordered before the first letter is due. It reports
// whether some were taken back and some were not.
func raceUndo(t *testing.T, s *shop, tally *fault.Tally, approve func(plan.Proposal), list []plan.Proposal, early time.Duration, trouble func()) bool {
	t.Helper()
	before := s.number(`select count(*) from purchase_order`) // sent
	ordered := before
	for some := range slices.Chunk(list, 40) {
		for _, p := range some {
			approve(p)
		}
		ordered += len(some)
		s.until("all are ordered", func() bool { return s.number(`select count(*) from purchase_order`) == ordered })
		var all sync.WaitGroup
		var due time.Time
		for i, p := range some {
			s.until("its time to be taken back runs", func() bool { // a killed server leaves dead connections behind
				return s.st.Pool().QueryRow(t.Context(), `select (body->>'undo_until')::timestamptz from purchase_order where proposal_id = $1 and unseen_from is null`, p.ID).Scan(&due) == nil
			})
			press := due.Add((early+40*time.Millisecond)*time.Duration(i)/time.Duration(len(some)) - early)
			all.Go(func() {
				time.Sleep(time.Until(press))
				c := jobs.Click{Key: "undo-" + string(p.Supplier), Action: plan.Undo, User: "UA", Proposal: p.ID}
				for s.svc.Click(t.Context(), c) != nil { // Slack said that it failed: press again
					time.Sleep(20 * time.Millisecond)
				}
			})
		}
		time.Sleep(time.Until(due) - 100*time.Millisecond)
		trouble()
		all.Wait()
	}
	s.idle()
	undone := s.number(`select count(*) from purchase_order where state = 'cancelled'`)
	doubt := s.number(`select count(*) from purchase_order where state = 'send_unknown'`)
	sent := s.number(`select count(*) from purchase_order where state = 'sent'`) - before
	if sent+undone+doubt != len(list) {
		t.Errorf("%d sent, %d taken back, %d to ask about, of %d", sent, undone, doubt, len(list))
	}
	s.box.mu.Lock()
	left := len(s.box.letters) - before
	s.box.mu.Unlock()
	if left < sent || left > sent+doubt {
		t.Errorf("%d letters left for %d orders sent and %d to ask about", left, sent, doubt)
	}
	for sql, want := range map[string]int{
		`select count(*) from purchase_order o join effect e on e.key = 'mail/' || o.number where (o.state = 'cancelled') <> (e.state = 'withdrawn')`: 0,
		`select count(*) from effect where state = 'withdrawn' and attempts > 0`:                                                                      0,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	s.eachOnce(before + len(list) - undone)
	for name, n := range map[string]int{"orders": len(list), "letters": left, "taken back": undone, "letters asked about": doubt} {
		tally.Add(name, n)
	}
	return undone > 0 && undone < len(list)
}

// One press approves several; each is decided by itself: within the cap, and only
// what is routine.
func TestApproveRoutineTogether(t *testing.T) {
	t.Parallel()
	s := open(t, 4, func(c *jobs.Config) { c.Policy.Approval.RoutineLimit = core.Money{Minor: 1_000_000, Currency: "EUR"} })
	list := s.check("one")
	s.stop()
	s = reopen(t, s, func(c *jobs.Config) {
		c.Policy.Approval.RoutineLimit = list[0].TotalShop
		c.Policy.Approval.DailyCap = core.Money{Minor: 2 * list[0].TotalShop.Minor, Currency: "EUR"}
	})
	if _, err := s.svc.SubmitEdit(t.Context(), jobs.EditRequest{Key: "e", User: "UB", Proposal: list[3].ID, Version: 1, Qty: map[int]int64{0: list[3].Lines[0].Qty - list[3].Lines[0].Pack}}); err != nil {
		t.Fatal(err)
	}
	touched := list[3].Supplier
	list = s.check("two")
	var press []jobs.Click
	for _, p := range list {
		press = append(press, jobs.Click{Key: "all/" + string(p.Supplier), Action: plan.Approve, Routine: true, User: "UA", Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)})
	}
	for range 3 { // delivered three times
		if err := s.svc.ClickAll(t.Context(), press); err != nil {
			t.Fatal(err)
		}
	}
	s.idle()
	if n := s.number(`select count(*) from purchase_order`); n != 2 {
		t.Errorf("%d orders, want the 2 within the cap", n)
	}
	// The cards may be decided in any order: the edited one may come when the cap is
	// spent, and is refused for that.
	capped := s.number(`select count(*) from decision where outcome = 'deny' and reason like '%daily cap%'`)
	edited := s.number(`select count(*) from decision where outcome = 'deny' and reason like '%a person changed it%'`)
	if capped+edited != 2 || capped == 0 {
		t.Errorf("%d were denied for the cap and %d for having been edited, want 2 together", capped, edited)
	}
	if n := s.number(`select count(*) from purchase_order o join proposal p on p.id = o.proposal_id where p.supplier = '` + string(touched) + `'`); n != 0 {
		t.Errorf("the edited card was approved with the others")
	}
	s.eachOnce(2)
}
