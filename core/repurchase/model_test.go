package repurchase

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Outlook returns what the model expects of one customer within t after the cut-off.
func (m *Model) Outlook(s Summary, t float64) Outlook { return newPredictor(m, t, -1).outlook(s) }

func near(got, want, tol float64) bool { return math.Abs(got-want) <= tol*max(1, math.Abs(want)) }

func TestRules(t *testing.T) {
	for _, ab := range [][2]float64{{0.8, 2.4}, {0.001, 400}, {3, 0.5}, {1, 1}, {0.79, 52.4}} {
		a, b := ab[0], ab[1]
		r := jacobi(a, b, windowNodes)
		var m [4]float64
		for i, x := range r.x {
			for k := range m {
				m[k] += r.w[i] * math.Pow(x, float64(k))
			}
		}
		want := [4]float64{1, a / (a + b), a * (a + 1) / ((a + b) * (a + b + 1)), a * (a + 1) * (a + 2) / ((a + b) * (a + b + 1) * (a + b + 2))}
		for k := range m {
			if !near(m[k], want[k], 1e-10) {
				t.Errorf("moment %d of Beta(%g, %g) is %g, want %g", k, a, b, m[k], want[k])
			}
		}
	}
	sum := 0.0
	for i, x := range legendre(8).x {
		sum += legendre(8).w[i] * math.Exp(x)
	}
	if !near(sum, math.E-1, 1e-12) {
		t.Errorf("integral of exp is %g", sum)
	}
	if got := logAdd(math.Inf(-1), 2); got != 2 {
		t.Errorf("log(0+e^2) = %g", got)
	}
}

// TestPublishedOutlooks uses the examples of the BTYD vignette (Dziurzynski,
// Wadsworth and McCarthy 2014) on CDNOW, and of Fader, Hardie and Lee (2005):
// a customer of theirs with x=2, tx=30.43, T=38.86 expects 1.226 orders in 39
// weeks.
func TestPublishedOutlooks(t *testing.T) {
	bg := Model{Kind: BGNBD, R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	pareto := Model{Kind: ParetoNBD, R: 0.5534, Alpha: 10.5802, A: 0.6061, B: 11.6562}
	often := Summary{Frequency: 26, Recency: 30.86, Age: 31}
	for _, c := range []struct {
		name      string
		m         Model
		s         Summary
		t         float64
		want, tol float64
	}{
		{"BG/NBD, x=2", bg, Summary{Frequency: 2, Recency: 30.43, Age: 38.86}, 39, 1.226, 0.001},
		{"BG/NBD, x=26", bg, often, 52, 25.76, 0.01},
		{"Pareto/NBD, x=26", pareto, often, 52, 25.46, 0.01},
		{"Pareto/NBD, new", pareto, Summary{}, 52, 1.473, 0.001},
	} {
		if got := c.m.Outlook(c.s, c.t).Expected; math.Abs(got-c.want) > c.tol {
			t.Errorf("%s: %.4f orders, published %.3f", c.name, got, c.want)
		}
	}
	if got := pareto.Outlook(often, 52).Alive; math.Abs(got-0.9979) > 1e-4 {
		t.Errorf("Pareto/NBD: alive %.5f, published 0.9979", got)
	}
}

// TestParetoByIntegration compares the likelihood with the plain integral over
// the time of leaving.
func TestParetoByIntegration(t *testing.T) {
	for _, m := range []Model{
		{Kind: ParetoNBD, R: 0.5, Alpha: 10, A: 0.6, B: 12}, {Kind: ParetoNBD, R: 2, Alpha: 12, A: 3, B: 4}, {Kind: ParetoNBD, R: 1, Alpha: 7, A: 1, B: 7},
		// Hardly anybody leaves, most leave at once, all are alike, all differ.
		{Kind: ParetoNBD, R: 0.5, Alpha: 4, A: 30, B: 9000}, {Kind: ParetoNBD, R: 0.3, Alpha: 8, A: 20, B: 0.5},
		{Kind: ParetoNBD, R: 90, Alpha: 900, A: 60, B: 700}, {Kind: ParetoNBD, R: 0.02, Alpha: 0.3, A: 0.02, B: 0.2},
	} {
		for _, c := range [][3]float64{{0, 0, 30}, {3, 10, 30}, {12, 29, 30}, {40, 5, 30}} {
			x, tx, age := c[0], c[1], c[2]
			f := func(u float64) float64 { // left at u
				return math.Exp(-(m.R+x)*math.Log(m.Alpha+u) - (m.A+1)*math.Log(m.B+u) + math.Log(m.A))
			}
			const n = 20000
			g := func(z float64) float64 { return f(tx+(age-tx)*z*z*z) * 3 * z * z * (age - tx) } // finer at the start
			sum := 0.0
			for i := range n {
				z := float64(i)
				sum += (g(z/n) + 4*g((z+0.5)/n) + g((z+1)/n)) / (6 * n)
			}
			sum += math.Exp(-(m.R+x)*math.Log(m.Alpha+age) - m.A*math.Log(m.B+age))
			want := lgamma(m.R+x) - lgamma(m.R) + m.R*math.Log(m.Alpha) + m.A*math.Log(m.B) + math.Log(sum)
			if got, _ := m.term(x, tx, age); !near(m.constant(x)+got, want, 1e-9) {
				t.Errorf("%+v at %v: %.12f, by integration %.12f", m, c, got, want)
			}
		}
	}
}

func TestGradient(t *testing.T) {
	gs := []group{{3, 0, 0, 40}, {2, 1, 5, 38}, {1, 7, 30, 39}, {4, 2, 20, 20}}
	for _, kind := range Kinds {
		p := []float64{-1, 1.5, -0.2, 0.9}
		m := modelAt(kind, p)
		_, g := likelihood(&m, gs, true)
		for i := range p {
			const h = 1e-5
			up, down := append([]float64(nil), p...), append([]float64(nil), p...)
			up[i] += h
			down[i] -= h
			a, b := modelAt(kind, up), modelAt(kind, down)
			la, _ := likelihood(&a, gs, false)
			lb, _ := likelihood(&b, gs, false)
			if want := (la - lb) / (2 * h); !near(g[i], want, 1e-6) {
				t.Errorf("%s: derivative %d is %g, by differences %g", kind, i, g[i], want)
			}
		}
	}
}

func anyModel(t *rapid.T) Model {
	f := func(name string, lo, hi float64) float64 {
		return math.Exp(rapid.Float64Range(math.Log(lo), math.Log(hi)).Draw(t, name))
	}
	return Model{Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), R: f("r", 0.05, 20), Alpha: f("alpha", 0.5, 500), A: f("a", 0.001, 20), B: f("b", 0.1, 2000)}
}

func anySummary(t *rapid.T) Summary {
	s := Summary{Frequency: rapid.IntRange(0, 60).Draw(t, "x"), Age: rapid.Float64Range(1, 700).Draw(t, "age")}
	if s.Frequency > 0 {
		s.Recency = s.Age * rapid.Float64Range(0.01, 1).Draw(t, "recency")
	}
	return s
}

func TestOutlookProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := anyModel(t), anySummary(t)
		w := rapid.Float64Range(0, 400).Draw(t, "window")
		a, b := m.Outlook(s, w), m.Outlook(s, w*1.1+1)
		for _, o := range []Outlook{a, b} {
			if !(o.Alive >= 0 && o.Alive <= 1 && o.Active >= 0 && o.Active <= 1) || math.IsNaN(o.Expected) || math.IsInf(o.Expected, 0) {
				t.Fatalf("%+v for %+v: %+v", m, s, o)
			}
			if o.Active > o.Alive+1e-9 || o.Expected < o.Active-1e-9 {
				t.Fatalf("%+v for %+v: %+v", m, s, o)
			}
		}
		if b.Expected < a.Expected-1e-7 || b.Active < a.Active-1e-7 {
			t.Fatalf("%+v for %+v: a longer window expects less: %+v, %+v", m, s, a, b)
		}
		if s.Frequency > 0 {
			later := s
			later.Recency += (s.Age - s.Recency) * rapid.Float64Range(0, 1).Draw(t, "later")
			if o := m.Outlook(later, w); o.Alive < a.Alive-1e-9 {
				t.Fatalf("%+v: a later purchase lowers the probability alive from %g to %g", m, a.Alive, o.Alive)
			}
		}
	})
}
