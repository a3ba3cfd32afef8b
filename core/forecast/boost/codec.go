package boost

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrFormat is wrapped by errors about bytes that are not a model of this version.
var ErrFormat = errors.New("boost: not a model of this version")

// magic starts a stored model; its last two bytes are the version of the format.
const magic = "QMboost\x00\x00\x01"

// MarshalBinary stores the model with its feature names, little endian.
func (m *Model) MarshalBinary() ([]byte, error) {
	le := binary.LittleEndian
	out := []byte(magic)
	out = append(out, byte(m.loss.Kind))
	out = le.AppendUint64(out, math.Float64bits(m.loss.Param))
	out = le.AppendUint64(out, math.Float64bits(m.base))
	out = le.AppendUint32(out, uint32(len(m.bins.Names)))
	for f, n := range m.bins.Names {
		out = le.AppendUint32(out, uint32(len(n)))
		out = append(out, n...)
		out = le.AppendUint32(out, uint32(len(m.bins.Cuts[f])))
		for _, c := range m.bins.Cuts[f] {
			out = le.AppendUint32(out, math.Float32bits(c))
		}
	}
	out = le.AppendUint32(out, uint32(len(m.trees)))
	for _, t := range m.trees {
		out = le.AppendUint32(out, uint32(len(t.nodes)))
		for _, n := range t.nodes {
			out = le.AppendUint16(out, n.left)
			out = le.AppendUint16(out, n.feature)
			out = append(out, n.bin, n.shift)
			out = le.AppendUint32(out, math.Float32bits(n.value))
		}
	}
	return out, nil
}

// UnmarshalBinary reads what MarshalBinary wrote. Bytes that are not a whole and
// sound model are refused with an error that wraps ErrFormat, and m is not changed.
func (m *Model) UnmarshalBinary(data []byte) error {
	r := &reader{b: data}
	if string(r.take(len(magic))) != magic {
		return fmt.Errorf("%w: it does not begin as one", ErrFormat)
	}
	out := Model{bins: &Bins{}}
	out.loss = Loss{Kind: Kind(r.u8()), Param: r.f64()}
	out.base = r.f64()
	if err := out.loss.validate(); err != nil || math.IsNaN(out.base) || math.IsInf(out.base, 0) {
		return fmt.Errorf("%w: loss or base", ErrFormat)
	}
	features := r.count(8)
	for range features {
		out.bins.Names = append(out.bins.Names, string(r.take(r.count(1))))
		cuts := make([]float32, r.count(4))
		for i := range cuts {
			cuts[i] = r.f32()
			if cuts[i] != cuts[i] || (i > 0 && cuts[i] <= cuts[i-1]) {
				return fmt.Errorf("%w: cuts are not in order", ErrFormat)
			}
		}
		if len(cuts) >= MaxBins {
			return fmt.Errorf("%w: %d cuts", ErrFormat, len(cuts))
		}
		out.bins.Cuts = append(out.bins.Cuts, cuts)
	}
	out.trees = make([]tree, r.count(4))
	for k := range out.trees {
		nodes := make([]node, r.count(10))
		for i := range nodes {
			nodes[i] = node{left: r.u16(), feature: r.u16(), bin: r.u8(), shift: r.u8(), value: r.f32()}
		}
		t, ok := checkTree(nodes, features)
		if !ok {
			return fmt.Errorf("%w: tree %d", ErrFormat, k)
		}
		out.trees[k] = t
	}
	if r.short || len(r.b) > 0 || features == 0 {
		return fmt.Errorf("%w: %d bytes", ErrFormat, len(data))
	}
	*m = out
	return nil
}

// checkTree makes sure that every walk ends in a leaf with a finite value, and
// measures the depth. Children stand after their parent, so there are no circles.
func checkTree(nodes []node, features int) (tree, bool) {
	t := tree{nodes: nodes}
	if len(nodes) == 0 || len(nodes) > math.MaxUint16 {
		return t, false
	}
	depth := make([]int, len(nodes))
	for i, n := range nodes {
		t.depth = max(t.depth, depth[i])
		switch left := int(n.left); {
		case int(n.feature) >= features || n.shift > 1 || !(math.Abs(float64(n.value)) < math.MaxFloat32):
			return t, false
		case left == i:
			if n.bin != math.MaxUint8 {
				return t, false
			}
		case left < i || left+1 >= len(nodes):
			return t, false
		default:
			depth[left], depth[left+1] = depth[i]+1, depth[i]+1
		}
	}
	return t, true
}

// reader takes numbers from the front of b; once b is too short it gives zeros.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.b, r.short = nil, true
		return make([]byte, min(n, 8))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u8() uint8    { return r.take(1)[0] }
func (r *reader) u16() uint16  { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32  { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) f32() float32 { return math.Float32frombits(r.u32()) }
func (r *reader) f64() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))) }

// count reads the number of things of at least size bytes that follow. What cannot
// fit into the rest counts as none.
func (r *reader) count(size int) int {
	n := int(r.u32())
	if n > len(r.b)/size {
		r.b, r.short = nil, true
		return 0
	}
	return n
}
