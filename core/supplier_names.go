package core

import (
	"cmp"
	"strings"
)

// SupplierNames is what suppliers are called where people read it, by id.
type SupplierNames map[SupplierID]string

// NamesOf returns what each supplier is called: its name; the code where it has none; both,
// "Acme (AC-2)", where another one of the list has the same name.
func NamesOf(list []Supplier) SupplierNames {
	same := map[string]int{}
	folded := func(s Supplier) string { return strings.ToLower(strings.TrimSpace(s.Name)) }
	for _, s := range list {
		same[folded(s)]++
	}
	out := make(SupplierNames, len(list))
	for _, s := range list {
		switch name := strings.TrimSpace(s.Name); {
		case name == "":
			out[s.ID] = string(s.ID)
		case same[folded(s)] > 1:
			out[s.ID] = name + " (" + string(s.ID) + ")"
		default:
			out[s.ID] = name
		}
	}
	return out
}

// Of is what the supplier with an id is called, the id itself where it is not known.
func (n SupplierNames) Of(id SupplierID) string { return cmp.Or(n[id], string(id)) }
