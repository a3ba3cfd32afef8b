package plan

import (
	"fmt"
	"time"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// capWindow is the span of the rolling cap of approvals.
const capWindow = 24 * time.Hour

// Decide says whether actor may do action to proposal p now. It denies unless a
// rule allows, and every reason is a sentence that says what would help.
//
// history holds the earlier decisions of the last 24 hours at least; conservative
// the causes for which nothing may be approved. The caller has checked that the
// click was on what is stored (id, version, digest) and locks the rows that
// history was read from until the decision is written.
func Decide(actor Actor, action Action, p Proposal, history []Past, policy core.Policy, conservative []risk.Cause, now time.Time) Verdict {
	who, verdict := authorise(actor, policy.Approval)
	if who == nil {
		return verdict
	}
	if verdict, ok := decidable(p, now); !ok {
		return verdict
	}
	switch action {
	case Edit, Snooze, Reject:
		return Verdict{Allow, "You are on the list of approvers."}
	case Approve:
	default:
		return deny("The action %q is not known.", string(action))
	}
	if len(conservative) > 0 {
		return deny("Nothing can be approved while data is stale: %s. Try again when fresh data has arrived.", conservative[0].Reason)
	}
	if verdict, ok := withinLimits(who, p, history, policy.Approval, now); !ok {
		return verdict
	}
	return fourEyes(actor, p, policy.Approval)
}

// DecideMail says whether actor may settle what became of an order's letter: every
// approver may, while it is in doubt or has failed.
func DecideMail(actor Actor, state OrderState, policy core.Policy) Verdict {
	if who, verdict := authorise(actor, policy.Approval); who == nil {
		return verdict
	}
	if !state.MailInDoubt() {
		return deny("The e-mail of this order is settled already; nothing was done.")
	}
	return Verdict{Allow, "You are on the list of approvers."}
}

// DecideUndo says whether actor may take back the approval of order o, made from
// proposal p, at now: who approved it may, and every approver what the rule approved,
// until its letter is due, which it is not before its card was shown, and while nothing
// else was reported about it. Whether the
// letter still waits is for the caller to find out.
func DecideUndo(actor Actor, p Proposal, o Order, policy core.Policy, now time.Time) Verdict {
	who, verdict := authorise(actor, policy.Approval)
	switch {
	case who == nil:
		return verdict
	case o.UndoneBy != "":
		return deny("Order %s was taken back already; nothing was done twice.", o.Number)
	case o.State != OrderApproved:
		return deny("Order %s is %s; it is too late to take it back. What is outstanding can be cancelled.", o.Number, o.State.Word())
	case !o.Unseen && !now.Before(o.UndoUntil):
		return deny("The time to take order %s back is over. What is outstanding can be cancelled; then the supplier must be told.", o.Number)
	case p.DecidedBy != ByRule && actor.User != p.DecidedBy && actor.User != p.FirstBy:
		return deny("Only who approved order %s can take it back; other approvers can cancel it.", o.Number)
	}
	return Verdict{Allow, "The letter has not left."}
}

// Routine says why a proposal cannot be approved together with others; empty when
// it can: it waits for its first approval, is within the limit, nobody changed it,
// and no line of it asks for a person.
func Routine(p Proposal, policy core.Policy, now time.Time) string {
	limit := policy.Approval.RoutineLimit
	switch {
	case limit.Minor <= 0:
		return "approving together is off (settings: approval.routine_limit)"
	case p.State != Proposed || !now.Before(p.ExpiresAt):
		return "it is " + stateWord(p.State) + " or has expired"
	case p.TotalShop.Currency != limit.Currency || p.TotalShop.Minor <= 0 || p.TotalShop.Minor > limit.Minor:
		return fmt.Sprintf("%s is not within the limit of %s for routine orders", p.TotalShop, limit)
	case p.EditedBy != "":
		return "a person changed it"
	}
	for _, l := range p.Lines {
		if l.Human != "" {
			return fmt.Sprintf("%s needs a person: %s", l.SKU, l.Human)
		}
	}
	return ""
}

// DecideSettings says whether actor may change settings that are no approval rules:
// every approver may.
func DecideSettings(actor Actor, policy core.Policy) Verdict {
	if who, verdict := authorise(actor, policy.Approval); who == nil {
		return verdict
	}
	return Verdict{Allow, "You are on the list of approvers."}
}

// DecideDead says whether actor may settle messages that were given up: every
// approver may.
func DecideDead(actor Actor, policy core.Policy) Verdict {
	if who, verdict := authorise(actor, policy.Approval); who == nil {
		return verdict
	}
	return Verdict{Allow, "You are on the list of approvers."}
}

// DecideExport says whether actor may have a list as a file: every full member of the
// shop's own workspace may. Who may have personal ones is said in the settings.
func DecideExport(actor Actor) Verdict {
	switch {
	case actor.User == "" || actor.Bot || actor.Deactivated:
		return deny("Lists go to people only.")
	case actor.Guest:
		return deny("Guests cannot export lists; a full member can.")
	case actor.Foreign:
		return deny("People of other organisations cannot export lists; a member of this workspace can.")
	}
	return Verdict{Allow, "You are a member of the workspace."}
}

func deny(format string, args ...any) Verdict {
	return Verdict{Deny, fmt.Sprintf(format, args...)}
}

// authorise finds the actor on the list of approvers; nil with a verdict when he
// or she may do nothing.
func authorise(a Actor, policy core.ApprovalPolicy) (*core.Approver, Verdict) {
	switch {
	case a.User == "":
		return nil, deny("Nobody is named, so nothing was done.")
	case a.Bot:
		return nil, deny("Bots cannot decide here; a person on the list of approvers can.")
	case a.Deactivated:
		return nil, deny("This account is deactivated; another approver can decide.")
	case a.Guest:
		return nil, deny("Guests cannot decide here; a full member on the list of approvers can.")
	case a.Foreign:
		return nil, deny("People of other organisations cannot decide here; a member of this workspace can.")
	}
	var found *core.Approver
	for i := range policy.Approvers {
		ap := &policy.Approvers[i]
		if ap.User != a.User || ap.Team != "" && ap.Team != a.Team {
			continue
		}
		if found == nil || ap.Team != "" { // an entry for this very workspace wins
			found = ap
		}
	}
	if found == nil {
		return nil, deny("You are not on the list of approvers (settings: approval.approver).")
	}
	return found, Verdict{}
}

// decidable checks that the proposal still waits for a decision.
func decidable(p Proposal, now time.Time) (Verdict, bool) {
	switch {
	case p.State == Snoozed:
		return deny("This proposal is snoozed until %s and can be decided then.", p.SnoozedUntil.UTC().Format("2006-01-02 15:04 MST")), false
	case !p.State.Decidable():
		return deny("This proposal is %s already; nothing is left to decide.", stateWord(p.State)), false
	case p.ExpiresAt.IsZero() || !now.Before(p.ExpiresAt):
		return deny("This proposal has expired; the next check makes a new one if the need is still there."), false
	}
	return Verdict{}, true
}

func stateWord(s State) string {
	if s == "" {
		return "not stored"
	}
	return string(s)
}

// withinLimits checks the amount against the approver's limit and rolling cap.
func withinLimits(who *core.Approver, p Proposal, history []Past, policy core.ApprovalPolicy, now time.Time) (Verdict, bool) {
	total := p.TotalShop
	switch {
	case total.Minor <= 0 || total.Currency == "":
		return deny("The amount in the shop's currency is not known; an exchange rate for %s would help.", p.Total.Currency), false
	case who.Limit.Currency != total.Currency:
		return deny("Your limit is in %s and the amount in %s; set the limit in the shop's currency (settings: approval.approver).", orNone(who.Limit.Currency), total.Currency), false
	case total.Minor > who.Limit.Minor:
		return deny("%s is above your limit of %s; somebody with a higher limit can approve it.", total, who.Limit), false
	case policy.DailyCap.Minor <= 0:
		return Verdict{}, true
	case policy.DailyCap.Currency != total.Currency:
		return deny("The daily cap is in %s and the amount in %s; set the cap in the shop's currency (settings: approval.daily_cap).", orNone(policy.DailyCap.Currency), total.Currency), false
	}
	spent := core.Money{Currency: total.Currency}
	for _, past := range history {
		if past.User != who.User || past.Action != Approve && past.Action != TakeReply || !past.At.After(now.Add(-capWindow)) {
			continue
		}
		if p.ID != 0 && past.Proposal == p.ID {
			continue // an approval of this very proposal that was void or waits for a second one
		}
		var err error
		if spent, err = spent.Add(past.Amount); err != nil || past.Amount.Minor < 0 {
			return deny("Your approvals of the last 24 hours cannot be added up in %s; another approver can decide.", total.Currency), false
		}
	}
	if spent.Minor+total.Minor > policy.DailyCap.Minor {
		return deny("You approved %s in the last 24 hours; with %s that is above the daily cap of %s. Another approver can decide, or wait.", spent, total, policy.DailyCap), false
	}
	return Verdict{}, true
}

// fourEyes applies the rules on who may follow whom.
func fourEyes(actor Actor, p Proposal, policy core.ApprovalPolicy) Verdict {
	if p.EditedBy == actor.User && !policy.Solo {
		return deny("You edited this proposal, so somebody else must approve it (settings: approval.solo for shops of one).")
	}
	if policy.SecondAbove.Minor <= 0 {
		return Verdict{Allow, "The amount is within your limit."}
	}
	if policy.SecondAbove.Currency != p.TotalShop.Currency {
		return deny("The amount above which two people approve is in %s and this amount in %s; set it in the shop's currency (settings: approval.second_above).", orNone(policy.SecondAbove.Currency), p.TotalShop.Currency)
	}
	if p.TotalShop.Minor <= policy.SecondAbove.Minor {
		return Verdict{Allow, "The amount is within your limit."}
	}
	if p.State != AwaitingSecond || !listed(p.FirstBy, policy) {
		return Verdict{NeedSecond, fmt.Sprintf("Your approval counts; above %s a second person must approve too.", policy.SecondAbove)}
	}
	if p.FirstBy == actor.User {
		return deny("You gave the first approval; above %s a different person must give the second one.", policy.SecondAbove)
	}
	return Verdict{Allow, "This is the second approval and the amount is within your limit."}
}

// listed reports whether the user still is an approver.
func listed(user string, policy core.ApprovalPolicy) bool {
	for _, a := range policy.Approvers {
		if user != "" && a.User == user {
			return true
		}
	}
	return false
}

func orNone(c core.Currency) string {
	if c == "" {
		return "no currency"
	}
	return string(c)
}
