package risk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
)

// Bounds of a supplier that has become a risk: its next order is more likely late
// than not, and that is known from some orders.
const (
	lateLikely   = 0.5
	leastSettled = 3
	maxAsk       = 3 // products that others are asked about at once
)

// Punctuality is how a supplier kept its days, with what hangs on it.
type Punctuality struct {
	Supplier core.SupplierID
	Name     string  // what it is called
	Late     int     // orders
	Settled  int     // orders, the late ones among them
	Risk     float64 // that the next order is late
	// Products are those ordered from it now, with money at risk and whether
	// somebody else sells them too.
	Products []Dependence
}

// Dependence is one product that is ordered from a supplier.
type Dependence struct {
	SKU    core.SKU
	AtRisk core.Money
	Backup bool
}

// LateSuppliers returns a HIGH finding per supplier that has become likely to be
// late while products are ordered from it.
func LateSuppliers(list []Punctuality) []Finding {
	var out []Finding
	for _, p := range list {
		if p.Risk < lateLikely || p.Settled < leastSettled || len(p.Products) == 0 {
			continue
		}
		products := slices.Clone(p.Products)
		slices.SortFunc(products, func(a, b Dependence) int {
			return cmp.Or(cmp.Compare(b.AtRisk.Minor, a.AtRisk.Minor), cmp.Compare(a.SKU, b.SKU))
		})
		f := Finding{Key: key(LateSupplier, string(p.Supplier)), Kind: LateSupplier, Severity: High, Supplier: p.Supplier,
			MoneyAtRisk: core.Money{Currency: products[0].AtRisk.Currency}}
		var others []string
		for _, d := range products {
			if sum, err := f.MoneyAtRisk.Add(d.AtRisk); err == nil {
				f.MoneyAtRisk = sum
			}
			if d.Backup {
				others = append(others, string(d.SKU))
				if len(f.Ask) < maxAsk {
					f.Ask = append(f.Ask, d.SKU)
				}
			}
		}
		f.Reason = fmt.Sprintf("%s was late with %d of %d orders, so the next one is late with a probability of %.0f %%; products ordered there: %d",
			p.Name, p.Late, p.Settled, 100*p.Risk, len(products))
		switch {
		case len(others) == 0:
			f.Reason += ". Nobody else sells them."
		case len(others) > 5:
			f.Reason += fmt.Sprintf(". Others sell %s and %d more: /stock compare CODE puts them side by side.", strings.Join(others[:5], ", "), len(others)-5)
		default:
			f.Reason += fmt.Sprintf(". Others sell %s: /stock compare CODE puts them side by side.", strings.Join(others, ", "))
		}
		out = append(out, f)
	}
	return out
}
