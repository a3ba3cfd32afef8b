package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
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

// Reminder is a line in the thread of a proposal that waits too long.
type Reminder struct {
	Proposal int64
	Key      string // the same for the same matter: told once
	Text     string
	Mention  []string // user ids
	Reason   string
}

// Remind says which open proposals people are to be reminded of. After RemindAfter
// those who may approve it are asked; once that was done, and the money at risk has
// grown by more than policy.ReviseShare since the card was written, or the order-by
// date has passed, the matter goes to the fallback approvers. risk is the money at
// risk of each proposal now, by supplier. Each is told once for each version of the
// card, and nobody is reminded in quiet hours.
func Remind(open []Proposal, risk map[core.SupplierID]core.Money, p core.Policy, shop core.Shop, now time.Time) []Reminder {
	a := p.Approval
	if a.RemindAfter <= 0 || quietReason(p, shop, now) != "" {
		return nil
	}
	var out []Reminder
	for _, o := range open {
		waited := now.Sub(o.ExpiresAt.Add(-a.Expiry)).Truncate(time.Minute)
		if !o.State.Decidable() || waited < a.RemindAfter || !now.Before(o.ExpiresAt) {
			continue
		}
		hours := fmt.Sprintf("%d h", int(waited.Hours()))
		out = append(out, Reminder{Proposal: o.ID, Key: fmt.Sprintf("remind-v%d", o.Version), Mention: mayApprove(o, a),
			Text:   fmt.Sprintf("Waiting for %s: %s to %s, money at risk %s. Order by %s.", hours, o.Total, o.SupplierName, o.MoneyAtRisk, o.OrderBy),
			Reason: fmt.Sprintf("nobody decided for %s (limit %s)", hours, a.RemindAfter)})
		why := escalation(o, risk[o.Supplier], p, core.DayOf(now, shop.Zone))
		if why == "" || len(a.Fallback) == 0 || waited < 2*a.RemindAfter {
			continue
		}
		out = append(out, Reminder{Proposal: o.ID, Key: fmt.Sprintf("escalate-v%d", o.Version), Mention: a.Fallback,
			Text:   fmt.Sprintf("Still waiting after %s, and %s. Please decide, or name who can.", hours, why),
			Reason: why})
	}
	slices.SortStableFunc(out, func(a, b Reminder) int { return cmp.Compare(a.Proposal, b.Proposal) })
	return out
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
