package jobs_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/cards"
	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// Slack is away for seventeen hours while cards, decisions and lines pile up; the
// hours are virtual, the limits are those of a shop. One e-mail says so within ten
// minutes; when Slack is back a card tells what happened, before everything else;
// what expired meanwhile has no button; each message comes once.
func TestOutageIsToldAndSurvived(t *testing.T) {
	t.Parallel()
	approved := fault.Rounds(20, 1250) // each with its card and two lines
	added := approved                  // cards that are made meanwhile: 5,000 things in the long form
	tally := fault.Count(t, "Slack is away for 17 hours while cards and lines pile up", 0)
	var clock jumpy
	s := open(t, approved, func(c *jobs.Config) {
		c.NoticeTo, c.Lease, c.Now = "owner@shop.example", time.Duration(fault.Rounds(1, 4))*time.Second, clock.now
		c.Policy.Approval.Expiry, c.Policy.StaleDefault = 12*time.Hour, 48*time.Hour
	})
	open := s.check("before")
	s.idle()

	var back atomic.Bool
	var order []string
	s.desk.mu.Lock()
	s.desk.fail = func(call, key string) (error, bool) {
		if !back.Load() {
			return errors.New("connection refused"), false
		}
		if call != "find" {
			order = append(order, key)
		}
		return nil, false
	}
	s.desk.mu.Unlock()
	for _, p := range open {
		s.click("UA", plan.Approve, p)
	}
	s.until("the clicks are acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
	s.until("the letters have left", func() bool {
		return s.number(`select count(*) from effect where kind = 'mail.order' and state = 'done'`) == approved
	})
	s.until("the outage is known", func() bool { return s.number(`select count(*) from switch where name = 'slack-away'`) == 1 })
	notices := func() int {
		return s.number(`select count(*) from effect where kind = 'mail.notice' and state = 'done'`)
	}
	for tries := 0; notices() == 0 && tries < 60; tries++ {
		s.pass(time.Minute)
		clock.watched(s, 2)
		s.until("a notice that was asked for has left", func() bool {
			return s.number(`select count(*) from effect where kind = 'mail.notice' and state <> 'done'`) == 0
		})
	}
	minutes := s.number(`select extract(epoch from e.updated_at - w.on_since)::int / 60 from effect e, switch w where e.kind = 'mail.notice' and w.name = 'slack-away'`)
	if minutes < 5 || minutes > 10 {
		t.Errorf("the notice left after %d minutes, want 5 to 10", minutes)
	}
	// The shop goes on: more products run short.
	if _, err := s.svc.Import(t.Context(), moreProducts(t, approved, added), nil); err != nil {
		t.Fatal(err)
	}
	late := s.check("meanwhile")
	if len(late) != added {
		t.Fatalf("%d proposals were made meanwhile, want %d", len(late), added)
	}
	waiting := s.number(`select count(*) from effect where kind like 'slack%' and state in ('pending', 'sending')`)
	for hours := range 17 {
		if s.pass(time.Hour); hours%8 == 0 {
			clock.watched(s, 2)
		}
	}
	if n := s.number(`select count(*) from effect where state in ('failed', 'unknown')`); n != 0 {
		t.Errorf("%d things were given up", n)
	}
	back.Store(true)
	s.pass(5 * time.Minute) // the longest time between two tries
	s.idle()

	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	// The first message that gets through ends the outage; the story is the next.
	if len(order) < 2 || !strings.HasPrefix(order[1], "away/") {
		t.Errorf("messages came in the order %v, want the story of the outage second", order[:min(len(order), 5)])
	}
	var story *plan.AwayView
	for _, c := range s.desk.shown {
		if c.Away != nil {
			story = c.Away
		}
	}
	switch {
	case story == nil:
		t.Fatal("no card tells about the outage")
	case story.Cards == 0, story.Expired != added, story.To.Sub(story.From) < 17*time.Hour, !strings.Contains(story.Cause, "connection refused"):
		t.Errorf("the story is %+v", story)
	}
	twice, lost, approvable := 0, 0, 0
	for key, n := range s.desk.posts {
		if n != 1 {
			t.Errorf("message %s stands %d times", key, n)
			twice += n - 1
		}
	}
	for _, p := range slices.Concat(open, late) {
		if s.desk.posts[fmt.Sprintf("restock/%d", p.ID)] == 0 {
			t.Errorf("the card of proposal %d is lost", p.ID)
			lost++
		}
	}
	// What counts is what people see: the button.
	button := func(p plan.Proposal) bool {
		text, err := json.Marshal(cards.Render(s.desk.shown[fmt.Sprintf("restock/%d", p.ID)]).Blocks)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), `"action_id":"approve"`)
	}
	for _, p := range late {
		if button(p) || s.desk.shown[fmt.Sprintf("restock/%d", p.ID)].Restock.Proposal.State != plan.Expired {
			t.Errorf("the card of proposal %d, expired meanwhile, can be approved", p.ID)
			approvable++
		}
	}
	// Two lines were said about each order; they come as one, in their order.
	for _, p := range open {
		said := s.desk.said[fmt.Sprintf("say/restock/%d/v2", p.ID)]
		if strings.Index(said, "approved") > strings.Index(said, "e-mail to the supplier") || !strings.Contains(said, "\n") {
			// The first message that got through may have been one of these lines.
			if key := fmt.Sprintf("say/restock/%d/mail", p.ID); s.desk.said[key] == "" {
				t.Errorf("the thread of proposal %d reads %q", p.ID, said)
				lost++
			}
		}
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	mails := 0
	for key, n := range s.box.letters {
		if strings.HasPrefix(key, "notice/") {
			mails += n
		}
	}
	if mails != 1 {
		t.Errorf("%d notices by e-mail, want 1", mails)
	}
	for name, n := range map[string]int{"cards and lines that waited": waiting, "minutes until the e-mail": minutes, "e-mails that say so": mails,
		"expired meanwhile": len(late), "of them shown as approvable": approvable, "lost": lost, "doubled": twice} {
		tally.Add(name, n)
	}
}

// An outage that ends while its notice is being asked for is not told, and not begun anew.
func TestNoticeOfAnOutageThatEnds(t *testing.T) {
	t.Parallel()
	var clock jumpy
	s := open(t, 1, func(c *jobs.Config) {
		c.NoticeTo, c.NoticeAfter, c.Now = "owner@shop.example", 2*time.Second, clock.now
	})
	s.idle()
	tx, err := s.st.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context()) //nolint:errcheck // after the commit it does nothing
	if err := s.st.InTx(t.Context(), func(tx pgx.Tx) error { return store.BeginOutage(t.Context(), tx, "slack-away", "gone", false) }); err != nil {
		t.Fatal(err)
	}
	if _, err := store.EndOutage(t.Context(), tx, "slack-away"); err != nil {
		t.Fatal(err)
	}
	early := s.number(`select count(*) from effect where kind = 'mail.notice'`) // on a machine that slept in between
	s.until("somebody waits for the end", func() bool {
		return s.number(`select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`) > 0
	})
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.watched(s, 2)
	if n, open := s.number(`select count(*) from effect where kind = 'mail.notice'`)-early, s.number(`select count(*) from switch where name = 'slack-away'`); n != 0 || open != 0 {
		t.Errorf("%d notices of an outage that has ended, %d outages are open", n, open)
	}
}

// pass lets virtual time pass: what waits for a time waits less, what began is older.
// It is one transaction, so that nobody sees an outage that is older than its notice.
func (s *shop) pass(d time.Duration) {
	s.t.Helper()
	err := s.st.InTx(s.t.Context(), func(tx pgx.Tx) error {
		for _, sql := range []string{
			`update switch set on_since = on_since - $1::bigint * interval '1 ms'`,
			`update effect set key = 'notice/away/' || split_part(key, '/', 3)::bigint - $1::bigint where starts_with(key, 'notice/away/')`, // names the outage by its begin
			`update effect set not_before = not_before - $1::bigint * interval '1 ms', created_at = created_at - $1::bigint * interval '1 ms' where state in ('pending', 'sending')`,
			`update proposal set expires_at = expires_at - $1::bigint * interval '1 ms', created_at = created_at - $1::bigint * interval '1 ms',
				body = jsonb_set(body, '{expires_at}', to_jsonb((body->>'expires_at')::timestamptz - $1::bigint * interval '1 ms'))
				where state in ('proposed', 'awaiting_second')`,
		} {
			if _, err := tx.Exec(s.t.Context(), sql, d.Milliseconds()); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A revoked token or an archived channel is told by e-mail at once, and what waits
// is posted when somebody has put it right.
func TestClosedChannelLosesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, 3, func(c *jobs.Config) { c.Backoff, c.NoticeTo = 100*time.Microsecond, "owner@shop.example" })
	var back atomic.Bool
	s.desk.fail = func(string, string) (error, bool) {
		if !back.Load() {
			return fmt.Errorf("chat.postMessage: %w: the channel is archived; unarchive it", jobs.ErrClosed), false
		}
		return nil, false
	}
	s.check("one")
	s.until("the notice has left", func() bool {
		return s.number(`select count(*) from effect where kind = 'mail.notice' and state = 'done'`) == 1
	})
	if n := s.number(`select count(*) from effect where state = 'failed'`); n != 0 {
		t.Errorf("%d messages were given up", n)
	}
	back.Store(true)
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, key := range []string{"overview", "restock/1", "restock/2", "restock/3"} {
		if s.desk.posts[key] != 1 {
			t.Errorf("%s stands %d times, want once", key, s.desk.posts[key])
		}
	}
}

// A message that Slack refuses for good is told on a card, where an approver has it
// tried again or discards it.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	for action, stands := range map[plan.Action]int{plan.RetryDead: 1, plan.DiscardDead: 0} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			s := open(t, 2, nil)
			var fixed atomic.Bool
			s.desk.fail = func(call, key string) (error, bool) {
				if call == "post" && key == "restock/1" && !fixed.Load() {
					return fmt.Errorf("chat.postMessage: %w: invalid_blocks", connectors.ErrPermanent), false
				}
				return nil, false
			}
			s.check("one")
			s.idle()
			dead := func() *plan.DeadView {
				s.desk.mu.Lock()
				defer s.desk.mu.Unlock()
				return s.desk.shown["dead-letters"].Dead
			}
			if v := dead(); v == nil || len(v.Letters) != 1 || v.Letters[0].Key != "card/restock/1" || !strings.Contains(v.Letters[0].Reason, "invalid_blocks") {
				t.Fatalf("the card of dead letters shows %+v", v)
			}
			fixed.Store(true)
			press := func(user string) (key string) {
				key = fmt.Sprintf("press-%s-%s", action, user)
				if err := s.svc.Click(t.Context(), jobs.Click{Key: key, Team: "T1", User: user, Action: action}); err != nil {
					t.Fatal(err)
				}
				s.idle()
				return key
			}
			if got := s.answer(press("UX")); !strings.Contains(got, "approver") {
				t.Errorf("somebody without rights was answered %q", got)
			}
			press("UA")
			if v := dead(); len(v.Letters) != 0 || !strings.Contains(v.Settled, "by ua") {
				t.Errorf("after the click the card shows %+v", v)
			}
			if got := s.answer(press("UB")); !strings.Contains(got, "already") {
				t.Errorf("the second click was answered %q", got)
			}
			s.desk.mu.Lock()
			defer s.desk.mu.Unlock()
			if n := s.desk.posts["restock/1"]; n != stands {
				t.Errorf("the refused card stands %d times, want %d", n, stands)
			}
			if s.desk.posts["restock/2"] != 1 {
				t.Error("the other card was held up")
			}
		})
	}
}

// Slack answers 200 messages with "too many, wait": none is lost, none is sent
// before its time, the order in the channel is kept, and another channel goes on.
func TestTooMany(t *testing.T) {
	t.Parallel()
	wait := 20 * time.Millisecond
	if fault.Long() {
		wait = 30 * time.Second
	}
	n := 40
	var clock jumpy // its hours pass for the database with pass
	tally := fault.Count(t, "messages answered with 429 and a time to wait", 0)
	s := open(t, n, func(c *jobs.Config) {
		c.ReadSettings = func(text string, c *jobs.Config) error { c.Channel = text; return nil }
		c.Lease, c.Now = time.Second, clock.now
	})
	var mu sync.Mutex
	var order []string
	calls, refused, early, elsewhere := 0, 0, 0, 0
	var notBefore time.Time
	s.desk.mu.Lock()
	s.desk.channelFail = func(channel, key string) error {
		mu.Lock()
		defer mu.Unlock()
		if channel != "C1" {
			if refused < 200 {
				elsewhere++
			}
			return nil
		}
		now := clock.now()
		if now.Before(notBefore) {
			early++
		}
		if calls++; refused < 200 && calls%7 != 0 {
			refused++
			notBefore = now.Add(wait)
			return &jobs.RetryAfter{After: wait, Err: errors.New("ratelimited")}
		}
		order = append(order, key)
		return nil
	}
	s.desk.mu.Unlock()
	s.check("one")
	// The settings name another channel: what is new goes there and does not wait.
	err := s.st.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := store.AddSettings(t.Context(), tx, store.SettingsVersion{By: "test", Source: store.FromImport, Body: "C2"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.exec(`update proposal set state = 'withdrawn' where id = 1`)
	s.check("two")
	for left := true; left && fault.Long(); {
		mu.Lock()                                      // nothing is refused while time passes
		clock.ahead.Add(int64(wait*2/3 - time.Second)) // the first time too short, the second time enough
		s.pass(wait*2/3 - time.Second)
		left = s.number(`select count(*) from effect where state in ('pending', 'sending')`) > 0
		mu.Unlock()
		clock.watched(s, 2)
	}
	s.idle()
	mu.Lock()
	defer mu.Unlock()
	if refused != 200 || early > 0 || elsewhere == 0 {
		t.Errorf("%d messages were refused, %d sent before their time, %d went on elsewhere", refused, early, elsewhere)
	}
	want := []string{"overview"}
	for _, key := range order {
		if strings.HasPrefix(key, "restock/") {
			want = append(want, key)
		}
	}
	if len(order) < n+1 || order[0] != "overview" || !slices.IsSortedFunc(want[1:], func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }) {
		t.Errorf("%d messages in the order %v", len(order), order)
	}
	lost := 0
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for id := range n {
		if s.desk.posts[fmt.Sprintf("restock/%d", id+1)] != 1 {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d cards are lost", lost)
	}
	for name, n := range map[string]int{"answers 429": refused, "messages": len(order), "sent early": early, "lost": lost, "in another channel meanwhile": elsewhere} {
		tally.Add(name, n)
	}
}

// A letter that is not an order's, for example a reminder: when the mail server's
// answer is lost, or it is refused for good, a card asks, and only an approver's
// answer sends it again or lets it be.
func TestLetterTrouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		fail   error
		action plan.Action
		seen   int    // by the mail server
		line   string // in the order's thread at the end
	}{
		{"answer lost, sent again", fmt.Errorf("after the dot: %w", connectors.ErrUncertain), plan.RetryDead, 2, "was sent"},
		{"answer lost, it arrived", fmt.Errorf("after the dot: %w", connectors.ErrUncertain), plan.DiscardDead, 1, "was sent"},
		{"refused, sent again", fmt.Errorf("550: %w", connectors.ErrPermanent), plan.RetryDead, 2, "was sent"},
		{"refused, discarded", fmt.Errorf("550: %w", connectors.ErrPermanent), plan.DiscardDead, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, 1, nil)
			p := s.check("one")[0]
			s.click("UA", plan.Approve, p)
			s.idle()
			s.box.mu.Lock()
			s.box.fail = func(attempt int) error {
				if attempt == 1 {
					return c.fail
				}
				return nil
			}
			s.box.mu.Unlock()
			f := jobs.LetterForm{Key: "form", User: "UA", Proposal: p.ID, Version: s.number(`select version from purchase_order`),
				Kind: plan.LetterKinds[0], Subject: "Where is it?", Body: "Please tell us."}
			if err := s.svc.SendLetter(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			s.idle()
			const key = "letter/form"
			card := func() plan.DeadView {
				s.desk.mu.Lock()
				defer s.desk.mu.Unlock()
				if v := s.desk.shown["trouble/"+key].Dead; v != nil {
					return *v
				}
				return plan.DeadView{}
			}
			if v := card(); v.Effect != key || len(v.Letters) != 1 || !strings.Contains(v.Letters[0].Key, "Where is it?") || v.Doubt != errors.Is(c.fail, connectors.ErrUncertain) {
				t.Fatalf("the card shows %+v", v)
			}
			press := func(user string) string {
				gesture := fmt.Sprintf("press-%s-%s", c.action, user)
				if err := s.svc.Click(t.Context(), jobs.Click{Key: gesture, User: user, Action: c.action, Effect: key}); err != nil {
					t.Fatal(err)
				}
				s.idle()
				return gesture
			}
			if got := s.answer(press("UX")); !strings.Contains(got, "approver") {
				t.Errorf("somebody without rights was answered %q", got)
			}
			press("UA")
			if v := card(); len(v.Letters) != 0 || !strings.Contains(v.Settled, "by ua") {
				t.Errorf("after the click the card shows %+v", v)
			}
			if got := s.answer(press("UB")); !strings.Contains(got, "already") {
				t.Errorf("the second click was answered %q", got)
			}
			s.box.mu.Lock()
			defer s.box.mu.Unlock()
			if n := s.box.letters[key]; n != c.seen {
				t.Errorf("the mail server saw the letter %d times, want %d", n, c.seen)
			}
			s.desk.mu.Lock()
			defer s.desk.mu.Unlock()
			said := ""
			for k, line := range s.desk.said {
				if strings.HasPrefix(k, "say/restock/1/"+key+"-") {
					said = line
				}
			}
			if !strings.Contains(said, c.line) || c.line == "" && said != "" {
				t.Errorf("the thread says %q at the end, want %q", said, c.line)
			}
		})
	}
}

// Slack says that it took some cards, and loses them: ten minutes later they are
// looked for, and posted anew, once. The others are left alone.
func TestLostCardsComeBack(t *testing.T) {
	t.Parallel()
	const n, lose = 20, 5
	tally := fault.Count(t, "Slack says that it took cards, and loses them", 0)
	s := open(t, n, func(c *jobs.Config) { c.Lease = 2 * time.Second }) // it looks twice as often
	s.desk.lose = func(key string) bool { return strings.HasPrefix(key, "restock/") && s.desk.lost < lose }
	s.check("one")
	s.idle()
	waiting := func(age string) int {
		return s.number(`select count(*) from card where posted_at < now() - $1::interval`, age)
	}
	if waiting("0") != n+1 {
		t.Errorf("%d cards are to be looked for, want all of them and the overview", waiting("0"))
	}
	for range 2 { // the second time finds all of them
		s.exec(`update card set posted_at = posted_at - interval '10 minutes'`)
		s.until("the cards were looked for", func() bool { return waiting("10 minutes") == 0 })
		s.idle()
	}
	if waiting("0") != 0 {
		t.Error("some cards are looked for again and again")
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	missing, twice := 0, 0
	for id := range n {
		switch k := s.desk.posts[fmt.Sprintf("restock/%d", id+1)]; {
		case k == 0:
			missing++
		case k > 1:
			twice++
		}
	}
	if missing > 0 || twice > 0 || s.desk.lost != lose {
		t.Errorf("%d cards were lost by Slack; %d are missing at the end, %d stand twice", s.desk.lost, missing, twice)
	}
	for name, k := range map[string]int{"cards": n, "lost by Slack": s.desk.lost, "missing at the end": missing, "doubled": twice} {
		tally.Add(name, k)
	}
}
