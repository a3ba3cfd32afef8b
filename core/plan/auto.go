package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// Approval by rule (requirement J3): routine orders within limits are approved without
// a person. It is off unless a limit is set, and everything that is not known to be
// routine is left to a person, with the reason.

// ByRule stands in the place of a person's id for what the rule approved. No chat system
// has such an id.
const ByRule = "rule"

const (
	// AutoWindow is the span of the rolling cap of approvals by rule.
	AutoWindow = 7 * 24 * time.Hour
	// autoRateDays is the age of an exchange rate from which an amount is not known well
	// enough: accounts that book by the month have one for each.
	autoRateDays = 31
	// autoDataDays is how many days back the sales of a product must be believable.
	autoDataDays = 7
	// autoPriceMove is how far, as a fraction, the price of a unit may be from that which
	// a person approved last.
	autoPriceMove = 0.05
)

// AutoFacts is what AutoApprove looks at beside the proposal and the policy.
type AutoFacts struct {
	// Snapshot and Report are of now: what AutoApprove decides about must still be what
	// the numbers ask for. They may be of the proposal's products alone.
	Snapshot *core.Snapshot
	Report   *Report
	// Words are what people said about the proposal's products, in any order.
	Words []Word
	// History holds the decisions of the rule of AutoWindow at least, without those on
	// orders that were taken back.
	History []Past
	// Touched are proposals that a person has edited or snoozed, or approved as the first
	// of two, whatever became of that.
	Touched []int64
	// Conservative are the causes for which nothing may be approved.
	Conservative []risk.Cause
	// Stopped says that all outside effects are switched off, Unseen that no card can be
	// shown now.
	Stopped, Unseen bool

	index *autoIndex
}

// autoIndex finds what the facts say about a product.
type autoIndex struct {
	paused map[nodeKey]time.Time // of items for which nothing is ordered by itself
	words  map[core.SKU][]*Word
}

// Prepare indexes Report and Words, which must not change after it. Whoever asks about
// many proposals calls it once; else AutoApprove does.
func (f *AutoFacts) Prepare() {
	f.index = &autoIndex{map[nodeKey]time.Time{}, map[core.SKU][]*Word{}}
	for i := range f.Report.Items {
		if it := &f.Report.Items[i]; f.Report.Now.Before(it.PausedUntil) {
			f.index.paused[nodeKey{it.SKU, it.Location}] = it.PausedUntil
		}
	}
	for i := range f.Words {
		w := &f.Words[i]
		f.index.words[w.SKU] = append(f.index.words[w.SKU], w)
	}
}

// Word is what a person said about a product: yes by approving an order of it, no by
// rejecting one, taking one back or cancelling it.
type Word struct {
	Supplier core.SupplierID
	SKU      core.SKU
	Yes      bool
	By       string // user id of who said yes
	At       time.Time
	// Of a yes: where the goods went and how, the price of a unit as ordered without
	// freight, the freight, and the units of the product in that order, which the price
	// is for.
	Location core.LocationID
	Mode     core.Mode
	Unit     core.Money
	Freight  core.Money
	Units    int64
}

// AutoApprove says whether the rule may approve proposal p at now in the place of a
// person. It denies unless the order is routine beyond doubt, and every reason is a
// phrase for a card: why a person is asked. Whether p is as stored is for the caller.
// now bounds what expires; what depends on the shop's day goes by the report's.
func AutoApprove(p Proposal, f AutoFacts, policy core.Policy, now time.Time) Verdict {
	if f.index == nil {
		f.Prepare()
	}
	a := auto{p: p, AutoFacts: f, policy: policy.Approval, now: now, quiet: quietReason(policy, f.Report.Shop, f.Report.Now), total: p.TotalShop}
	if fresh, ok := a.fresh(); ok && fresh.Rate > 0 && fresh.Total.Currency == p.Total.Currency {
		if now, err := p.Total.Convert(a.total.Currency, fresh.Rate); err == nil && now.Minor > a.total.Minor {
			a.total = now
		}
	}
	for _, why := range []func() string{a.off, a.amount, a.supplier, a.rate, a.shaped, a.lines} {
		if reason := why(); reason != "" {
			return deny("%s", reason)
		}
	}
	return a.capped()
}

// RuleWeek counts what the rule approved in the AutoWindow, for reports: the orders that
// its cap counts, which are all but those taken back before their letter left.
type RuleWeek struct {
	Orders int        // placed, by whoever, and not taken back
	ByRule int        // of them, approved by rule
	Spent  core.Money // what ByRule came to
	Limit  core.Money
}

// auto is one question to the rule. Its methods say why a person must be asked.
type auto struct {
	AutoFacts
	p      Proposal
	policy core.ApprovalPolicy
	quiet  string // why nothing is told now
	now    time.Time
	// total is what the order costs in the shop's currency: as on the card, or at the
	// exchange rate of now where that is more.
	total core.Money
}

// off: the rule does not act now, or not on a proposal that a person has touched.
func (a *auto) off() string {
	switch {
	case a.policy.AutoLimit.Minor <= 0:
		return "approving by rule is off (settings: approval.auto_limit)"
	case a.p.State != Proposed || !a.now.Before(a.p.ExpiresAt):
		return "it is " + stateWord(a.p.State) + " or has expired"
	case len(a.Conservative) > 0:
		return "conservative mode: " + a.Conservative[0].Reason
	case len(a.Report.Conservative) > 0:
		return "conservative mode: " + a.Report.Conservative[0].Reason
	case a.Stopped:
		return "the kill switch is on"
	case a.Unseen: // nobody could take it back in time
		return "Slack cannot be reached"
	case a.quiet != "": // nobody would see it in time to take it back
		return a.quiet
	case a.p.EditedBy != "" || slices.Contains(a.Touched, a.p.ID):
		return "a person has dealt with it"
	}
	return ""
}

// amount: it is not known, or more than one person may approve. The limits of approvers
// count too, so that the rule can do nothing that none of them could.
func (a *auto) amount() string {
	total, limit, two := a.total, a.policy.AutoLimit, a.policy.SecondAbove
	switch {
	case total.Minor <= 0 || a.p.Total.Minor <= 0 || total.Currency != limit.Currency:
		return fmt.Sprintf("its amount in %s is not known", limit.Currency)
	case total.Minor > limit.Minor:
		return fmt.Sprintf("%s is above the limit of %s for orders by rule", total, limit)
	case two.Minor > 0 && (two.Currency != total.Currency || total.Minor > two.Minor):
		return fmt.Sprintf("above %s two people approve", two)
	case !slices.ContainsFunc(a.policy.Approvers, a.covers):
		return fmt.Sprintf("no approver may approve %s", total)
	}
	return ""
}

// covers reports whether an approver's limit covers the amount of the order.
func (a *auto) covers(w core.Approver) bool {
	return w.Limit.Currency == a.total.Currency && a.total.Minor <= w.Limit.Minor
}

// from is what the supplier is called.
func (a *auto) from() string { return cmp.Or(a.p.SupplierName, string(a.p.Supplier)) }

// supplier: a key supplier, or one in trouble: likely to be late, or late now beyond what
// its lead times vary by.
func (a *auto) supplier() string {
	for _, key := range a.policy.KeySuppliers {
		switch {
		case key == a.p.Supplier:
			return fmt.Sprintf("%s is a key supplier", a.from())
		case !slices.ContainsFunc(a.Snapshot.Suppliers, func(s core.Supplier) bool { return s.ID == key }):
			return fmt.Sprintf("the settings name a key supplier %s, which the data does not know (settings: approval.key_suppliers)", key)
		}
	}
	for i := range a.Report.Findings {
		f := &a.Report.Findings[i]
		switch {
		case f.Supplier != a.p.Supplier:
		case f.Kind == risk.LateSupplier:
			return fmt.Sprintf("%s is likely to be late", a.from())
		case f.Kind == risk.LateOrder && f.DaysLate >= a.longLate():
			return fmt.Sprintf("order %s from %s is %s late", f.Order, a.from(), plural(f.DaysLate, "day"))
		}
	}
	return ""
}

// longLate is how many days late an order of the supplier may not be: a week, or two
// standard deviations of the lead time, which one order in forty is late by.
func (a *auto) longLate() int {
	days := risk.LongLate
	for _, l := range a.p.Lines {
		days = max(days, int(math.Ceil(2*l.Calc.LeadSD)))
	}
	return days
}

// rate: the exchange rate is too old for the amount to be compared with a limit.
func (a *auto) rate() string {
	c := a.p.Total.Currency
	if c == a.Report.Shop.Currency {
		return ""
	}
	last := core.Day(0)
	for _, r := range a.Snapshot.Rates {
		if r.Currency == c && r.Day <= a.Report.Today {
			last = max(last, r.Day)
		}
	}
	if last == 0 || a.Report.Today-last > autoRateDays {
		return fmt.Sprintf("the exchange rate of %s is older than %d days", c, autoRateDays)
	}
	return ""
}

// shaped: the order as a whole is not what its products need one by one: raised to the
// supplier's minimum or a container, cut by a budget or the order cap.
func (a *auto) shaped() string {
	fresh, ok := a.fresh()
	if !ok {
		return "today's numbers do not ask for it"
	}
	if notes := slices.Concat(a.p.Notes, fresh.Notes); len(notes) > 0 {
		return notes[0]
	}
	return ""
}

// fresh is the proposal as the numbers of now would have it.
func (a *auto) fresh() (Proposal, bool) {
	for i := range a.Report.Proposals { // large ones: not copied to be looked at
		if q := &a.Report.Proposals[i]; q.Supplier == a.p.Supplier {
			return *q, true
		}
	}
	return Proposal{}, false
}

// capped is the last question: what the rule may approve in a week.
func (a *auto) capped() Verdict {
	total, most := a.total, a.policy.WeeklyAutoCap()
	_, spent, err := AutoSpent(a.History, total.Currency, a.now)
	switch {
	case err != nil || most.Currency != total.Currency:
		return deny("what the rule approved in the last 7 days cannot be added up in %s", total.Currency)
	case spent.Minor+total.Minor > most.Minor:
		return deny("%s were approved by rule in the last 7 days; with %s that is above the limit of %s a week", spent, total, most)
	}
	spent.Minor += total.Minor
	return Verdict{Allow, fmt.Sprintf("%s is within the limit of %s, and with it %s of %s a week are approved by rule", total, a.policy.AutoLimit, spent, most)}
}

// AutoSpent counts and adds up what the rule approved in the AutoWindow before now.
func AutoSpent(history []Past, c core.Currency, now time.Time) (orders int, spent core.Money, err error) {
	spent.Currency = c
	for _, past := range history {
		if past.User != ByRule || past.Action != Approve || !past.At.After(now.Add(-AutoWindow)) {
			continue
		}
		if past.Amount.Minor < 0 {
			return 0, spent, fmt.Errorf("an approval of %s", past.Amount)
		}
		if spent, err = spent.Add(past.Amount); err != nil {
			return 0, spent, err
		}
		orders++
	}
	return orders, spent, nil
}
