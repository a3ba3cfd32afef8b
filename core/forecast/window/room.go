package window

import "slices"

// known returns the last n known values of y, in order.
func known(y []float64, n int) []float64 {
	from, have := len(y), 0
	clean := true
	for from > 0 && have < n {
		from--
		if ok(y[from]) {
			have++
		} else {
			clean = false
		}
	}
	if clean {
		return y[from:]
	}
	out := make([]float64, 0, have)
	for _, v := range y[from:] {
		if ok(v) {
			out = append(out, v)
		}
	}
	return out
}

// ok says whether v is a demand: a number, not negative, not infinite.
func ok(v float64) bool { return v >= 0 && v <= maxValue }

// maxValue is the largest demand of a period that is believed, as in package engine.
const maxValue = 1e15

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// sortBy sorts order by the value at each index, equal ones by index.
func sortBy(order []int, value []float64) {
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case value[a] < value[b]:
			return -1
		case value[a] > value[b]:
			return 1
		}
		return a - b
	})
}

func room(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n)
	}
	return x[:n]
}

func roomInt(x []int, n int) []int {
	if cap(x) < n {
		return make([]int, n)
	}
	return x[:n]
}
