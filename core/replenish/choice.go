package replenish

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/forecast/window"
)

// Economics is what a unit brings, for weighing ways of shipping by money.
type Economics struct {
	Sell core.Money // price of one unit, shop's currency; without a currency it is not known
	Rate core.Rate  // shop's currency for one of the supplier's; 0 when not known
}

// Choice weighs an order by a faster way against waiting for the normal one
// (requirement D8). Amounts are in the shop's currency.
//
//	Waiting = Gap * Margin * (1 - Substitution)
//	Extra   = Qty * (FastUnit - NormalUnit), converted
//
// Where there are courses of demand, Gap is the average over them of the units short
// between the two arrivals, on Days of these days. The faster way gets Need, what is
// short in Level of the courses, in whole packs: the last of these units costs as
// much more as it can be expected to save (Level = 1 - extra of a unit / margin, the
// newsvendor's fractile), beside what is owed by then. They cover Covered of the gap, and it is taken when Extra is
// less than Saved:
//
//	Saved = Covered * Margin * (1 - Substitution)
//
// Without courses the gap is that of expected demand, the faster way gets it with a
// safety stock by the normal distribution at the same fractile, and Saved is Waiting.
// The rest of the order goes the normal way. Qty is 0 when the faster is not taken.
type Choice struct {
	Normal        core.Mode  `json:"normal"`
	Fast          core.Mode  `json:"fast"`
	NormalArrives core.Day   `json:"normal_arrives"`
	FastArrives   core.Day   `json:"fast_arrives"`
	Gap           float64    `json:"gap"`    // units expected short between the two arrivals
	Safety        float64    `json:"safety"` // units beyond the gap, for demand above expectation
	Courses       int        `json:"courses,omitempty"`
	Days          float64    `json:"days,omitempty"`
	Owed          float64    `json:"owed,omitempty"` // to customers when the faster way arrives: served first
	Level         float64    `json:"level,omitempty"`
	Need          float64    `json:"need,omitempty"`
	Covered       float64    `json:"covered,omitempty"`
	Saved         core.Money `json:"saved,omitzero"`
	Margin        core.Money `json:"margin"` // of one unit by the normal way
	Substitution  float64    `json:"substitution,omitempty"`
	Waiting       core.Money `json:"waiting"`     // margin lost by waiting
	NormalUnit    core.Money `json:"normal_unit"` // goods and freight, supplier's currency
	FastUnit      core.Money `json:"fast_unit"`
	Asked         int64      `json:"asked"` // units weighed
	Extra         core.Money `json:"extra"` // what they cost more
	Rate          core.Rate  `json:"rate"`  // that made Extra
	Qty           int64      `json:"qty"`   // units that go the faster way
	Known         bool       `json:"known"` // price and exchange rate are known
	fast          core.Lead
	surcharge     float64
	short         window.Dist // of the gap, while it is weighed; empty without courses
}

// choose weighs every faster way for an order c of the normal way and returns the
// one that saves most, or the one that loses least when waiting is better; nil
// when no faster way would help. most bounds the units of the faster way.
func choose(in Input, p core.Policy, proj Projection, c Calculation, normal core.Lead, most int64, at *arrival) *Choice {
	var courses *window.Paths
	switch late := int(Arrival(in.Today, normal, in.Closed) - in.Today); {
	case most <= 0 || len(in.Item.Lead) < 2:
		return nil
	case at != nil:
		courses = at.paths
	case (p.Courses() || len(in.Past) > 0) && late > 0 && late <= maxWindow:
		if p.Courses() {
			in.Room = nil // those of the target are still in use
		}
		courses = in.paths(late)
	case !proj.HasStockOut:
		return nil
	}
	var best *Choice
	for _, l := range in.Item.Lead {
		w := weigh(in, p, proj, c, normal, l, most, courses)
		if w != nil && (best == nil || w.gain() > best.gain()) {
			best = w
		}
	}
	if best != nil {
		best.short = window.Dist{} // the choice is kept with the order, what it was made from is not
	}
	return best
}

// gain is what the faster way saves against waiting, in minor units.
func (w *Choice) gain() int64 { return w.Saved.Minor - w.Extra.Minor }

// weigh computes the Choice between normal and one other way.
func weigh(in Input, p core.Policy, proj Projection, c Calculation, normal, fast core.Lead, most int64, courses *window.Paths) *Choice {
	late, early := Arrival(in.Today, normal, in.Closed), Arrival(in.Today, fast, in.Closed)
	if early >= late {
		return nil
	}
	w := &Choice{
		Normal: normal.Mode, Fast: fast.Mode, NormalArrives: late, FastArrives: early,
		Substitution: round4(p.Quantity.Substitution), fast: fast,
	}
	if courses != nil {
		var days, owed float64
		w.short, days, owed = Lost(courses, float64(in.Position.Available()), in.due(int(late-in.Today)), int(early-in.Today))
		w.Gap, w.Days, w.Owed, w.Courses = round2(w.short.Mean()), round2(days), round2(owed), courses.Len()
	} else {
		w.Gap = round2(proj.Short(in.Today, late) - proj.Short(in.Today, early))
	}
	if w.Gap < 0.5 {
		return nil
	}
	if fast.Mode == core.Rush {
		w.surcharge = p.Quantity.RushSurcharge
	}
	priced := in.Item.Scaled(1 + w.surcharge)
	normalUnit, err1 := in.Item.UnitPrice(c.Qty).Add(normal.Freight)
	fastUnit, err2 := priced.UnitPrice(c.Qty).Add(fast.Freight)
	if err1 != nil || err2 != nil {
		return nil
	}
	w.NormalUnit, w.FastUnit = normalUnit, fastUnit
	landed, known := w.value(in.Economics)
	pack := max(1, in.Item.Pack)
	if !known {
		// Without prices nothing can be weighed: RED means "restock now, air first"
		// (requirement D2).
		w.Asked = min(most, upTo(whole(w.Owed+w.Gap), pack))
		if proj.StockOut < late && fast.Mode != core.Rush {
			w.Qty = w.Asked
		}
		return w
	}
	w.Known, w.Rate = true, in.Economics.Rate
	w.Margin = core.Money{Minor: max(0, in.Economics.Sell.Minor-landed.Minor), Currency: in.Economics.Sell.Currency}
	w.Waiting = scaled(w.Margin, w.Gap*(1-w.Substitution))
	// Of one unit, in minor units and parts of them: a cent more or less decides over
	// thousands of units.
	const many = 10_000
	extraUnit := float64(w.extra(in.Economics, many).Minor) / many
	if courses != nil {
		w.cover(in.Economics, extraUnit, pack, most)
	} else {
		w.Saved, w.Safety = w.Waiting, w.safety(c, extraUnit)
		w.Asked = min(most, upTo(whole(w.Gap+w.Safety), pack))
		w.Extra = w.extra(in.Economics, w.Asked)
		if w.Safety > 0 && w.gain() <= 0 { // the bare gap may still pay
			w.Safety, w.Asked = 0, min(most, upTo(whole(w.Gap), pack))
			w.Extra = w.extra(in.Economics, w.Asked)
		}
	}
	if w.gain() > 0 {
		w.Qty = w.Asked
	}
	return w
}

// cover asks for the packs of the faster way that save most, of which extra is what
// a unit costs more; where none pays, for those of the expected gap, to be weighed.
func (w *Choice) cover(e Economics, extra float64, pack, most int64) {
	margin := float64(w.Margin.Minor) * (1 - w.Substitution)
	at := func(q int64) {
		w.Asked, w.Covered = q, round2(w.short.Mean()-w.short.Shortage(max(0, float64(q)-w.Owed)))
		w.Saved, w.Extra = scaled(w.Margin, w.Covered*(1-w.Substitution)), w.extra(e, q)
	}
	if extra < margin { // without a margin a way that costs less covers every course
		w.Level = round6(min(max(1-extra/margin, 0), 1))
		w.Need = round2(w.Owed + w.short.AtLeast(w.Level))
		up := min(upTo(whole(w.Need), pack), most)
		at(up)
		// The last pack stays unless it loses more than what rounding can hide: the next
		// check, which sees it alone, would else ask for it again.
		rounding := int64(0.01*margin) + 2
		if with := w.gain(); up > pack {
			if at(up - pack); w.gain() < with+rounding {
				at(up)
			}
		}
	}
	if w.Asked == 0 {
		at(min(upTo(whole(w.Owed+w.Gap), pack), most))
	}
}

// Lost is the distribution of units lost to empty shelves from period from on to the
// end of due, on how many of these periods something is lost on average, and how many
// units are owed from before when they begin. stock and due are as in NeedAtArrival.
func Lost(p *window.Paths, stock float64, due []float64, from int) (units window.Dist, periods, owed float64) {
	values := make([]float64, p.Len())
	end := min(len(due), p.Periods())
	owed = -stock
	for _, d := range due[:min(from+1, len(due))] {
		owed -= d
	}
	for j := range values {
		path, s := p.Path(j), stock
		for k := range end {
			s += due[k]
			sold := min(path[k], max(s, 0))
			if lost := path[k] - sold; lost > 1e-9 && k >= from {
				values[j] += lost
				periods += 1 / float64(len(values))
			}
			s -= sold
		}
	}
	return window.NewDist(values), periods, max(0, owed)
}

// value gives the landed cost of a unit by the normal way, in the shop's currency.
func (w *Choice) value(e Economics) (landed core.Money, known bool) {
	if e.Rate <= 0 || e.Sell.Currency == "" {
		return landed, false
	}
	landed, err := w.NormalUnit.Convert(e.Sell.Currency, e.Rate)
	if err != nil {
		return landed, false
	}
	_, err = w.FastUnit.Convert(e.Sell.Currency, e.Rate)
	return landed, err == nil
}

// safety is the stock beyond the gap that is worth its price: the last unit by the
// faster way costs extra and saves its margin when demand is high enough, so the
// share of cases covered is 1 - extra/margin (the critical fractile of the
// newsvendor problem), at most the service level.
func (w *Choice) safety(c Calculation, extra float64) float64 {
	margin := float64(w.Margin.Minor) * (1 - w.Substitution)
	if margin <= 0 {
		return 0
	}
	level := min(1-extra/margin, c.ServiceLevel)
	if level <= 0.5 {
		return 0
	}
	return round2(round4(Z(level)) * c.DemandSD * math.Sqrt(float64(w.NormalArrives-w.FastArrives)))
}

// extra is what n units cost more by the faster way.
func (w *Choice) extra(e Economics, n int64) core.Money {
	per := core.Money{Minor: w.FastUnit.Minor - w.NormalUnit.Minor, Currency: w.FastUnit.Currency}
	if per.Currency == "" {
		per.Currency = w.NormalUnit.Currency
	}
	sum, err := per.Times(n)
	if err == nil {
		sum, err = sum.Convert(e.Sell.Currency, e.Rate)
	}
	if err != nil {
		return core.Money{Minor: core.MaxMinor, Currency: e.Sell.Currency}
	}
	return sum
}

// why says in a phrase what the choice was, with both numbers.
func (w *Choice) why() string {
	if !w.Known {
		if w.Qty > 0 {
			return fmt.Sprintf("%s would arrive on %s, after the stock-out; price or exchange rate is not known, so the gap goes by %s", w.Normal, w.NormalArrives, w.Fast)
		}
		return fmt.Sprintf("%s is the cheapest way; price or exchange rate is not known, so %s cannot be weighed", w.Normal, w.Fast)
	}
	extra := fmt.Sprintf("%s for %d units costs %s more", w.Fast, w.Asked, w.Extra)
	if w.Qty == 0 {
		extra = fmt.Sprintf("%s for %d units would cost %s more", w.Fast, w.Asked, w.Extra)
	}
	return fmt.Sprintf("waiting for %s loses %s, %s", w.Normal, w.Waiting, extra)
}

// whole rounds up to whole units, float noise left out.
func whole(v float64) int64 {
	if !(v < float64(MaxQty)) {
		return MaxQty
	}
	return int64(math.Ceil(v - 1e-6))
}

// scaled is m * f, at most the largest amount.
func scaled(m core.Money, f float64) core.Money {
	if out, err := m.Scale(f); err == nil {
		return out
	}
	return core.Money{Minor: core.MaxMinor, Currency: m.Currency}
}
