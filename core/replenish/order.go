package replenish

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"quartermaster/core"
)

// Part is the part of an order that goes by one way of shipping.
type Part struct {
	Lead    core.Lead   `json:"lead"`
	Arrival core.Day    `json:"arrival"` // when ordered today
	Calc    Calculation `json:"calc"`
}

// order turns the target into an order: need, quantity, and the way or ways it is
// shipped by. The quantity is the same whatever the way, so that a choice of way
// never orders more. calc gives the calculation for one way.
func (r *Result) order(in Input, p core.Policy, proj Projection, byNormal, byFast Calculation, normal, fast core.Lead, at *arrival, calc func(core.Lead) Calculation) {
	byNormal.trigger(p, r.Tier, byNormal, byFast, normal, fast)
	trigger := byNormal
	net := float64(in.Position.Net())
	lead, why := normal, fmt.Sprintf("%s is the cheapest way", normal.Mode)
	c := byNormal
	c.Cap = in.cap(c, p)
	if net <= c.Trigger {
		c.Need = max(0, round2(c.OrderUpTo-net))
		c.quantity(in, normal, in.holding(c, p), at)
	}
	most := c.Qty
	apart := at != nil && !in.MakeToOrder && in.Quantity == nil && (in.Reorder == nil || net <= c.Trigger) // a faster way comes on top
	if apart {
		most = c.room(*in.Item)
	}
	way := choose(in, p, proj, c, normal, most, at)
	var parts []Part
	if apart && way != nil && way.Qty > 0 {
		if parts = in.apart(p, c, normal, way, at, calc); parts == nil { // too little for two orders: a part of one
			way = choose(in, p, proj, c, normal, c.Qty, at)
		}
	}
	switch {
	case parts != nil:
		r.Parts = parts
	case c.Qty == 0:
		if proj.HasStockOut && Arrival(in.Today, fast, in.Closed) < Arrival(in.Today, normal, in.Closed) && Arrival(in.Today, normal, in.Closed) > proj.StockOut {
			lead, why = fast, fmt.Sprintf("%s is the earliest way, should an order be made", fast.Mode)
		}
		r.Parts = []Part{r.part(in, c, trigger, calc(lead), lead, why)}
		r.Parts[0].Calc.Qty, r.Parts[0].Calc.Steps = c.Qty, c.Steps
	case way == nil:
		r.Parts = []Part{r.part(in, c, trigger, calc(normal), normal, onlyWay(in, proj, normal, why))}
		r.Parts[0].Calc.Qty, r.Parts[0].Calc.Steps = c.Qty, c.Steps
	default:
		r.Parts = r.ship(in, c, trigger, calc, normal, way)
	}
	first := r.Parts[0]
	r.Lead, r.Arrival, r.Calc = first.Lead, first.Arrival, &r.Parts[0].Calc
	r.Short = round2(proj.Short(in.Today, r.Arrival))
	if r.HasStockOut {
		last := r.Lead
		for _, part := range r.Parts { // of a split order the slowest way that is in time
			if part.Arrival <= r.StockOut {
				last = part.Lead
			}
		}
		r.OrderBy = OrderBy(r.StockOut, last, in.Closed)
	}
}

// part gives the calculation of one way what all parts of an order share.
func (r *Result) part(in Input, c, trigger, of Calculation, lead core.Lead, why string) Part {
	of.Trigger, of.TriggerWhy, of.NormalMode = trigger.Trigger, trigger.TriggerWhy, trigger.NormalMode
	of.TriggerLeadDays, of.TriggerLeadSD, of.TriggerSafety = trigger.TriggerLeadDays, trigger.TriggerLeadSD, trigger.TriggerSafety
	if of.ReorderPoint > of.Trigger && of.AtArrival == nil { // a way that only this order takes
		of.Trigger, of.TriggerWhy = of.ReorderPoint, fmt.Sprintf("the reorder point by %s", lead.Mode)
		of.TriggerLeadDays, of.TriggerLeadSD, of.TriggerSafety = of.LeadDays, of.LeadSD, of.SafetyStock
	}
	of.Need, of.Cap, of.QtySet, of.ModeWhy = c.Need, c.Cap, c.QtySet, why
	return Part{lead, Arrival(in.Today, lead, in.Closed), of}
}

// ship makes the parts of an order whose way was weighed.
func (r *Result) ship(in Input, c, trigger Calculation, calc func(core.Lead) Calculation, normal core.Lead, w *Choice) []Part {
	if w.Qty == 0 {
		one := r.part(in, c, trigger, calc(normal), normal, w.why())
		one.Calc.Qty, one.Calc.Steps, one.Calc.Choice = c.Qty, c.Steps, w
		return []Part{one}
	}
	first := r.part(in, c, trigger, calc(w.fast), w.fast, w.why())
	first.Calc.Qty, first.Calc.Steps, first.Calc.Choice = w.Qty, c.Steps, w
	if w.Qty == c.Qty {
		return []Part{first}
	}
	rest := r.part(in, c, trigger, calc(normal), normal, w.why())
	rest.Calc.Qty, rest.Calc.Choice = c.Qty-w.Qty, w
	split := func(to int64, format string, args ...any) []Step {
		steps := append(make([]Step, 0, len(c.Steps)+1), c.Steps...)
		return append(steps, Step{Rule: "split", From: float64(c.Qty), To: to, Note: fmt.Sprintf(format, args...)})
	}
	first.Calc.Steps = split(w.Qty, "by %s for the gap until %s", w.Fast, w.NormalArrives)
	rest.Calc.Steps = split(c.Qty-w.Qty, "by %s, the rest", w.Normal)
	return []Part{first, rest}
}

// onlyWay says why an order goes the normal way where there was nothing to weigh.
func onlyWay(in Input, proj Projection, normal core.Lead, why string) string {
	arrives := Arrival(in.Today, normal, in.Closed)
	switch {
	case len(in.Item.Lead) == 1:
		return fmt.Sprintf("%s is the only way", normal.Mode)
	case !proj.HasStockOut:
		return why + " and no stock-out is in sight"
	case arrives <= proj.StockOut:
		return fmt.Sprintf("%s and arrives on %s, in time for the stock-out on %s", why, arrives, proj.StockOut)
	}
	if slices.ContainsFunc(in.Item.Lead, func(l core.Lead) bool { return Arrival(in.Today, l, in.Closed) < arrives }) {
		return why + " and waiting for it loses next to nothing"
	}
	return why + " and no other arrives sooner"
}

// apart makes an order of several, for the target "cost": w by the faster way for the
// gap, more by other ways for what of it is left while that pays, and by the normal way
// what is needed on arrival once these have come. It is nil when all together are less
// than the supplier takes.
func (in Input) apart(p core.Policy, c Calculation, normal core.Lead, w *Choice, at *arrival, calc func(core.Lead) Calculation) []Part {
	ahead, item, most := in, *in.Item, c.room(*in.Item)
	var parts []Part
	var sent int64
	for ; w != nil && w.Qty > 0; w = choose(ahead, p, Projection{}, c, normal, most-sent, at) {
		parts = append(parts, in.gap(calc(w.fast), w, w.Qty+max(1, item.Pack) > most-sent))
		sent += w.Qty
		ahead.Inbound = append(slices.Clip(ahead.Inbound), core.Inbound{Qty: w.Qty, Due: w.FastArrives})
		if len(parts) == len(in.Item.Lead)-1 {
			break
		}
	}
	item.MOQ = max(1, item.MOQ-sent)
	item.Breaks = slices.Clone(item.Breaks) // they hold for the sum
	for i := range item.Breaks {
		item.Breaks[i].Min -= sent
	}
	ahead.Item, ahead.MinRun = &item, max(0, in.MinRun-sent)
	then := ahead.atArrival(p, normal, at.lasts, at.daily, at.paths)
	then.Ahead = sent
	rest := calc(normal)
	then.levels(&rest)
	if item.Max > 0 {
		item.Max -= sent
	}
	if rest.Need = max(0, then.Need); rest.Need > 0 && (in.Item.Max == 0 || item.Max > 0) {
		rest.Cap = c.Cap.less(sent)
		few := rest
		if few.quantity(ahead, normal, in.holding(rest, p), then); few.Qty == 0 && item.MOQ < in.Item.MOQ {
			// What is too little to be worth a line may be worth it as a whole order,
			// which the next check would then ask for.
			item.MOQ = in.Item.MOQ
			few = rest
			few.quantity(ahead, normal, in.holding(rest, p), then)
		}
		rest = few
	}
	if sent+rest.Qty < max(in.Item.MOQ, in.MinRun) {
		return nil
	}
	first := parts[0].Calc.Choice
	if rest.Need > 0 && rest.Qty == 0 && in.Item.Max > 0 && lot(rest.Need, item) > item.Max {
		last := &parts[len(parts)-1].Calc
		last.Steps = append(last.Steps, Step{Rule: "maximum", From: float64(last.Qty), To: last.Qty,
			Note: fmt.Sprintf("the largest order of %d leaves too little room for %s more by %s", in.Item.Max, Num(rest.Need), normal.Mode)})
	}
	if rest.Qty > 0 {
		rest.Choice, rest.ModeWhy = first, first.why()
		parts = append(parts, Part{normal, first.NormalArrives, rest})
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(a.Arrival, b.Arrival) })
	whole := 0.0
	for _, part := range parts {
		whole += part.Calc.Need
	}
	for i := range parts {
		of := &parts[i].Calc
		if of.Whole = round2(whole); len(parts) == 1 && !of.Gap {
			of.Whole = 0
		}
		of.OrderUpTo = round2(float64(of.Position.Net()) + whole)
		of.Trigger, of.TriggerWhy, of.NormalMode, of.Cap = of.OrderUpTo, "the order-up-to level", normal.Mode, c.Cap
		if of.ReorderSet {
			of.Trigger, of.TriggerWhy = c.Trigger, c.TriggerWhy
		}
	}
	return parts
}

// gap is the part of an order that fills the gap of w; full says that no more may be
// ordered.
func (in Input) gap(of Calculation, w *Choice, full bool) Part {
	of.Gap, of.Need, of.Qty, of.Choice, of.ModeWhy = true, w.Need, w.Qty, w, w.why()
	pack := Num(float64(max(1, in.Item.Pack)))
	switch {
	case float64(w.Qty) < w.Need && full:
		of.Steps = []Step{{Rule: "maximum", From: w.Need, To: w.Qty, Note: "the largest order, or the order cap, leaves no room for more"}}
	case float64(w.Qty) != w.Need:
		of.Steps = []Step{{Rule: "pack", From: w.Need, To: w.Qty, Note: fmt.Sprintf("whole packs of %s, as many as save more than they cost", pack)}}
	}
	return Part{w.fast, w.FastArrives, of}
}

// room is the most that may be ordered at once, in whole packs.
func (c *Calculation) room(it core.SupplierItem) int64 {
	most := MaxQty
	if it.Max > 0 {
		most = it.Max
	}
	if c.Cap != nil {
		most = min(most, c.Cap.Most)
	}
	return most / max(1, it.Pack) * max(1, it.Pack)
}

// quantity sets the quantity from the need.
func (c *Calculation) quantity(in Input, normal core.Lead, h Holding, at *arrival) {
	need := c.Need
	if owed := float64(max(0, -in.Position.Net())); in.MakeToOrder && owed < need {
		c.Steps = []Step{{Rule: "make to order", From: need, To: int64(owed), Note: "only what customers are owed"}}
		need, h, at = owed, Holding{}, nil
	}
	var qty int64
	var steps []Step
	if at != nil && need > 0 {
		qty, steps = at.quantity(c, *in.Item, normal.Freight, h)
	} else {
		qty, steps = Round(need, *in.Item, normal.Freight, h)
	}
	uncapped := qty
	c.Qty, c.Steps = c.Cap.Apply(qty, append(c.Steps, steps...))
	if qty = c.Qty; qty > 0 && qty < in.MinRun {
		c.Steps = append(c.Steps, Step{Rule: "minimum run", From: float64(qty), To: in.MinRun, Note: "the least first order of a new product"})
		qty, steps = Round(float64(in.MinRun), *in.Item, normal.Freight, Holding{})
		c.Qty, c.Steps = qty, append(c.Steps, steps...)
	}
	if due := uncapped > 0 || need > float64(MaxQty); due {
		c.fix(in.Quantity, *in.Item)
	}
}

// fix sets the quantity that a person fixed for orders that are due, as the supplier
// sells it. What a rule lets wait is not due.
func (c *Calculation) fix(fixed *float64, it core.SupplierItem) {
	if fixed == nil || c.Need <= 0 {
		return
	}
	to, steps := Round(math.Round(*fixed), it, core.Money{}, Holding{})
	if asked := int64(math.Round(*fixed)); asked != c.Qty {
		c.Steps = append(c.Steps, Step{Rule: "override", From: float64(c.Qty), To: asked, Note: "set by a person"})
	}
	c.Steps = append(c.Steps, steps...)
	c.Qty, c.QtySet = to, true
}

// Holding is what it costs to hold stock, for weighing a larger order. The zero
// Holding knows no demand: then a larger order must cost less as a whole.
type Holding struct {
	DemandPerDay float64 // units
	Rate         float64 // a year, share of the landed cost
	Most         float64 // units an order may be raised to
}

// holding bounds an order that is raised beyond its need by MaxCoverDays of sales,
// or by the order-up-to level where that is more.
func (in Input) holding(c Calculation, p core.Policy) Holding {
	most := max(c.OrderUpTo, float64(p.Quantity.MaxCoverDays)*c.DemandPerDay) - float64(in.Position.Net())
	return Holding{DemandPerDay: c.DemandPerDay, Rate: p.Quantity.HoldingRate, Most: math.Floor(most)}
}

// unit is the average cost of a unit in an order of qty: landed cost and the cost
// of holding half the order while it is sold,
//
//	landed * (1 + Rate/365 * qty/(2*DemandPerDay))
//
// (all-units discounts without a fixed cost per order; Silver, Pyke and Thomas,
// Inventory and Production Management in Supply Chains, 4th ed., section 4.5).
func (h Holding) unit(landed core.Money, qty int64) float64 {
	return float64(landed.Minor) * (1 + h.Rate/365*float64(qty)/(2*h.DemandPerDay))
}
