package pool

import (
	"errors"
	"runtime"
	"slices"
	"sync"

	"quartermaster/core/forecast/boost"
)

// together is the number of series predicted in one go.
const together = 32

// Forecast predicts the horizon of every series of p, in their order, with the
// given number of goroutines, 0 for one per processor. The panel must be well
// formed and of the model's kind; otherwise the error wraps ErrPanel or ErrModel.
func (m *Model) Forecast(p Panel, workers int) ([]Prediction, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := m.Fits(&p); err != nil {
		return nil, err
	}
	out := make([]Prediction, len(p.Series))
	return out, spread(len(out), workers, func() func(lo, hi int) error {
		f := m.Predictor()
		return func(lo, hi int) error { return f.Predict(out[lo:hi], p.Series[lo:hi]) }
	})
}

// spread gives chunks of 0..n-1 to goroutines, each with a function of its own.
func spread(n, workers int, start func() func(lo, hi int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, (n+together-1)/together)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			f := start()
			for lo := w * together; lo < n && errs[w] == nil; lo += workers * together {
				errs[w] = f(lo, min(lo+together, n))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Predictor predicts with memory of its own that is used again. It belongs to one
// goroutine at a time; a Model gives as many as are wanted.
type Predictor struct {
	m *Model
	table
	pred [4][]float64
}

// Predictor returns a new one.
func (m *Model) Predictor() *Predictor {
	return &Predictor{m: m, table: newTable(m.spec, len(m.spec.names))}
}

// table gathers rows of features, some series at a time.
type table struct {
	b      *builder
	cols   [][]float32
	scales []float64 // of each series, 0 for one that never sold
	x      boost.Matrix
	room   boost.Room
}

func newTable(s *spec, features int) table {
	return table{b: newBuilder(s), cols: make([][]float32, features)}
}

func (t *table) clear() {
	for i := range t.cols {
		t.cols[i] = t.cols[i][:0]
	}
	t.scales = t.scales[:0]
}

// take loads a series at its end and says whether it ever sold.
func (t *table) take(s *Series) bool {
	t.b.load(s)
	sold := t.b.origin(len(s.Y))
	if sold {
		t.scales = append(t.scales, t.b.scale)
	} else {
		t.scales = append(t.scales, 0)
	}
	return sold
}

// add appends the row that the builder holds.
func (t *table) add() {
	for c, v := range t.b.row {
		t.cols[c] = append(t.cols[c], v)
	}
}

// Predict sets out[i] to the prediction of s[i], in slices that out[i] has where
// they are long enough. The series must be well formed and of the model's kind (see
// Fits); they may have any length.
func (f *Predictor) Predict(out []Prediction, s []Series) error {
	h := f.m.spec.horizon
	f.clear()
	for i := range s {
		if !f.take(&s[i]) {
			continue
		}
		for k := range h {
			f.b.row = f.b.step(f.b.row[:0], k)
			f.add()
		}
	}
	if err := f.m.heads[0].Bins().Fill(&f.x, f.cols); err != nil {
		return err
	}
	for j, head := range f.m.heads {
		f.pred[j] = slices.Grow(f.pred[j][:0], f.x.Rows())[:f.x.Rows()]
		if err := head.Predict(f.pred[j], &f.x, &f.room); err != nil {
			return err
		}
	}
	at := 0
	for i, scale := range f.scales {
		out[i].Resize(h)
		for k := range h {
			if scale == 0 {
				out[i].set(k, 0, [4]float64{})
				continue
			}
			out[i].set(k, scale, [4]float64{f.pred[0][at], f.pred[1][at], f.pred[2][at], f.pred[3][at]})
			at++
		}
	}
	return nil
}

// Resize makes all slices h long, in the memory that they have where it suffices.
func (p *Prediction) Resize(h int) {
	if cap(p.Mean) >= h && cap(p.Lo80) >= h && cap(p.Median) >= h && cap(p.Hi80) >= h {
		p.Mean, p.Lo80, p.Median, p.Hi80 = p.Mean[:h], p.Lo80[:h], p.Median[:h], p.Hi80[:h]
		return
	}
	v := make([]float64, 4*h)
	*p = Prediction{Mean: v[:h:h], Lo80: v[h : 2*h : 2*h], Median: v[2*h : 3*h : 3*h], Hi80: v[3*h:]}
}

// set writes step k: the mean and the quantiles in order.
func (p *Prediction) set(k int, scale float64, v [4]float64) {
	q := v[1:]
	slices.Sort(q)
	p.Mean[k], p.Lo80[k], p.Median[k], p.Hi80[k] = max(v[0], 0)*scale, max(q[0], 0)*scale, max(q[1], 0)*scale, max(q[2], 0)*scale
}
