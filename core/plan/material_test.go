package plan

import (
	"strings"
	"testing"

	"quartermaster/core"
)

// A supplier that has raw material for 300 of 792 units is asked about the rest; one
// that has enough, or that said nothing, is not.
func TestRawMaterial(t *testing.T) {
	s := twoPlaces(300, 300) // both places order
	human := func(p Proposal) (out []string) {
		for _, l := range p.Lines {
			out = append(out, l.Human)
		}
		return out
	}
	r := evaluate(t, s)
	p := r.Proposals[0]
	units := total(p.Lines)
	if got := strings.Join(human(p), ""); got != "" || len(p.Lines) < 2 {
		t.Fatalf("nothing is said of raw material: %q, %d lines", got, len(p.Lines))
	}
	s.Items[0].Raw = new(units - 1) // enough for each place, not for both
	r = evaluate(t, s)
	p = r.Proposals[0]
	want := "the supplier has raw material for " + count(units-1) + " of the " + count(units) + " units of SOLAR-01 that are ordered: ask when it can make the rest"
	for i, l := range p.Lines {
		if l.Human != want || l.Qty != evaluateQty(t, s, i) {
			t.Errorf("line %d: %q, want %q", i, l.Human, want)
		}
		if why := strings.Join(Explain(l), "\n"); !strings.Contains(why, "A person must decide: "+want) || !strings.Contains(why, "ACME has raw material for "+count(units-1)+" units of it.") {
			t.Errorf("Why?\n%s", why)
		}
	}
	if why := strings.Join(ExplainItem(r.Items[0]), "\n"); !strings.Contains(why, "ACME has raw material for "+count(units-1)+" units of it.") {
		t.Errorf("Why? of the item\n%s", why)
	}
	if remarks := strings.Join(p.Remarks(), "\n"); !strings.Contains(remarks, want) {
		t.Errorf("card: %s", remarks)
	}
	// Edited to what can be made, it asks no more; back up, it asks again.
	policy := byFormula()
	less, wrong := p.Revise(map[int]int64{0: p.Lines[0].Qty - 2*p.Lines[0].Pack}, "U1", policy, noon)
	if len(wrong) > 0 || strings.Join(human(less), "") != "" {
		t.Errorf("less: %v, %q", wrong, human(less))
	}
	more, wrong := less.Revise(map[int]int64{0: less.Lines[0].Qty + 10*less.Lines[0].Pack}, "U1", policy, noon)
	if len(wrong) > 0 || !strings.HasPrefix(more.Lines[0].Human, "the supplier has raw material for ") {
		t.Errorf("more: %v, %q", wrong, human(more))
	}
	s.Items[0].Raw = new(units)
	if got := strings.Join(human(evaluate(t, s).Proposals[0]), ""); got != "" {
		t.Errorf("just enough: %q", got)
	}
}

// evaluateQty is what line i orders when nothing is known of raw material: that cuts
// nothing.
func evaluateQty(t *testing.T, s core.Snapshot, i int) int64 {
	t.Helper()
	s.Items = []core.SupplierItem{s.Items[0]}
	s.Items[0].Raw = nil
	return evaluate(t, s).Proposals[0].Lines[i].Qty
}

// An empty minimum is one unit; with default_moq it is that, and said.
func TestMinimumThatIsNotKnown(t *testing.T) {
	s := oneSKU(700)
	s.Items[0].MOQ, s.Items[0].Pack, s.Items[0].Breaks, s.Items[0].Lead = 0, 1, nil, s.Items[0].Lead[:1] // by sea
	p := byFormula()
	line := func() Line {
		t.Helper()
		r, err := Evaluate(s, p, noon)
		if err != nil {
			t.Fatal(err)
		}
		return r.Proposals[0].Lines[0]
	}
	plain := line()
	p.Quantity.DefaultMOQ = plain.Qty + 100
	if got := line(); got.Qty != plain.Qty+100 || got.MOQ != plain.Qty+100 ||
		!strings.Contains(strings.Join(Explain(got), "\n"), "The minimum order of ACME is not known: "+count(plain.Qty+100)+" units are taken.") {
		t.Errorf("%d of at least %d: %q", got.Qty, got.MOQ, Explain(got))
	}
	redo(t, Explain(line()))
	s.Items[0].Max = plain.Qty + 50
	if got := line(); got.Qty != plain.Qty+50 {
		t.Errorf("%d with a largest order of %d", got.Qty, plain.Qty+50)
	}
	s.Items[0].MOQ = 2 // known
	if got := line(); got.Qty != plain.Qty || strings.Contains(strings.Join(Explain(got), "\n"), "not known") {
		t.Errorf("a known minimum of 2: %d, want %d", got.Qty, plain.Qty)
	}
}
