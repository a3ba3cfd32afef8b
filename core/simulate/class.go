package simulate

import (
	"cmp"
	"slices"
)

// classify puts nodes into A (the first 80 % of the margin of the year before),
// B (the next 15 %) and C, as in Silver, Pyke and Thomas, Inventory and
// Production Management in Supply Chains, 4th ed., section 2.3.
func classify(nodes []node) {
	order := make([]int, len(nodes))
	total := 0.0
	for i := range nodes {
		order[i] = i
		total += float64(nodes[i].yearlyMargin)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(nodes[b].yearlyMargin, nodes[a].yearlyMargin) })
	before := 0.0
	for _, i := range order {
		n := &nodes[i]
		switch {
		case before < 0.8*total:
			n.class = "A"
		case before < 0.95*total:
			n.class = "B"
		default:
			n.class = "C"
		}
		before += float64(n.yearlyMargin)
	}
}
