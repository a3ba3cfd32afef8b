package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// Memory is what is remembered from earlier checks.
type Memory struct {
	Open     []Proposal  // proposed, awaiting_second or snoozed
	Rejected []Rejection // rejected lines, the newest of a SKU and location counts
}

// Rejection is a line that a person did not want.
type Rejection struct {
	SKU      core.SKU
	Location core.LocationID
	Mode     core.Mode
	Qty      int64    // as shown when it was rejected
	Day      core.Day // of the rejection
}

// ChangeKind says what became of a proposal.
type ChangeKind string

// Kinds of changes. Unchanged and held ones need no message.
const (
	ChangeNew       ChangeKind = "new"       // to be stored and shown; Proposal.ID is 0
	ChangeUnchanged ChangeKind = "unchanged" // the open proposal stands as it is
	ChangeRevised   ChangeKind = "revised"   // rewritten with fresh numbers
	ChangeWithdrawn ChangeKind = "withdrawn" // the need went away
	ChangeWoken     ChangeKind = "woken"     // its snooze is over
	ChangeExpired   ChangeKind = "expired"   // nobody decided in time
	ChangeHeld      ChangeKind = "held"      // a fresh proposal that is not made; Proposal.ID is 0
)

// Change is what is to be done about one proposal, with the reason. Proposal is
// complete as it is to be stored: state, version and times are set. Where it
// changed, its version is one above the stored one; when the stored one is not
// that any more, a person was faster and the change must be dropped.
type Change struct {
	Kind     ChangeKind `json:"kind"`
	Proposal Proposal   `json:"proposal"`
	Reason   string     `json:"reason"`
}

// Reconcile compares the fresh proposals of a report with what is open and says
// what changes, in the order of supplier ids:
//
//   - A proposal is rewritten only when a quantity or the amount moved by more
//     than policy.ReviseShare or the set of lines (SKU, location, mode) differs.
//   - A person's edit of a line stands until the need behind it moved more than
//     that, also when other lines of the proposal are rewritten.
//   - A snoozed proposal is silent until its time, or until its need got graver: a
//     line is RED that was not, or the money at risk doubled. Then it wakes with fresh
//     numbers.
//   - A rejected line is left out for policy.RejectDays unless its quantity grew
//     by more than policy.ReviseShare.
//   - An expired proposal is closed and made anew while the need lasts.
//   - A proposal whose need is gone is withdrawn.
//   - In quiet hours everything stays as it is.
//   - In conservative mode nothing is raised: open proposals stand as they are
//     until they expire, and no new one is made.
func Reconcile(r Report, m Memory, p core.Policy) []Change {
	c := reconciler{report: &r, policy: p, held: map[core.SupplierID][]string{}, regrown: map[core.SupplierID][]string{}}
	open := map[core.SupplierID][]Proposal{}
	for _, o := range m.Open {
		if o.State.Open() {
			open[o.Supplier] = append(open[o.Supplier], o)
		}
	}
	fresh := c.wanted(m)
	suppliers := map[core.SupplierID]bool{}
	for id := range open {
		suppliers[id] = true
	}
	for id := range fresh {
		suppliers[id] = true
	}
	for id := range c.held {
		suppliers[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(suppliers)) {
		var want *Proposal
		if f, ok := fresh[id]; ok {
			want = &f
		}
		have := open[id]
		slices.SortFunc(have, func(a, b Proposal) int { return cmp.Compare(a.ID, b.ID) })
		c.supplier(id, have, want)
	}
	return c.changes
}

type reconciler struct {
	report  *Report
	policy  core.Policy
	held    map[core.SupplierID][]string // why lines were left out
	regrown map[core.SupplierID][]string // why rejected lines are back
	changes []Change
}

func (c *reconciler) add(kind ChangeKind, p Proposal, format string, args ...any) {
	reason := fmt.Sprintf(format, args...)
	if back := c.regrown[p.Supplier]; len(back) > 0 && kind != ChangeUnchanged {
		reason += "; " + strings.Join(back, ", ")
	}
	if left := c.held[p.Supplier]; len(left) > 0 {
		reason += "; left out: " + strings.Join(left, ", ")
	}
	c.changes = append(c.changes, Change{kind, p, reason})
}

// wanted returns the fresh proposals without the lines that people have put
// aside: rejected ones, and those on a snoozed proposal of another supplier.
func (c *reconciler) wanted(m Memory) map[core.SupplierID]Proposal {
	rejected := rejections(m.Rejected)
	asleep := map[nodeKey]Proposal{}
	for _, o := range m.Open {
		if o.State == Snoozed && o.asleep(c.report.Now) {
			for _, l := range o.Lines {
				asleep[nodeKey{l.SKU, l.Location}] = o
			}
		}
	}
	fresh := map[core.SupplierID]Proposal{}
	decided := map[nodeKey]bool{} // about rejected SKUs; parts of one order go together
	for _, p := range c.report.Proposals {
		var lines []Line
		for _, l := range p.Lines {
			k := nodeKey{l.SKU, l.Location}
			if o, ok := asleep[k]; ok && o.Supplier != p.Supplier {
				c.hold(p.Supplier, "%s, snoozed at %s", l.SKU, o.SupplierName)
				continue
			}
			if rej, ok := rejected[k]; ok {
				if left, known := decided[k]; known && left || !known && c.leaveOut(p.Supplier, l, rej) {
					decided[k] = true
					continue
				}
				decided[k] = false
			}
			lines = append(lines, l)
		}
		if len(lines) == 0 {
			continue
		}
		if len(lines) < len(p.Lines) {
			less, wait := c.less(p, lines)
			if wait != "" {
				c.hold(p.Supplier, "the rest: %s", wait)
				continue
			}
			p = less
		}
		fresh[p.Supplier] = p
	}
	return fresh
}

// less is the proposal without some of its lines, in the shape the supplier takes;
// wait says why that is not to be had.
func (c *reconciler) less(p Proposal, lines []Line) (less Proposal, wait string) {
	shaped, notes, wait, err := shape(lines, p.Terms, c.policy, c.report.Today)
	if err == nil && wait == "" {
		if less, err = p.withLines(shaped, c.report.Today); err == nil {
			less.Notes = notes
			return less, ""
		}
	}
	if err != nil { // too large to be true
		wait = err.Error()
	}
	return Proposal{}, wait
}

// rejections keeps the newest rejection of each SKU and place: of each way its
// largest of that day, and of the ways of one order the sum.
func rejections(all []Rejection) map[nodeKey]Rejection {
	newest := map[nodeKey]core.Day{}
	for _, r := range all {
		k := nodeKey{r.SKU, r.Location}
		if day, ok := newest[k]; !ok || r.Day > day {
			newest[k] = r.Day
		}
	}
	largest := map[lineKey]int64{}
	out := map[nodeKey]Rejection{}
	for _, r := range all {
		k := lineKey{nodeKey{r.SKU, r.Location}, r.Mode}
		if r.Day != newest[k.nodeKey] {
			continue
		}
		sum := out[k.nodeKey].Qty + max(0, r.Qty-largest[k])
		largest[k] = max(largest[k], r.Qty)
		r.Qty = sum
		out[k.nodeKey] = r
	}
	return out
}

func (c *reconciler) hold(id core.SupplierID, format string, args ...any) {
	c.held[id] = append(c.held[id], fmt.Sprintf(format, args...))
}

// leaveOut reports whether a rejection still covers the line.
func (c *reconciler) leaveOut(id core.SupplierID, l Line, r Rejection) bool {
	age := int(c.report.Today - r.Day)
	if age >= c.policy.RejectDays {
		return false
	}
	now := l.Qty + l.With
	if grown := share(float64(r.Qty), float64(now)); now > r.Qty && grown > c.policy.ReviseShare {
		c.regrown[id] = append(c.regrown[id], fmt.Sprintf("%s was rejected %s ago at %d and grew to %d (%s, limit %s)",
			l.SKU, plural(age, "day"), r.Qty, now, percent(grown), percent(c.policy.ReviseShare)))
		return false
	}
	c.hold(id, "%s, rejected %s ago at %d, now %d, asked again after %s",
		l.SKU, plural(age, "day"), r.Qty, now, plural(c.policy.RejectDays, "day"))
	return true
}

// supplier decides about one supplier's open proposals and fresh one.
func (c *reconciler) supplier(id core.SupplierID, have []Proposal, want *Proposal) {
	now := c.report.Now
	calm := len(c.report.Conservative) > 0
	if quiet := quietReason(c.policy, c.report.Shop, now); quiet != "" {
		for _, o := range have {
			c.add(ChangeUnchanged, o, "%s", quiet)
		}
		if want != nil {
			c.add(ChangeHeld, *want, "%s", quiet)
		}
		return
	}
	for i, o := range have {
		if want != nil && o.State == Snoozed && o.asleep(now) {
			o.Woken = graverNeed(o, *want)
		}
		switch {
		case calm && now.Before(o.ExpiresAt):
			c.add(ChangeUnchanged, o, "conservative mode: %s", c.report.Conservative[0].Reason)
			want = nil
		case i > 0:
			c.close(ChangeWithdrawn, Withdrawn, o, "another proposal to the same supplier is open")
		case o.State == Snoozed && o.asleep(now):
			c.add(ChangeUnchanged, o, "snoozed until %s%s", o.SnoozedUntil.UTC().Format("2006-01-02 15:04 MST"), o.SnoozeEvent.Or())
			want = nil
		case o.State != Snoozed && !now.Before(o.ExpiresAt):
			c.close(ChangeExpired, Expired, o, "nobody decided by "+o.ExpiresAt.UTC().Format("2006-01-02 15:04 MST"))
		case want == nil:
			c.close(ChangeWithdrawn, Withdrawn, o, c.gone(o))
		default:
			c.compare(o, *want)
			want = nil
		}
	}
	switch {
	case want != nil && calm:
		c.add(ChangeHeld, *want, "nothing is proposed in conservative mode: %s", c.report.Conservative[0].Reason)
	case want != nil:
		p := *want
		p.Version, p.State, p.CreatedAt, p.ExpiresAt = 1, Proposed, now, now.Add(c.policy.Approval.Expiry)
		c.add(ChangeNew, p, "%s", strings.TrimSuffix(p.Reason, "."))
	case len(have) == 0:
		for _, p := range c.report.Proposals {
			if p.Supplier == id {
				c.add(ChangeHeld, p, "nothing is proposed")
			}
		}
	}
}

// graverNeed says why a fresh proposal breaks the snooze of an open one; empty when it
// does not.
func graverNeed(o, fresh Proposal) string {
	red := map[nodeKey]bool{}
	for _, l := range o.Lines {
		red[nodeKey{l.SKU, l.Location}] = l.Tier == replenish.Red
	}
	for _, l := range fresh.Lines {
		if was, known := red[nodeKey{l.SKU, l.Location}]; known && !was && l.Tier == replenish.Red {
			return fmt.Sprintf("%s became RED", l.SKU)
		}
	}
	return graver(risk.Low, risk.Low, o.MoneyAtRisk, fresh.MoneyAtRisk)
}

func (c *reconciler) close(kind ChangeKind, to State, o Proposal, reason string) {
	o.State, o.DecidedAt, o.DecidedWhy = to, c.report.Now, reason
	o.Version++
	c.add(kind, o, "%s", reason)
}

// gone says why a proposal is not needed any more.
func (c *reconciler) gone(o Proposal) string {
	if len(c.held[o.Supplier]) > 0 {
		return "no line is left to order"
	}
	for _, w := range c.report.Waiting {
		if w.Supplier == o.Supplier {
			return w.Reason
		}
	}
	for _, l := range o.Lines {
		for _, it := range c.report.Items {
			if it.SKU != l.SKU || it.Location != l.Location || it.Calc == nil {
				continue
			}
			if it.Supplier != o.Supplier {
				return fmt.Sprintf("%s is now ordered from %s", l.SKU, c.report.Suppliers.Of(it.Supplier))
			}
			if float64(it.Position.Net()) > it.Calc.Trigger {
				return fmt.Sprintf("the position of %s is %d, above %s, %s", l.SKU, it.Position.Net(), replenish.Num(it.Calc.Trigger), it.Calc.TriggerWhy)
			}
		}
	}
	return "no line needs an order any more"
}

// compare decides between leaving an open proposal as it is and rewriting it.
func (c *reconciler) compare(o, fresh Proposal) {
	moved, reason := c.moved(o, fresh)
	asleep := o.State == Snoozed
	if !moved && !asleep {
		c.add(ChangeUnchanged, o, "%s", reason)
		return
	}
	p, kept := fresh, false
	if o.EditedBy != "" {
		p, kept = c.keepEdits(o, fresh)
	}
	p.ID, p.Version, p.State = o.ID, o.Version+1, Proposed
	p.CreatedAt, p.ExpiresAt = o.CreatedAt, c.report.Now.Add(c.policy.Approval.Expiry)
	switch {
	case kept && moved:
		reason += "; edits of lines that did not move stay"
	case o.EditedBy != "" && moved:
		reason += "; the edited quantities are replaced"
	}
	if asleep {
		if o.Woken != "" {
			reason = o.Woken + "; " + reason
		}
		c.add(ChangeWoken, p, "the snooze is over; %s", reason)
		return
	}
	if o.State == AwaitingSecond {
		reason += "; the first approval is void"
	}
	c.add(ChangeRevised, p, "%s", reason)
}
