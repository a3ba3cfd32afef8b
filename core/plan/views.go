package plan

import (
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/supply"
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
	Filed  []FiledOrder
}

// FiledOrder is an open order of the file of orders that was not made here: it counts as
// on order, and what happens to it is told by the file.
type FiledOrder struct {
	Number, Supplier string // by name
	Products, Units  int64  // outstanding
	Due              core.Day
	State            core.InboundState // of the line that is least far
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

// SupplierView is the score card of one supplier.
type SupplierView struct {
	Supplier core.Supplier
	Shop     core.Shop
	Today    core.Day
	Score    supply.Score // of the last two years
	Years    []YearScore  // newest first
	Open     []Order      // oldest first
	Tone     ToneView     // of letters
}

// YearScore is a supplier's score of the orders of one calendar year.
type YearScore struct {
	Year  int
	Score supply.Score
}

// ScoreCard scores one supplier over the past that a snapshot holds, and year by
// year.
func ScoreCard(s core.Snapshot, id core.SupplierID, today core.Day) SupplierView {
	v := SupplierView{Shop: s.Shop, Today: today, Score: supply.Score{Supplier: id}}
	for _, sup := range s.Suppliers {
		if sup.ID == id {
			v.Supplier = sup
		}
	}
	lines := slices.DeleteFunc(slices.Clone(s.Supply), func(l core.SupplyLine) bool { return l.Supplier != id })
	of := func(from, to core.Day) (supply.Score, bool) {
		list := supply.Evaluate(lines, s.Suppliers, from, to, today)
		if len(list) == 0 {
			return supply.Score{Supplier: id}, false
		}
		return list[0], true
	}
	v.Score, _ = of(0, today)
	for year := today.Time(time.UTC).Year(); year > today.Time(time.UTC).Year()-3; year-- {
		if score, ok := of(core.DateDay(year, time.January, 1), core.DateDay(year, time.December, 31)); ok {
			v.Years = append(v.Years, YearScore{year, score})
		}
	}
	return v
}
