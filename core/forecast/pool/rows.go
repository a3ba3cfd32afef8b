package pool

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// rows are training rows: features column by column, targets in units of the scale
// of their series, and that scale.
type rows struct {
	cols  [][]float32
	y     []float64
	scale []float64
}

// plan says which rows of a panel train a model.
type plan struct {
	seed    uint64
	far     int     // periods before the end at which the earliest origin lies
	stride  int     // periods between origins
	share   float64 // of the rows after each origin, drawn
	series  float64 // of the series, drawn first; 0 is all
	history int     // fewest periods from the first sale to an origin
}

// sample builds the training rows: for each series, origins going back from one
// horizon before its end, and the steps after each. When rows are few, origins
// stand closer than a horizon, down to a quarter of it; when they are too many, as
// many as wanted are drawn by the seed.
func (s *spec) sample(p *Panel, cfg Config) rows {
	h := p.Horizon
	pl := plan{seed: cfg.Seed, far: cfg.Origins * h, stride: h, history: h}
	steps := pl.steps(p)
	count := func() int { return steps * h / pl.stride }
	for pl.stride > max(1, h/4) && count() < cfg.MinRows {
		pl.stride--
	}
	pl.limit(cfg.MaxRows, count())
	return gather(p, cfg.Workers, s, len(s.names), pl, (*builder).rows)
}

// least is the smallest share of the rows after an origin that is drawn. Where less
// would do, fewer series are drawn instead: going through a history costs more than
// the rows taken from it.
const least = 0.03

// limit sets the shares so that about most of the rows that there are get drawn.
func (pl *plan) limit(most, rows int) {
	pl.share = min(1, float64(most)/float64(max(1, rows)))
	if pl.share < least {
		pl.series = pl.share / least
		pl.share = least
	}
}

// steps counts the periods that origins can be set before.
func (pl *plan) steps(p *Panel) int {
	steps := 0
	for i := range p.Series {
		steps += min(pl.far, max(0, len(p.Series[i].Y)-pl.history))
	}
	return steps
}

// gather builds the rows of all series, several at a time.
func gather(p *Panel, workers int, s *spec, features int, pl plan, build func(*builder, *Series, uint64, plan) rows) rows {
	// In the order of their names, so that the order of the panel does not matter.
	order := make([]int, len(p.Series))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(p.Series[a].ID, p.Series[b].ID) })
	if pl.series > 0 {
		n := int(math.Ceil(pl.series * float64(len(order))))
		rand.New(rand.NewPCG(pl.seed, 0x736572696573)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		order = order[:n]
	}
	parts := make([]rows, len(order))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			b := newBuilder(s)
			for i := w; i < len(parts); i += workers {
				parts[i] = build(b, &p.Series[order[i]], uint64(i), pl)
			}
		})
	}
	wg.Wait()
	return join(parts, features)
}

// join puts the parts one after another, giving up their memory column by column.
func join(parts []rows, features int) rows {
	n := 0
	for i := range parts {
		n += len(parts[i].y)
	}
	out := rows{cols: make([][]float32, features), y: make([]float64, 0, n), scale: make([]float64, 0, n)}
	for i := range parts {
		out.y = append(out.y, parts[i].y...)
		out.scale = append(out.scale, parts[i].scale...)
	}
	for f := range out.cols {
		out.cols[f] = make([]float32, 0, n)
		for i := range parts {
			if parts[i].cols != nil {
				out.cols[f] = append(out.cols[f], parts[i].cols[f]...)
				parts[i].cols[f] = nil
			}
		}
	}
	return out
}

// rows builds the training rows of one series.
func (b *builder) rows(s *Series, number uint64, pl plan) rows {
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
		for k := range h {
			y := s.Y[o+k]
			if (pl.share < 1 && rng.Float64() >= pl.share) || math.IsNaN(y) {
				continue
			}
			if !ready {
				ready = true
				if !b.origin(o) {
					break
				}
			}
			b.row = b.step(b.row[:0], k)
			out.add(b.row, y/b.scale, b.scale)
		}
	}
	return out
}

// add takes up one row.
func (r *rows) add(features []float32, y, scale float64) {
	if r.cols == nil {
		r.cols = make([][]float32, len(features))
	}
	for f, v := range features {
		r.cols[f] = append(r.cols[f], v)
	}
	r.y = append(r.y, y)
	r.scale = append(r.scale, scale)
}
