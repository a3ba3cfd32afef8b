package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// season is the season plan of an item (requirement D10): from SeasonDays before a
// peak three arrivals, in season a batch by air when sales run over plan, at the
// end a bundle for what is left.
func (e *evaluation) season(n *node, it *Item, d replenish.Daily) []risk.Finding {
	offer, supplier := e.offer(it)
	if offer == nil || it.Calc == nil {
		return nil
	}
	s, ok := e.seasonOf(n, d)
	if !ok || !s.Declared && it.Kind != core.Seasonal { // somebody said that it is of another kind
		return nil
	}
	var f risk.Finding
	switch q := e.policy.Quantity; {
	case e.today < s.Days.From && s.Days.From <= e.today+core.Day(q.SeasonDays):
		f, ok = e.beforeSeason(it, d, s, offer, supplier)
	case s.Days.Contains(e.today) && s.Days.To-e.today >= 28:
		f, ok = e.inSeason(it, d, s, offer)
	case e.today > s.Days.To-28 && e.today <= s.Days.To+30:
		f, ok = e.afterSeason(n, it, d, s)
	default:
		return nil
	}
	if !ok {
		return nil
	}
	return []risk.Finding{f}
}

// seasonOf is the declared season nearest to today that concerns the node, or the
// one its own sales show.
func (e *evaluation) seasonOf(n *node, d replenish.Daily) (best replenish.Season, ok bool) {
	for _, ev := range e.s.Events {
		if ev.Kind != "season" || ev.SKU != "" && ev.SKU != n.product.SKU || ev.Category != "" && ev.Category != n.product.Category || ev.To+30 < e.today {
			continue
		}
		if !ok || ev.From < best.Days.From {
			best, ok = replenish.Season{Name: ev.Name, Days: core.DayRange{From: ev.From, To: ev.To}, Declared: true}, true
		}
	}
	if ok {
		return best, true
	}
	return replenish.FindSeason(d, e.today, e.policy.Quantity.SeasonPeak)
}

// title names a season with its days.
func title(s replenish.Season) string {
	if s.Declared {
		return fmt.Sprintf("%s (%s to %s)", s.Name, s.Days.From, s.Days.To)
	}
	return fmt.Sprintf("the season from %s to %s, in which it sells %s times the year's average", s.Days.From, s.Days.To, replenish.Num(s.Factor))
}

// grave is how loud a season is: a declared one is told, a found one listed.
func grave(s replenish.Season) risk.Severity {
	if s.Declared {
		return risk.Medium
	}
	return risk.Low
}

func (e *evaluation) beforeSeason(it *Item, d replenish.Daily, s replenish.Season, offer *core.SupplierItem, supplier *core.Supplier) (risk.Finding, bool) {
	rate := it.Calc.DemandPerDay
	units, proven := replenish.SeasonDemand(d, s, e.today, rate, e.policy.Quantity.SeasonPeak)
	until := round2(rate * float64(s.Days.From-e.today))
	need := round2(units + until + it.Calc.SafetyStock - float64(it.Position.Net()))
	if need <= 0 {
		return risk.Finding{}, false
	}
	basis := fmt.Sprintf("last year's sales × %s", replenish.Num(round2(d.Growth(e.today))))
	if !proven {
		basis = fmt.Sprintf("present sales × %s, for no such season is on record", replenish.Num(e.policy.Quantity.SeasonPeak))
	}
	normal, _ := replenish.Ways(offer.Lead)
	sold, there := until, it.Position.Net() // before goods by the normal way come
	if come := replenish.Arrival(e.today, normal, supplier.Closed); come > s.Days.From {
		early := replenish.Season{Days: core.DayRange{From: s.Days.From, To: min(come-1, s.Days.To)}}
		begun, _ := replenish.SeasonDemand(d, early, e.today, rate, e.policy.Quantity.SeasonPeak)
		sold = round2(sold + begun)
	}
	var parts []string
	for _, a := range replenish.SeasonPlan(need, sold-float64(there), s, e.today, *offer, supplier.Closed) {
		part := fmt.Sprintf("%s for %s (order by %s)", count(a.Qty), a.By, a.OrderBy)
		if a.Mode != normal.Mode {
			part = fmt.Sprintf("%s by %s for %s (order by %s; before goods by %s come, %s are expected to sell, and there are %s)", count(a.Qty), a.Mode, a.By, a.OrderBy, normal.Mode, replenish.Num(sold), count(there))
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return risk.Finding{}, false // nothing comes before it is over
	}
	e.heed(it).wanted = true
	if it.Kind == core.Seasonal {
		e.withSeason(it, s.Days.From, strings.Join(parts, ", "), replenish.Num(need))
	}
	return it.finding(risk.SeasonPlan, grave(s), "%s: %s needs %s units (%s); with %s until then, %s of safety stock and a position of %s that is %s − %s = %s to order: %s. Early birds may have an offer",
		it.SKU, title(s), replenish.Num(units), basis, replenish.Num(until), replenish.Num(it.Calc.SafetyStock), count(it.Position.Net()),
		replenish.Num(round2(units+until+it.Calc.SafetyStock)), signed(it.Position.Net()), replenish.Num(need), strings.Join(parts, ", ")), true
}

func (e *evaluation) inSeason(it *Item, d replenish.Daily, s replenish.Season, offer *core.SupplierItem) (risk.Finding, bool) {
	gone := int(e.today - s.Days.From)
	past := core.DayRange{From: s.Days.From - 365, To: e.today - 1 - 365}
	sold, known := d.Between(core.DayRange{From: s.Days.From, To: e.today - 1})
	plan, had := d.Between(past)
	if gone < 7 || !known || !had || plan <= 0 {
		return risk.Finding{}, false
	}
	// The growth up to the season: sales of the season itself are what is compared.
	plan = round2(plan * d.Growth(s.Days.From))
	over := sold/plan - 1
	if over <= e.policy.Quantity.SeasonOver {
		return risk.Finding{}, false
	}
	rest, had := d.Between(core.DayRange{From: e.today - 365, To: s.Days.To - 365})
	if !had {
		return risk.Finding{}, false
	}
	rest = round2(rest * d.Growth(s.Days.From))
	_, fast := replenish.Ways(offer.Lead)
	extra, _ := replenish.Round(round2(rest*over), *offer, fast.Freight, replenish.Holding{})
	if extra == 0 {
		return risk.Finding{}, false
	}
	e.heed(it).wanted = true
	return it.finding(risk.SeasonPlan, grave(s), "%s: %s sold %s units in %d days, %s over the plan of %s; at that rate the rest of the season needs %s more: an extra batch of %s by %s",
		it.SKU, title(s), replenish.Num(round2(sold)), gone, percent(over), replenish.Num(plan), replenish.Num(round2(rest*over)), count(extra), fast.Mode), true
}

func (e *evaluation) afterSeason(n *node, it *Item, d replenish.Daily, s replenish.Season) (risk.Finding, bool) {
	year, ok1 := d.Between(core.DayRange{From: e.today - 364, To: e.today - 1})
	in := core.DayRange{From: max(s.Days.From, e.today-364), To: min(s.Days.To, e.today-1)}
	peak, ok2 := d.Between(in)
	off := 364 - int(in.To-in.From) - 1
	if !ok1 || !ok2 || off < 30 {
		return risk.Finding{}, false
	}
	month := max(0, year-peak) / float64(off) * 365.25 / 12
	left := float64(max(0, it.Position.Available()))
	limit := float64(e.policy.Quantity.SeasonEndMonths)
	if left == 0 || left <= limit*month {
		return risk.Finding{}, false
	}
	surplus := int64(math.Floor(left - limit*month))
	months := "no sales outside it"
	if month > 0 {
		months = fmt.Sprintf("%s months of sales outside it", replenish.Num(math.Round(left/month*10)/10))
	}
	// Restock is paused: what is due is held until the stock is down.
	e.lines[it.Supplier] = slices.DeleteFunc(e.lines[it.Supplier], func(l Line) bool { return l.SKU == it.SKU && l.Location == it.Location })
	if len(e.lines[it.Supplier]) == 0 {
		delete(e.lines, it.Supplier)
	}
	return it.finding(risk.SeasonPlan, grave(s), "%s: at the end of %s %s units are left, %s, over %s: bundle %s of them%s with goods of the next season; restock is paused",
		it.SKU, title(s), count(int64(left)), months, replenish.Num(limit), count(surplus), e.worthText(n, surplus)), true
}
