package plan

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/window"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
	"quartermaster/core/supply"
)

// Evaluate computes the state of every active SKU at every location that stocks
// or sells it, what should worry people, and what to order, one proposal per
// supplier. Proposals come back fresh, without id, version and state; Reconcile
// compares them with what is open.
//
// It returns an error when the policy is out of bounds or the snapshot
// contradicts itself (*SnapshotError). Gaps that leave the rest usable, such as
// a missing exchange rate, are warnings of the report.
func Evaluate(s core.Snapshot, p core.Policy, now time.Time) (Report, error) {
	return Planner{}.Evaluate(s, p, now)
}

// Evaluate is the function Evaluate with the planner's model of demand.
func (pl Planner) Evaluate(s core.Snapshot, p core.Policy, now time.Time) (Report, error) {
	if err := p.Validate(); err != nil {
		return Report{}, fmt.Errorf("policy: %w", err)
	}
	if err := validate(&s); err != nil {
		return Report{}, err
	}
	today := core.DayOf(now, s.Shop.Zone)
	s.Items = withMinimum(supply.Learn(s.Supply, s.Suppliers, today).Items(withQuotes(s.Items, s.Quotes, today)), p.Quantity.DefaultMOQ)
	x := newPricedIndex(&s, today, p.Quantity)
	r := Report{
		Now: now, Today: today, Shop: s.Shop,
		Items: []Item{}, Findings: []risk.Finding{}, Proposals: []Proposal{},
		Conservative: risk.Conservative(s.Feeds, p, now),
		Warnings:     x.warnings(),
	}
	e := evaluation{index: x, crowd: crowdOf(&s), classes: x.standings(p.Quantity), cycles: map[core.SKU]core.Cycle{}, byHand: map[core.SKU][]core.Override{}, partners: map[nodeKey]*partner{}, model: pl.Model, days: pl.Days, prepared: pl.Prepared, policy: p, now: now, ordered: lastOrders(s.Supply, today), placed: placedLately(s.Supply, today, p.ReviewDays), lines: map[core.SupplierID][]Line{}, held: map[nodeKey]string{}, asOf: map[core.SupplierID]time.Time{}, gaps: map[string][]string{}, trade: newTrade(today)}
	e.supply()
	linked := x.linked()
	nodes := x.sorted()
	e.survey(nodes)
	r.Items = make([]Item, 0, len(nodes))
	for part := range slices.Chunk(nodes, atOnce) {
		prepared, err := e.prepare(part)
		if err != nil {
			return Report{}, err
		}
		risks := make([]risk.Item, 0, len(part))
		for i, a := range e.assess(part, prepared) {
			n := part[i]
			item, about := e.item(n, a, linked[n.product.SKU])
			r.Items = append(r.Items, item)
			risks = append(risks, about)
		}
		r.Findings = append(r.Findings, risk.Findings(risks, p, today)...)
	}
	r.Findings = append(r.Findings, risk.LateOrders(e.late, today)...)
	r.Findings = append(r.Findings, risk.LateSuppliers(e.punctuality(r.Items))...)
	r.Findings = append(r.Findings, risk.FeedFindings(r.Conservative)...)
	r.Findings = append(r.Findings, e.recentAnomalies()...)
	e.joint()
	r.Findings = e.agree(append(r.Findings, e.advise(nodes, r.Items)...))
	r.Proposals, r.Waiting = e.proposals()
	e.tellHeld(r.Items)
	r.Findings = append(r.Findings, waitingFindings(r.Waiting)...)
	r.Findings = append(r.Findings, e.lowStocks(nodes, r.Items, r.Proposals)...)
	risk.Sort(r.Findings)
	e.backups(r.Findings)
	addCourses(r.Proposals, r.Items)
	r.Suppliers = e.called
	r.Days, r.Trade = e.calendar.Days(), e.tradeOf(nodes)
	r.Anomalies, r.Signals = e.anomalies(), e.signalReports()
	r.Warnings = append(r.Warnings, e.warnings()...)
	slices.SortStableFunc(r.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	return r, nil
}

// evaluation carries what one Evaluate gathers.
type evaluation struct {
	*index
	crowd    crowd
	model    *engine.Model // nil: none
	days     *history.Days // nil: surveyed here
	prepared *Prepared     // nil: cleaned and forecast here
	policy   core.Policy
	now      time.Time
	classes  map[core.SKU]standing
	cycles   map[core.SKU]core.Cycle
	byHand   map[core.SKU][]core.Override
	partners map[nodeKey]*partner         // of SKUs that take part in links
	ordered  map[core.SupplierID]core.Day // last
	placed   map[string]core.Day          // orders of less than a review ago
	lines    map[core.SupplierID][]Line
	held     map[nodeKey]string // why an order that is due is not made now
	asOf     map[core.SupplierID]time.Time
	gaps     map[string][]string // kind of gap -> what it hit
	late     []risk.LateLine
	trade    trade
	heeded   map[nodeKey]*heeded // advice that other advice must agree with
	demands
}

// assessed is what was found out about one node by itself.
type assessed struct {
	demand demand
	rule   rules
	in     replenish.Input
	res    replenish.Result
	rival  *Rival // nil where only one supplier was looked at
}

// room is memory for the work on one node after another.
type room struct {
	paths     window.Paths
	forecasts forecast.Maker
}

// assess computes the state of nodes, on all cores.
func (e *evaluation) assess(nodes []*node, prepared map[*node]*basis) []assessed {
	out := make([]assessed, len(nodes))
	var all sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(nodes))
	for w := range workers {
		all.Go(func() {
			var room room
			for i := w; i < len(nodes); i += workers {
				out[i] = e.assessOne(nodes[i], prepared[nodes[i]], &room)
			}
		})
	}
	all.Wait()
	return out
}

// assessOne computes the state of one node. It changes nothing of e.
func (e *evaluation) assessOne(n *node, b *basis, room *room) assessed {
	switch offers := e.offers[n.product.SKU]; len(offers) {
	case 0:
		return e.assessOffer(n, b, nil, room)
	case 1:
		return e.assessOffer(n, b, offers[0], room)
	default:
		return e.source(n, b, room, offers)
	}
}

// assessOffer is assessOne as if a product were offered no other way; nil: in none.
func (e *evaluation) assessOffer(n *node, b *basis, offer *core.SupplierItem, room *room) assessed {
	rule := e.rulesOf(n, offer)
	offer = rule.offer
	var closed []core.DayRange
	if offer != nil {
		closed = e.suppliers[offer.Supplier].Closed
	}
	d := e.demand(b, replenish.Horizon(e.today, offer, closed, e.policy), &room.forecasts)
	f := d.forecast
	in := replenish.Input{
		Today: e.today, Mean: f.Mean, SD: f.SD, Basis: f.Why,
		Position: position(n), Inbound: n.inbound, Item: offer, Closed: closed, Room: &room.paths,
	}
	in.Past, in.Factor = d.base, d.factor()
	if b.outlook != nil {
		in.Totals, in.Levels = b.outlook.Totals, e.windowLevels()
	}
	if e.prepared != nil {
		in.Week = e.prepared.Week
	}
	if d.off != nil {
		in.Spread = d.off.Safety
	}
	in.Economics = e.economics(n.product, offer)
	rule.apply(&in)
	d.forecast.Mean, d.forecast.SD, d.forecast.Why = in.Mean, in.SD, in.Basis // with what a person set
	res := replenish.Assess(in, rule.policy)
	for i := range res.Parts {
		res.Parts[i].Calc.ServiceWhy, res.Parts[i].Calc.CostWhy = rule.serviceWhy, rule.costWhy
	}
	in.Past, in.Totals, in.Room = nil, nil, nil // no longer needed
	return assessed{demand: d, rule: rule, in: in, res: res}
}

// item makes the item of a node, and keeps the line it needs, if any.
func (e *evaluation) item(n *node, a assessed, linked bool) (Item, risk.Item) {
	d, rule, in, res := a.demand, a.rule, a.in, a.res
	offer, f := rule.offer, d.forecast
	e.list = append(e.list, d.clean.Anomalies...)
	if e.prepared == nil {
		e.tally(n, &d)
	}
	unit := e.worthOf(n.product, offer, &res)
	e.overdue(n, f.Mean, &res, unit.margin)
	e.trade.node(&d.clean, unit.margin)
	atRisk, err := unit.margin.Scale(res.Short)
	if err != nil {
		atRisk = core.Money{Minor: core.MaxMinor, Currency: e.s.Shop.Currency}
	}
	it := Item{
		SKU: n.product.SKU, Location: n.location, Name: n.product.Name, Category: n.product.Category,
		Tier: res.Tier, TierWhy: res.TierWhy, Cover: res.Cover, Position: in.Position, Forecast: f, Inbound: n.inbound,
		Calc: res.Calc, Mode: res.Lead.Mode, StockOut: res.StockOut, HasStockOut: res.HasStockOut,
		OrderBy: res.OrderBy, Arrival: res.Arrival, Short: res.Short, MoneyAtRisk: atRisk, Notes: slices.Concat(res.Notes, rule.notes), ByHand: rule.byHand,
		Class: rule.class, ClassWhy: rule.classWhy, Kind: rule.kind, KindWhy: rule.kindWhy,
		Signals: d.signals.Lines, Rival: a.rival,
	}
	if d.off != nil {
		it.PausedUntil = d.off.PausedUntil
	}
	if res.Lead.Note != "" {
		it.Notes = append(it.Notes, res.Lead.Note)
	}
	if n.stock != nil && n.stock.Received > 0 {
		it.Notes = append(it.Notes, fmt.Sprintf("%s arrived after the stock was counted and are added to it until the next count", plural(int(n.stock.Received), "unit")))
	}
	if offer != nil && offer.Quoted != 0 {
		it.Notes = append(it.Notes, fmt.Sprintf("price, minimum and lead time are those of a quote of %s, valid until %s", e.called.Of(offer.Supplier), offer.Quoted))
	}
	if offer != nil && offer.MOQAssumed {
		it.Notes = append(it.Notes, fmt.Sprintf("the minimum order of %s is not known: %s units are taken", offer.Supplier, count(offer.MOQ)))
	}
	if offer != nil && offer.Raw != nil {
		it.Notes = append(it.Notes, fmt.Sprintf("%s has raw material for %s units of it", offer.Supplier, count(*offer.Raw)))
	}
	if offer != nil {
		it.Supplier = offer.Supplier
		if len(res.Parts) > 1 {
			it.Rest = res.Parts[1:]
		}
		if res.Calc != nil && res.Calc.Qty > 0 {
			if res.Owed > 0 && !rule.toOrder && rule.human == "" {
				rule.human = "only what customers are owed asks for it"
			}
			e.addLines(n, it, &res, rule)
		}
	}
	if linked {
		e.partners[nodeKey{it.SKU, it.Location}] = &partner{n, it, rule}
	}
	return it, risk.Item{
		SKU: it.SKU, Location: it.Location, Name: it.Name, Supplier: it.Supplier,
		Position: it.Position, State: res, MoneyAtRisk: atRisk, Unvalued: !unit.known,
		Relieved: e.relieved(n, &res), Off: d.off, Play: e.play(&it, offer),
	}
}

// windowLevels are those of the quantiles of sums in outlooks.
func (e *evaluation) windowLevels() []float64 {
	if e.prepared != nil {
		return e.prepared.Levels
	}
	return e.model.WindowLevels()
}

// punctuality gathers how the suppliers kept their days and which products that do
// not idle are ordered from them.
func (e *evaluation) punctuality(items []Item) []risk.Punctuality {
	hang := map[core.SupplierID]map[core.SKU]risk.Dependence{}
	for _, it := range items {
		if it.Supplier == "" || it.Tier == replenish.Idle {
			continue
		}
		if hang[it.Supplier] == nil {
			hang[it.Supplier] = map[core.SKU]risk.Dependence{}
		}
		d, known := hang[it.Supplier][it.SKU]
		if !known {
			d.AtRisk.Currency = e.s.Shop.Currency
		}
		d.SKU, d.Backup = it.SKU, len(e.offers[it.SKU]) > 1
		if sum, err := it.MoneyAtRisk.Add(d.AtRisk); err == nil {
			d.AtRisk = sum
		}
		hang[it.Supplier][it.SKU] = d
	}
	var out []risk.Punctuality
	for _, s := range supply.Evaluate(e.s.Supply, e.s.Suppliers, 0, e.today, e.today) {
		out = append(out, risk.Punctuality{Supplier: s.Supplier, Name: e.called.Of(s.Supplier), Late: s.Late, Settled: s.Settled, Risk: s.LateRisk, Products: slices.Collect(maps.Values(hang[s.Supplier]))})
	}
	return out
}

// overdue keeps what the late goods of a node hold up: what would be short more
// if they came no sooner than goods ordered today, or within 28 days where nobody
// sells.
func (e *evaluation) overdue(n *node, mean []float64, res *replenish.Result, margin core.Money) {
	until := res.Arrival
	if until == 0 {
		until = e.today + 28
	}
	available := position(n)
	with := replenish.Project(e.today, available.Available(), n.inbound, mean)
	seen := map[string]bool{}
	for _, in := range n.inbound {
		if in.Due >= e.today || in.Qty <= 0 || seen[in.Order] {
			continue
		}
		seen[in.Order] = true
		l := risk.LateLine{Order: in.Order, Supplier: in.Supplier, From: e.called.Of(in.Supplier), SKU: in.SKU, Location: in.Location, Name: n.product.Name, Due: in.Due, Came: e.came(in.Order, in.SKU)}
		var rest []core.Inbound
		for _, other := range n.inbound {
			if other.Order != in.Order || other.Due >= e.today {
				rest = append(rest, other)
				continue
			}
			l.Qty, l.Due = l.Qty+other.Qty, min(l.Due, other.Due)
		}
		without := replenish.Project(e.today, available.Available(), rest, mean)
		l.StockOut, l.HasStockOut = without.StockOut, without.HasStockOut
		l.Short = max(0, without.Short(e.today, until)-with.Short(e.today, until))
		var err error
		if l.AtRisk, err = margin.Scale(l.Short); err != nil {
			l.AtRisk = core.Money{Minor: core.MaxMinor, Currency: e.s.Shop.Currency}
		}
		e.late = append(e.late, l)
	}
}

// came is what came of an order's SKU in good order.
func (e *evaluation) came(order string, sku core.SKU) (units int64) {
	for _, l := range e.s.Supply {
		if l.Order == order && l.SKU == sku {
			for _, a := range l.Arrivals {
				units += a.Qty - a.Damaged
			}
		}
	}
	return units
}

// relieved reports whether inbound goods arrive by the stock-out day.
func (e *evaluation) relieved(n *node, res *replenish.Result) bool {
	return res.HasStockOut && slices.ContainsFunc(n.inbound, func(in core.Inbound) bool {
		due := in.Due
		if due < e.today {
			due = e.today + 1
		}
		return in.Qty > 0 && due <= res.StockOut
	})
}

// offer returns the offer that an item is ordered by and its supplier, nil when nobody
// sells.
func (e *evaluation) offer(it *Item) (*core.SupplierItem, *core.Supplier) {
	for _, o := range e.offers[it.SKU] {
		if o.Supplier == it.Supplier {
			return o, e.suppliers[o.Supplier]
		}
	}
	return nil, nil
}

// position sums up a node. Units on order are counted once, whatever state their
// order is in.
func position(n *node) replenish.Position {
	var p replenish.Position
	if n.stock != nil {
		p.OnHand, p.Committed, p.Backorders = n.stock.OnHand+n.stock.Received, n.stock.Committed, n.stock.Backorders
	}
	for _, in := range n.inbound {
		p.OnOrder += in.Qty
	}
	return p
}

// worth is what one unit brings and costs, in the shop's currency. All is 0 when it is
// not known.
type worth struct {
	price, landed, margin core.Money
	known                 bool
}

// worthOf takes the landed cost of the order computed, or the product's own cost
// where no supplier price is known. A margin is never negative.
func (e *evaluation) worthOf(p *core.Product, offer *core.SupplierItem, res *replenish.Result) worth {
	none := core.Money{Currency: e.s.Shop.Currency}
	w := worth{price: none, landed: none, margin: none}
	gap := func(m core.Money) {
		if m.Currency != "" {
			e.gap("price", string(m.Currency))
		} else if res.Short > 0 {
			e.gap("cost", string(p.SKU))
		}
	}
	price, ok := e.valued(p.Price)
	if !ok {
		gap(p.Price)
		return w
	}
	var cost core.Money
	known := false
	if offer != nil && res.Calc != nil {
		cost, known = e.landed(offer, max(1, offer.MOQ, res.Qty()), res.Lead)
	}
	if !known {
		if cost, known = e.valued(p.Cost); !known {
			gap(p.Cost)
			return w
		}
	}
	w.price, w.landed, w.known = price, cost, true
	w.margin.Minor = max(0, price.Minor-cost.Minor)
	return w
}

func (e *evaluation) gap(kind, what string) { e.gaps[kind] = append(e.gaps[kind], what) }

// warnings turns the gaps into sentences.
func (e *evaluation) warnings() []string {
	var out []string
	say := func(kind, format string) {
		if hit := e.gaps[kind]; len(hit) > 0 {
			slices.Sort(hit)
			out = append(out, fmt.Sprintf(format, strings.Join(slices.Compact(hit), ", "), e.today))
		}
	}
	say("rate", "Nothing is proposed to these suppliers, because their currency has no exchange rate: %s (on %s or before).")
	say("price", "Money at risk is incomplete: no exchange rate for %s on %s or before.")
	if skus := slices.Compact(slices.Sorted(slices.Values(e.gaps["cost"]))); len(skus) == 1 {
		out = append(out, fmt.Sprintf("Money at risk is incomplete: no price or no cost is known of %s.", skus[0]))
	} else if len(skus) > 1 {
		out = append(out, fmt.Sprintf("Money at risk is incomplete: no price or no cost is known of %s and %d more.", skus[0], len(skus)-1))
	}
	say("amount", "Left out because the amount is too large to be true: %s (on %s).")
	return out
}
