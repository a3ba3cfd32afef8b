package replenish

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"quartermaster/core"
	"quartermaster/core/forecast/window"
)

// coverDays is the window of expected demand that cover is counted in.
const coverDays = 28

// minHorizon is the least number of days projected, thirteen weeks.
const minHorizon = 91

// Input is what Assess looks at.
type Input struct {
	Today    core.Day
	Mean     []float64 // expected demand from Today on, at least Horizon days
	SD       float64   // of one day's demand
	Basis    string    // where the demand comes from, for the calculation
	Position Position
	Inbound  []core.Inbound // of this SKU and location; its sum is Position.OnOrder
	Item     *core.SupplierItem
	Closed   []core.DayRange // of the supplier
	// Past is the demand of each day up to yesterday, NaN where it is not known; the
	// targets "quantile" and "cost" look at it.
	Past []float64
	// Totals are quantiles of cumulative demand from a model of all products, at
	// Levels; nil without one. See window.Input.
	Totals [][]float64
	Levels []float64
	// Factor is what signals do to the demand of each day, in Mean already; nil when
	// they do nothing. Totals and Past are without it.
	Factor []float64
	// Whole says that a person set Mean: the courses of the past keep their shape and
	// average what it says. See window.Input.
	Whole bool
	// Spread draws the distribution of demand apart around its mean; 0 and 1 do not.
	// The deviation SD holds it already.
	Spread float64
	// Week is the number of days in a week; 0 means 7. Where each day of Mean and
	// Past stands for a week it is 1.
	Week int
	// Room is memory for courses of demand, to be used again by one Assess after
	// another; nil for new.
	Room *window.Paths
	// Cost is what the target "cost" weighs; nil where it is not known: then it is as
	// the target "quantile".
	Cost *UnitCost
	// Economics weighs ways of shipping; zero when prices are not known.
	Economics Economics
	// Safety and Quantity are set by a person in place of the safety stock and the
	// quantity of an order that is due, in units; nil when not.
	Safety, Quantity *float64
	// Reorder is the position at or below which a person has orders due, in units; nil
	// when not set.
	Reorder *float64
	// MinRun is the least order of a product that was never ordered, in units.
	MinRun int64
	// Usual is what sells in a week without any forecast; nil for no cap on orders.
	Usual *Usual
	// MakeToOrder orders only what customers are owed.
	MakeToOrder bool
}

// Result is the state of one SKU at one location.
type Result struct {
	Tier        Tier
	TierWhy     string
	Cover       float64 // available stock in days of expected sales, 0 when Idle
	StockOut    core.Day
	HasStockOut bool
	OrderBy     core.Day // zero without a supplier or a stock-out in sight
	Arrival     core.Day // of goods ordered today; zero without a supplier
	Short       float64  // units unmet until then; over 28 days without a supplier
	Owed        int64    // units short of what customers are owed, where no other sales are expected; else 0
	Lead        core.Lead
	Calc        *Calculation // of the first part; nil without a supplier or when Idle
	// Parts are the ways an order is shipped by, earliest arrival first: one, or
	// two when the order is split. Lead, Arrival and Short are those of the first.
	Parts []Part
	Notes []string
}

// Qty returns the units ordered by every way.
func (r *Result) Qty() (n int64) {
	for i := range r.Parts {
		n += r.Parts[i].Calc.Qty
	}
	return n
}

// Horizon returns how many days of forecast Assess needs for an item that has
// one of these suppliers' offers; it is never less than 91.
func Horizon(today core.Day, it *core.SupplierItem, closed []core.DayRange, p core.Policy) int {
	n := minHorizon
	if it == nil {
		return n
	}
	for _, l := range it.Lead {
		review := today + core.Day(p.ReviewDays)
		n = max(n, int(Arrival(review, l, closed)-today)+1)
	}
	return n
}

// Assess computes the state of one item and, where a supplier offers it, the
// order it needs.
func Assess(in Input, p core.Policy) Result {
	proj := Project(in.Today, in.Position.Available(), in.Inbound, in.Mean)
	daily, cover, owed := round4(Average(in.Mean, coverDays)), 0.0, int64(0)
	switch {
	case daily > 0:
		cover = float64(max(0, in.Position.Available())) / daily
	case in.Position.Net() < 0: // nobody else is expected, but those who wait are
		owed = -in.Position.Net()
		proj.StockOut, proj.HasStockOut, in.MakeToOrder = in.Today, true, true
	default:
		return Result{Tier: Idle, TierWhy: "no sales are expected", StockOut: proj.StockOut, HasStockOut: proj.HasStockOut, Notes: proj.Notes}
	}
	res := Result{StockOut: proj.StockOut, HasStockOut: proj.HasStockOut, Notes: proj.Notes, Cover: round4(cover), Owed: owed}
	res.Tier, res.TierWhy = coverTier(cover, in.Position.Available(), p)
	if owed > 0 {
		res.TierWhy = fmt.Sprintf("customers are owed %s of it, and no other sales are expected", Num(float64(owed)))
	}
	if in.Item == nil || len(in.Item.Lead) == 0 {
		res.Short = round2(proj.Short(in.Today, in.Today+coverDays))
		return res
	}

	normal, fast := Ways(in.Item.Lead)
	if normal.Mode == core.Rush { // the only way: every price is that of a rush order
		priced := in.Item.Scaled(1 + p.Quantity.RushSurcharge)
		in.Item = &priced
	}
	lasts := float64(p.ReviewDays) + LeadDays(in.Today+core.Day(p.ReviewDays), normal, in.Closed)
	reorder, reorderSafety := in.reorder(&res, lasts, normal)
	at := in.atArrival(p, normal, lasts, Average(in.Mean, int(math.Ceil(lasts))), nil)
	courses := in.courses(p, lasts, normal, at)
	calc := func(l core.Lead) Calculation {
		c := Calculation{
			DemandPerDay: Average(in.Mean, int(math.Ceil(lasts))), DemandSD: in.SD,
			LeadDays: LeadDays(in.Today, l, in.Closed), LeadSD: l.SD,
			ReviewDays: p.ReviewDays, CoverDays: lasts, CoverSD: normal.SD, FloorDays: p.MinSafetyDays,
			ServiceLevel: p.ServiceLevel, Z: Z(p.ServiceLevel),
			Position: in.Position, Basis: in.Basis,
		}
		if p.Target == core.TargetFill && courses != nil {
			c.FillRate = p.FillRate
		}
		c.levels(courses, l, normal, at == nil)
		if in.Whole && c.Courses > 0 && c.CoursesFrom == "" {
			c.CoursesFrom = LevelSet
		}
		if in.Safety != nil {
			c.setSafety(*in.Safety)
		}
		if in.Reorder != nil {
			c.setReorder(reorder, reorderSafety, l == normal)
		}
		if at != nil {
			at.levels(&c)
		}
		return c
	}
	byNormal := calc(normal)
	byFast := byNormal
	if fast != normal {
		byFast = calc(fast)
	}
	// An order fills up to what triggers one, or the next check would ask again.
	least := max(byNormal.ReorderPoint, byFast.ReorderPoint)
	raise := func(c Calculation) Calculation {
		if at == nil {
			c.OrderUpTo = max(c.OrderUpTo, least)
		}
		return c
	}
	byNormal, byFast = raise(byNormal), raise(byFast)
	if p.Tiers == core.Aware {
		res.aware(in, proj, byNormal, byFast, normal, fast)
	}

	known := func(l core.Lead) Calculation {
		switch l {
		case normal:
			return byNormal
		case fast:
			return byFast
		}
		return raise(calc(l))
	}
	res.order(in, p, proj, byNormal, byFast, normal, fast, at, known)
	if at != nil && p.Tiers == core.Aware && res.Tier == Green && res.Qty() > 0 {
		res.due(at.AtArrival)
	}
	return res
}

// reorder is the reorder point by the normal way that a person set, and the safety stock
// it holds beyond the expected demand of the lead time, which fills orders up too. It is
// not set below that demand, because then every order would come too late.
func (in *Input) reorder(res *Result, lasts float64, normal core.Lead) (units, safety float64) {
	if in.Reorder == nil {
		return 0, 0
	}
	sold := round2(round4(Average(in.Mean, int(math.Ceil(lasts)))) * round4(LeadDays(in.Today, normal, in.Closed)))
	units = max(round2(*in.Reorder), sold)
	safety = round2(units - sold)
	if in.Safety == nil {
		in.Safety = &safety
	}
	if *in.Reorder < sold {
		res.Notes = append(res.Notes, fmt.Sprintf("the reorder point set is less than the %s units expected to sell in the lead time; those count", Num(sold)))
	}
	return units, safety
}

// due makes an item YELLOW, in the normal cycle, that the target "cost" orders now:
// its reorder point is the level that an order fills up to, and GREEN asks to pause.
func (r *Result) due(a *AtArrival) {
	cover, _, _ := strings.Cut(r.TierWhy, ",")
	r.Tier, r.TierWhy = Yellow, cover+", but an order is due"
	if a.Best > 0 {
		r.TierWhy = fmt.Sprintf("%s, but an order now is expected to save %s until the next review", cover, a.Saves())
	}
}

// courses are those of demand over the time an order must last, with room for a
// late one, or those of the arrival; nil with the normal formula or without a past.
func (in *Input) courses(p core.Policy, lasts float64, normal core.Lead, at *arrival) *window.Paths {
	switch {
	case at != nil:
		return at.paths
	case !p.Courses() || len(in.Past) == 0 && !in.Whole:
		return nil
	}
	longest := window.Lead{Mean: normal.Days, SD: normal.SD}.Longest(coursesOfAYear) + max(lasts-normal.Days, 0)
	return in.paths(min(int(math.Ceil(longest)), maxWindow))
}

const (
	coursesOfAYear = 364
	maxWindow      = 2 * 365 // longer lead times go on at the mean of this
)

// coverTier is the plain rule of requirement D2.
func coverTier(cover float64, available int64, p core.Policy) (Tier, string) {
	c := math.Round(cover*1e6) / 1e6
	text := strings.TrimSuffix(strconv.FormatFloat(c, 'f', 1, 64), ".0")
	near := func(limit int) bool { return text == strconv.Itoa(limit) && c != float64(limit) } // shown it would be the limit
	switch {
	case available <= 0:
		return Red, "nothing is available to sell"
	case c < float64(p.RedDays) && near(p.RedDays):
		return Red, fmt.Sprintf("just under %d days of cover", p.RedDays)
	case c < float64(p.RedDays):
		return Red, fmt.Sprintf("%s days of cover, under %d", text, p.RedDays)
	case c <= float64(p.YellowDays) && near(p.YellowDays):
		return Yellow, fmt.Sprintf("just under %d days of cover", p.YellowDays)
	case c <= float64(p.YellowDays):
		return Yellow, fmt.Sprintf("%s days of cover, between %d and %d", text, p.RedDays, p.YellowDays)
	case near(p.YellowDays):
		return Green, fmt.Sprintf("just over %d days of cover", p.YellowDays)
	}
	return Green, fmt.Sprintf("%s days of cover, over %d", text, p.YellowDays)
}

// aware raises the tier when the position is under a reorder point (requirement
// D3) and says so.
func (r *Result) aware(in Input, proj Projection, byNormal, byFast Calculation, normal, fast core.Lead) {
	net := float64(in.Position.Net())
	raise := func(to Tier, c Calculation, l core.Lead) {
		r.Tier = to
		cover, _, _ := strings.Cut(r.TierWhy, ",")
		why := fmt.Sprintf("the position of %d is under the reorder point of %s by %s", in.Position.Net(), Num(c.ReorderPoint), l.Mode)
		if by := OrderBy(proj.StockOut, l, in.Closed); proj.HasStockOut && by < in.Today {
			why = fmt.Sprintf("the order-by date was %s ago (%s by %s)", days(int(in.Today-by)), by, l.Mode)
		}
		r.TierWhy = cover + ", but " + why
	}
	switch {
	case r.Tier != Red && net < byFast.ReorderPoint:
		raise(Red, byFast, fast)
	case r.Tier == Green && net < byNormal.ReorderPoint:
		raise(Yellow, byNormal, normal)
	}
}

// trigger sets the position at or below which an order is due.
func (c *Calculation) trigger(p core.Policy, tier Tier, byNormal, byFast Calculation, normal, fast core.Lead) {
	switch {
	case c.ReorderSet:
		c.NormalMode, c.Trigger, c.TriggerWhy = normal.Mode, byNormal.ReorderPoint, "the reorder point set by hand"
		c.TriggerLeadDays, c.TriggerLeadSD, c.TriggerSafety = byNormal.LeadDays, byNormal.LeadSD, byNormal.SafetyStock
		return
	case c.AtArrival != nil: // at every review, up to the level
		c.NormalMode, c.Trigger, c.TriggerWhy = normal.Mode, c.OrderUpTo, "the order-up-to level"
		return
	}
	at, mode := byNormal, normal.Mode
	if byFast.ReorderPoint > at.ReorderPoint {
		at, mode = byFast, fast.Mode
	}
	c.NormalMode = normal.Mode
	c.Trigger, c.TriggerWhy = at.ReorderPoint, fmt.Sprintf("the reorder point by %s", mode)
	c.TriggerLeadDays, c.TriggerLeadSD, c.TriggerSafety = at.LeadDays, at.LeadSD, at.SafetyStock
	if red := round2(float64(p.RedDays) * c.DemandPerDay); tier == Red && red > c.Trigger {
		c.Trigger, c.TriggerWhy = red, fmt.Sprintf("%d days of sales, the end of RED", p.RedDays)
		c.TriggerLeadDays, c.TriggerLeadSD, c.TriggerSafety = 0, 0, 0
	}
}

// Average is the mean of the first n values, of all where there are fewer; 0 of none.
func Average(x []float64, n int) float64 {
	n = min(n, len(x))
	if n <= 0 {
		return 0
	}
	s := 0.0
	for _, v := range x[:n] {
		s += v
	}
	return s / float64(n)
}

// Num prints a number with up to four decimals and thousands separators, as the
// sentences of this package and of plan.Explain do: 1,055.02.
func Num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 4, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, hasFrac := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasFrac {
		whole += "." + frac
	}
	return sign + whole
}
