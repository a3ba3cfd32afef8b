package repurchase

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/optimize"
)

// group is customers who look alike to a model.
type group struct{ n, x, tx, age float64 }

// maxGroups bounds the work of one likelihood. Above it times are rounded to a
// coarser grid: over 4,000 groups the parameters move by less than their
// standard error.
const maxGroups = 4000

// groups puts customers of equal frequency, recency and age together. Their
// order does not depend on the order of the customers.
func groups(all []Summary) []group {
	type key struct{ x, tx, age float64 }
	for grid := 0.0; ; grid = max(2*grid, 1) {
		count := map[key]float64{}
		for _, s := range all {
			k := key{float64(s.Frequency), s.Recency, s.Age}
			if grid > 0 {
				k.age = grid * math.Round(k.age/grid)
				k.tx = min(k.age, grid*math.Round(k.tx/grid))
			}
			count[k]++
			if len(count) > 4*maxGroups {
				break
			}
		}
		if len(count) > maxGroups && grid < 1e4 {
			continue
		}
		out := make([]group, 0, len(count))
		for k, n := range count {
			out = append(out, group{n, k.x, k.tx, k.age})
		}
		slices.SortFunc(out, func(a, b group) int {
			return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.tx, b.tx), cmp.Compare(a.age, b.age))
		})
		return out
	}
}

// ErrNoFit says that a model has no parameters for these customers.
var ErrNoFit = errors.New("no fit: too few customers or none of any age")

// logBound is where parameters stop, as natural logs. Data without any leaving
// have no maximum: the likelihood goes on rising with b, and the bound ends it.
const logBound = 9

// paretoBound is the same for Pareto/NBD, whose integral loses digits where alpha and
// beta lie farther apart.
const paretoBound = 6

// farStarts are the starting points where nothing is known.
var farStarts = [][]float64{{-0.7, -1, -0.7, 0.7}, {0, 0, 0, 1}}

// start returns the model as a starting point for much the same customers.
func (m *Model) start(gs []group) []float64 {
	total, age := 0.0, 0.0
	for _, g := range gs {
		total += g.n
		age += g.n * g.age
	}
	unit := math.Log(max(age/max(total, 1), 1e-9))
	p := []float64{math.Log(m.R), math.Log(m.Alpha) - unit, math.Log(m.A), math.Log(m.B)}
	bound := float64(logBound)
	if m.Kind == ParetoNBD {
		p[3] -= unit
		bound = paretoBound
	}
	for i, v := range p {
		p[i] = min(bound, max(-bound, v))
	}
	return p
}

// fitGroups finds the parameters of greatest likelihood from starting points: logs of
// parameters, times in mean ages. Groups may be in any unit of time. It needs at least
// ten customers and some time that has passed.
func fitGroups(kind Kind, gs []group, starts [][]float64) (Model, error) {
	total, sum := 0.0, 0.0
	for _, g := range gs {
		total += g.n
		sum += g.n * g.age
	}
	if total < 10 || sum <= 0 {
		return Model{Kind: kind}, ErrNoFit
	}
	unit := sum / total // times are measured in mean ages while fitting
	for i := range gs {
		gs[i].tx /= unit
		gs[i].age /= unit
	}
	bound := float64(logBound)
	if kind == ParetoNBD {
		bound = paretoBound
	}
	objective := func(p, grad []float64) float64 {
		m := modelAt(kind, p)
		ll, g := likelihood(&m, gs, grad != nil)
		// Beyond the bound a parabola leads back.
		for i, v := range p {
			if over := math.Abs(v) - bound; over > 0 {
				ll -= total * over * over
				g[i] -= total * 2 * over * math.Copysign(1, v)
			}
		}
		for i := range grad {
			grad[i] = -g[i] / total
		}
		if math.IsNaN(ll) {
			return math.Inf(1)
		}
		return -ll / total
	}
	f := func(p []float64) float64 { return objective(p, nil) }
	problem := optimize.Problem{Func: f, Grad: func(grad, p []float64) { objective(p, grad) }}
	var best *optimize.Result
	for _, start := range starts {
		// A line search that stalls at the optimum reports an error with a good
		// result; only a missing or infinite one is a failure.
		res, _ := optimize.Minimize(problem, start, &optimize.Settings{GradientThreshold: 1e-6, MajorIterations: 200,
			Converger: &optimize.FunctionConverge{Absolute: 1e-9, Iterations: 5}}, &optimize.BFGS{})
		if res != nil && !math.IsInf(res.F, 0) && (best == nil || res.F < best.F) {
			best = res
		}
		if best != nil && kind != ParetoNBD {
			break
		}
	}
	if best == nil {
		return Model{Kind: kind}, ErrNoFit
	}
	m := modelAt(kind, best.X)
	m.Alpha *= unit
	if kind == ParetoNBD {
		m.B *= unit
	}
	for i := range gs {
		gs[i].tx *= unit
		gs[i].age *= unit
	}
	m.LogLikelihood, _ = likelihood(&m, gs, false)
	return m, nil
}

// modelAt returns the model with the logs p as parameters.
func modelAt(kind Kind, p []float64) Model {
	e := func(i int) float64 { return math.Exp(min(max(p[i], -logBound-2), logBound+2)) }
	return Model{Kind: kind, R: e(0), Alpha: e(1), A: e(2), B: e(3)}
}

// parts is the number of pieces a likelihood is summed in. It is fixed, so that
// the sum is the same on every machine.
const parts = 8

// likelihood returns the log likelihood and, if asked, its gradient.
func likelihood(m *Model, gs []group, gradient bool) (float64, [4]float64) {
	var ll [parts]float64
	var g [parts][4]float64
	inParts(len(gs), func(part, from, to int) {
		constant, psi, last := 0.0, [3]float64{}, -1.0
		for _, c := range gs[from:to] {
			if c.x != last { // groups come by x
				last, constant = c.x, m.constant(c.x)
				if gradient {
					psi = m.digammas(c.x)
				}
			}
			v, dead := m.term(c.x, c.tx, c.age)
			ll[part] += c.n * (constant + v)
			if gradient {
				m.gradient(&g[part], c.n, c.x, c.tx, c.age, dead, psi)
			}
		}
	})
	for p := 1; p < parts; p++ {
		ll[0] += ll[p]
		for i := range g[0] {
			g[0][i] += g[p][i]
		}
	}
	return ll[0], g[0]
}

// inParts calls f at the same time for a fixed number of pieces of 0 to n-1.
func inParts(n int, f func(part, from, to int)) {
	var wg sync.WaitGroup
	for p := range parts {
		from, to := p*n/parts, (p+1)*n/parts
		if from < to {
			wg.Go(func() { f(p, from, to) })
		}
	}
	wg.Wait()
}
