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

// recode gives each value of a column with labels its place in the list of the
// column's texts, which it returns: those of Options.Labels first, then the others
// in order.
func (r *reader) recode(c int) []string {
	given := r.opt.Labels[r.names[c]]
	if len(r.cols[c].labels) == 0 && given == nil {
		return nil
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
	place := func(e entry) int { // of a text among the given ones, behind them all when new
		if i := slices.Index(given, e.text); i >= 0 {
			return i
		}
		return len(given)
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.text, b.text), cmp.Compare(a.v, b.v))
	})
	texts := slices.Clone(given)
	for _, e := range all {
		i := place(e)
		if i == len(given) {
			i = len(texts)
			texts = append(texts, e.text)
		}
		code[e.v] = float64(i)
	}
	for i := range r.ser {
		for t, v := range r.ser[i].X[c] {
			if !math.IsNaN(v) {
				r.ser[i].X[c][t] = code[v]
			}
		}
	}
	return texts
}
