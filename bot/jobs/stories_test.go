package jobs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// Above the amount two different people are needed; the first one's second click
// does not count.
func TestSecondApprover(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) { c.Policy.Approval.SecondAbove = core.Money{Minor: 100, Currency: "EUR"} })
	p := s.check("one")[0]
	s.click("UA", plan.Approve, p)
	s.idle()
	p = s.check("two")[0]
	if p.State != plan.AwaitingSecond || p.FirstBy != "UA" {
		t.Fatalf("after one approval the proposal is %s by %q", p.State, p.FirstBy)
	}
	// The card asks those who can still give it.
	s.desk.mu.Lock()
	for _, c := range s.desk.shown {
		if c.Restock != nil && (len(c.Restock.Approvers) != 1 || c.Restock.Approvers[0] != "UB") {
			t.Errorf("the card says that %v can approve", c.Restock.Approvers)
		}
	}
	s.desk.mu.Unlock()
	// The report has it under what waits, not under what was decided.
	if w, err := s.svc.Week(t.Context()); err != nil || w.Waiting != 1 || len(w.Decisions) != 0 {
		t.Errorf("%d wait, %d were decided: %v", w.Waiting, len(w.Decisions), err)
	}
	again := s.click("UA", plan.Approve, p)
	s.idle()
	if got := s.answer(again); !strings.Contains(got, "second") && !strings.Contains(got, "another") {
		t.Errorf("the first approver's second click was answered %q", got)
	}
	if n := s.number(`select count(*) from purchase_order`); n != 0 {
		t.Fatalf("%d orders after one person's approvals", n)
	}
	s.click("UB", plan.Approve, p)
	s.idle()
	if n := s.number(`select count(*) from purchase_order where state = 'sent'`); n != 1 {
		t.Errorf("%d orders sent, want 1", n)
	}
}

// Stock came in between the card and the click: nothing is ordered, the card is
// withdrawn or rewritten, and the person is told why.
func TestApprovalAsksAgainWhenNumbersMoved(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	p := s.check("one")[0]
	s.stock("sku,location,on_hand,committed,backorders\nP0,MAIN,50,0,0\n")
	key := s.click("UA", plan.Approve, p)
	s.idle()
	if got := s.answer(key); !strings.Contains(got, "nothing was ordered") {
		t.Errorf("answered %q", got)
	}
	if n := s.number(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders", n)
	}
	if n := s.number(`select version from proposal where id = $1`, p.ID); n != p.Version+1 {
		t.Errorf("the proposal is at version %d, want %d", n, p.Version+1)
	}
	// The old button is worth nothing any more.
	stale := s.click("UB", plan.Approve, p)
	s.idle()
	if got := s.answer(stale); !strings.Contains(got, "rewritten") && !strings.Contains(got, "nothing was done") {
		t.Errorf("the stale click was answered %q", got)
	}
	// Enough stock: the need is gone.
	s.stock("sku,location,on_hand,committed,backorders\nP0,MAIN,900,0,0\n")
	s.check("two")
	if n := s.number(`select count(*) from proposal where state = 'withdrawn'`); n != 1 {
		t.Errorf("%d proposals are withdrawn, want 1", n)
	}
}

// stock imports a new stock file.
func (s *shop) stock(text string) { s.t.Helper(); s.feed("stock.csv", text) }

// feed imports one new file.
func (s *shop) feed(name, text string) {
	s.t.Helper()
	dir := s.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.svc.Import(s.t.Context(), dir, nil); err != nil {
		s.t.Fatal(err)
	}
}

// A snoozed card is silent until its time and comes back then; an expired one
// cannot be approved and is made anew.
func TestSnoozeAndExpiry(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	p := s.check("one")[0]
	s.click("UA", plan.Snooze, p)
	s.idle()
	if got := s.check("two")[0]; got.State != plan.Snoozed || got.DecidedBy != "UA" {
		t.Fatalf("the proposal is %s by %q", got.State, got.DecidedBy)
	}
	s.exec(`update proposal set body = jsonb_set(body, '{snoozed_until}', to_jsonb(now() - interval '1 minute'))`)
	p = s.check("three")[0]
	if p.State != plan.Proposed {
		t.Fatalf("after the snooze the proposal is %s", p.State)
	}
	s.exec(`update proposal set expires_at = now() - interval '1 minute', body = jsonb_set(body, '{expires_at}', to_jsonb(now() - interval '1 minute'))`)
	key := s.click("UA", plan.Approve, p)
	s.idle()
	if got := s.answer(key); !strings.Contains(got, "expired") {
		t.Errorf("the click on an expired card was answered %q", got)
	}
	next := s.check("four")
	if len(next) != 1 || next[0].ID == p.ID {
		t.Errorf("after expiry the open proposals are %+v", next)
	}
	if n := s.number(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders", n)
	}
}

// A card expires by the clock of the database, however wrong the clock of the process
// is: two hours slow it refuses what has expired, an hour fast it takes what has not.
func TestExpiryByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wrong  time.Duration // the clock of the process
		left   string        // until the card expires
		orders int
	}{
		"slow clock, expired a second ago": {-2 * time.Hour, "-1 second", 0},
		"fast clock, ten minutes left":     {time.Hour, "10 minutes", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var clock jumpy
			s := open(t, 1, func(cfg *jobs.Config) { cfg.Now, cfg.Policy.StaleDefault = clock.now, 48*time.Hour })
			p := s.check("one")[0]
			s.exec(`update proposal set expires_at = now() + $1::interval, body = jsonb_set(body, '{expires_at}', to_jsonb(now() + $1::interval))`, c.left)
			clock.ahead.Store(int64(c.wrong))
			key := s.click("UA", plan.Approve, p)
			s.idle()
			if n, letters := s.number(`select count(*) from purchase_order`), s.letters(); n != c.orders || letters != c.orders {
				t.Fatalf("%d orders and %d letters, want %d: %s", n, letters, c.orders, s.texts(`select reason from decision`))
			}
			if c.orders == 0 {
				if got := s.answer(key); !strings.Contains(got, "expired") {
					t.Errorf("the click was answered %q", got)
				}
			}
		})
	}
}

// Stale data: nothing is proposed, nothing can be approved, and it ends by itself after
// two good checks. At the limit to the minute data is not stale yet.
func TestConservativeMode(t *testing.T) {
	t.Parallel()
	var clock jumpy
	s := open(t, 1, func(c *jobs.Config) { c.Now = clock.now })
	p := s.check("one")[0]
	s.idle()
	approve := func(user, says string, orders int) {
		t.Helper()
		key := s.click(user, plan.Approve, p)
		s.idle()
		if n := s.number(`select count(*) from purchase_order`); n != orders {
			t.Fatalf("%d orders, want %d", n, orders)
		}
		if says != "" && !strings.Contains(strings.ToLower(s.answer(key)), says) {
			t.Errorf("answered %q, want %q in it", s.answer(key), says)
		}
	}
	causes := func() (n int) {
		t.Helper()
		status, err := s.svc.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(status.Conservative)
	}
	clock.ahead.Store(int64(59 * time.Minute))
	if s.check("in time"); causes() != 0 {
		t.Error("data of 59 minutes is called old")
	}
	clock.ahead.Store(int64(61 * time.Minute))
	if got := s.check("two"); len(got) != 1 || got[0].Version != p.Version {
		t.Errorf("in conservative mode the proposals are %+v", got)
	}
	s.idle()
	s.desk.mu.Lock()
	card := s.desk.shown[fmt.Sprintf("restock/%d", p.ID)]
	s.desk.mu.Unlock()
	if len(card.Conservative) == 0 || !strings.Contains(card.Conservative[0].Reason, "old") {
		t.Errorf("the card's banner is %+v", card.Conservative)
	}
	approve("UA", "old", 0)

	clock.ahead.Store(0) // fresh data
	s.check("good once")
	approve("UB", "1 of 2", 0)
	if s.check("good twice"); causes() != 0 {
		t.Error("two good checks did not end conservative mode")
	}
	approve("UA", "", 1)
}

// A broken feed, each in its way: nothing is raised, one matter is told and not one
// per SKU, no approval passes, and after two good checks all is as before. A person
// may say that the data is right.
func TestBrokenFeed(t *testing.T) {
	t.Parallel()
	s := open(t, 8, func(c *jobs.Config) { c.Policy.MaxRiskCards = 20 })
	before := s.check("one")
	s.idle()
	stock := func(rows int, onHand string) (string, string) {
		var text strings.Builder
		text.WriteString("sku,location,on_hand,committed,backorders\n")
		for i := range rows {
			fmt.Fprintf(&text, "P%d,MAIN,%s,0,0\n", i, onHand)
		}
		return "stock.csv", text.String()
	}
	products := func(rows int, price, currency string) (string, string) {
		var text strings.Builder
		text.WriteString("sku,name,category,price,currency,cost,active\n")
		for i := range rows {
			fmt.Fprintf(&text, "P%d,Product %d,,%s,%s,5.00,1\n", i, i, price, currency)
		}
		return "products.csv", text.String()
	}
	for _, c := range []struct {
		name string
		bad  func() (file, text string)
		good func() (file, text string)
		says string
	}{
		{"stock x1000", func() (string, string) { return stock(8, "1000") }, func() (string, string) { return stock(8, "1") }, "8000 units"},
		{"all zeros", func() (string, string) { return stock(8, "0") }, func() (string, string) { return stock(8, "1") }, "nothing is on hand"},
		{"half the SKUs gone", func() (string, string) { return stock(4, "1") }, func() (string, string) { return stock(8, "1") }, "4 rows"},
		{"currency switched", func() (string, string) { return products(8, "10.00", "USD") }, func() (string, string) { return products(8, "10.00", "EUR") }, "USD"},
		{"prices x1000", func() (string, string) { return products(8, "10000.00", "EUR") }, func() (string, string) { return products(8, "10.00", "EUR") }, "typical price"},
		{"prices of zero", func() (string, string) { return products(8, "0", "EUR") }, func() (string, string) { return products(8, "10.00", "EUR") }, "typical price"},
	} {
		cards := s.number(`select count(*) from card where key <> 'overview'`)
		s.feed(c.bad())
		if got := s.check(c.name); len(got) != len(before) || got[0].Version != before[0].Version {
			t.Errorf("%s: the proposals changed: %d open", c.name, len(got))
		}
		s.idle()
		// Whatever was delivered, what people see is the last good data, and is named so.
		if items, err := s.svc.Item(t.Context(), "P0"); err != nil || items[0].Position.OnHand != 1 {
			t.Errorf("%s: %+v, %v; want the one unit of the last good data", c.name, items, err)
		}
		for _, skus := range [][]core.SKU{nil, {"P0"}} {
			snap, err := s.st.LoadSnapshot(t.Context(), core.Shop{Zone: time.UTC, Currency: "EUR"}, time.Now(), skus...)
			if err != nil || snap.Stock[0].OnHand != 1 || snap.Products[0].Price != (core.Money{Minor: 1000, Currency: "EUR"}) {
				t.Errorf("%s: a snapshot holds %+v and %+v, %v", c.name, snap.Stock, snap.Products, err)
			}
		}
		if status, err := s.svc.Status(t.Context()); err != nil || !strings.Contains(strings.Join(status.Conservative, " "), "is used instead") {
			t.Errorf("%s: the status says %q, %v", c.name, status.Conservative, err)
		}
		if n := s.number(`select count(*) from card where key <> 'overview'`); n > cards+1 {
			t.Errorf("%s: %d new cards, want one about the feed", c.name, n-cards)
		}
		if n := s.number(`select count(*) from incident where resolved_at is not null and key not like 'bad-data%'`); n != 0 {
			t.Errorf("%s: %d incidents were called resolved on wrong data: %q", c.name, n, s.texts(`select key from incident where resolved_at is not null`))
		}
		key := s.click("UA", plan.Approve, before[0])
		s.idle()
		if n := s.number(`select count(*) from purchase_order`); n > 0 {
			t.Fatalf("%s: %d orders", c.name, n)
		}
		if got := s.answer(key); !strings.Contains(got, c.says) {
			t.Errorf("%s: an approval was answered %q", c.name, got)
		}
		s.feed(c.good())
		s.check(c.name + ", good once")
		if n := s.number(`select count(*) from good_feed where doubted`); n != 0 {
			t.Errorf("%s: %d feeds are doubted after a good delivery", c.name, n)
		}
		key = s.click("UB", plan.Approve, before[0])
		s.idle()
		if n := s.number(`select count(*) from purchase_order`); n != 0 {
			t.Fatalf("%s: ordered after one good check only: %s", c.name, s.answer(key))
		}
		if s.check(c.name + ", good twice"); s.number(`select count(*) from check_run where id = $1 and summary->'mode'->'causes' is null`, c.name+", good twice") != 1 {
			t.Errorf("%s: two good checks did not end conservative mode", c.name)
		}
	}
	s.click("UA", plan.Approve, s.check("all good")[0])
	s.idle()
	if n := s.number(`select count(*) from purchase_order`); n != 1 {
		t.Error("nothing can be ordered after the trouble")
	}

	// It was no mistake: the goods are there.
	s.feed(stock(8, "1000"))
	s.check("six")
	if err := s.svc.AcceptData(t.Context(), "UA"); err != nil {
		t.Fatal(err)
	}
	if items, err := s.svc.Item(t.Context(), "P0"); err != nil || items[0].Position.OnHand != 1 {
		t.Errorf("before anybody said that it is right: %+v, %v", items, err)
	}
	if got := s.check("seven"); len(got) != 0 {
		t.Errorf("%d proposals although a person said that the stock is there", len(got))
	}
	if n := s.number(`select count(*) from proposal where state = 'withdrawn'`); n != 7 {
		t.Errorf("%d proposals are withdrawn, want 7", n)
	}
}

// What a mail server's trouble leads to depends on whether the letter may have
// left.
func TestMailTrouble(t *testing.T) {
	for _, c := range []struct {
		name  string
		fail  func(attempt int) error
		state string
		sent  int // how often the server saw the letter
	}{
		{"refused twice, then taken", func(n int) error {
			if n <= 2 {
				return errors.New("450 try later")
			}
			return nil
		}, "sent", 3},
		{"answer lost: never again by itself", func(int) error { return fmt.Errorf("after the dot: %w", connectors.ErrUncertain) }, "send_unknown", 1},
		{"refused for good", func(int) error { return fmt.Errorf("550 no such user: %w", connectors.ErrPermanent) }, "send_failed", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, 1, nil)
			s.box.fail = c.fail
			p := s.check("one")[0]
			s.click("UA", plan.Approve, p)
			s.idle()
			if n := s.number(`select count(*) from purchase_order where state = $1`, c.state); n != 1 {
				t.Errorf("no order is in state %s", c.state)
			}
			for key, n := range s.box.letters {
				if n != c.sent {
					t.Errorf("the server saw %s %d times, want %d", key, n, c.sent)
				}
			}
			s.mailSettled(p, c.state, c.sent)
			s.desk.mu.Lock()
			defer s.desk.mu.Unlock()
			if card := s.desk.shown[fmt.Sprintf("restock/%d", p.ID)]; card.Restock == nil || card.Restock.Order == nil || string(card.Restock.Order.State) != "sent" {
				t.Errorf("the card does not show that the letter is settled: %+v", card.Restock)
			}
		})
	}
}

// mailSettled lets people settle a letter in doubt: who may not approve may not,
// "send again" sends it once more, and a second answer comes too late.
func (s *shop) mailSettled(p plan.Proposal, state string, sent int) {
	s.t.Helper()
	if state == "sent" {
		return
	}
	p.Version++ // as approved
	stranger := s.click("UX", plan.MailAgain, p)
	s.idle()
	if got := s.answer(stranger); !strings.Contains(got, "approver") || s.letters() != sent {
		s.t.Errorf("a stranger was answered %q, and the server saw %d letters", got, s.letters())
	}
	s.box.mu.Lock()
	s.box.fail = nil
	s.box.mu.Unlock()
	if state == "send_unknown" {
		s.click("UB", plan.MailSent, p) // the supplier says that it came
		s.idle()
		if s.letters() != sent {
			s.t.Error("a letter that had arrived was sent again")
		}
	} else {
		s.click("UB", plan.MailAgain, p)
		s.idle()
		if s.letters() != sent+1 {
			s.t.Errorf("the server saw %d letters, want %d", s.letters(), sent+1)
		}
	}
	late := s.click("UA", plan.MailAgain, p)
	s.idle()
	if got := s.answer(late); !strings.Contains(got, "settled already") {
		s.t.Errorf("a second answer was answered %q", got)
	}
	if n := s.number(`select count(*) from purchase_order where state = 'sent'`); n != 1 {
		s.t.Errorf("%d orders are settled as sent, want 1", n)
	}
}

// letters returns how many letters the mail server saw.
func (s *shop) letters() (n int) {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	for _, k := range s.box.letters {
		n += k
	}
	return n
}

// Slack takes the card and the answer is lost: it is found by its key. Slack
// refuses for a while: nothing is lost and the order stays.
func TestChatTrouble(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	lost, limited := 0, 0
	s.desk.fail = func(call, key string) (error, bool) {
		switch {
		case call == "post" && strings.HasPrefix(key, "restock/") && lost == 0:
			lost++
			return fmt.Errorf("reset: %w", connectors.ErrUncertain), true
		case call == "say" && limited < 3:
			limited++
			return &jobs.RetryAfter{After: 50 * time.Millisecond, Err: errors.New("ratelimited")}, false
		}
		return nil, false
	}
	p := s.check("one")[0]
	s.click("UA", plan.Approve, p)
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for key, n := range s.desk.posts {
		if n != 1 {
			t.Errorf("message %s stands %d times", key, n)
		}
	}
	if lost != 1 || limited != 3 || len(s.desk.posts) != 4 { // overview, restock card, approval and mail in its thread
		t.Errorf("lost %d, limited %d, messages %v", lost, limited, s.desk.posts)
	}
}

// Slack is away for longer than any patience: nothing is given up, and when it is
// back everything comes in the order in which it happened.
func TestSlackAwayForLong(t *testing.T) {
	t.Parallel()
	s := open(t, 5, func(c *jobs.Config) { c.Backoff = 50 * time.Microsecond })
	var tries atomic.Int64
	var back atomic.Bool
	var order []string
	s.desk.fail = func(call, key string) (error, bool) {
		if !back.Load() {
			tries.Add(1)
			return errors.New("connection refused"), false
		}
		if call == "post" || call == "say" {
			order = append(order, key)
		}
		return nil, false
	}
	for _, p := range s.check("one") {
		s.click("UA", plan.Approve, p)
	}
	s.until("the clicks are acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
	s.until("Slack was tried more often than a letter would be", func() bool { return tries.Load() > 14 })
	if n := s.number(`select count(*) from effect where kind like 'slack%' and state in ('done', 'failed', 'unknown')`); n != 0 {
		t.Errorf("%d messages ended while Slack was away", n)
	}
	if n := s.number(`select count(*) from purchase_order`); n != 5 {
		t.Errorf("%d orders: decisions must not wait for Slack's messages", n)
	}
	back.Store(true)
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for key, n := range s.desk.posts {
		if n != 1 {
			t.Errorf("message %s stands %d times", key, n)
		}
	}
	if len(order) != 16 || order[0] != "overview" { // overview, 5 cards, 2 lines in the thread of each
		t.Errorf("%d messages in the order %v", len(order), order)
	}
	place := map[string]int{}
	for i, key := range order {
		place[key] = i
	}
	for _, id := range []int{1, 2, 3, 4, 5} {
		card, said, mail := fmt.Sprintf("restock/%d", id), fmt.Sprintf("say/restock/%d/v2", id), fmt.Sprintf("say/restock/%d/mail", id)
		if place[card] > place[said] || place[said] > place[mail] {
			t.Errorf("card, decision and mail of proposal %d came at %d, %d, %d", id, place[card], place[said], place[mail])
		}
	}
}

// Somebody deletes the card: it is posted anew.
func TestDeletedCardComesBack(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	gone := 0
	s.desk.fail = func(call, key string) (error, bool) {
		if call == "update" && strings.HasPrefix(key, "restock/") && gone == 0 {
			gone++
			return fmt.Errorf("chat.update: %w", jobs.ErrMessageGone), false
		}
		return nil, false
	}
	p := s.check("one")[0]
	s.idle() // the card stands
	s.click("UA", plan.Reject, p)
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if n := s.desk.posts[fmt.Sprintf("restock/%d", p.ID)]; n != 2 || gone != 1 {
		t.Errorf("the card was posted %d times, want 2", n)
	}
}

// The kill switch stops what has not left yet, without a restart.
func TestKillSwitch(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	p := s.check("one")[0]
	s.idle()
	if err := s.st.SetKillSwitch(t.Context(), true, "test", "wrong prices"); err != nil {
		t.Fatal(err)
	}
	s.click("UA", plan.Approve, p)
	s.until("the click is acted on", func() bool { return s.number(`select count(*) from purchase_order`) == 1 })
	time.Sleep(3 * time.Second) // longer than a sweep: nothing may leave
	if n := len(s.box.letters); n != 0 {
		t.Fatalf("%d letters left while the switch was on", n)
	}
	if text, err := s.st.KillSwitch(t.Context()); err != nil || !strings.Contains(text, "wrong prices") {
		t.Errorf("the switch says %q, %v", text, err)
	}
	if err := s.st.SetKillSwitch(t.Context(), false, "test", ""); err != nil {
		t.Fatal(err)
	}
	s.idle()
	if n := len(s.box.letters); n != 1 {
		t.Errorf("%d letters after the switch was turned off, want 1", n)
	}
}

// The program is told to stop while the mail server and Slack never answer: it
// stops within its grace and not when the calls give up, and the next process asks
// about the letter that may have left.
func TestStopDoesNotWaitForCallsThatHang(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "told to stop while calls to Slack and the mail server hang", 0)
	hang := make(chan struct{}, 100)
	s := open(t, 3, func(c *jobs.Config) { c.Lease, c.Grace = 3*time.Second, 200*time.Millisecond })
	list := s.check("one")
	s.idle()
	s.box.hang = hang
	for _, p := range list {
		s.click("UA", plan.Approve, p)
	}
	for range list {
		<-hang // the letters are on their way
	}
	began := time.Now()
	s.stop()
	tally.Add("ms until it had stopped", int(time.Since(began).Milliseconds()))
	if n := s.letters(); n != 0 {
		t.Fatalf("%d letters were taken", n)
	}
	s.box.hang = nil
	s = reopen(t, s, nil)
	s.idle()
	if n := s.number(`select count(*) from purchase_order where state = 'send_unknown'`); n != len(list) {
		t.Errorf("%d letters are asked about, want %d", n, len(list))
	}
	if n := s.letters(); n != 0 {
		t.Errorf("%d letters were sent again by themselves", n)
	}
	tally.Add("letters asked about", len(list))
}
