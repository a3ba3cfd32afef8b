package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Approvals says how the orders of a run would have been approved by plan.AutoApprove
// with the limits of the policy. Data and exchange rates are as fresh on each day as in a
// shop that runs, a person approves the rest as it stands, and nobody asks a late
// supplier for a new day.
type Approvals struct {
	Orders  int            `json:"orders"`          // to one supplier each, over all days
	Routine int            `json:"routine"`         // that the rule would approve at any amount
	ByRule  int            `json:"by_rule"`         // within the limits
	Asked   map[string]int `json:"asked,omitempty"` // why the others were not routine, without codes and numbers
}

// String says it in a line, the most frequent reasons first.
func (a *Approvals) String() string {
	reasons := slices.SortedFunc(maps.Keys(a.Asked), func(x, y string) int {
		return cmp.Or(cmp.Compare(a.Asked[y], a.Asked[x]), cmp.Compare(x, y))
	})
	for i, why := range reasons {
		reasons[i] = fmt.Sprintf("%d × %s", a.Asked[why], why)
	}
	return fmt.Sprintf("of %d orders %d were routine, and %d of these (%.0f %%) within the limits for approval by rule; the others asked for a person: %s",
		a.Orders, a.Routine, a.ByRule, 100*float64(a.ByRule)/float64(max(a.Routine, 1)), strings.Join(reasons, "; "))
}

// desk is where a run's orders are approved.
type desk struct {
	words   []plan.Word
	history []plan.Past
}

// approve asks the rule about the proposals of a review, and a person about the rest.
func (d *desk) approve(v *View, r *plan.Report, p core.Policy) {
	snap, now := v.Snapshot, noon(v)
	snap.Rates = nil // the rule looks at their age alone
	for _, r := range v.Snapshot.Rates {
		snap.Rates = append(snap.Rates, core.FXRate{Currency: r.Currency, Day: v.Today, Rate: r.Rate})
	}
	if v.Approvals == nil {
		v.Approvals = &Approvals{Asked: map[string]int{}}
	}
	wide := p
	wide.Approval.SecondAbove, wide.Approval.AutoLimit = core.Money{}, core.Money{Minor: core.MaxMinor, Currency: p.Approval.AutoLimit.Currency}
	wide.Approval.AutoCap, wide.Approval.Approvers = core.Money{}, []core.Approver{{User: person(p), Limit: wide.Approval.AutoLimit}}
	facts := plan.AutoFacts{Snapshot: &snap, Report: r, Words: d.words}
	facts.Prepare()
	for _, o := range r.Proposals {
		o.State, o.ExpiresAt, facts.History = plan.Proposed, now.Add(p.Approval.Expiry), d.history
		v.Approvals.Orders++
		if said := plan.AutoApprove(o, facts, wide, now); said.Outcome == plan.Allow {
			v.Approvals.Routine++
		} else {
			v.Approvals.Asked[general(said.Reason, o)]++
		}
		if plan.AutoApprove(o, facts, p, now).Outcome == plan.Allow {
			v.Approvals.ByRule++
			d.history = append(d.history, plan.Past{User: plan.ByRule, Action: plan.Approve, Amount: o.TotalShop, At: now})
			continue
		}
		for _, l := range o.Lines {
			d.words = append(d.words, plan.Word{Supplier: o.Supplier, SKU: l.SKU, Yes: true, By: person(p), At: now, Location: l.Location, Mode: l.Mode,
				Unit: l.UnitPrice, Freight: l.Freight, Units: l.Qty + l.With})
		}
	}
}

// person is who approves: the approver who may approve most.
func person(p core.Policy) string {
	if len(p.Approval.Approvers) == 0 {
		return "nobody"
	}
	return slices.MaxFunc(p.Approval.Approvers, func(a, b core.Approver) int { return cmp.Compare(a.Limit.Minor, b.Limit.Minor) }).User
}

var withDigits = regexp.MustCompile(`\S*[0-9]\S*`)

// general takes codes and numbers out of a reason, so that it can be counted.
func general(reason string, o plan.Proposal) string {
	codes := []string{string(o.Supplier)}
	for _, l := range o.Lines {
		codes = append(codes, string(l.SKU), string(l.Location))
	}
	slices.SortFunc(codes, func(a, b string) int { return len(b) - len(a) }) // the longest first: one may begin another
	var pairs []string
	for _, c := range codes {
		pairs = append(pairs, c, "…")
	}
	return withDigits.ReplaceAllString(strings.NewReplacer(pairs...).Replace(reason), "…")
}
