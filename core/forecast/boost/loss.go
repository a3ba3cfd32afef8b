package boost

import (
	"fmt"
	"math"
)

// Kind is what a model minimises.
type Kind uint8

// Losses. f is the score of a row, the sum of its leaves; Predict returns mu.
const (
	Squared  Kind = iota // (y-f)^2/2, mu = f
	Poisson              // exp(f) - y f, mu = exp(f), y >= 0
	Tweedie              // -y exp((1-p)f)/(1-p) + exp((2-p)f)/(2-p), mu = exp(f), y >= 0, 1 < p < 2
	Quantile             // pinball loss at q, mu = f
)

// Loss is a kind of loss with its parameter.
type Loss struct {
	Kind Kind
	// Param is the variance power of Tweedie (1.1 to 1.9) or the level of Quantile
	// (0 to 1, both excluded); else 0.
	Param float64
}

func (l Loss) validate() error {
	switch {
	case l.Kind > Quantile,
		l.Kind == Tweedie && !(l.Param >= 1.1 && l.Param <= 1.9),
		l.Kind == Quantile && !(l.Param > 0 && l.Param < 1):
		return fmt.Errorf("boost: loss %d with parameter %v", l.Kind, l.Param)
	}
	return nil
}

// logLink says that scores are logarithms.
func (l Loss) logLink() bool { return l.Kind == Poisson || l.Kind == Tweedie }

// maxScore bounds a score before exp.
const maxScore = 50

func (l Loss) mean(f float64) float64 {
	if l.logLink() {
		return math.Exp(min(max(f, -maxScore), maxScore))
	}
	return f
}

// base returns the score of a model without trees.
func (l Loss) base(y []float64, w []float32, buf []pair) float64 {
	if l.Kind == Quantile {
		for i := range y {
			buf[i] = pair{y[i], float64(w[i])}
		}
		return quantile(buf[:len(y)], l.Param)
	}
	var sw, sy float64
	for i := range y {
		sw += float64(w[i])
		sy += float64(w[i]) * y[i]
	}
	if l.logLink() {
		return math.Log(max(sy/sw, 1e-9))
	}
	return sy / sw
}

// gradients writes the first and second derivative of the loss by the score, times
// the weight. Tweedie and Poisson use their own curvature; squared and quantile
// loss use 1.
func (l Loss) gradients(dst []grad, y, f []float64, w []float32) {
	switch l.Kind {
	case Squared:
		for i := range dst {
			dst[i] = grad{w[i] * float32(f[i]-y[i]), w[i]}
		}
	case Poisson:
		for i := range dst {
			mu := l.mean(f[i])
			dst[i] = grad{w[i] * float32(mu-y[i]), w[i] * float32(mu)}
		}
	case Tweedie:
		p := l.Param
		for i := range dst {
			a := y[i] * math.Exp((1-p)*max(min(f[i], maxScore), -maxScore))
			b := math.Exp((2 - p) * max(min(f[i], maxScore), -maxScore))
			dst[i] = grad{w[i] * float32(b-a), w[i] * float32((2-p)*b-(1-p)*a)}
		}
	case Quantile:
		// The loss has no derivative at a tie, any number from -q to 1-q would do. One
		// of those ends would give all rows of data with many zeros the same gradient
		// at a score of 0, and no tree would ever split.
		up, tie, down := float32(1-l.Param), float32(0.5-l.Param), float32(-l.Param)
		for i := range dst {
			g := tie
			if y[i] < f[i] {
				g = up
			} else if y[i] > f[i] {
				g = down
			}
			dst[i] = grad{w[i] * g, w[i]}
		}
	}
}

// Value is the weighted mean loss of predictions mu, on the scale of the formulas
// above. nil weights are 1.
func (l Loss) Value(y, mu, w []float64) float64 {
	var s, sw float64
	for i := range y {
		var v float64
		switch d := y[i] - mu[i]; l.Kind {
		case Squared:
			v = d * d / 2
		case Poisson:
			v = mu[i] - y[i]*math.Log(mu[i])
		case Tweedie:
			p := l.Param
			v = -y[i]*math.Pow(mu[i], 1-p)/(1-p) + math.Pow(mu[i], 2-p)/(2-p)
		case Quantile:
			v = max(l.Param*d, (l.Param-1)*d)
		}
		wi := 1.0
		if w != nil {
			wi = w[i]
		}
		s += wi * v
		sw += wi
	}
	return s / sw
}

// pair is a value with its weight.
type pair struct{ v, w float64 }

// quantile returns the smallest value of a at which the weight of all values up to
// it reaches share q of the whole. It reorders a (quickselect) and takes linear
// time.
func quantile(a []pair, q float64) float64 {
	if len(a) == 0 {
		return 0
	}
	var total float64
	for _, p := range a {
		total += p.w
	}
	// A hair below, so that rounding in the sums does not skip a value.
	need := q*total - 1e-9*total
	for len(a) > 1 {
		pivot := median3(a[0].v, a[len(a)/2].v, a[len(a)-1].v)
		// Three ways: a[:lt] below the pivot, a[lt:i] equal to it, a[gt:] above.
		lt, i, gt := 0, 0, len(a)
		var below, equal float64
		for i < gt {
			switch p := a[i]; {
			case p.v < pivot:
				below += p.w
				a[i], a[lt] = a[lt], p
				lt++
				i++
			case p.v > pivot:
				gt--
				a[i], a[gt] = a[gt], p
			default:
				equal += p.w
				i++
			}
		}
		switch {
		case lt > 0 && below >= need:
			a = a[:lt]
		case below+equal >= need || gt == len(a):
			return pivot
		default:
			need -= below + equal
			a = a[gt:]
		}
	}
	return a[0].v
}

func median3(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}
