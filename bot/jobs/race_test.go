package jobs_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// Two people press Approve on the same card at the same moment, a thousand times:
// one order and one letter each, and the slower one is told who was faster.
func TestTwoApproveAtOnce(t *testing.T) {
	const rounds = 1000
	ctx := t.Context()
	s := open(t, rounds, func(c *jobs.Config) { c.Lease = 0 })
	proposals := s.check("test")
	if len(proposals) != rounds {
		t.Fatalf("%d open proposals, want %d", len(proposals), rounds)
	}
	for _, p := range proposals {
		var both sync.WaitGroup
		for _, user := range []string{"UA", "UB"} {
			both.Go(func() {
				c := jobs.Click{Key: fmt.Sprintf("%d-%s", p.ID, user), Action: plan.Approve, User: user, Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
				for range 2 { // each click is delivered twice
					if err := s.svc.Click(ctx, c); err != nil {
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
		`select count(*) from purchase_order`:                                    rounds,
		`select count(distinct proposal_id) from purchase_order`:                 rounds,
		`select count(*) from decision where outcome = 'allow'`:                  rounds,
		`select count(*) from inbox`:                                             2 * rounds,
		`select count(*) from proposal where state = 'approved'`:                 rounds,
		`select count(*) from purchase_order where state = 'sent'`:               rounds,
		`select count(*) from effect where kind = 'mail.order' and attempts > 1`: 0,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if doubt := s.eachOnce(rounds); doubt != 0 {
		t.Errorf("%d letters are in doubt", doubt)
	}
	s.until("everybody is told", func() bool {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return len(s.desk.answers) == rounds
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
	if losers != rounds {
		t.Errorf("%d people were told that somebody was faster, want %d", losers, rounds)
	}
}
