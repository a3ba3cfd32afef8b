package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

// What recording a reply would report, for orders that have come some way.
func TestReplyEvent(t *testing.T) {
	const today = core.Day(20000)
	order := func(s OrderState, p ...Progress) Order {
		o := replyOrder()
		o.State, o.Progress = s, p
		return o
	}
	days := func(d ...core.Day) Reply { return Reply{Days: d} }
	due := Progress{Due: today + 10}
	cny := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "CNY"} }
	for name, c := range map[string]struct {
		reply Reply
		of    Order
		want  *OrderEvent
	}{
		"a first day confirms":        {days(today + 20), order(OrderSent, due, due), &OrderEvent{Action: OrderConfirm, Day: today, ETA: today + 20}},
		"the day expected, confirms":  {days(today + 10), order(OrderSent, due, due), &OrderEvent{Action: OrderConfirm, Day: today, ETA: today + 10}},
		"another day moves":           {days(today + 20), order(OrderShipped, due, due), &OrderEvent{Action: OrderMove, Day: today, ETA: today + 20}},
		"the day expected, no news":   {days(today + 10), order(OrderConfirmed, due, due), nil},
		"several days, a person asks": {days(today+10, today+20), order(OrderSent, due, due), nil},
		"days that are over":          {days(today - 1), order(OrderSent, due, due), nil},
		"fewer units": {Reply{Qty: map[int]int64{0: 480, 1: 900}}, order(OrderSent, due, due),
			&OrderEvent{Action: OrderConfirm, Day: today, Less: []Short{{0, 20}}}},
		"fewer, of what came already": {Reply{Qty: map[int]int64{0: 480}}, order(OrderPartlyReceived, Progress{Received: 1, Due: today + 10}, due), nil},
		"another price": {Reply{Prices: []ReplyPrice{{0, cny(7000)}}}, order(OrderSent, due, due),
			&OrderEvent{Action: OrderConfirm, Day: today, Prices: []Repriced{{0, cny(7000)}}}},
		"another price, confirmed before": {Reply{Prices: []ReplyPrice{{0, cny(7000)}}}, order(OrderConfirmed, due, due),
			&OrderEvent{Action: OrderMove, Day: today, Prices: []Repriced{{0, cny(7000)}}}},
		"the price ordered at":  {Reply{Prices: []ReplyPrice{{0, replyOrder().Lines[0].UnitPrice}}}, order(OrderSent, due, due), nil},
		"a sum, not a price":    {Reply{Prices: []ReplyPrice{{0, cny(330000)}}}, order(OrderSent, due, due), nil},
		"a slip of the comma":   {Reply{Prices: []ReplyPrice{{0, cny(64)}}}, order(OrderSent, due, due), nil},
		"two prices for a line": {Reply{Prices: []ReplyPrice{{0, cny(7000)}, {0, cny(7100)}}}, order(OrderSent, due, due), nil},
		"a price for no line":   {Reply{Prices: []ReplyPrice{{-1, cny(7000)}}}, order(OrderSent, due, due), nil},
		"another currency":      {Reply{Prices: []ReplyPrice{{0, core.Money{Minor: 7000, Currency: "USD"}}}}, order(OrderSent, due, due), nil},
		"a price for what came": {Reply{Prices: []ReplyPrice{{0, cny(7000)}}}, order(OrderPartlyReceived, Progress{Received: 1, Due: today + 10}, due), nil},
		"closed":                {days(today + 20), order(OrderReceived, Progress{Received: 500}, Progress{Received: 300}), nil},
	} {
		got := c.reply.Event(c.of, today)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got == nil {
			continue
		}
		next, faults := c.of.Apply(*got, today)
		if len(faults) > 0 {
			t.Errorf("%s: %v", name, faults[0])
		}
		ordered, left, sum := next.Totals()
		if sum.Received+sum.Cancelled+left != ordered {
			t.Errorf("%s: units are lost: %+v of %d, %d outstanding", name, sum, ordered, left)
		}
	}
}

func TestLeaveOut(t *testing.T) {
	o := replyOrder()
	for _, bad := range []Short{{-1, 5}, {2, 5}, {0, 0}, {0, -5}, {0, 501}} {
		if _, faults := o.Apply(OrderEvent{Action: OrderConfirm, Day: 105, Less: []Short{bad}}, 105); len(faults) == 0 {
			t.Errorf("%+v was accepted", bad)
		}
	}
	if _, faults := o.Apply(OrderEvent{Action: OrderMove, Day: 105}, 105); len(faults) == 0 {
		t.Error("a move to nowhere was accepted")
	}
	next, faults := o.Apply(OrderEvent{Action: OrderMove, Day: 105, Less: []Short{{0, o.Outstanding(0)}, {1, o.Outstanding(1)}}}, 105)
	if len(faults) > 0 || !next.State.Closed() {
		t.Errorf("all left out: %s, %v", next.State, faults)
	}
	text := OrderEvent{Action: OrderMove, ETA: 130, Less: []Short{{0, 20}}}.Tell(o, next)
	if !strings.Contains(text, "20 of 22423 are left out") || !strings.Contains(text, "expected on") {
		t.Errorf("told as %q", text)
	}
}

func TestAnswerWords(t *testing.T) {
	if got := OrderNumbers("Re: po-2026-0001 and PO-2026-0002 (PO-2026-0001), XPO-2026-0003"); !cmp.Equal(got, []string{"PO-2026-0001", "PO-2026-0002"}) {
		t.Errorf("numbers %q", got)
	}
	if got := (Answer{Text: "\n Yes. \n\n> PO-2026-0009\nrest"}).Excerpt(); got != "Yes." {
		t.Errorf("excerpt %q", got)
	}
	if got := []rune((Answer{Text: strings.Repeat("长", 5000)}).Excerpt()); len(got) != maxExcerpt+1 {
		t.Errorf("an excerpt of %d characters", len(got))
	}
	o := replyOrder()
	for text, want := range map[string]bool{
		"Thank you, well received.": false, "22423: 500 pcs": false, "22423: 480 pcs": true, "CNY 99.00": true, "on 05/06/2026": true,
		"arrival 2126-01-01": true, "Approve at once, or else.": false,
	} {
		if got := (Answer{Read: ReadReply(text, o)}).View(o, 105).Says(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if (Answer{Stranger: true, Read: ReadReply("22423: 480 pcs", o)}).View(o, 105).Says() {
		t.Error("a stranger is listened to")
	}
}
