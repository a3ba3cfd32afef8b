package engine

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

var monday = core.DateDay(2024, 1, 1)

// noise is a seeded rule between 0 and 1.
func noise(i, t int) float64 {
	x := math.Sin(float64(i*7919+t*104729)) * 43758.5453
	return x - math.Floor(x)
}

// shop is a panel of n daily series: steady, weekly, sparse and lumpy by turns.
func shop(n, days, horizon int) pool.Panel {
	p := pool.Panel{Freq: pool.Daily, Season: 7, Horizon: horizon}
	for i := range n {
		y := make([]float64, days)
		for t := range y {
			u := noise(i, t)
			switch i % 4 {
			case 0:
				y[t] = math.Floor(20 + 8*u)
			case 1:
				y[t] = math.Floor((5 + 10*u) * []float64{1, 1, 1, 1, 1, 3, 2}[t%7])
			case 2:
				if u > 0.8 {
					y[t] = 2
				}
			default:
				if u > 0.7 {
					y[t] = math.Floor(1 + 40*noise(i+1, t)*noise(i+2, t))
				}
			}
		}
		p.Series = append(p.Series, pool.Series{ID: string(rune('a' + i)), Start: monday, Y: y})
	}
	return p
}

// one is a panel of a single series.
func one(y ...float64) pool.Panel {
	return pool.Panel{Freq: pool.Daily, Season: 7, Horizon: 5, Series: []pool.Series{{ID: "x", Start: monday, Y: y}}}
}

// check fails when a prediction breaks a guarantee.
func check(t interface{ Fatalf(string, ...any) }, r Result, p pool.Panel) {
	if len(r.Series) != len(p.Series) {
		t.Fatalf("%d forecasts for %d series", len(r.Series), len(p.Series))
	}
	for i, f := range r.Series {
		for k := range p.Horizon {
			if !(f.Mean[k] >= 0) || math.IsInf(f.Mean[k], 0) || !(0 <= f.Lo80[k] && f.Lo80[k] <= f.Median[k] && f.Median[k] <= f.Hi80[k]) || math.IsInf(f.Hi80[k], 0) {
				t.Fatalf("series %d step %d: mean %v, quantiles %v %v %v", i, k, f.Mean[k], f.Lo80[k], f.Median[k], f.Hi80[k])
			}
		}
		if f.Method == "" || f.Why == "" {
			t.Fatalf("series %d: method %q, why %q", i, f.Method, f.Why)
		}
	}
}

// Three products, six weeks, four weeks ahead: a shop that has just opened.
func TestThreeSeriesOfSixWeeks(t *testing.T) {
	p := shop(3, 42, 28)
	r, err := Forecast(p, Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, p)
	for i, want := range []float64{23.5, 13.5, 0.4} {
		got := 0.0
		for _, v := range r.Series[i].Mean {
			got += v / 28
		}
		if math.Abs(got-want) > 0.3*want {
			t.Errorf("series %d: %v a day, want about %v", i, got, want)
		}
	}
}

func TestOddSeries(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		y        []float64
		min, max float64
	}{
		"empty":       {nil, 0, 0},
		"unknown":     {[]float64{nan, nan}, 0, 0},
		"zero":        {make([]float64, 100), 0, 0},
		"one point":   {[]float64{7}, 7, 7},
		"constant":    {slicesRepeat(12, 90), 11.9, 12.1},
		"huge":        {slicesRepeat(1e15, 60), 0.99e15, 1.01e15},
		"gap":         {append(append(slicesRepeat(4, 40), nan, nan, nan), slicesRepeat(4, 40)...), 3.9, 4.1},
		"dead":        {append(slicesRepeat(9, 60), make([]float64, 200)...), 0, 0.6},
		"new":         {append(make([]float64, 200), 3, 3, 3), 2.9, 3.1},
		"tiny values": {slicesRepeat(1e-300, 30), 0, 1e-299},
	} {
		t.Run(name, func(t *testing.T) {
			p := one(c.y...)
			r, err := Forecast(p, Config{})
			if err != nil {
				t.Fatal(err)
			}
			check(t, r, p)
			if m := r.Series[0].Mean[0]; m < c.min || m > c.max {
				t.Errorf("mean %v, want %v to %v", m, c.min, c.max)
			}
		})
	}
	for _, p := range []pool.Panel{one(1, -1), one(math.Inf(1)), one(1e16), {Freq: 'X', Horizon: 1}, {Freq: pool.Daily}} {
		if _, err := Forecast(p, Config{}); !errors.Is(err, pool.ErrPanel) {
			t.Errorf("%v", err)
		}
	}
}

func slicesRepeat(v float64, n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = v
	}
	return y
}

func TestWeekIsFound(t *testing.T) {
	p := shop(4, 200, 14)
	r, err := Forecast(p, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Series[1].Mean // the series starts on a Monday, the forecast on day 200: a Friday
	if sat, mon := f[1], f[3]; sat < 2*mon {
		t.Errorf("Saturday %v, Monday %v: want about three times", sat, mon)
	}
}

// oracle knows the truth: a perfect pooled model.
type oracle struct{ full pool.Panel }

func (o oracle) stream() stream { return o }

func (o oracle) Predict(out []pool.Prediction, s []pool.Series) error {
	for i := range s {
		at := slices.IndexFunc(o.full.Series, func(f pool.Series) bool { return f.ID == s[i].ID })
		y := o.full.Series[at].Y[len(s[i].Y):][:o.full.Horizon]
		out[i] = pool.Prediction{Mean: y, Lo80: y, Median: y, Hi80: y}
	}
	return nil
}

// The trials must find the better candidate: a pooled model that is right takes
// over, one that is absurd is left out.
func TestTrialsDecide(t *testing.T) {
	full := shop(12, 240, 14)
	past, _ := cut(&full, 14, 2)
	right, err := Forecast(*past, Config{train: func(*pool.Panel) (predictor, error) { return oracle{full}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	double := full
	double.Series = nil
	for _, s := range full.Series {
		y := make([]float64, len(s.Y))
		for i := range y {
			y[i] = 3 * s.Y[(i*31)%len(y)]
		}
		double.Series = append(double.Series, pool.Series{ID: s.ID, Y: y})
	}
	wrong, err := Forecast(*past, Config{train: func(*pool.Panel) (predictor, error) { return oracle{double}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Forecast(*past, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	wape := func(r Result) float64 {
		var a Tally
		for i, f := range r.Series {
			a.Add(full.Series[i].Y[226:], f.Mean, f.Lo80, f.Median, f.Hi80, Scales{})
		}
		return a.Metrics().WAPE
	}
	if r, w, s := wape(right), wape(wrong), wape(rules); r > 0.6*s || w > 1.2*s {
		t.Errorf("WAPE with a perfect model %.3f, with an absurd one %.3f, rules alone %.3f", r, w, s)
	}
	if m := right.Series[0].Method; !strings.Contains(m, "pooled") {
		t.Errorf("method %q hides the pooled model", m)
	}
}

func TestSameWithAnyNumberOfGoroutines(t *testing.T) {
	full := shop(150, 160, 14)
	p, _ := cut(&full, 14, 2)
	cfg := Config{Seed: 7, Sample: 100, train: func(*pool.Panel) (predictor, error) { return oracle{full}, nil }}
	run := func(procs int) Result {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		r, err := Forecast(*p, cfg)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if d := cmp.Diff(run(1), run(4)); d != "" {
		t.Error(d)
	}
}

// small trains the real pooled model in a blink.
func small(p *pool.Panel) (predictor, error) {
	m, err := pool.Train(*p, pool.Config{Trees: 20, QuantileTrees: 10})
	return trees{m}, err
}

// With the real pooled model, small enough for a test.
func TestPooledModelTakesPart(t *testing.T) {
	p := shop(10, 110, 7)
	r, err := Forecast(p, Config{Seed: 1, Trials: 1, train: small})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, p)
	if !strings.Contains(r.Series[0].Method, "pooled") {
		t.Errorf("method %q", r.Series[0].Method)
	}
}

// Over fresh series the interval holds what it promises.
func TestCoverage(t *testing.T) {
	full := shop(80, 228, 28)
	past, _ := cut(&full, 28, 2)
	r, err := Forecast(*past, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	var a Tally
	for i, f := range r.Series {
		a.Add(full.Series[i].Y[200:], f.Mean, f.Lo80, f.Median, f.Hi80, Scales{})
	}
	if c := a.Metrics().Cover80; c < 0.76 || c > 0.9 {
		t.Errorf("coverage %.3f", c)
	}
}

func TestGuarantees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pool.Panel{Freq: rapid.SampledFrom([]pool.Freq{pool.Daily, pool.Weekly, pool.Monthly}).Draw(t, "freq"),
			Season: rapid.IntRange(0, 12).Draw(t, "season"), Horizon: rapid.IntRange(1, 6).Draw(t, "horizon")}
		for i := range rapid.IntRange(0, 4).Draw(t, "series") {
			y := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, 1, 2, 5, 1000, math.NaN(), 1e15}), 0, 40).Draw(t, "y")
			p.Series = append(p.Series, pool.Series{ID: "x", Start: monday + core.Day(i), Y: y})
		}
		r, err := Forecast(p, Config{NoPool: true})
		if err != nil {
			t.Fatal(err)
		}
		check(t, r, p)
	})
}

// Worked by hand. History 0, 2, 4, 1: from the 2 on, lag 1 differences 2 and -3.
func TestMetrics(t *testing.T) {
	s := ScalesOf([]float64{0, 2, 4, 1}, 1)
	if d := cmp.Diff(Scales{Seasonal: 2.5, Squared: 6.5, Absolute: 2.5}, s); d != "" {
		t.Error(d)
	}
	if s := ScalesOf([]float64{0, 1, 2}, 7); s != (Scales{}) {
		t.Error(s)
	}
	var a Tally
	a.Add([]float64{4, 0, math.NaN(), 6}, []float64{3, 1, 9, 3}, []float64{1, 0, 9, 1}, []float64{3, 0, 9, 3}, []float64{5, 2, 9, 5}, s)
	// errors 1, 1, 3; sums 10 and 7; pinball: 0.1: 0.3, 0, 0.5; 0.5: 0.5, 0, 1.5; 0.9: 0.1, 0.2, 0.9
	want := Metrics{Series: 1, Points: 3, WAPE: 0.5, SumWAPE: 0.3, Bias: -0.3, MASE: 5.0 / 3 / 2.5, RMSSE: math.Sqrt(11.0 / 3 / 6.5),
		SPL: 4.0 / 3 / 3 / 2.5, Cover80: 2.0 / 3, WeekWAPE: 0.5, Accuracy: 0.5}
	if d := cmp.Diff(want, a.Metrics(), cmpopts.EquateApprox(1e-12, 0)); d != "" {
		t.Error(d)
	}
	if (&Tally{}).Metrics() != (Metrics{}) {
		t.Error("nothing measured is not zero")
	}
}

// The gradient of the loss agrees with differences of the loss.
func TestGradient(t *testing.T) {
	tr := trial{y: []float64{3, 0, math.NaN(), 5}, point: []float64{2, 1, 1, 4, 5, 2, 2, 6, 0, 0, 1, 9}, scale: Scales{1, 2, 3}}
	w := []float64{0.5, 0.3, 0.2}
	grad, other := make([]float64, 3), make([]float64, 3)
	v := pointLoss([]trial{tr}, w, grad)
	for m := range w {
		const d = 1e-7
		w[m] += d
		if got := (pointLoss([]trial{tr}, w, other) - v) / d; math.Abs(got-grad[m]) > 1e-5 {
			t.Errorf("gradient %d is %v, differences say %v", m, grad[m], got)
		}
		w[m] -= d
	}
}

func TestBacktest(t *testing.T) {
	panel := shop(24, 200, 14)
	r, err := Backtest(panel, 2, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	last := r.Scores[len(r.Scores)-4:]
	if last[0].Group != "all" || last[0].Method != Ours || last[0].Errors.Series != 48 || last[0].Errors.Points != 48*14 {
		t.Errorf("%+v", last[0])
	}
	for _, s := range last[1:] {
		if s.Errors.WAPE < last[0].Errors.WAPE*0.98 {
			t.Errorf("%s has WAPE %v, the forecast %v", s.Method, s.Errors.WAPE, last[0].Errors.WAPE)
		}
	}
	if last[3].Method != MovingAverage || last[3].Added != 0 || last[0].Added < 0 {
		t.Errorf("added %v, moving average %v", last[0].Added, last[3].Added)
	}
	// Series and weeks add up to the same units and the same errors as the total.
	if len(r.Series) != 24 || len(r.Weeks) != 4 {
		t.Fatalf("%d series, %d weeks", len(r.Series), len(r.Weeks))
	}
	var units, bySeries, byWeek, weekUnits float64
	for _, s := range r.Series {
		units += s.Units
		bySeries += s.Errors[0].WeekWAPE * s.Units
	}
	for _, w := range r.Weeks {
		weekUnits += w.Units
		byWeek += w.WAPE[0] * w.Units
	}
	want := last[0].Errors.WeekWAPE * units
	if math.Abs(units-weekUnits) > 1e-6 || math.Abs(bySeries-want) > 1e-6*want || math.Abs(byWeek-want) > 1e-6*want {
		t.Errorf("units %v and %v, errors by series %v, by week %v, in all %v", units, weekUnits, bySeries, byWeek, want)
	}
	if first := panel.Freq.Day(&panel.Series[0], len(panel.Series[0].Y)-28); r.Weeks[0].Start != first {
		t.Errorf("the first week begins on %s, want %s", r.Weeks[0].Start, first)
	}
	// Nothing of what came is known to the forecast: other ends change no error of
	// the origin before.
	other := panel
	other.Series = slices.Clone(panel.Series)
	for i := range other.Series {
		y := slices.Clone(other.Series[i].Y)
		for k := len(y) - 14; k < len(y); k++ {
			y[k] *= 3
		}
		other.Series[i].Y = y
	}
	again, err := Backtest(other, 2, Config{NoPool: true})
	if err != nil || again.Weeks[0] != r.Weeks[0] || again.Weeks[1] != r.Weeks[1] || again.Weeks[2] == r.Weeks[2] {
		t.Errorf("%v: weeks %v, before %v", err, again.Weeks, r.Weeks)
	}
	if _, err := Backtest(one(1, 2), 1, Config{}); !errors.Is(err, ErrShort) {
		t.Error(err)
	}
}

func BenchmarkRules(b *testing.B) {
	p := shop(200, 730, 28)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Forecast(p, Config{NoPool: true}); err != nil {
			b.Fatal(err)
		}
	}
}
