package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// replicas returns the processes of a shop: its own, and two more on the same
// database, with the same people and the same mail server.
func replicas(t *testing.T, s *shop, set func(*jobs.Config)) []*shop {
	t.Helper()
	return []*shop{s, reopen(t, s, set), reopen(t, s, set)}
}

// Two people press Approve on the same card at the same moment, a thousand times, in
// the long form in ten shops, each of three processes: one order and one letter each,
// and the slower one is told who was faster.
func TestTwoApproveAtOnce(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "two people press Approve on the same card at once, each press delivered twice", 0)
	for range fault.Rounds(1, 10) {
		twoApprove(t, tally, fault.Rounds(1000, 1000))
	}
}

func twoApprove(t *testing.T, tally *fault.Tally, cards int) {
	t.Helper()
	ctx := t.Context()
	set := func(c *jobs.Config) { c.Lease, c.Workers = 0, 8 }
	s := open(t, cards, set)
	three := replicas(t, s, set)
	proposals := s.check("test")
	if len(proposals) != cards {
		t.Fatalf("%d open proposals, want %d", len(proposals), cards)
	}
	for _, p := range proposals {
		var both sync.WaitGroup
		for i, user := range []string{"UA", "UB"} {
			both.Go(func() {
				c := jobs.Click{Key: fmt.Sprintf("%d-%s", p.ID, user), Action: plan.Approve, User: user, Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
				for again := range 2 { // each click is delivered twice, to different processes
					if err := three[(int(p.ID)+i+again)%3].svc.Click(ctx, c); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
	}
	s.until("clicks and letters are done", func() bool {
		return s.number(`select count(*) from inbox where done_at is null`)+s.number(`select count(*) from effect where kind = 'mail.order' and state <> 'done'`) == 0
	})
	for sql, want := range map[string]int{
		`select count(*) from purchase_order`:                                    cards,
		`select count(distinct proposal_id) from purchase_order`:                 cards,
		`select count(*) from decision where outcome = 'allow'`:                  cards,
		`select count(*) from inbox`:                                             2 * cards,
		`select count(*) from proposal where state = 'approved'`:                 cards,
		`select count(*) from purchase_order where state = 'sent'`:               cards,
		`select count(*) from effect where kind = 'mail.order' and attempts > 1`: 0,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if doubt := s.eachOnce(cards); doubt != 0 {
		t.Errorf("%d letters are in doubt", doubt)
	}
	s.until("everybody is told", func() bool {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return len(s.desk.answers) == cards
	})
	losers := 0
	s.desk.mu.Lock()
	for key, texts := range s.desk.answers {
		losers++
		if len(texts) != 1 || !strings.Contains(texts[0], "already approved by u") {
			t.Errorf("click %s was answered %q", key, texts)
		}
	}
	s.desk.mu.Unlock()
	if losers != cards {
		t.Errorf("%d people were told that somebody was faster, want %d", losers, cards)
	}
	for name, n := range map[string]int{"cards": cards, "presses": 2 * cards, "letters": s.letters(), "told who was faster": losers} {
		tally.Add(name, n)
	}
	for _, r := range three {
		r.stop()
	}
}

// Twenty people press buttons on the same card at once, each press is delivered
// four times, to any of three processes, and all of it in a shuffled order: one order
// and one letter for each card, one outcome for each press.
func TestTwentyPeople(t *testing.T) {
	t.Parallel()
	cards := fault.Rounds(40, 1000)
	seed := fault.Seed(t)
	tally := fault.Count(t, "twenty people press the same button at once, each press delivered four times, shuffled", seed)
	const people = 20
	set := func(c *jobs.Config) {
		c.Lease, c.Workers = 0, 8
		c.Policy.Approval.Approvers = nil
		for i := range people {
			c.Policy.Approval.Approvers = append(c.Policy.Approval.Approvers,
				core.Approver{User: fmt.Sprintf("U%d", i), Limit: core.Money{Minor: 100_000_000, Currency: "EUR"}})
		}
	}
	s := open(t, cards, set)
	three := replicas(t, s, set)
	var clicks []jobs.Click
	for _, p := range s.check("test") {
		for i := range people {
			user := fmt.Sprintf("U%d", i)
			c := jobs.Click{Key: fmt.Sprintf("%d-%s", p.ID, user), Action: plan.Approve, User: user, Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
			clicks = append(clicks, c, c, c, c)
		}
	}
	rng := rand.New(rand.NewPCG(seed, 4))
	rng.Shuffle(len(clicks), func(i, j int) { clicks[i], clicks[j] = clicks[j], clicks[i] })
	var group errgroup.Group
	group.SetLimit(32)
	for _, c := range clicks {
		to := three[rng.IntN(len(three))]
		group.Go(func() error { return to.svc.Click(t.Context(), c) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	s.idle()
	for sql, want := range map[string]int{
		`select count(*) from purchase_order`:                      cards,
		`select count(distinct proposal_id) from purchase_order`:   cards,
		`select count(*) from decision where outcome = 'allow'`:    cards,
		`select count(*) from inbox`:                               people * cards,
		`select count(*) from proposal where state = 'approved'`:   cards,
		`select count(*) from purchase_order where state = 'sent'`: cards,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	s.eachOnce(cards)
	for name, n := range map[string]int{"cards": cards, "presses": people * cards, "deliveries": len(clicks), "letters": s.letters()} {
		tally.Add(name, n)
	}
}
