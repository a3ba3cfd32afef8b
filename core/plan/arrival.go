package plan

import (
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
)

// ArrivalDays is how long before its first goods come an order is announced, so that
// likely buyers can be offered them first (requirement H2).
const ArrivalDays = 7

// Announcement is the decision whether to announce that the goods of an order come, with
// the reason either way.
type Announcement struct {
	Order  Order
	Tell   bool
	Reason string
}

// Announce says for each open order whether its arrival is announced now: when the
// supplier has the order and something outstanding comes within ArrivalDays. What is
// overdue is told as a late order, and in quiet hours nothing is told. known says which
// orders were announced before.
func Announce(orders []Order, known func(number string) bool, p core.Policy, shop core.Shop, now time.Time) (out []Announcement) {
	today := core.DayOf(now, shop.Zone)
	quiet := quietReason(p, shop, now)
	for _, o := range orders {
		a := Announcement{Order: o}
		due, open := o.Due()
		switch n := int(due - today); {
		case o.State.Closed() || !open:
			a.Reason = "nothing of it is outstanding"
		case !slices.Contains([]OrderState{OrderSent, OrderDryRun, OrderConfirmed, OrderInProduction, OrderShipped, OrderPartlyReceived}, o.State):
			a.Reason = "the supplier does not have it yet"
		case known(o.Number):
			a.Reason = "announced before"
		case n < 0:
			a.Reason = fmt.Sprintf("late since %s", due)
		case n > ArrivalDays:
			a.Reason = fmt.Sprintf("comes on %s, in more than %d days", due, ArrivalDays)
		case quiet != "":
			a.Reason = quiet
		default:
			a.Tell, a.Reason = true, fmt.Sprintf("comes on %s", due)
		}
		out = append(out, a)
	}
	return out
}

// ArrivalView is the content of the card that announces the goods of an order.
type ArrivalView struct {
	Order Order         `json:"order"`
	Today core.Day      `json:"today"`
	Lines []ArrivalLine `json:"lines,omitempty"` // of what is outstanding, by day
}

// ArrivalLine is what comes of one product, and who waits for it.
type ArrivalLine struct {
	SKU      core.SKU        `json:"sku"`
	Name     string          `json:"name"`
	Location core.LocationID `json:"location"`
	Qty      int64           `json:"qty"` // outstanding
	Due      core.Day        `json:"due"`
	Left     int64           `json:"left"` // available at the last check
	Owed     int64           `json:"owed"` // backorders then
	// Likely is how many known customers are likely to buy it, Again how many of them
	// bought it before.
	Likely int `json:"likely,omitempty"`
	Again  int `json:"again,omitempty"`
	// With is a product that its buyers often take, too, with their share; empty for none.
	With  core.SKU `json:"with,omitempty"`
	Share float64  `json:"share,omitempty"`
}

// Arriving are the lines of an order of which something is outstanding, by day.
func (o Order) Arriving() (out []ArrivalLine) {
	for i, l := range o.Lines {
		if n := o.Outstanding(i); n > 0 {
			out = append(out, ArrivalLine{SKU: l.SKU, Name: l.Name, Location: l.Location, Qty: n, Due: o.progress(i).Due})
		}
	}
	slices.SortStableFunc(out, func(a, b ArrivalLine) int { return int(a.Due - b.Due) })
	return out
}

// SKUs are the products of an order, each once, in the order of its lines.
func (o Order) SKUs() (out []core.SKU) {
	for _, l := range o.Lines {
		if !slices.Contains(out, l.SKU) {
			out = append(out, l.SKU)
		}
	}
	return out
}
