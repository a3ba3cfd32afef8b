package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

func TestParseLetterAsk(t *testing.T) {
	day := core.DateDay(2026, 12, 20)
	for text, want := range map[string]LetterAsk{
		"expedite PO-2026-0001":                 {Kind: LetterExpedite, Number: "PO-2026-0001"},
		" Delay  PO-2026-0001 2026-12-20 ":      {Kind: LetterDelay, Number: "PO-2026-0001", Day: day},
		"change PO-2026-0001 2=400 1=0":         {Kind: LetterChange, Number: "PO-2026-0001", Qty: map[int]int64{0: 0, 1: 400}},
		"change PO-2026-0001 2026-12-20 2=400":  {Kind: LetterChange, Number: "PO-2026-0001", Day: day, Qty: map[int]int64{1: 400}},
		"delay PO-2026-0001 20 Dec 2026":        {Kind: LetterDelay, Number: "PO-2026-0001", Day: day},
		"delay PO-2026-0001 December 20, 2026":  {Kind: LetterDelay, Number: "PO-2026-0001", Day: day},
		"delay PO-2026-0001 2026年12月20日":        {Kind: LetterDelay, Number: "PO-2026-0001", Day: day},
		"change PO-2026-0001 2=400 20 Dec 2026": {Kind: LetterChange, Number: "PO-2026-0001", Day: day, Qty: map[int]int64{1: 400}},
		"change PO-2026-0001 2026年12月20日 2=400": {Kind: LetterChange, Number: "PO-2026-0001", Day: day, Qty: map[int]int64{1: 400}},
		"price PO-2026-0001 5%":                 {Kind: LetterPrice, Number: "PO-2026-0001", Wish: 5},
		"price PO-2026-0001":                    {Kind: LetterPrice, Number: "PO-2026-0001"},
		"moq PO-2026-0001 200":                  {Kind: LetterMOQ, Number: "PO-2026-0001", Wish: 200},
		"lead-time PO-2026-0001 30":             {Kind: LetterLead, Number: "PO-2026-0001", Wish: 30},
	} {
		got, err := ParseLetterAsk(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	for text, why := range map[string]string{
		"":                                "kind and the number",
		"expedite":                        "kind and the number",
		"expedit PO-1":                    "did you mean expedite",
		"love PO-1":                       "kinds are expedite, delay",
		"order PO-1":                      "no letter \"order\"",
		"expedite PO-1 soon":              "takes no \"soon\"",
		"delay PO-1 tomorrow":             "no day",
		"delay PO-1 31 Nov 2026":          "no day",
		"delay PO-1 2=3":                  "no day",
		"change PO-1 0=3":                 "LINE=UNITS",
		"change PO-1 1=-3":                "LINE=UNITS",
		"change PO-1 1=3 1=4":             "named twice",
		"price PO-1 91":                   "from 1 to 90",
		"price PO-1 0":                    "from 1 to 90",
		"moq PO-1 5%":                     "from 1 to",
		"lead-time PO-1 1 2":              "takes no \"2\"",
		"price PO-1 99999999999999999999": "from 1 to 90",
	} {
		if _, err := ParseLetterAsk(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", text, err, why)
		}
	}
}

// letterOrder is an order of two lines, agreed for day 100 and day 110.
func letterOrder() Order {
	return Order{Number: "PO-2026-0001", State: OrderConfirmed, OrderedOn: 60, Supplier: core.Supplier{ID: "ACME", Name: "Acme"},
		Lines:    []Line{{SKU: "A", Qty: 500, Arrival: 100}, {SKU: "B", Qty: 300, Arrival: 110}},
		Progress: []Progress{{Received: 200, Due: 100}, {Due: 110}}}
}

func TestNewLetterRefuses(t *testing.T) {
	closed, cancelled := letterOrder(), letterOrder()
	closed.State, closed.Progress = OrderReceived, []Progress{{Received: 500}, {Received: 300}}
	cancelled.State, cancelled.Progress = OrderReceived, []Progress{{Received: 200, Cancelled: 300}, {Cancelled: 300}}
	lines := []core.SupplyLine{{Order: "X", Supplier: "ACME", SKU: "A", OrderedOn: 20, Qty: 100, Stated: 30}}
	for _, tt := range []struct {
		ask   LetterAsk
		order Order
		lines []core.SupplyLine
		why   string // empty: written
	}{
		{LetterAsk{Kind: LetterExpedite}, letterOrder(), nil, ""},
		{LetterAsk{Kind: LetterExpedite}, closed, nil, "nothing is outstanding"},
		{LetterAsk{Kind: LetterDelay, Day: 120}, letterOrder(), nil, ""},
		{LetterAsk{Kind: LetterDelay}, letterOrder(), nil, "name the later day"},
		{LetterAsk{Kind: LetterDelay, Day: 90}, letterOrder(), nil, "name the later day"},
		{LetterAsk{Kind: LetterDelay, Day: 120}, closed, nil, "nothing is delayed"},
		{LetterAsk{Kind: LetterChange, Qty: map[int]int64{0: 300}}, letterOrder(), nil, ""},
		{LetterAsk{Kind: LetterChange, Qty: map[int]int64{0: 500}}, letterOrder(), nil, "say what is to change"},
		{LetterAsk{Kind: LetterChange, Qty: map[int]int64{0: 199}}, letterOrder(), nil, "came already"},
		{LetterAsk{Kind: LetterChange, Qty: map[int]int64{2: 1}}, letterOrder(), nil, "no line 3"},
		{LetterAsk{Kind: LetterChange, Day: 50}, letterOrder(), nil, "in the past"},
		{LetterAsk{Kind: LetterChange, Day: 150}, closed, nil, "cannot be changed"},
		{LetterAsk{Kind: LetterCancel}, cancelled, nil, ""},
		{LetterAsk{Kind: LetterCancel}, letterOrder(), nil, "nothing of it is cancelled"},
		{LetterAsk{Kind: LetterPrice}, letterOrder(), lines, ""},
		{LetterAsk{Kind: LetterPrice}, letterOrder(), nil, "nothing to argue with"},
		{LetterAsk{Kind: LetterLead}, letterOrder(), lines, "no lead time was measured"},
		{LetterAsk{Kind: LetterOrder}, letterOrder(), nil, "no letter"},
	} {
		_, err := NewLetter(tt.ask, tt.order, tt.lines, 105)
		if (err == nil) != (tt.why == "") || err != nil && !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%+v: %v, want %q", tt.ask, err, tt.why)
		}
	}
}

// TestLetterHistory counts a year of one supplier: an order of another supplier, a
// cancelled line, an order too old and an arrival of the future are left out. The
// lead time is weighted by units: (100 x 40 + 300 x 44) / 400 = 43.
func TestLetterHistory(t *testing.T) {
	const today = 1000
	lines := []core.SupplyLine{
		{Order: "1", Supplier: "ACME", SKU: "A", OrderedOn: 700, Qty: 400, Stated: 30, Arrivals: []core.Arrival{{Day: 740, Qty: 100}, {Day: 744, Qty: 300}}},
		{Order: "1", Supplier: "ACME", SKU: "B", OrderedOn: 700, Qty: 50, Cancelled: 50, Stated: 30},
		{Order: "2", Supplier: "ACME", SKU: "A", OrderedOn: 990, Qty: 120, Cancelled: 20, Stated: 30, Arrivals: []core.Arrival{{Day: 1001, Qty: 100}}},
		{Order: "3", Supplier: "ACME", SKU: "A", OrderedOn: today - 365, Qty: 999, Stated: 30},
		{Order: "4", Supplier: "OTHER", SKU: "A", OrderedOn: 900, Qty: 999, Stated: 30},
	}
	l, err := NewLetter(LetterAsk{Kind: LetterLead}, letterOrder(), lines, today)
	want := LetterHistory{Orders: 2, Units: 500, BySKU: map[core.SKU]int64{"A": 500}, Stated: 30, Real: 43, Measured: 2}
	if diff := cmp.Diff(want, l.History); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
