package boost

import (
	"errors"
	"fmt"
	"slices"
)

// ErrFeatures is wrapped by errors about a matrix whose features are not those of
// the model.
var ErrFeatures = errors.New("boost: features differ from those of the model")

// Model is a trained ensemble. It is not changed by use, so that many goroutines
// may predict with it.
type Model struct {
	loss  Loss
	bins  *Bins
	base  float64
	trees []tree
}

// tree has its root first and the two children of a node side by side.
type tree struct {
	depth int
	nodes []node
}

// node sends bin b left when b-shift <= bin, in bytes that wrap around. With shift
// 0 a missing value (0) goes left; with shift 1 it wraps to 255 and goes right. A
// leaf sends everything to itself, so that walking on does no harm.
type node struct {
	left    uint16
	feature uint16
	bin     uint8
	shift   uint8
	value   float32 // of a leaf, in scores
}

func leafNode(self int) node { return node{left: uint16(self), bin: 255} }

func splitNode(left int, s split) node {
	if s.missLeft {
		return node{left: uint16(left), feature: uint16(s.feature), bin: s.bin}
	}
	return node{left: uint16(left), feature: uint16(s.feature), bin: s.bin - 1, shift: 1}
}

// at walks row r down.
func (t *tree) at(cols [][]uint8, r int) float32 {
	i := uint16(0)
	for {
		nd := &t.nodes[i]
		next := nd.left
		if cols[nd.feature][r]-nd.shift > nd.bin {
			next++
		}
		if next == i {
			return nd.value
		}
		i = next
	}
}

// Features returns the names of the features, in order.
func (m *Model) Features() []string { return slices.Clone(m.bins.Names) }

// Bins returns the cuts the model was trained with; matrices for Predict are made
// with them.
func (m *Model) Bins() *Bins { return m.bins }

// ShareBins takes up the bins of o when they are equal, and says so. Models that
// share bins need no comparison of cuts when one matrix serves them all.
func (m *Model) ShareBins(o *Model) bool {
	if !m.bins.Equal(o.bins) {
		return false
	}
	m.bins = o.bins
	return true
}

// Loss returns what the model minimised.
func (m *Model) Loss() Loss { return m.loss }

// Trees returns the number of trees.
func (m *Model) Trees() int { return len(m.trees) }

// block is the number of rows predicted together, so that they and one tree stay in
// the cache.
const block = 256

// Room is what Predict works in; it grows once and is then used again. The zero
// value is ready. A Room belongs to one goroutine at a time.
type Room struct{ codes []uint8 }

// Predict writes the prediction of each row of x to dst, which has its length. x
// must be made with bins equal to those of the model, else ErrFeatures. A nil room
// makes one.
func (m *Model) Predict(dst []float64, x *Matrix, room *Room) error {
	if len(dst) != x.rows {
		return fmt.Errorf("boost: %d places for %d rows", len(dst), x.rows)
	}
	if x.bins != m.bins && !m.bins.Equal(x.bins) {
		return fmt.Errorf("%w: want %v", ErrFeatures, m.bins.Names)
	}
	if room == nil {
		room = &Room{}
	}
	room.codes = slices.Grow(room.codes[:0], block*len(x.cols))[:block*len(x.cols)]
	buf := room.codes
	var pos, active [block]uint16
	for lo := 0; lo < x.rows; lo += block {
		out := dst[lo:min(lo+block, x.rows)]
		for j, col := range x.cols {
			copy(buf[j*block:], col[lo:lo+len(out)])
		}
		for i := range out {
			out[i] = m.base
		}
		for k := range m.trees {
			nodes := m.trees[k].nodes
			clear(pos[:len(out)])
			n := len(out)
			for i := range n {
				active[i] = uint16(i)
			}
			// All rows go down one level at a time, so that their steps do not wait for
			// each other; those that reached a leaf drop out.
			for n > 0 {
				walking := 0
				for _, i := range active[:n] {
					at := pos[i&(block-1)]
					nd := &nodes[at]
					next := nd.left
					if buf[int(nd.feature)*block+int(i)]-nd.shift > nd.bin {
						next++
					}
					pos[i&(block-1)] = next
					active[walking&(block-1)] = i
					if next != at {
						walking++
					}
				}
				n = walking
			}
			for i := range out {
				out[i] += float64(nodes[pos[i]].value)
			}
		}
		for i := range out {
			out[i] = m.loss.mean(out[i])
		}
	}
	return nil
}

// PredictRow predicts one row of raw feature values, in the order of Features; NaN
// is missing.
func (m *Model) PredictRow(x []float32) (float64, error) {
	if len(x) != len(m.bins.Names) {
		return 0, fmt.Errorf("%w: %d values, want %d", ErrFeatures, len(x), len(m.bins.Names))
	}
	s := m.base
	for k := range m.trees {
		nodes := m.trees[k].nodes
		for i := uint16(0); ; {
			nd := &nodes[i]
			next := nd.left
			if m.bins.code(int(nd.feature), x[nd.feature])-nd.shift > nd.bin {
				next++
			}
			if next == i {
				s += float64(nd.value)
				break
			}
			i = next
		}
	}
	return m.loss.mean(s), nil
}

// Equal says whether o has the same names and cuts.
func (b *Bins) Equal(o *Bins) bool {
	return slices.Equal(b.Names, o.Names) && slices.EqualFunc(b.Cuts, o.Cuts, slices.Equal[[]float32])
}
