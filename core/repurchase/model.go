package repurchase

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Kind names a model of when customers buy and when they leave for good.
type Kind string

// The models. In all of them a customer orders at random at a rate of his own,
// rates are gamma distributed with shape r and rate alpha, and he leaves
// unseen.
const (
	// BGNBD: leaves with probability p after an order, p ~ Beta(a, b), never
	// after the first (Fader, Hardie and Lee 2005).
	BGNBD Kind = "BG/NBD"
	// MBGNBD: the same, and he may leave right after the first order
	// (Batislam, Denizel and Filiztekin 2007).
	MBGNBD Kind = "MBG/NBD"
	// ParetoNBD: leaves at any time at a rate of his own, gamma distributed
	// with shape s and rate beta (Schmittlein, Morrison and Colombo 1987).
	ParetoNBD Kind = "Pareto/NBD"
)

// Kinds lists the models.
var Kinds = []Kind{BGNBD, MBGNBD, ParetoNBD}

// Model is a model with its parameters, in the time unit of its data.
type Model struct {
	Kind     Kind
	R, Alpha float64
	// A and B are a and b of the two BG models, s and beta of Pareto/NBD.
	A, B float64
	// LogLikelihood is that of the data it was fitted to.
	LogLikelihood float64
}

// Outlook is what a model expects of one customer in a window after the cut-off.
type Outlook struct {
	Alive    float64 // probability that he has not left
	Expected float64 // expected number of orders
	Active   float64 // probability of at least one order
}

// gone returns the log odds that a customer has left, given what he did.
func (m *Model) gone(x, tx, age float64) float64 {
	rx := m.R + x
	switch {
	case m.Kind == ParetoNBD:
		return math.Log(m.A) + m.left(rx, tx, age, nil) + rx*math.Log(m.Alpha+age) + m.A*math.Log(m.B+age)
	case m.Kind == MBGNBD:
		return math.Log(m.A/(m.B+x)) + rx*math.Log((m.Alpha+age)/(m.Alpha+tx))
	case x > 0:
		return math.Log(m.A/(m.B+x-1)) + rx*math.Log((m.Alpha+age)/(m.Alpha+tx))
	default: // a customer of BG/NBD cannot leave before a repeat order
		return math.Inf(-1)
	}
}

// constant is the part of the log likelihood that depends on x alone.
func (m *Model) constant(x float64) float64 {
	c := lgamma(m.R+x) - lgamma(m.R) + m.R*math.Log(m.Alpha)
	switch m.Kind {
	case BGNBD:
		c += logBeta(m.A, m.B+x) - logBeta(m.A, m.B)
	case MBGNBD:
		c += logBeta(m.A, m.B+x+1) - logBeta(m.A, m.B)
	}
	return c
}

// term returns the log likelihood of a customer but for constant, and the log odds of
// his having left.
func (m *Model) term(x, tx, age float64) (ll, gone float64) {
	gone = m.gone(x, tx, age)
	ll = logAdd(0, gone) - (m.R+x)*math.Log(m.Alpha+age)
	if m.Kind == ParetoNBD {
		ll -= m.A * math.Log1p(age/m.B)
	}
	return ll, gone
}

// left is the log of the integral of (alpha+u)^-rx (beta+u)^-(s+1) du from tx to age:
// that a customer of Pareto/NBD left at u, after his last order (Fader and Hardie 2005,
// "A note on deriving the Pareto/NBD model"). On the log of the smaller of alpha+u and
// beta+u the integrand is near an exponential; Gauss-Legendre over the part that
// counts is good to 1e-9. It also fills, if given, the means of log(alpha+u),
// 1/(alpha+u), log(beta+u) and 1/(beta+u) over that time.
func (m *Model) left(rx, tx, age float64, means *[4]float64) float64 {
	near, k, far, n := m.Alpha+tx, rx-1, m.B+tx, m.A+1
	if m.Alpha > m.B {
		near, k, far, n = far, m.A, near, rx
	}
	// Where the integrand has fallen by exp(-30) it ends; it may grow as exp(v) first.
	end := math.Log1p((age - tx) / near)
	fall := 30.0
	if k > 0 {
		end = min(end, fall/k)
	} else {
		fall += end
	}
	end = min(end, math.Log1p(far/near*math.Expm1(fall/n)))
	sum := 0.0
	for i, x := range leftRule.x {
		v := end * x
		since := near * math.Expm1(v) // his last order
		w := leftRule.w[i] * math.Exp(-k*v-n*math.Log1p(since/far))
		sum += w
		if means != nil {
			a, b := m.Alpha+tx+since, m.B+tx+since
			for j, f := range [4]float64{math.Log(a), 1 / a, math.Log(b), 1 / b} {
				means[j] += w * f
			}
		}
	}
	if means != nil {
		for j := range means {
			means[j] /= sum
		}
	}
	return math.Log(end*sum) - k*math.Log(near) - n*math.Log(far)
}

var leftRule = legendre(24)

// gradient adds to g the derivatives of the log likelihood of n customers by
// the logs of the parameters. psi holds what depends on x alone.
func (m *Model) gradient(g *[4]float64, n, x, tx, age, dead float64, psi [3]float64) {
	rx := m.R + x
	gone := 1 / (1 + math.Exp(-dead)) // weight of having left
	lt := math.Log(m.Alpha + age)
	if m.Kind == ParetoNBD {
		var u [4]float64
		m.left(rx, tx, age, &u)
		g[0] += n * m.R * (psi[0] + math.Log(m.Alpha) - (1-gone)*lt - gone*u[0])
		g[1] += n * m.Alpha * (m.R/m.Alpha - rx*((1-gone)/(m.Alpha+age)+gone*u[1]))
		g[2] += n * m.A * (gone*(1/m.A-u[2]) - (1-gone)*math.Log(m.B+age) + math.Log(m.B))
		g[3] += n * m.B * (m.A/m.B - (1-gone)*m.A/(m.B+age) - gone*(m.A+1)*u[3])
		return
	}
	lx := math.Log(m.Alpha + tx)
	g[0] += n * m.R * (psi[0] + math.Log(m.Alpha) - (1-gone)*lt - gone*lx)
	g[1] += n * m.Alpha * (m.R/m.Alpha - rx*((1-gone)/(m.Alpha+age)+gone/(m.Alpha+tx)))
	g[2] += n * m.A * (psi[1] + gone/m.A)
	b := m.B + x
	if m.Kind == BGNBD {
		b--
	}
	if gone > 0 {
		g[3] -= n * m.B * gone / b
	}
	g[3] += n * m.B * psi[2]
}

// digammas are the parts of the gradient that depend on x alone.
func (m *Model) digammas(x float64) [3]float64 {
	rate := mathext.Digamma(m.R+x) - mathext.Digamma(m.R)
	k := x
	switch m.Kind {
	case ParetoNBD:
		return [3]float64{rate}
	case MBGNBD:
		k++
	}
	all := mathext.Digamma(m.A+m.B) - mathext.Digamma(m.A+m.B+k)
	return [3]float64{rate, all, all + mathext.Digamma(m.B+k) - mathext.Digamma(m.B)}
}

// windowNodes is the number of points of the integrals over a window and over
// the leaving probability: 1e-8 of the closed forms over the tested range.
const windowNodes = 16

// predictor computes outlooks with one model for one window.
type predictor struct {
	m    *Model
	t    float64
	leg  rule
	beta map[int]rule // rule for the leaving probability by frequency
}

// newPredictor prepares outlooks over a window of length t for customers with
// up to most repeat orders.
func newPredictor(m *Model, t float64, most int) *predictor {
	p := &predictor{m: m, t: t, leg: legendre(windowNodes), beta: map[int]rule{}}
	if m.Kind != ParetoNBD {
		for x := range most + 1 {
			p.beta[x] = p.leaving(x)
		}
	}
	return p
}

// leaving is the rule for the leaving probability of a customer who is there
// after x repeat orders.
func (p *predictor) leaving(x int) rule {
	b := p.m.B + float64(x)
	if p.m.Kind == MBGNBD {
		b++
	}
	return jacobi(p.m.A, b, windowNodes)
}

// outlook returns what to expect of a customer.
func (p *predictor) outlook(s Summary) Outlook {
	m, x := p.m, float64(s.Frequency)
	o := Outlook{Alive: 1 / (1 + math.Exp(m.gone(x, s.Recency, s.Age)))}
	// Given that he is there, his rate is gamma distributed with these.
	rx, at := m.R+x, m.Alpha+s.Age
	if m.Kind == ParetoNBD {
		// The hazard of leaving is gamma distributed with s and bt: he is a
		// fresh customer of another shop.
		bt := m.B + s.Age
		grow := math.Log1p(p.t / bt)
		expected := rx / at * bt * grow
		if d := (m.A - 1) * grow; math.Abs(d) > 1e-9 {
			expected = rx / at * bt * -math.Expm1(-d) / (m.A - 1)
		}
		none := math.Exp(-rx*math.Log1p(p.t/at) - m.A*grow)
		for i, u := range p.leg.x {
			none += p.leg.w[i] * p.t * m.A / (bt + u*p.t) * math.Exp(-rx*math.Log1p(u*p.t/at)-m.A*math.Log1p(u*p.t/bt))
		}
		o.Expected, o.Active = o.Alive*expected, o.Alive*(1-none)
	} else {
		q, ok := p.beta[s.Frequency]
		if !ok {
			q = p.leaving(s.Frequency)
		}
		expected := 0.0
		for i, l := range q.x { // E[(1-exp(-rate*l*t))/l] over rate and l
			if l*p.t/at < 1e-12 {
				expected += q.w[i] * rx / at * p.t
			} else {
				expected += q.w[i] * -math.Expm1(-rx*math.Log1p(l*p.t/at)) / l
			}
		}
		o.Expected = o.Alive * expected
		o.Active = o.Alive * -math.Expm1(-rx*math.Log1p(p.t/at))
	}
	o.Active = min(1, max(0, o.Active))
	o.Expected = max(o.Expected, o.Active, 0)
	return o
}
