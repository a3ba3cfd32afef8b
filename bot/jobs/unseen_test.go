package jobs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// unseen is a shop in which the rule has approved three orders that nobody can see: Slack
// answers refusal to every change of a card until back is called.
func unseen(t *testing.T, refusal error) (s *shop, list []plan.Proposal, back func()) {
	s = again(t, 3, nil)
	s.idle()
	list = s.check("two")
	s.idle()
	s.stop()
	s = reopen(t, s, ruled)
	decided := make(chan struct{}) // Slack goes away after the last decision, as the rule sees it
	s.desk.mu.Lock()
	s.desk.fail = func(call, key string) (error, bool) {
		if call == "update" && strings.HasPrefix(key, "restock/") {
			<-decided
			return refusal, false
		}
		return nil, false
	}
	s.desk.mu.Unlock()
	for _, p := range list {
		if err := s.svc.Offer(t.Context(), p, "two"); err != nil {
			t.Fatal(err)
		}
	}
	s.until("the rule has approved", func() bool {
		return s.number(`select count(*) from purchase_order where body->>'approved_by' = 'rule'`) == len(list)
	})
	close(decided)
	return s, list, func() {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		s.desk.fail = nil
	}
}

// refusedAgain waits until the card that is next was tried once more.
func (s *shop) refusedAgain() {
	s.t.Helper()
	const last = `select max(updated_at)::text from effect where key like 'card/restock/%' and state <> 'done'`
	tried := s.texts(last)[0]
	s.until("a card was tried again", func() bool { return s.texts(last)[0] != tried })
}

// Slack goes away between the rule's decision and its card: the letters wait however long
// that takes. When the card is shown the time to take it back begins; what is taken back
// never leaves, and the rest leaves once.
func TestRuleWaitsToBeSeen(t *testing.T) {
	t.Parallel()
	s, list, back := unseen(t, errors.New("connection refused"))
	before := s.letters()
	for range 3 {
		s.pass(2 * time.Hour) // twice the time to take it back
		s.refusedAgain()
	}
	if n := s.number(`select count(*) from effect e join purchase_order o on e.key = 'mail/' || o.number where o.unseen_from is not null and e.state = 'pending' and e.attempts = 0`); n != 3 || s.letters() != before {
		t.Fatalf("%d letters wait and %d have left while nobody could see why", n, s.letters()-before)
	}
	back()
	s.pass(10 * time.Minute) // the next try comes now
	s.until("the time to take them back begins", func() bool { return s.number(`select count(*) from purchase_order where unseen_from is not null`) == 0 })
	for sql, want := range map[string]int{
		`select count(*) from purchase_order where body->>'approved_by' = 'rule' and (body->>'undo_until')::timestamptz between now() + interval '55 minutes' and now() + interval '1 hour'`: 3,
		`select count(*) from effect where kind = 'mail.order' and state = 'pending' and not_before between now() + interval '55 minutes' and now() + interval '1 hour'`:                     3,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	s.desk.mu.Lock()
	shown := s.desk.shown[fmt.Sprintf("restock/%d", list[0].ID)]
	s.desk.mu.Unlock()
	if o := shown.Restock.Order; o == nil || o.Unseen || time.Until(o.UndoUntil) < 50*time.Minute {
		t.Errorf("the card shows %+v", o)
	}
	s.click("UB", plan.Undo, list[0])
	s.until("one is taken back", func() bool { return s.number(`select count(*) from purchase_order where state = 'cancelled'`) == 1 })
	s.pass(2 * time.Hour)
	s.until("the others leave", func() bool { return s.number(`select count(*) from purchase_order where state = 'sent'`) == 3+2 })
	s.idle()
	if n := s.letters() - before; n != 2 {
		t.Errorf("%d letters left, want 2", n)
	}
	s.eachOnce(3 + 2)
}

// An order can be taken back before its card could be shown; and where Slack refuses the
// card for good and a person discards that, the letters leave after the same time.
func TestRuleUnseenForGood(t *testing.T) {
	t.Parallel()
	s, list, _ := unseen(t, fmt.Errorf("invalid_blocks: %w", connectors.ErrPermanent))
	before := s.letters()
	s.until("the cards are given up", func() bool {
		return s.number(`select count(*) from effect where key like 'card/restock/%' and state = 'failed'`) == 3
	})
	s.click("UB", plan.Undo, list[0])
	s.until("one is taken back", func() bool { return s.number(`select count(*) from purchase_order where state = 'cancelled'`) == 1 })
	s.until("its card, too, is given up", func() bool {
		return s.number(`select count(*) from effect where key like 'card/restock/%' and state = 'failed'`) == 3
	})
	s.pass(2 * time.Hour)
	if n := s.number(`select count(*) from purchase_order where unseen_from is not null`); n != 3 || s.letters() != before {
		t.Fatalf("%d orders are unseen, %d letters have left", n, s.letters()-before)
	}
	if err := s.svc.Click(t.Context(), jobs.Click{Key: "discard", Action: plan.DiscardDead, User: "UA"}); err != nil {
		t.Fatal(err)
	}
	s.until("the time to take them back begins", func() bool { return s.number(`select count(*) from purchase_order where unseen_from is not null`) == 0 })
	s.pass(2 * time.Hour)
	s.until("the others leave", func() bool {
		return s.number(`select count(*) from effect where kind = 'mail.order' and state = 'done'`) == 3+2
	})
	if n := s.letters() - before; n != 2 {
		t.Errorf("%d letters left, want 2", n)
	}
}
