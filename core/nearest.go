package core

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Nearest returns up to n of the known names that are closest to name by edit
// distance (Levenshtein, in bytes), without regard to case, closest first and at
// most one edit in three bytes away, or one of a shorter name: what "did you mean"
// offers. A name of more than 100 bytes is cut.
func Nearest(name string, known iter.Seq[string], n int) []string {
	want := strings.ToLower(name[:min(len(name), 100)])
	most := max(1, (len(want)+1)/3)
	type scored struct {
		name  string
		edits int
	}
	var list []scored
	for k := range known {
		got := strings.ToLower(k)
		if max(len(got)-len(want), len(want)-len(got)) > most {
			continue // the distance is at least the difference in length
		}
		if d := editDistance(want, got); d <= most {
			list = append(list, scored{k, d})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(a.edits, b.edits) })
	out := make([]string, 0, n)
	for _, s := range list[:min(n, len(list))] {
		out = append(out, s.name)
	}
	return out
}

// editDistance is the Levenshtein distance with one row of memory.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}
