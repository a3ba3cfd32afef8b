package jobs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// ruled lets the rule approve orders up to EUR 100,000, ten times that a week, with an
// hour to take them back.
func ruled(c *jobs.Config) {
	c.Policy.Approval.AutoLimit = core.Money{Minor: 10_000_000, Currency: "EUR"}
	c.Policy.Approval.AutoCap = core.Money{Minor: 100_000_000, Currency: "EUR"}
	c.Policy.Approval.Undo = time.Hour
}

// again is a shop of n suppliers in which a person has approved an order from each, and
// customers have ordered so much since that each needs another.
func again(t testing.TB, n int, set func(*jobs.Config)) *shop {
	t.Helper()
	s := open(t, n, set)
	s.onceMore()
	return s
}

// onceMore has a person approve all that waits, and customers order more.
func (s *shop) onceMore() {
	s.t.Helper()
	before := s.number(`select count(*) from purchase_order`)
	list := s.check("first")
	for _, p := range list {
		s.click("UA", plan.Approve, p)
	}
	s.until("all are ordered", func() bool { return s.number(`select count(*) from purchase_order`) == before+len(list) })
	s.exec(`update stock_level set committed = committed + 60`)
}

// askedWhy is why a person is asked about the proposals that wait.
func (s *shop) askedWhy() []string {
	return s.texts(`select distinct asked_why from proposal where state = 'proposed' order by 1`)
}

// The rule approves what a person approved before, by the way of a person's approval:
// the letter waits, every approver may take it back, and then a person is asked.
func TestRule(t *testing.T) {
	t.Parallel()
	s := open(t, 2, ruled)
	s.check("one")
	if got := s.askedWhy(); len(got) != 2 || !strings.HasSuffix(got[0], " has approved P0 by sea for MAIN from this supplier yet") {
		t.Fatalf("asked because %q", got)
	}
	s.onceMore()
	if len(s.check("two")) != 2 {
		t.Fatal("nothing is needed")
	}
	s.until("the rule has approved", func() bool { return s.number(`select count(*) from purchase_order`) == 4 })
	s.idleClicks()
	for sql, want := range map[string]int{
		`select count(*) from purchase_order where body->>'approved_by' = 'rule' and state = 'approved'`:                                              2,
		`select count(*) from effect where kind = 'mail.order' and state = 'pending' and attempts = 0 and not_before > now() + interval '50 minutes'`: 4,
		`select count(*) from decision where usr = 'rule' and outcome = 'allow' and reason like '%is within the limit of EUR 100,000.00%'`:            2,
		`select count(*) from audit where actor = 'rule' and action = 'approve' and body::jsonb ? 'settings'`:                                         2,
		`select count(*) from inbox where key like 'rule/%' and outcome = 'approve'`:                                                                  2,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	row, err := store.Proposal(t.Context(), s.st.Pool(), int64(s.number(`select max(id) from proposal`)))
	if err != nil {
		t.Fatal(err)
	}
	s.until("the thread says so", func() bool {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return strings.HasPrefix(s.desk.said[fmt.Sprintf("say/restock/%d/v2", row.ID)], "Approved by rule: EUR ")
	})
	if got := s.answer(s.click("UX", plan.Undo, row.Proposal)); !strings.Contains(got, "list of approvers") {
		t.Errorf("somebody without rights was told %q", got)
	}
	s.ruleReported(plan.RuleWeek{Orders: 4, ByRule: 2, Spent: core.Money{Minor: 2 * row.TotalShop.Minor, Currency: "EUR"}, Limit: core.Money{Minor: 100_000_000, Currency: "EUR"}})
	s.click("UB", plan.Undo, row.Proposal)
	s.until("it is taken back", func() bool {
		return s.number(`select count(*) from purchase_order where state = 'cancelled' and body->>'undone_by' = 'UB'`) == 1
	})
	left := plan.RuleWeek{Orders: 3, ByRule: 1, Spent: row.TotalShop, Limit: core.Money{Minor: 100_000_000, Currency: "EUR"}}
	s.ruleReported(left)
	// An order that is cancelled later was approved all the same: it counts, and so does
	// its amount.
	s.exec(`update purchase_order set state = 'cancelled' where body->>'approved_by' = 'rule' and state = 'approved'`)
	s.ruleReported(left)
	s.exec(`update purchase_order set state = 'approved' where body->>'approved_by' = 'rule' and state = 'cancelled' and body->>'undone_by' is null`)
	if list := s.check("three"); len(list) != 1 {
		t.Fatalf("%d proposals", len(list))
	}
	s.idleClicks()
	if got := s.askedWhy(); len(got) != 1 || !strings.HasPrefix(got[0], fmt.Sprintf("the last word of a person on %s was no, on ", row.Lines[0].SKU)) {
		t.Errorf("asked because %q", got)
	}
	s.ordered(4)
	decided, err := store.DecidedBetween(t.Context(), s.st.Pool(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, d := range decided {
		counts[fmt.Sprint(d.State, " ", d.ByRule)]++
	}
	if diff := cmp.Diff(map[string]int{"approved false": 2, "approved true": 1, "rejected true": 1}, counts); diff != "" {
		t.Errorf("a review counts (-want +got)\n%s", diff)
	}
	if err := s.svc.Click(t.Context(), jobs.Click{Key: "forged", Action: plan.Approve, User: plan.ByRule, Proposal: row.ID}); err == nil {
		t.Error("somebody can click as the rule")
	}
}

// ruleReported looks at what the weekly report and the digest say of the rule.
func (s *shop) ruleReported(want plan.RuleWeek) {
	s.t.Helper()
	w, err := s.svc.Week(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.svc.Digest(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	var body []byte
	if err := s.st.Pool().QueryRow(s.t.Context(), `select body->'Rule' from card where key like 'digest/%'`).Scan(&body); err != nil {
		s.t.Fatal(err)
	}
	var told plan.RuleWeek
	if err := json.Unmarshal(body, &told); err != nil {
		s.t.Fatal(err)
	}
	if w.Rule == nil || *w.Rule != want || told != want {
		s.t.Errorf("the report says %+v and the digest %+v, want %+v", w.Rule, told, want)
	}
}

// ordered wants so many orders, of whoever.
func (s *shop) ordered(want int) {
	s.t.Helper()
	if n := s.number(`select count(*) from purchase_order`); n != want {
		s.t.Errorf("%d orders, want %d", n, want)
	}
}

// idleClicks waits until every click is acted on; letters may wait.
func (s *shop) idleClicks() {
	s.t.Helper()
	s.until("every click is acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
}

// What a person said last about a product counts: the rule orders nothing that somebody
// has rejected, taken back, cancelled or changed since the last approval, and nothing from
// a key supplier.
func TestRuleHearsPeople(t *testing.T) {
	t.Parallel()
	s := again(t, 8, func(c *jobs.Config) { c.Policy.RejectDays, c.Policy.Approval.Undo = 0, time.Hour })
	list := s.check("two")
	if len(list) != 8 {
		t.Fatalf("%d proposals", len(list))
	}
	s.click("UA", plan.Reject, list[0])
	edit := jobs.EditRequest{Key: "e", User: "UB", Proposal: list[1].ID, Version: list[1].Version, Qty: map[int]int64{0: list[1].Lines[0].Qty + list[1].Lines[0].Pack}}
	if faults, err := s.svc.SubmitEdit(t.Context(), edit); err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	lapsed := jobs.EditRequest{Key: "l", User: "UB", Proposal: list[6].ID, Version: list[6].Version, Qty: map[int]int64{0: list[6].Lines[0].Qty + list[6].Lines[0].Pack}}
	if faults, err := s.svc.SubmitEdit(t.Context(), lapsed); err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	for _, p := range []plan.Proposal{list[2], list[3], list[7]} {
		s.click("UA", plan.Approve, p)
	}
	s.until("three more are ordered", func() bool { return s.number(`select count(*) from purchase_order`) == 11 })
	s.click("UA", plan.Undo, list[2])
	o, err := store.OrderOfProposal(t.Context(), s.st.Pool(), list[3].ID)
	if err != nil {
		t.Fatal(err)
	}
	cancel := jobs.OrderForm{Key: "c", User: "UB", Proposal: o.ProposalID, Version: o.Version, Event: plan.OrderEvent{Action: plan.OrderCancel, Day: o.OrderedOn}}
	if faults, err := s.svc.SubmitOrder(t.Context(), cancel); err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	s.idleClicks()
	s.exec(`update proposal set expires_at = now() - interval '1 minute', body = jsonb_set(body, '{expires_at}', to_jsonb(now() - interval '1 minute')) where id = $1`, list[6].ID)
	// Some of the last order came, and the rest was given up.
	s.exec(`update purchase_order_line l set received = 1, cancelled = qty - 1 from purchase_order o where o.id = l.order_id and o.proposal_id = $1`, list[7].ID)
	s.exec(`update purchase_order set state = 'received', updated_at = now() where proposal_id = $1`, list[7].ID)
	s.stop()
	s = reopen(t, s, func(c *jobs.Config) {
		ruled(c)
		c.Policy.RejectDays, c.Policy.Approval.KeySuppliers = 0, []core.SupplierID{list[5].Supplier}
	})
	s.check("three")
	s.idleClicks()
	if got := s.texts(`select p.supplier from purchase_order o join proposal p on p.id = o.proposal_id where o.body->>'approved_by' = 'rule'`); len(got) != 1 || got[0] != string(list[4].Supplier) {
		t.Errorf("ordered by rule from %q, want from the fifth supplier alone", got)
	}
	for i, want := range map[int]string{0: "the last word of a person on P0 was no", 1: "a person has dealt with it", 2: "the last word of a person on P2 was no",
		3: "the last word of a person on P3 was no", 5: "Supplier 5 is a key supplier", 6: "the last word of a person on P6 was no", 7: "the last word of a person on P7 was no"} {
		why := strings.Join(s.texts(`select asked_why from proposal where state = 'proposed' and supplier = $1`, list[i].Supplier), "|")
		if !strings.HasPrefix(why, want) {
			t.Errorf("about %s a person is asked because %q, want %q", list[i].Supplier, why, want)
		}
	}
}

// What somebody approved whose limit does not cover the amount asked for now opens no
// door, though another approver's does.
func TestRuleMindsWhoseWord(t *testing.T) {
	t.Parallel()
	s := again(t, 1, nil)
	s.stop()
	s = reopen(t, s, func(c *jobs.Config) { ruled(c); c.Policy.Approval.Approvers[0].Limit.Minor = 100 })
	s.check("two")
	s.idleClicks()
	if got := s.askedWhy(); len(got) != 1 || !strings.HasPrefix(got[0], "nobody who may approve EUR ") {
		t.Errorf("asked because %q", got)
	}
	s.ordered(1)
}

// While nobody can see its cards the rule waits, though a check found an order routine.
func TestRuleWaitsForSlack(t *testing.T) {
	t.Parallel()
	s := again(t, 1, ruled)
	s.idleClicks()
	s.desk.mu.Lock()
	s.desk.fail = func(string, string) (error, bool) { return errors.New("connection refused"), false }
	s.desk.mu.Unlock()
	s.exec(`insert into switch (name, by_whom, reason) values ('slack-away', 'test', 'away') on conflict do nothing`) // as the first failure does
	list := s.check("two")
	if err := s.svc.Offer(t.Context(), list[0], "found before"); err != nil {
		t.Fatal(err)
	}
	s.idleClicks()
	if got := s.askedWhy(); len(got) != 1 || got[0] != "Slack cannot be reached" {
		t.Errorf("asked because %q", got)
	}
	s.ordered(1)
}

// Without the setting nothing is approved, and nothing is said about it.
func TestRuleIsOff(t *testing.T) {
	t.Parallel()
	s := again(t, 1, nil)
	s.check("two")
	s.idle()
	s.ordered(1)
	if w, err := s.svc.Week(t.Context()); err != nil || w.Rule != nil {
		t.Errorf("the weekly report tells of the rule: %+v, %v", w.Rule, err)
	}
	if got := s.askedWhy(); len(got) != 1 || got[0] != "" {
		t.Errorf("asked because %q", got)
	}
	if err := s.svc.Offer(t.Context(), s.check("three")[0], "stale"); err != nil { // it was on when a check ran
		t.Fatal(err)
	}
	s.idle()
	s.ordered(1)
}

// Twelve routine orders, each offered to the rule by three processes at once, as if every
// check had found room for it: the cap of the week holds, and each card is decided once.
func TestRuleCap(t *testing.T) {
	t.Parallel()
	cards := fault.Rounds(12, 200)
	tally := fault.Count(t, "more orders are offered to the rule at once than its cap allows, by three processes", 0)
	s := again(t, cards, func(c *jobs.Config) { ruled(c); c.Lease = 0 })
	s.stop()
	s = reopen(t, s, nil)
	list := s.check("two")
	if len(list) != cards {
		t.Fatalf("%d proposals wait, want %d", len(list), cards)
	}
	s.stop()
	least, fit := list[0].TotalShop, cards/3
	three := replicas(t, s, func(c *jobs.Config) {
		ruled(c)
		c.Lease, c.Workers = 0, 8
		c.Policy.Approval.AutoCap = core.Money{Minor: int64(fit)*least.Minor + least.Minor/2, Currency: "EUR"}
	})[1:]
	three = append(three, reopen(t, s, func(c *jobs.Config) {
		ruled(c)
		c.Lease, c.Workers = 0, 8
		c.Policy.Approval.AutoCap = core.Money{Minor: int64(fit)*least.Minor + least.Minor/2, Currency: "EUR"}
	}))
	var all sync.WaitGroup
	for i, r := range three {
		all.Go(func() {
			for _, p := range list {
				if err := r.svc.Offer(t.Context(), p, fmt.Sprint("process ", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s = three[0]
	s.idleClicks()
	for sql, want := range map[string]int{
		`select count(*) from purchase_order where body->>'approved_by' = 'rule'`:                          fit,
		`select count(*) from decision where usr = 'rule' and outcome = 'allow'`:                           fit,
		`select count(*) from proposal where state = 'proposed' and asked_why like '%above the limit of%'`: cards - fit,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	s.check("three") // and again with what a check finds
	s.idleClicks()
	if n := s.number(`select count(*) from purchase_order where body->>'approved_by' = 'rule'`); n != fit {
		t.Errorf("%d orders by rule after another check, want %d", n, fit)
	}
	tally.Add("cards", cards)
	tally.Add("approved", fit)
}

// The rule and a person decide about the same card at the same instant, the rule in two
// processes: one outcome, at most one order, one letter for it, and a person who was
// slower is told.
func TestRuleAgainstPeople(t *testing.T) {
	t.Parallel()
	cards := fault.Rounds(18, 1000)
	tally := fault.Count(t, "the rule and a person decide about the same card at once", 0)
	set := func(c *jobs.Config) { ruled(c); c.Policy.Approval.Undo, c.Workers = time.Second, 8 }
	s := again(t, cards, set)
	s.idle()
	first := s.letters()
	off := reopen(t, s, nil) // its checks offer nothing to the rule
	list := off.check("two")
	if len(list) != cards {
		t.Fatalf("%d proposals wait, want %d", len(list), cards)
	}
	off.stop()
	other := reopen(t, s, set)
	for i, p := range list {
		var all sync.WaitGroup
		for j, r := range []*shop{s, other} {
			all.Go(func() {
				if err := r.svc.Offer(t.Context(), p, strconv.Itoa(j)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			a := []plan.Action{plan.Approve, plan.Reject, plan.Snooze}[i%3]
			c := jobs.Click{Key: fmt.Sprint("person-", p.ID), Action: a, User: "UB", Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p), Days: 2}
			if err := other.svc.Click(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
	s.idle()
	byRule := s.number(`select count(*) from purchase_order where body->>'approved_by' = 'rule'`)
	byPerson := s.number(`select count(*) from decision where usr = 'UB' and outcome = 'allow'`)
	if byRule+byPerson != cards {
		t.Errorf("%d by rule and %d by a person, of %d", byRule, byPerson, cards)
	}
	orders := s.number(`select count(*) from purchase_order`) - cards
	if orders != s.number(`select count(*) from proposal where state = 'approved'`)-cards || s.letters()-first != orders {
		t.Errorf("%d orders, %d letters", orders, s.letters()-first)
	}
	if n := s.number(`select count(*) from inbox where done_at is null`); n != 0 {
		t.Errorf("%d clicks wait", n)
	}
	s.eachOnce(cards + orders)
	told := 0
	s.desk.mu.Lock()
	for key, texts := range s.desk.answers {
		if !strings.HasPrefix(key, "person-") || len(texts) != 1 || !strings.Contains(texts[0], "already approved by rule") {
			t.Errorf("click %s was answered %q", key, texts)
		}
		told++
	}
	s.desk.mu.Unlock()
	if told != byRule {
		t.Errorf("%d people were told that the rule was faster, which it was %d times", told, byRule)
	}
	for name, n := range map[string]int{"cards": cards, "by rule": byRule, "by a person": byPerson, "letters": s.letters()} {
		tally.Add(name, n)
	}
}
