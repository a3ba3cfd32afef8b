package plan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/pool"
	"quartermaster/core/forecast/signal"
	"quartermaster/core/forecast/window"
	"quartermaster/core/replenish"
)

// Planner evaluates with a model of demand that was trained on the whole shop
// (Train). Without a model each item is forecast from its own past alone.
type Planner struct {
	Model *engine.Model
	// Days are those of the last report on the whole shop, for a snapshot that holds
	// a part of it: a few products cannot tell on which days the shop was closed. Nil:
	// the snapshot is the whole shop.
	Days *history.Days
	// Prepared takes the place of cleaning and forecasting; nil for the planner's own.
	Prepared *Prepared
}

// Prepared is demand that was cleaned and forecast elsewhere, for products that are
// at one place each. Its days, and with them all days of the snapshot and the policy,
// may stand for weeks.
type Prepared struct {
	Past    map[core.SKU][]float64 // up to yesterday, NaN where unknown
	Outlook map[core.SKU]*engine.Outlook
	Levels  []float64 // of Outlook.Totals
	Week    int       // days of a week: 7, or 1 where days stand for weeks
}

// basis of a node.
func (p *Prepared) basis(n *node, today core.Day) basis {
	y := p.Past[n.product.SKU]
	h := history.History{SKU: n.product.SKU, Location: n.location, Start: today - core.Day(len(y)), Y: y, Flags: make([]core.DayFlag, len(y))}
	return basis{node: n, clean: h, base: y, outlook: sound(p.Outlook[n.product.SKU])}
}

// sound returns o, or nil when a number of it is none or negative: then the item is
// forecast by its own level, as without a model.
func sound(o *engine.Outlook) *engine.Outlook {
	if o == nil {
		return nil
	}
	for k := range o.Mean {
		if v := o.Expected(k); !(v >= 0) || math.IsInf(v, 0) {
			return nil
		}
	}
	for _, sums := range o.Totals {
		for _, v := range sums {
			if !(v >= 0) || math.IsInf(v, 0) {
				return nil
			}
		}
	}
	return o
}

// Bounds of what a model looks ahead, in days. Beyond its horizon the last week of
// the forecast goes on.
const (
	leastHorizon = 28
	mostHorizon  = 91
)

// Train learns from the cleaned demand of every place of a snapshot, without what
// signals did. It takes seconds to minutes and is meant for the night; Evaluate with
// the model takes a millisecond an item. The same snapshot and config give the same
// model; cfg says how hard to try, windows of sums are set here. The error is that of
// a snapshot that contradicts itself (*SnapshotError).
func Train(s core.Snapshot, p core.Policy, now time.Time, cfg engine.Config) (*engine.Model, error) {
	if err := validate(&s); err != nil {
		return nil, err
	}
	today := core.DayOf(now, s.Shop.Zone)
	e := evaluation{index: newIndex(&s, today), policy: p, now: now}
	nodes := e.sorted()
	e.survey(nodes)
	panel := pool.Panel{Freq: pool.Daily, Season: 7, Horizon: e.horizon(nodes)}
	for _, b := range e.bases(drawn(nodes, cfg.Seed)) {
		if len(b.base) > 0 {
			panel.Series = append(panel.Series, b.series())
		}
	}
	if p.Courses() {
		cfg.Window, cfg.WindowLevels = panel.Horizon, window.Levels()
	}
	m, err := engine.Train(panel, cfg)
	if err != nil {
		return nil, fmt.Errorf("train a model of demand: %w", err)
	}
	return m, nil
}

// mostTrained is how many places a model learns from: more change next to nothing,
// and all of them would have to be held in memory at once.
const mostTrained = 20_000

// drawn is a seeded draw of nodes, in their order.
func drawn(nodes []*node, seed uint64) []*node {
	if len(nodes) <= mostTrained {
		return nodes
	}
	pick := rand.New(rand.NewPCG(seed, 0x6472_6177)).Perm(len(nodes))[:mostTrained]
	slices.Sort(pick)
	out := make([]*node, len(pick))
	for i, j := range pick {
		out[i] = nodes[j]
	}
	return out
}

// horizon is how far a model must look: to the arrival of what is ordered at the
// next review, within bounds.
func (e *evaluation) horizon(nodes []*node) int {
	n := leastHorizon
	for _, node := range nodes {
		offers := e.offers[node.product.SKU]
		if len(offers) == 0 {
			continue
		}
		for _, l := range offers[0].Lead {
			n = max(n, int(math.Ceil(l.Days))+e.policy.ReviewDays)
		}
	}
	return min(n, mostHorizon)
}

// basis is what the forecast of one node starts from.
type basis struct {
	node    *node
	clean   history.History
	base    []float64       // clean, without what signals did
	past    []float64       // factor of the signals on each day of it; nil without
	outlook *engine.Outlook // nil without a model
}

func (b *basis) series() pool.Series {
	return pool.Series{ID: string(b.node.product.SKU) + "@" + string(b.node.location), Category: b.node.product.Category, Start: b.clean.Start, Y: b.base}
}

// bases cleans the demand of nodes, on all cores.
func (e *evaluation) bases(nodes []*node) []basis {
	out := make([]basis, len(nodes))
	var all sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(nodes))
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(nodes); i += workers {
				n := nodes[i]
				b := basis{node: n, clean: e.calendar.Clean(e.historyNode(n))}
				b.past = signal.On(e.signals, n.product.SKU, n.product.Category, b.clean.Start, len(b.clean.Y), e.shop).Factor
				b.base = signal.Base(b.clean.Y, b.past)
				out[i] = b
			}
		})
	}
	all.Wait()
	return out
}

// atOnce is how many nodes are cleaned and forecast together: enough to keep all
// cores busy, few enough to need little memory.
const atOnce = 1000

// prepare cleans and forecasts a part of the nodes.
func (e *evaluation) prepare(nodes []*node) (map[*node]*basis, error) {
	out := make(map[*node]*basis, len(nodes))
	if e.prepared != nil {
		for _, n := range nodes {
			b := e.prepared.basis(n, e.today)
			out[n] = &b
		}
		return out, nil
	}
	list := e.bases(nodes)
	for i := range list {
		out[list[i].node] = &list[i]
	}
	if e.model == nil {
		return out, nil
	}
	panel := e.model.Kind()
	var of []*basis
	for i := range list {
		if b := &list[i]; len(b.base) > 0 {
			panel.Series = append(panel.Series, b.series())
			of = append(of, b)
		}
	}
	r, err := e.model.Forecast(panel)
	if err != nil {
		return nil, fmt.Errorf("forecast: %w", err)
	}
	for i, b := range of {
		b.outlook = sound(&r.Series[i])
	}
	return out, nil
}

// modelled puts what the model expects in place of the level of f. The deviation
// stays that of the item's own past. Beyond the horizon the last week goes on.
func modelled(f *forecast.Forecast, o *engine.Outlook) {
	h := len(o.Mean)
	if h == 0 {
		return
	}
	for i := range f.Mean {
		k := i
		if k >= h {
			k = h - 7 + (i-h)%7
			if h < 7 {
				k = h - 1
			}
		}
		f.Mean[i] = o.Expected(k)
	}
	f.Method = o.Method
	f.Confidence, f.Reasons = o.Facts.Confidence()
	f.Why = strings.TrimSuffix(fmt.Sprintf("A model of all products (%s) expects %s a day in the next 28 days; %s", o.Method, replenish.Num(round4(replenish.Average(f.Mean, 28))), o.Why), ".") + "."
	f.SD = max(f.SD, math.Sqrt(replenish.Average(f.Mean, 28)))
}

// Component is one part of a forecast over the next 28 days: its mean and range.
// The level is in units a day, the others are factors on it; they multiply to the
// forecast, before what signals do.
type Component struct {
	Name string  `json:"name"`
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Components takes the forecast of one SKU at one place apart (see
// engine.Forecaster.Components). It is nil without a model or without a history.
func (pl Planner) Components(s core.Snapshot, p core.Policy, now time.Time, sku core.SKU, at core.LocationID) ([]Component, error) {
	if pl.Model == nil {
		return nil, nil
	}
	if err := validate(&s); err != nil {
		return nil, err
	}
	e := evaluation{index: newIndex(&s, core.DayOf(now, s.Shop.Zone)), policy: p, now: now, model: pl.Model}
	nodes := e.sorted()
	e.survey(nodes)
	for _, n := range nodes {
		if n.product.SKU != sku || n.location != at {
			continue
		}
		b := e.bases([]*node{n})[0]
		if len(b.base) == 0 {
			return nil, nil
		}
		f, series, o := pl.Model.Forecaster(), b.series(), engine.Outlook{}
		if err := f.Forecast(&o, &series); err != nil {
			return nil, err
		}
		list, err := f.Components(&series, &o)
		if err != nil {
			return nil, err
		}
		var out []Component
		for _, c := range list {
			v := c.Values[:min(len(c.Values), leastHorizon)]
			out = append(out, Component{Name: c.Name, Mean: replenish.Average(v, len(v)), Low: slices.Min(v), High: slices.Max(v)})
		}
		return out, nil
	}
	return nil, nil
}
