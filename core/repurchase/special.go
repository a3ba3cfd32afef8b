package repurchase

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// logAdd returns log(exp(a)+exp(b)).
func logAdd(a, b float64) float64 {
	hi, lo := max(a, b), min(a, b)
	if math.IsInf(hi, -1) {
		return hi
	}
	return hi + math.Log1p(math.Exp(lo-hi))
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

func logBeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }

// rule is a quadrature rule: the integral of f is the sum of w[i]*f(x[i]).
type rule struct{ x, w []float64 }

// legendre returns the Gauss-Legendre rule of n points on [0, 1].
func legendre(n int) rule {
	r := rule{make([]float64, n), make([]float64, n)}
	quad.Legendre{}.FixedLocations(r.x, r.w, 0, 1)
	return r
}

// jacobi returns the Gauss-Jacobi rule of n points for the mean under the
// Beta(a, b) distribution, by the eigenvalues of the Jacobi matrix (Golub and
// Welsch 1969). It is exact for polynomials of degree 2n-1.
func jacobi(a, b float64, n int) rule {
	// Recurrence of the Jacobi polynomials for the weight (1-y)^p (1+y)^q on
	// [-1, 1], with y = 2x-1 (Gautschi 2004, table 1.1).
	p, q := b-1, a-1
	m := mat.NewSymDense(n, nil)
	for k := range n {
		s := 2*float64(k) + p + q
		d := (q - p) / (p + q + 2)
		if k > 0 {
			d = (q*q - p*p) / (s * (s + 2))
		}
		m.SetSym(k, k, d)
		if k+1 < n {
			j := float64(k + 1)
			t := 2*j + p + q
			e := 4 * (1 + p) * (1 + q) / ((2 + p + q) * (2 + p + q) * (3 + p + q))
			if j > 1 {
				e = 4 * j * (j + p) * (j + q) * (j + p + q) / (t * t * (t + 1) * (t - 1))
			}
			m.SetSym(k, k+1, math.Sqrt(e))
		}
	}
	var eig mat.EigenSym
	r := rule{make([]float64, n), make([]float64, n)}
	if !eig.Factorize(m, true) { // the mean is the best single point
		return rule{[]float64{a / (a + b)}, []float64{1}}
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	for i, y := range eig.Values(nil) {
		r.x[i] = min(1, max(0, (1+y)/2))
		r.w[i] = v.At(0, i) * v.At(0, i)
	}
	return r
}
