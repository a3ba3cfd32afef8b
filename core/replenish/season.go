package replenish

import (
	"math"

	"quartermaster/core"
)

// Season is a stretch of days in which a product sells most.
type Season struct {
	Name string
	Days core.DayRange
	// Declared is true for a season that a person entered; else it was found.
	Declared bool
	Factor   float64 // of its days against the year's average; 0 when not known
}

// Daily is the demand of one node by day: Qty[i] is that of Start+i, NaN where it
// is not known.
type Daily struct {
	Start core.Day
	Qty   []float64
}

// Between adds up the known days of r, and scales the sum to all of them. It
// reports false when fewer than half of them are known.
func (d Daily) Between(r core.DayRange) (sum float64, ok bool) {
	days, known := int(r.To-r.From)+1, 0
	for day := r.From; day <= r.To; day++ {
		if i := int(day - d.Start); i >= 0 && i < len(d.Qty) && !math.IsNaN(d.Qty[i]) {
			sum += d.Qty[i]
			known++
		}
	}
	if days <= 0 || known*2 < days {
		return 0, false
	}
	return sum * float64(days) / float64(known), true
}

// growthBound bounds how far one year may differ from the one before.
const growthBound = 2

// Growth is the demand of the 364 days before today against the 364 before them,
// between 1/2 and 2; 1 where one of them is not known.
func (d Daily) Growth(today core.Day) float64 {
	last, ok1 := d.Between(core.DayRange{From: today - 364, To: today - 1})
	before, ok2 := d.Between(core.DayRange{From: today - 728, To: today - 365})
	if !ok1 || !ok2 || before <= 0 {
		return 1
	}
	return min(max(last/before, 1/float64(growthBound)), growthBound)
}

// minSeasonUnits is how much a product must sell in a year for its months to mean
// anything.
const minSeasonUnits = 100

// FindSeason looks for the months in which the product sold at least peak times
// the year's average, in each of the last two years, and returns their next run:
// the one today lies in, or the next. Units below 100 a year prove nothing.
func FindSeason(d Daily, today core.Day, peak float64) (Season, bool) {
	var factor [13]float64
	for year := range 2 {
		end := today - core.Day(364*year)
		total, ok := d.Between(core.DayRange{From: end - 364, To: end - 1})
		if !ok || total < minSeasonUnits {
			return Season{}, false
		}
		for m := 1; m <= 12; m++ {
			f := 0.0
			if r, found := monthBefore(end, m); found {
				if sum, known := d.Between(r); known {
					f = sum / float64(r.To-r.From+1) * 364 / total
				}
			}
			if year == 0 || f < factor[m] {
				factor[m] = f // the weaker of two years counts
			}
		}
	}
	high := func(day core.Day) bool { return factor[day.MonthNumber()] >= peak }
	first := today.Month()
	for high(first) && high(first-1) && today-first < 330 { // back to the start of a run under way
		first = (first - 1).Month()
	}
	for range 13 {
		if high(first) {
			break
		}
		first += core.Day(first.DaysInMonth())
	}
	if !high(first) {
		return Season{}, false
	}
	s, sum, months := Season{Name: "season", Days: core.DayRange{From: first, To: first - 1}}, 0.0, 0
	for next := first; high(next) && months < 11; next += core.Day(next.DaysInMonth()) {
		s.Days.To = next + core.Day(next.DaysInMonth()) - 1
		sum += factor[next.MonthNumber()]
		months++
	}
	s.Factor = round2(sum / float64(months))
	return s, true
}

// monthBefore returns the last whole month m (1 to 12) that ended before day end.
func monthBefore(end core.Day, m int) (core.DayRange, bool) {
	month := (end.Month() - 1).Month()
	for range 12 {
		if month.MonthNumber() == m {
			return core.DayRange{From: month, To: month + core.Day(month.DaysInMonth()) - 1}, true
		}
		month = (month - 1).Month()
	}
	return core.DayRange{}, false
}

// SeasonDemand is what a season is expected to sell: what its days of last year
// sold times growth. Without a last year it is the present rate times factor, and
// proven is false.
func SeasonDemand(d Daily, s Season, today core.Day, rate, factor float64) (units float64, proven bool) {
	past := core.DayRange{From: s.Days.From - 365, To: s.Days.To - 365}
	for past.To >= today {
		past.From, past.To = past.From-365, past.To-365
	}
	if sum, ok := d.Between(past); ok && sum > 0 {
		return round2(sum * d.Growth(today)), true
	}
	return round2(rate * factor * float64(s.Days.To-s.Days.From+1)), false
}

// Arrive is one of the arrivals of a season plan.
type Arrive struct {
	By      core.Day // when the goods should be there
	OrderBy core.Day
	Qty     int64
	Mode    core.Mode
}

// SeasonPlan splits need into three arrivals, 60 and 30 days before the season and
// at its start (requirement D10), each in whole packs. Those that can no longer be
// reached become one on the earliest day possible. Of goods by the normal way that
// come after the season began, gap units, sold before, go by the fast way where that
// is sooner. What would come after the season is not planned.
func SeasonPlan(need, gap float64, s Season, today core.Day, it core.SupplierItem, closed []core.DayRange) []Arrive {
	normal, fast := Ways(it.Lead)
	earliest, soon := Arrival(today, normal, closed), Arrival(today, fast, closed)
	if earliest > s.Days.To {
		normal, earliest = fast, soon
	}
	if earliest > s.Days.To {
		return nil
	}
	left, pack := whole(need), max(1, it.Pack)
	var out []Arrive
	add := func(by core.Day, qty int64, way core.Lead) {
		if qty <= 0 {
			return
		}
		left -= qty
		if n := len(out) - 1; n >= 0 && out[n].By == by && out[n].Mode == way.Mode {
			out[n].Qty += qty
			return
		}
		out = append(out, Arrive{By: by, OrderBy: max(today, OrderBy(by, way, closed)), Qty: qty, Mode: way.Mode})
	}
	if soon < earliest && s.Days.From < earliest {
		add(soon, upTo(min(whole(gap), left), pack), fast)
	}
	share := (max(0, left) + 2) / 3
	for i, before := range []core.Day{60, 30, 0} {
		qty := min(upTo(share, pack), upTo(max(0, left), pack))
		if i == 2 {
			qty = upTo(max(0, left), pack)
		}
		add(max(s.Days.From-before, earliest), qty, normal)
	}
	return out
}
