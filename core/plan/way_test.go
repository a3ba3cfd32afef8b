package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// twoWays is an order of two products, both by air on day 20012 and by sea on 20042.
func twoWays() Order {
	o := orderOf(96, 240, 24, 456)
	for i := range o.Lines {
		l := &o.Lines[i]
		l.SKU, l.Mode, l.Arrival = "23298", core.Air, 20012
		if i > 1 {
			l.SKU = "22083"
		}
		if i%2 == 1 {
			l.Mode, l.Arrival = core.Sea, 20042
		}
	}
	return o
}

func dues(o Order) (out []core.Day) {
	for i := range o.Lines {
		out = append(out, o.progress(i).Due)
	}
	return out
}

// What ships by air leaves the day of what goes by sea alone, and the other way round.
func TestShipsByWay(t *testing.T) {
	const today = core.Day(20010)
	o := twoWays()
	ways := o.OpenWays()
	if len(ways) != 2 || ways[0].Mode != core.Air || !ways[0].Turn || ways[1].Turn || ways[0].Units != 120 || ways[1].Line != 1 {
		t.Fatalf("open ways %+v", ways)
	}
	step := func(e OrderEvent, said string, state OrderState, want ...core.Day) {
		t.Helper()
		e.Day = today
		next, faults := o.Apply(e, today)
		if len(faults) > 0 {
			t.Fatalf("%+v: %s", e, faults[0].Reason)
		}
		got := dues(next)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: line %d is due on %d, want %d", said, i, got[i], want[i])
			}
		}
		if text := e.Tell(o, next); text != said {
			t.Errorf("told %q, want %q", text, said)
		}
		if next.State != state {
			t.Errorf("%s: the order is %s", said, next.State)
		}
		o = next
	}
	move := OrderEvent{Action: OrderShip, Ways: []WayReport{{Line: 0, ETA: 20012}, {Line: 1, ETA: 20050}}}
	step(move, "moved the arrival of order PO-2026-0001; what goes by sea is expected on 2024-11-23 (before: 2024-11-15)", OrderSent, 20012, 20050, 20012, 20050)
	air := OrderEvent{Action: OrderShip, Ways: []WayReport{{Line: 0, ETA: 20012, Ships: true}, {Line: 1, ETA: 20050}}}
	step(air, "reported the part of order PO-2026-0001 that goes by air as shipped", OrderShipped, 20012, 20050, 20012, 20050)
	if ways := o.OpenWays(); !ways[0].Shipped || ways[1].Shipped || !ways[1].Turn {
		t.Errorf("after the air goods left: %+v", ways)
	}
	for i, ready := range []int64{96, 0, 24, 0} {
		if got := o.ReadyUnits(i, today); got != ready {
			t.Errorf("line %d: %d units are ready to be received, want %d", i, got, ready)
		}
	}
	if o.ReadyUnits(1, 20049) != 0 || o.ReadyUnits(1, 20050) != 240 {
		t.Error("goods are ready from the day on which they are due")
	}
	sea := OrderEvent{Action: OrderShip, Ways: []WayReport{{Line: 1, ETA: 20051, Ships: true}}}
	step(sea, "reported the part of order PO-2026-0001 that goes by sea as shipped; what goes by sea is expected on 2024-11-24 (before: 2024-11-23)", OrderShipped, 20012, 20051, 20012, 20051)
	one := OrderEvent{Action: OrderMove, Dates: []Dated{{Line: 3, ETA: 20060}}}
	step(one, "recorded what the supplier says about order PO-2026-0001; 22083 (sea) expected on 2024-12-03 (before: 2024-11-24)", OrderShipped, 20012, 20051, 20012, 20060)
}

func TestShipRefusals(t *testing.T) {
	const today = core.Day(20010)
	for want, e := range map[string]OrderEvent{
		"Say what ships":   {Ways: []WayReport{{Line: 0, ETA: 20012}, {Line: 1, ETA: 20042}}},
		"lies before":      {Ways: []WayReport{{Line: 1, ETA: 20009, Ships: true}}},
		"way of line 8":    {Ways: []WayReport{{Line: 7, ETA: 20012}}},
		"The arrival 2024": {Dates: []Dated{{Line: 0, ETA: 20001}}},
	} {
		e.Action, e.Day = OrderShip, today
		next, faults := twoWays().Apply(e, today)
		if len(faults) != 1 || !strings.Contains(faults[0].Reason, want) || next.Version != 1 {
			t.Errorf("%+v: %v, want %q", e, faults, want)
		}
	}
}

func TestLineName(t *testing.T) {
	lines := twoWays().Lines
	if got := LineName(lines, 1); got != "23298 (sea)" {
		t.Errorf("by way: %s", got)
	}
	lines[3].Location = "LEEDS"
	if a, b := LineName(lines, 0), LineName(lines, 3); a != "23298 (MAIN, air)" || b != "22083 (LEEDS)" {
		t.Errorf("by place: %s, %s", a, b)
	}
}

// What was weighed for the quantities proposed is told as such once they are others.
func TestRemarksAfterEdit(t *testing.T) {
	p := Proposal{Lines: twoWays().Lines}
	why := "waiting for sea loses GBP 34.77, air for 96 units costs GBP 29.67 more"
	for i := range p.Lines {
		p.Lines[i].Calc = &replenish.Calculation{Qty: p.Lines[i].Qty, ModeWhy: why, Choice: &replenish.Choice{Known: true, Fast: core.Air, Qty: 96}}
		p.Lines[i].Price = core.Money{Minor: 100, Currency: "GBP"}
	}
	next, wrong := p.Revise(map[int]int64{1: 300}, "U0BEN", core.DefaultPolicy(), time.Unix(0, 0))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	want := []string{"23298: before the edit: " + why + ".", "22083: " + why + "."}
	if diff := cmp.Diff(want, next.Remarks()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Before the letter leaves nothing can have happened to the order at the supplier.
func TestOffersWhileTheLetterWaits(t *testing.T) {
	o := orderOf(100)
	o.State, o.UndoUntil = OrderApproved, time.Unix(0, 0)
	if got := o.Offers(); !slices.Equal(got, []Action{OrderCancel}) {
		t.Errorf("offered while it can be taken back: %v", got)
	}
	o.State = OrderSent
	if got := o.Offers(); len(got) != len(OrderActions) {
		t.Errorf("offered after the letter left: %v", got)
	}
}
