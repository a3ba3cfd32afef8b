package plan

import (
	"slices"
	"time"

	"quartermaster/core"
)

// Delegation is the word of an approver that somebody stands in for him or her.
type Delegation struct {
	From, To string // user ids
	Until    time.Time
	At       time.Time
}

// MaxDelegateDays is the longest time somebody stands in for another.
const MaxDelegateDays = 60

// WithDelegates returns the policy with those who stand in for approvers at now: each
// may do with orders what the approver may, up to the approver's limit. Nobody hands
// over what was handed to him or her, and changing settings is not handed over.
func WithDelegates(p core.Policy, list []Delegation, now time.Time) core.Policy {
	own := p.Approval.Approvers
	all := slices.Clone(own)
	for _, d := range list {
		i := slices.IndexFunc(own, func(a core.Approver) bool { return a.User == d.From })
		if i < 0 || !now.Before(d.Until) || d.To == d.From || d.To == "" {
			continue
		}
		at := slices.IndexFunc(all, func(a core.Approver) bool { return a.User == d.To && a.Team == own[i].Team })
		switch {
		case at < 0:
			all = append(all, core.Approver{User: d.To, Team: own[i].Team, Limit: own[i].Limit})
		case all[at].Limit.Currency == own[i].Limit.Currency && all[at].Limit.Minor < own[i].Limit.Minor:
			all[at].Limit = own[i].Limit
		}
	}
	p.Approval.Approvers = all
	return p
}

// ActsFor returns for whom user stands in at now; empty for nobody.
func ActsFor(user string, list []Delegation, now time.Time) (approvers []string) {
	for _, d := range list {
		if d.To == user && now.Before(d.Until) {
			approvers = append(approvers, d.From)
		}
	}
	return approvers
}

// DecideDelegate says whether actor may let to stand in: the policy is without
// delegates, so who only stands in may not.
func DecideDelegate(actor, to Actor, policy core.Policy, now, until time.Time) Verdict {
	who, verdict := authorise(actor, policy.Approval)
	switch {
	case who == nil:
		return verdict
	case to.User == actor.User:
		return deny("Nobody can stand in for himself or herself. Please choose somebody else.")
	case to.User == "" || to.Bot || to.Deactivated || to.Guest || to.Foreign:
		return deny("Only a full member of this workspace can stand in for an approver.")
	case !until.After(now):
		return deny("Please choose a day in the future.")
	case until.After(now.AddDate(0, 0, MaxDelegateDays+1)):
		return deny("Somebody can stand in for %d days at most.", MaxDelegateDays)
	}
	return Verdict{Allow, "You are on the list of approvers."}
}
