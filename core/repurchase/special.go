package repurchase

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// gauss21 returns Gauss's hypergeometric function F(1, b; c; z) for c > b > 0
// and 0 <= z < 1, by its continued fraction (DLMF 15.7.1 and 15.7.3 with a = 1),
// evaluated with the modified Lentz method. All partial numerators are positive
// and below one, so no term cancels another.
func gauss21(b, c, z float64) float64 {
	if z <= 0 {
		return 1
	}
	const tiny = 1e-300
	f, cc, d := tiny, tiny, 0.0
	a := 1.0
	for i := 1; i <= 5000; i++ {
		d = 1 + a*d
		if d == 0 {
			d = tiny
		}
		cc = 1 + a/cc
		if cc == 0 {
			cc = tiny
		}
		d = 1 / d
		step := cc * d
		f *= step
		if i > 1 && math.Abs(step-1) < 1e-13 {
			break
		}
		n := float64((i - 1) / 2)
		if i%2 == 1 {
			a = -z * (b + n) * (c - 1 + n) / ((c + 2*n - 1) * (c + 2*n))
		} else {
			n++
			a = -z * n * (c - b + n - 1) / ((c + 2*n - 2) * (c + 2*n - 1))
		}
	}
	return f
}

// logAdd returns log(exp(a)+exp(b)).
func logAdd(a, b float64) float64 {
	hi, lo := max(a, b), min(a, b)
	if math.IsInf(hi, -1) {
		return hi
	}
	return hi + math.Log1p(math.Exp(lo-hi))
}

// logSub returns log(exp(a)-exp(b)) for a >= b, minus infinity where they agree.
func logSub(a, b float64) float64 {
	if b >= a {
		return math.Inf(-1)
	}
	return a + math.Log(-math.Expm1(b-a))
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
