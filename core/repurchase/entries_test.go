package repurchase

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

var cutoff = core.DateDay(2025, 10, 1)

func TestCustomersBeatsNoModel(t *testing.T) {
	h := shop(t, 1500, 40, 364, 0, 11)
	// The made-up shop has no Christmas; less than a year of it cannot say so, and a
	// window in summer does not ask.
	cutoff := core.DateDay(2025, 6, 1)
	rep, err := Customers(h, cutoff, 60)
	if err != nil {
		t.Fatal(err)
	}
	var expected, active, orders, buyers, brier, flat float64
	for _, c := range rep.Customers {
		n := float64(h.orderDays(c.Customer, cutoff, cutoff+60))
		y := min(1, n)
		expected, active, orders, buyers = expected+c.Expected, active+c.Active, orders+n, buyers+y
		brier += (c.Active - y) * (c.Active - y)
	}
	share := buyers / float64(len(rep.Customers))
	flat = float64(len(rep.Customers)) * share * (1 - share)
	if math.Abs(expected/orders-1) > 0.1 || math.Abs(active/buyers-1) > 0.1 {
		t.Errorf("expected %.0f orders of %.0f customers, came %.0f of %.0f", expected, active, orders, buyers)
	}
	if brier > 0.9*flat {
		t.Errorf("Brier score %.1f, of the base rate %.1f", brier, flat)
	}
}

func TestProductsAreCalibrated(t *testing.T) {
	h := shop(t, 1500, 12, 364, 0, 13)
	next, err := Products(h, cutoff, 30, 10)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	sum, bought := 0.0, 0.0
	for i, n := range next {
		count[n.Customer]++
		if n.Probability < 0 || n.Probability > 1 {
			t.Fatalf("%+v", n)
		}
		if i > 0 && next[i-1].Customer == n.Customer && next[i-1].Probability < n.Probability {
			t.Fatalf("not in order: %+v, %+v", next[i-1], n)
		}
		sum += n.Probability
		for _, l := range h.between(n.Customer, cutoff, cutoff+30) {
			if int(l.Product) == n.Product {
				bought++
				break
			}
		}
	}
	for c, n := range count {
		if n > 10 {
			t.Errorf("customer %d has %d products", c, n)
		}
	}
	if math.Abs(sum/bought-1) > 0.2 {
		t.Errorf("probabilities add up to %.1f, %.0f were bought", sum, bought)
	}
}

func TestDueDates(t *testing.T) {
	h := shop(t, 1200, 40, 364, 0, 13)
	due, err := DueDates(h, cutoff, 60)
	if err != nil {
		t.Fatal(err)
	}
	var sum, bought float64
	for _, d := range due {
		if d.Days < 0 || math.IsNaN(d.Days) || math.IsInf(d.Days, 0) || d.Probability < 0 || d.Probability > 1 || d.Bought < 2 {
			t.Fatalf("%+v", d)
		}
		sum += d.Probability
		for _, l := range h.between(d.Customer, cutoff, cutoff+60) {
			if int(l.Product) == d.Product {
				bought++
				break
			}
		}
	}
	if len(due) < 100 || math.Abs(sum/bought-1) > 0.2 {
		t.Errorf("%d pairs, probabilities add up to %.1f, %.0f were bought", len(due), sum, bought)
	}
}

// TestOrderAndFuture: the order of the lines and what comes after the cut-off
// change nothing.
func TestOrderAndFuture(t *testing.T) {
	h := shop(t, 200, 12, 364, 0.3, 14)
	lines := slices.Clone(h.lines)
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	shuffled, err := NewHistory(h.Customers, h.Products, lines)
	if err != nil {
		t.Fatal(err)
	}
	known, err := NewHistory(h.Customers, h.Products, slices.DeleteFunc(slices.Clone(h.lines), func(l Line) bool { return l.Day > cutoff }))
	if err != nil {
		t.Fatal(err)
	}
	type answers struct {
		Customers *CustomerReport
		Products  []NextProduct
		Due       []Due
		Links     []Link
		Policies  []Assignment
	}
	ask := func(h *History) (a answers) {
		var errs [3]error
		a.Customers, errs[0] = Customers(h, cutoff, 60)
		a.Products, errs[1] = Products(h, cutoff, 30, 10)
		a.Due, errs[2] = DueDates(h, cutoff, 60)
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		a.Links = Links(h, cutoff, LinkRules{})
		a.Policies = Stockings(h, cutoff, Cycles(h, cutoff), nil)
		return a
	}
	want := ask(h)
	if diff := cmp.Diff(want, ask(shuffled)); diff != "" {
		t.Errorf("the order of the lines matters: %s", diff)
	}
	if diff := cmp.Diff(want, ask(known)); diff != "" {
		t.Errorf("the future matters: %s", diff)
	}
}

// TestOrderOfCustomers: which number a customer has changes nothing.
func TestOrderOfCustomers(t *testing.T) {
	h := shop(t, 250, 12, 364, 0.3, 14)
	number := rand.New(rand.NewPCG(2, 2)).Perm(len(h.Customers))
	names, lines := make([]string, len(number)), slices.Clone(h.lines)
	for c, n := range number {
		names[n] = h.Customers[c]
	}
	for i := range lines {
		lines[i].Customer = int32(number[lines[i].Customer])
	}
	other, err := NewHistory(names, h.Products, lines)
	if err != nil {
		t.Fatal(err)
	}
	// Sums in another order differ in the last digits, and fits by as much as they stop early.
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-4*max(math.Abs(a), 1e-3) }
	a, err := Customers(h, cutoff, 60)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Customers(other, cutoff, 60)
	if err != nil || a.Best != b.Best || a.Why != b.Why {
		t.Fatalf("%v\n%+v\n%+v", err, a.Why, b.Why)
	}
	moved := map[int]CustomerForecast{}
	for _, c := range b.Customers {
		moved[c.Customer] = c
	}
	for _, c := range a.Customers {
		m := moved[number[c.Customer]]
		if !same(c.Active, m.Active) || !same(c.Expected, m.Expected) || !same(c.Alive, m.Alive) {
			t.Fatalf("customer %s: %+v, with another number %+v", h.Customers[c.Customer], c, m)
		}
	}
	type pair struct{ customer, product int }
	next := func(h *History, number func(int) int) map[pair][2]float64 {
		out := map[pair][2]float64{}
		products, err := Products(h, cutoff, 30, 5)
		dates, err2 := DueDates(h, cutoff, 60)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		for _, p := range products {
			out[pair{number(p.Customer), p.Product}] = [2]float64{p.Probability}
		}
		for _, d := range dates {
			out[pair{number(d.Customer), d.Product + 1000}] = [2]float64{d.Probability, d.Days}
		}
		return out
	}
	was, is := next(h, func(c int) int { return number[c] }), next(other, func(c int) int { return c })
	for k, v := range was {
		if m := is[k]; !same(v[0], m[0]) || !same(v[1], m[1]) {
			t.Fatalf("%+v: %v, with other numbers %v", k, v, m)
		}
	}
	if len(was) != len(is) || len(was) < 500 {
		t.Fatalf("%d answers, with other numbers %d", len(was), len(is))
	}
	for c := range number {
		if h.drawn(c, 7) != other.drawn(number[c], 7) {
			t.Fatalf("customer %s is in one sample only", h.Customers[c])
		}
	}
}

func TestSmallHistories(t *testing.T) {
	empty, _ := NewHistory(nil, nil, nil)
	if _, err := Customers(empty, cutoff, 30); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty history: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var lines []Line
		for range rapid.IntRange(1, 40).Draw(t, "lines") {
			lines = append(lines, Line{
				Customer: rapid.Int32Range(0, 4).Draw(t, "customer"), Product: rapid.Int32Range(-1, 4).Draw(t, "product"),
				Day: cutoff - core.Day(rapid.IntRange(-20, 300).Draw(t, "day")), Qty: rapid.Int32Range(-2, 5).Draw(t, "qty"),
				Value: rapid.Int64Range(-1000, 100000).Draw(t, "value"),
			})
		}
		h, err := NewHistory(make([]string, 5), make([]string, 5), lines)
		if err != nil {
			t.Fatal(err)
		}
		days := rapid.IntRange(0, 400).Draw(t, "days")
		rep, err := Customers(h, cutoff, days)
		if errors.Is(err, ErrEmpty) {
			return
		}
		for _, c := range rep.Customers {
			if !(c.Active >= 0 && c.Active <= 1 && c.Expected >= 0 && c.Expected < 1e6) {
				t.Fatalf("%+v", c)
			}
		}
		segments, totals := SegmentCustomers(h, rep)
		n := 0
		for _, s := range totals {
			n += s.Customers
		}
		if n != len(rep.Customers) || len(segments) != n {
			t.Fatalf("%d of %d customers are in segments", n, len(rep.Customers))
		}
		next, _ := Products(h, cutoff, days, 20)
		for _, p := range next {
			if !(p.Probability >= 0 && p.Probability <= 1) {
				t.Fatalf("%+v", p)
			}
		}
		due, _ := DueDates(h, cutoff, days)
		for _, d := range due {
			if !(d.Probability >= 0 && d.Probability <= 1 && d.Days >= 0 && d.Days < 1e6) {
				t.Fatalf("%+v", d)
			}
		}
		Links(h, cutoff, LinkRules{Buyers: 1, Followers: 1})
		Stockings(h, cutoff, Cycles(h, cutoff), nil)
	})
}

func TestBadLines(t *testing.T) {
	for _, l := range []Line{{Customer: 1}, {Customer: -1}, {Product: 1}, {Product: -2}, {Day: -1}, {Day: core.MaxDay + 1}} {
		if _, err := NewHistory([]string{"c"}, []string{"p"}, []Line{l}); err == nil {
			t.Errorf("%+v was accepted", l)
		}
	}
}
