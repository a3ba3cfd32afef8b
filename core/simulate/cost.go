package simulate

import (
	"fmt"
	"math"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
	"quartermaster/core/forecast/window"
	"quartermaster/core/replenish"
)

// CostTarget is the rule of the command order: at every review the quantity that
// is expected to cost least (replenish.CostTarget), from courses of demand around
// the forecast of a trained model (packages engine and window). rate is the cost
// of holding for a year as a fraction of cost. The model is trained on what was
// sold so far, anew after so many weeks. The order is planned to last as if
// deliveries came one deviation late.
func CostTarget(name string, review int, rate float64, weeks int, cfg engine.Config) Policy {
	about := fmt.Sprintf("the order of least expected cost at %s a year, trained model, new every %d weeks", percent(rate), weeks)
	return Policy{Name: name, About: about, ReviewDays: review, Start: func() Decide {
		t := trained{review: review, rate: rate, days: core.Day(7 * weeks), cfg: cfg}
		return t.decide
	}}
}

func percent(rate float64) string { return replenish.Num(100*rate) + " %" }

// trained is one run of CostTarget.
type trained struct {
	review int
	rate   float64
	days   core.Day // a model lasts
	cfg    engine.Config
	model  *engine.Model
	since  core.Day
	paths  window.Paths
}

func (t *trained) decide(v *View) ([]Order, error) {
	p, leads := t.panel(v)
	if t.model == nil || v.Today-t.since >= t.days {
		cfg := t.cfg
		cfg.Window, cfg.WindowLevels = p.Horizon, window.Levels()
		m, err := engine.Train(p, cfg)
		if err != nil {
			return nil, err
		}
		t.model, t.since = m, v.Today
	}
	r, err := t.model.Forecast(p)
	if err != nil {
		return nil, err
	}
	due := map[place][]core.Inbound{}
	for _, in := range v.Snapshot.Inbound {
		at := place{in.SKU, in.Location}
		due[at] = append(due[at], in)
	}
	var orders []Order
	for i := range v.Nodes {
		n := &v.Nodes[i]
		coming := make([]float64, leads[i]+t.review)
		for _, in := range due[place{n.SKU, n.Location}] {
			if k := max(1, int(in.Due-v.Today)); k < len(coming) { // what is late comes tomorrow
				coming[k] += float64(in.Qty)
			}
		}
		if q := t.order(n, p.Series[i].Y, &r.Series[i], coming, leads[i]); q > 0 {
			orders = append(orders, Order{n.SKU, n.Location, n.Offer.Supplier, n.Lead.Mode, q})
		}
	}
	return orders, nil
}

// panel is what was sold, days without stock unknown, and the days that an order
// of each node is planned to take.
func (t *trained) panel(v *View) (pool.Panel, []int) {
	p := pool.Panel{Freq: pool.Daily, Season: 7, Horizon: t.review}
	leads := make([]int, len(v.Nodes))
	for i := range v.Nodes {
		n := &v.Nodes[i]
		leads[i] = int(math.Ceil(n.Lead.Days + n.Lead.SD - 1e-9))
		p.Horizon = max(p.Horizon, leads[i]+t.review)
		s := pool.Series{ID: string(n.SKU) + "@" + string(n.Location), Start: v.Today - core.Day(len(n.Sold)), Y: make([]float64, len(n.Sold))}
		for d, q := range n.Sold {
			s.Y[d] = float64(q)
			if q < 0 || n.Flags[d]&unknown != 0 {
				s.Y[d] = math.NaN()
			}
		}
		p.Series = append(p.Series, s)
	}
	return p, leads
}

func (t *trained) order(n *NodeView, past []float64, f *engine.Outlook, coming []float64, lead int) int64 {
	expected := make([]float64, len(f.Mean))
	for k := range expected {
		expected[k] = f.Expected(k)
	}
	t.paths.Reset(window.Input{
		Past: past, Mean: expected, Totals: f.Totals, Levels: t.model.WindowLevels(), Year: 364, Week: 7,
	}, lead+t.review)
	need := replenish.NeedAtArrival(&t.paths, float64(n.OnHand), coming, lead, t.review)
	holding := t.rate * float64(n.Cost) / 365 * float64(t.review)
	lot := replenish.Lot{Least: max(1, n.Offer.MOQ), Pack: max(1, n.Offer.Pack), Most: n.Offer.Max}
	return replenish.CostTarget(need, float64(n.Price-n.Cost), holding, lot)
}
