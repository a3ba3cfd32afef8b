package simulate

import (
	"fmt"
	"slices"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// world is one run: a scenario as one policy makes it.
type world struct {
	*Scenario
	states []state
	daily  []int64       // stock value at the end of each scored day
	number int           // of orders, for their names
	bought []core.Bought // in the month of the view: budgets count it
	view   View
}

// state is one node in a run.
type state struct {
	sold   core.Quantities // of the past and the run so far
	flags  []core.DayFlag
	onHand int64
	coming []delivery
	score  score
	dry    bool // sales were lost since goods last came
	told   bool // a scored day belongs to the open cycle
}

// delivery is an order on its way.
type delivery struct {
	name    string
	order   Order
	due     core.Day // as planned
	arrives core.Day // as it will be
}

// score is what a node did. Units and money are whole numbers, so that sums do
// not depend on their order.
type score struct {
	opening, ordered, received, soldAll int64 // over all days

	demand, sold       int64 // the rest over scored days
	cycles, dryCycles  int64
	stockDays          int64 // units at the end of each day, summed
	orders, units      int64
	freight, surcharge int64 // minor units
	ads, wasted        int64 // minor units
}

func (s *Scenario) newWorld() *world {
	w := &world{Scenario: s, states: make([]state, len(s.nodes)), daily: make([]int64, s.Scored())}
	w.view = View{Snapshot: s.shop, Nodes: make([]NodeView, len(s.nodes))}
	w.view.Snapshot.Ads, w.view.Snapshot.Events = nil, nil
	w.view.Snapshot.Demand = make([]core.Series, len(s.nodes))
	w.view.Snapshot.Stock = make([]core.StockLevel, len(s.nodes))
	for i := range s.nodes {
		n, st := &s.nodes[i], &w.states[i]
		st.sold = core.Daily(n.past...)
		st.flags = append(make([]core.DayFlag, 0, len(n.past)+len(n.demand)), n.pastFlags...)
		st.onHand, st.score.opening = n.opening, n.opening
	}
	return w
}

// look refreshes the view for a review on day d.
func (w *world) look(d core.Day) *View {
	v := &w.view
	v.Today, v.Snapshot.Inbound = d, v.Snapshot.Inbound[:0]
	v.Snapshot.Ads, v.Snapshot.Events = v.Snapshot.Ads[:0], v.Snapshot.Events[:0]
	for _, a := range w.shop.Ads {
		if a.Day < d {
			v.Snapshot.Ads = append(v.Snapshot.Ads, a)
		}
	}
	for _, e := range w.shop.Events {
		if e.Kind == "holiday" || e.From <= d { // holidays are known ahead, for the rest nobody can vouch
			v.Snapshot.Events = append(v.Snapshot.Events, e)
		}
	}
	month := d.Month()
	w.bought = slices.DeleteFunc(w.bought, func(b core.Bought) bool { return b.Day < month })
	v.Snapshot.Bought = w.bought
	for i := range w.nodes {
		n, st := &w.nodes[i], &w.states[i]
		position := st.onHand
		for _, c := range st.coming {
			position += c.order.Qty
			v.Snapshot.Inbound = append(v.Snapshot.Inbound, core.Inbound{
				Order: c.name, Supplier: c.order.Supplier, SKU: n.sku, Location: n.loc,
				Qty: c.order.Qty, Due: c.due, State: core.InboundConfirmed,
			})
		}
		v.Snapshot.Demand[i] = core.Series{SKU: n.sku, Channel: channelOf(n.loc), Start: n.start, Qty: st.sold, Flags: st.flags}
		v.Snapshot.Stock[i] = core.StockLevel{SKU: n.sku, Location: n.loc, OnHand: st.onHand, AsOf: d.Time(w.shop.Shop.Zone)}
		v.Nodes[i] = NodeView{
			SKU: n.sku, Location: n.loc, Sold: st.sold, Flags: st.flags,
			OnHand: st.onHand, Position: position, Price: n.price, Cost: n.cost, Offer: n.offer, Lead: n.normal,
		}
	}
	return v
}

// place carries out the orders of a review.
func (w *world) place(orders []Order, d core.Day) error {
	for _, o := range orders {
		i, ok := w.at[place{o.SKU, o.Location}]
		if !ok {
			return fmt.Errorf("order of %s for %s: no such SKU there", o.SKU, o.Location)
		}
		it := w.offers[offerKey{o.Supplier, o.SKU}]
		if it == nil {
			return fmt.Errorf("order of %s from %s: no such offer", o.SKU, o.Supplier)
		}
		lead, ok := it.LeadOf(o.Mode)
		if !ok || o.Qty < 1 || o.Qty > replenish.MaxQty {
			return fmt.Errorf("order of %d %s by %q: not on offer", o.Qty, o.SKU, o.Mode)
		}
		closed := w.closed[o.Supplier]
		n, st := &w.nodes[i], &w.states[i]
		w.number++
		st.coming = append(st.coming, delivery{
			name: fmt.Sprintf("S-%06d", w.number), order: o,
			due: replenish.Arrival(d, lead, closed), arrives: w.arrival(n, d, lead, closed),
		})
		st.score.ordered += o.Qty
		goods, freight, cost, err := price(it, lead, o.Qty)
		if err != nil {
			return fmt.Errorf("order of %d %s from %s: %w", o.Qty, o.SKU, o.Supplier, err)
		}
		w.bought = append(w.bought, core.Bought{SKU: o.SKU, Supplier: o.Supplier, Day: d, Cost: cost})
		if !w.scored(d) {
			continue
		}
		g, ok1 := w.shop.ToShop(goods, d)
		f, ok2 := w.shop.ToShop(freight, d)
		if !ok1 || !ok2 {
			return fmt.Errorf("order of %d %s from %s: no exchange rate for %s on %s", o.Qty, o.SKU, o.Supplier, goods.Currency, d)
		}
		st.score.orders++
		st.score.units += o.Qty
		st.score.freight += f.Minor
		st.score.surcharge += g.Minor + f.Minor - n.cost*o.Qty
	}
	return nil
}

// price returns what an order costs in the supplier's currency.
func price(it *core.SupplierItem, l core.Lead, qty int64) (goods, freight, all core.Money, err error) {
	if goods, err = it.UnitPrice(qty).Times(qty); err != nil {
		return goods, freight, all, err
	}
	if freight, err = l.Freight.Times(qty); err != nil {
		return goods, freight, all, err
	}
	all, err = goods.Add(freight)
	return goods, freight, all, err
}

func (s *Scenario) scored(d core.Day) bool { return int(d-s.From) >= s.WarmUp }

// day lets goods arrive and customers come.
func (w *world) day(d core.Day) {
	t, scored := int(d-w.From), w.scored(d)
	value := int64(0)
	for i := range w.nodes {
		n, st := &w.nodes[i], &w.states[i]
		if st.arrive(d) && st.told {
			st.closeCycle()
		}
		want := n.demand[t]
		sold := min(want, st.onHand)
		st.onHand -= sold
		st.score.soldAll += sold
		st.tell(n, t, sold, w.Reveal)
		if want > sold {
			st.dry = true
		}
		if !scored {
			st.dry = false // a cycle is judged by its scored days
			continue
		}
		st.told = true
		if n.ads != nil {
			st.score.ads += n.ads[t]
			st.score.wasted += wasted(n.ads[t], want, sold, st.onHand)
		}
		st.score.demand += want
		st.score.sold += sold
		st.score.stockDays += st.onHand
		value += st.onHand * n.cost
	}
	if scored {
		w.daily[t-w.WarmUp] = value
	}
}

// wasted is the part of a day's ads that met an empty shelf: the share of what was
// wanted that was not there, or all of it when nothing was wanted and nothing there.
func wasted(spent, want, sold, left int64) int64 {
	switch {
	case want > 0:
		return int64(float64(spent) * float64(want-sold) / float64(want))
	case left == 0:
		return spent
	}
	return 0
}

// arrive takes in what comes on day d and reports whether something did.
func (st *state) arrive(d core.Day) bool {
	came := false
	left := st.coming[:0]
	for _, c := range st.coming {
		if c.arrives > d {
			left = append(left, c)
			continue
		}
		st.onHand += c.order.Qty
		st.score.received += c.order.Qty
		came = true
	}
	st.coming = left
	return came
}

func (st *state) closeCycle() {
	st.score.cycles++
	if st.dry {
		st.score.dryCycles++
	}
	st.dry, st.told = false, false
}

// tell writes down what the shop sees of day t.
func (st *state) tell(n *node, t int, sold int64, reveal bool) {
	q, flag := float32(sold), n.known[t]
	switch {
	case n.missing[t]:
		q = core.Missing
	case reveal:
		q = float32(n.demand[t])
	case st.onHand == 0:
		flag |= core.StockOut
	}
	st.sold.Append(q)
	st.flags = append(st.flags, flag)
}

// finish closes the books of a run and proves that no unit was lost or made.
func (w *world) finish() error {
	for i := range w.states {
		st := &w.states[i]
		st.closeCycle()
		onWay := int64(0)
		for _, c := range st.coming {
			onWay += c.order.Qty
		}
		sc, n := &st.score, &w.nodes[i]
		if sc.opening+sc.received-sc.soldAll != st.onHand || sc.ordered != sc.received+onWay || st.onHand < 0 {
			return fmt.Errorf("units of %s at %s are not conserved: opening %d + received %d - sold %d is not closing %d, or ordered %d is not received + %d on the way",
				n.sku, n.loc, sc.opening, sc.received, sc.soldAll, st.onHand, sc.ordered, onWay)
		}
	}
	return nil
}
