package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// dueDays is how near an order-by date must be to ask for a person today.
const dueDays = 3

// mostDays of sales are counted; how much longer stock lasts that hardly sells means
// nothing.
const mostDays = 1000

// Item is what a finding may look at: one SKU at one location after Assess.
type Item struct {
	SKU         core.SKU
	Location    core.LocationID
	Name        string
	Supplier    core.SupplierID // empty when nobody offers it
	Position    replenish.Position
	State       replenish.Result
	MoneyAtRisk core.Money
	// Unvalued is true when MoneyAtRisk is 0 because a price, a cost or an exchange rate
	// is not known.
	Unvalued bool
	// Play is what else can be done about a stock-out: an offer to the customers it
	// hits. Empty: nothing.
	Play string
	// Relieved is true when inbound goods arrive by the stock-out day.
	Relieved bool
	// Off says how far the forecasts of late were off; nil when they were not.
	Off *Off
}

// Findings returns the findings of the items, most severe first, then by money
// at risk, then by key.
func Findings(items []Item, p core.Policy, today core.Day) []Finding {
	var out []Finding
	for i := range items {
		for _, find := range []func(*Item, core.Policy, core.Day) (Finding, bool){stockOut, noSource, overstock, forecastOff} {
			if f, ok := find(&items[i], p, today); ok {
				out = append(out, f)
			}
		}
	}
	Sort(out)
	return out
}

// Sort orders findings as Findings does.
func Sort(f []Finding) {
	slices.SortStableFunc(f, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor), cmp.Compare(a.Key, b.Key))
	})
}

func (it *Item) finding(k Kind, s Severity) Finding {
	return Finding{
		Key: key(k, string(it.SKU), string(it.Location)), Kind: k, Severity: s,
		SKU: it.SKU, Location: it.Location, Name: it.Name, Supplier: it.Supplier,
		StockOut: it.State.StockOut, HasStockOut: it.State.HasStockOut, OrderBy: it.State.OrderBy,
		Short: it.State.Short, MoneyAtRisk: it.MoneyAtRisk,
	}
}

// atRisk says how much money is at risk.
func (it *Item) atRisk() string {
	if it.Unvalued {
		return "what is at risk is not known, for want of a price, a cost or an exchange rate"
	}
	return fmt.Sprintf("%s at risk", it.MoneyAtRisk)
}

// stockOut is HIGH when the tier is RED and units will be short until goods
// ordered today arrive, or the order-by date is at most three days away and no
// inbound goods come before the stock-out. It is MEDIUM when the order-by date
// lies within the next review.
func stockOut(it *Item, p core.Policy, today core.Day) (Finding, bool) {
	r := &it.State
	urgent := r.Tier == replenish.Red || r.Tier == replenish.Yellow
	if it.Supplier == "" || r.Calc == nil || !r.HasStockOut || !urgent {
		return Finding{}, false
	}
	due := r.OrderBy - today
	severity := Medium
	switch {
	case r.Tier == replenish.Red && (r.Short > 0.05 || due <= dueDays && !it.Relieved):
		severity = High
	case due > core.Day(p.ReviewDays):
		return Finding{}, false
	}
	f := it.finding(StockOut, severity)
	f.Play = it.Play
	f.Reason = fmt.Sprintf("%s %s: %s; stock lasts until %s (%s)", r.Tier, it.SKU, r.TierWhy, r.StockOut, away(r.StockOut, today))
	if r.Short > 0.05 {
		f.Reason += fmt.Sprintf(", goods ordered today arrive by %s on %s, %s units short (%s)",
			r.Lead.Mode, r.Arrival, inUnits(r.Short), it.atRisk())
	} else {
		f.Reason += fmt.Sprintf(", order by %s (%s)", r.OrderBy, away(r.OrderBy, today))
	}
	f.Reason += "."
	return f, true
}

// noSource is HIGH when the tier is RED, MEDIUM when YELLOW.
func noSource(it *Item, _ core.Policy, _ core.Day) (Finding, bool) {
	r := &it.State
	if it.Supplier != "" || r.Tier != replenish.Red && r.Tier != replenish.Yellow {
		return Finding{}, false
	}
	severity := Medium
	if r.Tier == replenish.Red {
		severity = High
	}
	f := it.finding(NoSource, severity)
	f.Reason = fmt.Sprintf("%s %s: %s, and no supplier offers it", r.Tier, it.SKU, r.TierWhy)
	if r.Short > 0.05 {
		f.Reason += fmt.Sprintf("; %s units short over the next 28 days (%s)", inUnits(r.Short), it.atRisk())
	}
	f.Reason += "."
	return f, true
}

// overstock is LOW when stock lasts longer than OverstockDays and than an order of
// this supplier must last anyway (requirement D11). Nothing is ordered then,
// because the position is above every reorder point.
func overstock(it *Item, p core.Policy, _ core.Day) (Finding, bool) {
	r := &it.State
	available := it.Position.Available()
	if r.Tier == replenish.Idle || r.Cover <= 0 || available <= 0 {
		return Finding{}, false
	}
	most, why := float64(p.Quantity.OverstockDays)*float64(available)/r.Cover, fmt.Sprintf("over %d days", p.Quantity.OverstockDays)
	if r.Calc != nil && r.Calc.OrderUpTo > most {
		most, why = r.Calc.OrderUpTo, fmt.Sprintf("over the order-up-to level of %s", replenish.Num(r.Calc.OrderUpTo))
	}
	surplus := available - int64(math.Ceil(most))
	if surplus <= 0 {
		return Finding{}, false
	}
	f := it.finding(Overstock, Low)
	cover := fmt.Sprintf("%.1f days", r.Cover)
	if r.Cover > mostDays {
		cover = fmt.Sprintf("more than %s days", replenish.Num(mostDays))
	}
	f.Reason = fmt.Sprintf("%s has %s of sales in stock, %s: %s of %s units are more than needed. A clearance offer or a bundle would sell them; restock is paused.",
		it.SKU, cover, why, replenish.Num(float64(surplus)), replenish.Num(float64(available)))
	return f, true
}

// away says how far day d is from today.
func away(d, today core.Day) string {
	switch n := int(d - today); {
	case n == 0:
		return "today"
	case n == 1:
		return "tomorrow"
	case n == -1:
		return "yesterday"
	case n < 0:
		return fmt.Sprintf("%d days ago", -n)
	default:
		return fmt.Sprintf("in %d days", n)
	}
}

// inUnits prints an expected number of units for people: whole from one on, since
// nobody is short of half a unit.
func inUnits(x float64) string {
	if x >= 1 {
		x = math.Round(x)
	}
	return replenish.Num(x)
}
