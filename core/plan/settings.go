package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"quartermaster/core"
)

// Settings that have more than one entry: their names go on with the name of a
// schedule, or the user id of an approver.
const (
	SchedulePrefix = "schedules."
	ApproverPrefix = "approval.approver/"
)

// Value is a setting in force as it is written in the settings file, without quotes;
// empty when it is not set, or when there is no such setting.
func (v SettingsView) Value(name string) string {
	p, a := v.Policy, v.Policy.Approval
	if s, ok := strings.CutPrefix(name, SchedulePrefix); ok {
		return v.Schedules[s]
	}
	if user, ok := strings.CutPrefix(name, ApproverPrefix); ok {
		if i := slices.IndexFunc(a.Approvers, func(x core.Approver) bool { return x.User == user }); i >= 0 {
			return amountText(a.Approvers[i].Limit)
		}
		return ""
	}
	switch name {
	case "slack.channel":
		return v.Channel
	case "policy.service_level":
		return strconv.FormatFloat(p.ServiceLevel, 'f', -1, 64)
	case "policy.review_days":
		return strconv.Itoa(p.ReviewDays)
	case "policy.red_days":
		return strconv.Itoa(p.RedDays)
	case "policy.yellow_days":
		return strconv.Itoa(p.YellowDays)
	case "policy.min_safety_days":
		return strconv.FormatFloat(p.MinSafetyDays, 'f', -1, 64)
	case "policy.max_risk_cards":
		return strconv.Itoa(p.MaxRiskCards)
	case "policy.reject_days":
		return strconv.Itoa(p.RejectDays)
	case "policy.cool_down":
		return DurationText(p.CoolDown)
	case "policy.quiet_hours":
		if q := p.Quiet; q.On() {
			return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
		}
	case "approval.remind_after":
		return DurationText(a.RemindAfter)
	case "approval.second_above":
		return amountText(a.SecondAbove)
	case "approval.confirm_above":
		return amountText(a.ConfirmAbove)
	case "approval.daily_cap":
		return amountText(a.DailyCap)
	case "approval.routine_limit":
		return amountText(a.RoutineLimit)
	case "approval.auto_limit":
		return amountText(a.AutoLimit)
	case "approval.auto_cap":
		return amountText(a.AutoCap)
	case "approval.key_suppliers":
		codes := make([]string, len(a.KeySuppliers))
		for i, k := range a.KeySuppliers {
			codes[i] = string(k)
		}
		return strings.Join(codes, ", ")
	case "approval.expiry":
		return DurationText(a.Expiry)
	case "approval.undo":
		return DurationText(a.Undo)
	case "approval.solo":
		return strconv.FormatBool(a.Solo)
	case "approval.fallback":
		return strings.Join(a.Fallback, " ")
	}
	return ""
}

// Shown is what a form starts from: a value that is proposed, else the one in force.
func (v SettingsView) Shown(name string) string {
	if then, ok := v.Proposed[name]; ok {
		return then
	}
	return v.Value(name)
}

// amountText writes an amount of the shop's currency; empty for none.
func amountText(m core.Money) string {
	if m.IsZero() {
		return ""
	}
	return m.Decimal()
}

// ByDefault follows, in the changes of settings, a value that is in force without being
// set: "policy.red_days: 15 (default) → 10".
const ByDefault = " (default)"

// What a list has more and less than before, in the changes of settings:
// "approval.key_suppliers: added A, B; removed C".
const (
	ListAdded   = "added "
	ListRemoved = "removed "
	ListOrder   = "reordered "
)

// maxChanges is how many characters of changes are shown to who confirms them.
const maxChanges = 8000

// ShownChanges is how many changes of settings, from the first, can be shown in full.
func ShownChanges(changes []string) int {
	left := maxChanges
	for i, c := range changes {
		if left -= utf8.RuneCountInString(c); left < 0 {
			return i
		}
	}
	return len(changes)
}

// DurationText is how a duration stands in the settings: 24h for 24h0m0s.
func DurationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// ChangeState is what became of a change of the approval rules.
type ChangeState string

// States of a SettingsChange.
const (
	SettingsAsked     ChangeState = "open"
	SettingsConfirmed ChangeState = "confirmed"
	SettingsRefused   ChangeState = "refused"
	SettingsExpired   ChangeState = "expired"
	SettingsOvertaken ChangeState = "overtaken" // other settings came into force meanwhile
)

// SettingsChange is a change of the settings that a second person must confirm.
type SettingsChange struct {
	ID        int64
	State     ChangeState
	Base      int64    // version of the settings that it changes
	Changes   []string // such as "approval.second_above: 5000 → 8000.00"
	By        string   // who asked
	At        time.Time
	ExpiresAt time.Time
	DecidedBy string
	DecidedAt time.Time
	Confirm   []string // who may confirm, as the rules stand
}

// SettingsPreview is what a settings file would change, before it is put in.
type SettingsPreview struct {
	Version int64    // of the settings that it was compared with
	Digest  string   // of its text: what is put in is what was shown
	Changes []string // as in SettingsChange
	Second  string   // why another approver must confirm; empty: in force at once
	Done    bool     // it was put in, or the other approver was asked
}

// Overtaken is what becomes of a change when other settings came into force meanwhile.
const Overtaken = "Other settings came into force since this was asked for, so nothing was done. Whoever still wants it asks anew: /stock settings"

// Actions on a SettingsChange.
const (
	ConfirmSettings Action = "settings_confirm"
	RefuseSettings  Action = "settings_refuse"
)

// NeedsSecond says why a change of the settings needs a second person: who may
// approve what, or who may see customers, would be different. Empty when it does not.
// When to remind is no approval rule.
func NeedsSecond(before, after core.ApprovalPolicy, seeBefore, seeAfter []string) string {
	before.RemindAfter, after.RemindAfter = 0, 0
	switch {
	case !sameRules(before, after):
		return "It changes who may approve what."
	case !slices.Equal(seeBefore, seeAfter):
		return "It changes who may see the customers behind a product."
	}
	return ""
}

func sameRules(a, b core.ApprovalPolicy) bool {
	return slices.Equal(a.Approvers, b.Approvers) && slices.Equal(a.Receivers, b.Receivers) && slices.Equal(a.Fallback, b.Fallback) &&
		a.SecondAbove == b.SecondAbove && a.ConfirmAbove == b.ConfirmAbove && a.DailyCap == b.DailyCap && a.RoutineLimit == b.RoutineLimit &&
		a.AutoLimit == b.AutoLimit && a.AutoCap == b.AutoCap && slices.Equal(a.KeySuppliers, b.KeySuppliers) &&
		a.Expiry == b.Expiry && a.Undo == b.Undo && a.Solo == b.Solo
}

// DecideChange says whether actor may do action to a change of the approval rules,
// by the rules in force. Who asked can take the change back but never confirm it.
func DecideChange(actor Actor, action Action, c SettingsChange, policy core.Policy, now time.Time) Verdict {
	who, verdict := authorise(actor, policy.Approval)
	switch {
	case who == nil:
		return verdict
	case c.State == SettingsOvertaken:
		return deny(Overtaken)
	case c.State != SettingsAsked:
		return deny("This change is %s already; nothing was done.", string(c.State))
	case !now.Before(c.ExpiresAt):
		return deny("This change has expired. Please ask for it again: /stock settings")
	case action == RefuseSettings:
		return Verdict{Allow, "You are on the list of approvers."}
	case action != ConfirmSettings:
		return deny("The action %q is not known.", string(action))
	case actor.User == c.By:
		return deny("You asked for this change, so another approver must confirm it.")
	}
	return Verdict{Allow, "You are on the list of approvers and somebody else asked."}
}

// Confirmers lists the approvers who may confirm a change that by asks for.
func Confirmers(by string, a core.ApprovalPolicy) (users []string) {
	for _, who := range a.Approvers {
		if who.User != by && !slices.Contains(users, who.User) {
			users = append(users, who.User)
		}
	}
	return users
}
