package plan

import (
	"time"

	"quartermaster/core"
)

// StatusView answers "how are we doing": the state of all items after the last
// check.
type StatusView struct {
	Shop         core.Shop
	CheckedAt    time.Time // zero before the first check
	Run          string
	Red, Yellow  int
	Green, Idle  int
	Worst        []Item // up to 10, by money at risk
	MoneyAtRisk  core.Money
	Open         int      // open proposals
	Conservative []string // reasons, empty in normal times
	Warnings     []string
}

// OrdersView answers "what is on order": what waits for a decision and what was
// decided lately.
type OrdersView struct {
	Open   []Proposal
	Orders []Order // newest first, up to 20
}

// OrderView is everything there is to know about one purchase order.
type OrderView struct {
	Order   Order
	Shop    core.Shop
	Today   core.Day
	History []OrderEntry // oldest first
}

// OrderEntry is one thing that happened to an order.
type OrderEntry struct {
	At     time.Time
	Actor  string // user id, or the name of a part of this program
	Action string
	Text   string // what and why; may be empty
}
