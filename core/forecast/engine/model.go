package engine

import (
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// Model is what training leaves: the weights of the candidates and the calibration
// of the intervals per group, the seasonal profile that all series share, and, when
// there was enough to learn from, the pooled trees of the mean, of quantiles and of
// cumulative quantiles. It is not changed by use: many goroutines may forecast with
// it at once.
type Model struct {
	kind    pool.Panel // without series
	through core.Day
	shared  methods.Profile
	blend   *blend
	young   []launch     // by name of the category
	pooled  predictor    // nil: rules only
	totals  *pool.Totals // nil: none
}

// Train tries the candidates inside the history of p, weighs and calibrates them,
// and trains the pooled model on all of it. A panel that is too small for any of
// these still gives a model, of rules only. The error wraps pool.ErrPanel when the
// panel is not well formed.
func Train(p pool.Panel, cfg Config) (*Model, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	p.Series = byName(p.Series)
	const steps = 3
	cfg.Progress("trials inside the history", 0, steps)
	b, err := newBlend(&p, cfg)
	if err != nil {
		return nil, err
	}
	m := &Model{kind: p, shared: sharedProfile(&p), blend: b, young: launchesOf(&p)}
	m.kind.Series = nil
	for i := range p.Series {
		s := &p.Series[i]
		if len(s.Y) > 0 {
			m.through = max(m.through, p.Freq.Day(s, len(s.Y))-1)
		}
	}
	cfg.Progress("training on the whole history", 2, steps)
	if b.pooled {
		if m.pooled, err = trainPooled(&p, cfg); err != nil {
			return nil, err
		}
		if m.pooled == nil { // enough for the trials, not for the whole
			cfg.NoPool = true
			return Train(p, cfg)
		}
		if m.totals, err = trainTotals(&p, cfg); err != nil {
			return nil, err
		}
	}
	cfg.Progress("trained", steps, steps)
	return m, nil
}

// byName returns the series in the order of their names, so that the order in which
// they come does not matter.
func byName(s []pool.Series) []pool.Series {
	order := func(a, b pool.Series) int { return strings.Compare(a.ID, b.ID) }
	if slices.IsSortedFunc(s, order) {
		return s
	}
	s = slices.Clone(s)
	slices.SortStableFunc(s, order)
	return s
}

// Forecast trains a model on p and forecasts p with it.
func Forecast(p pool.Panel, cfg Config) (Result, error) {
	m, err := Train(p, cfg)
	if err != nil {
		return Result{}, err
	}
	return m.Forecast(p)
}

// Kind is the kind of panel that the model forecasts: a panel without series.
func (m *Model) Kind() pool.Panel { return m.kind }

// Through is the last day of the history that the model was trained on.
func (m *Model) Through() core.Day { return m.through }

// Pooled says whether the model holds pooled trees; one without has rules only.
func (m *Model) Pooled() bool { return m.pooled != nil }

// Groups tells how each group of series is forecast.
func (m *Model) Groups() []Group {
	var out []Group
	for g := range m.blend.fits {
		out = append(out, m.blend.fits[g].Info)
	}
	return out
}

// Window is the longest sum of periods in Outlook.Totals, 0 without.
func (m *Model) Window() int {
	if m.totals == nil {
		return 0
	}
	return m.totals.Longest()
}

// WindowLevels are the quantiles in Outlook.Totals, ascending, nil without.
func (m *Model) WindowLevels() []float64 {
	if m.totals == nil {
		return nil
	}
	return m.totals.Levels()
}

// Fits says whether the model can forecast p; if not, the error is a *pool.Mismatch
// that names the first difference of frequency, season, horizon or regressors.
func (m *Model) Fits(p *pool.Panel) error { return pool.Differs(&m.kind, p) }

// Forecast forecasts every series of p from its end, on all cores. The panel may
// hold other series and other dates than the one trained on. The error wraps
// pool.ErrPanel when the panel is not well formed and is a *pool.Mismatch when it
// does not fit the model.
func (m *Model) Forecast(p pool.Panel) (Result, error) {
	if err := m.Fits(&p); err != nil {
		return Result{}, err
	}
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	r := Result{Series: make([]Outlook, len(p.Series)), Groups: m.Groups()}
	err := eachChunk(len(p.Series), m.Forecaster, func(lo, hi int, f *Forecaster) error {
		return f.several(r.Series[lo:hi], p.Series[lo:hi])
	})
	return r, err
}

// Forecaster forecasts with memory of its own that is used again. It belongs to one
// goroutine at a time; a Model gives as many as are wanted.
type Forecaster struct {
	m      *Model
	w      *worker
	totals *pool.TotalsPredictor
	preds  []pool.Prediction
	sums   [][][]float64
	levels []float64 // of the sums
	in     [1]pool.Series
	out    [1]Outlook
}

// Forecaster returns a new one.
func (m *Model) Forecaster() *Forecaster {
	f := &Forecaster{m: m, w: newWorker(m.blend, m.pooled), preds: make([]pool.Prediction, chunk), levels: m.WindowLevels()}
	if m.totals != nil {
		f.totals, f.sums = m.totals.Predictor(), make([][][]float64, chunk)
	}
	return f
}

// Forecast sets out to the forecast of s, in the slices that out has where they are
// long enough. s must be as a series of a panel of the model's kind is; otherwise
// the error wraps pool.ErrPanel.
func (f *Forecaster) Forecast(out *Outlook, s *pool.Series) error {
	if err := f.m.kind.Check(s); err != nil {
		return err
	}
	f.in[0], f.out[0] = *s, *out
	err := f.several(f.out[:], f.in[:])
	*out, f.out[0], f.in[0] = f.out[0], Outlook{}, pool.Series{}
	return err
}

// several forecasts at most chunk series.
func (f *Forecaster) several(out []Outlook, s []pool.Series) error {
	if f.w.stream != nil {
		if err := f.w.stream.Predict(f.preds[:len(s)], s); err != nil {
			return err
		}
	}
	if f.totals != nil {
		for i := range out {
			f.sums[i] = out[i].Totals
		}
		if err := f.totals.Predict(f.sums[:len(s)], s); err != nil {
			return err
		}
		for i := range out {
			out[i].Totals = f.sums[i]
		}
	}
	for i := range s {
		f.one(&out[i], &s[i], i)
	}
	return nil
}

// one combines the candidates of series s, which is the i-th of those predicted.
func (f *Forecaster) one(out *Outlook, s *pool.Series, i int) {
	b, h := f.m.blend, f.m.kind.Horizon
	v := newView(&f.m.kind, s, f.m.shared, f.w)
	fit := &b.fits[groupOf(v.y, h)]
	room := f.w.numbers((len(b.names) + 3*(spreads+1)) * h)
	point, dist := room[:len(b.names)*h], room[len(b.names)*h:]
	var pred *pool.Prediction
	if f.w.stream != nil {
		pred = &f.preds[i]
	}
	out.Resize(h)
	top := most(v.y)
	b.candidates(point, v, pred, top, fit.Point)
	combine(out.Mean, point, fit.Point)
	sh := shapeOf(v)
	sh.fill(dist, out.Mean, pred)
	for k := range h {
		q := quantilesAt(dist, h, k, &fit.Dist, fit.stretch(k, h))
		out.Lo80[k], out.Median[k], out.Hi80[k] = min(q[0], capTimes*top), min(q[1], capTimes*top), min(q[2], capTimes*top)
	}
	out.Lift = fit.Lift
	out.Spread = Spread{Dispersion: sh.variance, Factors: fit.Tails, Top: capTimes * top}
	out.Method, out.Why = fit.Info.Method, fit.Info.Why
	if i, ok := slices.BinarySearchFunc(f.m.young, s.Category, func(l launch, name string) int { return strings.Compare(l.Name, name) }); ok {
		f.m.young[i].blend(out, v, s, f.levels)
	}
	out.Facts = out.facts(v, &fit.Info)
}
