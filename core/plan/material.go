package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
)

// withMinimum gives offers whose minimum order is not known the policy's, as far as
// their largest order allows.
func withMinimum(items []core.SupplierItem, least int64) []core.SupplierItem {
	unknown := func(it core.SupplierItem) bool { return it.MOQ < 1 }
	if least <= 1 || !slices.ContainsFunc(items, unknown) {
		return items
	}
	items = slices.Clone(items)
	for i := range items {
		it := &items[i]
		if !unknown(*it) {
			continue
		}
		it.MOQ, it.MOQAssumed = least, true
		if pack := max(1, it.Pack); it.Max > 0 {
			it.MOQ = min(it.MOQ, max(1, it.Max/pack*pack))
		}
	}
	return items
}

// shortOf is the question about an order beyond the supplier's raw material.
const shortOf = "the supplier has raw material for %s of the %s units of %s that are ordered: ask when it can make the rest"

// materials asks a person about products of which the lines, by all ways and for all
// places, are more than the supplier has raw material for (requirement E1).
func materials(lines []Line) {
	var sums map[core.SKU]int64
	for _, l := range lines {
		if l.Raw != nil {
			if sums == nil {
				sums = map[core.SKU]int64{}
			}
			sums[l.SKU] += l.Qty
		}
	}
	beginning, _, _ := strings.Cut(shortOf, "%")
	for i := range lines {
		l := &lines[i]
		asked := strings.HasPrefix(l.Human, beginning)
		switch {
		case l.Raw != nil && sums[l.SKU] > *l.Raw:
			if l.Human == "" || asked {
				l.Human = fmt.Sprintf(shortOf, count(*l.Raw), count(sums[l.SKU]), l.SKU)
			}
		case asked:
			l.Human = ""
		}
	}
}
