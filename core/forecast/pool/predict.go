package pool

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"quartermaster/core/forecast/boost"
)

// ErrModel is wrapped by errors about a panel that is not of the model's kind.
var ErrModel = errors.New("pool: panel differs from what the model was trained on")

// together is the number of series predicted in one go.
const together = 32

// Forecast predicts the horizon of every series of p, in their order, with the
// given number of goroutines, 0 for one per processor. The panel must be well
// formed and have the frequency, season, horizon and regressors of training;
// otherwise the error wraps ErrPanel or ErrModel.
func (m *Model) Forecast(p Panel, workers int) ([]Prediction, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := m.spec.fits(&p); err != nil {
		return nil, err
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	out := make([]Prediction, len(p.Series))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			f := &forecaster{m: m, b: newBuilder(m.spec), cols: make([][]float32, len(m.spec.names))}
			for lo := w * together; lo < len(out) && errs[w] == nil; lo += workers * together {
				hi := min(lo+together, len(out))
				errs[w] = f.chunk(p.Series[lo:hi], out[lo:hi])
			}
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

func (s *spec) fits(p *Panel) error {
	same := s.freq == p.Freq && s.season == p.Season && s.horizon == p.Horizon && len(s.regs) == len(p.Regressors)
	for r := range p.Regressors {
		same = same && s.regs[r].Regressor == p.Regressors[r]
	}
	if !same {
		return fmt.Errorf("%w: it has frequency %c, season %d, horizon %d and %d regressors",
			ErrModel, s.freq, s.season, s.horizon, len(s.regs))
	}
	return nil
}

// forecaster predicts chunks of series; its memory is used again.
type forecaster struct {
	m      *Model
	b      *builder
	cols   [][]float32
	scales []float64
	x      boost.Matrix
	pred   [4][]float64
}

func (f *forecaster) chunk(s []Series, out []Prediction) error {
	h := f.m.spec.horizon
	for i := range f.cols {
		f.cols[i] = f.cols[i][:0]
	}
	f.scales = f.scales[:0]
	rows := 0
	for i := range s {
		f.b.load(&s[i])
		if !f.b.origin(len(s[i].Y)) {
			f.scales = append(f.scales, 0)
			continue
		}
		f.scales = append(f.scales, f.b.scale)
		for k := range h {
			f.b.row = f.b.step(f.b.row[:0], k)
			for c, v := range f.b.row {
				f.cols[c] = append(f.cols[c], v)
			}
		}
		rows += h
	}
	if err := f.m.heads[0].Bins().Fill(&f.x, f.cols); err != nil {
		return err
	}
	for j, head := range f.m.heads {
		f.pred[j] = slices.Grow(f.pred[j][:0], rows)[:rows]
		if err := head.Predict(f.pred[j], &f.x); err != nil {
			return err
		}
	}
	at := 0
	for i, scale := range f.scales {
		v := make([]float64, 4*h)
		out[i] = Prediction{Mean: v[:h:h], Lo80: v[h : 2*h : 2*h], Median: v[2*h : 3*h : 3*h], Hi80: v[3*h:]}
		if scale == 0 {
			continue
		}
		for k := range h {
			out[i].set(k, scale, [4]float64{f.pred[0][at], f.pred[1][at], f.pred[2][at], f.pred[3][at]})
			at++
		}
	}
	return nil
}

// set writes step k: the mean and the quantiles in order.
func (p *Prediction) set(k int, scale float64, v [4]float64) {
	q := v[1:]
	slices.Sort(q)
	p.Mean[k], p.Lo80[k], p.Median[k], p.Hi80[k] = max(v[0], 0)*scale, max(q[0], 0)*scale, max(q[1], 0)*scale, max(q[2], 0)*scale
}
