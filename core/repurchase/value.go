package repurchase

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/optimize"
)

// Spend is the gamma-gamma model of what an order is worth (Fader, Hardie and
// Lee 2005, "RFM and CLV"): the value of an order is gamma distributed with
// shape P and a scale of the customer's own, the inverse scales are gamma
// distributed with Q and Gamma. Value does not depend on how often one buys.
type Spend struct{ P, Q, Gamma float64 }

// FitSpend fits the model to customers with repeat orders, by the mean value of
// those. It needs at least ten of them.
func FitSpend(all []Summary) (Spend, error) {
	var xs, ms []float64
	unit := 0.0
	for _, s := range all {
		if s.Frequency > 0 && s.RepeatValue > 0 {
			xs = append(xs, float64(s.Frequency))
			ms = append(ms, s.RepeatValue)
			unit += s.RepeatValue
		}
	}
	n := float64(len(xs))
	if n < 10 {
		return Spend{}, ErrNoFit
	}
	unit /= n // values are measured in their mean while fitting
	for i := range ms {
		ms[i] /= unit
	}
	objective := func(l, grad []float64) float64 {
		p, q, g := math.Exp(l[0]), math.Exp(l[1]), math.Exp(l[2])
		ll, dp, dq, dg := 0.0, 0.0, 0.0, 0.0
		for i, x := range xs {
			m := ms[i]
			whole := math.Log(g + x*m)
			ll += lgamma(p*x+q) - lgamma(p*x) - lgamma(q) + q*math.Log(g) + (p*x-1)*math.Log(m) + p*x*math.Log(x) - (p*x+q)*whole
			if grad != nil {
				both := mathext.Digamma(p*x + q)
				dp += x * (both - mathext.Digamma(p*x) + math.Log(m) + math.Log(x) - whole)
				dq += both - mathext.Digamma(q) + math.Log(g) - whole
				dg += q/g - (p*x+q)/(g+x*m)
			}
		}
		if grad != nil {
			grad[0], grad[1], grad[2] = -p*dp/n, -q*dq/n, -g*dg/n
		}
		for i, v := range l { // equal values have no maximum: a parabola leads back
			if over := math.Abs(v) - logBound; over > 0 {
				ll -= n * over * over
				if grad != nil {
					grad[i] += 2 * over * math.Copysign(1, v)
				}
			}
		}
		if math.IsNaN(ll) {
			return math.Inf(1)
		}
		return -ll / n
	}
	res, _ := optimize.Minimize(optimize.Problem{
		Func: func(l []float64) float64 { return objective(l, nil) },
		Grad: func(grad, l []float64) { objective(l, grad) },
	}, []float64{1, 1, 1}, &optimize.Settings{GradientThreshold: 1e-7, MajorIterations: 300}, &optimize.BFGS{})
	if res == nil || math.IsInf(res.F, 0) {
		return Spend{}, ErrNoFit
	}
	return Spend{math.Exp(res.X[0]), math.Exp(res.X[1]), math.Exp(res.X[2]) * unit}, nil
}

// OrderValue returns the expected value of an order of a customer, in minor
// units: his own mean, pulled to that of the shop by how little is known.
func (g Spend) OrderValue(s Summary) float64 {
	x := float64(s.Frequency)
	// Without a mean of the population (q <= 1) the median of its scale stands in.
	return g.P * (g.Gamma + x*s.RepeatValue) / max(g.P*x+g.Q-1, 0.1)
}
