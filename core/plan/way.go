package plan

import (
	"cmp"
	"fmt"
	"slices"

	"quartermaster/core"
)

// OpenWay is what of an order goes by one way of shipping and is outstanding.
type OpenWay struct {
	Mode    core.Mode
	Line    int      // index of its first line, by which reports name it
	Lines   int      // lines of which something is outstanding
	Units   int64    // outstanding
	Due     core.Day // first day on which something of it is expected
	Shipped bool     // all of it is on its way
	// Turn says that nothing that has not shipped is expected before it.
	Turn bool
}

// OpenWays lists the ways by which something outstanding comes, by day.
func (o Order) OpenWays() (out []OpenWay) {
	for i, l := range o.Lines {
		left := o.Outstanding(i)
		if left == 0 {
			continue
		}
		p := o.progress(i)
		at := slices.IndexFunc(out, func(w OpenWay) bool { return w.Mode == l.Mode })
		if at < 0 {
			at = len(out)
			out = append(out, OpenWay{Mode: l.Mode, Line: i, Due: p.Due, Shipped: true})
		}
		w := &out[at]
		w.Lines, w.Units, w.Due, w.Shipped = w.Lines+1, w.Units+left, min(w.Due, p.Due), w.Shipped && p.Shipped
	}
	slices.SortStableFunc(out, func(a, b OpenWay) int { return cmp.Compare(a.Due, b.Due) })
	next := slices.IndexFunc(out, func(w OpenWay) bool { return !w.Shipped })
	for i := range out {
		out[i].Turn = !out[i].Shipped && out[i].Due == out[next].Due
	}
	return out
}

// ReadyUnits returns what is outstanding of line i and may be there today: all of it when
// it was shipped or its day has come, else nothing.
func (o Order) ReadyUnits(i int, today core.Day) int64 {
	if p := o.progress(i); !p.Shipped && p.Due > today {
		return 0
	}
	return o.Outstanding(i)
}

// WayReport is what a report says about the goods that go by the way of one line.
type WayReport struct {
	Line  int      `json:"line"`            // any line of the way, an index into Order.Lines
	ETA   core.Day `json:"eta,omitzero"`    // zero, or the day expected until now: each line keeps its own
	Ships bool     `json:"ships,omitempty"` // it left the supplier
}

// Dated is the new arrival day of what is outstanding of one line.
type Dated struct {
	Line int      `json:"line"` // index into Order.Lines
	ETA  core.Day `json:"eta"`
}

// unfold turns what a report says by way into what it says of each line: new days, and
// what ships. Without a word about ways all that is outstanding ships and moves to ETA.
func (o Order) unfold(e OrderEvent, today core.Day) (dates []Dated, ships []int, faults []*OrderFault) {
	open := o.OpenWays()
	refuse := func(f Field, line int, format string, args ...any) {
		faults = append(faults, &OrderFault{Field: f, Line: line, Reason: fmt.Sprintf(format, args...)})
	}
	each := func(mode core.Mode, do func(i int)) {
		for i, l := range o.Lines {
			if l.Mode == mode && o.Outstanding(i) > 0 {
				do(i)
			}
		}
	}
	if len(e.Ways) == 0 {
		for _, w := range open {
			each(w.Mode, func(i int) {
				if e.ETA != 0 {
					dates = append(dates, Dated{i, e.ETA})
				}
				if e.Action == OrderShip {
					ships = append(ships, i)
				}
			})
		}
	}
	for _, r := range e.Ways {
		at := -1
		if r.Line >= 0 && r.Line < len(o.Lines) {
			at = slices.IndexFunc(open, func(w OpenWay) bool { return w.Mode == o.Lines[r.Line].Mode })
		}
		if at < 0 {
			refuse(FieldOrder, r.Line, "Nothing of order %s that goes the way of line %d is outstanding.", o.Number, r.Line+1)
			continue
		}
		w := open[at]
		moves := r.ETA != 0 && r.ETA != w.Due && (r.Ships || r.ETA != max(w.Due, today)) // a form shows no day that is over
		if moves && r.ETA < e.Day {
			refuse(FieldETA, r.Line, "The arrival %s lies before %s.", r.ETA, e.Day)
		}
		each(w.Mode, func(i int) {
			if moves {
				dates = append(dates, Dated{i, r.ETA})
			}
			if e.Action == OrderShip && (r.Ships || len(open) == 1) {
				ships = append(ships, i)
			}
		})
	}
	for _, d := range e.Dates {
		if d.Line < 0 || d.Line >= len(o.Lines) || d.ETA < e.Day {
			refuse(FieldETA, d.Line, "The arrival %s lies before %s.", d.ETA, e.Day)
			continue
		}
		if o.Outstanding(d.Line) > 0 {
			dates = append(dates, d)
		}
	}
	if e.Action == OrderShip && len(ships)+len(dates)+len(faults) == 0 && len(open) > 0 {
		refuse(FieldShips, 0, "Say what ships now, or another day of arrival.")
	}
	return dates, ships, faults
}

// LineName tells a line from the others of its order: by code, by place when there are
// several, and by way when the product goes there by several.
func LineName(lines []Line, i int) string {
	l := lines[i]
	places := slices.ContainsFunc(lines, func(o Line) bool { return o.Location != l.Location })
	ways := slices.ContainsFunc(lines, func(o Line) bool { return o.SKU == l.SKU && o.Location == l.Location && o.Mode != l.Mode })
	switch {
	case places && ways:
		return fmt.Sprintf("%s (%s, %s)", l.SKU, l.Location, l.Mode)
	case places:
		return fmt.Sprintf("%s (%s)", l.SKU, l.Location)
	case ways:
		return fmt.Sprintf("%s (%s)", l.SKU, l.Mode)
	}
	return string(l.SKU)
}
