package plan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
)

func orderOf(qty ...int64) Order {
	o := Order{Number: "PO-2026-0001", ProposalID: 1, State: OrderSent, OrderedOn: 20000, Version: 1}
	for range qty {
		o.Lines = append(o.Lines, Line{SKU: "A", Location: "MAIN", Arrival: 20030})
	}
	for i, n := range qty {
		o.Lines[i].Qty = n
	}
	return o
}

// Every state and every report: where it leads, or why it is refused.
func TestLifecycle(t *testing.T) {
	const day = core.Day(20010)
	all := []OrderState{OrderApproved, OrderSent, OrderDryRun, OrderSendUnknown, OrderSendFailed, OrderConfirmed,
		OrderInProduction, OrderShipped, OrderPartlyReceived, OrderReceived, OrderCancelled}
	leads := map[Action]map[OrderState]OrderState{
		OrderConfirm: {}, OrderProduce: {OrderConfirmed: OrderInProduction},
		OrderShip:   {OrderConfirmed: OrderShipped, OrderInProduction: OrderShipped, OrderShipped: OrderShipped, OrderPartlyReceived: OrderPartlyReceived},
		OrderCancel: {OrderConfirmed: OrderCancelled, OrderInProduction: OrderCancelled, OrderShipped: OrderCancelled, OrderPartlyReceived: OrderReceived},
	}
	for _, s := range all[:5] {
		leads[OrderConfirm][s], leads[OrderProduce][s], leads[OrderShip][s], leads[OrderCancel][s] = OrderConfirmed, OrderInProduction, OrderShipped, OrderCancelled
	}
	for action, to := range leads {
		for _, from := range all {
			o := orderOf(100)
			o.State = from
			switch from {
			case OrderPartlyReceived:
				o.Progress = []Progress{{Received: 40}}
			case OrderReceived:
				o.Progress = []Progress{{Received: 100}}
			case OrderCancelled:
				o.Progress = []Progress{{Cancelled: 100}}
			}
			next, faults := o.Apply(OrderEvent{Action: action, Day: day, ETA: 20040}, 20020)
			want, allowed := to[from]
			switch {
			case allowed && (len(faults) > 0 || next.State != want || next.Version != 2):
				t.Errorf("%s from %s: %s, %v; want %s", action, from, next.State, faults, want)
			case !allowed && (len(faults) != 1 || !strings.Contains(faults[0].Reason, from.Word()) || next.Version != 1):
				t.Errorf("%s from %s: %s, %v; want a refusal that names the state", action, from, next.State, faults)
			case slices.Contains(o.Offers(), action) != allowed:
				t.Errorf("%s is offered for %s: %v", action, from, !allowed)
			}
		}
	}
}

func TestReceiving(t *testing.T) {
	o := orderOf(100, 50)
	apply := func(e OrderEvent) []*OrderFault {
		t.Helper()
		e.Action = OrderReceive
		if e.Day == 0 {
			e.Day = 20010
		}
		next, faults := o.Apply(e, 20020)
		o = next
		return faults
	}
	for _, c := range []struct {
		name  string
		e     OrderEvent
		field Field
		over  bool
		want  string
	}{
		{"nothing", OrderEvent{Lines: []Arrived{{0, 0, 0}}}, FieldOrder, false, "Nothing was received"},
		{"future", OrderEvent{Day: 20021, Lines: []Arrived{{0, 1, 0}}}, FieldDay, false, "future"},
		{"before the order", OrderEvent{Day: 19999, Lines: []Arrived{{0, 1, 0}}}, FieldDay, false, "before the order"},
		{"more damaged than came", OrderEvent{Lines: []Arrived{{0, 1, 2}}}, FieldDamaged, false, "2 damaged"},
		{"negative", OrderEvent{Lines: []Arrived{{0, -1, 0}}}, FieldReceived, false, "-1"},
		{"twice", OrderEvent{Lines: []Arrived{{0, 1, 0}, {0, 1, 0}}}, FieldReceived, false, "twice"},
		{"no such line", OrderEvent{Lines: []Arrived{{2, 1, 0}}}, FieldOrder, false, "no line 3"},
		{"too many", OrderEvent{Lines: []Arrived{{1, 60, 0}}}, FieldReceived, true, "10 more than the 50 outstanding"},
	} {
		faults := apply(c.e)
		if len(faults) == 0 || faults[0].Field != c.field || faults[0].Over != c.over || !strings.Contains(faults[0].Reason, c.want) || o.Version != 1 {
			t.Errorf("%s: %+v", c.name, faults)
		}
	}
	if faults := apply(OrderEvent{Lines: []Arrived{{0, 40, 5}}}); faults != nil || o.State != OrderPartlyReceived || o.Outstanding(0) != 60 {
		t.Fatalf("part: %v, %+v", faults, o)
	}
	if faults := apply(OrderEvent{Over: true, Lines: []Arrived{{0, 60, 0}, {1, 60, 0}}}); faults != nil || o.State != OrderReceived {
		t.Fatalf("more than the rest: %v, %+v", faults, o)
	}
	if _, left, sum := o.Totals(); left != 0 || sum != (Progress{Received: 160, Damaged: 5}) {
		t.Errorf("%d outstanding, %+v", left, sum)
	}
	if _, ok := o.Due(); ok {
		t.Error("a received order has a due day")
	}
}

// Whatever is reported in whatever order: ordered units are received, cancelled
// or outstanding, what came never goes back, the state fits the quantities, and a
// refused report changes nothing.
func TestPositionIsConserved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := orderOf(rapid.SliceOfN(rapid.Int64Range(1, 200), 1, 4).Draw(rt, "ordered")...)
		over := make([]int64, len(o.Lines)) // came beyond what was outstanding
		for range rapid.IntRange(1, 12).Draw(rt, "reports") {
			e := OrderEvent{Action: rapid.SampledFrom(OrderActions).Draw(rt, "action"), Day: 20000 + core.Day(rapid.IntRange(-1, 25).Draw(rt, "day")),
				ETA: core.Day(rapid.SampledFrom([]int{0, 20005, 20050}).Draw(rt, "eta")), Over: rapid.Bool().Draw(rt, "over")}
			for range rapid.IntRange(0, 3).Draw(rt, "lines") {
				e.Lines = append(e.Lines, Arrived{rapid.IntRange(-1, 4).Draw(rt, "line"), rapid.Int64Range(-1, 250).Draw(rt, "came"), rapid.Int64Range(-1, 250).Draw(rt, "damaged")})
			}
			next, faults := o.Apply(e, 20020)
			if len(faults) > 0 {
				if next.Version != o.Version {
					rt.Fatalf("a refused report changed the order: %v", faults)
				}
				continue
			}
			for i, p := range next.Progress {
				was := o.progress(i)
				for _, a := range e.Lines {
					if e.Action == OrderReceive && a.Line == i {
						over[i] += max(0, a.Received-o.Outstanding(i))
						if p.Received != was.Received+a.Received || p.Damaged != was.Damaged+a.Damaged {
							rt.Fatalf("line %d: %+v after %+v and %+v", i, p, was, a)
						}
					}
				}
				if p.Received < was.Received || p.Damaged < was.Damaged || p.Cancelled < was.Cancelled || p.Damaged > p.Received {
					rt.Fatalf("line %d went back: %+v after %+v", i, p, was)
				}
				if got := p.Received - over[i] + p.Cancelled + next.Outstanding(i); got != next.Lines[i].Qty {
					rt.Fatalf("line %d: received %d (%d over) + cancelled %d + outstanding %d = %d, ordered %d",
						i, p.Received, over[i], p.Cancelled, next.Outstanding(i), got, next.Lines[i].Qty)
				}
			}
			_, left, sum := next.Totals()
			switch next.State {
			case OrderReceived:
				if left != 0 || sum.Received == 0 {
					rt.Fatalf("received with %d outstanding and %d received", left, sum.Received)
				}
			case OrderCancelled:
				if left != 0 || sum.Received != 0 {
					rt.Fatalf("cancelled with %d outstanding and %d received", left, sum.Received)
				}
			case OrderPartlyReceived:
				if left == 0 || sum.Received == 0 {
					rt.Fatalf("partly received with %d outstanding and %d received", left, sum.Received)
				}
			default:
				if sum.Received != 0 || sum.Cancelled != 0 {
					rt.Fatalf("%s with %+v", next.State, sum)
				}
			}
			if e.Tell(o, next) == "" || rank[next.State] < rank[o.State] {
				rt.Fatalf("from %s to %s: %q", o.State, next.State, e.Tell(o, next))
			}
			o = next
		}
	})
}

// Approvers and receivers report; only approvers cancel; nobody else does anything.
func TestWhoReports(t *testing.T) {
	policy := byFormula()
	policy.Approval.Approvers = []core.Approver{{User: "UA", Limit: core.Money{Minor: 1, Currency: "EUR"}}}
	policy.Approval.Receivers = []string{"UR", "UG"}
	for _, c := range []struct {
		actor   Actor
		receive bool
		cancel  bool
	}{
		{Actor{User: "UA"}, true, true},
		{Actor{User: "UR"}, true, false},
		{Actor{User: "UX"}, false, false},
		{Actor{User: "UG", Guest: true}, false, false},
		{Actor{User: "UR", Deactivated: true}, false, false},
		{Actor{User: "UR", Foreign: true}, false, false},
		{Actor{User: "UR", Bot: true}, false, false},
		{Actor{}, false, false},
	} {
		for action, want := range map[Action]bool{OrderReceive: c.receive, OrderConfirm: c.receive, OrderShip: c.receive, OrderCancel: c.cancel} {
			if v := DecideOrder(c.actor, action, policy); (v.Outcome == Allow) != want || v.Reason == "" {
				t.Errorf("%+v %s: %+v, want %v", c.actor, action, v, want)
			}
		}
	}
}
