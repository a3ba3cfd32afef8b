package boost

import (
	"math"
	"math/rand/v2"
)

// grad holds the derivatives of one row.
type grad struct{ g, h float32 }

// leaf is a leaf that may still be split: rows idx[lo:hi] and their histogram.
type leaf struct {
	node   int // in grower.nodes
	lo, hi int
	slot   int // histogram
	depth  int
	sum    cell
	best   split
}

// grower holds all memory that growing trees needs.
type grower struct {
	cfg          Config
	m            *Matrix
	y            []float64
	w            []float32
	score        []float64
	grads        []grad
	fixed        []cell  // the same in fixed point
	unitG, unitH float64 // of the fixed point
	peaks        []grad  // largest derivatives of each chunk
	idx          []int32 // rows of the tree, those of a leaf side by side
	out          []int32 // rows not drawn
	tmp          []int32 // for partitioning
	near         []cell  // derivatives in the order of the rows of a leaf
	pairs        []pair  // residuals of the leaves
	hists        []cell  // slot by slot, feature by feature
	use          []int   // features of the tree
	found        [2][]split
	leaves       []leaf
	nodes        []node
	pending      [2]*leaf // leaves in work: counted, derived from its parent (or nil)
	crew         *crew
	// The jobs, bound once so that handing one out does not allocate.
	jobGrads, jobFix, jobSplit, jobRefit func(int)
}

// chunk is the number of rows whose derivatives one job works out.
const chunk = 1 << 14

func newGrower(cfg Config, m *Matrix, y []float64, w []float32) *grower {
	n, f := m.rows, len(m.cols)
	g := &grower{
		cfg: cfg, m: m, y: y, w: w,
		grads: make([]grad, n), idx: make([]int32, 0, n), out: make([]int32, 0, n), tmp: make([]int32, n),
		pairs: make([]pair, n), hists: make([]cell, cfg.Leaves*f*width), use: make([]int, 0, f),
		leaves: make([]leaf, 0, cfg.Leaves), nodes: make([]node, 0, 2*cfg.Leaves),
		crew: newCrew(cfg.Workers),
	}
	g.near, g.fixed = make([]cell, n), make([]cell, n)
	g.peaks = make([]grad, (n+chunk-1)/chunk)
	for i := range g.found {
		g.found[i] = make([]split, f)
	}
	g.jobGrads, g.jobFix, g.jobSplit, g.jobRefit = g.gradChunk, g.fixChunk, g.searchFeature, g.refit
	return g
}

// draw chooses the rows and the features of the next tree.
func (g *grower) draw(rng *rand.Rand) {
	n := g.m.rows
	g.idx, g.out, g.use = g.idx[:0], g.out[:0], g.use[:0]
	if g.cfg.Rows >= 1 {
		for i := range n {
			g.idx = append(g.idx, int32(i))
		}
	} else {
		// Selection sampling keeps the rows in order (Knuth, algorithm S).
		need := max(1, int(math.Round(g.cfg.Rows*float64(n))))
		for i := range n {
			if rng.IntN(n-i) < need {
				g.idx = append(g.idx, int32(i))
				need--
			} else {
				g.out = append(g.out, int32(i))
			}
		}
	}
	f := len(g.m.cols)
	need := max(1, int(math.Round(g.cfg.Features*float64(f))))
	for i := range f {
		if g.cfg.Features >= 1 || rng.IntN(f-i) < need {
			g.use = append(g.use, i)
			need--
		}
	}
}

// grow adds one tree and moves the scores by it.
func (g *grower) grow() tree {
	g.derive()
	g.nodes = append(g.nodes[:0], leafNode(0))
	g.leaves = append(g.leaves[:0], leaf{hi: len(g.idx)})
	root := &g.leaves[0]
	for _, r := range g.idx {
		root.sum = plus(root.sum, g.fixed[r])
	}
	g.search(root, nil)
	depth := 0
	for len(g.leaves) < g.cfg.Leaves {
		best := -1
		for i := range g.leaves {
			if s := g.leaves[i].best; s.gain > 0 && (best < 0 || s.gain > g.leaves[best].best.gain) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		g.split(best)
		depth = max(depth, g.leaves[best].depth)
	}
	g.crew.do(len(g.leaves), g.jobRefit)
	t := tree{depth: depth, nodes: append([]node(nil), g.nodes...)}
	for _, r := range g.out {
		g.score[r] += float64(t.at(g.m.cols, int(r)))
	}
	return t
}

// derive works out the derivatives of all rows and their fixed point, whose unit is
// a power of two that lets the sum over all rows fit.
func (g *grower) derive() {
	g.crew.do(len(g.peaks), g.jobGrads)
	var top grad
	for _, p := range g.peaks {
		top = grad{max(top.g, p.g), max(top.h, p.h)}
	}
	g.unitG, g.unitH = unit(float64(top.g), g.m.rows, 61), unit(float64(top.h), g.m.rows, 63-countBits)
	g.crew.do(len(g.peaks), g.jobFix)
}

func unit(top float64, rows, bits int) float64 {
	_, e := math.Frexp(max(top, 1e-30) * float64(rows))
	return math.Ldexp(1, e-bits)
}

func (g *grower) gradChunk(i int) {
	lo, hi := i*chunk, min((i+1)*chunk, g.m.rows)
	g.cfg.Loss.gradients(g.grads[lo:hi], g.y[lo:hi], g.score[lo:hi], g.w[lo:hi])
	var top grad
	for _, d := range g.grads[lo:hi] {
		top = grad{max(top.g, d.g, -d.g), max(top.h, d.h)}
	}
	g.peaks[i] = top
}

func (g *grower) fixChunk(i int) {
	lo, hi := i*chunk, min((i+1)*chunk, g.m.rows)
	ug, uh := 1/g.unitG, 1/g.unitH
	for r, d := range g.grads[lo:hi] {
		g.fixed[lo+r] = cell{int64(float64(d.g) * ug), uint64(float64(d.h)*uh)<<countBits | 1}
	}
}

// sums returns the sums of a cell as they are.
func (g *grower) sums(c cell) (sg, sh float64) {
	return float64(c.g) * g.unitG, float64(c.hn>>countBits) * g.unitH
}

// split turns leaf i into a node with two leaves: i becomes the left one, the right
// one is added.
func (g *grower) split(i int) {
	l := g.leaves[i]
	s := l.best
	left := len(g.nodes)
	g.nodes[l.node] = splitNode(left, s)
	g.nodes = append(g.nodes, leafNode(left), leafNode(left+1))

	mid := g.partition(l.lo, l.hi, g.nodes[l.node])
	a := leaf{node: left, lo: l.lo, hi: mid, depth: l.depth + 1, sum: s.left}
	b := leaf{node: left + 1, lo: mid, hi: l.hi, depth: l.depth + 1, sum: minus(l.sum, s.left)}
	fresh := len(g.leaves)
	g.leaves = append(g.leaves, b)
	g.leaves[i] = a
	small, large := &g.leaves[i], &g.leaves[fresh]
	if small.hi-small.lo > large.hi-large.lo {
		small, large = large, small
	}
	small.slot, large.slot = fresh, l.slot
	if len(g.leaves) < g.cfg.Leaves { // the last split needs no histograms
		g.search(small, large)
	}
}

// partition puts the rows that go left before the others, keeping their order.
func (g *grower) partition(lo, hi int, nd node) int {
	col, at, kept := g.m.cols[nd.feature], lo, 0
	for _, r := range g.idx[lo:hi] {
		if col[r]-nd.shift <= nd.bin {
			g.idx[at] = r
			at++
		} else {
			g.tmp[kept] = r
			kept++
		}
	}
	copy(g.idx[at:hi], g.tmp[:kept])
	return at
}

// maxStep bounds the value of a leaf on a log scale before the learning rate, as
// XGBoost does for Poisson.
const maxStep = 3

// refit gives leaf i its value and moves the scores of its rows.
func (g *grower) refit(i int) {
	l := &g.leaves[i]
	rows := g.idx[l.lo:l.hi]
	var v float64
	if g.cfg.Loss.Kind == Quantile {
		p := g.pairs[l.lo:l.hi]
		for j, r := range rows {
			p[j] = pair{g.y[r] - g.score[r], float64(g.w[r])}
		}
		v = quantile(p, g.cfg.Loss.Param)
	} else {
		sg, sh := g.sums(l.sum)
		v = -sg / (sh + g.cfg.L2 + 1e-12)
	}
	if g.cfg.Loss.logLink() {
		v = min(max(v, -maxStep), maxStep)
	}
	value := float32(v * g.cfg.Rate)
	g.nodes[l.node].value = value
	for _, r := range rows {
		g.score[r] += float64(value)
	}
}
