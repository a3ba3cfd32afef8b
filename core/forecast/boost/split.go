package boost

// cell sums the derivatives of the rows of one bin in fixed point. Whole numbers
// add up exactly in any order, so that a parent minus a child is the other child to
// the last bit.
type cell struct {
	g  int64
	hn uint64 // sum of h, and the number of rows in the lowest countBits
}

const countBits = 24 // so a matrix has fewer than 2^24 rows

func (c cell) n() int { return int(c.hn & (1<<countBits - 1)) }

const width = 256 // cells of a feature in a histogram

// split sends the bins up to bin left, the others right.
type split struct {
	gain     float64
	feature  int
	bin      uint8
	missLeft bool
	left     cell
}

// search fills the histogram of small by counting and that of large, whose slot
// still holds their parent's, by subtraction, and finds the best split of both.
func (g *grower) search(small, large *leaf) {
	near := g.near[:small.hi-small.lo]
	for i, r := range g.idx[small.lo:small.hi] {
		near[i] = g.fixed[r]
	}
	g.pending = [2]*leaf{small, large}
	g.crew.do(len(g.use), g.jobSplit)
	for k, l := range g.pending {
		if l == nil {
			continue
		}
		l.best = split{}
		for i := range g.use {
			if s := g.found[k][i]; s.gain > l.best.gain {
				l.best = s
			}
		}
	}
}

func (g *grower) searchFeature(i int) {
	f := g.use[i]
	col := g.m.cols[f]
	bins := len(g.m.bins.Cuts[f]) + 2
	small, large := g.pending[0], g.pending[1]
	h := g.hist(small.slot, f)
	clear(h[:bins])
	rows := g.idx[small.lo:small.hi]
	near := g.near[:len(rows)]
	for j, r := range rows {
		c := &h[col[r]]
		d := near[j]
		c.g += d.g
		c.hn += d.hn
	}
	g.found[0][i] = g.bestSplit(f, h[:bins], small.sum)
	if large != nil {
		p := g.hist(large.slot, f)
		for b := range bins {
			p[b] = minus(p[b], h[b])
		}
		g.found[1][i] = g.bestSplit(f, p[:bins], large.sum)
	}
}

func (g *grower) hist(slot, f int) *[width]cell {
	return (*[width]cell)(g.hists[(slot*len(g.m.cols)+f)*width:])
}

// minGain keeps splits away that only rounding favours.
const minGain = 1e-9

// bestSplit scans a histogram once, with the missing values on either side.
func (g *grower) bestSplit(f int, h []cell, sum cell) split {
	var best split
	parent := g.part(sum)
	missing := h[0]
	var left cell
	try := func(bin int, left cell, missLeft bool) {
		right := minus(sum, left)
		if left.n() < g.cfg.MinSamples || right.n() < g.cfg.MinSamples {
			return
		}
		if gain := g.part(left) + g.part(right) - parent; gain > best.gain+minGain {
			if missing.n() == 0 {
				missLeft = left.n() > right.n()
			}
			best = split{gain: gain, feature: f, bin: uint8(bin), missLeft: missLeft, left: left}
		}
	}
	for b := 1; b < len(h); b++ {
		if h[b].n() == 0 && b > 1 {
			continue
		}
		left = plus(left, h[b])
		try(b, left, false)
		if missing.n() > 0 {
			try(b, plus(left, missing), true)
		}
	}
	return best
}

// part is the share of a side in the gain of a split.
func (g *grower) part(c cell) float64 {
	sg, sh := g.sums(c)
	return sg * sg / (sh + g.cfg.L2 + 1e-12)
}

func plus(a, b cell) cell  { return cell{a.g + b.g, a.hn + b.hn} }
func minus(a, b cell) cell { return cell{a.g - b.g, a.hn - b.hn} }
