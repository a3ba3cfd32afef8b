package repurchase

import (
	stdcmp "cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quartermaster/core"
)

// TestIntervalsCover simulates shops of known parameters: the 95 % intervals of
// typical customers hold the true expectation about that often.
func TestIntervalsCover(t *testing.T) {
	truth := Model{Kind: BGNBD, R: 0.6, Alpha: 30, A: 0.8, B: 2.4}
	const window = 90.0
	typical := []Summary{
		{Frequency: 0, Recency: 0, Age: 350}, {Frequency: 1, Recency: 60, Age: 350}, {Frequency: 2, Recency: 300, Age: 350},
		{Frequency: 6, Recency: 330, Age: 340}, {Frequency: 12, Recency: 345, Age: 360},
	}
	shops := 16
	hits, all := [3]int{}, 0
	for seed := range uint64(shops) {
		customers, _ := simulated(truth, 1500, 365, 100+seed)
		for i := range customers { // whole days, as data have them: equal customers are one group
			customers[i].Recency, customers[i].Age = math.Round(customers[i].Recency), math.Round(customers[i].Age)
		}
		m, err := Fit(truth.Kind, customers)
		if err != nil {
			t.Fatal(err)
		}
		draws := Bootstrap(&m, customers, 30, seed)
		points := make([]Outlook, len(typical))
		eachOutlook(&m, typical, window, 12, func(i int, o Outlook) { points[i] = o })
		for i, v := range Intervals(points, draws, typical, window) {
			want := truth.Outlook(typical[i], window)
			for k, c := range []struct {
				v    float64
				in   Interval
				open bool // a customer without repeat order cannot have left BG/NBD
			}{{want.Alive, v.Alive, typical[i].Frequency > 0}, {want.Expected, v.Expected, true}, {want.Active, v.Active, true}} {
				if c.in.Low > c.in.High || math.IsNaN(c.in.Low+c.in.High) {
					t.Fatalf("interval %+v", c.in)
				}
				if c.in.Low-1e-12 <= c.v && c.v <= c.in.High+1e-12 || !c.open {
					hits[k]++
				}
			}
			all++
		}
	}
	for k, name := range []string{"alive", "expected", "active"} {
		share := float64(hits[k]) / float64(all)
		t.Logf("%s: %.3f of %d intervals hold the truth", name, share, all)
		if share < 0.85 {
			t.Errorf("%s: only %.2f of the 95 %% intervals hold the truth", name, share)
		}
	}
}

func TestWorths(t *testing.T) {
	h := shop(t, 300, 20, 364, 0, 17)
	h.Channel = make([]string, len(h.Customers))
	for c := range h.Channel {
		h.Channel[c] = []string{"shop", "amazon"}[c%2]
	}
	rep, err := Customers(h, cutoff, 60)
	if err != nil {
		t.Fatal(err)
	}
	w := Worths(h, rep, 365, 0.1, 1)
	if w.NoValue {
		t.Fatal("values are known here")
	}
	for name, list := range map[string][]Worth{"segments": w.Segments, "channels": w.Channels, "services": w.Services} {
		n := 0
		for _, g := range list {
			n += g.Customers
			if !(g.Mean >= 0) || g.Interval.Low > g.Mean || g.Interval.High < g.Mean || math.IsInf(g.Total, 0) || g.Interval.High > 3*g.Mean+1 {
				t.Errorf("%s: %+v", name, g)
			}
		}
		if n != len(rep.Customers) {
			t.Errorf("%s hold %d of %d customers", name, n, len(rep.Customers))
		}
	}
	if last := w.Segments[len(w.Segments)-1].Group; last != string(Lapsed) {
		t.Errorf("the least worth is %s", last)
	}
	if diff := cmp.Diff(w, Worths(h, rep, 365, 0.1, 1), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the same seed, another report: %s", diff)
	}
}

func TestOutlooks(t *testing.T) {
	h := shop(t, 1200, 15, 364, 0.5, 19)
	list, err := Outlooks(h, cutoff, 30, Cycles(h, cutoff))
	if err != nil {
		t.Fatal(err)
	}
	var expected, came float64
	for _, o := range list {
		expected += o.Again + o.First
		if o.Probability < 0 || o.Probability > 1 || o.Units < 0 || o.Due != 0 && (o.Due <= cutoff || o.Due > cutoff+30) {
			t.Errorf("%+v", o)
		}
		for i, b := range o.Behind {
			if b.Due <= cutoff || b.Due > cutoff+30 || b.Probability < minBehind || i > 0 && o.Behind[i-1].Probability < b.Probability {
				t.Fatalf("%+v", b)
			}
		}
	}
	for c := range h.Customers {
		if len(h.until(c, cutoff)) == 0 {
			continue
		}
		seen := map[int32]bool{}
		for _, l := range h.between(c, cutoff, cutoff+30) {
			if !seen[l.Product] {
				seen[l.Product] = true
				came++
			}
		}
	}
	if math.Abs(expected/came-1) > 0.2 {
		t.Errorf("%.0f purchases expected, %.0f came", expected, came)
	}
}

func TestReport(t *testing.T) {
	h := shop(t, 500, 15, 364, 0.5, 19)
	r, err := Evaluate(h, cutoff, Options{Days: 30, Policies: map[core.SKU]Stocking{"p003": Seasonal}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range r.Segments {
		n += s.Customers
	}
	if n != r.Customers || len(r.Segments) != len(Segments) || r.Active > r.Expected || len(r.Products) != len(h.Products) || !r.Money {
		t.Errorf("%d customers in segments; %+v", n, r)
	}
	for _, p := range r.Products {
		if p.SKU == "p000" && (p.Link == nil || p.Link.To != "p001" || p.Link.Lo > p.Link.Probability || p.Link.Days != 30) {
			t.Errorf("the link that was made is not there: %+v", p.Link)
		}
		if p.SKU == "p003" && p.Policy != Seasonal {
			t.Errorf("set by hand, and yet %s", p.Policy)
		}
		if !slices.IsSortedFunc(p.Curve, func(a, b CyclePoint) int { return stdcmp.Compare(a.Share, b.Share) }) {
			t.Errorf("%s: the share that bought again falls: %v", p.SKU, p.Curve)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range h.Customers[:50] { // nothing about a person in what is stored for everybody
		if strings.Contains(string(text), c) {
			t.Fatalf("the report names customer %s", c)
		}
	}
}
