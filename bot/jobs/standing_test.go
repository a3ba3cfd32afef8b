package jobs_test

import (
	"strings"
	"testing"

	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// A risk card asks for what can still be done: it is written anew when its order is
// decided and when the next check finds other numbers, and nobody is told of that.
func TestRiskCardFollowsItsOrder(t *testing.T) {
	t.Parallel()
	s := open(t, 2, func(c *jobs.Config) { c.Policy.MaxRiskCards = 5 })
	shows := func(supplier string) plan.RiskView {
		t.Helper()
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		for _, c := range s.desk.shown {
			if c.Risk != nil && string(c.Risk.Finding.Supplier) == supplier {
				return *c.Risk
			}
		}
		t.Fatalf("no risk card about %s", supplier)
		return plan.RiskView{}
	}
	list := s.check("one")
	s.idle()
	one, two := list[0], list[1]
	if v := shows(string(one.Supplier)); v.Standing.State != plan.Proposed || v.Item.Position.OnOrder != 0 {
		t.Fatalf("an order that waits: %+v, %d on order", v.Standing, v.Item.Position.OnOrder)
	}
	s.click("UA", plan.Approve, one)
	s.click("UB", plan.Reject, two)
	s.idle()
	number := s.texts(`select number from purchase_order`)[0]
	if v := shows(string(one.Supplier)); v.Standing.State != plan.Approved || v.Standing.Order != number || v.Standing.Day != one.Lines[0].Arrival {
		t.Errorf("approved: %+v, want order %s, expected %s", v.Standing, number, one.Lines[0].Arrival)
	}
	if v := shows(string(two.Supplier)); v.Standing.State != plan.Rejected || v.Standing.Day == 0 {
		t.Errorf("rejected: %+v", v.Standing)
	}
	if left := s.check("two"); len(left) != 0 {
		t.Fatalf("%d proposals after both were decided", len(left))
	}
	s.idle()
	if v := shows(string(one.Supplier)); v.Item.Position.OnOrder != one.Lines[0].Qty {
		t.Errorf("after the next check the card says %d on order, want %d", v.Item.Position.OnOrder, one.Lines[0].Qty)
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for key, text := range s.desk.said {
		if strings.HasPrefix(key, "say/risk/") {
			t.Errorf("the thread of a risk card was told %q", text)
		}
	}
}
