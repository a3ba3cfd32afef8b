package boost

import (
	"fmt"
	"math"
	"slices"
)

// MaxBins is the largest number of bins of a feature, not counting the one for
// missing values. One code stays free, so that a comparison can wrap (see node).
const MaxBins = 254

// sampled is the number of values looked at to place the cuts of a feature.
const sampled = 100_000

// Bins turns feature values into one byte each: 0 is missing, 1 the values up to
// the first cut, 2 those up to the second, and so on.
type Bins struct {
	Names []string
	// Cuts[f] are the ascending upper bounds of the bins of feature f, without the
	// last bin, which has none.
	Cuts [][]float32
}

// NewBins places the cuts of each column at its quantiles, or between all its
// distinct values when they are at most most. cols holds one column per name, all
// of one length; NaN is missing. most is between 2 and MaxBins.
func NewBins(names []string, cols [][]float32, most int) (*Bins, error) {
	if len(names) == 0 || len(names) != len(cols) || len(names) > math.MaxUint16 {
		return nil, fmt.Errorf("boost: %d names for %d columns", len(names), len(cols))
	}
	if most < 2 || most > MaxBins {
		return nil, fmt.Errorf("boost: %d bins, want 2 to %d", most, MaxBins)
	}
	b := &Bins{Names: slices.Clone(names), Cuts: make([][]float32, len(cols))}
	buf := make([]float32, 0, sampled)
	for f, col := range cols {
		if len(col) != len(cols[0]) {
			return nil, fmt.Errorf("boost: column %q has %d rows, the first has %d", names[f], len(col), len(cols[0]))
		}
		buf = buf[:0]
		step := max(1, (len(col)+sampled-1)/sampled)
		for i := 0; i < len(col); i += step {
			if v := col[i]; v == v {
				buf = append(buf, v)
			}
		}
		slices.Sort(buf)
		b.Cuts[f] = cuts(buf, most)
	}
	return b, nil
}

// cuts places at most most-1 bounds between the sorted values v.
func cuts(v []float32, most int) []float32 {
	var out []float32
	between := func(a, b float32) float32 {
		if m := a + (b-a)/2; m > a && m < b {
			return m
		}
		return a
	}
	distinct := 0
	for i := range v {
		if i == 0 || v[i] != v[i-1] {
			distinct++
		}
	}
	if distinct <= most {
		for i := 1; i < len(v); i++ {
			if v[i] != v[i-1] {
				out = append(out, between(v[i-1], v[i]))
			}
		}
		return out
	}
	for k := 1; k < most; k++ {
		i := k * len(v) / most
		// The bound lies between two values, so that equal values share a bin.
		for i < len(v) && i > 0 && v[i] == v[i-1] {
			i++
		}
		if i <= 0 || i >= len(v) {
			continue
		}
		if c := between(v[i-1], v[i]); len(out) == 0 || c > out[len(out)-1] {
			out = append(out, c)
		}
	}
	return out
}

// code returns the bin of value v of feature f.
func (b *Bins) code(f int, v float32) uint8 {
	if v != v {
		return 0
	}
	c := b.Cuts[f]
	lo, hi := 0, len(c)
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); c[m] < v {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return uint8(lo + 1)
}

// Matrix is a table of feature values as bins, column by column.
type Matrix struct {
	bins *Bins
	cols [][]uint8
	rows int
}

// Matrix codes the columns, which stand in the order of b.Names.
func (b *Bins) Matrix(cols [][]float32) (*Matrix, error) {
	m := &Matrix{}
	return m, b.Fill(m, cols)
}

// Fill is Matrix into m, whose memory is used again.
func (b *Bins) Fill(m *Matrix, cols [][]float32) error {
	if len(cols) != len(b.Names) {
		return fmt.Errorf("boost: %d columns for %d features", len(cols), len(b.Names))
	}
	m.bins, m.rows = b, len(cols[0])
	m.cols = slices.Grow(m.cols[:0], len(cols))[:len(cols)]
	for f, col := range cols {
		if len(col) != m.rows {
			return fmt.Errorf("boost: column %q has %d rows, the first has %d", b.Names[f], len(col), m.rows)
		}
		out := slices.Grow(m.cols[f][:0], len(col))[:len(col)]
		for i, v := range col {
			out[i] = b.code(f, v)
		}
		m.cols[f] = out
	}
	return nil
}

// Rows is the number of rows.
func (m *Matrix) Rows() int { return m.rows }
