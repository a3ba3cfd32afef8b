package risk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"quartermaster/core"
)

// LongLate is the lateness, in days, that asks for a person today even where stock lasts.
const LongLate = 7

// LateLine is an overdue line of a purchase order and what it holds up.
type LateLine struct {
	Order    string
	Supplier core.SupplierID
	From     string // what the supplier is called
	SKU      core.SKU
	Location core.LocationID
	Name     string
	Qty      int64    // outstanding
	Came     int64    // of the line, damaged ones not counted
	Due      core.Day // before today
	// StockOut is the first day without stock if these goods do not come before
	// goods ordered today would; Short the units that are then missing more, and
	// AtRisk the margin lost with them.
	StockOut    core.Day
	HasStockOut bool
	Short       float64
	AtRisk      core.Money
}

// LateOrders returns one finding per order with overdue goods, most severe first. An
// order that came in part is called short.
// It is HIGH when sales are lost if the goods do not come soon, or when they are a
// week late, else MEDIUM.
func LateOrders(lines []LateLine, today core.Day) []Finding {
	orders := map[string][]LateLine{}
	for _, l := range lines {
		k := LateOrderKey(l.Supplier, l.Order)
		orders[k] = append(orders[k], l)
	}
	var out []Finding
	for _, k := range slices.Sorted(maps.Keys(orders)) {
		out = append(out, lateOrder(k, orders[k], today))
	}
	Sort(out)
	return out
}

// LateOrderKey is the key of the finding about a late order.
func LateOrderKey(supplier core.SupplierID, order string) string {
	return key(LateOrder, string(supplier), order)
}

func lateOrder(k string, lines []LateLine, today core.Day) Finding {
	slices.SortStableFunc(lines, func(a, b LateLine) int {
		return cmp.Or(cmp.Compare(b.AtRisk.Minor, a.AtRisk.Minor), cmp.Compare(a.Due, b.Due), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	worst, units, came, due := lines[0], int64(0), int64(0), lines[0].Due
	f := Finding{
		Key: k, Kind: LateOrder, Severity: Medium, SKU: worst.SKU, Location: worst.Location, Name: worst.Name, Supplier: worst.Supplier,
		StockOut: worst.StockOut, HasStockOut: worst.HasStockOut, MoneyAtRisk: core.Money{Currency: worst.AtRisk.Currency}, Order: worst.Order,
	}
	for _, l := range lines {
		units, came, due = units+l.Qty, came+l.Came, min(due, l.Due)
		f.Short += l.Short
		if sum, err := f.MoneyAtRisk.Add(l.AtRisk); err == nil {
			f.MoneyAtRisk = sum
		}
	}
	f.DaysLate = int(today - due)
	if f.MoneyAtRisk.Minor > 0 || f.DaysLate >= LongLate {
		f.Severity = High
	}
	f.Reason = fmt.Sprintf("Order %s from %s is %s late (due on %s); %d units are outstanding", f.Order, worst.From, days(f.DaysLate), due, units)
	if came > 0 {
		f.Reason = fmt.Sprintf("Order %s from %s came short: %d of %d units came, %d are outstanding and %s late (due on %s)", f.Order, worst.From, came, came+units, units, days(f.DaysLate), due)
	}
	switch {
	case f.Short > 0.05:
		f.Reason += fmt.Sprintf(". If they do not come before goods ordered today, %s runs out on %s (%s) and %s units more are short (%s at risk)",
			f.SKU, f.StockOut, away(f.StockOut, today), inUnits(f.Short), f.MoneyAtRisk)
	default:
		f.Reason += "; until goods ordered today would come, stock lasts without them"
	}
	f.Reason += "."
	return f
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
