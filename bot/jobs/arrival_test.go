package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// An order whose goods come within a week is announced once, with who is likely to buy
// them; the card follows the order to the end.
func TestArrivalIsAnnounced(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	p := s.check("one")[0]
	s.click("UA", plan.Approve, p)
	s.idle()
	o, err := store.FindOrder(t.Context(), s.st.Pool(), "1")
	if err != nil {
		t.Fatal(err)
	}
	key := "arrival/" + o.Number
	posts := func() int {
		s.idle()
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return s.desk.posts[key]
	}
	s.exec(`update purchase_order_line set due = current_date + 8`)
	s.exec(`update epoch set n = n + 1`)
	s.check("far")
	if n := posts(); n != 0 {
		t.Fatalf("announced %d times eight days before", n)
	}
	today := core.DayOf(time.Now(), time.UTC)
	because := func(want string) {
		t.Helper()
		for _, code := range []string{"", string(o.Lines[0].SKU)} {
			v, err := s.svc.Quiet(t.Context(), code)
			if err != nil || len(v.Arrivals) != 1 || v.Arrivals[0] != (plan.QuietLine{What: o.Number, Reason: want}) {
				t.Errorf("of %q it is told %+v, %v; want %q", code, v.Arrivals, err, want)
			}
		}
	}
	because(fmt.Sprintf("comes on %s, in more than 7 days", today+8))
	s.exec(`insert into likely_customer (sku, customer_id, probability, due, again) values ($1, 'a', 0.8, current_date, true), ($1, 'b', 0.6, current_date, false)`, o.Lines[0].SKU)
	s.exec(`insert into learned_link (sku, linked_sku, probability, lo, hi, days, support, lift) values ($1, 'OTHER', 0.34, 0.3, 0.4, 60, 100, 3)`, o.Lines[0].SKU)
	s.exec(`update purchase_order_line set due = current_date + 7`)
	s.exec(`update epoch set n = n + 1`)
	s.check("near")
	because(fmt.Sprintf("announced now: comes on %s", today+7))
	s.check("again")
	because("announced before")
	if n := posts(); n != 1 {
		t.Fatalf("announced %d times", n)
	}
	v := s.desk.shown[key].Arrival
	if v == nil || len(v.Lines) != len(o.Lines) || v.Lines[0].Qty != o.Lines[0].Qty || v.Lines[0].Due != today+7 {
		t.Fatalf("card %+v", v)
	}
	if l := v.Lines[0]; l.Likely != 2 || l.Again != 1 || l.With != "OTHER" || l.Share != 0.34 {
		t.Errorf("who buys it: %+v", l)
	}
	if l, left := v.Lines[0], s.number(`select on_hand - committed from stock_level where sku = $1`, o.Lines[0].SKU); l.Left != int64(left) || left == 0 || l.Owed != 0 {
		t.Errorf("%d are left and %d owed, want %d and none", l.Left, l.Owed, left)
	}
	s.report(plan.OrderEvent{Action: plan.OrderShip, ETA: today + 12})
	if due, _ := s.desk.shown[key].Arrival.Order.Due(); due != today+12 {
		t.Errorf("after a new day of arrival the card says %s", due)
	}
	s.exec(`update purchase_order_line set due = current_date - 3`)
	s.exec(`update epoch set n = n + 1`)
	s.check("late")
	s.idle()
	if due, _ := s.desk.shown[key].Arrival.Order.Due(); due != today-3 {
		t.Errorf("the goods are late, and the card says %s", due)
	}
	var all []plan.Arrived
	for i, l := range o.Lines {
		all = append(all, plan.Arrived{Line: i, Received: l.Qty})
	}
	s.report(plan.OrderEvent{Action: plan.OrderReceive, Lines: all})
	if v := s.desk.shown[key].Arrival; v.Order.State != plan.OrderReceived || len(v.Lines) != 0 {
		t.Errorf("after the goods came: %+v", v)
	}
	if n := posts(); n != 1 {
		t.Errorf("posted %d times", n)
	}
}
