package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/supply"
)

// Decided is what became of one proposal in the time of a review.
type Decided struct {
	Supplier string
	State    State      // Approved, Rejected or Expired
	Asked    core.Money // as first asked for, in the shop's currency
	Amount   core.Money // as decided
	// ByRule says that the rule approved it. One that a person took back is Rejected.
	ByRule bool
}

// asAsked reports whether a person approved it as it was; of nothing no share can be told.
func (d Decided) asAsked() bool {
	return d.State == Approved && !d.ByRule && (d.Amount == d.Asked || d.Asked.Minor <= 0)
}

// Period is the month or the quarter that a review looks at.
type Period struct {
	core.DayRange
	Quarter bool
}

// LastPeriod is the month, or the quarter, that ended before day.
func LastPeriod(day core.Day, quarter bool) Period {
	t := day.Time(time.UTC)
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	months := 1
	if quarter {
		first = first.AddDate(0, -(int(t.Month())-1)%3, 0)
		months = 3
	}
	return Period{core.DayRange{From: core.DayOf(first.AddDate(0, -months, 0), time.UTC), To: core.DayOf(first, time.UTC) - 1}, quarter}
}

// ReviewInput is what NewReview makes a review of.
type ReviewInput struct {
	Shop       core.Shop
	Period     Period
	Policy     core.Policy
	Decided    []Decided
	Scores     []supply.Score // of the period
	Leads      []supply.Score // of the last two years, for lead times
	Indicators Indicators
	Names      core.SupplierNames
}

// Review looks back at a month or a quarter and says which settings should have other
// values by what happened (requirement L2). People change them; a review does not.
type Review struct {
	Shop       core.Shop
	Period     Period
	Asked      int // proposals that were decided, or ran out
	AsAsked    int // approved as they were, by people
	ByRule     int // approved by rule
	Lowered    int // approved for less
	Raised     int
	Rejected   int
	Expired    int // nobody decided in time
	Spent      core.Money
	Scores     []supply.Score
	Names      core.SupplierNames `json:",omitempty"`
	Indicators Indicators
	Changes    []ParameterChange
	// Few says that too few proposals were decided for them to say anything.
	Few bool
}

// ParameterChange is a setting that should have another value, and why.
type ParameterChange struct{ Setting, Now, Then, Why string }

const (
	// ReviewLeast is the number of approved orders below which edits say nothing.
	ReviewLeast = 8
	// leadLeast is the number of orders below which a lead time says nothing beyond what
	// the plan has learned already.
	leadLeast = 4
)

// NewReview adds up a period and proposes other values.
func NewReview(in ReviewInput) Review {
	r := Review{Shop: in.Shop, Period: in.Period, Scores: in.Scores, Indicators: in.Indicators, Spent: core.Money{Currency: in.Shop.Currency}, Names: core.SupplierNames{}}
	for _, s := range in.Scores {
		r.Names[s.Supplier] = in.Names.Of(s.Supplier)
	}
	var ratios []float64 // of what was approved to what was asked for, where they differ
	for _, d := range in.Decided {
		r.Asked++
		switch {
		case d.State == Rejected:
			r.Rejected++
		case d.State == Expired:
			r.Expired++
		case d.State != Approved:
			r.Asked--
		default:
			if sum, err := r.Spent.Add(d.Amount); err == nil {
				r.Spent = sum
			}
			if d.ByRule {
				r.ByRule++
				continue
			}
			if d.asAsked() {
				r.AsAsked++
				continue
			}
			ratio := float64(d.Amount.Minor) / float64(d.Asked.Minor)
			ratios = append(ratios, ratio)
			if ratio < 1 {
				r.Lowered++
			} else {
				r.Raised++
			}
		}
	}
	approved := r.AsAsked + r.Lowered + r.Raised
	r.Few = approved < ReviewLeast
	if !r.Few {
		r.add(r.quantities(in.Policy, ratios, approved))
		r.add(r.routine(in))
	}
	r.add(r.reminders(in.Policy))
	r.suppliers(in)
	return r
}

func (r *Review) add(c ParameterChange) {
	if c.Setting != "" {
		r.Changes = append(r.Changes, c)
	}
}

// quantities: people who keep lowering orders say that stock costs more than the policy
// holds, and the other way round.
func (r *Review) quantities(p core.Policy, ratios []float64, approved int) ParameterChange {
	if len(ratios) == 0 {
		return ParameterChange{}
	}
	slices.Sort(ratios)
	middle := ratios[len(ratios)/2]
	less := 5*r.Lowered >= 2*approved && middle <= 0.85
	more := 5*r.Raised >= 2*approved && middle >= 1.15
	if !less && !more {
		return ParameterChange{}
	}
	what, n, times := "lowered", r.Lowered, 1.25
	if more {
		what, n, times = "raised", r.Raised, 0.8
	}
	c := ParameterChange{Why: fmt.Sprintf("%d of %d orders were %s before they were approved, in the middle to %s of what was asked for", n, approved, what, percent(middle))}
	// A chance nearer to 1 orders more: what is missed falls as the rate does.
	nearer := func(v, most float64) string { return fmt.Sprint(core.Round(min(max(1-(1-v)*times, 0.5), most), 4)) }
	switch p.Target {
	case core.TargetCost:
		c.Setting, c.Now, c.Then = "quantity.holding_rate", fmt.Sprint(p.Quantity.HoldingRate), fmt.Sprint(core.Round(min(p.Quantity.HoldingRate*times, 10), 2))
	case core.TargetFill:
		c.Setting, c.Now, c.Then = "policy.fill_rate", fmt.Sprint(p.FillRate), nearer(p.FillRate, 0.9999)
	default:
		c.Setting, c.Now, c.Then = "policy.service_level", fmt.Sprint(p.ServiceLevel), nearer(p.ServiceLevel, 0.999)
	}
	if c.Now == c.Then {
		return ParameterChange{}
	}
	return c
}

// routine: amounts up to which people never changed or refused anything can be approved
// in one press, and where that is so already, by rule.
func (r *Review) routine(in ReviewInput) ParameterChange {
	var kept, touched []int64
	for _, d := range in.Decided {
		switch {
		case d.asAsked():
			kept = append(kept, d.Amount.Minor)
		case d.State == Approved && !d.ByRule || d.State == Rejected:
			touched = append(touched, min(d.Amount.Minor, d.Asked.Minor))
		}
	}
	limit := int64(math.MaxInt64)
	for _, v := range touched {
		limit = min(limit, v-1)
	}
	upTo := func() (then core.Money) {
		kept = slices.DeleteFunc(kept, func(v int64) bool { return v > limit })
		if len(kept) >= ReviewLeast {
			then = core.Money{Minor: min(twoDigits(slices.Max(kept)), limit), Currency: in.Shop.Currency}
		}
		return then
	}
	a := in.Policy.Approval
	then, now, setting, more := upTo(), a.RoutineLimit, "approval.routine_limit", ""
	if then.Minor <= now.Minor && a.Undo > 0 {
		if two := a.SecondAbove; two.Minor > 0 && two.Currency == in.Shop.Currency {
			limit = min(limit, two.Minor)
		}
		then, now, setting, more = upTo(), a.AutoLimit, "approval.auto_limit", "; routine ones can be approved by rule"
	}
	if now.Currency = in.Shop.Currency; then.Minor <= now.Minor {
		return ParameterChange{}
	}
	why := fmt.Sprintf("%d orders up to this amount were approved as asked for, and none was changed or rejected", len(kept))
	return ParameterChange{setting, now.Decimal(), then.Decimal(), why + more}
}

// twoDigits rounds up to two digits: 47,312 to 48,000.
func twoDigits(v int64) int64 {
	unit := int64(1)
	for v/unit >= 100 {
		unit *= 10
	}
	return (v + unit - 1) / unit * unit
}

// reminders: proposals that run out should be brought to mind earlier.
func (r *Review) reminders(p core.Policy) ParameterChange {
	if r.Expired < 3 || 5*r.Expired < r.Asked {
		return ParameterChange{}
	}
	now, then := p.Approval.RemindAfter, p.Approval.RemindAfter/2
	if now == 0 {
		then = p.Approval.Expiry / 3
	}
	return ParameterChange{"approval.remind_after", DurationText(now), DurationText(then.Round(time.Minute)), fmt.Sprintf("%d of %d proposals ran out without a decision", r.Expired, r.Asked)}
}

// suppliers: lists that are far from what deliveries took, and suppliers whose orders
// are mostly rejected.
func (r *Review) suppliers(in ReviewInput) {
	for _, s := range in.Leads {
		for _, m := range s.Modes {
			if m.Orders >= leadLeast && (m.Multiple >= 1.15 || m.Multiple <= 0.85) {
				r.add(ParameterChange{fmt.Sprintf("lead time of %s by %s", in.Names.Of(s.Supplier), m.Mode), "× 1", "× " + fmt.Sprint(core.Round(m.Multiple, 2)),
					fmt.Sprintf("in %d orders goods took %s times as long as its list says; the plan reckons with that, quotes and promises made from the list do not", m.Orders, fmt.Sprint(core.Round(m.Multiple, 2)))})
			}
		}
	}
	asked, rejected := map[string]int{}, map[string]int{}
	var names []string
	for _, d := range in.Decided {
		if asked[d.Supplier]++; asked[d.Supplier] == 1 {
			names = append(names, d.Supplier)
		}
		if d.State == Rejected {
			rejected[d.Supplier]++
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if n := rejected[name]; n >= 3 && 2*n >= asked[name] {
			r.add(ParameterChange{"orders from " + name, "asked for", "other supplier, or numbers set by hand", fmt.Sprintf("%d of %d were rejected", n, asked[name])})
		}
	}
}
