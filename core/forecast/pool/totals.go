package pool

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"quartermaster/core/forecast/boost"
)

// Totals forecasts quantiles of cumulative demand: of the sum of the first 1, 2, …
// periods from the end of the history on. Safety stock needs these; sums of the
// quantiles of single periods are something else and too far out. Each level is a
// booster of its own with the length of the window as a feature, trained on the
// sums that came after the origins, per period and in units of the scale.
type Totals struct {
	spec   *spec
	levels []float64
	heads  []*boost.Model
}

// perOrigin is the number of windows drawn after each origin.
const perOrigin = 3

// TrainTotals trains a model of the quantiles of sums of up to longest periods,
// which may be more than p.Horizon: regressors are then used as far as they are
// known, over the horizon. Levels ascend and lie between 0 and 1. Config means the
// same as for Train; the trees of the mean are not used. Errors are those of Train.
func TrainTotals(p Panel, longest int, levels []float64, cfg Config) (*Totals, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(levels) == 0 || !slices.IsSorted(levels) || !(levels[0] > 0) || !(levels[len(levels)-1] < 1) || longest < 1 {
		return nil, fmt.Errorf("%w: levels %v of sums of up to %d periods", ErrPanel, levels, longest)
	}
	cfg = cfg.withDefaults(p.Freq)
	t := &Totals{spec: newSpec(&p), levels: slices.Clone(levels)}
	t.spec.horizon = longest
	names := t.spec.totalNames()
	pl := plan{seed: cfg.Seed, far: max(cfg.Origins*p.Horizon, longest), stride: max(1, p.Horizon/4), history: p.Horizon}
	pl.limit(cfg.MaxRows, pl.steps(&p)*perOrigin/pl.stride)
	rows := gather(&p, cfg.Workers, t.spec, len(names), pl, (*builder).totals)
	if len(rows.y) < 2*cfg.MinSamples {
		return nil, fmt.Errorf("%w: %d rows", ErrTooShort, len(rows.y))
	}
	bins, err := boost.NewBins(names, rows.cols, boost.MaxBins)
	if err != nil {
		return nil, fmt.Errorf("pool: %w", err)
	}
	x, err := bins.Matrix(rows.cols)
	if err != nil {
		return nil, fmt.Errorf("pool: %w", err)
	}
	for _, q := range levels {
		head, err := boost.Train(boost.Config{
			Loss: boost.Loss{Kind: boost.Quantile, Param: q}, Trees: cfg.QuantileTrees, Leaves: cfg.Leaves,
			MinSamples: cfg.MinSamples, Rate: cfg.Rate, L2: cfg.L2, Rows: cfg.RowShare, Features: cfg.FeatureShare,
			Seed: cfg.Seed, Workers: cfg.Workers,
		}, x, rows.y, nil)
		if err != nil {
			return nil, fmt.Errorf("pool: total at %v: %w", q, err)
		}
		t.heads = append(t.heads, head)
	}
	return t, nil
}

// Levels are the quantiles forecast, ascending.
func (t *Totals) Levels() []float64 { return slices.Clone(t.levels) }

// Longest is the number of periods of the longest sum.
func (t *Totals) Longest() int { return t.spec.horizon }

// Fits says whether p is of the kind that the model was trained on; if not, the
// error is a *Mismatch.
func (t *Totals) Fits(p *Panel) error { return t.spec.fits(p) }

// totalNames names the features in the order in which total writes them.
func (s *spec) totalNames() []string {
	n := slices.Clone(s.names[:s.blocks])
	n = append(n, "length", "month", "year_ago", "year_rise", "expect_short", "expect_long")
	for _, r := range s.regs {
		if r.Known {
			n = append(n, r.Name)
		}
	}
	return n
}

// total appends to dst the features of the sum of the first n periods after the
// origin.
func (b *builder) total(dst []float32, n int) []float32 {
	inv := 1 / b.scale
	var f float64
	for t := b.o; t < b.o+n; t++ {
		f += b.factorOf(t)
	}
	f /= float64(n)
	ago := b.meanKnown(b.o-b.year, b.o-b.year+n)
	rise := math.NaN()
	if lo := b.o - b.year; lo-b.windows[2] >= b.first {
		rise = ago / max(b.mean(lo-b.windows[2], lo), 0.05*b.scale)
	}
	dst = append(dst, b.block...)
	dst = append(dst, float32(n), b.cal[b.o+n/2].month, float32(ago*inv), float32(rise),
		float32(b.short*f*inv), float32(b.long*f*inv))
	for r := range b.regs {
		if b.regs[r].Known {
			v := b.x[r].mean(b.o, b.o+min(n, b.reach))
			if b.regs[r].kind == ratio {
				v /= b.usual[r]
			}
			dst = append(dst, float32(v))
		}
	}
	return dst
}

// totals builds the training rows of one series: a few windows of random length
// after each origin, none past the end of the history. A window with unknown
// periods stands for its known ones, if they are at least half.
func (b *builder) totals(s *Series, number uint64, pl plan) rows {
	var out rows
	n := len(s.Y)
	if n < pl.history+pl.stride {
		return out
	}
	rng := rand.New(rand.NewPCG(pl.seed, number))
	b.load(s)
	// A history that is long enough teaches only by windows of every length: the
	// latest origins have room for short ones alone, and too many of those bend the
	// tails of the long ones.
	first := pl.stride
	if n >= b.horizon+pl.history {
		first = max(first, b.horizon)
	}
	for back := first; back <= pl.far; back += pl.stride {
		o := n - back
		if o < b.first+pl.history {
			break
		}
		ready := false
		for range perOrigin {
			length := 1 + rng.IntN(min(b.horizon, back))
			if pl.share < 1 && rng.Float64() >= pl.share {
				continue
			}
			if known := b.known[o+length] - b.known[o]; 2*known < float64(length) || known == 0 {
				continue
			}
			if !ready {
				ready = true
				if !b.origin(o) {
					break
				}
			}
			b.row = b.total(b.row[:0], length)
			out.add(b.row, b.mean(o, o+length)/b.scale, b.scale)
		}
	}
	return out
}

// Forecast returns for every series of p, in their order, one row per level with
// the quantile of the sum of the first k+1 periods at place k. Rows never cross,
// never fall along the horizon, and hold no NaN, infinite or negative number. A
// series without sales is all zero.
func (t *Totals) Forecast(p Panel, workers int) ([][][]float64, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := t.Fits(&p); err != nil {
		return nil, err
	}
	out := make([][][]float64, len(p.Series))
	return out, spread(len(out), workers, func() func(lo, hi int) error {
		f := t.Predictor()
		return func(lo, hi int) error { return f.Predict(out[lo:hi], p.Series[lo:hi]) }
	})
}

// TotalsPredictor is what Predictor is to a Model.
type TotalsPredictor struct {
	t *Totals
	table
	lengths []int
	pred    [][]float64
	at      []float64
}

// Predictor returns a new one.
func (t *Totals) Predictor() *TotalsPredictor {
	f := &TotalsPredictor{t: t, table: newTable(t.spec, len(t.heads[0].Features())),
		pred: make([][]float64, len(t.heads)), at: make([]float64, len(t.heads))}
	// Every length up to two weeks, then wider steps: sums in between are
	// interpolated.
	for n := 1; n < t.spec.horizon; n += 1 + n/14 {
		f.lengths = append(f.lengths, n)
	}
	f.lengths = append(f.lengths, t.spec.horizon)
	return f
}

// Predict sets out[i] to the quantiles of s[i] as Forecast gives them, in slices
// that out[i] has where they are long enough.
func (f *TotalsPredictor) Predict(out [][][]float64, s []Series) error {
	f.clear()
	for i := range s {
		if !f.take(&s[i]) {
			continue
		}
		for _, n := range f.lengths {
			f.b.row = f.b.total(f.b.row[:0], n)
			f.add()
		}
	}
	if err := f.t.heads[0].Bins().Fill(&f.x, f.cols); err != nil {
		return err
	}
	for l, head := range f.t.heads {
		f.pred[l] = slices.Grow(f.pred[l][:0], f.x.Rows())[:f.x.Rows()]
		if err := head.Predict(f.pred[l], &f.x, &f.room); err != nil {
			return err
		}
	}
	row := 0
	for i, scale := range f.scales {
		out[i] = slices.Grow(out[i][:0], len(f.pred))[:len(f.pred)]
		for l := range out[i] {
			out[i][l] = slices.Grow(out[i][l][:0], f.t.spec.horizon)[:f.t.spec.horizon]
			clear(out[i][l])
		}
		if scale > 0 {
			f.fill(out[i], scale, row)
			row += len(f.lengths)
		}
	}
	return nil
}

// fill writes the sums of one series, whose rows begin at row.
func (f *TotalsPredictor) fill(out [][]float64, scale float64, row int) {
	last := 0
	for j, n := range f.lengths {
		for l := range f.at {
			f.at[l] = max(f.pred[l][row+j], 0) * scale * float64(n)
		}
		slices.Sort(f.at)
		for l, v := range f.at {
			from := 0.0
			if last > 0 {
				from = out[l][last-1]
			}
			v = max(v, from)
			for m := last + 1; m <= n; m++ {
				out[l][m-1] = from + (v-from)*float64(m-last)/float64(n-last)
			}
		}
		last = n
	}
}
