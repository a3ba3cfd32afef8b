package repurchase

import (
	"math"

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
}

// eta returns the offset plus the linear part for a row of features.
// Features are held within four standard deviations of what was learned from,
// so that a stranger is not sent off to infinity.
func (r *regression) eta(x []float64, offset float64) float64 {
	eta := offset + r.coef[len(r.mu)]
	for j, v := range x {
		eta += r.coef[j] * r.standard(j, v)
	}
	return eta
}

func (r *regression) standard(j int, v float64) float64 {
	return min(4, max(-4, (v-r.mu[j])/r.scale[j]))
}

// regress fits a regression with a ridge penalty of strength lambda on all
// coefficients of standardised features but the intercept, by Newton's method
// (iteratively reweighted least squares). Rows for which skip is true are left
// out; skip may be nil.
func regress(l link, t *table, lambda float64, skip func(i int) bool) *regression {
	r := &regression{link: l, coef: make([]float64, t.p+1), mu: make([]float64, t.p), scale: make([]float64, t.p)}
	r.standardise(t)
	n := t.p + 1
	for range 25 {
		var grads [parts][]float64
		var hess [parts][]float64
		inParts(t.rows(), func(part, from, to int) {
			g, h := make([]float64, n), make([]float64, n*n)
			z := make([]float64, n)
			z[n-1] = 1
			for i := from; i < to; i++ {
				if skip != nil && skip(i) {
					continue
				}
				eta := t.off(i) + r.coef[n-1]
				for j, v := range t.row(i) {
					z[j] = r.standard(j, v)
					eta += r.coef[j] * z[j]
				}
				mu := l.mean(eta)
				w := mu
				if l == logistic {
					w = mu * (1 - mu)
				}
				w = max(w, 1e-9)
				d := t.y[i] - mu
				for j, a := range z {
					g[j] += d * a
					wa := w * a
					row := h[j*n : j*n+j+1]
					for k := range row {
						row[k] += wa * z[k]
					}
				}
			}
			grads[part], hess[part] = g, h
		})
		g, h := mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
		for part := range parts {
			if grads[part] == nil {
				continue
			}
			for j := range n {
				g.SetVec(j, g.AtVec(j)+grads[part][j])
				for k := range j + 1 {
					h.SetSym(j, k, h.At(j, k)+hess[part][j*n+k])
				}
			}
		}
		for j := range n {
			pen := lambda
			if j == n-1 {
				pen = 1e-6
			}
			g.SetVec(j, g.AtVec(j)-pen*r.coef[j])
			h.SetSym(j, j, h.At(j, j)+pen+1e-9)
		}
		var c mat.Cholesky
		var step mat.VecDense
		if !c.Factorize(h) || c.SolveVecTo(&step, g) != nil {
			break
		}
		largest := 0.0
		for j := range n {
			// A bounded step keeps the first ones of a Poisson model in range.
			s := min(2, max(-2, step.AtVec(j)))
			r.coef[j] += s
			largest = max(largest, math.Abs(s))
		}
		if largest < 1e-7 {
			break
		}
	}
	return r
}

func (r *regression) standardise(t *table) {
	n := float64(t.rows())
	for i := range t.rows() {
		for j, v := range t.row(i) {
			r.mu[j] += v / n
		}
	}
	for i := range t.rows() {
		for j, v := range t.row(i) {
			r.scale[j] += (v - r.mu[j]) * (v - r.mu[j]) / n
		}
	}
	for j, v := range r.scale {
		r.scale[j] = max(math.Sqrt(v), 1e-9)
	}
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
	best, bestLoss := lambdas[0], math.Inf(1)
	var out []float64
	for _, lambda := range lambdas {
		loss, eta := 0.0, make([]float64, t.rows())
		for f := range folds {
			r := regress(l, t, lambda, func(i int) bool { return key(i)%folds == f })
			for i := range eta {
				if key(i)%folds == f {
					eta[i] = r.eta(t.row(i), t.off(i))
					loss += l.loss(t.y[i], eta[i])
				}
			}
		}
		if loss < bestLoss {
			best, bestLoss, out = lambda, loss, eta
		}
	}
	return regress(l, t, best, nil), out
}
