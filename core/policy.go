package core

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// TierRule says what cover tiers look at.
type TierRule string

// Tier rules. Aware also compares the position with the reorder points of the
// fast and the normal mode; strict keeps the plain days of cover.
const (
	Aware  TierRule = "aware"
	Strict TierRule = "strict"
)

// TargetRule says how the safety stock of a service level is found.
type TargetRule string

// Target rules. Cost asks, course by course of demand, what will be missing from the
// arrival of goods ordered now until that of the next order, and orders at every
// review the quantity at which a unit more costs as much to keep as it saves; a level
// set for a class, a category or by hand takes the place of these costs. Where price
// or cost of an item is not known it is as Quantile, which looks at how much was sold
// over as many days in the past year, moved to the demand expected now, with a lead
// time drawn for each, and fills up to the service level's quantile when the position
// is at the reorder point. Fill does the same with the least level at which the share of
// demand that is served at once reaches Policy.FillRate. Normal does so by the textbook formula from the deviations
// of demand and lead time.
const (
	TargetNormal   TargetRule = "normal"
	TargetQuantile TargetRule = "quantile"
	TargetFill     TargetRule = "fill"
	TargetCost     TargetRule = "cost"
)

// Policy holds every number a shop can set about decisions. DefaultPolicy gives
// the documented defaults; Validate names the field that is out of bounds.
type Policy struct {
	// ServiceLevel is the probability of no stock-out in one order cycle.
	// Defaults to 0.95; between 0.5 and 0.999.
	ServiceLevel float64 `json:"service_level"`
	// FillRate is the share of units asked for that the target "fill" has in stock at
	// once; a service level set for a class, a category or by hand goes before it.
	// Defaults to 0.98; between 0.5 and 0.9999.
	FillRate float64 `json:"fill_rate"`
	// ReviewDays is the time between two order decisions. Defaults to 7.
	ReviewDays int `json:"review_days"`
	// RedDays: cover below it is RED. Defaults to 15.
	RedDays int `json:"red_days"`
	// YellowDays: cover from RedDays to it, both inclusive, is YELLOW, above it
	// GREEN. Defaults to 30.
	YellowDays int `json:"yellow_days"`
	// Tiers is the tier rule. Defaults to "aware".
	Tiers TierRule `json:"tiers"`
	// Target is the rule of how much is enough. Defaults to "cost"; empty is "normal".
	Target TargetRule `json:"target,omitempty"`
	// MinSafetyDays is the floor of safety stock in days of sales. Defaults to 3.
	MinSafetyDays float64 `json:"min_safety_days"`
	// MaxRiskCards is how many risk cards stand in the channel at once, the ones
	// with most money at risk; the rest is counted in the overview. Defaults to 5.
	MaxRiskCards int `json:"max_risk_cards"`
	// ReviseShare is the change of a proposal's quantity or amount, as a fraction,
	// above which an open card is rewritten and an approval asks again. Defaults
	// to 0.10.
	ReviseShare float64 `json:"revise_share"`
	// RejectDays is how long a rejected line is not proposed again unless its need
	// grows by more than ReviseShare. Defaults to 7.
	RejectDays int `json:"reject_days"`
	// StaleAfter is the age per feed beyond which the conservative mode begins; a
	// feed not named uses StaleDefault.
	StaleAfter map[string]time.Duration `json:"stale_after,omitempty"`
	// StaleDefault defaults to 1 hour.
	StaleDefault time.Duration `json:"stale_default"`
	// CoolDown is how long a finding that was told is not told again unless it gets
	// graver or is over. Defaults to 4 hours.
	CoolDown time.Duration `json:"cool_down"`
	// Quiet are hours in which nothing is told. Defaults to none.
	Quiet QuietHours `json:"quiet,omitzero"`
	// ForecastOff is the deviation of sales from what was forecast, as a fraction,
	// from which a person is asked and safety stock grows. Defaults to 0.30.
	ForecastOff float64 `json:"forecast_off"`
	// Approval says who may approve what.
	Approval ApprovalPolicy `json:"approval"`
	// Quantity turns a need into an order.
	Quantity QuantityPolicy `json:"quantity"`
	// Signals bounds what outside signals may do to the forecast.
	Signals SignalPolicy `json:"signals"`
}

// ApprovalPolicy says who may decide on proposals. The zero value lets nobody.
// Amounts are in the shop's currency.
type ApprovalPolicy struct {
	Approvers []Approver `json:"approvers,omitempty"`
	// SecondAbove: a proposal above this amount needs two different approvers.
	// Zero amount means no second approver is asked.
	SecondAbove Money `json:"second_above"`
	// ConfirmAbove: the Approve button asks "are you sure" above this amount.
	ConfirmAbove Money `json:"confirm_above"`
	// Expiry is how long a proposal can be approved after it was last written.
	// Defaults to 72 hours.
	Expiry time.Duration `json:"expiry"`
	// DailyCap bounds what one approver may approve in any 24 hours. Zero amount
	// means no cap.
	DailyCap Money `json:"daily_cap"`
	// Solo allows a person to approve a proposal he or she edited; for shops of
	// one. Defaults to false.
	Solo bool `json:"solo"`
	// Receivers are Slack user ids who may, beside the approvers, report what
	// becomes of an order: confirmed, shipped, received. They approve nothing.
	Receivers []string `json:"receivers,omitempty"`
	// RemindAfter is how long a proposal waits before its approvers are reminded in
	// its thread. Defaults to 24 hours; 0 means never.
	RemindAfter time.Duration `json:"remind_after"`
	// Fallback are the approvers who are asked when a reminder did not help and the
	// money at risk grows.
	Fallback []string `json:"fallback,omitempty"`
	// Undo is how long the letter of an approved order waits, so that the approval
	// can be taken back. Defaults to 5 minutes; 0 means that it leaves at once.
	Undo time.Duration `json:"undo"`
	// RoutineLimit is the largest amount of a proposal that may be approved together
	// with others in one press. Zero amount means none may.
	RoutineLimit Money `json:"routine_limit"`
	// AutoLimit is the largest amount of a proposal that the rule approves by itself,
	// with no person; plan.AutoApprove says what else must hold. Zero amount, the
	// default, means none: nothing is approved without a person.
	AutoLimit Money `json:"auto_limit"`
	// AutoCap bounds what the rule approves in any seven days. Zero amount means
	// four times AutoLimit; see WeeklyAutoCap.
	AutoCap Money `json:"auto_cap"`
	// KeySuppliers are those whose orders a person always decides about.
	KeySuppliers []SupplierID `json:"key_suppliers,omitempty"`
}

// autoCapOrders is how many of the largest orders AutoCap allows where it is not set.
const autoCapOrders = 4

// WeeklyAutoCap is what the rule may approve in any seven days.
func (a ApprovalPolicy) WeeklyAutoCap() Money {
	if a.AutoCap.Minor > 0 {
		return a.AutoCap
	}
	return Money{Minor: min(a.AutoLimit.Minor, MaxMinor/autoCapOrders) * autoCapOrders, Currency: a.AutoLimit.Currency}
}

// QuietHours are the minutes of the day, in the shop's zone, from which and to
// which nothing is told. They may go over midnight. Equal ends mean none.
type QuietHours struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// On reports whether there are quiet hours.
func (q QuietHours) On() bool { return q.From != q.To }

// Approver is one person with rights.
type Approver struct {
	User  string `json:"user"`  // Slack user id
	Team  string `json:"team"`  // Slack workspace id; empty means the bot's own
	Limit Money  `json:"limit"` // the largest amount of one proposal
}

// DefaultPolicy returns the documented defaults, with no approver.
func DefaultPolicy() Policy {
	return Policy{
		ServiceLevel: 0.95, FillRate: 0.98, ReviewDays: 7, RedDays: 15, YellowDays: 30, Tiers: Aware, Target: TargetCost,
		MinSafetyDays: 3, MaxRiskCards: 5, ReviseShare: 0.10, RejectDays: 7,
		StaleDefault: time.Hour, ForecastOff: 0.30, CoolDown: 4 * time.Hour,
		Approval: ApprovalPolicy{Expiry: 72 * time.Hour, RemindAfter: 24 * time.Hour, Undo: 5 * time.Minute},
		Quantity: DefaultQuantity(),
		Signals:  DefaultSignals(),
	}
}

// Validate reports every field out of bounds, with the bound.
func (p Policy) Validate() error {
	var errs []error
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	within := func(v, lo, hi float64) bool { return !math.IsNaN(v) && lo <= v && v <= hi }
	bad(within(p.ServiceLevel, 0.5, 0.999), "service_level must be between 0.5 and 0.999, is %v", p.ServiceLevel)
	bad(p.Target != TargetFill || within(p.FillRate, 0.5, 0.9999), "fill_rate must be between 0.5 and 0.9999, is %v", p.FillRate)
	bad(within(float64(p.ReviewDays), 1, 366), "review_days must be between 1 and 366, is %d", p.ReviewDays)
	bad(within(float64(p.RedDays), 0, 365), "red_days must be between 0 and 365, is %d", p.RedDays)
	bad(p.YellowDays >= p.RedDays && p.YellowDays <= 730, "yellow_days must be between red_days (%d) and 730, is %d", p.RedDays, p.YellowDays)
	bad(p.Tiers == Aware || p.Tiers == Strict, "tiers must be %q or %q, is %q", Aware, Strict, p.Tiers)
	bad(slices.Contains([]TargetRule{"", TargetNormal, TargetQuantile, TargetFill, TargetCost}, p.Target), "target must be %q, %q, %q or %q, is %q", TargetCost, TargetFill, TargetQuantile, TargetNormal, p.Target)
	bad(within(p.MinSafetyDays, 0, 365), "min_safety_days must be between 0 and 365, is %v", p.MinSafetyDays)
	bad(within(float64(p.MaxRiskCards), 0, 50), "max_risk_cards must be between 0 and 50, is %d", p.MaxRiskCards)
	bad(within(p.ReviseShare, 0, 10), "revise_share must be between 0 and 10, is %v", p.ReviseShare)
	bad(within(float64(p.RejectDays), 0, 365), "reject_days must be between 0 and 365, is %d", p.RejectDays)
	bad(within(p.ForecastOff, 0.05, 10), "forecast_off must be between 0.05 and 10, is %v", p.ForecastOff)
	bad(p.CoolDown >= 0 && p.CoolDown <= 7*24*time.Hour, "cool_down must be between 0s and 168h, is %s", p.CoolDown)
	bad(p.StaleDefault > 0, "stale_default must be positive, is %s", p.StaleDefault)
	for _, name := range slices.Sorted(maps.Keys(p.StaleAfter)) {
		d := p.StaleAfter[name]
		bad(d > 0, "stale_after.%s must be positive, is %s", name, d)
	}
	bad(p.Approval.Expiry > 0, "approval.expiry must be positive, is %s", p.Approval.Expiry)
	amount := func(name string, m Money) {
		bad(m.Minor >= 0, "approval.%s must not be negative, is %s", name, m)
		bad(m.Minor == 0 || m.Currency.Valid(), "approval.%s needs a currency", name)
	}
	amount("second_above", p.Approval.SecondAbove)
	amount("confirm_above", p.Approval.ConfirmAbove)
	amount("daily_cap", p.Approval.DailyCap)
	bad(p.Approval.RemindAfter >= 0, "approval.remind_after must not be negative, is %s", p.Approval.RemindAfter)
	amount("routine_limit", p.Approval.RoutineLimit)
	amount("auto_limit", p.Approval.AutoLimit)
	amount("auto_cap", p.Approval.AutoCap)
	bad(p.Approval.AutoLimit.Minor <= 0 || p.Approval.Undo > 0, "approval.undo must be above 0s where approval.auto_limit is set: what the rule approves can be taken back")
	bad(p.Approval.Undo >= 0 && p.Approval.Undo <= 24*time.Hour, "approval.undo must be between 0s and 24h, is %s", p.Approval.Undo)
	for _, f := range p.Approval.Fallback {
		bad(slices.ContainsFunc(p.Approval.Approvers, func(a Approver) bool { return a.User == f }), "approval.fallback %q is not an approver", f)
	}
	bad(0 <= p.Quiet.From && p.Quiet.From < 24*60 && 0 <= p.Quiet.To && p.Quiet.To < 24*60, "policy.quiet_hours must be two times of day")
	seen := map[string]bool{}
	for _, a := range p.Approval.Approvers {
		bad(a.User != "", "approval.approver without a user id")
		bad(!seen[a.Team+"/"+a.User], "approval.approver %s is listed twice", a.User)
		bad(a.Limit.Minor > 0, "approval.approver %s: limit must be positive", a.User)
		bad(a.Limit.Currency.Valid(), "approval.approver %s: limit needs a currency", a.User)
		seen[a.Team+"/"+a.User] = true
	}
	for _, k := range p.Approval.KeySuppliers {
		bad(k != "", "approval.key_suppliers holds an empty code")
	}
	for _, r := range p.Approval.Receivers {
		bad(r != "", "approval.receivers holds an empty user id")
	}
	errs = append(errs, p.Quantity.validate())
	errs = append(errs, p.Signals.problems()...)
	return errors.Join(errs...)
}

// Courses says whether targets come from courses of demand, not from the formula.
func (p Policy) Courses() bool { return p.Target != "" && p.Target != TargetNormal }

// StaleLimit returns the age beyond which feed is stale.
func (p Policy) StaleLimit(feed string) time.Duration {
	if d, ok := p.StaleAfter[feed]; ok {
		return d
	}
	return p.StaleDefault
}
