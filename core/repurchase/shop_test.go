package repurchase

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"quartermaster/core"
)

// simulated returns n customers of a model over age days, born in its first
// tenth, and with each the order days until the end of the age and beyond.
func simulated(m Model, n int, age float64, seed uint64) (all []Summary, days [][]float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		born := age / 10 * float64(i) / float64(n)
		rate := gammaDraw(r, m.R) / m.Alpha
		leaves := math.Inf(1)
		drop := 0.0
		if m.Kind == ParetoNBD {
			leaves = r.ExpFloat64() / (gammaDraw(r, m.A) / m.B)
		} else {
			x, y := gammaDraw(r, m.A), gammaDraw(r, m.B)
			drop = x / (x + y)
		}
		s := Summary{Customer: i, Age: age - born}
		orders := []float64{0}
		at := 0.0
		for gone := m.Kind == MBGNBD && r.Float64() < drop; !gone; gone = m.Kind != ParetoNBD && r.Float64() < drop {
			at += r.ExpFloat64() / rate
			if at > leaves || at > 3*age {
				break
			}
			orders = append(orders, at)
			if at <= s.Age {
				s.Frequency++
				s.Recency = at
			}
		}
		for k := range orders {
			orders[k] += born
		}
		all, days = append(all, s), append(days, orders)
	}
	return all, days
}

// gammaDraw returns a gamma variate of a shape and scale one (Marsaglia and
// Tsang 2000).
func gammaDraw(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaDraw(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := r.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func TestRecovery(t *testing.T) {
	for _, m := range []Model{
		{Kind: BGNBD, R: 0.6, Alpha: 30, A: 0.8, B: 2.4},
		{Kind: MBGNBD, R: 0.8, Alpha: 30, A: 0.9, B: 2},
		{Kind: ParetoNBD, R: 0.6, Alpha: 40, A: 0.8, B: 80},
	} {
		const age, window = 365.0, 180.0
		all, days := simulated(m, 5000, age, 7)
		got, err := Fit(m.Kind, all)
		if err != nil {
			t.Fatal(err)
		}
		// The two parameters of leaving trade against each other; what is
		// asked of them is their ratio and what they predict.
		for _, c := range []struct {
			name      string
			got, want float64
		}{{"r", got.R, m.R}, {"alpha", got.Alpha, m.Alpha}, {"a/b", got.A / got.B, m.A / m.B}} {
			if math.Abs(c.got/c.want-1) > 0.12 {
				t.Errorf("%s: %s is %.3f, simulated with %.3f", m.Kind, c.name, c.got, c.want)
			}
		}
		p := newPredictor(&got, window, 50)
		var expected, active, orders, buyers float64
		for i, s := range all {
			o := p.outlook(s)
			expected += o.Expected
			active += o.Active
			n := 0.0
			for _, d := range days[i] {
				if d > age && d <= age+window {
					n++
				}
			}
			orders += n
			buyers += min(1, n)
		}
		if math.Abs(expected/orders-1) > 0.05 || math.Abs(active/buyers-1) > 0.05 {
			t.Errorf("%s: expected %.0f orders of %.0f customers, came %.0f of %.0f", m.Kind, expected, active, orders, buyers)
		}
	}
}

func TestSpendRecovery(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	want := Spend{P: 6, Q: 4, Gamma: 1500}
	var all []Summary
	total := 0.0
	for range 5000 {
		nu := gammaDraw(r, want.Q) / want.Gamma
		s := Summary{Frequency: 1 + r.IntN(5)}
		for range s.Frequency {
			s.RepeatValue += gammaDraw(r, want.P) / nu / float64(s.Frequency)
		}
		total += s.RepeatValue / 5000
		all = append(all, s)
	}
	got, err := FitSpend(all)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.P/want.P-1) > 0.1 || math.Abs(got.Q/want.Q-1) > 0.1 {
		t.Errorf("got %+v, simulated with %+v", got, want)
	}
	if v := got.OrderValue(Summary{}); math.Abs(v/total-1) > 0.05 {
		t.Errorf("a new customer's order is worth %.0f, on average it is %.0f", v, total)
	}
	m := Model{Kind: BGNBD, R: 0.6, Alpha: 30, A: 0.8, B: 2.4}
	s := Summary{Frequency: 3, Recency: 80, Age: 100, RepeatValue: 2000}
	value := func(yearly float64) float64 { return worthOf(&m, got, false, []Summary{s}, 365, yearly)[0] }
	plain, discounted := value(0), value(0.1)
	if want := m.Outlook(s, 365).Expected * got.OrderValue(s); !near(plain, want, 1e-9) {
		t.Errorf("lifetime value %.2f, orders times value %.2f", plain, want)
	}
	if discounted >= plain || discounted < plain/1.1 {
		t.Errorf("discounted value %.2f of %.2f", discounted, plain)
	}
}

func TestTooFew(t *testing.T) {
	for _, k := range Kinds {
		if _, err := Fit(k, []Summary{{Age: 10}}); err == nil {
			t.Errorf("%s was fitted to one customer", k)
		}
	}
	if _, err := FitSpend(nil); err == nil {
		t.Error("a value model was fitted to nobody")
	}
	// Nobody repeats, everybody is new, everybody buys every day: all must end.
	for name, s := range map[string]Summary{"none": {Age: 100}, "new": {}, "daily": {Frequency: 100, Recency: 100, Age: 100}} {
		all := make([]Summary, 50)
		for i := range all {
			all[i] = s
		}
		for _, o := range newView(all, 30, Kinds...).mean {
			if math.IsNaN(o.Expected) || math.IsInf(o.Expected, 0) || o.Active < 0 || o.Active > 1 {
				t.Fatalf("%s: %+v", name, o)
			}
		}
	}
}

// shop returns a made-up shop: customers of a BG/NBD model who draw one to five
// of the products, each with a favourite; buyers of product 0 take product 1
// with a chance of link some days later.
func shop(tb testing.TB, customers, products int, days core.Day, link float64, seed uint64) *History {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	_, orders := simulated(Model{Kind: BGNBD, R: 0.8, Alpha: 40, A: 0.5, B: 3}, customers, float64(days), seed)
	start := core.DateDay(2025, 1, 1)
	cs, ps := make([]string, customers), make([]string, products)
	for i := range cs {
		cs[i] = fmt.Sprintf("c%05d", i)
	}
	for i := range ps {
		ps[i] = fmt.Sprintf("p%03d", i)
	}
	var lines []Line
	for c, ds := range orders {
		favourite := int32(2 + r.IntN(products-2))
		for _, d := range ds {
			day := start + core.Day(d)
			if core.Day(d) >= days {
				continue
			}
			add := func(p int32, day core.Day) {
				lines = append(lines, Line{Customer: int32(c), Product: p, Day: day, Qty: 1 + r.Int32N(3), Value: 100 + r.Int64N(2000)})
			}
			if r.Float64() < 0.6 {
				add(favourite, day)
			}
			for range 1 + r.IntN(4) {
				add(int32(2+r.IntN(products-2)), day)
			}
			if r.Float64() < 0.1 {
				add(0, day)
				if r.Float64() < link {
					add(1, day+1+core.Day(r.IntN(30)))
				}
			}
		}
	}
	h, err := NewHistory(cs, ps, lines)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}
