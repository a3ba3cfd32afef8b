package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// Shock is what happens to a shop in a stress test. The zero value of a field
// leaves that part as it is.
type Shock struct {
	Name string `json:"name"`
	// Surge multiplies the orders of one day, today: 6 is 500 % more. What stock
	// cannot serve is owed to customers.
	Surge float64 `json:"surge,omitempty"`
	// Gone is a supplier that delivers no more: its offers end and its open orders
	// are void, unless they are shipped already.
	Gone core.SupplierID `json:"gone,omitempty"`
	// MainGone is the same for the supplier of most expected purchases.
	MainGone bool `json:"main_gone,omitempty"`
	// Level multiplies all demand from today on: 0.5 halves it.
	Level float64 `json:"level,omitempty"`
	// NoAds takes away the demand that came by ads in the last 28 days.
	NoAds bool `json:"no_ads,omitempty"`
}

// Shocks are the monthly stress test (requirement F8).
func Shocks() []Shock {
	return []Shock{
		{Name: "orders of one day +500 %", Surge: 6},
		{Name: "main supplier gone", MainGone: true},
		{Name: "ads stopped by a change of policy", NoAds: true},
		{Name: "bad press halves demand", Level: 0.5},
	}
}

// Outcome is what a shock does. Before and after are two evaluations of the same
// plan. Amounts are in the shop's currency.
type Outcome struct {
	Shock  Shock `json:"shock"`
	Before Side  `json:"before"`
	After  Side  `json:"after"`
	// Gone is the supplier that fell out; empty for none.
	Gone core.SupplierID `json:"gone,omitempty"`
	// Unserved are the units of a surge that stock cannot serve today.
	Unserved int64 `json:"unserved"`
	// Breaks are the items it hurts, in the order in which they run out.
	Breaks []Break `json:"breaks"`
	// Note says why a shock changes nothing; empty when it does.
	Note string `json:"note,omitempty"`
}

// Side is the state of the shop and what its plan costs.
type Side struct {
	Red      int        `json:"red"`
	Yellow   int        `json:"yellow"`
	RunOut   int        `json:"run_out"` // items that run out before goods ordered today can come
	Short    float64    `json:"short"`   // units missing until then
	AtRisk   core.Money `json:"money_at_risk"`
	Lines    int        `json:"lines"`     // of the orders proposed
	Fast     int        `json:"fast"`      // of them not by the normal way
	PlanCost core.Money `json:"plan_cost"` // goods and freight of the orders proposed
	// CoverDays is the landed value of available stock over the cost of goods
	// expected to be sold a day.
	CoverDays float64 `json:"cover_days"`
	// Orphans are items with demand that no supplier offers.
	Orphans int `json:"orphans"`
}

// Break is one item that a shock hurts.
type Break struct {
	SKU      core.SKU        `json:"sku"`
	Location core.LocationID `json:"location"`
	Name     string          `json:"name"`
	// RunsOut is the day it runs out after the shock, Planned the day it did so
	// before; Planned is zero when it did not.
	RunsOut core.Day `json:"runs_out"`
	Planned core.Day `json:"planned,omitzero"`
	// Supplier can deliver by Arrival; empty when nobody can.
	Supplier core.SupplierID `json:"supplier,omitempty"`
	Arrival  core.Day        `json:"arrival,omitzero"`
	// Short are units missing until Arrival (over 28 days without a supplier),
	// More how many of them are due to the shock.
	Short float64 `json:"short"`
	More  float64 `json:"more"`
	// AtRisk is the margin of Short.
	AtRisk core.Money `json:"money_at_risk"`
}

// Stress evaluates copies of a snapshot after each shock and says what breaks,
// when, and what the plan costs then. The snapshot is not changed. An unknown
// supplier or a factor out of bounds (surge 1 to 100, level 0 to 100) is an error.
func Stress(s core.Snapshot, p core.Policy, now time.Time, shocks ...Shock) ([]Outcome, error) {
	return StressBy(plan.Planner{}, s, p, now, shocks...)
}

// StressBy is Stress with a planner that has a model of demand.
func StressBy(planner plan.Planner, s core.Snapshot, p core.Policy, now time.Time, shocks ...Shock) ([]Outcome, error) {
	before, err := planner.Evaluate(s, p, now)
	if err != nil {
		return nil, err
	}
	nodes, err := plan.Nodes(s, before.Today)
	if err != nil {
		return nil, err
	}
	t := stress{snapshot: s, before: before, worth: map[place]plan.Node{}}
	for _, n := range nodes {
		t.worth[place{n.Product.SKU, n.Location}] = n
	}
	var out []Outcome
	for _, shock := range shocks {
		o, hit, err := t.hit(shock)
		if err != nil {
			return nil, fmt.Errorf("shock %q: %w", shock.Name, err)
		}
		after, err := planner.Evaluate(hit, p, now)
		if err != nil {
			return nil, fmt.Errorf("shock %q: %w", shock.Name, err)
		}
		o.Before, o.After = t.side(before), t.side(after)
		o.Breaks = breaks(before, after)
		out = append(out, o)
	}
	return out, nil
}

type stress struct {
	snapshot core.Snapshot
	before   plan.Report
	worth    map[place]plan.Node
}

// hit returns the snapshot after the shock.
func (t *stress) hit(shock Shock) (Outcome, core.Snapshot, error) {
	o, s := Outcome{Shock: shock}, t.snapshot
	if shock.Surge != 0 && !(1 <= shock.Surge && shock.Surge <= 100) {
		return o, s, fmt.Errorf("surge is %v, must be between 1 and 100", shock.Surge)
	}
	if !(0 <= shock.Level && shock.Level <= 100) {
		return o, s, fmt.Errorf("level is %v, must be between 0 and 100", shock.Level)
	}
	if shock.Surge > 0 {
		o.Unserved = t.surge(&s, shock.Surge-1)
	}
	if o.Gone = shock.Gone; shock.MainGone {
		o.Gone = t.mainSupplier()
		if o.Gone == "" {
			o.Note = "no supplier is expected to sell anything"
		}
	}
	if o.Gone != "" {
		if !slices.ContainsFunc(s.Suppliers, func(x core.Supplier) bool { return x.ID == o.Gone }) {
			return o, s, fmt.Errorf("there is no supplier %q; there are %s", o.Gone, supplierList(s.Suppliers))
		}
		s.Items = slices.DeleteFunc(slices.Clone(s.Items), func(it core.SupplierItem) bool { return it.Supplier == o.Gone })
		s.Quotes = slices.DeleteFunc(slices.Clone(s.Quotes), func(q core.Quote) bool { return q.Supplier == o.Gone })
		s.Inbound = slices.DeleteFunc(slices.Clone(s.Inbound), func(in core.Inbound) bool {
			return in.Supplier == o.Gone && in.State != core.InboundShipped
		})
	}
	if shock.Level > 0 {
		s.Demand = scaled(s.Demand, func(core.SKU) float64 { return shock.Level })
	}
	if shock.NoAds {
		share := t.adShare()
		if len(share) == 0 {
			o.Note = "the data holds no orders by ads in the last 28 days"
		}
		s.Demand = scaled(s.Demand, func(sku core.SKU) float64 { return 1 - share[sku] })
	}
	return o, s, nil
}

// surge adds extra times the demand expected today to what is promised, and what
// stock does not cover to what is owed; it returns the latter.
func (t *stress) surge(s *core.Snapshot, extra float64) (unserved int64) {
	more := map[place]int64{}
	for i := range t.before.Items {
		it := &t.before.Items[i]
		if len(it.Forecast.Mean) > 0 {
			more[place{it.SKU, it.Location}] = int64(math.Round(extra * it.Forecast.Mean[0]))
		}
	}
	s.Stock = slices.Clone(s.Stock)
	for i := range s.Stock {
		st := &s.Stock[i]
		at := place{st.SKU, st.Location}
		served := max(0, min(more[at], st.OnHand-st.Committed-st.Backorders))
		st.Committed += served
		st.Backorders += more[at] - served
		unserved += more[at] - served
		delete(more, at)
	}
	for _, at := range slices.SortedFunc(maps.Keys(more), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.loc, b.loc))
	}) { // sold from where no row counts stock
		s.Stock = append(s.Stock, core.StockLevel{SKU: at.sku, Location: at.loc, Backorders: more[at], AsOf: t.before.Now})
		unserved += more[at]
	}
	return unserved
}

// mainSupplier is the one whose goods are expected to sell for most, at landed
// cost; "" when none is. Of equals it is the first by id.
func (t *stress) mainSupplier() core.SupplierID {
	spend := map[core.SupplierID]float64{}
	for i := range t.before.Items {
		it := &t.before.Items[i]
		if it.Supplier != "" {
			spend[it.Supplier] += perDay(it) * float64(t.worth[place{it.SKU, it.Location}].Landed.Minor)
		}
	}
	var main core.SupplierID
	for _, id := range slices.Sorted(maps.Keys(spend)) {
		if spend[id] > spend[main] {
			main = id
		}
	}
	return main
}

// adShare is the part of each SKU's units of the last 28 days that came by ads.
func (t *stress) adShare() map[core.SKU]float64 {
	since := t.before.Today - 28
	byAds, sold := map[core.SKU]float64{}, map[core.SKU]float64{}
	for _, a := range t.snapshot.Ads {
		if a.SKU != "" && a.Day >= since && a.Day < t.before.Today && a.Orders > 0 {
			byAds[a.SKU] += float64(a.Orders)
		}
	}
	for _, s := range t.snapshot.Demand {
		for d := max(since, s.Start); d < min(s.End(), t.before.Today); d++ {
			sold[s.SKU] += float64(max(0, s.Qty.At(int(d-s.Start))))
		}
	}
	for sku, n := range byAds {
		byAds[sku] = min(1, n/max(1, sold[sku]))
	}
	return byAds
}

// scaled returns the series with every known value multiplied.
func scaled(series []core.Series, factor func(core.SKU) float64) []core.Series {
	out := slices.Clone(series)
	for i := range out {
		f := float32(factor(out[i].SKU))
		if f == 1 {
			continue
		}
		out[i].Qty = out[i].Qty.Clone()
		for j := range out[i].Qty.Len() {
			if q := out[i].Qty.At(j); q > 0 {
				out[i].Qty.Set(j, q*f)
			}
		}
	}
	return out
}

// perDay is the expected demand a day over four weeks.
func perDay(it *plan.Item) float64 {
	n, total := min(28, len(it.Forecast.Mean)), 0.0
	for _, m := range it.Forecast.Mean[:n] {
		total += m
	}
	return total / float64(max(1, n))
}

// side sums up a report.
func (t *stress) side(r plan.Report) Side {
	v := Side{AtRisk: core.Money{Currency: r.Shop.Currency}, PlanCost: core.Money{Currency: r.Shop.Currency}}
	stock, sales := 0.0, 0.0
	for i := range r.Items {
		it := &r.Items[i]
		switch it.Tier {
		case replenish.Red:
			v.Red++
		case replenish.Yellow:
			v.Yellow++
		}
		if it.Short > 0 {
			v.RunOut++
			v.Short += it.Short
		}
		v.AtRisk.Minor += it.MoneyAtRisk.Minor
		if it.Supplier == "" && perDay(it) > 0 {
			v.Orphans++
		}
		landed := float64(t.worth[place{it.SKU, it.Location}].Landed.Minor)
		stock += float64(max(0, it.Position.Available())) * landed
		sales += perDay(it) * landed
	}
	v.CoverDays = share(stock, sales, 0)
	for _, p := range r.Proposals {
		v.PlanCost.Minor += p.TotalShop.Minor
		v.Lines += len(p.Lines)
		for _, l := range p.Lines {
			if l.Mode != l.Calc.NormalMode {
				v.Fast++
			}
		}
	}
	return v
}

// breaks lists the items that run out, no later than before, and miss more units.
func breaks(before, after plan.Report) []Break {
	was := map[place]*plan.Item{}
	for i := range before.Items {
		it := &before.Items[i]
		was[place{it.SKU, it.Location}] = it
	}
	out := []Break{}
	for i := range after.Items {
		it := &after.Items[i]
		b := Break{
			SKU: it.SKU, Location: it.Location, Name: it.Name, RunsOut: it.StockOut, Supplier: it.Supplier, Arrival: it.Arrival,
			Short: it.Short, More: it.Short, AtRisk: it.MoneyAtRisk,
		}
		if old := was[place{it.SKU, it.Location}]; old != nil {
			b.More -= old.Short
			if old.HasStockOut {
				b.Planned = old.StockOut
			}
		}
		if it.HasStockOut && b.More >= 0.5 && (b.Planned == 0 || b.RunsOut <= b.Planned) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Break) int {
		return cmp.Or(cmp.Compare(a.RunsOut, b.RunsOut), cmp.Compare(b.AtRisk.Minor, a.AtRisk.Minor), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	return out
}

// supplierList names suppliers, at most ten.
func supplierList(all []core.Supplier) string {
	var ids []string
	for _, s := range all[:min(len(all), 10)] {
		ids = append(ids, string(s.ID))
	}
	if more := len(all) - len(ids); more > 0 {
		ids = append(ids, fmt.Sprintf("%d more", more))
	}
	return strings.Join(ids, ", ")
}
