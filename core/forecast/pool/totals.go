package pool

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"quartermaster/core/forecast/boost"
)

// Totals forecasts quantiles of cumulative demand: of the sum of the first 1, 2, …
// periods of the horizon. Safety stock needs these; sums of the quantiles of single
// periods are something else and too far out. Each level is a booster of its own
// with the length of the window as a feature, trained on the sums that came after
// the origins, per period and in units of the scale.
type Totals struct {
	spec   *spec
	levels []float64
	heads  []*boost.Model
}

// perOrigin is the number of windows drawn after each origin.
const perOrigin = 3

// TrainTotals trains a model of the quantiles at the given levels, ascending and
// between 0 and 1. Config means the same as for Train; the trees of the mean are
// not used. Errors are those of Train.
func TrainTotals(p Panel, levels []float64, cfg Config) (*Totals, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(levels) == 0 || !slices.IsSorted(levels) {
		return nil, fmt.Errorf("pool: levels %v are none or not ascending", levels)
	}
	cfg = cfg.withDefaults(p.Freq)
	t := &Totals{spec: newSpec(&p), levels: slices.Clone(levels)}
	names := t.spec.totalNames()
	pl := plan{seed: cfg.Seed, far: cfg.Origins * p.Horizon, stride: max(1, p.Horizon/4), history: p.Horizon}
	pl.share = min(1, float64(cfg.MaxRows)/float64(max(1, pl.steps(&p)*perOrigin/pl.stride)))
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
			v := b.x[r].mean(b.o, b.o+n)
			if b.regs[r].kind == ratio {
				v /= b.usual[r]
			}
			dst = append(dst, float32(v))
		}
	}
	return dst
}

// totals builds the training rows of one series: a few windows of random length
// after each origin. A window with unknown periods stands for its known ones, if
// they are at least half.
func (b *builder) totals(s *Series, number uint64, pl plan) rows {
	var out rows
	n, h := len(s.Y), b.horizon
	if n < h+pl.history {
		return out
	}
	rng := rand.New(rand.NewPCG(pl.seed, number))
	b.load(s)
	for back := h; back <= pl.far; back += pl.stride {
		o := n - back
		if o < b.first+pl.history {
			break
		}
		ready := false
		for range perOrigin {
			length := 1 + rng.IntN(h)
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
	if err := t.spec.fits(&p); err != nil {
		return nil, err
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	out := make([][][]float64, len(p.Series))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			b := newBuilder(t.spec)
			cols := make([][]float32, len(t.heads[0].Features()))
			var x boost.Matrix
			for i := w; i < len(out) && errs[w] == nil; i += workers {
				out[i], errs[w] = t.series(b, &p.Series[i], cols, &x)
			}
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

func (t *Totals) series(b *builder, s *Series, cols [][]float32, x *boost.Matrix) ([][]float64, error) {
	h := t.spec.horizon
	out := make([][]float64, len(t.levels))
	for l := range out {
		out[l] = make([]float64, h)
	}
	b.load(s)
	if !b.origin(len(s.Y)) {
		return out, nil
	}
	for f := range cols {
		cols[f] = cols[f][:0]
	}
	for n := 1; n <= h; n++ {
		b.row = b.total(b.row[:0], n)
		for f, v := range b.row {
			cols[f] = append(cols[f], v)
		}
	}
	if err := t.heads[0].Bins().Fill(x, cols); err != nil {
		return nil, err
	}
	for l, head := range t.heads {
		if err := head.Predict(out[l], x); err != nil {
			return nil, err
		}
	}
	at := make([]float64, len(out))
	for k := range h {
		for l := range out {
			at[l] = max(out[l][k], 0) * b.scale * float64(k+1)
		}
		slices.Sort(at)
		for l := range out {
			out[l][k] = at[l]
			if k > 0 {
				out[l][k] = max(at[l], out[l][k-1])
			}
		}
	}
	return out, nil
}
