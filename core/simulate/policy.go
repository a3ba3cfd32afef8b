package simulate

import (
	"fmt"
	"math"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// Policy is a way to decide what to order.
type Policy struct {
	Name string
	// About says in a line what the policy does.
	About string
	// ReviewDays is the time between two reviews.
	ReviewDays int
	// Start begins a run: what it returns is called once per review, in the order
	// of days, and may remember what it saw before.
	Start func() Decide
}

// Decide returns the orders of one review.
type Decide func(v *View) ([]Order, error)

// View is what a policy may know on the morning of a review.
type View struct {
	Today core.Day
	// Snapshot is the shop as the shop sees it, ready for plan.Evaluate.
	Snapshot core.Snapshot
	// Nodes is the same per SKU and place, for rules that look at one at a time.
	Nodes []NodeView
	// Approvals is for a policy that tells how its orders would be approved.
	Approvals *Approvals
}

// NodeView is what a policy may know of one SKU at one place.
type NodeView struct {
	SKU      core.SKU
	Location core.LocationID
	Sold     core.Quantities // units a day up to yesterday; core.Missing where unknown
	Flags    []core.DayFlag  // as long as Sold
	OnHand   int64           // units
	Position int64           // on hand and on order, in units
	// Price and Cost, landed, are of one unit in minor units of the shop's currency.
	Price, Cost int64
	Offer       *core.SupplierItem
	Lead        core.Lead // of the normal mode
}

// Order is a quantity to buy.
type Order struct {
	SKU      core.SKU
	Location core.LocationID
	Supplier core.SupplierID
	Mode     core.Mode
	Qty      int64
}

// perNode makes a policy out of a rule that returns the units one node needs.
func perNode(name, about string, review int, need func(n *NodeView) float64) Policy {
	decide := func(v *View) ([]Order, error) { //nolint:unparam // a Decide
		var orders []Order
		for i := range v.Nodes {
			n := &v.Nodes[i]
			if q := lot(need(n), n.Offer); q > 0 {
				orders = append(orders, Order{n.SKU, n.Location, n.Offer.Supplier, n.Lead.Mode, q})
			}
		}
		return orders, nil
	}
	return Policy{Name: name, About: about, ReviewDays: review, Start: func() Decide { return decide }}
}

// CoverTiers orders up to upTo days of sales when the position is below trigger
// days of them. With lead, the item's lead time is added to both. Sales a day are
// the average of the last 30 days with stock.
func CoverTiers(name string, review int, trigger, upTo float64, lead bool) Policy {
	about := "order up to " + replenish.Num(upTo) + " days of sales when cover is under " + replenish.Num(trigger)
	if lead {
		about += ", lead time added to both"
	}
	return perNode(name, about, review, func(n *NodeView) float64 {
		rate, _ := n.recent(30)
		extra := 0.0
		if lead {
			extra = n.Lead.Days
		}
		if p := float64(n.Position); p < (extra+trigger)*rate {
			return (extra+upTo)*rate - p
		}
		return 0
	})
}

// MinMax is the rule of common shop tools: at or below the minimum of lead time
// plus safety days of average sales, order up to the minimum plus batch days.
// Sales a day are the average of the last 30 days with stock.
func MinMax(name string, review int, safety, batch float64) Policy {
	about := "min = lead time + " + replenish.Num(safety) + " days of sales, max = min + " + replenish.Num(batch) + " days"
	return perNode(name, about, review, func(n *NodeView) float64 {
		rate, _ := n.recent(30)
		low := (n.Lead.Days + safety) * rate
		if p := float64(n.Position); rate > 0 && p <= low {
			return low + batch*rate - p
		}
		return 0
	})
}

// RSNormal is periodic review with an order-up-to level from the normal
// distribution: m*(L+R) + z*sqrt((L+R)*sd² + m²*sdL²), with mean m and deviation
// sd of the last 91 days with stock (Silver, Pyke and Thomas, 4th ed., section 6.9).
func RSNormal(name string, review int, z float64) Policy {
	about := "every " + replenish.Num(float64(review)) + " days up to mean + " + replenish.Num(z) + " standard deviations of lead time and review"
	return perNode(name, about, review, func(n *NodeView) float64 {
		mean, sd := n.recent(91)
		days := n.Lead.Days + float64(review)
		return replenish.OrderUpTo(mean, days, replenish.SafetyStock(z, mean, sd, days, n.Lead.SD)) - float64(n.Position)
	})
}

// Training says how the plan's model of demand is trained in a run: on what was sold
// so far, anew after so many weeks. The zero value trains none: each item is then
// forecast from its own past.
type Training struct {
	Weeks  int
	Config engine.Config
}

// Quartermaster is this program's own plan: every proposal of plan.Evaluate is
// approved as it stands; where the policy sets a limit for approvals by rule, the result
// says how many of them the rule would have approved.
func Quartermaster(name string, p core.Policy, t Training) Policy {
	about := "plan.Evaluate, every proposal approved"
	if t.Weeks > 0 {
		about += fmt.Sprintf(", with a model trained every %d weeks", t.Weeks)
	}
	start := func() Decide {
		var planner plan.Planner
		var since core.Day
		var approvals desk
		return func(v *View) ([]Order, error) {
			if t.Weeks > 0 && (planner.Model == nil || int(v.Today-since) >= 7*t.Weeks) {
				m, err := plan.Train(v.Snapshot, p, noon(v), t.Config)
				if err != nil {
					return nil, err
				}
				planner.Model, since = m, v.Today
			}
			r, err := planner.Evaluate(v.Snapshot, p, noon(v))
			if err != nil {
				return nil, err
			}
			if p.Approval.AutoLimit.Minor > 0 {
				approvals.approve(v, &r, p)
			}
			return ordersOf(r.Proposals), nil
		}
	}
	return Policy{Name: name, About: about, ReviewDays: p.ReviewDays, Start: start}
}

func ordersOf(proposals []plan.Proposal) (orders []Order) {
	for _, pr := range proposals {
		for _, l := range pr.Lines {
			orders = append(orders, Order{l.SKU, l.Location, pr.Supplier, l.Mode, l.Qty})
		}
	}
	return orders
}

// noon of the review's day in the shop's zone.
func noon(v *View) time.Time { return v.Today.Time(v.Snapshot.Shop.Zone).Add(12 * time.Hour) }

// unknown labels days whose sales do not tell the demand.
const unknown = core.StockOut | core.Closed | core.Anomaly

// recent returns mean and sample deviation of the last k days that had stock and
// are known; of all such days when there are fewer.
func (n *NodeView) recent(k int) (mean, sd float64) {
	count, total, squares := 0.0, 0.0, 0.0
	for i := n.Sold.Len() - 1; i >= 0 && int(count) < k; i-- {
		if q := float64(n.Sold.At(i)); q >= 0 && n.Flags[i]&unknown == 0 {
			count++
			total += q
			squares += q * q
		}
	}
	if count == 0 {
		return 0, 0
	}
	mean = total / count
	if count > 1 {
		sd = math.Sqrt(max(0, squares-total*mean) / (count - 1))
	}
	return mean, sd
}

// lot rounds a need to what the supplier sells: packs, the minimum, the maximum;
// to the nearest unit where units are sold.
func lot(need float64, it *core.SupplierItem) int64 {
	pack, least := max(1, it.Pack), max(1, it.MOQ)
	if !(need > 0) || need > float64(replenish.MaxQty) {
		return 0
	}
	q := int64(math.Ceil(need/float64(pack)-1e-9)) * pack
	if pack == 1 {
		q = int64(math.RoundToEven(need))
	}
	if q == 0 && least == 1 {
		return 0
	}
	q = max(q, (least+pack-1)/pack*pack)
	if it.Max > 0 && q > it.Max {
		if q = it.Max / pack * pack; q < least {
			return 0
		}
	}
	return q
}
