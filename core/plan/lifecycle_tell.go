package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
)

// Tell says in one sentence what the event did to the order: before and after.
func (e OrderEvent) Tell(before, after Order) string {
	var text string
	switch e.Action {
	case OrderReceive:
		n, bad := int64(0), int64(0)
		for _, a := range e.Lines {
			n, bad = n+a.Received, bad+a.Damaged
		}
		_, left, _ := after.Totals()
		text = fmt.Sprintf("received %s of order %s on %s", plural(int(n), "unit"), after.Number, e.Day)
		if bad > 0 {
			text += fmt.Sprintf(", %d of them damaged", bad)
		}
		text += fmt.Sprintf("; %d outstanding", left)
	case OrderCancel:
		_, left, _ := before.Totals()
		text = fmt.Sprintf("cancelled what was outstanding of order %s: %s", after.Number, plural(int(left), "unit"))
	case OrderShip:
		text = tellShipped(before, after)
	case OrderMove:
		text = fmt.Sprintf("recorded what the supplier says about order %s", after.Number)
	default:
		text = fmt.Sprintf("reported order %s as %s", after.Number, after.State.Word())
	}
	parts := []string{text}
	for _, s := range e.Less {
		parts = append(parts, fmt.Sprintf("%d of %s are left out by the supplier", s.Units, LineName(after.Lines, s.Line)))
	}
	for _, p := range e.Prices {
		parts = append(parts, fmt.Sprintf("%s costs %s a unit (before: %s)", LineName(after.Lines, p.Line), p.Unit, before.Lines[p.Line].UnitPrice))
	}
	if len(e.Prices) > 0 {
		parts = append(parts, fmt.Sprintf("the order comes to %s (before: %s)", after.Total, before.Total))
	}
	text = strings.Join(parts, "; ")
	if days := e.tellDays(before, after); days != "" {
		text += "; " + days
	}
	if e.Note != "" {
		text += ". Note: " + e.Note
	}
	return text
}

// tellShipped says what of an order is on its way now.
func tellShipped(before, after Order) string {
	var ways []string
	for i, l := range after.Lines {
		if mode := string(l.Mode); after.Outstanding(i) > 0 && after.progress(i).Shipped && !before.progress(i).Shipped && !slices.Contains(ways, mode) {
			ways = append(ways, mode)
		}
	}
	switch {
	case len(ways) == 0:
		return fmt.Sprintf("moved the arrival of order %s", after.Number)
	case len(ways) < len(before.OpenWays()):
		return fmt.Sprintf("reported the part of order %s that goes by %s as shipped", after.Number, strings.Join(ways, ", "))
	}
	return fmt.Sprintf("reported order %s as shipped", after.Number)
}

// tellDays says what is expected when now, and what was before: of all that is
// outstanding, or of each way or line for itself.
func (e OrderEvent) tellDays(before, after Order) string {
	day := func(now, was core.Day) string {
		if now == was {
			return fmt.Sprintf("expected on %s", now)
		}
		return fmt.Sprintf("expected on %s (before: %s)", now, was)
	}
	if e.Action == OrderReceive || e.Action == OrderCancel {
		return ""
	}
	if due, open := before.Due(); e.ETA != 0 && len(e.Ways)+len(e.Dates) == 0 {
		if !open {
			due = e.ETA
		}
		return day(e.ETA, due)
	}
	var parts []string
	ways := after.OpenWays()
	for _, w := range ways {
		var lines []string
		now, was, whole := core.Day(0), core.Day(0), true
		for i, l := range after.Lines {
			if l.Mode != w.Mode || after.Outstanding(i) == 0 {
				continue
			}
			a, b := after.progress(i).Due, before.progress(i).Due
			whole = whole && a != b && (now == 0 || now == a && was == b)
			if a != b {
				now, was = a, b
				lines = append(lines, fmt.Sprintf("%s %s", LineName(after.Lines, i), day(a, b)))
			}
		}
		switch {
		case whole && len(ways) == 1:
			parts = append(parts, day(now, was))
		case whole:
			parts = append(parts, fmt.Sprintf("what goes by %s is %s", w.Mode, day(now, was)))
		default:
			parts = append(parts, lines...)
		}
	}
	return strings.Join(parts, "; ")
}
