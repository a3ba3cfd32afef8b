package pool

import "math"

// The factors are a rough model of their own inside the features: the usual demand
// of a phase and of each level of a regressor, relative to the mean, for one series
// as known at an origin. They turn "mean of the last weeks", in which promotions
// and quiet days are mixed, into an expectation for the step at hand. Each is drawn
// towards 1 by as much as prior periods would.
const prior = 6

// factors works out the effects and the levels without them.
func (b *builder) factors() {
	lo := max(b.first, b.o-b.year)
	all := b.mean(lo, b.o)
	if !(all > 0) {
		all = b.scale
	}
	var n [maxLevel + 1]float64
	ratios := func(sum []float64) {
		for l := range sum {
			sum[l] = min(max((sum[l]+prior*all)/((n[l]+prior)*all), 0.05), 20)
		}
	}
	if b.phase > 0 {
		clear(b.profile)
		clear(n[:])
		for t := lo; t < b.o; t++ {
			if y := b.s.Y[t]; !math.IsNaN(y) {
				p := b.phaseOf(t)
				b.profile[p] += y
				n[p]++
			}
		}
		ratios(b.profile)
	}
	for r := range b.regs {
		if !b.regs[r].Known || b.regs[r].kind == plain || b.x[r].v == nil {
			continue
		}
		e := b.effect[r]
		clear(e)
		clear(n[:])
		for t := lo; t < b.o; t++ {
			if y := b.s.Y[t]; !math.IsNaN(y) {
				l := b.levelOf(r, t)
				e[l] += y
				n[l]++
			}
		}
		ratios(e)
	}
	b.short, b.long = b.level(b.windows[2]), b.level(b.windows[4])
}

// level is the mean of the last w periods over the mean of their factors.
func (b *builder) level(w int) float64 {
	var y, f float64
	for t := max(b.first, b.o-w); t < b.o; t++ {
		if v := b.s.Y[t]; !math.IsNaN(v) {
			y += v
			f += b.factorOf(t)
		}
	}
	if f == 0 {
		return b.scale
	}
	return y / f
}

// factorOf is the product of the effects of period t.
func (b *builder) factorOf(t int) float64 {
	f := 1.0
	if b.phase > 0 {
		f = b.profile[b.phaseOf(t)]
	}
	if t >= b.o+b.reach { // further on regressors are not known
		return f
	}
	for r := range b.regs {
		f *= b.effectOf(r, t)
	}
	return f
}

func (b *builder) effectOf(r, t int) float64 {
	if !b.regs[r].Known || b.regs[r].kind == plain || b.x[r].v == nil {
		return 1
	}
	return b.effect[r][b.levelOf(r, t)]
}

// levelOf groups the value of regressor r in period t: its code, or its ratio to
// the usual value in steps of 7 %. Unknown is 0.
func (b *builder) levelOf(r, t int) int {
	v := b.x[r].at(t)
	if math.IsNaN(v) {
		return 0
	}
	if b.regs[r].kind == levels {
		if v < 0 || v > maxLevel { // not so in training
			return 0
		}
		return int(v)
	}
	q := v / b.usual[r]
	if !(q > 0) {
		return 0
	}
	return 1 + int(min(max(math.Round(math.Log(q)/0.07)+ratioLevels/2, 0), ratioLevels-1))
}
