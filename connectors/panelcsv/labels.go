package panelcsv

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// MaxLabels bounds the distinct labels of one regressor.
const MaxLabels = 10_000

// labelBase and below stand for labels while a column is read; no number may be
// that low.
const labelBase = -1e15

type column struct {
	known  bool
	labels map[string]float64 // label -> labelBase - n
}

// regressor reads a number, or a label as a number at or below labelBase.
func (r *reader) regressor(s *scanner, c int, b []byte, place int) (float64, error) {
	v, ok := number(b)
	if ok && (math.IsNaN(v) || v > labelBase) {
		return v, nil
	}
	col := &r.cols[c]
	if v, ok := col.labels[string(b)]; ok {
		return v, nil
	}
	if len(col.labels) >= MaxLabels {
		return 0, s.bad(place, "more than %d different labels", MaxLabels)
	}
	if col.labels == nil {
		col.labels = map[string]float64{}
	}
	v = labelBase - float64(len(col.labels))
	col.labels[string(b)] = v
	return v, nil
}

// recode gives each value of a column with labels its place in the sorted order
// of the column's texts.
func (r *reader) recode() {
	for c := range r.cols {
		if len(r.cols[c].labels) == 0 {
			continue
		}
		type entry struct {
			text string
			v    float64
		}
		code := map[float64]float64{}
		var all []entry
		for text, v := range r.cols[c].labels {
			all = append(all, entry{text, v})
		}
		for i := range r.ser {
			for _, v := range r.ser[i].X[c] {
				if _, ok := code[v]; !ok && v > labelBase {
					code[v] = 0
					all = append(all, entry{strconv.FormatFloat(v, 'g', -1, 64), v})
				}
			}
		}
		slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.v, b.v)) })
		for i, e := range all {
			code[e.v] = float64(i)
		}
		for i := range r.ser {
			for t, v := range r.ser[i].X[c] {
				if !math.IsNaN(v) {
					r.ser[i].X[c][t] = code[v]
				}
			}
		}
	}
}
