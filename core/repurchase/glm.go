package repurchase

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// link is the family of a generalised linear model.
type link int

const (
	logistic link = iota // yes or no
	poisson              // a count, by its logarithm
)

// mean returns the expected value at a linear predictor.
func (l link) mean(eta float64) float64 {
	if l == poisson {
		return math.Exp(min(eta, 20))
	}
	return 1 / (1 + math.Exp(-eta))
}

// table is the data of a regression: row i has the features x[i*p:(i+1)*p].
type table struct {
	p      int
	x      []float64
	offset []float64 // what is known beforehand of the linear predictor; nil means zero
	y      []float64
}

func (t *table) rows() int { return len(t.y) }

func (t *table) row(i int) []float64 { return t.x[i*t.p : (i+1)*t.p] }

func (t *table) off(i int) float64 {
	if t.offset == nil {
		return 0
	}
	return t.offset[i]
}

// regression is a fitted generalised linear model.
type regression struct {
	link  link
	coef  []float64 // on standardised features, the last one is the intercept
	mu    []float64
	scale []float64
	hess  []float64 // second derivatives at coefficients near these
}

// eta returns the linear part for a row of features.
// Features are held within four standard deviations of what was learned from,
// so that a stranger is not sent off to infinity.
func (r *regression) eta(x []float64) float64 {
	eta := r.coef[len(r.mu)]
	for j, v := range x {
		eta += r.coef[j] * r.standard(j, v)
	}
	return eta
}

func (r *regression) standard(j int, v float64) float64 {
	return min(4, max(-4, (v-r.mu[j])/r.scale[j]))
}

// regress fits a regression with a ridge penalty of strength lambda on all
// coefficients of standardised features but the intercept.
func regress(l link, t *table, lambda float64) *regression {
	return t.standardised().fit(l, lambda, nil, nil)
}

// standardised is a table with features of mean 0 and deviation 1, and a last one that
// is 1 in every row.
type standardised struct {
	*table
	mu, scale []float64
	z         []float64 // row i is z[i*(p+1):(i+1)*(p+1)]
}

func (t *table) standardised() *standardised {
	s := &standardised{table: t, mu: make([]float64, t.p), scale: make([]float64, t.p), z: make([]float64, t.rows()*(t.p+1))}
	n := float64(t.rows())
	for i := range t.rows() {
		for j, v := range t.row(i) {
			s.mu[j] += v / n
		}
	}
	for i := range t.rows() {
		for j, v := range t.row(i) {
			s.scale[j] += (v - s.mu[j]) * (v - s.mu[j]) / n
		}
	}
	for j, v := range s.scale {
		s.scale[j] = max(math.Sqrt(v), 1e-9)
	}
	r := regression{mu: s.mu, scale: s.scale}
	inParts(t.rows(), func(_, from, to int) {
		for i := from; i < to; i++ {
			z := s.zrow(i)
			for j, v := range t.row(i) {
				z[j] = r.standard(j, v)
			}
			z[t.p] = 1
		}
	})
	return s
}

func (s *standardised) zrow(i int) []float64 { return s.z[i*(s.p+1) : (i+1)*(s.p+1)] }

// eta returns the linear predictor of a row.
func (s *standardised) eta(i int, coef []float64) float64 {
	eta := s.off(i)
	for j, v := range s.zrow(i) {
		eta += coef[j] * v
	}
	return eta
}

// fit is Newton's method (iteratively reweighted least squares), from a fit to much the
// same rows or from nil. Rows for which skip is true are left out; skip may be nil.
//
// The second derivatives cost most and change least: they are kept, also those of the
// fit it begins at, as long as the steps with them shrink well (the chord method).
func (s *standardised) fit(l link, lambda float64, skip func(i int) bool, near *regression) *regression {
	n := s.p + 1
	r := &regression{link: l, coef: make([]float64, n), mu: s.mu, scale: s.scale}
	if near != nil {
		copy(r.coef, near.coef)
		r.hess = near.hess
	}
	before, fresh := math.Inf(1), r.hess == nil
	for range 50 {
		g, h := s.derivatives(l, r.coef, skip, fresh)
		if fresh {
			r.hess = h
		}
		grad, curve := mat.NewVecDense(n, g), mat.NewSymDense(n, slices.Clone(r.hess))
		for j := range n {
			pen := lambda
			if j == n-1 {
				pen = 1e-6
			}
			g[j] -= pen * r.coef[j]
			curve.SetSym(j, j, curve.At(j, j)+pen+1e-9)
		}
		var c mat.Cholesky
		var step mat.VecDense
		if !c.Factorize(curve) || c.SolveVecTo(&step, grad) != nil {
			break
		}
		largest := 0.0
		for j := range n {
			// A bounded step keeps the first ones of a Poisson model in range.
			v := min(2, max(-2, step.AtVec(j)))
			r.coef[j] += v
			largest = max(largest, math.Abs(v))
		}
		if largest < 1e-7 {
			break
		}
		before, fresh = largest, largest > 0.2*before || largest > 0.2
	}
	return r
}

// derivatives returns the gradient of the log likelihood and, if asked, minus its
// second derivatives, as a symmetric matrix.
func (s *standardised) derivatives(l link, coef []float64, skip func(i int) bool, second bool) (g, h []float64) {
	n := s.p + 1
	var grads, hess [parts][]float64
	inParts(s.rows(), func(part, from, to int) {
		g, h := make([]float64, n), make([]float64, n*n)
		for i := from; i < to; i++ {
			if skip != nil && skip(i) {
				continue
			}
			mu := l.mean(s.eta(i, coef))
			d, z := s.y[i]-mu, s.zrow(i)
			for j, a := range z {
				g[j] += d * a
			}
			if !second {
				continue
			}
			w := mu
			if l == logistic {
				w = mu * (1 - mu)
			}
			w = max(w, 1e-9)
			for j, a := range z {
				wa := w * a
				row := h[j*n : j*n+j+1]
				for k := range row {
					row[k] += wa * z[k]
				}
			}
		}
		grads[part], hess[part] = g, h
	})
	g, h = make([]float64, n), make([]float64, n*n)
	for part := range parts {
		for i, v := range grads[part] {
			g[i] += v
		}
		for i, v := range hess[part] {
			h[i] += v
		}
	}
	for j := range n {
		for k := range j {
			h[k*n+j] = h[j*n+k]
		}
	}
	return g, h
}

// loss is minus the log likelihood of one row, up to a constant.
func (l link) loss(y, eta float64) float64 {
	if l == poisson {
		return l.mean(eta) - y*eta
	}
	return math.Log1p(math.Exp(-math.Abs(eta))) + max(eta, 0) - y*eta
}

// folds is the number of parts of a cross-validation.
const folds = 5

// crossfit chooses the ridge strength by cross-validation over rows, keyed so
// that rows of one customer stay together, and fits with it. It also returns
// the linear predictor of every row from the fold that did not see it.
func crossfit(l link, t *table, key func(i int) int, lambdas []float64) (*regression, []float64) {
	s := t.standardised()
	best, bestLoss := lambdas[0], math.Inf(1)
	var out []float64
	var near [folds]*regression // of the strength before
	for _, lambda := range lambdas {
		for f := range folds {
			if near[f] == nil && f > 0 { // folds share most of their rows
				near[f] = near[f-1]
			}
			near[f] = s.fit(l, lambda, func(i int) bool { return key(i)%folds == f }, near[f])
		}
		eta := make([]float64, t.rows())
		var losses [parts]float64
		inParts(t.rows(), func(part, from, to int) {
			for i := from; i < to; i++ {
				eta[i] = s.eta(i, near[key(i)%folds].coef)
				losses[part] += l.loss(t.y[i], eta[i])
			}
		})
		loss := 0.0
		for _, v := range losses {
			loss += v
		}
		if loss < bestLoss {
			best, bestLoss, out = lambda, loss, eta
		}
	}
	return s.fit(l, best, nil, near[0]), out
}
