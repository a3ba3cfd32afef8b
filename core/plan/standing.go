package plan

import (
	"slices"
	"time"

	"quartermaster/core"
)

// Standing is what has become of the order that answers a stock-out: what its card may
// still ask of people. The zero Standing says that no order is proposed.
type Standing struct {
	// State is that of the proposal: Proposed, AwaitingSecond or Snoozed while it is open,
	// Approved while goods of the order are outstanding, Rejected; empty for none.
	State    State
	Supplier string   // of it, by name
	Order    string   // Approved: number of the order
	Day      core.Day // Approved: when its goods are expected; Snoozed: until when; Rejected: since when
}

// StandingOf looks for the product at one place among proposals and orders, each the
// newest first. An open proposal counts before an order, since it asks for more; an order
// before a rejection, unless that came later.
func StandingOf(sku core.SKU, loc core.LocationID, proposals []Proposal, orders []Order, zone *time.Location) Standing {
	has := func(l Line) bool { return l.SKU == sku && l.Location == loc }
	var refused Standing
	var at time.Time
	for _, p := range proposals {
		switch {
		case !slices.ContainsFunc(p.Lines, has):
		case p.State == Snoozed:
			return Standing{State: p.State, Supplier: p.SupplierName, Day: core.DayOf(p.SnoozedUntil, zone)}
		case p.State.Open():
			return Standing{State: p.State, Supplier: p.SupplierName}
		case p.State == Rejected && p.DecidedAt.After(at):
			refused, at = Standing{State: p.State, Supplier: p.SupplierName, Day: core.DayOf(p.DecidedAt, zone)}, p.DecidedAt
		}
	}
	for _, o := range orders {
		s := Standing{State: Approved, Supplier: o.Supplier.Name, Order: o.Number}
		for i, l := range o.Lines {
			if due := o.progress(i).Due; has(l) && o.Outstanding(i) > 0 && (s.Day == 0 || due < s.Day) {
				s.Day = due
			}
		}
		if s.Day != 0 && o.ApprovedAt.After(at) {
			return s
		}
	}
	return refused
}
