package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
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

// An order of the file of orders can be seen, and whoever asks for more of it is told
// where it is looked after.
func TestFiledOrders(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) { c.Policy.MaxRiskCards = 5 })
	due := core.DayOf(time.Now(), time.UTC) - 8
	supplier := s.texts(`select supplier from supplier`)[0]
	s.feed("open_orders.csv", fmt.Sprintf("order,supplier,sku,location,quantity,due,state\nHP-1041,%s,P0,MAIN,7,%s,ordered\n", supplier, due))
	s.check("one")
	s.idle()
	v, err := s.svc.Orders(t.Context())
	if err != nil || len(v.Filed) != 1 || v.Filed[0].Number != "HP-1041" || v.Filed[0].Units != 7 || v.Filed[0].Due != due {
		t.Fatalf("%+v, %v", v.Filed, err)
	}
	for _, number := range []string{"HP-1041", " hp-1041 "} {
		if _, err := s.svc.Order(t.Context(), number); err == nil || !strings.Contains(err.Error(), "comes from the file open_orders.csv: 7 units are outstanding") {
			t.Errorf("order %q: %v", number, err)
		}
	}
	if _, err := s.svc.WriteLetter(t.Context(), "expedite HP-1041"); err == nil || !strings.Contains(err.Error(), "no letter is written") {
		t.Errorf("letter: %v", err)
	}
	if _, err := s.svc.Order(t.Context(), "HP-1"); err == nil || !strings.Contains(err.Error(), "There is no purchase order") {
		t.Errorf("no order: %v", err)
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, c := range s.desk.shown {
		if c.Risk != nil && c.Risk.Finding.Order == "HP-1041" {
			if !c.Risk.Filed {
				t.Error("the card of the late order leads to a card that is not there")
			}
			return
		}
	}
	t.Error("no card tells that the order is late")
}

// A finding without a card is snoozed without one.
func TestSnoozeMakesNoCard(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil) // no risk cards
	s.check("one")
	s.idle()
	if _, err := s.svc.SnoozeItem(t.Context(), jobs.Click{Key: "snooze", User: "UA", Days: 3}, "P0"); err != nil {
		t.Fatal(err)
	}
	s.until("the finding is snoozed", func() bool { return s.number(`select count(*) from incident where snoozed_until > now()`) == 1 })
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for key := range s.desk.posts {
		if strings.Contains(key, "risk/") {
			t.Errorf("%s was posted", key)
		}
	}
}
