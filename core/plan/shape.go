package plan

import (
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// Rules of the steps that look at a supplier's order as a whole.
const (
	ruleMinimum   = "supplier minimum"
	ruleContainer = "container"
	ruleBudget    = "budget"
)

// Waiting is an order that is due but not made yet, because the supplier would
// not take it so small, a container would travel half empty, or the money is
// spent.
type Waiting struct {
	Supplier core.SupplierID `json:"supplier"`
	Name     string          `json:"name"`
	Lines    []Line          `json:"lines"` // as they would be ordered
	Reason   string          `json:"reason"`
}

// shape makes an order that the supplier takes as a whole out of lines that are
// right one by one: it raises them in proportion to the supplier's minimum and to
// a full container, within the cover that policy allows. An order that cannot be
// brought there waits when no line of it is urgent; wait is then the reason.
// Shaping shaped lines again starts from what they were before.
func shape(lines []Line, t core.Terms, p core.Policy, today core.Day) (out []Line, notes []string, wait string, err error) {
	s := shaper{lines: unshape(lines), terms: t, policy: p.Quantity}
	s.urgent = slices.ContainsFunc(s.lines, func(l Line) bool {
		return l.Tier == replenish.Red || l.HasStockOut && l.OrderBy <= today+core.Day(p.ReviewDays)
	})
	if err := relate(s.lines); err != nil {
		return nil, nil, "", err
	}
	wait = s.minimum(float64(t.MinUnits), func(Line) float64 { return 1 }, fmt.Sprintf("%s units", count(t.MinUnits)))
	if wait == "" && t.MinAmount.Minor > 0 {
		wait = s.minimum(float64(t.MinAmount.Minor), func(l Line) float64 { return float64(l.UnitPrice.Minor) }, t.MinAmount.String())
	}
	if wait == "" {
		wait = s.container()
	}
	if units := total(s.lines); t.Reserved > 0 && units > t.Reserved {
		s.notes = append(s.notes, fmt.Sprintf("%s units are more than the %s a month that the supplier has reserved: ask how long the rest takes", count(units), count(t.Reserved)))
	}
	s.capped()
	return s.lines, s.notes, wait, relate(s.lines)
}

type shaper struct {
	lines  []Line
	terms  core.Terms
	policy core.QuantityPolicy
	urgent bool
	notes  []string
}

// unshape takes earlier steps of shape back, except where a budget cut the line
// afterwards.
func unshape(lines []Line) []Line {
	out := slices.Clone(lines)
	for i := range out {
		c := out[i].Calc
		at := slices.IndexFunc(c.Steps, func(s replenish.Step) bool { return s.Rule == ruleMinimum || s.Rule == ruleContainer })
		if at < 0 || budgeted(out[i]) {
			continue
		}
		out[i].Calc = c.Changed(int64(c.Steps[at].From), c.Steps[:at])
		if out[i].Qty = out[i].Calc.Qty; out[i].price() != nil {
			out[i].Qty = lines[i].Qty // fewer units than a sum that fitted: unreachable
		}
	}
	return out
}

// budgeted reports whether a budget cut the line.
func budgeted(l Line) bool { return hasRule(l, ruleBudget) }

// fixed lines are not raised: a budget cut them, or a person set their quantity.
func fixed(l Line) bool { return budgeted(l) || l.Calc.QtySet }

func hasRule(l Line, rule string) bool {
	return slices.ContainsFunc(l.Calc.Steps, func(s replenish.Step) bool { return s.Rule == rule })
}

func total(lines []Line) (n int64) {
	for _, l := range lines {
		n += l.Qty
	}
	return n
}

// loads are the lines that may be raised: not those that go a faster way for a gap.
func (s *shaper) loads(measure func(Line) float64, free bool) []replenish.Load {
	out := make([]replenish.Load, len(s.lines))
	for i, l := range s.lines {
		out[i] = replenish.Load{Qty: l.Qty, Pack: l.Pack, Most: l.Qty, Unit: measure(l)}
		if !fixed(l) && (l.Mode == l.Calc.NormalMode || l.With == 0) {
			out[i].Most = s.most(l, free)
		}
	}
	return out
}

// most bounds a raised line by the cover that policy allows, unless free, and by
// the supplier's largest order and the order cap.
func (s *shaper) most(l Line, free bool) int64 {
	most := replenish.MaxQty
	if !free {
		c := l.Calc
		room := max(c.OrderUpTo, float64(s.policy.MaxCoverDays)*c.DemandPerDay) - float64(c.Position.Net()+l.With)
		most = int64(math.Floor(min(max(room, 0), float64(replenish.MaxQty))))
	}
	if l.Max > 0 {
		most = min(most, l.Max-l.With)
	}
	if l.Calc.Cap != nil {
		most = min(most, l.Calc.Cap.Most-l.With)
	}
	return most
}

// minimum raises the order to the supplier's minimum. An urgent order is raised
// beyond the allowed cover when it must: every line first as far as policy allows,
// then all of them further in proportion, and a person is asked. So a higher minimum
// never lowers a line, whichever of the two it needs.
func (s *shaper) minimum(least float64, measure func(Line) float64, text string) (wait string) {
	loads := s.loads(measure, false)
	if replenish.Measure(loads) >= least {
		return ""
	}
	from := total(s.lines)
	_, ok := replenish.RaiseTo(loads, least)
	if !ok && !s.urgent {
		return fmt.Sprintf("%s units are due, under the supplier's minimum order of %s, and raising them would mean more than %d days of sales; nothing is urgent, so they wait", count(from), text, s.policy.MaxCoverDays)
	}
	free := !ok
	allowed := replenish.RaiseWithin(loads, math.Inf(1))
	// A larger order may fall into a price break and be worth less than before.
	for range 3 {
		loads := s.loads(measure, free)
		if replenish.Measure(loads) >= least {
			break
		}
		if free {
			for i := range loads {
				loads[i].Qty = max(loads[i].Qty, allowed[i])
			}
		}
		qty, ok := replenish.RaiseTo(loads, least)
		if !ok {
			s.notes = append(s.notes, fmt.Sprintf("the order is under the supplier's minimum of %s, and its largest orders or the order cap leave no room: ask the supplier", text))
			s.human("the supplier's minimum order cannot be reached")
			return ""
		}
		s.raise(qty, ruleMinimum, fmt.Sprintf("raised in proportion to the supplier's minimum order of %s", text))
	}
	if free {
		s.human(fmt.Sprintf("the supplier's minimum order of %s means more than %d days of sales", text, s.policy.MaxCoverDays))
	}
	s.notes = append(s.notes, fmt.Sprintf("raised from %s to %s units, for the supplier's minimum order of %s", count(from), count(total(s.lines)), text))
	return ""
}

// capped tells a person which lines the order cap cut.
func (s *shaper) capped() {
	for _, l := range s.lines {
		at := slices.IndexFunc(l.Calc.Steps, func(s replenish.Step) bool { return s.Rule == replenish.CapRule })
		if at < 0 || l.Calc.QtySet {
			continue
		}
		st := l.Calc.Steps[at]
		note := fmt.Sprintf("%s is capped at %s instead of %s units, %s times what usually sells; if more is right, Edit raises it", l.SKU, count(st.To), replenish.Num(st.From), replenish.Num(l.Calc.Cap.Times))
		if !slices.Contains(s.notes, note) { // told once for the parts of one order
			s.notes = append(s.notes, note)
		}
	}
}

func (s *shaper) human(why string) {
	for i := range s.lines {
		if s.lines[i].Human == "" {
			s.lines[i].Human = why
		}
	}
}

// raise sets quantities and says why on each line that changed.
func (s *shaper) raise(qty []int64, rule, note string) {
	for i := range s.lines {
		setQty(&s.lines[i], qty[i], rule, note)
	}
}

// setQty changes a quantity by a rule; the line is priced by relate or price.
func setQty(l *Line, to int64, rule, note string) {
	if to == l.Qty {
		return
	}
	before := *l
	l.Calc = l.Calc.Changed(to, l.Calc.Steps, replenish.Step{Rule: rule, From: float64(l.Qty), To: to, Note: note})
	l.Qty = to
	if l.price() != nil { // too large to be true
		*l = before
	}
}

// container fills the last container that the lines by sea need.
func (s *shaper) container() (wait string) {
	units, volume := float64(s.terms.ContainerUnits), s.terms.ContainerVolume
	if units == 0 && volume == 0 {
		return ""
	}
	// Units and volume are counted apart: light and heavy goods share a container, so
	// whichever of the two sums is the greater says how full it is.
	var measures [][]replenish.Load
	measure := func(of func(Line) float64) {
		loads := s.loads(of, false)
		for i, l := range s.lines {
			if l.Mode != core.Sea {
				loads[i].Unit, loads[i].Most = 0, l.Qty
			}
		}
		measures = append(measures, loads)
	}
	if units > 0 {
		measure(func(Line) float64 { return 1 / units })
	}
	if volume > 0 {
		measure(func(l Line) float64 { return l.Volume / volume })
	}
	fill := func() (load float64) {
		for _, loads := range measures {
			load = max(load, replenish.Measure(loads))
		}
		return load
	}
	load := fill()
	full := math.Ceil(load - 1e-9)
	if load <= 0 || load >= full-1+s.policy.ContainerFill {
		return ""
	}
	from, before := total(s.lines), percent(load-full+1)
	qty := replenish.RaiseWithin(measures[0], full)
	for _, loads := range measures[1:] { // the smaller factor of the two, so the smaller of each quantity
		for i, q := range replenish.RaiseWithin(loads, full) {
			qty[i] = min(qty[i], q)
		}
	}
	for _, loads := range measures {
		for i := range loads {
			loads[i].Qty = qty[i]
		}
	}
	if now := fill(); now >= full-1+s.policy.ContainerFill {
		s.raise(qty, ruleContainer, "raised in proportion to fill the container")
		s.notes = append(s.notes, fmt.Sprintf("raised from %s to %s units: the last container is %s full instead of %s", count(from), count(total(s.lines)), percent(now-full+1), before))
		return ""
	}
	text := fmt.Sprintf("the last container would be %s full, and filling it would mean more than %d days of sales", before, s.policy.MaxCoverDays)
	if s.urgent || full > 1 {
		s.notes = append(s.notes, text)
		return ""
	}
	return text + "; nothing is urgent, so the order waits"
}
