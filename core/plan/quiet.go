package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// quietUntil returns the end of the quiet hours that now lies in.
func quietUntil(q core.QuietHours, zone *time.Location, now time.Time) (until time.Time, quiet bool) {
	if !q.On() {
		return time.Time{}, false
	}
	if zone == nil {
		zone = time.UTC
	}
	local := now.In(zone)
	minute := local.Hour()*60 + local.Minute()
	inside := q.From <= minute && minute < q.To
	if q.From > q.To { // over midnight
		inside = minute >= q.From || minute < q.To
	}
	if !inside {
		return time.Time{}, false
	}
	day := local.Day()
	if minute >= q.To {
		day++
	}
	return time.Date(local.Year(), local.Month(), day, q.To/60, q.To%60, 0, 0, zone), true
}

// quietReason says until when nothing is told; empty outside quiet hours.
func quietReason(p core.Policy, shop core.Shop, now time.Time) string {
	if until, quiet := quietUntil(p.Quiet, shop.Zone, now); quiet {
		return "quiet hours until " + until.Format("15:04")
	}
	return ""
}

// Reminder is the decision whether to bring to mind a proposal that waits, with the
// reason either way.
type Reminder struct {
	Proposal int64
	Supplier core.SupplierID
	SKUs     []core.SKU // of its lines
	Key      string     // the same for the same matter: told once
	Tell     bool
	Text     string   // of the line in the thread of its card
	Mention  []string // user ids
	Reason   string
}

// Pending is what Remind decides on.
type Pending struct {
	Open []Proposal
	// Risk is the money at risk of each proposal now, by supplier.
	Risk map[core.SupplierID]core.Money
	// Told reports whether a proposal was brought to mind under a key before; the keys are
	// those of ReminderKeys.
	Told func(proposal int64, key string) bool
	// Conservative says that nobody could approve anything now.
	Conservative bool
}

// ReminderKeys are the keys under which this version of a proposal can be brought to mind:
// that of the reminder, and that of the escalation.
func ReminderKeys(o Proposal) [2]string {
	return [2]string{fmt.Sprintf("remind-v%d", o.Version), fmt.Sprintf("escalate-v%d", o.Version)}
}

// Remind says of each open proposal whether people are to be reminded of it. After
// RemindAfter those who may approve it are asked; once that was done, and the money at
// risk has grown by more than policy.ReviseShare since the card was written, or the
// order-by date has passed, the matter goes to the fallback approvers. Each is told once
// for each version of the card. Nobody is reminded in quiet hours, in conservative mode,
// and of what cannot be decided.
func Remind(w Pending, p core.Policy, shop core.Shop, now time.Time) []Reminder {
	var out []Reminder
	hush := quietReason(p, shop, now)
	if w.Conservative {
		hush = "conservative mode: nobody could approve it"
	}
	add := func(r Reminder, before, why string) (done bool) {
		switch {
		case w.Told(r.Proposal, r.Key):
			r.Reason = before
		case hush != "":
			r.Reason = fmt.Sprintf("%s, else reminded: %s", hush, why)
		default:
			r.Tell, r.Reason = true, why
		}
		out = append(out, r)
		return r.Tell || r.Reason == before
	}
	a := p.Approval
	for _, o := range w.Open {
		r := Reminder{Proposal: o.ID, Supplier: o.Supplier}
		for _, l := range o.Lines {
			if !slices.Contains(r.SKUs, l.SKU) {
				r.SKUs = append(r.SKUs, l.SKU)
			}
		}
		waited := now.Sub(o.ExpiresAt.Add(-a.Expiry)).Truncate(time.Minute)
		hours := fmt.Sprintf("%d h", int(waited.Hours()))
		if r.Reason = notYet(o, waited, a, now); r.Reason != "" {
			out = append(out, r)
			continue
		}
		remind := r
		remind.Key, remind.Mention = ReminderKeys(o)[0], mayApprove(o, a)
		remind.Text = fmt.Sprintf("Waiting for %s: %s to %s, money at risk %s. Order by %s.", hours, o.Total, o.SupplierName, o.MoneyAtRisk, o.OrderBy)
		if !add(remind, "reminded of already", fmt.Sprintf("nobody decided for %s (limit %s)", hours, risk.Span(a.RemindAfter))) {
			continue
		}
		why := escalation(o, w.Risk[o.Supplier], p, core.DayOf(now, shop.Zone))
		switch {
		case len(a.Fallback) == 0:
			continue
		case waited < 2*a.RemindAfter:
			r.Reason = fmt.Sprintf("the fallback approvers are not asked before %s", risk.Span(2*a.RemindAfter))
		case why == "":
			r.Reason = "the fallback approvers are not asked: the money at risk did not grow, and the order-by date is not past"
		default:
			r.Key, r.Mention = ReminderKeys(o)[1], a.Fallback
			r.Text = fmt.Sprintf("Still waiting after %s, and %s. Please decide, or name who can.", hours, why)
			add(r, "the fallback approvers were asked already", why)
			continue
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Reminder) int { return cmp.Compare(a.Proposal, b.Proposal) })
	return out
}

// notYet says why a proposal is not to be brought to mind at all; empty when it may be.
func notYet(o Proposal, waited time.Duration, a core.ApprovalPolicy, now time.Time) string {
	switch {
	case o.State == Snoozed:
		return "snoozed until " + o.SnoozedUntil.UTC().Format("2006-01-02 15:04 MST") + o.SnoozeEvent.Or()
	case !o.State.Decidable():
		return "it cannot be decided any more"
	case !now.Before(o.ExpiresAt):
		return "it has expired"
	case a.RemindAfter <= 0:
		return "reminders are switched off"
	case waited < a.RemindAfter:
		return fmt.Sprintf("it waits for less than %s", risk.Span(a.RemindAfter))
	}
	return ""
}

// escalation says why a reminder is not enough; empty when it is.
func escalation(o Proposal, now core.Money, p core.Policy, today core.Day) string {
	grown := share(float64(o.MoneyAtRisk.Minor), float64(now.Minor))
	switch {
	case now.Currency == o.MoneyAtRisk.Currency && now.Minor > o.MoneyAtRisk.Minor && grown > p.ReviseShare:
		return fmt.Sprintf("the money at risk grew from %s to %s", o.MoneyAtRisk, now)
	case o.OrderBy > 0 && o.OrderBy < today:
		return fmt.Sprintf("the order-by date was %s", o.OrderBy)
	}
	return ""
}

// mayApprove lists up to three people who can approve a proposal.
func mayApprove(o Proposal, a core.ApprovalPolicy) (users []string) {
	for _, who := range a.Approvers {
		if who.Limit.Currency == o.TotalShop.Currency && who.Limit.Minor >= o.TotalShop.Minor &&
			(a.Solo || who.User != o.EditedBy) && who.User != o.FirstBy && len(users) < 3 {
			users = append(users, who.User)
		}
	}
	return users
}
