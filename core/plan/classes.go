package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// yearDays is the span that classes look back, 52 weeks.
const yearDays = 364

// standing is where a product stands among all.
type standing struct {
	class core.Class
	why   string
}

// classify gives every product with sales its class: A, B or C by its part of the
// margin of the last 52 weeks, X, Y or Z by the coefficient of variation of its
// weekly demand. Products without margin are C, and so
// are those of which it is not known. Weeks with an unknown day are left
// out, and before the first sale there is no week.
func (x *index) classify(q core.QuantityPolicy) map[core.SKU]standing {
	type sold struct {
		sku    core.SKU
		margin float64
		known  bool
		cv     float64
		weeks  int
	}
	bySKU := map[core.SKU][]core.Series{}
	for _, s := range x.s.Demand {
		if p := x.products[s.SKU]; p != nil && p.Active {
			bySKU[s.SKU] = append(bySKU[s.SKU], s)
		}
	}
	var all []sold
	total := 0.0
	for _, sku := range slices.Sorted(maps.Keys(bySKU)) {
		units, cv, weeks := weekly(bySKU[sku], x.today)
		if units <= 0 {
			continue
		}
		unit, known := x.unitMargin(x.products[sku])
		all = append(all, sold{sku, units * unit, known, cv, weeks})
		total += units * unit
	}
	slices.SortStableFunc(all, func(a, b sold) int { return cmp.Or(cmp.Compare(b.margin, a.margin), cmp.Compare(a.sku, b.sku)) })
	out := make(map[core.SKU]standing, len(all))
	before := 0.0
	for _, s := range all {
		share := 1.0
		if total > 0 {
			share = before / total
		}
		abc := "C"
		switch {
		case s.margin <= 0:
		case share < q.ClassA:
			abc = "A"
		case share < q.ClassB:
			abc = "B"
		}
		xyz := "Z"
		switch {
		case s.cv <= q.ClassX:
			xyz = "X"
		case s.cv <= q.ClassY:
			xyz = "Y"
		}
		why := fmt.Sprintf("what it brings is not known, for want of a price, a cost or an exchange rate; %s", varies(s.cv, s.weeks))
		if s.known {
			why = fmt.Sprintf("it brings %s of a year's margin, after products with %s; %s",
				percent(s.margin/max(total, 1)), percent(min(share, before/max(total, 1))), varies(s.cv, s.weeks))
		}
		out[s.sku] = standing{core.Class(abc + xyz), why}
		before += s.margin
	}
	return out
}

func varies(cv float64, weeks int) string {
	if math.IsInf(cv, 0) {
		return "its weekly demand is hardly known"
	}
	return fmt.Sprintf("its weekly demand varies by %s of its mean (%s)", replenish.Num(math.Round(cv*100)/100), plural(weeks, "week"))
}

// unitMargin is the margin of one unit in minor units of the shop's currency; it
// reports false when a price, a cost or a rate is not known.
func (x *index) unitMargin(p *core.Product) (minor float64, known bool) {
	price, ok := x.valued(p.Price)
	if !ok {
		return 0, false
	}
	cost, known := x.valued(p.Cost)
	if offers := x.offers[p.SKU]; len(offers) > 0 {
		normal, _ := replenish.Ways(offers[0].Lead)
		if c, ok := x.landed(offers[0], max(1, offers[0].MOQ), normal); ok {
			cost, known = c, true
		}
	}
	if !known {
		return 0, false
	}
	return float64(max(0, price.Minor-cost.Minor)), true
}

// weekly sums up the channels of one SKU over the last 52 weeks: units sold, and
// the coefficient of variation of whole weeks.
func weekly(series []core.Series, today core.Day) (units, cv float64, weeks int) {
	var day [yearDays]float64
	var known [yearDays]bool
	for _, s := range series {
		for i := max(0, int(today-yearDays-s.Start)); i < s.Qty.Len(); i++ {
			at := int(s.Start) + i - int(today-yearDays)
			if at >= yearDays {
				break
			}
			if q := s.Qty.At(i); q >= 0 { // Missing is negative
				day[at] += float64(q)
				known[at] = true
			}
		}
	}
	sum, squares := 0.0, 0.0
	for w := 0; w < yearDays; w += 7 {
		v, whole := 0.0, true
		for d := w; d < w+7; d++ {
			v += day[d]
			whole = whole && known[d]
		}
		units += v
		if whole {
			sum, squares, weeks = sum+v, squares+v*v, weeks+1
		}
	}
	if weeks < 2 || sum <= 0 || math.IsInf(squares, 0) {
		return units, math.Inf(1), weeks // nothing regular is known of it
	}
	mean := sum / float64(weeks)
	return units, math.Sqrt(max(0, squares/float64(weeks)-mean*mean)) / mean, weeks
}
