package jobs_test

import (
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// The review of a month is posted once, counts what was decided in it, and says which
// settings should be looked at.
func TestMonthlyReview(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	s := open(t, 3, func(c *jobs.Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	now := time.Now().UTC()
	next := time.Date(now.Year(), now.Month()+1, 1, 12, 0, 0, 0, time.UTC)
	list := s.check("one")
	if len(list) < 3 {
		t.Fatalf("%d proposals", len(list))
	}
	s.click("UA", plan.Approve, list[0])
	s.click("UB", plan.Reject, list[1])
	s.idle()
	s.exec(`update proposal set state = 'expired' where id = $1`, list[2].ID)
	if r, err := s.svc.Review(t.Context(), false); err != nil || r.Asked != 0 || !r.Few {
		t.Errorf("the month before has %+v, %v", r, err)
	}
	ahead.Store(int64(time.Until(next)))
	for range 2 {
		if err := s.svc.Monthly(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s.idle()
	p := plan.LastPeriod(core.DayOf(next, time.UTC), false)
	key := "review/" + p.From.String() + "/" + p.To.String()
	if s.desk.posts[key] != 1 || s.desk.shown[key].Review == nil {
		t.Fatalf("posted %d times", s.desk.posts[key])
	}
	r := *s.desk.shown[key].Review
	if r.Asked != 3 || r.AsAsked != 1 || r.Rejected != 1 || r.Expired != 1 || r.Spent.Minor != list[0].TotalShop.Minor {
		t.Errorf("review %+v", r)
	}
	s.exec(`update purchase_order set body = body || '{"undone_by": "UA"}'`)
	if r, err := s.svc.Review(t.Context(), false); err != nil || r.Asked != 2 || r.AsAsked != 0 || r.Spent.Minor != 0 {
		t.Errorf("with the approval taken back: %+v, %v", r, err)
	}
}
