package core

import "testing"

func TestSupplierNames(t *testing.T) {
	n := NamesOf([]Supplier{{ID: "A", Name: "Acme"}, {ID: "B", Name: " acme "}, {ID: "C", Name: "Potter & Sons"}, {ID: "D"}, {ID: "E", Name: "  "}})
	for id, want := range map[SupplierID]string{"A": "Acme (A)", "B": "acme (B)", "C": "Potter & Sons", "D": "D", "E": "E", "GONE": "GONE"} {
		if got := n.Of(id); got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
}
