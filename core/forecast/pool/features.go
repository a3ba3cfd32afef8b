package pool

import "math"

// origin takes up the origin o: the values of periods before o are known. It
// reports whether anything was sold by then.
func (b *builder) origin(o int) bool {
	b.o = o
	if o == 0 || b.sum[o] == 0 {
		return false
	}
	// The scale is the mean of the last eight horizons, held by the mean of all that
	// is known since the first sale, so that it is above 0.
	lo := max(b.first, o-8*b.reach)
	all := b.sum[o] / max(b.known[o]-b.known[b.first], 1)
	c := float64(b.reach) / 2
	b.scale = (b.sum[o] - b.sum[lo] + c*all) / (b.known[o] - b.known[lo] + c)
	inv := 1 / b.scale

	year := max(b.first, o-b.year)
	known, sales := b.known[o]-b.known[year], b.sales[o]-b.sales[year]
	size := (b.sum[o] - b.sum[year]) / max(sales, 1)
	noise := b.deviation(max(b.first, o-2*b.reach-8))
	b.block = append(b.block[:0],
		float32(math.Log(b.scale)),
		float32(math.Log1p(float64(o-b.first))),
		float32(math.Log1p(float64(o-1-b.sold[o]))),
		float32(sales/max(known, 1)),
		float32(size*inv),
		float32(noise*inv),
		float32(b.at(o-1)*inv),
		float32(b.at(o-2)*inv))
	for _, w := range b.windows {
		b.block = append(b.block, float32(b.mean(o-w, o)*inv))
		if w >= 4 {
			lo := max(o-w, 0)
			b.block = append(b.block, float32((b.sales[o]-b.sales[lo])/max(b.known[o]-b.known[lo], 1)))
		}
	}
	for r := range b.regs {
		x := &b.x[r]
		b.usual[r], b.recent[r] = x.mean(o-b.year, o), x.mean(o-b.windows[2], o)
		last, rate := x.at(o-1), b.recent[r]
		if b.regs[r].kind == ratio {
			last, rate = last/b.usual[r], rate/b.usual[r]
		}
		b.block = append(b.block, float32(last), float32(rate))
	}
	b.factors()
	return true
}

// deviation is the mean distance to the scale from period lo to the origin.
func (b *builder) deviation(lo int) float64 {
	var sum, n float64
	for _, y := range b.s.Y[lo:b.o] {
		if !math.IsNaN(y) {
			sum += math.Abs(y - b.scale)
			n++
		}
	}
	return sum / max(n, 1)
}

// step appends to dst the features of step k, which is period o+k.
func (b *builder) step(dst []float32, k int) []float32 {
	t := b.o + k
	inv := 1 / b.scale
	cal := b.cal[t]
	dst = append(dst, b.block...)
	near := b.freqNear()
	ago := t - b.year
	rise := math.NaN()
	if lo := b.o - b.year; lo-b.windows[2] >= b.first {
		rise = b.meanKnown(ago-near, ago+near+1) / max(b.mean(lo-b.windows[2], lo), 0.05*b.scale)
	}
	dst = append(dst, float32(k), cal.day, cal.yearDay, cal.month,
		float32(b.at(ago)*inv), float32(b.meanKnown(ago-near, ago+near+1)*inv), float32(rise))
	if b.phase > 0 {
		back := (k/b.phase + 1) * b.phase
		var v [4]float32
		var sum float64
		n := 0
		for j := range v {
			y := b.at(t - back - j*b.phase)
			v[j] = float32(y * inv)
			if !math.IsNaN(y) {
				sum += y
				n++
			}
		}
		mean := math.NaN()
		if n > 0 {
			mean = sum / float64(n) * inv
		}
		ph := b.phaseOf(t)
		dst = append(dst, float32(ph), v[0], v[1], v[2], v[3], float32(mean), float32(b.profile[ph]))
	}
	f := b.factorOf(t)
	dst = append(dst, float32(b.short*f*inv), float32(b.long*f*inv))
	for r := range b.regs {
		if !b.regs[r].Known {
			continue
		}
		x := &b.x[r]
		v := x.at(t)
		dst = append(dst, float32(v))
		switch b.regs[r].kind {
		case ratio:
			dst = append(dst, float32(v/b.usual[r]), float32(v/b.recent[r]), float32(b.effectOf(r, t)))
		case levels:
			run := float32(math.NaN())
			if t < len(x.run) {
				run = x.run[t]
			}
			dst = append(dst, float32(x.at(t-1)), float32(x.at(t+1)), run, float32(b.effectOf(r, t)))
		}
	}
	return dst
}

func (b *builder) freqNear() int {
	switch b.freq {
	case Daily:
		return 7
	case Weekly:
		return 1
	}
	return 0
}
