package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/jobs"
	"quartermaster/core"
)

// The digest of a day names what waits, by value, and what runs short; a second
// run on the same day rewrites it in place.
func TestDigest(t *testing.T) {
	t.Parallel()
	s := open(t, 7, nil)
	s.check("one")
	for range 2 {
		if err := s.svc.Digest(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.idle()
	}
	key := "digest/" + core.DayOf(time.Now(), time.UTC).String()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if s.desk.posts[key] != 1 {
		t.Errorf("the digest stands %d times", s.desk.posts[key])
	}
	v := s.desk.shown[key].Digest
	switch {
	case v == nil:
		t.Fatal("no digest")
	case len(v.Waiting) != 5, v.MoreWaiting != 2, len(v.Worst) != 7, v.More != v.Red+v.Yellow-7, v.MoneyAtRisk.Currency != "EUR":
		t.Errorf("the digest says %+v", v)
	}
}

// A proposal that waits is brought to mind once, with the people who can approve
// it; when the order-by date passes the fallback approver is asked, once.
func TestReminderAndEscalation(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := open(t, 1, func(c *jobs.Config) {
		c.Now = func() time.Time { return now }
		c.Policy.Approval.Fallback = []string{"UB"}
		c.Policy.StaleDefault = 1000 * time.Hour
		c.Policy.Approval.Expiry = 500 * time.Hour
	})
	p := s.check("one")[0]
	s.idle()
	lines := func() (out []string) {
		s.idle()
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		for key, text := range s.desk.said {
			if strings.Contains(key, "remind") || strings.Contains(key, "escalate") {
				out = append(out, text)
			}
		}
		return out
	}
	if got := lines(); len(got) != 0 {
		t.Fatalf("reminded at once: %q", got)
	}
	// Why nobody was reminded, or was, is kept with the check and shown.
	because := func(code string, want ...string) {
		t.Helper()
		v, err := s.svc.Quiet(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range v.Reminders {
			if got = append(got, l.Reason); l.What != p.SupplierName {
				t.Errorf("a reminder about %q", l.What)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	s.check("one-more")
	because("", "it waits for less than 24 h")
	because(string(p.Lines[0].SKU), "it waits for less than 24 h")
	// The card is as old as its expiry says; so the clock of the database need not move.
	age := func(d time.Duration, days int) {
		s.exec(`update proposal set expires_at = now() + $2, body = jsonb_set(jsonb_set(body, '{expires_at}', to_jsonb(now() + $2)), '{order_by}', to_jsonb($3::text)) where id = $1`,
			p.ID, 500*time.Hour-d, (core.DayOf(now, time.UTC) + core.Day(days)).String())
	}
	age(25*time.Hour+30*time.Minute, 3)
	for i := range 3 {
		s.check(fmt.Sprintf("later-%d", i))
	}
	if got := lines(); len(got) != 1 || !strings.Contains(got[0], "UA UB") || !strings.Contains(got[0], "25 h") {
		t.Errorf("after a day the thread says %q", got)
	}
	because("", "reminded of already", "the fallback approvers are not asked before 48 h")
	age(49*time.Hour+30*time.Minute, -1)
	for i := range 3 {
		s.check(fmt.Sprintf("latest-%d", i))
	}
	if got := lines(); len(got) != 2 {
		t.Errorf("after two days the thread says %q", got)
	}
	because(string(p.Lines[0].SKU), "reminded of already", "the fallback approvers were asked already")
}
