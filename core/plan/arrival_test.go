package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

// An order is announced once, within a week of its goods, when the supplier has it.
func TestAnnounce(t *testing.T) {
	shop := core.Shop{Zone: time.UTC}
	p := core.DefaultPolicy()
	p.Quiet = core.QuietHours{From: 22 * 60, To: 7 * 60}
	coming := func(state OrderState, due core.Day) Order {
		return Order{Number: "PO-1", State: state, Lines: []Line{{SKU: "A", Qty: 10, Arrival: due}}}
	}
	night := time.Date(noon.Year(), noon.Month(), noon.Day(), 23, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		order Order
		known bool
		now   time.Time
		want  string
		tell  bool
	}{
		"in a week":          {order: coming(OrderSent, today+7), tell: true, want: "comes on 2026-11-28"},
		"today":              {order: coming(OrderShipped, today), tell: true, want: "comes on 2026-11-21"},
		"later":              {order: coming(OrderConfirmed, today+8), want: "comes on 2026-11-29, in more than 7 days"},
		"late":               {order: coming(OrderConfirmed, today-1), want: "late since 2026-11-20"},
		"again":              {order: coming(OrderSent, today+3), known: true, want: "announced before"},
		"letter not out":     {order: coming(OrderApproved, today+3), want: "the supplier does not have it yet"},
		"letter in doubt":    {order: coming(OrderSendUnknown, today+3), want: "the supplier does not have it yet"},
		"cancelled":          {order: coming(OrderCancelled, today+3), want: "nothing of it is outstanding"},
		"in the quiet hours": {order: coming(OrderSent, today+3), now: night, want: "quiet hours until 07:00"},
	} {
		t.Run(name, func(t *testing.T) {
			now := tt.now
			if now.IsZero() {
				now = noon
			}
			got := Announce([]Order{tt.order}, func(string) bool { return tt.known }, p, shop, now)
			if diff := cmp.Diff([]Announcement{{Order: tt.order, Tell: tt.tell, Reason: tt.want}}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What comes is told by day, without what is here already.
func TestArriving(t *testing.T) {
	o := Order{Lines: []Line{{SKU: "A", Qty: 10, Arrival: today + 5}, {SKU: "B", Qty: 20, Arrival: today + 2}, {SKU: "C", Qty: 5, Arrival: today + 1}},
		Progress: []Progress{{Received: 4, Due: today + 5}, {Due: today + 2}, {Received: 5, Due: today + 1}}}
	want := []ArrivalLine{{SKU: "B", Qty: 20, Due: today + 2}, {SKU: "A", Qty: 6, Due: today + 5}}
	if diff := cmp.Diff(want, o.Arriving()); diff != "" {
		t.Error(diff)
	}
}
