package window

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func near(x float64) cmp.Option { return cmpopts.EquateApprox(1e-9, x) }

func made(in Input, periods int) *Paths {
	p := new(Paths)
	p.Reset(in, periods)
	return p
}

func TestDist(t *testing.T) {
	d := NewDist([]float64{4, 0, 2, 10})
	for _, tt := range []struct{ x, cdf, short, left float64 }{
		{-1, 0, 5, 0}, {0, 0.25, 4, 0}, {1, 0.25, 3.25, 0.25}, {3, 0.5, 2, 1}, {10, 1, 0, 6}, {12, 1, 0, 8},
	} {
		got := [3]float64{d.CDF(tt.x), d.Shortage(tt.x), d.Left(tt.x)}
		if diff := cmp.Diff([3]float64{tt.cdf, tt.short, tt.left}, got, near(1e-12)); diff != "" {
			t.Errorf("at %v: %s", tt.x, diff)
		}
	}
	if d.Mean() != 4 || d.Quantile(0.5) != 3 || d.Quantile(0) != 0 || d.Quantile(1) != 10 {
		t.Errorf("mean %v, quantiles %v %v %v", d.Mean(), d.Quantile(0.5), d.Quantile(0), d.Quantile(1))
	}
	if d.AtLeast(0.25) != 0 || d.AtLeast(0.26) != 2 || d.AtLeast(0.75) != 4 || d.AtLeast(1) != 10 || d.AtLeast(0) != 0 {
		t.Error("the quantile without interpolation is wrong")
	}
	if none := NewDist(nil); none.Mean() != 0 || none.Quantile(0.9) != 0 || none.Shortage(1) != 0 || none.Left(1) != 0 {
		t.Error("an empty distribution is not zero")
	}
}

// Gamma quantiles: shape 4, scale 2.5 (mean 10, deviation 5). Exact values from the
// chi-square table with 8 degrees of freedom, times 1.25: 2.733, 7.344, 13.362,
// 15.507, 20.090 at 0.05, 0.5, 0.9, 0.95, 0.99.
func TestLeadQuantile(t *testing.T) {
	l := Lead{Mean: 10, SD: 5}
	for u, chi := range map[float64]float64{0.05: 2.733, 0.5: 7.344, 0.9: 13.362, 0.95: 15.507, 0.99: 20.090} {
		if got, want := l.Quantile(u), 1.25*chi; math.Abs(got-want) > 0.01*want {
			t.Errorf("quantile %v is %.3f, exact %.3f", u, got, want)
		}
	}
	if q := (Lead{Mean: 7}).Quantile(0.99); q != 7 {
		t.Errorf("a fixed lead time of 7 is %v", q)
	}
	if q := (Lead{Mean: 7, Observed: []float64{5, 9, 30}}).Quantile(0.5); q != 9 {
		t.Errorf("the middle of the observed lead times is %v, not 9", q)
	}
}

// A year of 1, 2, 3, 4 over and over: any two days in a row hold 3, 5, 7 or 5.
func TestWindowsOfThePast(t *testing.T) {
	past := make([]float64, 364)
	for i := range past {
		past[i] = float64(1 + i%4)
	}
	p := made(Input{Past: past, Mean: []float64{2.5, 2.5}, Year: 364, Week: 7}, 2)
	if p.Windows != 363 || p.Pooled || math.Abs(p.Factor-1) > 0.001 {
		t.Fatalf("%d windows, pooled %v, factor %v", p.Windows, p.Pooled, p.Factor)
	}
	d := p.Total(0, 2)
	for q, want := range map[float64]float64{0.1: 3, 0.5: 5, 0.9: 7} {
		if got := d.Quantile(q); math.Abs(got-want) > 0.01 {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if one := p.Total(1, 2); math.Abs(one.Mean()-2.5) > 0.01 {
		t.Errorf("the second day has a mean of %v", one.Mean())
	}
}

// An expected demand that a person set is what the courses average, whatever the model
// and the past say; what they differ from each other by keeps its proportion.
func TestWholeMean(t *testing.T) {
	past := make([]float64, 364)
	for i := range past {
		past[i] = float64(i % 5)
	}
	totals := make([][]float64, len(Levels()))
	for i, l := range Levels() {
		totals[i] = []float64{3 * l, 6 * l, 9 * l}
	}
	in := Input{Past: past, Mean: []float64{2}, Totals: totals, Levels: Levels(), Year: 364, Week: 7}
	usual := made(in, 3)
	for _, level := range []float64{0, 0.1, 2, 40} {
		in.Whole, in.Mean = true, []float64{level}
		p := made(in, 3)
		if got := p.Total(0, 3).Mean(); math.Abs(got-3*level) > 1e-9*level {
			t.Errorf("set to %v a day: %v in three days", level, got)
		}
		f := 3 * level / usual.Total(0, 3).Mean()
		for j := range p.Len() {
			if diff := cmp.Diff(usual.Total(0, 3).Quantile(float64(j)/100)*f, p.Total(0, 3).Quantile(float64(j)/100), near(1e-9)); diff != "" {
				t.Fatalf("set to %v a day, quantile %d: %s", level, j, diff)
			}
			if j == 100 {
				break
			}
		}
	}
	in.Past = nil
	if p := made(in, 3); p.Windows != 0 || math.Abs(p.Total(0, 3).Mean()-120) > 2 {
		t.Errorf("without a past: %d windows, %v in three days", p.Windows, p.Total(0, 3).Mean())
	}
}

// The forecast counts for 45 % of the level, and moves it by 60 % at most.
func TestLevelFollowsTheForecast(t *testing.T) {
	past := make([]float64, 100)
	for i := range past {
		past[i] = 10
	}
	for mean, want := range map[float64]float64{10: 1, 20: 1.45, 30: 1.6, 5: 0.775, 0: 0.6} {
		p := made(Input{Past: past, Mean: []float64{mean}, Year: 364, Week: 7}, 5)
		if math.Abs(p.Factor-want) > 1e-9 || math.Abs(p.Total(0, 5).Mean()-50*want) > 1e-6 {
			t.Errorf("a forecast of %v moves the level by %v to %v, want %v", mean, p.Factor, p.Total(0, 5).Mean(), want)
		}
	}
}

func TestPooledQuantilesWiden(t *testing.T) {
	past := make([]float64, 100)
	for i := range past {
		past[i] = 10
	}
	totals := func(hi float64) [][]float64 { return [][]float64{{0, 0}, {10, 20}, {hi, 2 * hi}} }
	in := Input{Past: past, Mean: []float64{10}, Totals: totals(30), Levels: []float64{0.1, 0.5, 0.9}, Year: 364, Week: 7}
	p := made(in, 2)
	if !p.Pooled {
		t.Fatal("the model's quantiles took no part")
	}
	d := p.Total(0, 2)
	if q := d.Quantile(0.5); math.Abs(q-20*p.Factor*0.6-0.4*20) > 0.5 {
		t.Errorf("median %v", q)
	}
	if got, most := d.Quantile(1), 20*p.Factor*(0.6+0.4*2); got > most+1e-9 || got < 0.9*most {
		t.Errorf("the largest total is %v, should reach %v and not more", got, most)
	}
	in.Totals = totals(1e9)
	if got := made(in, 2).Total(0, 2).Quantile(1); got > 1.6*20*(0.6+0.4*2)+1e-9 {
		t.Errorf("a mad model gives %v", got)
	}
}

func TestNoHistory(t *testing.T) {
	for name, past := range map[string][]float64{
		"none": nil, "short": {1, 2, 3}, "all zero": make([]float64, 60), "unknown": {math.NaN(), math.NaN()},
	} {
		p := made(Input{Past: past, Mean: []float64{2, 4}, Year: 364, Week: 2}, 10)
		d := p.Total(0, 10)
		if p.Windows != 0 || math.Abs(d.Mean()-30) > 0.6 || d.Quantile(0.95) < 50 {
			t.Errorf("%s: %d windows, mean %v, 0.95 quantile %v", name, p.Windows, d.Mean(), d.Quantile(0.95))
		}
		if two := p.Total(2, 4).Mean(); math.Abs(two-6) > 0.2 {
			t.Errorf("%s: two days hold %v, want 6", name, two)
		}
	}
	if d := made(Input{}, 5).Total(0, 5); d.Mean() != 0 || d.Quantile(0.99) != 0 {
		t.Error("nothing known and nothing expected is not zero")
	}
}

// series draws a history of any kind with a forecast and a model's quantiles.
func series(t *rapid.T) Input {
	v := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 50), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)), rapid.Just(-3.0), rapid.Float64Range(0, 1e15))
	in := Input{
		Past: rapid.SliceOfN(v, 0, 120).Draw(t, "past"), Mean: rapid.SliceOfN(v, 0, 30).Draw(t, "mean"),
		Year: 364, Week: 7,
	}
	if rapid.Bool().Draw(t, "pooled") {
		in.Levels = []float64{0.1, 0.5, 0.9, 0.99}
		at := 0.0
		for range in.Levels {
			row := make([]float64, 40)
			at += rapid.Float64Range(0, 40).Draw(t, "total")
			for n := range row {
				row[n] = at * float64(n+1)
			}
			in.Totals = append(in.Totals, row)
		}
	}
	return in
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := series(rt)
		n := rapid.IntRange(1, 60).Draw(rt, "periods")
		p := made(in, n)
		for j := range p.Len() {
			for k, v := range p.Path(j) {
				if !(v >= 0) || math.IsInf(v, 0) {
					rt.Fatalf("course %d is %v in period %d", j, v, k)
				}
			}
		}
		a := rapid.IntRange(0, n).Draw(rt, "a")
		b := rapid.IntRange(a, n).Draw(rt, "b")
		short, long := p.Total(a, b), p.Total(0, n)
		last := -1.0
		for q := 0.0; q <= 1; q += 0.05 {
			s, l := short.Quantile(q), long.Quantile(q)
			if s < last || l < s*(1-1e-9)-1e-9 || math.IsNaN(l) || math.IsInf(l, 0) {
				rt.Fatalf("quantile %v: %v of a part after %v, %v of the whole", q, s, last, l)
			}
			last = s
		}
		x := rapid.Float64Range(0, 1000).Draw(rt, "x")
		if left, short := long.Left(x), long.Shortage(x); left < 0 || short < 0 || math.Abs(left-short-(x-long.Mean())) > 1e-6*(1+long.Mean()) {
			rt.Fatalf("left %v less short %v is not %v less the mean %v", left, short, x, long.Mean())
		}
	})
}

// A longer lead time of the same deviation never lowers a quantile, as long as the
// deviation is at most half the mean; a gamma distribution with more has a tail that
// gets shorter when the mean grows.
func TestLongerLeadNeverLowers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := made(series(rt), 90)
		mean := rapid.Float64Range(1, 40).Draw(rt, "mean")
		sd := mean * rapid.Float64Range(0, 0.5).Draw(rt, "spread")
		more := rapid.Float64Range(0, 20).Draw(rt, "more")
		short, long := p.Until(Lead{Mean: mean, SD: sd}, 7), p.Until(Lead{Mean: mean + more, SD: sd}, 7)
		for _, q := range []float64{0.1, 0.5, 0.9, 0.99} {
			if s, l := short.Quantile(q), long.Quantile(q); l < s*(1-1e-9) {
				rt.Fatalf("quantile %v: %v with %v days, %v with %v days", q, s, mean, l, mean+more)
			}
		}
	})
}

// Demand of 10 a day and a lead time of 20 ± 5 days: the quantile is that of the
// gamma distribution, ten times.
func TestLeadSpreadAlone(t *testing.T) {
	past := make([]float64, 364)
	for i := range past {
		past[i] = 10
	}
	p := made(Input{Past: past, Mean: []float64{10}, Year: 364, Week: 7}, 60)
	l := Lead{Mean: 20, SD: 5}
	d := p.Until(l, 0)
	if math.Abs(d.Mean()-200) > 1 {
		t.Errorf("mean %v, want 200", d.Mean())
	}
	for _, q := range []float64{0.1, 0.5, 0.9, 0.95, 0.99} {
		if got, want := d.Quantile(q), 10*l.Quantile(q); math.Abs(got-want) > 0.015*want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	noisy := rapid.SliceOfN(rapid.Float64Range(0, 30), 364, 364).Example(1)
	p = made(Input{Past: noisy, Mean: []float64{15}, Year: 364, Week: 7}, 60)
	for _, q := range []float64{0.9, 0.95, 0.99} {
		if a, b := p.Until(Lead{Mean: 20}, 7).Quantile(q), p.Until(l, 7).Quantile(q); b < a {
			t.Errorf("spread of the lead time lowers quantile %v from %v to %v", q, a, b)
		}
	}
}

func BenchmarkReset(b *testing.B) {
	past := make([]float64, 730)
	for i := range past {
		past[i] = float64((i * i) % 7)
	}
	in := Input{Past: past, Mean: []float64{3}, Year: 364, Week: 7}
	var p Paths
	b.ReportAllocs()
	for b.Loop() {
		p.Reset(in, 42)
	}
}
