package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/signal"
	"quartermaster/core/risk"
)

// offDays are the spans over which the forecast made then is compared with what
// was sold since, the longest first.
var offDays = [2]int{28, 14}

// offZ is the distance from chance, in standard deviations, that a wrong forecast
// must also have: three, because thousands of items are looked at every day.
const offZ = 3

// demands holds what the forecasts of one Evaluate start from.
type demands struct {
	calendar *history.Calendar
	signals  []core.Signal
	shop     signal.Shop
	ads      map[core.SKU][]core.AdDay
	tallies  []signal.Tally // one per signal
	list     []history.Anomaly
}

// demand is the demand of one node: what was, what is expected, and why.
type demand struct {
	clean    history.History
	base     []float64 // what the forecast learns from: clean, without what signals did
	past     []float64 // factor of the signals on each day of it; nil without
	forecast forecast.Forecast
	signals  signal.Effect
	lift     []float64 // factor of the known customers on each day; nil without
	off      *risk.Off // how far the forecasts of late were off; nil when they were not
}

// survey looks at the demand of all nodes together.
func (e *evaluation) survey(nodes []*node) {
	e.signals = e.s.Signals
	e.shop = signal.Shop{Zone: e.s.Shop.Zone, Policy: e.policy.Signals}
	e.tallies = make([]signal.Tally, len(e.s.Signals))
	e.ads = map[core.SKU][]core.AdDay{}
	for _, a := range e.s.Ads {
		if a.SKU != "" {
			e.ads[a.SKU] = append(e.ads[a.SKU], a)
		}
	}
	all := make([]history.Node, len(nodes))
	for i, n := range nodes {
		all[i] = e.historyNode(n)
	}
	shop := history.Shop{
		Until: e.today, Rates: e.s.Rates,
		Events: append(signal.Events(e.s.Signals, e.s.Shop.Zone), e.s.Events...),
	}
	switch {
	case e.prepared != nil:
		e.calendar = history.Resume(shop, history.Days{})
	case e.days != nil:
		e.calendar = history.Resume(shop, *e.days)
	default:
		e.calendar = history.Survey(all, shop)
	}
	e.list = append(e.list, e.calendar.Anomalies...)
}

func (e *evaluation) historyNode(n *node) history.Node {
	return history.Node{
		SKU: n.product.SKU, Location: n.location, Category: n.product.Category, Series: n.series, Ads: e.ads[n.product.SKU],
		Empty: n.stock != nil && n.stock.OnHand-n.stock.Committed-n.stock.Backorders <= 0,
	}
}

// demand cleans the history of a node and forecasts it: the base by the history
// without what past signals did, times what signals do from today on.
func (e *evaluation) demand(b *basis, horizon int, m *forecast.Maker) demand {
	n := b.node
	d := demand{clean: b.clean, base: b.base, past: b.past}
	d.forecast = madeOn(&d, e.today, horizon, m)
	if b.outlook != nil {
		b.outlook.Facts.Anomalies = implausible(d.clean)
		modelled(&d.forecast, b.outlook)
	}
	d.lift = e.crowd.lift(n.product.SKU, &d.forecast)
	if e.prepared == nil {
		d.off = e.offOf(&d, m)
	}
	if d.off != nil {
		d.forecast.SD *= d.off.Safety
		d.forecast.Why += fmt.Sprintf(" %s, so the deviation is raised by %.2f.", strings.TrimSuffix(d.off.Reason, "."), d.off.Safety)
	}
	d.signals = signal.On(e.signals, n.product.SKU, n.product.Category, e.today, horizon, e.shop)
	if d.signals.Factor != nil {
		d.signals.Apply(d.forecast.Mean)
		d.forecast.SD *= d.signals.Mean(28)
		d.forecast.Why += " Signals: " + strings.Join(d.signals.Sentences(), "; ") + "."
	}
	for i, m := range d.forecast.Mean { // what is printed is what is used
		d.forecast.Mean[i] = round4(m)
	}
	d.forecast.SD = round4(d.forecast.SD)
	return d
}

// factor is what multiplies the base on each day from today on; nil when nothing does.
func (d *demand) factor() []float64 {
	if d.lift == nil || d.signals.Factor == nil {
		return append(d.lift, d.signals.Factor...)
	}
	out := slices.Clone(d.lift)
	for i, f := range d.signals.Factor[:min(len(out), len(d.signals.Factor))] {
		out[i] *= f
	}
	return out
}

// implausible is the share of days that were implausible and replaced.
func implausible(h history.History) float64 {
	n := 0
	for _, f := range h.Flags {
		if f&core.Anomaly != 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(h.Flags)))
}

// madeOn forecasts the base from day start on, from what was known before it.
func madeOn(d *demand, start core.Day, horizon int, m *forecast.Maker) forecast.Forecast {
	h := d.clean
	h.Y = d.base
	h = h.Cut(start)
	return m.Daily([]core.Series{h.Series()}, start, horizon)
}

// tally gathers, for each signal that is over or at work, what was sold against
// the forecast made on its first day without it. It looks at its first 28 days.
func (e *evaluation) tally(n *node, d *demand) {
	for i := range e.signals {
		s := &e.signals[i]
		start := core.DayOf(s.Start, e.s.Shop.Zone)
		days := min(int(e.today-start), offDays[0])
		if !s.Concerns(n.product.SKU, n.product.Category) || days <= 0 || start < d.clean.Start {
			continue
		}
		effect := signal.On([]core.Signal{*s}, n.product.SKU, n.product.Category, start, days, e.shop)
		if effect.Factor == nil {
			continue
		}
		f := madeOn(d, start, days, new(forecast.Maker))
		others := slices.Delete(slices.Clone(e.signals), i, i+1)
		beside := signal.On(others, n.product.SKU, n.product.Category, start, days, e.shop)
		beside.Apply(f.Mean)
		at := int(start - d.clean.Start)
		e.tallies[i].Add(start, d.clean.Y[at:at+days], f.Mean, f.SD, effect.Lines[0].Daily)
	}
}

// SignalReport is one signal that is at work, to come, or over for at most 28 days.
type SignalReport struct {
	Signal core.Signal `json:"signal"`
	// Measured is what it did so far; nil when nothing of it is over.
	Measured *signal.Measured `json:"measured,omitempty"`
}

// signalReports lists the signals with what was measured of them.
func (e *evaluation) signalReports() []SignalReport {
	var out []SignalReport
	for i, s := range e.signals {
		if !s.End.IsZero() && core.DayOf(s.End, e.s.Shop.Zone) < e.today-core.Day(offDays[0]) {
			continue
		}
		r := SignalReport{Signal: s}
		if m, ok := e.tallies[i].Measure(); ok {
			r.Measured = &m
		}
		out = append(out, r)
	}
	return out
}

// offOf compares the forecasts that would have been made 28 and 14 days ago, by
// the same rule from the data cut off then, with what was sold since. It is off
// when the sums differ by more than policy.ForecastOff and by three standard
// deviations. Signals count with what they were expected to do.
func (e *evaluation) offOf(d *demand, m *forecast.Maker) *risk.Off {
	off := e.offAt(d, e.today, m)
	if off == nil {
		return nil
	}
	off.Safety = 1 + min(math.Abs(off.Deviation), 1)/2
	if e.offAt(d, e.today-1, m) == nil { // since today: 24 hours
		off.PausedUntil = (e.today + 1).Time(e.s.Shop.Zone)
	}
	return off
}

// offAt is offOf as seen on the morning of day at.
func (e *evaluation) offAt(d *demand, at core.Day, m *forecast.Maker) *risk.Off {
	for _, days := range offDays {
		made := at - core.Day(days)
		first := int(made - d.clean.Start)
		if first < 56 {
			continue // too young to be held against its forecast
		}
		f := madeOn(d, made, days, m)
		actual, expected, known := 0.0, 0.0, 0.0
		for i := range days {
			y := d.clean.Y[first+i]
			if math.IsNaN(y) {
				continue
			}
			factor := 1.0
			if d.past != nil {
				factor = d.past[first+i]
			}
			actual += y
			expected += f.Mean[i] * factor
			known++
		}
		if known < float64(days)/2 || expected <= 0 {
			continue
		}
		deviation := actual/expected - 1
		sd := math.Sqrt(known*f.SD*f.SD + known*known*f.SD*f.SD/42)
		if math.Abs(deviation) > e.policy.ForecastOff && math.Abs(actual-expected) > offZ*sd {
			return &risk.Off{
				Days: int(known), Actual: actual, Expected: math.Round(10*expected) / 10, Deviation: deviation,
				Reason: fmt.Sprintf("The forecast of %s was off by %s: %.0f sold on %d days since, %.0f were expected", made, signal.Percent(deviation), actual, int(known), expected),
			}
		}
	}
	return nil
}

// Anomalies lists what is wrong in the demand data of a snapshot, newest first: what
// Evaluate lists, without the rest of its work. The error is that of a snapshot that
// contradicts itself (*SnapshotError).
func Anomalies(s core.Snapshot, today core.Day) ([]history.Anomaly, error) {
	if err := validate(&s); err != nil {
		return nil, err
	}
	e := evaluation{index: newIndex(&s, today)}
	nodes := e.sorted()
	e.survey(nodes)
	for _, n := range nodes {
		h := e.calendar.Clean(e.historyNode(n))
		e.list = append(e.list, h.Anomalies...)
	}
	return e.anomalies(), nil
}

// anomalies returns what was found in the data, newest first.
func (e *evaluation) anomalies() []history.Anomaly {
	history.Sort(e.list)
	return e.list
}

// recentAnomalies makes a low finding of what was found in the last week.
func (e *evaluation) recentAnomalies() []risk.Finding {
	recent := slices.DeleteFunc(slices.Clone(e.list), func(a history.Anomaly) bool { return a.To < e.today-7 })
	slices.SortStableFunc(recent, func(a, b history.Anomaly) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
	})
	var out []risk.Finding
	for i := 0; i < len(recent); {
		j := i
		var reasons []string
		for ; j < len(recent) && recent[j].SKU == recent[i].SKU && recent[j].Location == recent[i].Location; j++ {
			day := recent[j].From.String()
			if recent[j].To > recent[j].From {
				day += " to " + recent[j].To.String()
			}
			reasons = append(reasons, day+": "+recent[j].Reason)
		}
		name := ""
		if p := e.products[recent[i].SKU]; p != nil {
			name = p.Name
		}
		out = append(out, risk.AnomalyFinding(recent[i].SKU, recent[i].Location, name, reasons))
		i = j
	}
	return out
}
